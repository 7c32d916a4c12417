//! One reason why somebody may not be here although the token is good.

use std::time::Duration;

use homeroom_contract::{TenantId, Timestamp};

/// As long as for good, and no restriction lasts longer: SQLite compares instants as text, which a year of five digits would break.
pub(crate) const FOR_GOOD: Duration = Duration::from_hours(100 * 365 * 24);

/// When something ends that begins then and lasts so long.
pub(crate) fn end_of(begins_at: Timestamp, lasts: Duration) -> Timestamp {
    begins_at.plus(lasts.min(FOR_GOOD))
}

/// What a restriction is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// One token, by its `jti`.
    Token,
    /// All tokens of a session, by their `sid`.
    Session,
    /// All tokens of somebody that were issued before an instant.
    Issued,
    /// A person, for a while.
    Suspended,
    /// A person, and harder.
    Banned,
    /// An address, in every district.
    Address,
}

impl Kind {
    const ALL: [Self; 6] =
        [Self::Token, Self::Session, Self::Issued, Self::Suspended, Self::Banned, Self::Address];

    /// As it is stored.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Session => "session",
            Self::Issued => "issued",
            Self::Suspended => "suspended",
            Self::Banned => "banned",
            Self::Address => "address",
        }
    }

    /// What is stored; none for what a newer version has written.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A restriction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Restriction {
    /// The district; none for an address.
    pub(crate) tenant: Option<TenantId>,
    pub(crate) kind: Kind,
    /// The `jti`, the `sid`, the person or the address.
    pub(crate) subject: String,
    /// From when; for [`Kind::Issued`], before when the tokens were issued.
    pub(crate) begins_at: Timestamp,
    /// Until when it is in force (exclusive).
    pub(crate) ends_at: Timestamp,
    pub(crate) reason: String,
    pub(crate) made_by: String,
}

impl Restriction {
    /// The district as it is stored: empty for all of them, which is no district's id.
    pub(crate) fn scope(&self) -> &str {
        self.tenant.as_ref().map_or("", TenantId::as_str)
    }
}
