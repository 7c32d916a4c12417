//! Digests: what isn't pressing comes together, once a day or once a week, at a time that is the same for the whole deployment.

use chrono::{Datelike as _, Days, NaiveDateTime, NaiveTime, Weekday};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::TimeOfDay;

/// Whether and how often somebody wants what comes together in a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Digest {
    /// Each by itself, at once.
    #[default]
    Off,
    /// Together, every day.
    Daily,
    /// Together, once a week.
    Weekly,
}

/// When digests are due, in the district's local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DigestTimes {
    /// The time of day (`07:00`; `notifications.digest.at`).
    pub at: TimeOfDay,
    /// The day of the weekly ones (`Mon`; `notifications.digest.weekday`).
    pub weekday: Weekday,
}

impl Default for DigestTimes {
    fn default() -> Self {
        let seven = NaiveTime::from_hms_opt(7, 0, 0).unwrap_or(NaiveTime::MIN);
        Self { at: TimeOfDay::new(seven), weekday: Weekday::Mon }
    }
}

impl DigestTimes {
    /// When the next digest is due for what comes at that local time: always later than it. None if there is no digest.
    pub fn next(&self, digest: Digest, local: NaiveDateTime) -> Option<NaiveDateTime> {
        // A week from today is reached when today is the day and its time has passed.
        let mut days = (0..=7).filter_map(|days| {
            let date = local.date().checked_add_days(Days::new(days))?;
            Some(date.and_time(self.at.to_naive()))
        });
        days.find(|due| {
            let today = match digest {
                Digest::Off => false,
                Digest::Daily => true,
                Digest::Weekly => due.weekday() == self.weekday,
            };
            today && *due > local
        })
    }
}
