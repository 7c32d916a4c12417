//! Reports, and which moderators they go to.

use homeroom_contract::{Code, FieldError};
use homeroom_messaging::{
    Administrators, Attachment, Conversation, ConversationId, FileId, Limits, Message, MessagingError,
    Report, ReportId, Reporting,
};

use crate::school::{all, among, at, message, open, org, people, talk, user, users, without_bob};

/// A school with pat as its administrator, in a district with dora.
fn pat_and_dora() -> Administrators {
    administrators(&["pat"], &["dora"])
}

fn administrators(of_school: &[&str], of_district: &[&str]) -> Administrators {
    Administrators { of_school: users(of_school), district_id: org("d1"), of_district: users(of_district) }
}

fn reporting(by: &str, reason: &str) -> Reporting {
    Reporting {
        report_id: ReportId::new("r1").unwrap(),
        reported_by: user(by),
        reason: reason.to_owned(),
        at: at(5),
    }
}

fn report(by: &str, reason: &str) -> Result<Report, MessagingError> {
    let said = message("bob", "Loser");
    Report::of(&said, &talk(), &all(), &pat_and_dora(), reporting(by, reason), &Limits::default())
}

/// The room that ann's report of what that person said goes to.
fn room(
    sender: &str,
    school: Option<&str>,
    administrators: &Administrators,
) -> Result<String, MessagingError> {
    let with_ann = open(&["ann", "tina", "pat", "dora"]).unwrap();
    let talk = Conversation { school_id: school.map(org), ..with_ann };
    let now = among(people(&["ann", "tina", "pat", "dora"]), &talk);
    let said = Message { sender_id: user(sender), ..message("bob", "Loser") };
    let reporting = reporting("ann", "An insult");
    let report = Report::of(&said, &talk, &now, administrators, reporting, &Limits::default());
    report.map(|report| report.moderators.room().to_string())
}

#[test]
fn a_report_goes_to_the_school_unless_its_own_administrator_is_reported() {
    let room = |sender, school| room(sender, school, &pat_and_dora()).unwrap();
    assert_eq!(room("tina", Some("s1")), "school:s1:admins");
    assert_eq!(room("pat", Some("s1")), "district:d1:admins");
    assert_eq!(room("dora", Some("s1")), "school:s1:admins", "not to her own room");
    assert_eq!(room("tina", None), "district:d1:admins");
}

#[test]
fn nobody_reads_who_reported_them() {
    let nobody = Err(MessagingError::NobodyIndependent);
    let both = administrators(&["pat"], &["pat", "dora"]);
    assert_eq!(room("pat", Some("s1"), &both), nobody, "a principal who is over the district too");
    assert_eq!(room("dora", Some("s1"), &both).unwrap(), "school:s1:admins");
    assert_eq!(room("dora", None, &both), nobody);
    let own_tenant = Administrators { district_id: org("s1"), ..administrators(&["pat"], &[]) };
    assert_eq!(room("pat", Some("s1"), &own_tenant), nobody, "a room without people is no help");
    assert_eq!(room("tina", Some("s1"), &own_tenant).unwrap(), "school:s1:admins");
    let without_principal = administrators(&[], &["dora"]);
    assert_eq!(room("tina", Some("s1"), &without_principal).unwrap(), "district:d1:admins");
    assert_eq!(MessagingError::NobodyIndependent.code(), Code::NotFound);
}

#[test]
fn a_report_has_a_reason_and_is_about_somebody_else_in_the_same_conversation() {
    let filed = report("ann", "He insults me").unwrap();
    assert_eq!(
        (filed.body.as_str(), filed.sender_id, filed.reported_by, filed.deleted_at),
        ("Loser", user("bob"), user("ann"), None)
    );
    assert_eq!(report("ann", " "), Err(FieldError::Blank { field: "reason" }.into()));
    let own = report("bob", "Sorry").unwrap_err();
    assert_eq!((own.code(), own), (Code::ValidationError, MessagingError::OwnMessage));
    assert_eq!(report("mum", "Mobbing"), Err(MessagingError::NotFound("conversation")));
    let of = |talk: &Conversation, by: &str| {
        let (said, now) = (message("ann", "Hi"), without_bob());
        Report::of(&said, talk, &now, &pat_and_dora(), reporting(by, "Noise"), &Limits::default())
    };
    assert_eq!(of(&talk(), "bob"), Err(MessagingError::NotFound("conversation")), "he has left");
    let elsewhere = Conversation { conversation_id: ConversationId::new("other").unwrap(), ..talk() };
    assert_eq!(of(&elsewhere, "tina"), Err(MessagingError::NotFound("message")), "its moderators are others");
    assert!(of(&talk(), "tina").is_ok());
}

#[test]
fn moderators_get_what_a_deleted_message_said_and_its_files() {
    let file = Attachment {
        file_id: FileId::new("f1").unwrap(),
        name: "ann.png".to_owned(),
        media_type: "image/png".to_owned(),
        size_bytes: 1,
    };
    let mut said = Message { attachments: vec![file.clone()], ..message("bob", "Loser") };
    said.delete(&user("bob"), &all(), false, at(2)).unwrap();
    let limits = Limits::default();
    let filed =
        Report::of(&said, &talk(), &all(), &pat_and_dora(), reporting("ann", "He insulted me"), &limits);
    let filed = filed.unwrap();
    assert_eq!((filed.body.as_str(), filed.attachments), ("Loser", vec![file]));
    assert_eq!(filed.deleted_at, Some(at(2)));
}
