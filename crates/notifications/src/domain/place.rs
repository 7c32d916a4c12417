//! Orgs as far as notifications know them: what kind of org it is, and what stands above it.

use homeroom_contract::{OrgId, Role};

/// What kind of org it is: by it is told which rooms it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrgKind {
    /// A school.
    School,
    /// A district.
    District,
    /// Any other, such as a department, or the state above a district. It has no room, and can't be addressed.
    Other,
}

/// An org, and those above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The org.
    pub org: OrgId,
    /// What it is.
    pub kind: OrgKind,
    /// Its parent, that one's parent, and so on, in any order.
    pub above: Vec<OrgId>,
}

impl Place {
    /// Whether it is that org, or below it.
    pub fn is_within(&self, org: &OrgId) -> bool {
        self.org == *org || self.above.contains(org)
    }
}

/// A role that somebody holds at an org now, within its dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleHeld {
    /// The role. To be enrolled in a class as a student is to hold `STUDENT` at the class's school.
    pub role: Role,
    /// Where: an org of the tenant, or one above it.
    pub at: Place,
}
