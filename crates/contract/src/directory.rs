//! What the transport needs to know of the roster, without knowing the roster: whether somebody may be here at all, and
//! whom a change concerns. The roster crate implements it.

use crate::{Actor, BoxFuture, Failure, TenantId, Timestamp, UserId};

/// Knows people.
pub trait Directory: Send + Sync + 'static {
    /// Whether this actor may be connected now.
    fn standing<'a>(&'a self, actor: &'a Actor) -> BoxFuture<'a, Result<Standing, Failure>>;

    /// The one tenant of a deployment that has just one, whose tokens need no `districtId`.
    fn sole_tenant(&self) -> BoxFuture<'_, Result<Option<TenantId>, Failure>>;

    /// Where the roster stands now.
    fn position(&self, now: Timestamp) -> BoxFuture<'_, Result<RosterPosition, Failure>>;

    /// Whom the changes since then concern, and where the roster stands now. A tenant may come twice, with people and with everyone:
    /// the people are those to look at first. A day that has begun in a district since then
    /// is a change for everyone there, since enrollments and roles begin and end with days.
    fn changes(
        &self,
        since: RosterPosition,
        now: Timestamp,
    ) -> BoxFuture<'_, Result<(Vec<RosterChange>, RosterPosition), Failure>>;
}

/// Whether somebody may be connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// In the roster and enabled, or a service.
    Active,
    /// In the roster, but disabled or to be deleted.
    Disabled,
    /// Not in this tenant's roster.
    Unknown,
}

/// A position in the roster's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RosterPosition {
    /// The last change that was seen; 0 before the first.
    pub version: i64,
    /// When that was looked up.
    pub at: Timestamp,
}

/// A change in one tenant, and whose rights it may have touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterChange {
    /// The district.
    pub tenant: TenantId,
    /// The people.
    pub affected: Affected,
}

/// Whose rights may have changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Affected {
    /// Everyone's in the tenant.
    Everyone,
    /// These people's.
    People(Vec<UserId>),
}
