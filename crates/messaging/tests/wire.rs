//! What goes over the wire, to the letter: every request and its reply, every event, and their schemas.

use homeroom_messaging::{
    AcknowledgeMessage, ConversationCreatedWsEvent, ConversationHistory, CreateConversation, DeleteMessage,
    EditMessage, FileProgressWsEvent, JoinConversation, LeaveConversation, MessageAcknowledgedWsEvent,
    MessageDeletedWsEvent, MessageDeliveredWsEvent, MessageNewWsEvent, MessageReactedWsEvent,
    MessageReadWsEvent, MessageReportedWsEvent, MessageUpdatedWsEvent, MuteConversation,
    PresenceUpdateWsEvent, ReactToMessage, ReadMessage, ReportMessage, SendMessage, StartTyping, StopTyping,
    UnreadChangedWsEvent, UpdatePresence, UploadProgress, UserStopTypingWsEvent, UserTypingWsEvent,
};
use homeroom_testkit::wire::Wire;
use serde_json::{Value, json};

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
        json!({ "conversationId": "talk", "classId": "c1", "openedBy": "tina",
            "openedAt": "2026-11-20T08:00:00.000Z", "participants": [], "messages": [], "hasMore": false, "reads": [], "unread": 0, "isMuted": true,
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
        json!({ "unread": 2, "total": 9 }),
    );
    wire.command::<ReadMessage>(json!({ "messageId": "m1" }), json!({ "unread": 0, "total": 0 }));
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
    wire.refused::<UploadProgress>(json!({ "fileId": "f1", "progress": 40.5, "status": "UPLOADING" }));
    wire.refused::<UploadProgress>(json!({ "fileId": "f1", "progress": 40, "status": "uploading" }));
}

#[test]
fn events() {
    let mut wire = Wire::default();
    wire.event::<ConversationCreatedWsEvent>(json!({ "conversationId": "talk", "title": "Ann's glasses",
        "about": { "studentId": "ann" }, "participantIds": ["mum", "tina"], "createdBy": "tina" }));
    wire.event::<ConversationCreatedWsEvent>(
        json!({ "conversationId": "talk", "classId": "c1", "participantIds": ["mum", "tina"],
        "createdBy": "tina" }),
    );
    wire.event::<ConversationCreatedWsEvent>(
        json!({ "conversationId": "talk", "classId": "c1", "createdBy": "tina" }),
    );
    wire.event::<MessageNewWsEvent>(json!({ "messageId": "m1", "conversationId": "talk", "senderId": "tina",
        "senderName": "Tina Berg", "body": "She left them here.", "attachments": [attachment()], "replyTo": "m0",
        "mentions": ["mum"], "priority": "high", "requireAck": true }));
    wire.event::<MessageNewWsEvent>(json!({ "messageId": "m1", "conversationId": "talk", "senderId": "tina",
        "senderName": "Tina Berg", "body": "She left them here." }));
    let by_mum = json!({ "conversationId": "talk", "messageId": "m1", "userId": "mum" });
    wire.event::<MessageReadWsEvent>(by_mum);
    wire.event::<MessageDeliveredWsEvent>(
        json!({ "conversationId": "talk", "messageIds": ["m1", "m3"], "userId": "mum" }),
    );
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
        "senderId": "bob", "senderName": "Bob Baker", "body": "Loser", "attachments": [attachment()],
        "deletedAt": "2026-11-20T08:18:00.000Z", "reportedBy": "ann", "reason": "He insults me." }),
    );
    wire.event::<MessageReportedWsEvent>(
        json!({ "reportId": "r1", "conversationId": "talk", "messageId": "m2",
        "senderId": "bob", "senderName": "Bob Baker", "body": "Loser", "reportedBy": "ann",
        "reason": "He insults me." }),
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
