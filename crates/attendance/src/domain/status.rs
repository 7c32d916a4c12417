//! What a student's day in a class was, in one word.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a student's day in a class was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// There.
    Present,
    /// Not there, and not excused.
    Absent,
    /// Came too late; `arrivalAt` says when.
    Late,
    /// Not there, with leave.
    Excused,
    /// Was there and left early; `departureAt` says when. Counts as present.
    EarlyDeparture,
    /// There for a part only, from `arrivalAt` to `departureAt`. Counts as present.
    Partial,
}

impl Status {
    /// Every status there is.
    pub const ALL: [Status; 6] = [
        Status::Present,
        Status::Absent,
        Status::Late,
        Status::Excused,
        Status::EarlyDeparture,
        Status::Partial,
    ];

    /// As it is stored and goes over the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Present => "PRESENT",
            Status::Absent => "ABSENT",
            Status::Late => "LATE",
            Status::Excused => "EXCUSED",
            Status::EarlyDeparture => "EARLY_DEPARTURE",
            Status::Partial => "PARTIAL",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }

    /// Whether it can say when the student came.
    pub fn has_arrival(self) -> bool {
        matches!(self, Status::Late | Status::Partial)
    }

    /// Whether it can say when the student left.
    pub fn has_departure(self) -> bool {
        matches!(self, Status::EarlyDeparture | Status::Partial)
    }

    /// Whether it is counted as present. Late is a count of its own.
    pub fn counts_as_present(self) -> bool {
        matches!(self, Status::Present | Status::EarlyDeparture | Status::Partial)
    }

    /// Whether the student wasn't there at all, for whatever reason.
    pub fn is_away(self) -> bool {
        matches!(self, Status::Absent | Status::Excused)
    }
}
