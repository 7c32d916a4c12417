//! What is written into the journal, for those who look into it later. No client is told: these things reach people by way
//! of what every node reads each second.

use homeroom_contract::{Delivery, DomainEvent, Timestamp, UserId};
use serde::Serialize;

use super::{Restriction, Severity};

macro_rules! audited {
    ($(#[$doc:meta])* $type:ident $(<$life:lifetime>)? { $($field:ident: $of:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Serialize)]
        #[serde(rename_all = "camelCase")]
        pub(crate) struct $type $(<$life>)? { $(pub(crate) $field: $of,)* }

        impl $(<$life>)? DomainEvent for $type $(<$life>)? {
            const KIND: &'static str = stringify!($type);

            fn deliveries(&self) -> Vec<Delivery> {
                Vec::new()
            }
        }
    };
}

audited! {
    /// Somebody was given a first pair of tokens.
    SessionStarted<'a> { user: &'a UserId, session: &'a str, token: &'a str, }
}
audited! {
    /// A pair was exchanged for a new one.
    SessionRefreshed<'a> { user: &'a UserId, session: &'a str, token: &'a str, }
}
audited! {
    /// A refresh token came a second time, and the session was ended.
    RefreshTokenReused<'a> { user: &'a UserId, session: &'a str, }
}
audited! {
    /// Tokens are not good any more.
    TokensRevoked<'a> { what: &'static str, subject: &'a str, issued_before: Timestamp, }
}
audited! {
    /// Somebody was suspended or banned.
    PersonRestricted<'a> { user: &'a str, what: &'static str, until: Timestamp, reason: &'a str, }
}
audited! {
    /// Somebody is neither suspended nor banned any more, and starts without violations.
    PersonPardoned<'a> { user: &'a UserId, }
}
audited! {
    /// Somebody did what should not be done.
    ViolationRecorded<'a> { user: &'a UserId, severity: Severity, message: &'a str, violations: u32, }
}

impl<'a> PersonRestricted<'a> {
    pub(crate) fn by(restriction: &'a Restriction) -> Self {
        Self {
            user: &restriction.subject,
            what: restriction.kind.as_str(),
            until: restriction.ends_at,
            reason: &restriction.reason,
        }
    }
}
