//! What follows from what, without any I/O: how warnings add up, and what is told of it.

mod escalation;
mod events;
mod restriction;

pub use escalation::{Consequence, Escalation, Severity};
pub(crate) use events::{
    PersonPardoned, PersonRestricted, RefreshTokenReused, SessionRefreshed, SessionStarted, TokensRevoked,
    ViolationRecorded,
};
pub(crate) use restriction::{FOR_GOOD, Kind, Restriction, end_of};
