//! One meeting of a class, from its opening to its end, and who was there for how long.
//!
//! Staff open it by coming in. Who is there, who was sent out, the hands and the poll belong to one lesson, and are kept under its
//! id: a new one begins without them. Breakouts end with it too, though their numbers go on. The board, with its rights, and the
//! locks are the class's, and stay as staff left them.
//!
//! Somebody who is there on several devices is there once: the time is that of the union of all stays.

use std::collections::BTreeMap;

use homeroom_contract::{ClassId, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Attendee, ClassEnded, Closed, LessonId, LiveClassError, Running};

/// One meeting of a class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lesson {
    /// This meeting, and no other of the class.
    pub lesson_id: LessonId,
    /// The class.
    pub class_id: ClassId,
    /// When it was opened.
    pub started_at: Timestamp,
    /// When staff ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
}

/// One connection's time in a class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stay {
    /// Who.
    pub user_id: UserId,
    /// When the connection joined.
    pub from: Timestamp,
    /// When it left; none while it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// How long somebody was there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Presence {
    /// Who.
    pub user_id: UserId,
    /// Whole seconds between the class's opening and its end during which at least one connection was there.
    pub seconds_present: u64,
}

impl Lesson {
    /// Opens the class for whoever comes in; none if the last lesson still runs, which is then the one to come into. Staff open it:
    /// others wait until somebody has (`LOCKED`).
    pub fn open(
        class_id: ClassId,
        by: &Attendee,
        last: Option<&Self>,
        at: Timestamp,
    ) -> Result<Option<Self>, LiveClassError> {
        if last.is_some_and(|last| last.ended_at.is_none()) {
            return Ok(None);
        }
        if !by.is_staff() {
            return Err(LiveClassError::NotBegun);
        }
        let lesson_id = LessonId::generate(at);
        Ok(Some(Self { lesson_id, class_id, started_at: at, ended_at: None }))
    }

    /// Refuses everything once the class has ended: `LOCKED`.
    pub fn require_running(&self) -> Result<(), LiveClassError> {
        if self.ended_at.is_some() { Err(LiveClassError::ClassOver) } else { Ok(()) }
    }

    /// Ends the class, and with it the poll and the breakouts that are open; staff only. Who is still there stays until this
    /// instant. What `running` holds is as a new lesson begins with it.
    pub fn end(
        &mut self,
        by: &Attendee,
        stays: &[Stay],
        running: &mut Running<'_>,
        at: Timestamp,
    ) -> Result<(Closed, ClassEnded), LiveClassError> {
        by.require_staff()?;
        self.require_running()?;
        self.ended_at = Some(at);
        let ended = ClassEnded {
            lesson_id: self.lesson_id.clone(),
            class_id: self.class_id.clone(),
            attendance: attendance(stays, self.started_at, at),
            ended_by: by.user_id.clone(),
        };
        Ok((running.end(by, at), ended))
    }
}

/// How long each was there between two instants, by person. A stay that hasn't ended lasts until the second one; what lies
/// outside of them doesn't count. Who has a stay is listed, if with 0 seconds.
pub fn attendance(stays: &[Stay], from: Timestamp, until: Timestamp) -> Vec<Presence> {
    let mut by_person: BTreeMap<&UserId, Vec<(i64, i64)>> = BTreeMap::new();
    for stay in stays {
        let begin = stay.from.max(from).unix_millis();
        let end = stay.until.map_or(until, |left| left.min(until)).unix_millis();
        by_person.entry(&stay.user_id).or_default().push((begin, end));
    }
    let presence = by_person
        .into_iter()
        .map(|(user, stays)| Presence { user_id: user.clone(), seconds_present: union_millis(stays) / 1000 });
    presence.collect()
}

/// The length of the union of intervals; those that end before they begin are empty.
fn union_millis(mut intervals: Vec<(i64, i64)>) -> u64 {
    intervals.sort_unstable();
    let (mut total, mut covered) = (0, i64::MIN);
    for (begin, end) in intervals {
        let begin = begin.max(covered);
        if end > begin {
            total += end.abs_diff(begin);
            covered = end;
        }
    }
    total
}
