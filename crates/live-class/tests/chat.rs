//! The chat: to whom one may write, and who reads it.

use homeroom_contract::Role;
use homeroom_live_class::{Attendee, ChatFacts, ChatSent, Limits, LiveClassError, Locks, SendChat};

use crate::support::{Meeting, ann, at, bob, class, here, student, tina, told, user};

fn send(
    from: &Attendee,
    to: Option<&Attendee>,
    locks: Locks,
    staff_present: bool,
) -> Result<ChatSent, LiveClassError> {
    let send =
        SendChat { class_id: None, body: "Hello".to_owned(), to_user_id: to.map(|to| to.user_id.clone()) };
    let there: Vec<Attendee> = if staff_present { vec![tina(), ann(), bob()] } else { vec![ann(), bob()] };
    let mut people = here(&there);
    if from.is_staff() {
        people.enter(from, &Limits::default()).unwrap();
    }
    let facts = ChatFacts { people: &people, recipient: to.cloned(), locks };
    ChatSent::new(class(), from, "Ann".to_owned(), send, facts, at(1), &Limits::default())
}

const OPEN: Locks = Locks { chat: false, private_chat: false, mic: false, cam: false, whiteboard: false };

fn rooms(sent: &ChatSent) -> Vec<String> {
    told(sent).into_iter().flat_map(|(rooms, _)| rooms).map(|room| room.to_string()).collect()
}

#[test]
fn a_message_goes_to_the_class_or_to_two_people_and_nobody_else() {
    assert_eq!(rooms(&send(&ann(), None, OPEN, true).unwrap()), ["class:c1"]);
    assert_eq!(rooms(&send(&ann(), Some(&tina()), OPEN, true).unwrap()), ["user:tina", "user:ann"]);
}

#[test]
fn each_kind_of_chat_has_its_own_lock() {
    use homeroom_live_class::Lockable::{Chat, PrivateChat};
    let chat = Locks { chat: true, ..OPEN };
    let private = Locks { private_chat: true, ..OPEN };
    assert_eq!(send(&ann(), None, chat, true), Err(LiveClassError::Locked(Chat)));
    assert!(send(&ann(), Some(&tina()), chat, true).is_ok());
    assert!(send(&ann(), None, private, true).is_ok());
    assert_eq!(send(&ann(), Some(&tina()), private, true), Err(LiveClassError::Locked(PrivateChat)));
}

#[test]
fn students_write_to_each_other_only_while_staff_are_there() {
    assert!(send(&ann(), Some(&bob()), OPEN, true).is_ok());
    assert_eq!(send(&ann(), Some(&bob()), OPEN, false), Err(LiveClassError::SupervisionRequired));
    assert!(send(&ann(), Some(&tina()), OPEN, false).is_ok(), "she reads it later");
    assert!(send(&tina(), Some(&ann()), OPEN, false).is_ok());
    assert!(send(&ann(), None, OPEN, false).is_ok());
}

#[test]
fn nobody_writes_to_oneself_or_to_somebody_who_is_not_of_the_class() {
    assert_eq!(send(&ann(), Some(&ann()), OPEN, true), Err(LiveClassError::ToOneself));
    let out = SendChat { class_id: None, body: "Hello".to_owned(), to_user_id: Some(student("zoe").user_id) };
    for recipient in [None, Some(tina())] {
        let people = here(&[tina(), ann()]);
        let facts = ChatFacts { people: &people, recipient, locks: OPEN };
        let sent =
            ChatSent::new(class(), &ann(), "Ann".to_owned(), out.clone(), facts, at(1), &Limits::default());
        assert_eq!(sent, Err(LiveClassError::NotFound("person")));
    }
}

#[test]
fn who_writes_is_there_and_who_was_sent_out_neither_writes_nor_is_written_to() {
    let mut meeting = Meeting { people: here(&[tina(), ann(), bob()]), ..Meeting::default() };
    meeting.with(|running| running.remove(&tina(), &user("ann"), at(1))).unwrap();
    let write = |from: &Attendee, to: Option<Attendee>| {
        let to_user_id = to.as_ref().map(|to| to.user_id.clone());
        let send = SendChat { class_id: None, body: "Hello".to_owned(), to_user_id };
        let facts = ChatFacts { people: &meeting.people, recipient: to, locks: OPEN };
        ChatSent::new(class(), from, "X".to_owned(), send, facts, at(1), &Limits::default()).map(|_| ())
    };
    assert_eq!(write(&ann(), None), Err(LiveClassError::Removed));
    assert_eq!(write(&student("cem"), None), Err(LiveClassError::NotHere));
    assert_eq!(write(&bob(), Some(ann())), Err(LiveClassError::NotFound("person")));
    let proctor = Attendee::new(user("pia"), Role::Proctor);
    let reader = Attendee::reader(user("rhea"), Role::SchoolAdmin);
    assert_eq!(write(&proctor, None), Err(LiveClassError::NotAllowed));
    assert_eq!(write(&reader, None), Err(LiveClassError::NotAllowed), "who reads doesn't write");
    assert_eq!(write(&bob(), Some(proctor)), Err(LiveClassError::NotFound("person")));
    assert_eq!(write(&bob(), Some(student("cem"))), Ok(()), "he reads it when he comes");
}
