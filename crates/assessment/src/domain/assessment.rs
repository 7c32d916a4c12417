//! An assessment: its questions, how long it lasts, and when it is open. Times are the server's.

use std::time::Duration;

use homeroom_contract::{ClassId, Timestamp, field};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::question::questions;
use crate::domain::{AssessmentError, AssessmentId, Extension, Limits, NewQuestion, Question, QuestionId};

/// The first and the last instant that a school's calendar, every client and every database know.
const FIRST_MILLIS: i64 = 0;
const LAST_MILLIS: i64 = 32_503_679_999_999;

/// An assessment. For staff who may write one: it has the right answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Assessment {
    /// The assessment.
    pub assessment_id: AssessmentId,
    /// The class that sits it.
    pub class_id: ClassId,
    /// Its name.
    pub title: String,
    /// Its questions, in their order.
    pub questions: Vec<Question>,
    /// Seconds that an attempt lasts.
    pub duration_sec: u32,
    /// From when on it can be started, inclusive.
    pub opens_at: Timestamp,
    /// When it is over, exclusive: nobody can start it then, and no attempt goes on, but by an extension.
    pub closes_at: Timestamp,
    /// 1 when it was made, one more with each change; that it is paused, or goes on, is one too.
    pub version: i64,
    /// Since when all of it is paused; nobody can start it meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_hold_since: Option<Timestamp>,
}

/// An assessment as it is handed in to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAssessment {
    /// The class that is to sit it.
    pub class_id: ClassId,
    /// Its name.
    pub title: String,
    /// Its questions, in their order.
    pub questions: Vec<NewQuestion>,
    /// Seconds that an attempt lasts.
    pub duration_sec: u32,
    /// From when on it can be started, inclusive.
    pub opens_at: Timestamp,
    /// When it is over, exclusive.
    pub closes_at: Timestamp,
}

/// A change of an assessment. What is absent stays as it is.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssessmentPatch {
    /// Its name, 1 to 255 characters (`assessment.limits.title_chars`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// All of its questions, 1 to 200 (`assessment.limits.questions`); they get new ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub questions: Option<Vec<NewQuestion>>,
    /// Seconds that an attempt lasts, 1 to 86,400 (`assessment.limits.duration_sec`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_sec: Option<u32>,
    /// From when on it can be started, inclusive; before `closesAt`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens_at: Option<Timestamp>,
    /// When it is over, exclusive; at most 366 days after `opensAt` (`assessment.limits.window_days`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes_at: Option<Timestamp>,
}

impl Assessment {
    /// A new one, if it may be held like that.
    pub fn new(new: NewAssessment, at: Timestamp, limits: &Limits) -> Result<Self, AssessmentError> {
        let NewAssessment { class_id, title, questions: asked, duration_sec, opens_at, closes_at } = new;
        let questions = questions(asked, at, limits)?;
        let assessment_id = AssessmentId::generate(at);
        let made = Self {
            assessment_id,
            class_id,
            title,
            questions,
            duration_sec,
            opens_at,
            closes_at,
            version: 1,
            on_hold_since: None,
        };
        made.check_window(limits)?;
        made.checked(limits)
    }

    /// It with that change; the same, with the same version, if nothing would be different, and then there is nothing to tell.
    /// `VERSION_CONFLICT` if it has another version than expected, `LOCKED` if anybody has started it and more than the title
    /// would change: what they rely on is extended, not changed. Its row is held from before `has_attempts` was looked up until
    /// this is written, so that nobody starts in between.
    pub fn updated(
        &self,
        patch: AssessmentPatch,
        expected_version: Option<i64>,
        has_attempts: bool,
        at: Timestamp,
        limits: &Limits,
    ) -> Result<Self, AssessmentError> {
        if expected_version.is_some_and(|expected| expected != self.version) {
            return Err(AssessmentError::StaleAssessment(Box::new(self.clone())));
        }
        let mut new = self.clone();
        // Questions that stay as they are keep their ids.
        if let Some(asked) = patch.questions.filter(|asked| !self.asks(asked)) {
            new.questions = questions(asked, at, limits)?;
        }
        new.duration_sec = patch.duration_sec.unwrap_or(new.duration_sec);
        new.opens_at = patch.opens_at.unwrap_or(new.opens_at);
        new.closes_at = patch.closes_at.unwrap_or(new.closes_at);
        let moved = (new.opens_at, new.closes_at) != (self.opens_at, self.closes_at);
        let changes_the_exam =
            moved || new.questions != self.questions || new.duration_sec != self.duration_sec;
        if has_attempts && changes_the_exam {
            return Err(AssessmentError::InUse);
        }
        new.title = patch.title.unwrap_or(new.title);
        if new == *self {
            return Ok(new);
        }
        new.version += 1;
        // What closes later for having been paused may by now be open for longer than anybody could have asked for.
        if moved {
            new.check_window(limits)?;
        }
        new.checked(limits)
    }

    fn asks(&self, asked: &[NewQuestion]) -> bool {
        let same = |(stands, asked): (&Question, &NewQuestion)| {
            stands.prompt == asked.prompt && stands.points == asked.points && stands.task == asked.task
        };
        self.questions.len() == asked.len() && self.questions.iter().zip(asked).all(same)
    }

    fn checked(self, limits: &Limits) -> Result<Self, AssessmentError> {
        field::text("title", &self.title, limits.title_chars)?;
        field::within("durationSec", &self.duration_sec, &(1..=limits.duration_sec))?;
        Ok(self)
    }

    fn check_window(&self, limits: &Limits) -> Result<(), AssessmentError> {
        let years = Timestamp::from_unix_millis(FIRST_MILLIS)..=Timestamp::from_unix_millis(LAST_MILLIS);
        field::within("opensAt", &self.opens_at, &years)?;
        field::within("closesAt", &self.closes_at, &years)?;
        if self.opens_at >= self.closes_at {
            return Err(AssessmentError::ClosesBeforeItOpens);
        }
        let latest = self.opens_at.plus(Duration::from_secs(u64::from(limits.window_days) * 86_400));
        Ok(field::within("closesAt", &self.closes_at, &(self.opens_at..=latest))?)
    }

    /// When it is over for a student with that extension.
    pub fn closes_for(&self, extension: &Extension) -> Timestamp {
        self.closes_at.plus(extension.extra(self.duration_sec))
    }

    /// Until when an attempt lasts that starts at `at`: its duration, or until the assessment is over if that is earlier;
    /// what the student's extension adds, it adds to both. `LOCKED` before it opens and while all of it is paused, `EXPIRED`
    /// once it is over.
    pub fn expiry_of_a_start(
        &self,
        extension: &Extension,
        at: Timestamp,
    ) -> Result<Timestamp, AssessmentError> {
        if at < self.opens_at {
            return Err(AssessmentError::NotOpenYet { opens_at: self.opens_at });
        }
        if self.on_hold_since.is_some() {
            return Err(AssessmentError::Paused);
        }
        let closes_at = self.closes_for(extension);
        if at >= closes_at {
            return Err(AssessmentError::Closed);
        }
        let lasts = Duration::from_secs(u64::from(self.duration_sec)) + extension.extra(self.duration_sec);
        Ok(closes_at.min(at.plus(lasts)))
    }

    /// Pauses all of it: nobody can start it. Whether it wasn't paused already. The attempts that run are paused each for
    /// itself, with the row of this one held, so that nobody starts meanwhile and isn't.
    pub fn hold(&mut self, at: Timestamp) -> bool {
        if self.on_hold_since.is_some() {
            return false;
        }
        self.on_hold_since = Some(at);
        self.version += 1;
        true
    }

    /// Lets it go on, and closes it later by the time that it was paused since it opened. Whether it was paused. Its row is held
    /// as for [`Assessment::hold`].
    ///
    /// If it was paused when it was closed, it closes at or before the time at which it goes on: nobody has gained anything but
    /// a student with an extension, who gets back what was lost of the own time.
    pub fn release(&mut self, at: Timestamp) -> bool {
        let Some(since) = self.on_hold_since.take() else { return false };
        self.closes_at = self.closes_at.plus(at.since(since.max(self.opens_at)));
        self.version += 1;
        true
    }

    /// The question of that id.
    pub fn question(&self, question_id: &QuestionId) -> Result<&Question, AssessmentError> {
        let question = self.questions.iter().find(|question| question.question_id == *question_id);
        question.ok_or(AssessmentError::NotFound("question"))
    }
}
