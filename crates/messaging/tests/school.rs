//! The school that the tests play in: s1 with tina (teacher), ann and bob (students), mum and dad (ann's guardians), bea (bob's),
//! pat (principal); s2 with tom (teacher) and sue (student); dora over the district.

use std::collections::BTreeSet;

use homeroom_contract::{ClassId, OrgId, Role, Timestamp, UserId};
use homeroom_messaging::{
    Circle, Classroom, Conversation, ConversationId, Draft, Limits, Message, MessageId, MessagingError,
    Opening, Party, Sender, Setting,
};

pub(crate) fn user(id: &str) -> UserId {
    UserId::new(id).unwrap()
}

pub(crate) fn users(ids: &[&str]) -> BTreeSet<UserId> {
    ids.iter().map(|id| user(id)).collect()
}

pub(crate) fn org(id: &str) -> OrgId {
    OrgId::new(id).unwrap()
}

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_unix_millis(1_790_000_000_000 + second * 1000)
}

pub(crate) fn person(id: &str) -> Party {
    let (role, schools, children): (Role, &[&str], &[&str]) = match id {
        "tina" => (Role::Teacher, &["s1"], &["sue"]),
        "tom" => (Role::Teacher, &["s2"], &[]),
        "abby" => (Role::Aide, &["s1"], &[]),
        "cora" => (Role::Counselor, &["s1", "s2"], &[]),
        "pat" => (Role::SchoolAdmin, &["s1"], &[]),
        "dora" => (Role::DistrictAdmin, &["s1", "s2"], &[]),
        "ann" | "bob" => (Role::Student, &["s1"], &[]),
        "sue" => (Role::Student, &["s2"], &[]),
        "mum" | "dad" => (Role::Parent, &["s1"], &["ann"]),
        "bea" => (Role::Parent, &["s1"], &["bob"]),
        "pete" => (Role::Proctor, &["s1"], &[]),
        "gus" => (Role::Guest, &["s1"], &[]),
        _ => panic!("nobody is called {id}"),
    };
    Party {
        user_id: user(id),
        role,
        schools: schools.iter().map(|school| org(school)).collect(),
        children: users(children),
    }
}

pub(crate) const EVERYONE: [&str; 13] =
    ["abby", "ann", "bea", "bob", "cora", "dad", "dora", "gus", "mum", "pat", "pete", "tina", "tom"];

pub(crate) fn people(ids: &[&str]) -> Vec<Party> {
    ids.iter().map(|id| person(id)).collect()
}

pub(crate) fn opening() -> Opening {
    Opening { conversation_id: ConversationId::new("talk").unwrap(), title: None, at: at(0) }
}

/// The first of them opens a conversation with the others.
pub(crate) fn open(ids: &[&str]) -> Result<Conversation, MessagingError> {
    let (opener, others) = ids.split_first().unwrap();
    Conversation::between(opening(), &person(opener), &people(others), None, &Limits::default())
}

pub(crate) fn class() -> Classroom {
    Classroom { class_id: ClassId::new("c1").unwrap(), school_id: org("s1"), is_opener_staff: true }
}

pub(crate) fn sender(id: &str) -> Sender {
    Sender { user_id: user(id), name: format!("{id} of s1"), is_staff: person(id).is_staff() }
}

/// What somebody sends to the conversation of tina, ann and bob.
pub(crate) fn send_as(from: &str, draft: Draft) -> Result<Message, MessagingError> {
    let conversation = open(&["tina", "ann", "bob"]).unwrap();
    let Circle::People { participants } = &conversation.circle else { panic!("a class") };
    let setting = Setting { conversation: &conversation, participants, replied_to: None };
    let id = MessageId::new("m1").unwrap();
    draft.send(id, &sender(from), setting, at(1), &Limits::default())
}

pub(crate) fn saying(body: &str) -> Draft {
    Draft { body: body.to_owned(), ..Draft::default() }
}

/// What somebody has said there.
pub(crate) fn message(from: &str, body: &str) -> Message {
    send_as(from, saying(body)).unwrap()
}
