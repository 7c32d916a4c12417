//! What an operator can set about rosters.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use homeroom_contract::{TenantId, Timestamp};

/// The settings of the roster. Days (of enrollments, roles, grading periods) begin at midnight in the district's time zone.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `roster.time_zone`: the time zone of every district that has none of its own; UTC unless set.
    pub time_zone: Tz,
    /// `roster.time_zones."<district>"`: the time zone of one district, by its IANA name.
    pub time_zones: BTreeMap<TenantId, Tz>,
    /// `roster.affected_limit`: an import that touches the rights of more people than this is told as a change for everyone of
    /// the district, in which at most so many of those who lost something are named; 1000 unless set.
    pub affected_limit: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { time_zone: Tz::UTC, time_zones: BTreeMap::new(), affected_limit: 1000 }
    }
}

impl Settings {
    /// The day that it is in a district at that instant.
    pub fn today(&self, tenant: &TenantId, at: Timestamp) -> NaiveDate {
        day(*self.time_zones.get(tenant).unwrap_or(&self.time_zone), at)
    }

    /// The instant at which that day begins in a district.
    pub(crate) fn begins(&self, tenant: &TenantId, day: NaiveDate) -> Timestamp {
        let zone = self.time_zones.get(tenant).unwrap_or(&self.time_zone);
        let midnight = day.and_time(NaiveTime::MIN);
        // Where the clocks go forward at midnight, the day begins at one o'clock.
        let local = [midnight, midnight + TimeDelta::hours(1)];
        let begin = local.iter().find_map(|time| zone.from_local_datetime(time).earliest());
        Timestamp::new(begin.map_or_else(|| midnight.and_utc(), |begin| begin.to_utc()))
    }

    /// Whether a day has begun in any time zone that is in use, after `since` and not later than `now`.
    pub(crate) fn any_day_began(&self, since: Timestamp, now: Timestamp) -> bool {
        let zones = self.time_zones.values().chain(std::iter::once(&self.time_zone));
        zones.into_iter().any(|zone| day(*zone, since) < day(*zone, now))
    }
}

fn day(zone: Tz, at: Timestamp) -> NaiveDate {
    at.to_utc().with_timezone(&zone).date_naive()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::new(text.parse().unwrap())
    }

    #[test]
    fn a_day_begins_at_midnight_in_the_district() {
        let tenant = TenantId::new("d1").unwrap();
        let mut settings = Settings::default();
        settings.time_zones.insert(tenant.clone(), chrono_tz::America::New_York);
        let evening = at("2026-03-03T04:59:59.999Z");
        assert_eq!(settings.today(&tenant, evening).to_string(), "2026-03-02");
        assert_eq!(settings.today(&TenantId::new("d2").unwrap(), evening).to_string(), "2026-03-03");
        assert_eq!(settings.begins(&tenant, "2026-03-03".parse().unwrap()), at("2026-03-03T05:00:00Z"));
        settings.time_zones.insert(tenant.clone(), chrono_tz::America::Santiago);
        let clocks_go_forward = "2026-09-06".parse().unwrap();
        assert_eq!(settings.begins(&tenant, clocks_go_forward), at("2026-09-06T04:00:00Z"));
        settings.time_zones.insert(tenant.clone(), chrono_tz::America::New_York);
        assert!(settings.any_day_began(evening, at("2026-03-03T05:00:00Z")));
        assert!(!settings.any_day_began(at("2026-03-03T00:00:00Z"), evening));
    }
}
