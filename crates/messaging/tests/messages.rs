//! What may be said, and what becomes of it.

use homeroom_contract::{Code, Failure, FieldError};
use homeroom_messaging::{
    Acknowledgements, Attachment, Conversation, ConversationId, Draft, FileId, InClass, Limits, Message,
    MessageId, MessageView, MessagingError, Opening, Priority, Reaction, Reactions, Setting,
};
use proptest::prelude::*;
use serde_json::json;

use crate::school::{
    all, among, at, class, in_class, message, of_class, open, opening, org, people, saying, send_as, sender,
    talk, user, without_bob,
};

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
    let participants = all();
    let answer = |replied_to: Option<&Message>| {
        let draft = Draft { reply_to: Some(MessageId::new("m1").unwrap()), ..saying("Yes") };
        let setting = Setting { participants: &participants, replied_to };
        draft.send(MessageId::new("m2").unwrap(), &sender("bob"), setting, at(2), &Limits::default())
    };
    let mut asked = message("ann", "Is it Friday?");
    assert_eq!(answer(Some(&asked)).unwrap().reply_to, Some(asked.message_id.clone()));
    let elsewhere = Message { conversation_id: ConversationId::new("other").unwrap(), ..asked.clone() };
    let another = Message { message_id: MessageId::new("m9").unwrap(), ..asked.clone() };
    for not_it in [None, Some(&elsewhere), Some(&another)] {
        assert_eq!(answer(not_it), Err(MessagingError::NotFound("message")));
    }
    asked.delete(&user("ann"), &all(), false, at(2)).unwrap();
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
        let refused = said.edit(&user(other), &all(), "Never".to_owned(), at(2), &limits);
        assert_eq!(refused, Err(MessagingError::NotSender), "{other}");
    }
    assert_eq!(said.edit(&user("ann"), &all(), "Fryday".to_owned(), at(2), &limits), Ok(None));
    assert_eq!(said.edited_at, None, "saying the same is no edit");
    assert!(said.edit(&user("ann"), &all(), " ".to_owned(), at(2), &limits).is_err());
    let before = said.edit(&user("ann"), &all(), "Friday".to_owned(), at(3), &limits).unwrap().unwrap();
    assert_eq!((before.body.as_str(), before.until), ("Fryday", at(3)));
    assert_eq!((said.body.as_str(), said.edited_at), ("Friday", Some(at(3))));
}

#[test]
fn a_deleted_message_keeps_its_body_and_no_answer_has_it() {
    let draft = Draft { mentions: vec![user("bob")], attachments: vec![file("f1")], ..saying("Oops") };
    let mut said = send_as("ann", draft).unwrap();
    assert_eq!(said.delete(&user("bob"), &all(), false, at(2)), Err(MessagingError::NotSender));
    assert_eq!(said.delete(&user("ann"), &all(), false, at(3)), Ok(true));
    assert_eq!(said.delete(&user("tina"), &all(), true, at(4)), Ok(false), "it is deleted once");
    assert_eq!((said.body.as_str(), said.said(), said.files().count()), ("Oops", None, 0));
    let edit = said.edit(&user("ann"), &all(), "Again".to_owned(), at(4), &Limits::default()).unwrap_err();
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
    for (who, as_what, in_between, in_it) in [
        ("tina", InClass::Staff, false, true),
        ("tina", InClass::Outside, false, false),
        ("pete", InClass::Staff, false, false),
        ("ann", InClass::Student, false, false),
        ("mum", InClass::Guardian, false, false),
        ("cora", InClass::Outside, false, false),
        ("pat", InClass::Over, true, true),
        ("dora", InClass::Outside, true, true),
    ] {
        assert_eq!(talk().is_moderated_by(&in_class(who, as_what)), in_between, "{who}");
        assert_eq!(of_class().is_moderated_by(&in_class(who, as_what)), in_it, "{who}");
    }
    let by = |school_id, who| {
        Conversation { school_id, ..talk() }.is_moderated_by(&in_class(who, InClass::Outside))
    };
    assert!(!by(Some(org("s2")), "pat") && by(Some(org("s2")), "dora"));
    assert!(!by(None, "pat") && by(None, "dora"));
}

#[test]
fn who_is_in_the_conversation_no_more_changes_nothing_in_it() {
    let (gone, out) = (without_bob(), MessagingError::NotFound("conversation"));
    let mut his = message("bob", "Hi");
    let mut asking = send_as("tina", Draft { require_ack: true, ..saying("Confirm") }).unwrap();
    let mut acks = Acknowledgements::asked_by(&asking, &all());
    let mut reactions = Reactions::default();
    let (bob, limits) = (user("bob"), Limits::default());
    let setting = Setting { participants: &gone, replied_to: None };
    let sent = saying("Hi").send(his.message_id.clone(), &sender("bob"), setting, at(2), &limits);
    assert_eq!(sent, Err(out.clone()));
    assert_eq!(his.edit(&bob, &gone, "Ho".to_owned(), at(2), &limits), Err(out.clone()));
    assert_eq!(his.delete(&bob, &gone, false, at(2)), Err(out.clone()));
    assert_eq!(acks.acknowledge(&asking, &bob, &gone, at(2)), Err(out.clone()));
    let like = Reaction { reaction: "👍", is_set: true };
    assert_eq!(reactions.react(&asking, &bob, &gone, like, &limits), Err(out));
    assert_eq!(asking.delete(&user("pat"), &gone, true, at(3)), Ok(true), "who moderates need not be in it");
}

#[test]
fn to_be_in_another_conversation_is_not_enough() {
    let mut said = message("ann", "Hi");
    let elsewhere = Conversation { conversation_id: ConversationId::new("other").unwrap(), ..talk() };
    let elsewhere = among(people(&["tina", "ann", "bob"]), &elsewhere);
    let edit = said.edit(&user("ann"), &elsewhere, "Ho".to_owned(), at(2), &Limits::default());
    assert_eq!(edit, Err(MessagingError::NotFound("message")));
}

#[test]
fn a_deleted_message_takes_no_reaction_and_no_acknowledgement() {
    let mut said = send_as("tina", Draft { require_ack: true, ..saying("Confirm") }).unwrap();
    let mut acks = Acknowledgements::asked_by(&said, &all());
    let mut reactions = Reactions::default();
    acks.acknowledge(&said, &user("ann"), &all(), at(2)).unwrap();
    said.delete(&user("tina"), &all(), false, at(3)).unwrap();
    assert_eq!(acks.acknowledge(&said, &user("bob"), &all(), at(4)), Err(MessagingError::Deleted));
    assert_eq!(
        acks.acknowledge(&said, &user("ann"), &all(), at(4)),
        Ok(false),
        "a repeat is answered as before"
    );
    let react = react(&mut reactions, &said, "bob", "👍", true);
    assert_eq!(react, Err(MessagingError::Deleted));
}

#[test]
fn everyone_who_was_there_is_asked_but_the_sender_and_the_first_time_counts() {
    let said = send_as("tina", Draft { require_ack: true, ..saying("Confirm") }).unwrap();
    let mut acks = Acknowledgements::asked_by(&said, &all());
    let with_mum = open(&["tina", "ann", "mum"]).unwrap();
    let later = among(people(&["tina", "ann", "mum"]), &with_mum);
    assert_eq!(acks.acknowledge(&said, &user("tina"), &all(), at(2)), Err(MessagingError::NotAsked));
    assert_eq!(
        acks.acknowledge(&said, &user("mum"), &later, at(2)),
        Err(MessagingError::NotAsked),
        "she came later"
    );
    assert_eq!(acks.acknowledge(&said, &user("ann"), &all(), at(2)), Ok(true));
    assert_eq!(acks.acknowledge(&said, &user("ann"), &all(), at(9)), Ok(false));
    let each: Vec<_> = acks.each().map(|(user, at)| (user.as_str(), at)).collect();
    assert_eq!(each, [("ann", Some(at(2))), ("bob", None)]);
    assert_eq!((acks.acknowledged(), acks.asked()), (1, 2));
    let rows: Vec<_> = acks.each().map(|(user, at)| (user.clone(), at)).collect();
    assert_eq!(rows.into_iter().collect::<Acknowledgements>(), acks, "as they were, from rows");
    let not_asking = Acknowledgements::asked_by(&message("tina", "Hi"), &all());
    assert_eq!(not_asking.asked(), 0);
}

#[test]
fn who_acknowledged_is_the_sender_s_to_see() {
    let said = send_as("tina", Draft { require_ack: true, ..saying("Confirm") }).unwrap();
    let mut acks = Acknowledgements::asked_by(&said, &all());
    acks.acknowledge(&said, &user("ann"), &all(), at(2)).unwrap();
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

/// What is told of a reaction: which, and whether it is set.
fn react(
    reactions: &mut Reactions,
    said: &Message,
    who: &str,
    reaction: &str,
    is_set: bool,
) -> Result<Option<String>, MessagingError> {
    let asked = Reaction { reaction, is_set };
    let told = reactions.react(said, &user(who), &all(), asked, &Limits::default())?;
    Ok(told.map(|told| {
        assert_eq!((&told.message_id, &told.user_id, told.is_set), (&said.message_id, &user(who), is_set));
        told.reaction
    }))
}

#[test]
fn a_reaction_is_kept_and_told_without_white_space_around_it() {
    let said = message("ann", "Hi");
    let mut reactions = Reactions::default();
    assert_eq!(react(&mut reactions, &said, "bob", " 👍 ", true), Ok(Some("👍".to_owned())));
    assert_eq!(reactions.views()[0].reaction, "👍");
    assert_eq!(react(&mut reactions, &said, "bob", "👍", true), Ok(None), "one of a kind");
    let blank = react(&mut reactions, &said, "bob", "  ", true);
    assert_eq!(blank, Err(FieldError::Blank { field: "reaction" }.into()));
}

proptest! {
    /// Whatever people do: each has at most one reaction of a kind, a change is told exactly if there was one, and nothing is
    /// left of a kind that nobody reacts with.
    #[test]
    fn one_reaction_of_a_kind_per_person(
        deeds in prop::collection::vec((0..3_usize, 0..3_usize, any::<bool>()), 0..40),
    ) {
        let said = message("ann", "Hi");
        let (mut reactions, mut model) = (Reactions::default(), std::collections::BTreeSet::new());
        for (who, kind, is_set) in deeds {
            let (who, kind) = (["ann", "bob", "tina"][who], ["👍", "no", "ok"][kind]);
            let changed = if is_set { model.insert((kind, who)) } else { model.remove(&(kind, who)) };
            let told = react(&mut reactions, &said, who, kind, is_set).unwrap();
            prop_assert_eq!(told, changed.then(|| kind.to_owned()));
        }
        let views = reactions.views();
        prop_assert!(views.iter().all(|view| !view.user_ids.is_empty()));
        let left: Vec<_> = views
            .iter()
            .flat_map(|view| view.user_ids.iter().map(|user| (view.reaction.as_str(), user.as_str())))
            .collect();
        prop_assert_eq!(&left, &model.into_iter().collect::<Vec<_>>());
        let stored: Reactions = serde_json::from_str(&serde_json::to_string(&reactions).unwrap()).unwrap();
        prop_assert_eq!(&stored, &reactions);
        let rows = left.iter().map(|(kind, who)| ((*kind).to_owned(), user(who)));
        prop_assert_eq!(rows.rev().collect::<Reactions>(), stored, "rows in whatever order make the same");
    }
}

#[test]
fn what_is_kept_is_read_back_as_it_was() {
    let mut said = send_as("ann", Draft { attachments: vec![file("f1")], ..saying("Hi") }).unwrap();
    said.delete(&user("ann"), &all(), false, at(2)).unwrap();
    let stored: Message = serde_json::from_str(&serde_json::to_string(&said).unwrap()).unwrap();
    assert_eq!(stored, said);
    let titled = Opening { title: Some("Trip".to_owned()), ..opening() };
    let (tina, ann) = (in_class("tina", InClass::Staff), in_class("ann", InClass::Student));
    let talk = Conversation::within_class(titled, &tina, &class(), &[ann], &Limits::default()).unwrap();
    let stored: Conversation = serde_json::from_str(&serde_json::to_string(&talk).unwrap()).unwrap();
    assert_eq!(stored, talk);
}
