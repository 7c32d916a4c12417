//! The limits as settings. What each does at its boundary is shown with what it bounds.

use crate::support::at;
use homeroom_notifications::Limits;

#[test]
fn each_limit_can_be_set_by_itself_and_no_other_name_is_taken() {
    let limits: Limits = serde_json::from_str(r#"{"page_items":10}"#).unwrap();
    assert_eq!(limits, Limits { page_items: 10, ..Limits::default() });
    assert!(serde_json::from_str::<Limits>(r#"{"pageItems":10}"#).is_err());
}

#[test]
fn the_numbers_are_those_of_the_documentation() {
    insta::assert_json_snapshot!(Limits::default());
}

#[test]
fn the_calendar_ends_before_the_longest_snooze() {
    let limits = Limits { snooze_max_days: u32::MAX, ..Limits::default() };
    assert!(limits.snooze(at(0)).contains(&at(1000 * 365 * 24 * 3600)), "nothing overflows");
}
