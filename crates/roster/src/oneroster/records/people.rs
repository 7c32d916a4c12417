//! People and what they are where.

use chrono::NaiveDate;
use homeroom_contract::{OrgId, UserId};

use super::{RoleKind, SourcedId};

/// A person (`users.csv`). The password is never read out of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct User {
    /// The person's identifier.
    pub id: UserId,
    /// Whether the person may use the system.
    pub enabled: bool,
    /// The name to log in with.
    pub username: String,
    /// The given name.
    pub given_name: String,
    /// The family name.
    pub family_name: String,
    /// Middle names.
    pub middle_name: Option<String>,
    /// The given name that the person prefers (1.2).
    pub preferred_given_name: Option<String>,
    /// The middle name that the person prefers (1.2).
    pub preferred_middle_name: Option<String>,
    /// The family name that the person prefers (1.2).
    pub preferred_family_name: Option<String>,
    /// A number or code that people use for the person.
    pub identifier: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// People with a relation to this one: a student's guardians, or a guardian's students. Look in either direction.
    pub agents: Vec<UserId>,
    /// The grades that a student is in.
    pub grades: Vec<String>,
    /// The org that the person mainly belongs to (1.2).
    pub primary_org: Option<OrgId>,
    /// The pronouns (1.2).
    pub pronouns: Option<String>,
}

/// What a person is at one org (`roles.csv`). From 1.1 these are made of `role` and `orgSourcedIds` in `users.csv`, one for
/// each org, and their identifier is `{user}:{org}:{role}`.
#[derive(Debug, Clone, PartialEq)]
pub struct UserRole {
    /// The role's identifier.
    pub id: SourcedId,
    /// The person.
    pub user: UserId,
    /// What the person is. 1.1's `administrator` is a district administrator at an org that this source gives as a
    /// district or above, otherwise a site administrator.
    pub kind: RoleKind,
    /// Whether it is the person's primary role (`roleType`).
    pub primary: bool,
    /// Where.
    pub org: OrgId,
    /// The first day that it counts.
    pub begin: Option<NaiveDate>,
    /// The first day that it doesn't count any more.
    pub end: Option<NaiveDate>,
}

/// What is kept of `demographics.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct Demographics {
    /// The person.
    pub user: UserId,
    /// The day of birth.
    pub birth_date: Option<NaiveDate>,
}
