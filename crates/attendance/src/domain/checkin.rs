//! Check-in: for some minutes the students of a class mark themselves, with a code that is shown in the room and changes.
//!
//! The code goes to staff only: who has it is in the room, or was told by somebody who is. Whoever hasn't checked in when it closes
//! is absent, unless somebody has said otherwise. What staff mark stands, whatever code comes after it.

use std::time::Duration;

use chrono::NaiveDate;
use homeroom_contract::{ClassId, Timestamp, UserId, field};
use serde::{Deserialize, Serialize};

use crate::domain::{
    AttendanceError, Author, Change, CheckinId, Limits, OpenCheckin, Rules, Secret, StudentDay,
};

/// A check-in session, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Checkin {
    /// The session.
    pub session_id: CheckinId,
    /// The class.
    pub class_id: ClassId,
    /// The day that is marked: that of the opening, in the district's time zone.
    pub date: NaiveDate,
    /// What its codes are made of.
    pub secret: Secret,
    /// Seconds for which each code is shown.
    pub rotate_sec: u32,
    /// Minutes after the opening after which one is late.
    pub late_after_min: u32,
    /// Who opened it.
    pub opened_by: UserId,
    /// When.
    pub opened_at: Timestamp,
    /// When it ends by itself; nobody checks in from then on.
    pub closes_at: Timestamp,
    /// When it was closed and who was missing was marked; none while that is still to be done.
    pub closed_at: Option<Timestamp>,
}

/// A code, and until when it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownCode {
    /// Six digits.
    pub code: String,
    /// When the next one takes its place, or the check-in ends.
    pub expires_at: Timestamp,
}

impl Checkin {
    /// Opens one. `before` is the class's last one, if there is any; while it is open there is no other. If it
    /// [`is_overdue`](Self::is_overdue), nobody can check in there, and it is no hindrance: it has to [run out](Self::run_out) in
    /// the same transaction, before this one is kept. Whom that marks as missing can still check in here.
    pub fn open(
        class: ClassId,
        asked: &OpenCheckin,
        before: Option<&Self>,
        secret: Secret,
        author: &Author,
        at: Timestamp,
        rules: Rules<'_>,
    ) -> Result<Self, AttendanceError> {
        if let Some(open) = before.filter(|before| before.is_open(at)) {
            return Err(AttendanceError::AlreadyOpen(open.session_id.clone()));
        }
        let Limits { rotate_sec_min, rotate_sec_max, checkin_minutes: most_minutes, .. } = *rules.limits;
        field::within("rotateSec", &asked.rotate_sec, &(rotate_sec_min..=rotate_sec_max))?;
        field::within("lateAfterMin", &asked.late_after_min, &(0..=most_minutes))?;
        if asked.closes_at <= at || asked.closes_at > at.plus(minutes(most_minutes)) {
            return Err(AttendanceError::BadClose { most_minutes });
        }
        Ok(Self {
            session_id: CheckinId::generate(at),
            class_id: class,
            date: rules.today,
            secret,
            rotate_sec: asked.rotate_sec,
            late_after_min: asked.late_after_min,
            opened_by: author.by().clone(),
            opened_at: at,
            closes_at: asked.closes_at,
            closed_at: None,
        })
    }

    /// Whether students can check in.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.closed_at.is_none() && at < self.closes_at
    }

    /// Whether its time has come, and it is still to be closed.
    pub fn is_overdue(&self, at: Timestamp) -> bool {
        self.closed_at.is_none() && at >= self.closes_at
    }

    /// The last instant at which one is in time.
    pub fn late_after(&self) -> Timestamp {
        self.opened_at.plus(minutes(self.late_after_min))
    }

    /// The code that is shown at that time, for staff; none if the check-in is over. The next one comes when it expires.
    pub fn code_at(&self, at: Timestamp) -> Option<ShownCode> {
        let turn = self.turn(at);
        self.is_open(at).then(|| ShownCode {
            code: self.secret.code(turn),
            expires_at: self.begin_of(turn + 1).min(self.closes_at),
        })
    }

    /// A student of the class checks in on the session's day: `PRESENT`, or `LATE` after [`late_after`](Self::late_after). The
    /// change is to be kept; there is none if the day was marked already, by staff or by an earlier check-in: that stands, and is
    /// what the student is answered. `day` has to be the session's, which after midnight isn't today's.
    ///
    /// `attempt` is the number of this attempt of the student's in this session, the first being 1. It is counted before, in one
    /// atomic step, and outside of the transaction that keeps the change: guesses that are sent side by side are then different
    /// attempts, and what is refused stays counted. If the answer doesn't [use it up](AttendanceError::uses_up_attempt), it is
    /// counted back afterwards.
    pub fn check_in(
        &self,
        code: &str,
        day: &mut StudentDay,
        attempt: u32,
        at: Timestamp,
        limits: &Limits,
    ) -> Result<Option<Change>, AttendanceError> {
        day.is_of(&self.class_id, self.date)?;
        if !self.is_open(at) {
            return Err(AttendanceError::Closed);
        }
        if attempt > limits.wrong_codes {
            return Err(AttendanceError::TooManyWrongCodes);
        }
        self.check(code, at, limits)?;
        Ok(day.check_in(at > self.late_after(), at))
    }

    fn check(&self, code: &str, at: Timestamp, limits: &Limits) -> Result<(), AttendanceError> {
        let turn = self.turn(at);
        if code == self.secret.code(turn) {
            return Ok(());
        }
        let shown = (0..turn).rev().find(|before| code == self.secret.code(*before));
        let Some(shown) = shown else { return Err(AttendanceError::WrongCode) };
        let grace = Duration::from_secs(limits.grace_sec.into());
        let still_good = shown + 1 == turn && at < self.begin_of(turn).plus(grace);
        if still_good { Ok(()) } else { Err(AttendanceError::OldCode) }
    }

    /// Whose turn it is, the first code's being 0.
    fn turn(&self, at: Timestamp) -> u64 {
        at.since(self.opened_at).as_secs() / self.seconds()
    }

    fn begin_of(&self, turn: u64) -> Timestamp {
        self.opened_at.plus(Duration::from_secs(turn.saturating_mul(self.seconds())))
    }

    fn seconds(&self) -> u64 {
        u64::from(self.rotate_sec.max(1))
    }
}

fn minutes(minutes: u32) -> Duration {
    Duration::from_secs(u64::from(minutes) * 60)
}
