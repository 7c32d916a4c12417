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
        self.around(digest, local).find(|due| *due > local)
    }

    /// When digests are due from the day before that local time, since quiet hours may put one off for nearly a day, until a
    /// week from that day, which is reached when it is the day of the weekly ones and their time has passed.
    pub(super) fn around(
        &self,
        digest: Digest,
        local: NaiveDateTime,
    ) -> impl Iterator<Item = NaiveDateTime> + use<> {
        let times = *self;
        let yesterday = local.date().pred_opt().unwrap_or(local.date());
        let days = (0..=8).filter_map(move |days| yesterday.checked_add_days(Days::new(days)));
        let days = days.filter(move |day| match digest {
            Digest::Off => false,
            Digest::Daily => true,
            Digest::Weekly => day.weekday() == times.weekday,
        });
        days.map(move |day| day.and_time(times.at.to_naive()))
    }
}
