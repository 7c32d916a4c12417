//! What happened in a live class and is kept, and who sees what of it.
//!
//! `class:{id}`, where staff are too, gets what every student may know. What concerns one person goes to `user:{id}`, what a
//! breakout hears to `breakout:{classId}:{n}`, and either to `class:{id}:staff` as well; messages between two people reach nobody
//! else. What is told only to whoever is there right now (hands, strokes, locks, live counts) is in `wire` and `audience` alone.
//!
//! Who voted what is in no event, and what is right in none before it was revealed: not even in what is stored.

use homeroom_contract::{ClassId, Delivery, DomainEvent, Room, Timestamp, UserId};
use serde::Serialize;

use crate::domain::wire::{
    BreakoutAssignedWsEvent, BreakoutClosedWsEvent, ChatMessageWsEvent, ClassEndedWsEvent, PollClosedWsEvent,
    PollResultsWsEvent, PollStartedWsEvent, WhiteboardClearedWsEvent,
};
use crate::domain::{Attendee, LessonId, LiveClassRoom, MessageId, Poll, PollId, Presence, Votes};

fn everyone(class: &ClassId) -> Room {
    LiveClassRoom::Class(class.clone()).room()
}

fn staff(class: &ClassId) -> Room {
    LiveClassRoom::Staff(class.clone()).room()
}

fn person(user: &UserId) -> Room {
    LiveClassRoom::User(user.clone()).room()
}

fn breakouts<'r>(class: &ClassId, rooms: &'r [u32]) -> impl Iterator<Item = Room> + use<'r> {
    let class = class.clone();
    rooms.iter().map(move |n| LiveClassRoom::Breakout(class.clone(), *n).room())
}

/// A poll was started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PollStarted {
    /// The class.
    pub class_id: ClassId,
    /// The poll.
    pub poll_id: PollId,
    /// What is asked.
    pub question: String,
    /// What there is to choose from.
    pub options: Vec<String>,
    /// Whether several may be chosen.
    pub multiple: bool,
    /// Whether nobody gets to know who chose what.
    pub anonymous: bool,
    /// Until when it takes votes, if it has a duration.
    pub ends_at: Option<Timestamp>,
    /// Who asked.
    pub started_by: UserId,
}

impl PollStarted {
    /// What starting that poll means.
    pub fn new(poll: &Poll) -> Self {
        Self {
            class_id: poll.class_id.clone(),
            poll_id: poll.poll_id.clone(),
            question: poll.question.clone(),
            options: poll.options.clone(),
            multiple: poll.multiple,
            anonymous: poll.anonymous,
            ends_at: poll.ends_at,
            started_by: poll.started_by.clone(),
        }
    }
}

impl DomainEvent for PollStarted {
    const KIND: &'static str = "PollStarted";

    fn deliveries(&self) -> Vec<Delivery> {
        let event = PollStartedWsEvent {
            class_id: self.class_id.clone(),
            poll_id: self.poll_id.clone(),
            question: self.question.clone(),
            options: self.options.clone(),
            multiple: self.multiple,
            anonymous: self.anonymous,
            ends_at: self.ends_at,
            started_by: self.started_by.clone(),
        };
        vec![Delivery::new([everyone(&self.class_id)], &event)]
    }
}

/// A poll was closed, or its counts or what is right were shown later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PollClosed {
    /// The class.
    pub class_id: ClassId,
    /// The poll.
    pub poll_id: PollId,
    /// Whether students see the counts.
    pub published: bool,
    /// What is right, once it is revealed.
    pub correct: Option<Vec<u32>>,
    /// Who closed it.
    pub closed_by: UserId,
}

impl PollClosed {
    /// What closing that poll means.
    pub fn new(poll: &Poll, by: &Attendee) -> Self {
        Self {
            class_id: poll.class_id.clone(),
            poll_id: poll.poll_id.clone(),
            published: poll.published,
            correct: poll.shown_correct(),
            closed_by: by.user_id.clone(),
        }
    }
}

impl DomainEvent for PollClosed {
    const KIND: &'static str = "PollClosed";

    fn deliveries(&self) -> Vec<Delivery> {
        let event = PollClosedWsEvent {
            class_id: self.class_id.clone(),
            poll_id: self.poll_id.clone(),
            published: self.published,
            correct: self.correct.clone(),
        };
        vec![Delivery::new([everyone(&self.class_id)], &event)]
    }
}

/// The counts of a poll were shown to the students.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PollPublished {
    /// The class.
    pub class_id: ClassId,
    /// The poll.
    pub poll_id: PollId,
    /// How often each option was chosen, in the order of the options.
    pub counts: Vec<u32>,
    /// How many voted.
    pub total: u32,
    /// What is right, once it is revealed.
    pub correct: Option<Vec<u32>>,
}

impl PollPublished {
    /// What showing the counts of that poll means.
    pub fn new(poll: &Poll, votes: &Votes) -> Self {
        let tally = votes.tally(poll);
        Self {
            class_id: poll.class_id.clone(),
            poll_id: poll.poll_id.clone(),
            counts: tally.counts,
            total: tally.total,
            correct: poll.shown_correct(),
        }
    }
}

impl DomainEvent for PollPublished {
    const KIND: &'static str = "PollPublished";

    fn deliveries(&self) -> Vec<Delivery> {
        let event = PollResultsWsEvent {
            class_id: self.class_id.clone(),
            poll_id: self.poll_id.clone(),
            counts: self.counts.clone(),
            total: self.total,
            correct: self.correct.clone(),
        };
        vec![Delivery::new([everyone(&self.class_id)], &event)]
    }
}

/// The whiteboard was cleared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WhiteboardCleared {
    /// The class.
    pub class_id: ClassId,
    /// The board's revision now.
    pub rev: u64,
    /// Who cleared it.
    pub cleared_by: UserId,
}

impl DomainEvent for WhiteboardCleared {
    const KIND: &'static str = "WhiteboardCleared";

    fn deliveries(&self) -> Vec<Delivery> {
        let event = WhiteboardClearedWsEvent {
            class_id: self.class_id.clone(),
            rev: self.rev,
            user_id: self.cleared_by.clone(),
        };
        vec![Delivery::new([everyone(&self.class_id)], &event)]
    }
}

/// To whom a message goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum ChatTo {
    /// Everyone in the class.
    Class,
    /// One person.
    #[serde(rename_all = "camelCase")]
    Person {
        /// Who.
        user_id: UserId,
    },
    /// All breakouts.
    Breakouts {
        /// Their numbers.
        rooms: Vec<u32>,
    },
}

/// Somebody wrote something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChatSent {
    /// The message.
    pub message_id: MessageId,
    /// The class.
    pub class_id: ClassId,
    /// Who wrote it.
    pub sender_id: UserId,
    /// How that person goes by.
    pub sender_name: String,
    /// What it says.
    pub body: String,
    /// To whom it goes.
    pub to: ChatTo,
}

impl DomainEvent for ChatSent {
    const KIND: &'static str = "ChatSent";

    fn deliveries(&self) -> Vec<Delivery> {
        let to_user_id = match &self.to {
            ChatTo::Person { user_id } => Some(user_id.clone()),
            ChatTo::Class | ChatTo::Breakouts { .. } => None,
        };
        let event = ChatMessageWsEvent {
            class_id: self.class_id.clone(),
            message_id: self.message_id.clone(),
            sender_id: self.sender_id.clone(),
            sender_name: self.sender_name.clone(),
            body: self.body.clone(),
            to_user_id,
            to_breakouts: matches!(self.to, ChatTo::Breakouts { .. }),
        };
        let rooms: Vec<Room> = match &self.to {
            ChatTo::Class => vec![everyone(&self.class_id)],
            ChatTo::Person { user_id } => vec![person(user_id), person(&self.sender_id)],
            ChatTo::Breakouts { rooms } => {
                breakouts(&self.class_id, rooms).chain([staff(&self.class_id)]).collect()
            }
        };
        vec![Delivery::new(rooms, &event)]
    }
}

/// A student was put into a breakout, or called back to the class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BreakoutAssigned {
    /// The class.
    pub class_id: ClassId,
    /// The student.
    pub user_id: UserId,
    /// The breakout's number; none: back to the class.
    pub room: Option<u32>,
    /// The breakout's name.
    pub name: Option<String>,
    /// The breakout that the student left, if in one.
    pub left: Option<u32>,
    /// When the breakouts end.
    pub ends_at: Timestamp,
}

impl DomainEvent for BreakoutAssigned {
    const KIND: &'static str = "BreakoutAssigned";

    /// Staff and the student hear all of it, those who are joined not from where, and those who are left not where to.
    fn deliveries(&self) -> Vec<Delivery> {
        let breakout = |n: u32| LiveClassRoom::Breakout(self.class_id.clone(), n).room();
        let event = BreakoutAssignedWsEvent {
            class_id: self.class_id.clone(),
            user_id: self.user_id.clone(),
            room: self.room,
            room_id: self.room.map(breakout),
            name: self.name.clone(),
            left: self.left,
            ends_at: self.ends_at,
        };
        let joined = BreakoutAssignedWsEvent { left: None, ..event.clone() };
        let left = BreakoutAssignedWsEvent { room: None, room_id: None, name: None, ..event.clone() };
        let to = |n: Option<u32>, event| n.map(|n| Delivery::new([breakout(n)], event));
        let all = Delivery::new([staff(&self.class_id), person(&self.user_id)], &event);
        [all].into_iter().chain(to(self.room, &joined)).chain(to(self.left, &left)).collect()
    }
}

/// The breakouts are over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BreakoutsClosed {
    /// The class.
    pub class_id: ClassId,
    /// The numbers of those that there were.
    pub rooms: Vec<u32>,
}

impl DomainEvent for BreakoutsClosed {
    const KIND: &'static str = "BreakoutsClosed";

    fn deliveries(&self) -> Vec<Delivery> {
        let event = BreakoutClosedWsEvent { class_id: self.class_id.clone(), rooms: self.rooms.clone() };
        vec![Delivery::new([everyone(&self.class_id)], &event)]
    }
}

/// A class has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClassEnded {
    /// The meeting.
    pub lesson_id: LessonId,
    /// The class.
    pub class_id: ClassId,
    /// How long each was there, by person.
    pub attendance: Vec<Presence>,
    /// Who ended it.
    pub ended_by: UserId,
}

impl DomainEvent for ClassEnded {
    const KIND: &'static str = "ClassEnded";

    /// Staff see everyone's time, each person the own, and who was never there only that it is over.
    fn deliveries(&self) -> Vec<Delivery> {
        let (class_id, lesson_id) = (&self.class_id, &self.lesson_id);
        let ended = |attendance| ClassEndedWsEvent {
            class_id: class_id.clone(),
            lesson_id: lesson_id.clone(),
            attendance,
        };
        let for_staff = Delivery::new([staff(class_id)], &ended(self.attendance.clone()));
        let own =
            |presence: &Presence| Delivery::new([person(&presence.user_id)], &ended(vec![presence.clone()]));
        let for_others = Delivery::new([everyone(class_id)], &ended(Vec::new()));
        [for_staff].into_iter().chain(self.attendance.iter().map(own)).chain([for_others]).collect()
    }
}
