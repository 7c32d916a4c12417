//! Who may send what to whom. Whatever isn't allowed here is denied.
//!
//! - A service with the scope `notifications:send`: anything, to anybody in its tenant.
//! - Who administers an org, or one above it: anything, to the org, a role at it, or one of its people.
//! - Who teaches or counsels at a school: to one of its people at a time whom they see; nothing urgent, and no announcement of
//!   the system, since these pass what people have chosen.
//! - Everybody else, students and guardians first of all: nothing.
//!
//! Who may send nothing to anybody learns nothing of who or what there is: that comes first.

use homeroom_contract::{Role, Service, TenantId};

use crate::domain::{Found, NotificationError, NotificationType, OrgKind, Place, Priority, RoleHeld, Target};

/// The right of a service to send.
pub const SEND_SCOPE: &str = "notifications:send";

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
    /// `found` is what the roster has there: without it, or if it is something else, the target is `NOT_FOUND` for whoever may
    /// send at all. What isn't allowed is `UNAUTHORIZED`.
    pub fn check(
        &self,
        target: &Target,
        kind: NotificationType,
        priority: Priority,
        tenant: &TenantId,
        found: Option<&Found<'_>>,
    ) -> Result<(), NotificationError> {
        if !self.may_send() {
            return Err(NotificationError::NotAllowed);
        }
        target.check_found(tenant, found)?;
        let calm = priority < Priority::Urgent && kind != NotificationType::SystemAnnouncement;
        let allowed = match (self, found) {
            (Self::Service(_), _) => true,
            (Self::Person(roles), Some(Found::Person { member, seen })) => {
                member.places().any(|place| roles.iter().any(|held| reaches(held, place, calm && *seen)))
            }
            (Self::Person(roles), Some(Found::Org(place))) => {
                roles.iter().any(|held| reaches(held, place, false))
            }
            (Self::Person(_), None) => false,
        };
        if allowed { Ok(()) } else { Err(NotificationError::NotAllowed) }
    }

    /// Whether there is anybody to whom the sender may send anything.
    fn may_send(&self) -> bool {
        match self {
            Self::Service(service) => service.scopes.contains(SEND_SCOPE),
            Self::Person(roles) => roles.iter().any(|held| reaches(held, &held.at, true)),
        }
    }
}

/// Whether who holds that role may send to the people of that org: to one of them whom the holder sees, and nothing that passes
/// what they have chosen (`small`), or anything.
fn reaches(held: &RoleHeld, place: &Place, small: bool) -> bool {
    match held.role {
        Role::SchoolAdmin | Role::DistrictAdmin | Role::SystemAdmin => place.is_within(&held.at.org),
        Role::Teacher | Role::Counselor => small && place.kind == OrgKind::School && place.org == held.at.org,
        Role::Guest | Role::Student | Role::Parent | Role::Proctor | Role::Aide => false,
    }
}
