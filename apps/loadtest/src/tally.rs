//! Counts and times: how long things took, and how they failed.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;
use homeroom_client::Error;
use serde::Serialize;

/// What the day is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Phase {
    Arriving,
    Lessons,
    /// Everyone at once.
    Bell,
}

impl Phase {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Arriving => "arriving",
            Self::Lessons => "lessons",
            Self::Bell => "bell",
        }
    }
}

/// How long something took, each time.
#[derive(Debug, Clone)]
pub(crate) struct Times(Histogram<u64>);

/// The longest time that is told apart: ten minutes, in microseconds.
const LONGEST: u64 = 600_000_000;

impl Default for Times {
    #[expect(clippy::expect_used, reason = "the bounds are constant and sound")]
    fn default() -> Self {
        Self(Histogram::new_with_bounds(1, LONGEST, 3).expect("bounds that fit together"))
    }
}

impl Times {
    pub(crate) fn note(&mut self, took: Duration) {
        self.note_micros(u64::try_from(took.as_micros()).unwrap_or(LONGEST));
    }

    pub(crate) fn note_micros(&mut self, micros: u64) {
        self.0.saturating_record(micros);
    }

    pub(crate) fn spread(&self) -> Spread {
        let millis = |micros: u64| Duration::from_micros(micros).as_secs_f64() * 1000.0;
        let at = |quantile| millis(self.0.value_at_quantile(quantile));
        Spread { count: self.0.len(), p50: at(0.5), p90: at(0.9), p99: at(0.99), max: millis(self.0.max()) }
    }
}

/// Times in milliseconds: how many there were, and below what half of them, 90 % and 99 % lie.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Spread {
    pub(crate) count: u64,
    pub(crate) p50: f64,
    pub(crate) p90: f64,
    pub(crate) p99: f64,
    pub(crate) max: f64,
}

/// Something that was tried many times.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tries {
    pub(crate) times: Times,
    /// How often it failed, by code.
    pub(crate) failures: BTreeMap<String, u64>,
}

impl Tries {
    pub(crate) fn note(&mut self, took: Duration, outcome: Result<(), &Error>) {
        match outcome {
            Ok(()) => self.times.note(took),
            Err(error) => *self.failures.entry(label(error)).or_default() += 1,
        }
    }
}

/// Everything that is counted while the day goes on.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// From the first byte to being let in.
    pub(crate) connects: Tries,
    /// What was sent with an ack, by phase and name.
    pub(crate) commands: BTreeMap<(Phase, &'static str), Tries>,
    /// Grades that were acknowledged.
    pub(crate) grades: BTreeMap<Phase, u64>,
    /// How often a connection was cut off on purpose.
    pub(crate) interrupted: u64,
    /// How often a connection was lost, on purpose or not.
    pub(crate) lost: u64,
    /// From losing the connection to being back with the session taken up.
    pub(crate) recovered: Times,
    /// How often the session was not taken up, and its person joined anew.
    pub(crate) began_anew: u64,
    /// Why somebody was not let in again, or sent away for good.
    pub(crate) not_back: BTreeMap<String, u64>,
    /// Events that are told but not kept: typing, focus, who is there.
    pub(crate) ephemeral: u64,
}

/// The code of a failure; without one, what kind of failure it is.
pub(crate) fn label(error: &Error) -> String {
    match (error.code(), error) {
        (Some(code), _) => code.as_str().to_owned(),
        (None, Error::Connect { problem, .. }) => format!("no connection: {problem}"),
        (None, Error::Refused(refusal)) => format!("refused: {refusal}"),
        (None, Error::Disconnected(_)) => "connection lost".to_owned(),
        (None, Error::Timeout(_)) => "no answer in time".to_owned(),
        (None, other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_milliseconds_and_none_is_lost() {
        let mut times = Times::default();
        (1..=100).for_each(|millis| times.note(Duration::from_millis(millis)));
        times.note(Duration::from_hours(1));
        let spread = times.spread();
        assert_eq!(spread.count, 101);
        assert!((spread.p50 - 51.0).abs() < 0.2 && (spread.p90 - 91.0).abs() < 0.2, "{spread:?}");
        assert!((spread.max - 600_000.0).abs() < 1000.0, "{spread:?}");
    }
}
