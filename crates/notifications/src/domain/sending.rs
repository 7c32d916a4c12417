//! Who may send what to whom. Whatever isn't allowed here is denied.
//!
//! - A service with the scope `notifications:send`: anything, to anybody in its tenant.
//! - Who administers an org, or one above it: anything, to the org, a role at it, or one of its people.
//! - Who teaches or counsels at a school: to one of its people at a time; nothing urgent, and no announcement of the system, since
//!   these pass what people have chosen.
//! - Everybody else, students and guardians first of all: nothing.

use homeroom_contract::{OrgId, Role, Service, TenantId};

use crate::domain::{NotificationError, NotificationType, Priority, Target};

/// The right of a service to send.
pub const SEND_SCOPE: &str = "notifications:send";

/// A role that somebody holds at an org now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleHeld {
    /// The role.
    pub role: Role,
    /// Where.
    pub org: OrgId,
}

/// An org, and those above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lineage {
    /// The org.
    pub org: OrgId,
    /// Its parent, that one's parent, and so on, in any order.
    pub above: Vec<OrgId>,
}

impl Lineage {
    /// Whether who holds that role may send to the people of this org: to one of them at a time, and nothing that passes what
    /// they have chosen (`small`), or anything.
    fn may_hear_of(&self, held: &RoleHeld, small: bool) -> bool {
        match held.role {
            Role::SchoolAdmin | Role::DistrictAdmin | Role::SystemAdmin => {
                self.org == held.org || self.above.contains(&held.org)
            }
            Role::Teacher | Role::Counselor => small && self.org == held.org,
            Role::Guest | Role::Student | Role::Parent | Role::Proctor | Role::Aide => false,
        }
    }
}

/// Who wants to send.
#[derive(Debug, Clone, Copy)]
pub enum Sender<'a> {
    /// Somebody, with the roles held now.
    Person(&'a [RoleHeld]),
    /// A backend of the platform.
    Service(&'a Service),
}

impl Sender<'_> {
    /// Whether that sender may send something of that type and priority to that target of that tenant, the sender's own.
    /// `places` are the target's orgs: of one person, every org at which the person has a role or is enrolled.
    pub fn check(
        &self,
        target: &Target,
        kind: NotificationType,
        priority: Priority,
        tenant: &TenantId,
        places: &[Lineage],
    ) -> Result<(), NotificationError> {
        let allowed = match self {
            Self::Service(service) => service.scopes.contains(SEND_SCOPE),
            Self::Person(roles) => {
                let org = target.org(tenant);
                let meant = |place: &&Lineage| org.as_ref().is_none_or(|org| place.org == *org);
                let mut places = places.iter().filter(meant);
                let calm = priority < Priority::Urgent && kind != NotificationType::SystemAnnouncement;
                let small = matches!(target, Target::User { .. }) && calm;
                places.any(|place| roles.iter().any(|held| place.may_hear_of(held, small)))
            }
        };
        if allowed { Ok(()) } else { Err(NotificationError::NotAllowed) }
    }
}
