//! Who calls: a person of a tenant, or another service of the platform.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{TenantId, UserId};

/// Who a call comes from. A token says this much and no more: what the actor may do is the roster's to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The district; nothing outside of it can even be named.
    pub tenant: TenantId,
    /// The person or service.
    pub subject: Subject,
}

impl Actor {
    /// A person.
    pub fn person(tenant: TenantId, user: UserId) -> Self {
        Self { tenant, subject: Subject::Person(user) }
    }

    /// The person's id; none for a service.
    pub fn user(&self) -> Option<&UserId> {
        match &self.subject {
            Subject::Person(user) => Some(user),
            Subject::Service(_) => None,
        }
    }

    /// The token's `sub`, under which histories are written. A service may have the name of a person.
    pub fn subject_id(&self) -> &UserId {
        match &self.subject {
            Subject::Person(user) => user,
            Subject::Service(service) => &service.name,
        }
    }

    /// Whether this is a service with that right, such as `gradebook:write`.
    pub fn has_scope(&self, scope: &str) -> bool {
        matches!(&self.subject, Subject::Service(service) if service.scopes.contains(scope))
    }
}

/// A person or a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// Someone in the roster.
    Person(UserId),
    /// A backend of the platform, known by its token alone.
    Service(Service),
}

/// A backend of the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its name, the token's `sub`.
    pub name: UserId,
    /// Its rights, such as `notifications:send` or `gradebook:write` (the token's `scope`).
    pub scopes: BTreeSet<String>,
}

/// What a person is at one org or in one class. Ordered from the least to the most rights, for showing one of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    /// Reserved.
    Guest,
    /// Learns.
    Student,
    /// A guardian or parent (`OneRoster`: guardian, parent; a relative is not enough).
    Parent,
    /// Watches exams.
    Proctor,
    /// Sees what staff see and takes attendance, writes no grade.
    Aide,
    /// Reads, and is told of patterns in attendance.
    Counselor,
    /// Teaches a class.
    Teacher,
    /// Runs a school (`OneRoster`: principal, siteAdministrator).
    SchoolAdmin,
    /// Runs a district (`OneRoster`: districtAdministrator).
    DistrictAdmin,
    /// Runs the system (`OneRoster`: systemAdministrator).
    SystemAdmin,
}
