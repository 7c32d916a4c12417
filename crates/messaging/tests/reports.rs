//! Reports, and which moderators they go to.

use homeroom_contract::{Code, FieldError};
use homeroom_messaging::{Conversation, Limits, MessagingError, Moderators, Report, ReportId, Reporting};

use crate::school::{at, message, open, org, person, user};

fn moderators(conversation: &Conversation, sender: &str) -> String {
    Moderators::of(conversation, &org("d1"), &person(sender)).room().to_string()
}

fn report(by: &str, reason: &str) -> Result<Report, MessagingError> {
    let reporting = Reporting {
        report_id: ReportId::new("r1").unwrap(),
        reported_by: user(by),
        reason: reason.to_owned(),
        at: at(5),
    };
    Report::of(&message("bob", "Loser"), reporting, Moderators::School(org("s1")), &Limits::default())
}

#[test]
fn a_report_goes_to_the_school_unless_its_own_administrator_is_reported() {
    let conversation = open(&["pat", "ann"]).unwrap();
    assert_eq!(moderators(&conversation, "ann"), "school:s1:admins");
    assert_eq!(moderators(&conversation, "tina"), "school:s1:admins");
    assert_eq!(moderators(&conversation, "pat"), "district:d1:admins");
    assert_eq!(moderators(&conversation, "dora"), "school:s1:admins", "not to her own room");
    let elsewhere = Conversation { school_id: Some(org("s2")), ..conversation.clone() };
    assert_eq!(moderators(&elsewhere, "pat"), "school:s2:admins", "pat is not of that school");
    let nowhere = Conversation { school_id: None, ..conversation };
    assert_eq!(moderators(&nowhere, "ann"), "district:d1:admins");
}

#[test]
fn a_report_has_a_reason_and_is_about_somebody_else() {
    let filed = report("ann", "He insults me").unwrap();
    assert_eq!(
        (filed.body.as_deref(), filed.sender_id, filed.reported_by),
        (Some("Loser"), user("bob"), user("ann"))
    );
    assert_eq!(report("ann", " "), Err(FieldError::Blank { field: "reason" }.into()));
    let own = report("bob", "Sorry").unwrap_err();
    assert_eq!((own.code(), own), (Code::ValidationError, MessagingError::OwnMessage));
}

#[test]
fn deleting_a_message_does_not_take_it_out_of_the_moderators_hands() {
    let mut said = message("bob", "Loser");
    said.delete(&user("bob"), false, at(2)).unwrap();
    let reporting = Reporting {
        report_id: ReportId::new("r1").unwrap(),
        reported_by: user("ann"),
        reason: "He insulted me".to_owned(),
        at: at(5),
    };
    let filed = Report::of(&said, reporting, Moderators::School(org("s1")), &Limits::default()).unwrap();
    assert_eq!((filed.message_id, filed.body), (said.message_id, None), "but what it said goes to nobody");
}
