//! Whom a notification is for, and how it gets there.

use homeroom_contract::{OrgId, Role, Room, TenantId, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Notification, NotificationError, NotificationRoom, Priority, RoleGroup};

/// Whom a notification is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Target {
    /// One person.
    User {
        /// The person.
        id: UserId,
    },
    /// Everyone who holds a role at a school; with `DISTRICT_ADMIN`, the administrators of a district.
    Role {
        /// The school; with `DISTRICT_ADMIN`, the district.
        id: OrgId,
        /// The role. `GUEST` and `SYSTEM_ADMIN` can't be addressed.
        role: Role,
    },
    /// Everyone at a school.
    School {
        /// The school.
        id: OrgId,
    },
    /// Everyone in a district.
    District {
        /// The district.
        id: OrgId,
    },
    /// Everyone in the tenant; urgent ones only.
    All,
}

impl Target {
    /// Whether something of that priority may go there at all, whoever sends it.
    pub fn check(&self, priority: Priority) -> Result<(), NotificationError> {
        match self {
            Self::All if priority != Priority::Urgent => Err(NotificationError::UrgentOnly),
            Self::Role { role: Role::DistrictAdmin, .. } => Ok(()),
            Self::Role { role, .. } if RoleGroup::of(*role).is_none() => Err(NotificationError::NoSuchGroup),
            _ => Ok(()),
        }
    }

    /// The org whose people are meant; none if it is one person.
    pub fn org(&self, tenant: &TenantId) -> Option<OrgId> {
        match self {
            Self::User { .. } => None,
            Self::Role { id, .. } | Self::School { id } | Self::District { id } => Some(id.clone()),
            Self::All => district_of(tenant),
        }
    }

    /// The room that all of them are in; none for a role that can't be addressed.
    pub fn room(&self, tenant: &TenantId) -> Option<Room> {
        let room = match self {
            Self::User { id } => NotificationRoom::User(id.clone()),
            Self::Role { id, role: Role::DistrictAdmin } => NotificationRoom::DistrictAdmins(id.clone()),
            Self::Role { id, role } => NotificationRoom::SchoolRole(id.clone(), RoleGroup::of(*role)?),
            Self::School { id } => NotificationRoom::School(id.clone()),
            Self::District { id } => NotificationRoom::District(id.clone()),
            Self::All => NotificationRoom::District(district_of(tenant)?),
        };
        Some(room.room())
    }

    /// Whether that notification is told to the target's room as a whole, by a single event.
    ///
    /// Only what means the same to everyone there may be: what nobody's preferences can hold back, and what replaces nothing,
    /// since what it would replace differs from inbox to inbox. Anything else is told to each person in `user:{id}`.
    pub fn is_told_at_once(&self, notification: &Notification) -> bool {
        let to_many = !matches!(self, Self::User { .. });
        to_many
            && notification.kind.reaches_everyone(notification.priority)
            && notification.dedupe_key.is_none()
    }
}

/// The tenant's own org. Both ids obey the same rules.
pub(crate) fn district_of(tenant: &TenantId) -> Option<OrgId> {
    OrgId::new(tenant.as_str()).ok()
}
