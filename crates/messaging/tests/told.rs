//! Every domain event: what the journal keeps of it, and who is told what.

use std::collections::BTreeSet;

use homeroom_messaging::{
    Acknowledgements, Administrators, Attachment, Conversation, ConversationCreated, Draft, FileId, InClass,
    Limits, Mark, Message, MessageAcknowledged, MessageDeleted, MessageDelivered, MessageId, MessagePosted,
    MessageRead, MessageReported, MessageUpdated, Priority, Reaction, Reactions, Reading, Report, ReportId,
    Reporting,
};
use homeroom_testkit::wire::told;
use serde_json::{Value, json};

use crate::school::{
    all, at, in_class, message, of_class, org, saying, send_as, talk, user, users, within_class, without_bob,
};

#[test]
fn deliveries() {
    let limits = Limits::default();
    let tina = in_class("tina", InClass::Staff);
    let in_the_class = of_class().participants(&[tina.clone(), in_class("ann", InClass::Student)], None);
    let guardians = ["mum", "bea"].map(|id| in_class(id, InClass::Guardian));
    let group = Conversation { title: Some("Trip".to_owned()), ..within_class(&guardians).unwrap() };
    let mums = group.participants(&[&[tina], guardians.as_slice()].concat(), None);

    let mut edited = message("ann", "Fryday");
    let before = edited.edit(&user("ann"), &all(), "Friday".to_owned(), at(3), &limits).unwrap().unwrap();
    let mut deleted = message("bob", "Loser");
    deleted.delete(&user("tina"), &all(), true, at(4)).unwrap();
    let full = full_message();
    let mut acks = Acknowledgements::asked_by(&full, &all());
    acks.acknowledge(&full, &user("ann"), &all(), at(5)).unwrap();
    let acked = |now| MessageAcknowledged::of(&full, &acks, &user("ann"), now).unwrap();
    let hers = acked(&all());
    let mark = Mark { seq: 7, message_id: id("m1") };
    let read =
        MessageRead::of(&talk().conversation_id, &user("bob"), &Reading::default().read_to(&mark, false));

    let told = json!([
        told(&ConversationCreated::new(talk(), &all())),
        told(&ConversationCreated::new(of_class(), &in_the_class)),
        told(&ConversationCreated::new(group, &mums)),
        told(&MessagePosted::new(message("ann", "Hello"), &without_bob())),
        told(&MessagePosted::new(full.clone(), &all())),
        told(&read.unwrap()),
        told(&MessageDelivered::of(&user("bob"), &all(), &[&message("ann", "Hello"), &full])[0]),
        told(&MessageUpdated::new(&edited, &before)),
        told(&MessageDeleted::new(&deleted, &user("tina"))),
        told(&reacted(&full)),
        told(&hers),
        told(&MessageAcknowledged { sender_id: None, ..hers.clone() }),
        told(&MessageReported(report(&Message { attachments: full.attachments, ..message("bob", "Loser") }))),
        told(&MessageReported(report(&deleted))),
        told(&MessageReported(report(&Message { sender_id: user("pat"), ..message("bob", "Hm") }))),
    ]);
    insta::assert_json_snapshot!(told);
}

fn id(message: &str) -> MessageId {
    MessageId::new(message).unwrap()
}

fn full_message() -> Message {
    let file = Attachment {
        file_id: FileId::new("f1").unwrap(),
        name: "map.png".to_owned(),
        media_type: "image/png".to_owned(),
        size_bytes: 20480,
    };
    let full = Draft {
        attachments: vec![file],
        mentions: vec![user("ann")],
        priority: Priority::Urgent,
        require_ack: true,
        ..saying("Bring this along")
    };
    Message { reply_to: Some(id("m0")), ..send_as("tina", full).unwrap() }
}

fn reacted(message: &Message) -> homeroom_messaging::MessageReacted {
    let like = Reaction { reaction: " 👍 ", is_set: true };
    let told = Reactions::default().react(message, &user("bob"), &all(), like, &Limits::default());
    told.unwrap().unwrap()
}

/// A report by ann.
fn report(message: &Message) -> Report {
    let reporting = Reporting {
        report_id: ReportId::new("r1").unwrap(),
        reported_by: user("ann"),
        reason: "He insults me.".to_owned(),
        at: at(6),
    };
    let administrators =
        Administrators { of_school: users(&["pat"]), district_id: org("d1"), of_district: users(&["dora"]) };
    Report::of(message, &talk(), &all(), &administrators, reporting, &Limits::default()).unwrap()
}

#[test]
fn nobody_s_acknowledgement_is_not_told() {
    let full = full_message();
    let acks = Acknowledgements::asked_by(&full, &all());
    assert_eq!(MessageAcknowledged::of(&full, &acks, &user("ann"), &all()), None);
}

/// The payloads of these events that go to rooms of that kind.
fn heard_in(kind: &str, told: &[Value]) -> String {
    let deliveries = told.iter().flat_map(|event| event["deliveries"].as_array().unwrap());
    let is_there = |room: &Value| room.as_str().unwrap().starts_with(kind);
    let heard = deliveries.filter(|delivery| delivery["rooms"].as_array().unwrap().iter().any(is_there));
    heard.map(|delivery| delivery["payload"].to_string()).collect()
}

/// From an edit or a deletion on, no new event for those in the conversation has what was said before; and why a message was
/// reported, and by whom, is for the moderators.
#[test]
fn a_conversation_never_hears_what_is_kept_for_others() {
    let limits = Limits::default();
    let mut edited = message("ann", "unedited");
    let mut deleted = message("bob", "undeleted");
    let posted = [
        told(&MessagePosted::new(edited.clone(), &all())),
        told(&MessagePosted::new(deleted.clone(), &all())),
    ];
    for once_said in ["unedited", "undeleted"] {
        assert!(heard_in("conversation:", &posted).contains(once_said), "before, {once_said} was heard");
    }
    let before = edited.edit(&user("ann"), &all(), "Friday".to_owned(), at(3), &limits).unwrap().unwrap();
    deleted.delete(&user("bob"), &all(), false, at(4)).unwrap();
    let since = [
        told(&MessageUpdated::new(&edited, &before)),
        told(&MessageDeleted::new(&deleted, &user("bob"))),
        told(&reacted(&edited)),
        told(&MessageDelivered::of(&user("tina"), &all(), &[&edited])[0]),
        told(&MessageReported(report(&deleted))),
    ];
    let rooms: BTreeSet<_> =
        since.iter().map(|event| event["deliveries"][0]["rooms"][0].to_string()).collect();
    let known = ["\"conversation:talk\"", "\"school:s1:admins\"", "\"user:ann\""];
    assert_eq!(rooms, known.map(str::to_owned).into(), "there is nobody else who hears of it");
    for (room, secrets) in [
        ("conversation:", ["unedited", "undeleted", "He insults me.", "reportedBy"].as_slice()),
        ("user:", &["unedited", "undeleted", "He insults me.", "reportedBy"]),
        ("school:", &["unedited"]),
    ] {
        let heard = heard_in(room, &since);
        for secret in secrets {
            assert!(!heard.contains(secret), "{room} hears {secret}");
        }
    }
    assert!(heard_in("conversation:", &since).contains("Friday"));
    let moderators = heard_in("school:", &since);
    assert!(moderators.contains("undeleted") && moderators.contains("He insults me."), "kept for them");
}
