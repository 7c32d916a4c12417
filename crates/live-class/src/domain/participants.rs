//! The people of a class while it meets: one state for each, on however many devices they are. Who comes back is muted and without
//! a camera; what staff decided (who may share, who was sent out) holds until the class ends.
//!
//! Nobody opens another person's microphone or camera; staff can only shut them. One screen is shared at a time.

use std::collections::{BTreeMap, BTreeSet};

use homeroom_contract::{Role, UserId, field};
use serde::{Deserialize, Serialize};

use crate::domain::{
    Attendee, DrawMode, Limits, LiveClassError, Lockable, Locks, Part, ParticipantView, ShareScreen,
};

/// One person's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own, as on the wire")]
pub struct Participant {
    /// The person.
    pub user_id: UserId,
    /// As what the person is in the class.
    pub role: Role,
    /// What follows from it.
    pub part: Part,
    /// Whether any device is there.
    pub is_present: bool,
    /// Whether the microphone is off.
    pub is_muted: bool,
    /// Whether the camera is on.
    pub camera_enabled: bool,
    /// Whether staff allowed this student to share the screen.
    pub can_share: bool,
    /// The stream of the screen that is being shared.
    pub stream_id: Option<String>,
}

/// What sharing a screen came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScreenChange {
    /// Whether the state of whoever asked is another one now.
    pub changed: bool,
    /// Whose screen was taken over; that person's state is another one too.
    pub taken_from: Option<UserId>,
}

impl Participant {
    /// Whether the screen is being shared.
    pub fn is_screen_sharing(&self) -> bool {
        self.stream_id.is_some()
    }

    /// The person as a party to the rules.
    pub fn attendee(&self) -> Attendee {
        Attendee { user_id: self.user_id.clone(), role: self.role, part: self.part }
    }

    /// The state as others see it, with what the queue of hands and the board know.
    pub fn view(&self, hand_raised: bool, whiteboard: DrawMode) -> ParticipantView {
        ParticipantView {
            user_id: self.user_id.clone(),
            role: self.role,
            is_muted: self.is_muted,
            camera_enabled: self.camera_enabled,
            hand_raised,
            is_screen_sharing: self.is_screen_sharing(),
            stream_id: self.stream_id.clone(),
            can_share: self.can_share || self.part == Part::Staff,
            whiteboard,
        }
    }

    /// Shuts what is locked. Says whether anything was open.
    fn shut(&mut self, locks: Locks) -> bool {
        let old = (self.is_muted, self.camera_enabled);
        self.is_muted |= locks.mic;
        self.camera_enabled &= !locks.cam;
        old != (self.is_muted, self.camera_enabled)
    }
}

/// The people of a class, as they are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Participants {
    people: BTreeMap<UserId, Participant>,
    removed: BTreeSet<UserId>,
}

impl Participants {
    /// Somebody comes in, muted and without a camera, or on one more device, as on the others. Only students are counted; who takes
    /// no part in classes (guardians, proctors, counselors) doesn't come in, nor who was removed before the class ends.
    pub fn enter(&mut self, who: &Attendee, limits: &Limits) -> Result<&Participant, LiveClassError> {
        if who.part == Part::Outsider {
            return Err(LiveClassError::NotAllowed);
        }
        self.require_welcome(who)?;
        let present = self.people.get(&who.user_id).is_some_and(|person| person.is_present);
        if !present && who.is_student() && self.students().count() >= limits.participants {
            return Err(LiveClassError::Full);
        }
        let person = self.people.entry(who.user_id.clone()).or_insert_with(|| Participant {
            user_id: who.user_id.clone(),
            role: who.role,
            part: who.part,
            is_present: false,
            is_muted: true,
            camera_enabled: false,
            can_share: false,
            stream_id: None,
        });
        (person.role, person.part) = (who.role, who.part);
        person.is_present = true;
        Ok(person)
    }

    /// Refuses whoever was removed: `SUSPENDED`. It holds for every room of the class, the breakouts too.
    pub fn require_welcome(&self, who: &Attendee) -> Result<(), LiveClassError> {
        if self.removed.contains(&who.user_id) && !who.is_staff() {
            return Err(LiveClassError::Removed);
        }
        Ok(())
    }

    /// Refuses whoever does something in the class without being there: `UNAUTHORIZED` for whoever takes no part in it, `SUSPENDED`
    /// for whoever was removed, `NOT_IN_ROOM` for whoever has no device there.
    pub fn require_here(&self, who: &Attendee) -> Result<(), LiveClassError> {
        who.require_part()?;
        self.require_welcome(who)?;
        let here = self.people.get(&who.user_id).is_some_and(|person| person.is_present);
        if here { Ok(()) } else { Err(LiveClassError::NotHere) }
    }

    /// Somebody's last device is gone: a screen and a camera that went with it are off. Says whether the person was there.
    pub fn leave(&mut self, user: &UserId) -> bool {
        let Some(person) = self.people.get_mut(user).filter(|person| person.is_present) else { return false };
        person.is_present = false;
        person.is_muted = true;
        person.camera_enabled = false;
        person.stream_id = None;
        true
    }

    /// Sets a microphone and a camera; what says nothing stays. Others' can only be shut, and only by staff. `locks` are those
    /// that bind the person whose they are. Says whether anything changed.
    pub fn set_media(
        &mut self,
        by: &Attendee,
        user: &UserId,
        muted: Option<bool>,
        camera: Option<bool>,
        locks: Locks,
    ) -> Result<bool, LiveClassError> {
        by.require_staff_or_self(user)?;
        let person = present(&mut self.people, user)?;
        let (opens_mic, opens_cam) = (muted == Some(false), camera == Some(true));
        if by.user_id != *user && (opens_mic || opens_cam) {
            return Err(LiveClassError::NotAllowed);
        }
        if opens_mic {
            locks.require(Lockable::Mic)?;
        }
        if opens_cam {
            locks.require(Lockable::Cam)?;
        }
        let old = (person.is_muted, person.camera_enabled);
        person.is_muted = muted.unwrap_or(person.is_muted);
        person.camera_enabled = camera.unwrap_or(person.camera_enabled);
        Ok(old != (person.is_muted, person.camera_enabled))
    }

    /// Shuts the microphones and cameras that are locked now; `binding` says which locks bind somebody. Returns whose changed.
    pub fn shut_locked(&mut self, binding: impl Fn(&Attendee) -> Locks) -> Vec<UserId> {
        let shut = self.people.values_mut().filter_map(|person| {
            let locks = binding(&person.attendee());
            person.shut(locks).then(|| person.user_id.clone())
        });
        shut.collect()
    }

    /// Lets a student share the screen, or no longer; staff only. Taking the right ends the sharing. Says whether anything
    /// changed; for staff, who may anyway, nothing ever does.
    pub fn allow_share(
        &mut self,
        by: &Attendee,
        user: &UserId,
        allowed: bool,
    ) -> Result<bool, LiveClassError> {
        by.require_staff()?;
        let person = present(&mut self.people, user)?;
        match person.part {
            Part::Student => {}
            Part::Staff => return Ok(false),
            Part::Reader | Part::Outsider => return Err(LiveClassError::NotAllowed),
        }
        let changed = person.can_share != allowed;
        person.can_share = allowed;
        if !allowed {
            person.stream_id = None;
        }
        Ok(changed)
    }

    /// Shares one's screen, or stops; staff, and whom they allowed. Staff take over from whoever shares; a student waits.
    pub fn share_screen(
        &mut self,
        by: &Attendee,
        share: &ShareScreen,
        limits: &Limits,
    ) -> Result<ScreenChange, LiveClassError> {
        by.require_part()?;
        let person = present(&mut self.people, &by.user_id)?;
        if !share.is_sharing {
            return Ok(ScreenChange { changed: person.stream_id.take().is_some(), taken_from: None });
        }
        if !by.is_staff() && !person.can_share {
            return Err(LiveClassError::NotAllowed);
        }
        let stream_id = share.stream_id.clone().unwrap_or_default();
        field::text("streamId", &stream_id, limits.stream_id_chars)?;
        let other = |person: &&mut Participant| person.is_screen_sharing() && person.user_id != by.user_id;
        let mut taken_from = None;
        for other in self.people.values_mut().filter(other) {
            if !by.is_staff() {
                return Err(LiveClassError::ScreenTaken);
            }
            other.stream_id = None;
            taken_from = Some(other.user_id.clone());
        }
        let person = present(&mut self.people, &by.user_id)?;
        let changed = person.stream_id.replace(stream_id.clone()) != Some(stream_id);
        Ok(ScreenChange { changed, taken_from })
    }

    /// Sends a student out until the class ends; staff only, and students only. Says whether the screen was being shared. The rest
    /// of what goes with the student is for [`Running::remove`](crate::Running::remove) to take.
    pub(crate) fn send_out(&mut self, by: &Attendee, user: &UserId) -> Result<bool, LiveClassError> {
        by.require_staff()?;
        let person = present(&mut self.people, user)?;
        if person.part != Part::Student {
            return Err(LiveClassError::NotAllowed);
        }
        let shared = person.is_screen_sharing();
        person.can_share = false;
        self.leave(user);
        self.removed.insert(user.clone());
        Ok(shared)
    }

    /// Whether that person was sent out.
    pub fn is_removed(&self, user: &UserId) -> bool {
        self.removed.contains(user)
    }

    /// Somebody's state, if the person was ever there.
    pub fn get(&self, user: &UserId) -> Option<&Participant> {
        self.people.get(user)
    }

    /// Who is there now, by id.
    pub fn present(&self) -> impl Iterator<Item = &Participant> {
        self.people.values().filter(|person| person.is_present)
    }

    /// The students who are there now, by id.
    pub fn students(&self) -> impl Iterator<Item = &Participant> {
        self.present().filter(|person| person.part == Part::Student)
    }

    /// Whether anyone of the staff is there now.
    pub fn has_staff(&self) -> bool {
        self.present().any(|person| person.part == Part::Staff)
    }
}

fn present<'p>(
    people: &'p mut BTreeMap<UserId, Participant>,
    user: &UserId,
) -> Result<&'p mut Participant, LiveClassError> {
    let person = people.get_mut(user).filter(|person| person.is_present);
    person.ok_or(LiveClassError::NotFound("participant"))
}
