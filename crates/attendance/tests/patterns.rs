//! Patterns: a weekday, late streaks; told once while they last. The days begin with a Monday.

use homeroom_attendance::{Found, Pattern, PatternRules, Patterns, Status, Weekday};
use proptest::prelude::*;

use crate::school::{days, nth, some_days};

fn found(letters: &str) -> Vec<Found> {
    Patterns::default().settle(&days(letters), &PatternRules::default())
}

fn kinds(letters: &str) -> Vec<Pattern> {
    found(letters).iter().map(|found| found.pattern).collect()
}

#[test]
fn absences_on_one_weekday_are_a_pattern_with_evidence() {
    let told = found("APPAP..XPPPP..APPPP..APPPP");
    let [Found { pattern: Pattern::Weekday, evidence }] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(evidence.weekday, Some(Weekday::Monday));
    assert_eq!(evidence.dates, [nth(0), nth(14), nth(21)]);
    assert_eq!(evidence.records, 3, "the excused Monday is left out");
    assert_eq!((evidence.other_absences, evidence.other_records), (Some(1), Some(16)));
}

#[test]
fn a_weekday_needs_three_absences_half_of_its_records_and_twice_the_share_of_the_others() {
    assert_eq!(kinds("APPPP..APPPP"), [], "two");
    assert_eq!(kinds("APPPP..PPPPP..APPPP..PPPPP..APPPP..PPPPP"), [Pattern::Weekday], "three of six");
    assert_eq!(kinds("APPPP..PPPPP..APPPP..PPPPP..APPPP..PPPPP..PPPPP"), [], "three of seven");
    assert_eq!(kinds("AP.....AA.....AP.....AA"), [Pattern::Weekday], "four of four against two of four");
    assert_eq!(kinds("AP.....AA.....AA.....AA"), [], "four of four against three of four");
}

#[test]
fn who_is_always_away_has_no_weekday() {
    assert_eq!(kinds("AAAAA..AAAAA..AAAAA"), []);
    assert_eq!(
        kinds("A......A......A"),
        [],
        "a class that meets on Mondays only has nothing to compare with"
    );
}

#[test]
fn only_the_last_sixty_days_are_looked_at() {
    let long_ago = |gap: usize| format!("APPPP..APPPP{}APPPP", ".".repeat(gap));
    // The first Monday lies 56 days before the last one, and 60 before the last Friday.
    assert_eq!(kinds(&long_ago(44)), [], "the first one is too long ago");
    let on_monday = format!("APPPP..APPPP{}A", ".".repeat(44));
    assert_eq!(kinds(&on_monday), [Pattern::Weekday]);
}

#[test]
fn being_late_again_and_again_is_a_pattern() {
    let told = found("PLLXL");
    let [Found { pattern: Pattern::LateStreak, evidence }] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(evidence.dates, [nth(1), nth(2), nth(4)]);
    assert_eq!((evidence.records, evidence.weekday), (3, None));
    assert_eq!(kinds("LL"), []);
    assert_eq!(kinds("LLALL"), [], "an absence interrupts");
    assert_eq!(kinds("LLLP"), [], "it is over");
}

#[test]
fn a_pattern_is_told_again_only_after_it_had_passed() {
    let mut patterns = Patterns::default();
    let mut told = |letters| patterns.settle(&days(letters), &PatternRules::default()).len();
    assert_eq!(told("LLL"), 1);
    assert_eq!(told("LLLL"), 0, "it lasts");
    assert_eq!(told("LLLLP"), 0);
    assert_eq!(told("LLLLPLLL"), 1, "another one");
}

#[test]
fn what_lasts_is_read_as_it_was_kept() {
    let (mut patterns, rules) = (Patterns::default(), PatternRules::default());
    assert_eq!(patterns.settle(&days("APPPP..APPPP..ALLL"), &rules).len(), 2);
    let mut read: Patterns = serde_json::from_str(&serde_json::to_string(&patterns).unwrap()).unwrap();
    assert_eq!(read.settle(&days("APPPP..APPPP..ALLL"), &rules), []);
}

#[test]
fn the_thresholds_are_settings() {
    let rules: PatternRules = serde_json::from_str(r#"{"late_streak":2}"#).unwrap();
    assert_eq!(Patterns::default().settle(&days("LL"), &rules).len(), 1);
    assert_eq!(rules.window_days, 60);
}

proptest! {
    /// Evidence is what it says: each date is a record of that kind, and nothing is told twice.
    #[test]
    fn evidence_can_be_checked(days in some_days()) {
        let (mut patterns, rules) = (Patterns::default(), PatternRules::default());
        for found in patterns.settle(&days, &rules) {
            let status = match found.pattern {
                Pattern::Weekday => Status::Absent,
                Pattern::LateStreak => Status::Late,
            };
            prop_assert!(found.evidence.dates.len() >= 3);
            prop_assert!(found.evidence.dates.iter().all(|date| days.get(date) == Some(&status)));
            prop_assert!(found.evidence.dates.is_sorted());
        }
        prop_assert_eq!(patterns.settle(&days, &rules), vec![]);
    }

    /// Excused days change nothing.
    #[test]
    fn excused_days_are_left_out(days in some_days()) {
        let mut without = days.clone();
        without.retain(|_, status| *status != Status::Excused);
        // The window ends with the last record.
        prop_assume!(days.keys().last() == without.keys().last());
        let rules = PatternRules::default();
        prop_assert_eq!(Patterns::default().settle(&days, &rules), Patterns::default().settle(&without, &rules));
    }
}
