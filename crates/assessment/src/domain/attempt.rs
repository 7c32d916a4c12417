//! An attempt: what one student has written, until when, and how it ended.
//!
//! Where an attempt stands follows from what is stored and the time alone ([`Attempt::standing`]). So it has run out at that
//! instant whether anybody looked then or, after a crash, a day later: [`Attempt::settle`] writes down what is true already.

use std::collections::BTreeMap;

use homeroom_contract::{Timestamp, UserId, field};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{
    Answer, Assessment, AssessmentError, AssessmentId, AttemptExpired, AttemptId, AttemptSubmitted, Limits,
    Marked, QuestionId, ReceiptId, Seat, marked,
};

/// The highest `rev`: what every client can count exactly in JSON (2^53 - 1), milliseconds since 1970 too.
const HIGHEST_REV: u64 = (1 << 53) - 1;

/// One student's attempt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// The attempt.
    pub attempt_id: AttemptId,
    /// The assessment.
    pub assessment_id: AssessmentId,
    /// The student, who alone may write in it and hand it in.
    pub student_id: UserId,
    /// The receipt it will have.
    pub receipt_id: ReceiptId,
    /// When it began.
    pub started_at: Timestamp,
    /// Until when it lasts, exclusive. While it is paused, until when it would have lasted.
    pub expires_at: Timestamp,
    /// What is saved.
    pub answers: BTreeMap<QuestionId, SavedAnswer>,
    /// Since when it is paused.
    pub paused_since: Option<Timestamp>,
    /// The lowest of the warnings that need not be given any more, in seconds left.
    pub warned_sec: Option<u32>,
    /// How many proctor alerts there were.
    pub alerts: u32,
    /// How it was handed in.
    pub submission: Option<Submission>,
    /// Why it doesn't count.
    pub reset: Option<Reset>,
}

/// A saved answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SavedAnswer {
    /// What is saved; `null` if it was taken back.
    pub answer: Answer,
    /// The client's count with which it came.
    pub rev: u64,
    /// When.
    pub saved_at: Timestamp,
}

/// How an attempt was handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Submission {
    /// When; if the time ran out, the instant at which it did.
    pub submitted_at: Timestamp,
    /// Whether the time ran out.
    pub auto: bool,
}

/// Why an attempt doesn't count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reset {
    /// Who said so.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// Where an attempt stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Standing {
    /// Answers are taken.
    Running,
    /// The clock stands still, and no answer is taken.
    Paused,
    /// The student has handed it in.
    Submitted,
    /// The time has run out, and what was saved is handed in.
    Expired,
    /// It doesn't count; the student may start another.
    Reset,
}

/// An answer that is to be saved.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The question.
    pub question_id: QuestionId,
    /// The answer; blank takes an earlier one back.
    pub answer: Answer,
    /// The client's count, 1 to 9,007,199,254,740,991 (2^53 - 1).
    pub rev: u64,
}

/// What became of an answer that was to be saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// What stands now.
    pub rev: u64,
    /// Whether that is the one that came; else it was late, or a repeat, and changed nothing.
    pub changed: bool,
}

/// What became of handing in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedIn {
    /// The receipt, the same for each repeat.
    pub receipt_id: ReceiptId,
    /// When and how.
    pub submission: Submission,
    /// Whether it happened just now, and is to be told; else it is a repeat.
    pub fresh: bool,
}

impl Attempt {
    /// One that begins.
    pub(crate) fn begin(
        assessment_id: AssessmentId,
        student_id: UserId,
        at: Timestamp,
        expires_at: Timestamp,
        limits: &Limits,
    ) -> Self {
        let mut attempt = Self {
            attempt_id: AttemptId::generate(at),
            assessment_id,
            student_id,
            receipt_id: ReceiptId::generate(at),
            started_at: at,
            expires_at,
            answers: BTreeMap::new(),
            paused_since: None,
            warned_sec: None,
            alerts: 0,
            submission: None,
            reset: None,
        };
        attempt.need_no_warning_passed(at, limits);
        attempt
    }

    /// Where it stands at that time.
    pub fn standing(&self, at: Timestamp, limits: &Limits) -> Standing {
        if self.reset.is_some() {
            return Standing::Reset;
        }
        match self.submission {
            Some(Submission { auto: true, .. }) => Standing::Expired,
            Some(Submission { auto: false, .. }) => Standing::Submitted,
            None if self.paused_since.is_some() => Standing::Paused,
            None if at >= self.deadline(limits) => Standing::Expired,
            None => Standing::Running,
        }
    }

    /// `NOT_FOUND` for anybody but the student whose it is, as if there were no such attempt.
    fn require_own(&self, caller: &UserId) -> Result<(), AssessmentError> {
        if self.student_id == *caller { Ok(()) } else { Err(AssessmentError::NotFound("attempt")) }
    }

    /// Fails unless it runs or is paused.
    pub(crate) fn require_open(&self, at: Timestamp, limits: &Limits) -> Result<(), AssessmentError> {
        match self.standing(at, limits) {
            Standing::Running | Standing::Paused => Ok(()),
            Standing::Submitted => Err(AssessmentError::AlreadySubmitted),
            Standing::Expired => Err(AssessmentError::TimeRanOut { expired_at: self.expires_at }),
            Standing::Reset => Err(AssessmentError::WasReset),
        }
    }

    /// Fails unless it runs.
    pub(crate) fn require_running(&self, at: Timestamp, limits: &Limits) -> Result<(), AssessmentError> {
        self.require_open(at, limits)?;
        if self.paused_since.is_some() { Err(AssessmentError::Paused) } else { Ok(()) }
    }

    /// Saves an answer of the student whose attempt it is; for every other caller, and in another assessment, there is no such
    /// attempt (`NOT_FOUND`). A higher `rev` than what stands replaces it; a lower one was overtaken on its way and changes
    /// nothing; the same one is a repeat, or with another answer `VERSION_CONFLICT`: two devices have written at once.
    pub fn save(
        &mut self,
        caller: &UserId,
        assessment: &Assessment,
        draft: Draft,
        at: Timestamp,
        limits: &Limits,
    ) -> Result<Kept, AssessmentError> {
        self.require_own(caller)?;
        if self.assessment_id != assessment.assessment_id {
            return Err(AssessmentError::NotFound("attempt"));
        }
        self.require_running(at, limits)?;
        let Draft { question_id, answer, rev } = draft;
        assessment.question(&question_id)?.task.check_answer(&answer, limits.answer_chars)?;
        field::within("rev", &rev, &(1..=HIGHEST_REV))?;
        match self.answers.get(&question_id) {
            Some(stands) if rev < stands.rev => return Ok(Kept { rev: stands.rev, changed: false }),
            Some(stands) if rev == stands.rev && stands.answer == answer => {
                return Ok(Kept { rev, changed: false });
            }
            Some(stands) if rev == stands.rev => {
                return Err(AssessmentError::StaleAnswer(Box::new(stands.clone())));
            }
            _ => {}
        }
        self.answers.insert(question_id, SavedAnswer { answer, rev, saved_at: at });
        Ok(Kept { rev, changed: true })
    }

    /// Hands it in, paused too, for the student whose it is; for every other caller it is `NOT_FOUND`. A repeat gets the same
    /// receipt, and so does who comes after the time has run out: what was saved has been handed in then.
    pub fn submit(
        &mut self,
        caller: &UserId,
        at: Timestamp,
        limits: &Limits,
    ) -> Result<HandedIn, AssessmentError> {
        self.require_own(caller)?;
        if self.reset.is_some() {
            return Err(AssessmentError::WasReset);
        }
        let before = self.submission;
        let submission = before
            .or_else(|| self.settle(at, limits))
            .unwrap_or(Submission { submitted_at: at, auto: false });
        self.submission = Some(submission);
        self.paused_since = None;
        Ok(HandedIn { receipt_id: self.receipt_id.clone(), submission, fresh: before.is_none() })
    }

    /// Hands in what is saved if the time has run out and that isn't written down yet. However late that is, it is handed in
    /// as of the instant at which the time ran out.
    pub fn settle(&mut self, at: Timestamp, limits: &Limits) -> Option<Submission> {
        if self.submission.is_some() || self.standing(at, limits) != Standing::Expired {
            return None;
        }
        let submission = Submission { submitted_at: self.expires_at, auto: true };
        self.submission = Some(submission);
        Some(submission)
    }

    /// What is to be told once it is handed in: that the time has run out, if it has, and then that it is handed in, so that
    /// whoever listens to the second alone hears of everything that was, and with what its answers come to.
    pub fn told(&self, assessment: &Assessment) -> Option<(Option<AttemptExpired>, AttemptSubmitted)> {
        let Submission { submitted_at, auto } = self.submission?;
        let (seat, attempt_id) = (Seat::new(assessment, self.student_id.clone()), self.attempt_id.clone());
        let expired = auto.then(|| AttemptExpired {
            seat: seat.clone(),
            attempt_id: attempt_id.clone(),
            expired_at: submitted_at,
        });
        let receipt_id = self.receipt_id.clone();
        let marked = self.marked(assessment);
        Some((expired, AttemptSubmitted { seat, attempt_id, receipt_id, submitted_at, auto, marked }))
    }

    /// Counts an alert about the student. How many there were with this one. Also after the end: what was seen in the last
    /// second is told after it.
    pub fn alerted(&mut self) -> u32 {
        self.alerts = self.alerts.saturating_add(1);
        self.alerts
    }

    /// Says that it doesn't count, handed in or not. `LOCKED` if that has been said. If the time has run out and nobody has
    /// noticed, it is handed in first: then that is handed back, and to be told ([`Attempt::told`]) before the reset.
    pub fn reset(
        &mut self,
        by: &UserId,
        reason: &str,
        at: Timestamp,
        limits: &Limits,
    ) -> Result<Option<Submission>, AssessmentError> {
        field::text("reason", reason, limits.reason_chars)?;
        if self.reset.is_some() {
            return Err(AssessmentError::WasReset);
        }
        let submission = self.settle(at, limits);
        self.reset = Some(Reset { by: by.clone(), at, reason: reason.to_owned() });
        Ok(submission)
    }

    /// How many questions have an answer.
    pub fn answered(&self) -> usize {
        self.answers.values().filter(|saved| !saved.answer.is_blank()).count()
    }

    /// The highest `rev` of any answer, 0 if there is none: who counts on from there is never late.
    pub fn rev(&self) -> u64 {
        self.answers.values().map(|saved| saved.rev).max().unwrap_or_default()
    }

    /// What its answers come to.
    pub fn marked(&self, assessment: &Assessment) -> Marked {
        marked(&assessment.questions, |question| self.answers.get(question).map(|saved| &saved.answer))
    }
}
