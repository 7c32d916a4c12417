//! What goes over the wire, to the letter: every request and its reply, every event, their schemas, and who is told what.

use std::collections::BTreeSet;

use homeroom_messaging::{
    AcknowledgeMessage, Acknowledgements, Attachment, Circle, Conversation, ConversationCreated,
    ConversationCreatedWsEvent, ConversationHistory, CreateConversation, DeleteMessage, Draft, EditMessage,
    FileId, FileProgressWsEvent, InClass, JoinConversation, LeaveConversation, Limits, Message,
    MessageAcknowledged, MessageAcknowledgedWsEvent, MessageDeleted, MessageDeletedWsEvent, MessageDelivered,
    MessageDeliveredWsEvent, MessageId, MessageNewWsEvent, MessagePosted, MessageReacted,
    MessageReactedWsEvent, MessageRead, MessageReadWsEvent, MessageReported, MessageReportedWsEvent,
    MessageUpdated, MessageUpdatedWsEvent, Moderators, MuteConversation, Opening, PresenceUpdateWsEvent,
    Priority, ReactToMessage, ReadMessage, Report, ReportId, ReportMessage, Reporting, SendMessage,
    StartTyping, StopTyping, UnreadChangedWsEvent, UpdatePresence, UploadProgress, UserStopTypingWsEvent,
    UserTypingWsEvent,
};
use homeroom_testkit::wire::{Wire, told};
use serde_json::{Value, json};

use crate::school::{at, class, message, open, opening, org, person, saying, send_as, user, users};

fn attachment() -> Value {
    json!({ "fileId": "f1", "name": "map.png", "mediaType": "image/png", "sizeBytes": 20480 })
}

#[test]
fn requests_and_replies() {
    let mut wire = Wire::default();
    conversations(&mut wire);
    messages(&mut wire);
    responses(&mut wire);
    signals(&mut wire);
    insta::assert_json_snapshot!(wire.written());
}

fn conversations(wire: &mut Wire) {
    wire.command::<CreateConversation>(
        json!({ "participantIds": ["mum"], "title": "Ann's glasses", "about": { "studentId": "ann" } }),
        json!({ "conversationId": "talk" }),
    );
    wire.command::<CreateConversation>(
        json!({ "classId": "c1", "participantIds": ["mum", "bea"], "title": "Trip" }),
        json!({ "conversationId": "talk" }),
    );
    wire.command::<CreateConversation>(json!({}), json!({ "conversationId": "talk" }));
    wire.refused::<CreateConversation>(json!({ "participantIds": "mum" }));
    wire.refused::<CreateConversation>(json!({ "participantIds": ["mum"], "about": {} }));
    wire.join::<JoinConversation>(
        json!({ "conversationId": "talk" }),
        json!({
            "conversationId": "talk",
            "title": "Ann's glasses",
            "classId": "c1",
            "about": { "studentId": "ann" },
            "openedBy": "tina",
            "openedAt": "2026-11-20T08:00:00.000Z",
            "participants": [
                { "userId": "mum", "name": "Maria Adler", "role": "PARENT" },
                { "userId": "tina", "name": "Tina Berg", "role": "TEACHER" },
            ],
            "messages": [full_view(), deleted_view()],
            "hasMore": true,
            "reads": [{ "userId": "mum", "messageId": "m1", "seq": 41 }],
            "unread": 3,
            "isMuted": false,
            "typing": ["mum"],
            "presence": [{ "userId": "mum", "status": "ONLINE", "lastSeenAt": "2026-11-20T09:00:00.000Z" }],
        }),
    );
    wire.join::<JoinConversation>(
        json!({}),
        json!({ "conversationId": "talk", "openedBy": "tina", "openedAt": "2026-11-20T08:00:00.000Z",
            "participants": [], "messages": [], "hasMore": false, "reads": [], "unread": 0, "isMuted": true,
            "typing": [], "presence": [] }),
    );
    wire.leave::<LeaveConversation>(json!({ "conversationId": "talk" }));
    wire.leave::<LeaveConversation>(json!({}));
    wire.query::<ConversationHistory>(
        json!({ "conversationId": "talk", "beforeSeq": 41, "limit": 20 }),
        json!({ "messages": [full_view(), asking_view(), deleted_view()], "hasMore": false }),
    );
    wire.query::<ConversationHistory>(json!({}), json!({ "messages": [], "hasMore": false }));
    wire.refused::<ConversationHistory>(json!({ "beforeSeq": -1 }));
    wire.command::<MuteConversation>(
        json!({ "conversationId": "talk", "isMuted": true }),
        json!({ "unread": 3, "total": 12 }),
    );
    wire.command::<MuteConversation>(json!({ "isMuted": false }), json!({ "unread": 0, "total": 0 }));
    wire.refused::<MuteConversation>(json!({ "conversationId": "talk" }));
}

fn full_view() -> Value {
    json!({
        "messageId": "m1",
        "seq": 41,
        "timestamp": "2026-11-20T08:15:00.000Z",
        "senderId": "tina",
        "senderName": "Tina Berg",
        "body": "She left them here.",
        "attachments": [attachment()],
        "replyTo": "m0",
        "mentions": ["mum"],
        "priority": "urgent",
        "editedAt": "2026-11-20T08:16:00.000Z",
        "reactions": [{ "reaction": "👍", "userIds": ["mum"] }],
        "ack": { "acknowledgedAt": null },
    })
}

fn asking_view() -> Value {
    json!({ "messageId": "m3", "seq": 44, "timestamp": "2026-11-20T08:20:00.000Z", "senderId": "tina",
        "senderName": "Tina Berg", "body": "Please confirm.",
        "asked": [{ "userId": "dad", "acknowledgedAt": null },
            { "userId": "mum", "acknowledgedAt": "2026-11-20T08:21:00.000Z" }] })
}

fn deleted_view() -> Value {
    json!({ "messageId": "m2", "seq": 43, "timestamp": "2026-11-20T08:17:00.000Z", "senderId": "mum",
        "senderName": "Maria Adler", "deletedAt": "2026-11-20T08:18:00.000Z" })
}

fn messages(wire: &mut Wire) {
    wire.command::<SendMessage>(
        json!({ "conversationId": "talk", "body": "She left them here.", "attachments": [attachment()],
            "replyTo": "m0", "mentions": ["mum"], "priority": "urgent", "requireAck": true }),
        json!({ "messageId": "m1", "seq": 41 }),
    );
    wire.command::<SendMessage>(json!({ "body": "Thank you!" }), json!({ "messageId": "m2", "seq": 43 }));
    wire.refused::<SendMessage>(json!({ "conversationId": "talk" }));
    wire.refused::<SendMessage>(json!({ "body": "Now!", "priority": "URGENT" }));
    wire.refused::<SendMessage>(json!({ "body": "See", "attachments": [{ "fileId": "f1" }] }));
    wire.command::<ReadMessage>(
        json!({ "conversationId": "talk", "messageId": "m1", "private": true }),
        json!({ "unread": 2 }),
    );
    wire.command::<ReadMessage>(json!({ "messageId": "m1" }), json!({ "unread": 0 }));
    wire.refused::<ReadMessage>(json!({ "conversationId": "talk", "messageId": "" }));
    wire.command::<EditMessage>(
        json!({ "messageId": "m1", "body": "She left them at school." }),
        json!({ "editedAt": "2026-11-20T08:16:00.000Z" }),
    );
    wire.command::<EditMessage>(
        json!({ "messageId": "m1", "body": "She left them here." }),
        json!({ "editedAt": null }),
    );
    wire.refused::<EditMessage>(json!({ "messageId": "m1" }));
    wire.command::<DeleteMessage>(
        json!({ "messageId": "m2" }),
        json!({ "deletedAt": "2026-11-20T08:18:00.000Z" }),
    );
    wire.refused::<DeleteMessage>(json!({}));
}

fn responses(wire: &mut Wire) {
    wire.command::<ReactToMessage>(
        json!({ "messageId": "m1", "reaction": "👍", "isSet": true }),
        json!({ "reactions": [{ "reaction": "👍", "userIds": ["mum"] }] }),
    );
    wire.command::<ReactToMessage>(
        json!({ "messageId": "m1", "reaction": "👍", "isSet": false }),
        json!({ "reactions": [] }),
    );
    wire.refused::<ReactToMessage>(json!({ "messageId": "m1", "reaction": "👍" }));
    wire.command::<AcknowledgeMessage>(
        json!({ "messageId": "m3" }),
        json!({ "acknowledgedAt": "2026-11-20T08:21:00.000Z" }),
    );
    wire.refused::<AcknowledgeMessage>(json!({}));
    wire.command::<ReportMessage>(
        json!({ "messageId": "m2", "reason": "He insults me." }),
        json!({ "reportId": "r1" }),
    );
    wire.refused::<ReportMessage>(json!({ "messageId": "m2" }));
}

fn signals(wire: &mut Wire) {
    wire.signal::<StartTyping>(json!({ "conversationId": "talk" }));
    wire.signal::<StartTyping>(json!({}));
    wire.signal::<StopTyping>(json!({ "conversationId": "talk" }));
    wire.signal::<StopTyping>(json!({}));
    for status in ["ONLINE", "AWAY", "OFFLINE"] {
        wire.signal::<UpdatePresence>(json!({ "status": status }));
    }
    wire.refused::<UpdatePresence>(json!({ "status": "BUSY" }));
    for status in ["UPLOADING", "PROCESSING", "READY", "FAILED"] {
        wire.signal::<UploadProgress>(json!({ "fileId": "f1", "progress": 40, "status": status }));
    }
    wire.refused::<UploadProgress>(json!({ "fileId": "f1", "progress": 400, "status": "UPLOADING" }));
    wire.refused::<UploadProgress>(json!({ "fileId": "f1", "progress": 40, "status": "uploading" }));
}

#[test]
fn events() {
    let mut wire = Wire::default();
    wire.event::<ConversationCreatedWsEvent>(
        json!({ "conversationId": "talk", "title": "Trip", "classId": "c1",
        "about": { "studentId": "ann" }, "participantIds": ["mum", "tina"], "createdBy": "tina" }),
    );
    wire.event::<ConversationCreatedWsEvent>(json!({ "conversationId": "talk", "createdBy": "tina" }));
    wire.event::<MessageNewWsEvent>(json!({ "messageId": "m1", "conversationId": "talk", "senderId": "tina",
        "senderName": "Tina Berg", "body": "She left them here.", "attachments": [attachment()], "replyTo": "m0",
        "mentions": ["mum"], "priority": "high", "requireAck": true }));
    wire.event::<MessageNewWsEvent>(json!({ "messageId": "m1", "conversationId": "talk", "senderId": "tina",
        "senderName": "Tina Berg", "body": "She left them here." }));
    let by_mum = json!({ "conversationId": "talk", "messageId": "m1", "userId": "mum" });
    wire.event::<MessageReadWsEvent>(by_mum.clone());
    wire.event::<MessageDeliveredWsEvent>(by_mum);
    wire.event::<MessageUpdatedWsEvent>(json!({ "conversationId": "talk", "messageId": "m1",
        "body": "She left them at school.", "editedAt": "2026-11-20T08:16:00.000Z" }));
    wire.event::<MessageDeletedWsEvent>(json!({ "conversationId": "talk", "messageId": "m2" }));
    wire.event::<MessageReactedWsEvent>(
        json!({ "conversationId": "talk", "messageId": "m1", "userId": "mum",
        "reaction": "👍", "isSet": true }),
    );
    wire.event::<MessageAcknowledgedWsEvent>(
        json!({ "conversationId": "talk", "messageId": "m3", "userId": "mum",
        "acknowledgedAt": "2026-11-20T08:21:00.000Z", "acknowledged": 1, "asked": 2 }),
    );
    wire.event::<MessageAcknowledgedWsEvent>(
        json!({ "conversationId": "talk", "messageId": "m3", "userId": "mum",
        "acknowledgedAt": "2026-11-20T08:21:00.000Z" }),
    );
    wire.event::<MessageReportedWsEvent>(
        json!({ "reportId": "r1", "conversationId": "talk", "messageId": "m2",
        "senderId": "bob", "senderName": "Bob Baker", "body": "Loser", "reportedBy": "ann",
        "reason": "He insults me." }),
    );
    wire.event::<MessageReportedWsEvent>(
        json!({ "reportId": "r1", "conversationId": "talk", "messageId": "m2",
        "senderId": "bob", "senderName": "Bob Baker", "reportedBy": "ann", "reason": "He insulted me." }),
    );
    wire.event::<UnreadChangedWsEvent>(json!({ "conversationId": "talk", "unread": 3, "total": 12 }));
    let mum = json!({ "conversationId": "talk", "userId": "mum" });
    wire.event::<UserTypingWsEvent>(mum.clone());
    wire.event::<UserStopTypingWsEvent>(mum);
    wire.event::<PresenceUpdateWsEvent>(
        json!({ "userId": "mum", "status": "AWAY", "lastSeenAt": "2026-11-20T09:00:00.000Z" }),
    );
    wire.event::<FileProgressWsEvent>(json!({ "fileId": "f1", "progress": 100, "status": "READY" }));
    insta::assert_json_snapshot!(wire.written());
}

/// Every domain event: what the journal keeps, and who receives what.
#[test]
fn deliveries() {
    let limits = Limits::default();
    let participants = users(&["ann", "bob", "tina"]);
    let titled = Opening { title: Some("Trip".to_owned()), ..opening() };
    let of_class = Conversation::of_class(titled.clone(), &user("tina"), &class(), &limits).unwrap();
    let guardians = [(user("mum"), InClass::Guardian), (user("bea"), InClass::Guardian)];
    let group = Conversation::within_class(titled, &user("tina"), &class(), &guardians, &limits).unwrap();
    let talk = open(&["tina", "ann", "bob"]).unwrap();

    let mut edited = message("ann", "Fryday");
    let before = edited.edit(&user("ann"), "Friday".to_owned(), at(3), &limits).unwrap().unwrap();
    let mut deleted = message("bob", "Loser");
    deleted.delete(&user("tina"), true, at(4)).unwrap();
    let full = full_message();
    let mut acks = Acknowledgements::asked_by(&full, &participants);
    acks.acknowledge(&full, &user("ann"), at(5)).unwrap();

    let told = json!([
        told(&ConversationCreated { participants: participants.clone(), conversation: talk.clone() }),
        told(&ConversationCreated { participants: participants.clone(), conversation: of_class.clone() }),
        told(&ConversationCreated { participants: users(&["bea", "mum", "tina"]), conversation: group }),
        told(&MessagePosted { message: message("ann", "Hello"), circle: of_class.circle }),
        told(&MessagePosted { message: full.clone(), circle: Circle::People { participants } }),
        told(&MessageRead {
            conversation_id: talk.conversation_id,
            message_id: id("m1"),
            user_id: user("bob")
        }),
        told(&MessageDelivered::of(&user("bob"), &arrived()).unwrap()),
        told(&MessageUpdated::new(&edited, &before)),
        told(&MessageDeleted::new(&deleted, &user("tina"))),
        told(&reacted(&full)),
        told(&MessageAcknowledged::of(&full, &acks, &user("ann")).unwrap()),
        told(&MessageReported(report(&message("bob", "Loser"), "bob"))),
        told(&MessageReported(report(&deleted, "pat"))),
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

fn arrived() -> [Message; 4] {
    let said = |from: &str, name: &str| Message { message_id: id(name), ..message(from, "Hi") };
    [said("ann", "m1"), said("tina", "m2"), said("ann", "m3"), said("bob", "m4")]
}

fn reacted(message: &Message) -> MessageReacted {
    MessageReacted {
        conversation_id: message.conversation_id.clone(),
        message_id: message.message_id.clone(),
        user_id: user("bob"),
        reaction: "👍".to_owned(),
        is_set: true,
    }
}

/// A report by ann; the moderators depend on who sent what is reported.
fn report(message: &Message, sender: &str) -> Report {
    let moderators = Moderators::of(&open(&["tina", "ann", "bob"]).unwrap(), &org("d1"), &person(sender));
    let reporting = Reporting {
        report_id: ReportId::new("r1").unwrap(),
        reported_by: user("ann"),
        reason: "He insults me.".to_owned(),
        at: at(6),
    };
    Report::of(message, reporting, moderators, &Limits::default()).unwrap()
}

#[test]
fn nothing_is_told_of_one_s_own_message_arriving_or_of_nobody_s_acknowledgement() {
    assert_eq!(MessageDelivered::of(&user("ann"), &[message("ann", "Hi")]), None);
    assert_eq!(MessageDelivered::of(&user("ann"), []), None);
    let full = full_message();
    let acks = Acknowledgements::asked_by(&full, &users(&["ann", "tina"]));
    assert_eq!(MessageAcknowledged::of(&full, &acks, &user("ann")), None);
}

/// What an edited or deleted message said before, and why a message was reported, is in no payload for the conversation.
#[test]
fn a_conversation_never_hears_what_is_kept_for_others() {
    let mut edited = message("ann", "secret");
    let before = edited.edit(&user("ann"), "Friday".to_owned(), at(3), &Limits::default()).unwrap().unwrap();
    let mut deleted = message("bob", "secret");
    deleted.delete(&user("bob"), false, at(4)).unwrap();
    let told = [
        told(&MessageUpdated::new(&edited, &before)),
        told(&MessageDeleted::new(&deleted, &user("bob"))),
        told(&MessageReported(report(&deleted, "bob"))),
    ];
    assert!(told[0]["body"].to_string().contains("secret"), "the export has it");
    let rooms: BTreeSet<_> =
        told.iter().map(|event| event["deliveries"][0]["rooms"][0].to_string()).collect();
    assert_eq!(rooms, ["\"conversation:talk\"".to_owned(), "\"school:s1:admins\"".to_owned()].into());
    assert!(told.iter().all(|event| !event["deliveries"].to_string().contains("secret")));
}
