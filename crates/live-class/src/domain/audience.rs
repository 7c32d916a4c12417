//! Who hears of what isn't kept. An event that is kept says it itself (`deliveries`); of these too no handler chooses the rooms.

use homeroom_contract::{Ephemeral, Room};

use crate::domain::{
    BreakoutTimerWsEvent, HandLoweredWsEvent, HandRaisedWsEvent, HandsChangedWsEvent, LiveClassRoom,
    LivePollResultsWsEvent, LocksChangedWsEvent, ParticipantUpdatedWsEvent, ScreenSharedWsEvent,
    WhiteboardSnapshotWsEvent,
};

/// An event that isn't kept and the rooms that hear of it. The socket whose request caused it is passed over and has the reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told<E> {
    /// The rooms; a socket in several of them gets it once.
    pub rooms: Vec<Room>,
    /// What they get.
    pub event: E,
}

/// An event whose rooms follow from what it says. A stroke isn't one: [`Whiteboard::tell`](crate::Whiteboard::tell) knows its.
pub trait Audience: Ephemeral {
    /// The rooms that hear of it.
    fn audience(&self) -> Vec<Room>;
}

/// To everyone in the class.
macro_rules! to_class {
    ($($event:ty),+ $(,)?) => {
        $(impl Audience for $event {
            fn audience(&self) -> Vec<Room> {
                vec![LiveClassRoom::Class(self.class_id.clone()).room()]
            }
        })+
    };
}

to_class![
    HandRaisedWsEvent,
    HandLoweredWsEvent,
    HandsChangedWsEvent,
    ParticipantUpdatedWsEvent,
    ScreenSharedWsEvent,
    BreakoutTimerWsEvent,
];

impl Audience for LivePollResultsWsEvent {
    /// Staff, and nobody else before they publish.
    fn audience(&self) -> Vec<Room> {
        vec![LiveClassRoom::Staff(self.class_id.clone()).room()]
    }
}

impl Audience for WhiteboardSnapshotWsEvent {
    /// The person whose right has changed.
    fn audience(&self) -> Vec<Room> {
        vec![LiveClassRoom::User(self.user_id.clone()).room()]
    }
}

impl Audience for LocksChangedWsEvent {
    /// Those whom the lock binds, and staff.
    fn audience(&self) -> Vec<Room> {
        let class = LiveClassRoom::Class(self.class_id.clone()).room();
        if self.scope == class {
            return vec![class];
        }
        vec![self.scope.clone(), LiveClassRoom::Staff(self.class_id.clone()).room()]
    }
}
