//! What may be said, and what becomes of it.

use homeroom_contract::{Code, Failure, FieldError};
use homeroom_messaging::{
    Acknowledgements, Attachment, Conversation, ConversationId, Draft, FileId, Limits, Message, MessageId,
    MessageView, MessagingError, Opening, Priority, Reactions, Setting,
};
use proptest::prelude::*;
use serde_json::json;

use crate::school::{at, class, message, open, opening, person, saying, send_as, sender, user, users};

fn file(id: &str) -> Attachment {
    Attachment {
        file_id: FileId::new(id).unwrap(),
        name: "map.png".to_owned(),
        media_type: "image/png".to_owned(),
        size_bytes: 1,
    }
}

#[test]
fn only_who_takes_part_says_something() {
    assert_eq!(send_as("mum", saying("Hello")), Err(MessagingError::NotFound("conversation")));
    let said = send_as("ann", saying("Hello")).unwrap();
    assert_eq!((said.sender_id, said.sender_name.as_str(), said.sent_at), (user("ann"), "ann of s1", at(1)));
}

#[test]
fn a_body_is_not_blank() {
    for blank in ["", "  \n\t", "\u{a0}"] {
        let refused = send_as("ann", saying(blank)).unwrap_err();
        assert_eq!(refused, FieldError::Blank { field: "body" }.into(), "{blank:?}");
    }
}

#[test]
fn participants_are_mentioned_and_no_one_twice() {
    let mentioning = |ids: &[&str]| {
        send_as("ann", Draft { mentions: ids.iter().map(|id| user(id)).collect(), ..saying("Hi") })
    };
    assert_eq!(mentioning(&["tina", "bob"]).unwrap().mentions, [user("tina"), user("bob")]);
    assert_eq!(mentioning(&["mum"]), Err(MessagingError::NotParticipant(user("mum"))));
    let twice = mentioning(&["bob", "tina", "bob"]).unwrap_err();
    let failure = serde_json::to_value(Failure::from(twice)).unwrap();
    assert_eq!(failure["code"], "VALIDATION_ERROR");
    assert_eq!(failure["details"], json!({ "path": "mentions", "ids": ["bob"] }));
}

#[test]
fn no_file_is_attached_twice() {
    let attaching = |files: Vec<Attachment>| send_as("ann", Draft { attachments: files, ..saying("See") });
    assert_eq!(attaching(vec![file("f1"), file("f2")]).unwrap().files().count(), 2);
    let twice = attaching(vec![file("f1"), file("f1")]);
    assert_eq!(twice, Err(MessagingError::Twice { field: "attachments", id: "f1".to_owned() }));
    let unnamed = attaching(vec![Attachment { name: " ".to_owned(), ..file("f1") }]);
    assert_eq!(unnamed, Err(FieldError::Blank { field: "name" }.under("attachments[0]").into()));
}

#[test]
fn an_answer_is_to_a_message_of_the_same_conversation() {
    let conversation = open(&["tina", "ann", "bob"]).unwrap();
    let participants = users(&["tina", "ann", "bob"]);
    let answer = |replied_to: Option<&Message>| {
        let draft = Draft { reply_to: Some(MessageId::new("m1").unwrap()), ..saying("Yes") };
        let setting = Setting { conversation: &conversation, participants: &participants, replied_to };
        draft.send(MessageId::new("m2").unwrap(), &sender("bob"), setting, at(2), &Limits::default())
    };
    let mut asked = message("ann", "Is it Friday?");
    assert_eq!(answer(Some(&asked)).unwrap().reply_to, Some(asked.message_id.clone()));
    let elsewhere = Message { conversation_id: ConversationId::new("other").unwrap(), ..asked.clone() };
    let another = Message { message_id: MessageId::new("m9").unwrap(), ..asked.clone() };
    for not_it in [None, Some(&elsewhere), Some(&another)] {
        assert_eq!(answer(not_it), Err(MessagingError::NotFound("message")));
    }
    asked.delete(&user("ann"), false, at(2)).unwrap();
    assert!(answer(Some(&asked)).is_ok(), "who was answering meanwhile isn't stopped");
}

#[test]
fn urgent_and_require_ack_are_staff_s() {
    let urgent = || Draft { priority: Priority::Urgent, ..saying("Fire drill") };
    let asking = || Draft { require_ack: true, ..saying("Please confirm") };
    assert_eq!(send_as("ann", urgent()), Err(MessagingError::StaffOnly("priority")));
    assert_eq!(send_as("ann", asking()), Err(MessagingError::StaffOnly("requireAck")));
    assert_eq!(send_as("tina", urgent()).unwrap().priority, Priority::Urgent);
    assert!(send_as("tina", asking()).unwrap().require_ack);
    assert!(send_as("ann", Draft { priority: Priority::High, ..saying("Soon") }).is_ok());
}

#[test]
fn a_message_is_edited_by_its_sender_and_what_it_said_is_handed_back() {
    let limits = Limits::default();
    let mut said = message("ann", "Fryday");
    for other in ["bob", "tina"] {
        let refused = said.edit(&user(other), "Never".to_owned(), at(2), &limits);
        assert_eq!(refused, Err(MessagingError::NotSender), "{other}");
    }
    assert_eq!(said.edit(&user("ann"), "Fryday".to_owned(), at(2), &limits), Ok(None));
    assert_eq!(said.edited_at, None, "saying the same is no edit");
    assert!(said.edit(&user("ann"), " ".to_owned(), at(2), &limits).is_err());
    let before = said.edit(&user("ann"), "Friday".to_owned(), at(3), &limits).unwrap().unwrap();
    assert_eq!((before.body.as_str(), before.until), ("Fryday", at(3)));
    assert_eq!((said.body.as_str(), said.edited_at), ("Friday", Some(at(3))));
}

#[test]
fn a_deleted_message_keeps_its_body_and_shows_it_to_nobody() {
    let draft = Draft { mentions: vec![user("bob")], attachments: vec![file("f1")], ..saying("Oops") };
    let mut said = send_as("ann", draft).unwrap();
    assert_eq!(said.delete(&user("bob"), false, at(2)), Err(MessagingError::NotSender));
    assert_eq!(said.delete(&user("ann"), false, at(3)), Ok(true));
    assert_eq!(said.delete(&user("tina"), true, at(4)), Ok(false), "it is deleted once");
    assert_eq!((said.body.as_str(), said.said(), said.files().count()), ("Oops", None, 0));
    let edit = said.edit(&user("ann"), "Again".to_owned(), at(4), &Limits::default()).unwrap_err();
    assert_eq!((edit.code(), edit), (Code::Locked, MessagingError::Deleted));
    for viewer in ["ann", "bob", "tina"] {
        let view =
            MessageView::of(&user(viewer), 7, &said, &Reactions::default(), &Acknowledgements::default());
        assert_eq!(
            serde_json::to_value(view).unwrap(),
            json!({ "messageId": "m1", "seq": 7, "timestamp": at(1), "senderId": "ann", "senderName": "ann of s1",
                "deletedAt": at(3) })
        );
    }
}

#[test]
fn staff_of_the_class_and_administrators_over_the_school_moderate() {
    let between = open(&["tina", "ann", "bob"]).unwrap();
    let of_class = Conversation::of_class(opening(), &user("tina"), &class(), &Limits::default()).unwrap();
    for (who, is_class_staff, in_between, in_class) in [
        ("tina", true, false, true),
        ("tina", false, false, false),
        ("ann", false, false, false),
        ("mum", false, false, false),
        ("cora", false, false, false),
        ("pat", false, true, true),
        ("dora", false, true, true),
    ] {
        assert_eq!(between.is_moderated_by(&person(who), is_class_staff), in_between, "{who}");
        assert_eq!(of_class.is_moderated_by(&person(who), is_class_staff), in_class, "{who}");
    }
    let elsewhere = Conversation { school_id: Some(crate::school::org("s2")), ..between.clone() };
    assert!(!elsewhere.is_moderated_by(&person("pat"), false));
    let nowhere = Conversation { school_id: None, ..between };
    assert!(
        !nowhere.is_moderated_by(&person("pat"), false) && nowhere.is_moderated_by(&person("dora"), false)
    );
}

#[test]
fn a_deleted_message_takes_no_reaction_and_no_acknowledgement() {
    let mut said = send_as("tina", Draft { require_ack: true, ..saying("Confirm") }).unwrap();
    let mut acks = Acknowledgements::asked_by(&said, &users(&["tina", "ann", "bob"]));
    let mut reactions = Reactions::default();
    acks.acknowledge(&said, &user("ann"), at(2)).unwrap();
    said.delete(&user("tina"), false, at(3)).unwrap();
    assert_eq!(acks.acknowledge(&said, &user("bob"), at(4)), Err(MessagingError::Deleted));
    assert_eq!(acks.acknowledge(&said, &user("ann"), at(4)), Ok(false), "a repeat is answered as before");
    let react = reactions.react(&said, &user("bob"), "👍", true, &Limits::default());
    assert_eq!(react, Err(MessagingError::Deleted));
}

#[test]
fn everyone_who_was_there_is_asked_but_the_sender_and_the_first_time_counts() {
    let said = send_as("tina", Draft { require_ack: true, ..saying("Confirm") }).unwrap();
    let mut acks = Acknowledgements::asked_by(&said, &users(&["tina", "ann", "bob"]));
    assert_eq!(acks.acknowledge(&said, &user("tina"), at(2)), Err(MessagingError::NotAsked));
    assert_eq!(acks.acknowledge(&said, &user("mum"), at(2)), Err(MessagingError::NotAsked), "she came later");
    assert_eq!(acks.acknowledge(&said, &user("ann"), at(2)), Ok(true));
    assert_eq!(acks.acknowledge(&said, &user("ann"), at(9)), Ok(false));
    let each: Vec<_> = acks.each().map(|(user, at)| (user.as_str(), at)).collect();
    assert_eq!(each, [("ann", Some(at(2))), ("bob", None)]);
    assert_eq!((acks.acknowledged(), acks.asked()), (1, 2));
    let not_asking = Acknowledgements::asked_by(&message("tina", "Hi"), &users(&["tina", "ann"]));
    assert_eq!(not_asking.asked(), 0);
}

#[test]
fn who_acknowledged_is_the_sender_s_to_see() {
    let said = send_as("tina", Draft { require_ack: true, ..saying("Confirm") }).unwrap();
    let mut acks = Acknowledgements::asked_by(&said, &users(&["tina", "ann", "bob"]));
    acks.acknowledge(&said, &user("ann"), at(2)).unwrap();
    let view = |viewer| {
        let view = MessageView::of(&user(viewer), 7, &said, &Reactions::default(), &acks);
        let view = serde_json::to_value(view).unwrap();
        json!({ "ack": view["ack"], "asked": view["asked"] })
    };
    let asked =
        json!([{ "userId": "ann", "acknowledgedAt": at(2) }, { "userId": "bob", "acknowledgedAt": null }]);
    assert_eq!(view("tina"), json!({ "ack": null, "asked": asked }));
    assert_eq!(view("ann"), json!({ "ack": { "acknowledgedAt": at(2) }, "asked": null }));
    assert_eq!(view("bob"), json!({ "ack": { "acknowledgedAt": null }, "asked": null }));
    assert_eq!(view("cora"), json!({ "ack": null, "asked": null }), "she wasn't there");
}

#[test]
fn a_reaction_is_kept_without_white_space_around_it() {
    let (said, limits) = (message("ann", "Hi"), Limits::default());
    let mut reactions = Reactions::default();
    assert_eq!(reactions.react(&said, &user("bob"), " 👍 ", true, &limits), Ok(Some("👍".to_owned())));
    assert_eq!(reactions.react(&said, &user("bob"), "👍", true, &limits), Ok(None), "one of a kind");
    let blank = reactions.react(&said, &user("bob"), "  ", true, &limits);
    assert_eq!(blank, Err(FieldError::Blank { field: "reaction" }.into()));
}

proptest! {
    /// Whatever people do: each has at most one reaction of a kind, a change is told exactly if there was one, and nothing is
    /// left of a kind that nobody reacts with.
    #[test]
    fn one_reaction_of_a_kind_per_person(
        deeds in prop::collection::vec((0..3_usize, 0..3_usize, any::<bool>()), 0..40),
    ) {
        let (said, limits) = (message("ann", "Hi"), Limits::default());
        let (mut reactions, mut model) = (Reactions::default(), std::collections::BTreeSet::new());
        for (who, kind, is_set) in deeds {
            let (who, kind) = (["ann", "bob", "tina"][who], ["👍", "no", "ok"][kind]);
            let changed = if is_set { model.insert((kind, who)) } else { model.remove(&(kind, who)) };
            let told = reactions.react(&said, &user(who), kind, is_set, &limits).unwrap();
            prop_assert_eq!(told, changed.then(|| kind.to_owned()));
        }
        let views = reactions.views();
        prop_assert!(views.iter().all(|view| !view.user_ids.is_empty()));
        let left: Vec<_> = views
            .iter()
            .flat_map(|view| view.user_ids.iter().map(|user| (view.reaction.as_str(), user.as_str())))
            .collect();
        prop_assert_eq!(left, model.into_iter().collect::<Vec<_>>());
        let stored: Reactions = serde_json::from_str(&serde_json::to_string(&reactions).unwrap()).unwrap();
        prop_assert_eq!(stored, reactions);
    }
}

#[test]
fn what_is_kept_is_read_back_as_it_was() {
    let mut said = send_as("ann", Draft { attachments: vec![file("f1")], ..saying("Hi") }).unwrap();
    said.delete(&user("ann"), false, at(2)).unwrap();
    let stored: Message = serde_json::from_str(&serde_json::to_string(&said).unwrap()).unwrap();
    assert_eq!(stored, said);
    let titled = Opening { title: Some("Trip".to_owned()), ..opening() };
    let named = [(user("ann"), homeroom_messaging::InClass::Member)];
    let talk =
        Conversation::within_class(titled, &user("tina"), &class(), &named, &Limits::default()).unwrap();
    let stored: Conversation = serde_json::from_str(&serde_json::to_string(&talk).unwrap()).unwrap();
    assert_eq!(stored, talk);
}
