//! The school year around a day: two semesters with two grading periods each, and the three terms that elementary schools
//! count by. A year goes from August to August without a gap, so that there is always something going on.

use chrono::{Datelike, NaiveDate};
use homeroom_contract::AcademicSessionId;

use crate::oneroster::{AcademicSession, SessionKind};

use super::ids::id;

/// The school year that the day is in.
#[derive(Debug)]
pub(super) struct Calendar {
    pub(super) today: NaiveDate,
    pub(super) year: AcademicSession,
    pub(super) semesters: [AcademicSession; 2],
    pub(super) terms: [AcademicSession; 3],
    /// Two in each semester.
    pub(super) periods: [AcademicSession; 4],
    /// The year before, which nothing refers to any more.
    last_year: AcademicSession,
}

impl Calendar {
    pub(super) fn around(today: NaiveDate) -> Self {
        let first = if today.month() >= 8 { today.year() } else { today.year() - 1 };
        let last = first + 1;
        let on = |year: i32, month: u32, day: u32| NaiveDate::from_ymd_opt(year, month, day).unwrap_or(today);
        let session = |suffix: &str, title: String, kind, start, end, parent: Option<&AcademicSession>| {
            AcademicSession {
                id: id::<AcademicSessionId>(format!("SY{first}-{suffix}")),
                title,
                kind,
                start,
                end,
                parent: parent.map(|parent| parent.id.clone()),
                school_year: last,
            }
        };
        let (begin, middle, end) = (on(first, 8, 1), on(last, 1, 16), on(last, 8, 1));
        let year = session("Y", format!("{first}-{last}"), SessionKind::SchoolYear, begin, end, None);
        let semester = |number: u8, start, end| {
            session(
                &format!("S{number}"),
                format!("Semester {number}"),
                SessionKind::Semester,
                start,
                end,
                Some(&year),
            )
        };
        let semesters = [semester(1, begin, middle), semester(2, middle, end)];
        let term = |number: u8, start, end| {
            session(
                &format!("T{number}"),
                format!("Trimester {number}"),
                SessionKind::Term,
                start,
                end,
                Some(&year),
            )
        };
        let (autumn, spring) = (on(first, 11, 16), on(last, 3, 1));
        let terms = [term(1, begin, autumn), term(2, autumn, spring), term(3, spring, end)];
        let [one, two] = &semesters;
        let period = |number: u8, start, end, parent| {
            let title = format!("Quarter {number}");
            session(&format!("Q{number}"), title, SessionKind::GradingPeriod, start, end, Some(parent))
        };
        let (october, march) = (on(first, 10, 21), on(last, 3, 26));
        let periods = [
            period(1, begin, october, one),
            period(2, october, middle, one),
            period(3, middle, march, two),
            period(4, march, end, two),
        ];
        let last_year = AcademicSession {
            id: id::<AcademicSessionId>(format!("SY{}-Y", first - 1)),
            title: format!("{}-{first}", first - 1),
            kind: SessionKind::SchoolYear,
            start: on(first - 1, 8, 1),
            end: begin,
            parent: None,
            school_year: first,
        };
        Self { today, year, semesters, terms, periods, last_year }
    }

    /// Every session, those that others are part of first.
    pub(super) fn sessions(&self) -> impl Iterator<Item = &AcademicSession> {
        [&self.last_year, &self.year]
            .into_iter()
            .chain(&self.semesters)
            .chain(&self.terms)
            .chain(&self.periods)
    }

    /// The grading period that is open today.
    pub(super) fn open_period(&self) -> &AcademicSession {
        let [first, ..] = &self.periods;
        self.periods.iter().find(|period| (period.start..period.end).contains(&self.today)).unwrap_or(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_has_a_semester_a_term_and_a_grading_period() {
        let mut day = NaiveDate::from_ymd_opt(2027, 7, 25).unwrap();
        for _ in 0..400 {
            let calendar = Calendar::around(day);
            let holds = |session: &&AcademicSession| (session.start..session.end).contains(&day);
            assert_eq!(calendar.semesters.iter().filter(holds).count(), 1, "{day}");
            assert_eq!(calendar.terms.iter().filter(holds).count(), 1, "{day}");
            assert_eq!(calendar.periods.iter().filter(holds).count(), 1, "{day}");
            assert!(calendar.open_period().start <= day);
            day = day.succ_opt().unwrap();
        }
    }
}
