//! Whom a notification is for, and how it gets there.

use homeroom_contract::{OrgId, Role, Room, TenantId, UserId};
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::domain::{
    Member, Notification, NotificationError, NotificationRoom, OrgKind, Place, Priority, RoleGroup,
};

/// What the roster has, within the sender's tenant, under the id of a target. There is none for what is of another tenant.
#[derive(Debug, Clone, Copy)]
pub enum Found<'a> {
    /// A person.
    Person {
        /// Who.
        member: &'a Member,
        /// Whether the sender sees this person, for one who teaches or counsels: a student by a class of the teacher's or as the
        /// counselor's school, a guardian by one of the children, staff as staff of the same school.
        seen: bool,
    },
    /// An org; for `all`, the tenant's own.
    Org(&'a Place),
}

/// Whom a notification is for. A kind that has no `role` refuses one, and `all` an `id`: what is meant for some must not go to
/// more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Target {
    /// One person.
    User {
        /// The person.
        id: UserId,
    },
    /// Everyone who holds a role at a school; with `DISTRICT_ADMIN`, the administrators of the district.
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
    /// Everyone in the district.
    District {
        /// The district: the tenant's own.
        id: OrgId,
    },
    /// Everyone in the tenant; urgent ones only.
    All,
}

/// A target as it is written.
#[derive(Deserialize)]
#[serde(expecting = "a target")]
struct Written {
    kind: Kind,
    id: Option<String>,
    role: Option<Role>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Kind {
    User,
    Role,
    School,
    District,
    All,
}

impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Written { kind, id, role } = Written::deserialize(deserializer)?;
        let org = |id: String| OrgId::new(id).map_err(D::Error::custom);
        match (kind, id, role) {
            (Kind::User, Some(id), None) => Ok(Self::User { id: UserId::new(id).map_err(D::Error::custom)? }),
            (Kind::Role, Some(id), Some(role)) => Ok(Self::Role { id: org(id)?, role }),
            (Kind::School, Some(id), None) => Ok(Self::School { id: org(id)? }),
            (Kind::District, Some(id), None) => Ok(Self::District { id: org(id)? }),
            (Kind::All, None, None) => Ok(Self::All),
            _ => Err(D::Error::custom("only all has no id, and only role has a role")),
        }
    }
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

    /// Whether the target is there: what the roster has under its id in that tenant is what the target says. `NOT_FOUND` if it
    /// isn't, be it that a district is named as a school: nobody is in such a room.
    pub fn check_found(&self, tenant: &TenantId, found: Option<&Found<'_>>) -> Result<(), NotificationError> {
        let own = self.org(tenant);
        let org = match found {
            Some(Found::Org(place)) if own.as_ref() == Some(&place.org) => Some(*place),
            _ => None,
        };
        let (there, what) = match self {
            Self::User { id } => {
                (matches!(found, Some(Found::Person { member, .. }) if member.user_id == *id), "person")
            }
            Self::District { .. } | Self::All | Self::Role { role: Role::DistrictAdmin, .. } => {
                (org.is_some() && own == district_of(tenant), "district")
            }
            Self::School { .. } | Self::Role { .. } => {
                (org.is_some_and(|org| org.kind == OrgKind::School), "school")
            }
        };
        if there { Ok(()) } else { Err(NotificationError::NotFound(what)) }
    }

    /// The org whose people are meant; none if it is one person.
    pub fn org(&self, tenant: &TenantId) -> Option<OrgId> {
        match self {
            Self::User { .. } => None,
            Self::Role { id, .. } | Self::School { id } | Self::District { id } => Some(id.clone()),
            Self::All => district_of(tenant),
        }
    }

    /// The room that all of them are in; none for what can't be addressed: a role that has no room, a district other than the
    /// tenant's own. That a school is one has to be known ([`Target::check_found`]).
    pub fn room(&self, tenant: &TenantId) -> Option<Room> {
        let own = |id: &OrgId| district_of(tenant).filter(|district| district == id);
        let room = match self {
            Self::User { id } => NotificationRoom::User(id.clone()),
            Self::Role { id, role: Role::DistrictAdmin } => NotificationRoom::DistrictAdmins(own(id)?),
            Self::Role { id, role } => NotificationRoom::SchoolRole(id.clone(), RoleGroup::of(*role)?),
            Self::School { id } => NotificationRoom::School(id.clone()),
            Self::District { id } => NotificationRoom::District(own(id)?),
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
