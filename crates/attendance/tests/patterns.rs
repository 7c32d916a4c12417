//! Patterns: a weekday, a period, late streaks; told once while they last. The days begin with a Monday.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use homeroom_attendance::{Found, Pattern, PatternRules, Patterns, Status, Weekday};
use proptest::prelude::*;

use crate::school::{days, nth, some_days};

/// With no other class.
fn found(letters: &str) -> Vec<Found> {
    Patterns::default().settle(&days(letters), &BTreeSet::new(), &PatternRules::default())
}

/// With another class: a letter other than `.` is a day on which the student was there.
fn found_beside(letters: &str, other_class: &str) -> Vec<Found> {
    Patterns::default().settle(&days(letters), &there(other_class), &PatternRules::default())
}

fn kinds_beside(letters: &str, other_class: &str) -> Vec<Pattern> {
    found_beside(letters, other_class).iter().map(|found| found.pattern).collect()
}

fn there(letters: &str) -> BTreeSet<NaiveDate> {
    days(letters).into_iter().filter(|(_, status)| !status.is_away()).map(|(date, _)| date).collect()
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
fn absences_from_one_class_on_days_in_another_are_a_pattern_with_evidence() {
    let told = found_beside("AAPAX..A", "PL.EP..A");
    let [Found { pattern: Pattern::Period, evidence }] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(evidence.dates, [nth(0), nth(1), nth(3)]);
    assert_eq!(
        evidence.records, 3,
        "not those without the other class, nor the excused one, nor one away from both"
    );
    assert_eq!((evidence.weekday, evidence.other_absences, evidence.other_records), (None, None, None));
}

#[test]
fn a_period_needs_three_absences_and_half_of_the_days_in_school() {
    let kinds = kinds_beside;
    assert_eq!(kinds("AAP", "PPP"), [], "two");
    assert_eq!(kinds("AAAPPP", "PPPPPP"), [Pattern::Period], "three of six");
    assert_eq!(kinds("AAAPPPP", "PPPPPPP"), [], "three of seven");
    assert_eq!(
        kinds("AAAPPPP", "PPPPPP."),
        [Pattern::Period],
        "the seventh day says nothing of this class alone"
    );
    assert_eq!(kinds("AAA", "AAA"), [], "who isn't in school at all is no pattern of this class");
    assert_eq!(kinds("LLPL", "PPPP"), [], "late is no absence");
    let long_ago = format!("A{}AA", ".".repeat(58));
    let always = "P".repeat(61);
    assert_eq!(kinds(&long_ago[..60], &always), [], "two");
    assert_eq!(
        kinds(&format!("A{}AA", ".".repeat(57)), &always),
        [Pattern::Period],
        "the first of sixty days"
    );
    assert_eq!(kinds(&long_ago, &always), [], "a day too long ago");
}

#[test]
fn a_period_is_told_when_the_other_class_is_marked_afterwards() {
    let (mut patterns, rules, here) = (Patterns::default(), PatternRules::default(), days("AAA"));
    assert_eq!(patterns.settle(&here, &there("PP"), &rules), []);
    assert_eq!(patterns.settle(&here, &there("PPP"), &rules).len(), 1);
    assert_eq!(patterns.settle(&here, &there("PPP"), &rules), [], "it lasts");
}

#[test]
fn a_pattern_is_told_again_only_after_it_had_passed() {
    let mut patterns = Patterns::default();
    let mut told =
        |letters| patterns.settle(&days(letters), &BTreeSet::new(), &PatternRules::default()).len();
    assert_eq!(told("LLL"), 1);
    assert_eq!(told("LLLL"), 0, "it lasts");
    assert_eq!(told("LLLLP"), 0);
    assert_eq!(told("LLLLPLLL"), 1, "another one");
}

#[test]
fn what_lasts_is_read_as_it_was_kept() {
    let (mut patterns, rules) = (Patterns::default(), PatternRules::default());
    assert_eq!(patterns.settle(&days("APPPP..APPPP..ALLL"), &there("A.PP"), &rules).len(), 2);
    let mut read: Patterns = serde_json::from_str(&serde_json::to_string(&patterns).unwrap()).unwrap();
    assert_eq!(read.settle(&days("APPPP..APPPP..ALLL"), &there("A.PP"), &rules), []);
}

#[test]
fn the_thresholds_are_settings() {
    let rules: PatternRules = serde_json::from_str(r#"{"late_streak":2}"#).unwrap();
    assert_eq!(Patterns::default().settle(&days("LL"), &BTreeSet::new(), &rules).len(), 1);
    assert_eq!((rules.window_days, rules.period_absences, rules.period_percent), (60, 3, 50));
    let rules: PatternRules = serde_json::from_str(r#"{"period_absences":1,"period_percent":100}"#).unwrap();
    let found = |letters| Patterns::default().settle(&days(letters), &there("PP"), &rules).len();
    assert_eq!((found("A"), found("AP")), (1, 0));
}

proptest! {
    /// Evidence is what it says: each date is a record of that kind, and nothing is told twice.
    #[test]
    fn evidence_can_be_checked(days in some_days(), other_class in some_days()) {
        let (mut patterns, rules) = (Patterns::default(), PatternRules::default());
        let elsewhere = other_class.keys().copied().collect();
        for found in patterns.settle(&days, &elsewhere, &rules) {
            let status = match found.pattern {
                Pattern::Period => {
                    prop_assert!(found.evidence.dates.iter().all(|date| elsewhere.contains(date)));
                    Status::Absent
                }
                Pattern::Weekday => Status::Absent,
                Pattern::LateStreak => Status::Late,
            };
            prop_assert!(found.evidence.dates.len() >= 3);
            prop_assert!(found.evidence.dates.iter().all(|date| days.get(date) == Some(&status)));
            prop_assert!(found.evidence.dates.is_sorted());
        }
        prop_assert_eq!(patterns.settle(&days, &elsewhere, &rules), vec![]);
    }

    /// Excused days change nothing.
    #[test]
    fn excused_days_are_left_out(days in some_days(), other_class in some_days()) {
        let mut without = days.clone();
        without.retain(|_, status| *status != Status::Excused);
        // The window ends with the last record.
        prop_assume!(days.keys().last() == without.keys().last());
        let (elsewhere, rules) = (other_class.keys().copied().collect(), PatternRules::default());
        let found = |days| Patterns::default().settle(days, &elsewhere, &rules);
        prop_assert_eq!(found(&days), found(&without));
    }
}
