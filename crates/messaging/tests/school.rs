//! The school that the tests play in: s1 with tina (teacher), abby (aide), ann and bob (students), mum and dad (ann's guardians),
//! bea (bob's), pat (principal), pete (proctor); s2 with tom (teacher) and sue (student, tina's child); cora counsels at both, dora
//! is over the district.

use std::collections::BTreeSet;

use homeroom_contract::{ClassId, OrgId, Role, Timestamp, UserId};
use homeroom_messaging::{
    Candidate, Classroom, Conversation, ConversationId, Draft, InClass, Limits, Message, MessageId,
    MessagingError, Opening, Participants, Party, Sender, Setting,
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

/// What the roster says of somebody.
type Roles = &'static [(Role, &'static [&'static str])];

pub(crate) fn person(id: &str) -> Party {
    let (roles, children): (Roles, &[&str]) = match id {
        "tina" => (&[(Role::Teacher, &["s1"]), (Role::Parent, &["s2"])], &["sue"]),
        "tom" => (&[(Role::Teacher, &["s2"])], &[]),
        "abby" => (&[(Role::Aide, &["s1"])], &[]),
        "cora" => (&[(Role::Counselor, &["s1", "s2"])], &[]),
        "pat" => (&[(Role::SchoolAdmin, &["s1"])], &[]),
        "dora" => (&[(Role::DistrictAdmin, &["s1", "s2"])], &[]),
        "ann" | "bob" => (&[(Role::Student, &["s1"])], &[]),
        "sue" => (&[(Role::Student, &["s2"])], &[]),
        "mum" | "dad" => (&[(Role::Parent, &["s1"])], &["ann"]),
        "bea" => (&[(Role::Parent, &["s1"])], &["bob"]),
        "pete" => (&[(Role::Proctor, &["s1"])], &[]),
        "gus" => (&[(Role::Guest, &["s1"])], &[]),
        _ => panic!("nobody is called {id}"),
    };
    let roles = roles.iter().map(|(role, schools)| with_role(*role, schools));
    Party { user_id: user(id), roles: roles.collect(), children: users(children) }
}

pub(crate) fn with_role(role: Role, schools: &[&str]) -> (Role, BTreeSet<OrgId>) {
    (role, schools.iter().map(|school| org(school)).collect())
}

/// That person, with no other roles than that one.
pub(crate) fn as_only(id: &str, role: Role, schools: &[&str]) -> Party {
    Party { roles: [with_role(role, schools)].into(), ..person(id) }
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
    Classroom { class_id: ClassId::new("c1").unwrap(), school_id: org("s1") }
}

/// That person, as that in the class.
pub(crate) fn in_class(id: &str, in_class: InClass) -> Candidate {
    Candidate { party: person(id), in_class }
}

/// The conversation of everyone in the class, which tina opens.
pub(crate) fn of_class() -> Conversation {
    let tina = in_class("tina", InClass::Staff);
    Conversation::of_class(opening(), &tina, &class(), &Limits::default()).unwrap()
}

/// A conversation that tina opens with some of the class.
pub(crate) fn within_class(others: &[Candidate]) -> Result<Conversation, MessagingError> {
    let tina = in_class("tina", InClass::Staff);
    Conversation::within_class(opening(), &tina, &class(), others, &Limits::default())
}

/// The conversation of tina, ann and bob.
pub(crate) fn talk() -> Conversation {
    open(&["tina", "ann", "bob"]).unwrap()
}

/// Those of that conversation who are in it, by what the roster says of these people.
pub(crate) fn among(parties: impl IntoIterator<Item = Party>, talk: &Conversation) -> Participants {
    let candidates: Vec<_> = parties.into_iter().map(Candidate::of).collect();
    talk.participants(&candidates, None)
}

/// Those who are in the conversation of tina, ann and bob.
pub(crate) fn all() -> Participants {
    among(people(&["tina", "ann", "bob"]), &talk())
}

/// Bob has left the school.
pub(crate) fn without_bob() -> Participants {
    among(people(&["tina", "ann"]), &talk())
}

pub(crate) fn sender(id: &str) -> Sender {
    Sender { user_id: user(id), name: format!("{id} of s1") }
}

/// What somebody sends to the conversation of tina, ann and bob.
pub(crate) fn send_as(from: &str, draft: Draft) -> Result<Message, MessagingError> {
    let id = MessageId::new("m1").unwrap();
    let setting = Setting { participants: &all(), replied_to: None };
    draft.send(id, &sender(from), setting, at(1), &Limits::default())
}

pub(crate) fn saying(body: &str) -> Draft {
    Draft { body: body.to_owned(), ..Draft::default() }
}

/// What somebody has said there.
pub(crate) fn message(from: &str, body: &str) -> Message {
    send_as(from, saying(body)).unwrap()
}
