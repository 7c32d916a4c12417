//! Interventions: told once when reached, withdrawn when a correction removes the cause.

use chrono::NaiveDate;
use homeroom_attendance::{
    Days, ExcusedDays, Intervention, InterventionRule, InterventionRules, Interventions, Settled, Status,
};
use proptest::prelude::*;

use crate::school::{days, now, nth, some_days, some_status};

/// Only absences in a row.
fn in_a_row(excused: ExcusedDays) -> InterventionRules {
    InterventionRules { percents: vec![], excused, ..InterventionRules::default() }
}

/// Only shares.
fn shares() -> InterventionRules {
    InterventionRules { consecutive: vec![], ..InterventionRules::default() }
}

/// What is told when one looks at these records, one after the other: `+` a tier that was reached, `-` one that was withdrawn, `~`
/// one that stands on with other numbers; a share's with `%`. What is withdrawn or changed is what was told before, by its id.
fn told(rules: &InterventionRules, looks: &[&str]) -> Vec<Vec<String>> {
    let mut interventions = Interventions::default();
    let mut one = |letters: &&str| {
        let before = interventions.clone();
        let settled = interventions.settle(&days(letters), rules, now());
        for intervention in settled.withdrawn.iter().chain(&settled.changed) {
            let id = &intervention.intervention_id;
            assert!(
                before.standing().iter().any(|told| told.intervention_id == *id && is_of(told, intervention))
            );
        }
        let Settled { triggered, withdrawn, changed } = settled;
        let signs = [("+", triggered), ("-", withdrawn), ("~", changed)];
        let told = |(sign, told): &(&str, Vec<Intervention>)| -> Vec<String> {
            told.iter().map(|told| format!("{sign}{}", tier(told))).collect()
        };
        signs.iter().flat_map(told).collect()
    };
    looks.iter().map(&mut one).collect()
}

fn tier(told: &Intervention) -> String {
    match told.rule {
        InterventionRule::ConsecutiveAbsences => told.tier.to_string(),
        InterventionRule::AbsenceRate => format!("{}%", told.tier),
    }
}

fn is_of(one: &Intervention, other: &Intervention) -> bool {
    (one.rule, one.tier) == (other.rule, other.tier)
}

/// Like [`told`], for one look.
fn reached(rules: &InterventionRules, letters: &str) -> Vec<String> {
    told(rules, &[letters]).remove(0)
}

#[test]
fn three_absences_in_a_row_by_date_are_told_once() {
    let rules = in_a_row(ExcusedDays::Skip);
    assert_eq!(told(&rules, &["PAA", "PAAA", "PAAAA", "PAAAA.A"]), [vec![], vec!["+3"], vec![], vec![]]);
    assert_eq!(reached(&rules, "AA..A"), ["+3"], "days without a record are none");
    assert_eq!(reached(&rules, "AAAP"), Vec::<String>::new(), "they aren't the last records");
    assert_eq!(told(&rules, &["AAA", "AAAP", "AAAPAAA"]), [vec!["+3"], vec![], vec!["+3"]], "another row");
}

#[test]
fn what_an_excused_day_is_in_a_row_is_a_setting() {
    let with = |excused| reached(&in_a_row(excused), "AXAXA").len();
    assert_eq!(with(ExcusedDays::Skip), 1, "neither counts nor interrupts");
    assert_eq!(with(ExcusedDays::Interrupt), 0);
    assert_eq!(reached(&in_a_row(ExcusedDays::Skip), "AXXA").len(), 0, "it doesn't count");
    assert_eq!(reached(&in_a_row(ExcusedDays::Count), "AXA").len(), 1);
}

#[test]
fn only_absences_interrupt_nothing() {
    for other in ["L", "P", "E", "T"] {
        assert_eq!(reached(&in_a_row(ExcusedDays::Skip), &format!("AA{other}A")).len(), 0, "{other}");
    }
}

#[test]
fn a_correction_that_removes_the_row_withdraws_it_and_it_can_be_reached_anew() {
    let rules = in_a_row(ExcusedDays::Skip);
    assert_eq!(
        told(&rules, &["AAA", "APA", "APAA", "APAAA", "APAAAP"]),
        [vec!["+3"], vec!["-3"], vec![], vec!["+3"], vec![]]
    );
    assert_eq!(told(&rules, &["AAA", "AXA", "AAA"]), [vec!["+3"], vec!["-3"], vec!["+3"]]);
    assert_eq!(told(&rules, &["AAA", "AAAP", "AALP"]), [vec!["+3"], vec![], vec!["-3"]], "long after too");
    let other_row = ["AAA", "AAAPAAA", "AAAPAPA"];
    assert_eq!(
        told(&rules, &other_row),
        [vec!["+3"], vec!["+3"], vec!["-3"]],
        "another row is no cause of this one"
    );
    assert_eq!(told(&rules, &["AAA", "AAAA", "PAAA"]), [vec!["+3"], vec![], vec![]], "three are left of it");
    assert_eq!(
        told(&rules, &[".PAAA", "APAAA", "AAAAA"]),
        [vec!["+3"], vec![], vec![]],
        "it grew at its begin"
    );
}

#[test]
fn each_tier_of_a_row_is_told() {
    let twice = InterventionRules { consecutive: vec![3, 3, 0], ..in_a_row(ExcusedDays::Skip) };
    assert_eq!(
        reached(&twice, "AAA"),
        ["+3"],
        "one that is set twice is one, and none is reached by no absence"
    );
    let rules = InterventionRules { consecutive: vec![3, 5], ..in_a_row(ExcusedDays::Skip) };
    assert_eq!(
        told(&rules, &["AAA", "AAAA", "AAAAA", "AAAPA"]),
        [vec!["+3"], vec![], vec!["+5"], vec!["-5"]]
    );
}

#[test]
fn shares_are_looked_at_from_ten_enrolled_days() {
    let nine = "APPPPPPPP";
    assert_eq!(reached(&shares(), nine), Vec::<String>::new());
    assert_eq!(reached(&shares(), &format!("{nine}.P")), ["+5%", "+10%"], "a day without a record is none");
}

#[test]
fn a_share_is_of_any_reason_and_reached_at_its_very_percent() {
    let of =
        |away: &str, days: usize| reached(&shares(), &format!("{away}{}", "P".repeat(days - away.len())));
    assert_eq!(of("A", 20), ["+5%"], "5.0 %");
    assert_eq!(of("A", 21), Vec::<String>::new(), "4.8 %");
    assert_eq!(of("X", 20), ["+5%"], "excused");
    assert_eq!(of("AX", 20), ["+5%", "+10%"]);
    assert_eq!(of("AAXX", 20), ["+5%", "+10%", "+20%"]);
    assert_eq!(of("LET", 20), Vec::<String>::new(), "late, partial and early departure are no absences");
}

#[test]
fn a_share_is_told_once_even_if_it_falls_and_rises() {
    let ten = "APPPPPPPPP";
    let (falls, rises) = (format!("{ten}PP"), format!("{ten}PPA"));
    assert_eq!(told(&shares(), &[ten, &falls, &rises]), [vec!["+5%", "+10%"], vec![], vec![]]);
}

#[test]
fn a_correction_that_removes_the_share_withdraws_it() {
    assert_eq!(
        told(&shares(), &["APPPPPPPPP", "LPPPPPPPPP", "LPPPPPPPPA"]),
        [vec!["+5%", "+10%"], vec!["-5%", "-10%"], vec!["+5%", "+10%"]]
    );
    let later = "LPPPPPPPPPPA";
    let much_later = "LPPPPPPPPPPAPPPPPPPPP";
    assert_eq!(
        told(&shares(), &["APPPPPPPPP", later, much_later]),
        [vec!["+5%", "+10%"], vec!["-10%", "~5%"], vec![]],
        "one of twelve is 8 %: 5 % is reached by another absence meanwhile, and from then on stands for that one"
    );
}

/// A share that stands for other days than it was told for has these days' numbers, and the id that was told.
#[test]
fn what_stands_on_says_for_what() {
    let rules = InterventionRules { percents: vec![5], ..shares() };
    let mut interventions = Interventions::default();
    let before = interventions.settle(&days(".APPPPPPPPP"), &rules, now()).triggered.remove(0);
    let settled = interventions.settle(&days("PLPPPPPPPPPAA"), &rules, now());
    let after =
        Intervention { count: 2, enrolled_days: Some(13), since: nth(0), until: nth(12), ..before.clone() };
    assert_eq!(
        (before.count, before.enrolled_days, before.since, before.until),
        (1, Some(10), nth(1), nth(10))
    );
    assert_eq!(settled, Settled { changed: vec![after.clone()], ..Settled::default() });
    assert_eq!(interventions.standing(), [after]);
}

#[test]
fn what_is_told_has_its_numbers() {
    let mut interventions = Interventions::default();
    let rules = InterventionRules { percents: vec![20], ..InterventionRules::default() };
    let told = interventions.settle(&days("PPPPPPXAAA"), &rules, now()).triggered;
    let numbers =
        |told: &Intervention| (told.rule, told.tier, told.count, told.enrolled_days, told.since, told.until);
    assert_eq!(
        told.iter().map(numbers).collect::<Vec<_>>(),
        [
            (InterventionRule::ConsecutiveAbsences, 3, 3, None, nth(7), nth(9)),
            (InterventionRule::AbsenceRate, 20, 4, Some(10), nth(0), nth(9)),
        ]
    );
    assert_eq!(interventions.standing(), told);
}

#[test]
fn what_stands_is_read_as_it_was_kept() {
    let mut interventions = Interventions::default();
    interventions.settle(&days("AAAAAAAAAA"), &InterventionRules::default(), now());
    let kept = serde_json::to_string(&interventions).unwrap();
    assert_eq!(serde_json::from_str::<Interventions>(&kept).unwrap(), interventions);
    assert_eq!(Interventions::of(interventions.standing().to_vec()), interventions, "row by row too");
    assert_eq!(interventions.standing().len(), 4);
}

#[test]
fn the_thresholds_are_settings() {
    let rules: InterventionRules = serde_json::from_str(r#"{"consecutive":[2],"excused":"count"}"#).unwrap();
    assert_eq!((rules.percents.as_slice(), rules.from_days), (&[5, 10, 20][..], 10));
    assert_eq!(reached(&rules, "AX"), ["+2"]);
    assert!(serde_json::from_str::<InterventionRules>(r#"{"percent":[1]}"#).is_err(), "a key that isn't one");
}

/// The days of the absences that the last records are, by counting them off.
fn last_absences(days: &Days) -> Vec<NaiveDate> {
    let last = days.iter().rev().filter(|(_, status)| **status != Status::Excused);
    last.take_while(|(_, status)| **status == Status::Absent).map(|(date, _)| *date).collect()
}

fn some_changes() -> impl Strategy<Value = Vec<(NaiveDate, Status)>> {
    let mostly_away = prop_oneof![2 => Just(Status::Absent), 1 => some_status()];
    prop::collection::vec(((0..25_u64).prop_map(nth), mostly_away), 0..60)
}

fn days_until(end: u64) -> impl Strategy<Value = Days> {
    prop::collection::btree_map((0..end).prop_map(nth), some_status(), 8..20)
}

proptest! {
    /// Looking twice at the same tells nothing.
    #[test]
    fn nothing_is_told_twice(first in some_days(), second in some_days()) {
        let (mut interventions, rules) = (Interventions::default(), InterventionRules::default());
        interventions.settle(&first, &rules, now());
        interventions.settle(&second, &rules, now());
        prop_assert_eq!(interventions.settle(&second, &rules, now()), Settled::default());
    }

    /// What is reached is told: at once, and for these very absences by what stands afterwards.
    #[test]
    fn what_is_reached_stands(changes in some_changes()) {
        let (mut interventions, rules) = (Interventions::default(), InterventionRules::default());
        let mut days = Days::new();
        for (date, status) in changes {
            days.insert(date, status);
            interventions.settle(&days, &rules, now());
            let standing = interventions.standing();
            let row = last_absences(&days);
            if row.len() >= 3 {
                let for_row = |told: &Intervention| {
                    told.rule == InterventionRule::ConsecutiveAbsences
                        && row.iter().any(|date| (told.since..=told.until).contains(date))
                };
                // Two, if a correction has made one row of two that were told.
                prop_assert!(standing.iter().any(for_row));
            }
            let stands = |rule, tier| standing.iter().any(|told| told.rule == rule && told.tier == tier);
            let away = days.values().filter(|status| status.is_away()).count();
            for percent in [5, 10, 20_u32] {
                if days.len() >= 10 && away * 100 >= percent as usize * days.len() {
                    prop_assert!(stands(InterventionRule::AbsenceRate, percent), "{} %", percent);
                }
            }
        }
    }

    /// Days that come in their order withdraw nothing, whatever they are: only what is changed afterwards does.
    #[test]
    fn later_days_withdraw_nothing(days in some_days()) {
        let (mut interventions, rules) = (Interventions::default(), InterventionRules::default());
        let mut so_far = Days::new();
        for (date, status) in days {
            so_far.insert(date, status);
            prop_assert_eq!(interventions.settle(&so_far, &rules, now()).withdrawn, vec![]);
        }
    }

    /// Nor do they after a correction, by which something may stand for other days than it was told for.
    #[test]
    fn later_days_withdraw_nothing_that_was_changed(
        before in days_until(15),
        corrected in days_until(25),
        later in prop::collection::vec(some_status(), 0..20),
    ) {
        let (mut interventions, rules) = (Interventions::default(), InterventionRules::default());
        interventions.settle(&before, &rules, now());
        let mut days = before;
        days.extend(corrected);
        interventions.settle(&days, &rules, now());
        for (date, status) in (25..).map(nth).zip(later) {
            days.insert(date, status);
            let settled = interventions.settle(&days, &rules, now());
            prop_assert_eq!((settled.withdrawn, settled.changed), (vec![], vec![]));
        }
    }

    /// Once nobody was ever absent, nothing stands.
    #[test]
    fn without_any_absence_all_is_withdrawn(before in some_days()) {
        let (mut interventions, rules) = (Interventions::default(), InterventionRules::default());
        let told = interventions.settle(&before, &rules, now()).triggered;
        let present = before.keys().map(|date| (*date, Status::Present)).collect();
        prop_assert_eq!(interventions.settle(&present, &rules, now()).withdrawn, told);
        prop_assert!(interventions.standing().is_empty());
    }
}
