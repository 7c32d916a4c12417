//! Locks: what students can't do for now. A lock is set for the class, for one breakout or for one person, and somebody is bound
//! by every one that concerns them. Staff are never bound.

use std::collections::BTreeMap;

use homeroom_contract::{ClassId, Room, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Attendee, LiveClassError, LiveClassRoom};

/// What can be locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Lockable {
    /// Messages to the class.
    Chat,
    /// Messages to one person.
    PrivateChat,
    /// The microphone.
    Mic,
    /// The camera.
    Cam,
    /// Drawing on the whiteboard, whatever right to it was granted.
    Whiteboard,
}

/// What is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_excessive_bools, reason = "five locks, each by itself, as they are on the wire")]
pub struct Locks {
    /// Messages to the class.
    pub chat: bool,
    /// Messages to one person.
    pub private_chat: bool,
    /// The microphone: who is bound is muted, and stays so.
    pub mic: bool,
    /// The camera: it is off for who is bound, and stays so.
    pub cam: bool,
    /// Drawing on the whiteboard.
    pub whiteboard: bool,
}

impl Locks {
    /// Whether that is locked.
    pub fn locked(self, what: Lockable) -> bool {
        match what {
            Lockable::Chat => self.chat,
            Lockable::PrivateChat => self.private_chat,
            Lockable::Mic => self.mic,
            Lockable::Cam => self.cam,
            Lockable::Whiteboard => self.whiteboard,
        }
    }

    /// Refuses what is locked: `LOCKED`.
    pub fn require(self, what: Lockable) -> Result<(), LiveClassError> {
        if self.locked(what) { Err(LiveClassError::Locked(what)) } else { Ok(()) }
    }

    /// What is locked by either.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            chat: self.chat || other.chat,
            private_chat: self.private_chat || other.private_chat,
            mic: self.mic || other.mic,
            cam: self.cam || other.cam,
            whiteboard: self.whiteboard || other.whiteboard,
        }
    }

    fn patched(self, patch: LocksPatch) -> Self {
        Self {
            chat: patch.chat.unwrap_or(self.chat),
            private_chat: patch.private_chat.unwrap_or(self.private_chat),
            mic: patch.mic.unwrap_or(self.mic),
            cam: patch.cam.unwrap_or(self.cam),
            whiteboard: patch.whiteboard.unwrap_or(self.whiteboard),
        }
    }

    fn is_open(self) -> bool {
        self == Self::default()
    }
}

/// A change of locks: what says nothing stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LocksPatch {
    /// Messages to the class.
    pub chat: Option<bool>,
    /// Messages to one person.
    pub private_chat: Option<bool>,
    /// The microphone.
    pub mic: Option<bool>,
    /// The camera.
    pub cam: Option<bool>,
    /// Drawing on the whiteboard.
    pub whiteboard: Option<bool>,
}

/// Whom a lock binds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum LockScope {
    /// All students of the class.
    Class,
    /// The students of one breakout, by its number.
    Breakout(u32),
    /// One student.
    Person(UserId),
}

impl LockScope {
    /// Reads a scope as clients write it: a room of this class, or a person's. Without one it is the class.
    pub fn read(class: &ClassId, scope: Option<&Room>) -> Result<Self, LiveClassError> {
        let Some(scope) = scope else { return Ok(Self::Class) };
        let room = LiveClassRoom::read(scope).ok_or(LiveClassError::BadScope)?;
        if room.class().is_some_and(|of| of != class) {
            return Err(LiveClassError::NotFound("class"));
        }
        match room {
            LiveClassRoom::Class(_) => Ok(Self::Class),
            LiveClassRoom::Breakout(_, n) => Ok(Self::Breakout(n)),
            LiveClassRoom::User(user) => Ok(Self::Person(user)),
            LiveClassRoom::Staff(_) => Err(LiveClassError::BadScope),
        }
    }

    /// The room by which the scope is written.
    pub fn room(&self, class: &ClassId) -> Room {
        match self {
            Self::Class => LiveClassRoom::Class(class.clone()).room(),
            Self::Breakout(n) => LiveClassRoom::Breakout(class.clone(), *n).room(),
            Self::Person(user) => LiveClassRoom::User(user.clone()).room(),
        }
    }
}

/// All locks of a class.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClassLocks {
    class: Locks,
    breakouts: BTreeMap<u32, Locks>,
    people: BTreeMap<UserId, Locks>,
}

impl ClassLocks {
    /// Locks or unlocks; staff only. Returns what is locked in that scope now, and `None` if nothing changed. That the breakout
    /// or the person is one of the class is for the caller to look up.
    pub fn set(
        &mut self,
        by: &Attendee,
        scope: &LockScope,
        patch: LocksPatch,
    ) -> Result<Option<Locks>, LiveClassError> {
        by.require_staff()?;
        let old = self.of(scope);
        let new = old.patched(patch);
        match scope {
            LockScope::Class => self.class = new,
            LockScope::Breakout(n) => keep(&mut self.breakouts, *n, new),
            LockScope::Person(user) => keep(&mut self.people, user.clone(), new),
        }
        Ok((new != old).then_some(new))
    }

    /// What was set for that scope itself.
    pub fn of(&self, scope: &LockScope) -> Locks {
        match scope {
            LockScope::Class => self.class,
            LockScope::Breakout(n) => self.breakouts.get(n).copied().unwrap_or_default(),
            LockScope::Person(user) => self.people.get(user).copied().unwrap_or_default(),
        }
    }

    /// What is locked for somebody who is in that breakout, if in any: whatever any lock says. Nothing for whoever isn't a student.
    pub fn binding(&self, who: &Attendee, breakout: Option<u32>) -> Locks {
        if !who.is_student() {
            return Locks::default();
        }
        let there = breakout.map(|n| self.of(&LockScope::Breakout(n))).unwrap_or_default();
        self.class.and(there).and(self.of(&LockScope::Person(who.user_id.clone())))
    }

    /// Every scope that has a lock, the class first, which is always there.
    pub fn scopes(&self) -> Vec<(LockScope, Locks)> {
        let breakouts = self.breakouts.iter().map(|(n, locks)| (LockScope::Breakout(*n), *locks));
        let people = self.people.iter().map(|(user, locks)| (LockScope::Person(user.clone()), *locks));
        [(LockScope::Class, self.class)].into_iter().chain(breakouts).chain(people).collect()
    }

    /// What a newcomer is told: staff of every scope, others of those that concern them; the class first.
    pub fn view(&self, class: &ClassId, viewer: &Attendee, breakout: Option<u32>) -> Vec<ScopedLocks> {
        let concerns = |scope: &LockScope| match scope {
            LockScope::Class => true,
            LockScope::Breakout(n) => breakout == Some(*n),
            LockScope::Person(user) => viewer.user_id == *user,
        };
        let scopes = self.scopes().into_iter().filter(|(scope, _)| viewer.sees_all() || concerns(scope));
        scopes.map(|(scope, locks)| ScopedLocks::of(scope.room(class), locks)).collect()
    }

    /// Forgets the locks of breakouts, when these are over.
    pub fn forget_breakouts(&mut self) {
        self.breakouts.clear();
    }
}

/// A scope without a lock takes no place.
fn keep<K: Ord>(scopes: &mut BTreeMap<K, Locks>, scope: K, locks: Locks) {
    if locks.is_open() {
        scopes.remove(&scope);
    } else {
        scopes.insert(scope, locks);
    }
}

/// What is locked, and for whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "five locks, each by itself, as they are on the wire")]
pub struct ScopedLocks {
    /// For whom: `class:{id}`, `breakout:{classId}:{n}` or `user:{id}`.
    pub scope: Room,
    /// Messages to the class.
    pub chat: bool,
    /// Messages to one person.
    pub private_chat: bool,
    /// The microphone.
    pub mic: bool,
    /// The camera.
    pub cam: bool,
    /// Drawing on the whiteboard.
    pub whiteboard: bool,
}

impl ScopedLocks {
    /// These locks in that scope.
    pub fn of(scope: Room, locks: Locks) -> Self {
        let Locks { chat, private_chat, mic, cam, whiteboard } = locks;
        Self { scope, chat, private_chat, mic, cam, whiteboard }
    }
}
