//! The class in which the tests play: Tina teaches, Ann, Bob and Cem learn.

use std::time::Duration;

use homeroom_contract::{ClassId, DomainEvent, Role, Room, Timestamp, UserId};
use homeroom_live_class::{
    Attendee, Breakouts, ClassLocks, Hands, Limits, Participants, Point, Poll, Running, Stroke, Tool,
    Whiteboard,
};

pub(crate) fn class() -> ClassId {
    ClassId::new("c1").unwrap()
}

pub(crate) fn user(id: &str) -> UserId {
    UserId::new(id).unwrap()
}

pub(crate) fn tina() -> Attendee {
    Attendee::new(user("tina"), Role::Teacher)
}

pub(crate) fn student(id: &str) -> Attendee {
    Attendee::new(user(id), Role::Student)
}

pub(crate) fn ann() -> Attendee {
    student("ann")
}

pub(crate) fn bob() -> Attendee {
    student("bob")
}

/// So many seconds after the class began.
pub(crate) fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix_millis(1_790_000_000_000).plus(Duration::from_secs(seconds))
}

/// A stroke of so many points.
pub(crate) fn stroke(points: usize) -> Stroke {
    Stroke {
        tool: Tool::Pen,
        color: "#1a2B3c".to_owned(),
        width: 0.01,
        points: vec![Point(0.5, 0.5); points],
    }
}

/// Where an event goes and what it says there, as text.
pub(crate) fn told(event: &impl DomainEvent) -> Vec<(Vec<Room>, String)> {
    let deliveries = event.deliveries().into_iter();
    deliveries.map(|delivery| (delivery.rooms, delivery.payload.unwrap().get().to_owned())).collect()
}

/// Those people, all of them there.
pub(crate) fn here(people: &[Attendee]) -> Participants {
    let mut there = Participants::default();
    for who in people {
        there.enter(who, &Limits::default()).unwrap();
    }
    there
}

/// A class that meets, with nobody in it.
#[derive(Default)]
pub(crate) struct Meeting {
    pub(crate) people: Participants,
    pub(crate) hands: Hands,
    pub(crate) board: Whiteboard,
    pub(crate) locks: ClassLocks,
    pub(crate) poll: Option<Poll>,
    pub(crate) breakouts: Option<Breakouts>,
}

impl Meeting {
    /// Does something to all of it at once.
    pub(crate) fn with<T>(&mut self, deed: impl FnOnce(&mut Running<'_>) -> T) -> T {
        deed(&mut Running {
            class_id: &class(),
            people: &mut self.people,
            hands: &mut self.hands,
            board: &mut self.board,
            locks: &mut self.locks,
            poll: self.poll.as_mut(),
            breakouts: self.breakouts.as_mut(),
        })
    }
}

/// That room, as it is written.
pub(crate) fn names(rooms: &[Room]) -> Vec<&str> {
    rooms.iter().map(Room::as_str).collect()
}
