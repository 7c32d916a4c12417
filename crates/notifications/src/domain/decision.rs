//! When one notification is told to one person on one channel: now, at the end of the quiet hours, in a digest, or not at all.
//!
//! An urgent announcement is told within the app at once, whatever anyone has chosen. What is switched off isn't told. What is
//! urgent passes quiet hours and digests. A digest comes when it is due, or when the quiet hours that it would fall into end.

use chrono::NaiveDateTime;
use homeroom_contract::Timestamp;

use crate::domain::{Channel, DigestTimes, NotificationType, Preferences, Priority};

/// When something is told, in the district's local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// At once.
    Now,
    /// By itself, when the quiet hours end.
    Held(NaiveDateTime),
    /// In the digest of that time.
    Digest(NaiveDateTime),
    /// Not at all, and it isn't in the inbox either.
    Off,
}

/// When something is told, as instants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// At once.
    Now,
    /// By itself, from then on.
    Held(Timestamp),
    /// In the digest of that instant.
    Digest(Timestamp),
}

impl Decision {
    /// The same as instants, by what makes a local time an instant in the district's time zone; none if it isn't told at all.
    pub fn telling(self, instant: impl FnOnce(NaiveDateTime) -> Timestamp) -> Option<Telling> {
        match self {
            Self::Now => Some(Telling::Now),
            Self::Held(until) => Some(Telling::Held(instant(until))),
            Self::Digest(due) => Some(Telling::Digest(instant(due))),
            Self::Off => None,
        }
    }
}

impl Preferences {
    /// When this person is told on that channel what is of that type and priority and comes at that local time.
    pub fn decide(
        &self,
        kind: NotificationType,
        priority: Priority,
        channel: Channel,
        local: NaiveDateTime,
        digests: &DigestTimes,
    ) -> Decision {
        let wanted = self.of(kind, channel);
        let forced = channel == Channel::InApp && kind.reaches_everyone(priority);
        if !wanted.enabled && !forced {
            return Decision::Off;
        }
        if priority == Priority::Urgent {
            return Decision::Now;
        }
        let end_of_quiet = |local| wanted.quiet_hours.and_then(|quiet| quiet.end_after(local));
        if let Some(due) = digests.next(wanted.digest, local) {
            return Decision::Digest(end_of_quiet(due).unwrap_or(due));
        }
        end_of_quiet(local).map_or(Decision::Now, Decision::Held)
    }
}
