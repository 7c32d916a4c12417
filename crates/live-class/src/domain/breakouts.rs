//! Breakouts: the students of a class in groups, each with a room, for a time.
//!
//! Nobody is in two of them. They are over from the instant at which their time ends; closing only brings that instant nearer. That
//! they are over is told once. The last ones are kept until others take their place, in whatever lesson: numbers go on from theirs,
//! so that nobody who enters a room finds in it what an earlier group wrote.

use std::collections::BTreeSet;
use std::time::Duration;

use homeroom_contract::{ClassId, Timestamp, UserId, field};
use serde::{Deserialize, Serialize};

use crate::domain::{
    Attendee, BreakoutAssigned, BreakoutGroup, BreakoutView, BreakoutsClosed, BreakoutsCreated,
    BreakoutsView, ChatSent, ChatTo, CreateBreakouts, Limits, LiveClassError, LiveClassRoom, MessageId,
};

/// Seconds of grace when `breakout:close` doesn't say.
pub const DEFAULT_GRACE_SEC: u64 = 30;

/// One breakout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Breakout {
    /// Its number in the class; none comes again.
    pub room: u32,
    /// Its name.
    pub name: String,
    /// Who is in it.
    pub user_ids: BTreeSet<UserId>,
}

/// The breakouts of a class, as they are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Breakouts {
    class_id: ClassId,
    rooms: Vec<Breakout>,
    started_at: Timestamp,
    ends_at: Timestamp,
    closing: bool,
    /// Whether it was told that they are over.
    told: bool,
}

/// What making breakouts came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakoutsMade {
    /// The end of those before, which nobody had told yet; to be told first.
    pub closed: Option<BreakoutsClosed>,
    /// The new ones, in the place of the last.
    pub breakouts: Breakouts,
    /// To be told of each student who was put into one.
    pub assigned: Vec<BreakoutAssigned>,
}

impl Breakouts {
    /// Makes breakouts; staff only, and not while others run. `last` are the last ones that the class had, in whatever lesson.
    /// `students` are those of the class, present or not.
    pub fn create(
        class_id: ClassId,
        create: CreateBreakouts,
        by: &Attendee,
        students: &BTreeSet<UserId>,
        last: Option<&Breakouts>,
        at: Timestamp,
        limits: &Limits,
    ) -> Result<BreakoutsMade, LiveClassError> {
        by.require_staff()?;
        if last.is_some_and(|last| !last.is_over(at)) {
            return Err(LiveClassError::BreakoutsOpen);
        }
        field::count("groups", create.groups.len(), limits.breakouts)?;
        if create.groups.is_empty() {
            return Err(LiveClassError::TooFew { field: "groups", least: 1 });
        }
        field::within("durationSec", &create.duration_sec, &(1..=limits.breakout_sec))?;
        check_people(&create.groups, students, limits)?;
        let first = last.map_or(0, Self::highest).saturating_add(1);
        let rooms = (first..).zip(create.groups).map(|(room, group)| Breakout {
            room,
            name: group.name,
            user_ids: group.user_ids.into_iter().collect(),
        });
        let ends_at = at.plus(Duration::from_secs(create.duration_sec));
        let rooms = rooms.collect();
        let breakouts = Self { class_id, rooms, started_at: at, ends_at, closing: false, told: false };
        let placed =
            breakouts.rooms.iter().flat_map(|room| room.user_ids.iter().map(move |user| (room, user)));
        let assigned = placed.map(|(room, user)| breakouts.assigned(user, Some(room), None));
        let assigned = assigned.collect();
        let closed = last.filter(|last| !last.told).map(Self::closed);
        Ok(BreakoutsMade { closed, breakouts, assigned })
    }

    /// Moves a student into another breakout, or with none back to the class; staff only. Returns nothing if the student is
    /// there already.
    pub fn assign(
        &mut self,
        by: &Attendee,
        user: &UserId,
        room: Option<u32>,
        students: &BTreeSet<UserId>,
        at: Timestamp,
        limits: &Limits,
    ) -> Result<Option<BreakoutAssigned>, LiveClassError> {
        by.require_staff()?;
        self.require_running(at)?;
        if !students.contains(user) {
            return Err(LiveClassError::NotFound("student"));
        }
        let left = self.seat(user);
        if left == room {
            return Ok(None);
        }
        if let Some(n) = room {
            let target = self.rooms.iter().find(|room| room.room == n);
            let target = target.ok_or(LiveClassError::NotFound("breakout"))?;
            if target.user_ids.len() >= limits.breakout_people {
                return Err(LiveClassError::Full);
            }
        }
        for breakout in &mut self.rooms {
            if room == Some(breakout.room) {
                breakout.user_ids.insert(user.clone());
            } else {
                breakout.user_ids.remove(user);
            }
        }
        let target = self.rooms.iter().find(|breakout| Some(breakout.room) == room);
        Ok(Some(self.assigned(user, target, left)))
    }

    /// Gives them more time, though not once they are being closed; staff only. Returns when they end.
    pub fn extend(
        &mut self,
        by: &Attendee,
        delta_sec: u64,
        at: Timestamp,
        limits: &Limits,
    ) -> Result<Timestamp, LiveClassError> {
        by.require_staff()?;
        self.require_running(at)?;
        if self.closing {
            return Err(LiveClassError::BreakoutsOver);
        }
        let left = limits.breakout_sec.saturating_sub(self.ends_at.since(self.started_at).as_secs());
        if left == 0 {
            return Err(LiveClassError::NoMoreTime);
        }
        field::within("deltaSec", &delta_sec, &(1..=left))?;
        self.ends_at = self.ends_at.plus(Duration::from_secs(delta_sec));
        Ok(self.ends_at)
    }

    /// Writes to all breakouts at once; staff only.
    pub fn message(
        &self,
        by: &Attendee,
        sender_name: String,
        body: String,
        at: Timestamp,
        limits: &Limits,
    ) -> Result<ChatSent, LiveClassError> {
        by.require_staff()?;
        self.require_running(at)?;
        field::text("body", &body, limits.message_chars)?;
        Ok(ChatSent {
            message_id: MessageId::generate(at),
            class_id: self.class_id.clone(),
            sender_id: by.user_id.clone(),
            sender_name,
            body,
            to: ChatTo::Breakouts { rooms: self.rooms.iter().map(|room| room.room).collect() },
        })
    }

    /// Closes them after so many seconds, or earlier if their time ends before; staff only. Returns when they end.
    pub fn close(
        &mut self,
        by: &Attendee,
        grace_sec: Option<u64>,
        at: Timestamp,
        limits: &Limits,
    ) -> Result<Timestamp, LiveClassError> {
        by.require_staff()?;
        self.require_running(at)?;
        let grace_sec = grace_sec.unwrap_or(DEFAULT_GRACE_SEC.min(limits.grace_sec));
        field::within("graceSec", &grace_sec, &(0..=limits.grace_sec))?;
        self.ends_at = self.ends_at.min(at.plus(Duration::from_secs(grace_sec)));
        self.closing = true;
        Ok(self.ends_at)
    }

    /// What to tell when their time has come; nothing before, and nothing a second time once this state is kept.
    pub fn tell_closed(&mut self, at: Timestamp) -> Option<BreakoutsClosed> {
        if self.told || !self.is_over(at) {
            return None;
        }
        self.told = true;
        Some(self.closed())
    }

    /// Ends them with the class. Nothing to tell if it was told already.
    pub(crate) fn end(&mut self, at: Timestamp) -> Option<BreakoutsClosed> {
        self.ends_at = self.ends_at.min(at);
        self.tell_closed(at)
    }

    /// Takes a student who was sent out from the seat; nothing if in none.
    pub(crate) fn vacate(&mut self, user: &UserId, at: Timestamp) -> Option<BreakoutAssigned> {
        let left = self.room_of(user, at)?;
        for breakout in &mut self.rooms {
            breakout.user_ids.remove(user);
        }
        Some(self.assigned(user, None, Some(left)))
    }

    /// Whether somebody may be in that breakout's room: whoever was put there, and whoever sees what staff see in each that there
    /// is. Whether the class still wants the person is for [`Participants::require_welcome`](crate::Participants::require_welcome)
    /// to say.
    pub fn may_enter(&self, who: &Attendee, room: u32, at: Timestamp) -> bool {
        let mut open = self.rooms.iter().filter(|_| !self.is_over(at));
        let there = open.find(|breakout| breakout.room == room);
        there.is_some_and(|breakout| who.sees_all() || breakout.user_ids.contains(&who.user_id))
    }

    /// The breakout in which a student is; none once they are over.
    pub fn room_of(&self, user: &UserId, at: Timestamp) -> Option<u32> {
        if self.is_over(at) { None } else { self.seat(user) }
    }

    /// Whether their time has ended. Once that was told, no node's clock makes it undone.
    pub fn is_over(&self, at: Timestamp) -> bool {
        self.told || at >= self.ends_at
    }

    /// When they end.
    pub fn ends_at(&self) -> Timestamp {
        self.ends_at
    }

    /// The breakouts as somebody sees them: staff all of them, a student the own one; none once they are over.
    pub fn view(&self, viewer: &Attendee, at: Timestamp) -> Option<BreakoutsView> {
        let seen = |room: &&Breakout| viewer.sees_all() || room.user_ids.contains(&viewer.user_id);
        let rooms = self.rooms.iter().filter(seen).map(|room| self.room_view(room)).collect();
        (!self.is_over(at)).then_some(BreakoutsView { rooms, ends_at: self.ends_at })
    }

    /// What whoever made them is answered.
    pub fn reply(&self) -> BreakoutsCreated {
        let rooms = self.rooms.iter().map(|room| self.room_view(room)).collect();
        BreakoutsCreated { rooms, ends_at: self.ends_at }
    }

    fn room_view(&self, room: &Breakout) -> BreakoutView {
        BreakoutView {
            room: room.room,
            room_id: LiveClassRoom::Breakout(self.class_id.clone(), room.room).room(),
            name: room.name.clone(),
            user_ids: room.user_ids.iter().cloned().collect(),
        }
    }

    fn seat(&self, user: &UserId) -> Option<u32> {
        self.rooms.iter().find(|room| room.user_ids.contains(user)).map(|room| room.room)
    }

    fn highest(&self) -> u32 {
        self.rooms.iter().map(|room| room.room).max().unwrap_or_default()
    }

    fn closed(&self) -> BreakoutsClosed {
        let rooms = self.rooms.iter().map(|room| room.room).collect();
        BreakoutsClosed { class_id: self.class_id.clone(), rooms }
    }

    fn require_running(&self, at: Timestamp) -> Result<(), LiveClassError> {
        if self.is_over(at) { Err(LiveClassError::BreakoutsOver) } else { Ok(()) }
    }

    fn assigned(&self, user: &UserId, room: Option<&Breakout>, left: Option<u32>) -> BreakoutAssigned {
        BreakoutAssigned {
            class_id: self.class_id.clone(),
            user_id: user.clone(),
            room: room.map(|room| room.room),
            name: room.map(|room| room.name.clone()),
            left,
            ends_at: self.ends_at,
        }
    }
}

/// Groups have names and not too many people, all of them students of the class, and none in two.
fn check_people(
    groups: &[BreakoutGroup],
    students: &BTreeSet<UserId>,
    limits: &Limits,
) -> Result<(), LiveClassError> {
    let mut placed = BTreeSet::new();
    for (n, group) in groups.iter().enumerate() {
        let named = field::text("name", &group.name, limits.breakout_name_chars);
        named.map_err(|error| LiveClassError::from(error).under(format!("groups[{n}]")))?;
        if group.user_ids.len() > limits.breakout_people {
            return Err(LiveClassError::Full.at(format!("groups[{n}].userIds")));
        }
        for (place, user) in group.user_ids.iter().enumerate() {
            let wrong = if !students.contains(user) {
                LiveClassError::NotFound("student")
            } else if !placed.insert(user) {
                LiveClassError::PersonTwice(user.clone())
            } else {
                continue;
            };
            return Err(wrong.at(format!("groups[{n}].userIds[{place}]")));
        }
    }
    Ok(())
}
