//! An assessment as a student sees it, and as staff do.
//!
//! Questions are seen only while the attempt runs: not before it, not while it is paused, not after it.

use homeroom_contract::{ClassId, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{
    Alert, Answer, Assessment, AssessmentId, Attempt, AttemptId, Extension, Limits, Question, QuestionId,
    QuestionView, ReceiptId, Right, SavedAnswer, Sitting, Standing,
};

/// An assessment without its questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssessmentView {
    /// The assessment.
    pub assessment_id: AssessmentId,
    /// The class that sits it.
    pub class_id: ClassId,
    /// Its name.
    pub title: String,
    /// How many questions it has.
    pub total_questions: usize,
    /// Seconds that an attempt lasts, without extension.
    pub duration_sec: u32,
    /// From when on it can be started, inclusive.
    pub opens_at: Timestamp,
    /// When it is over, exclusive; for a student with the own extension.
    pub closes_at: Timestamp,
    /// Seconds that a student's own extension adds to the duration, and has been added to `closesAt`; 0 for staff.
    pub extra_sec: u64,
    /// Whether all of it is paused.
    pub on_hold: bool,
    /// To be sent back as `expectedVersion`.
    pub version: i64,
}

impl AssessmentView {
    /// That assessment for somebody with that extension.
    pub fn of(assessment: &Assessment, extension: &Extension) -> Self {
        Self {
            assessment_id: assessment.assessment_id.clone(),
            class_id: assessment.class_id.clone(),
            title: assessment.title.clone(),
            total_questions: assessment.questions.len(),
            duration_sec: assessment.duration_sec,
            opens_at: assessment.opens_at,
            closes_at: assessment.closes_for(extension),
            extra_sec: extension.extra(assessment.duration_sec).as_secs(),
            on_hold: assessment.on_hold_since.is_some(),
            version: assessment.version,
        }
    }
}

/// A saved answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnswerView {
    /// The question.
    pub question_id: QuestionId,
    /// What is saved; `null` if it was taken back.
    pub answer: Answer,
    /// The count with which it came.
    pub rev: u64,
}

/// An assessment as the student sees it who sits it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StudentView {
    /// The assessment.
    pub assessment: AssessmentView,
    /// The attempt; absent before it is started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt_id: Option<AttemptId>,
    /// Where the attempt stands; absent before it is started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
    /// Until when the attempt lasts, exclusive; absent before it is started and while it is paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// The server's time, for the countdown.
    pub server_now: Timestamp,
    /// The questions, while the attempt runs.
    pub questions: Vec<QuestionView>,
    /// What is saved, while the attempt runs; in the order of the questions.
    pub answers: Vec<AnswerView>,
    /// The highest `rev` of any answer, 0 if there is none: a client that counts on from there is never late.
    pub rev: u64,
    /// The receipt; absent before it is handed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt_id: Option<ReceiptId>,
    /// When it was handed in; absent before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<Timestamp>,
}

impl StudentView {
    /// What that student sees then, whether or not it was written down by then that the time had run out.
    pub fn of(assessment: &Assessment, sitting: &Sitting, at: Timestamp, limits: &Limits) -> Self {
        let shown = AssessmentView::of(assessment, &sitting.extension);
        let mut view = Self {
            assessment: shown,
            attempt_id: None,
            standing: None,
            expires_at: None,
            server_now: at,
            questions: Vec::new(),
            answers: Vec::new(),
            rev: 0,
            receipt_id: None,
            submitted_at: None,
        };
        let Some(attempt) = sitting.current() else { return view };
        let standing = attempt.standing(at, limits);
        view.attempt_id = Some(attempt.attempt_id.clone());
        view.standing = Some(standing);
        view.expires_at = attempt.shown_expiry();
        view.rev = attempt.rev();
        view.submitted_at = attempt.handed_in_at(standing);
        view.receipt_id = view.submitted_at.map(|_| attempt.receipt_id.clone());
        if standing == Standing::Running {
            view.questions = assessment.questions.iter().map(QuestionView::of).collect();
            view.answers =
                assessment.questions.iter().filter_map(|question| attempt.answer_view(question)).collect();
        }
        view
    }
}

/// One student as staff see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SittingView {
    /// The student.
    pub student_id: UserId,
    /// The attempt that counts; absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt_id: Option<AttemptId>,
    /// Where it stands; absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
    /// Questions that have a saved answer.
    pub questions_answered: usize,
    /// Questions there are.
    pub total_questions: usize,
    /// Seconds since the start, up to when it was handed in.
    pub time_elapsed: u64,
    /// How many proctor alerts there were.
    pub proctor_alerts: u32,
    /// Until when it lasts, exclusive; absent without an attempt and while it is paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// When it was handed in; absent before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<Timestamp>,
    /// Seconds that the student's extension adds.
    pub extra_sec: u64,
    /// How many attempts were reset.
    pub resets: usize,
}

impl SittingView {
    /// That student then.
    pub fn of(assessment: &Assessment, sitting: &Sitting, at: Timestamp, limits: &Limits) -> Self {
        let attempt = sitting.current();
        let standing = attempt.map(|attempt| attempt.standing(at, limits));
        let submitted_at =
            attempt.zip(standing).and_then(|(attempt, standing)| attempt.handed_in_at(standing));
        let elapsed = attempt.map(|attempt| submitted_at.unwrap_or(at).since(attempt.started_at).as_secs());
        Self {
            student_id: sitting.student_id.clone(),
            attempt_id: attempt.map(|attempt| attempt.attempt_id.clone()),
            standing,
            questions_answered: attempt.map(Attempt::answered).unwrap_or_default(),
            total_questions: assessment.questions.len(),
            time_elapsed: elapsed.unwrap_or_default(),
            proctor_alerts: attempt.map(|attempt| attempt.alerts).unwrap_or_default(),
            expires_at: attempt.and_then(Attempt::shown_expiry),
            submitted_at,
            extra_sec: sitting.extension.extra(assessment.duration_sec).as_secs(),
            resets: sitting.attempts.len() - usize::from(attempt.is_some()),
        }
    }
}

/// An assessment as staff see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StaffView {
    /// The assessment.
    pub assessment: AssessmentView,
    /// Its questions with the right answers; only for those who may write one, so not for aides and proctors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Question>,
    /// Everyone who has started it or has an extension.
    pub progress: Vec<SittingView>,
    /// The alerts, oldest first.
    pub alerts: Vec<Alert>,
    /// The server's time.
    pub server_now: Timestamp,
}

impl StaffView {
    /// What somebody with these rights sees then.
    pub fn of(
        assessment: &Assessment,
        sittings: &[Sitting],
        alerts: Vec<Alert>,
        rights: &[Right],
        at: Timestamp,
        limits: &Limits,
    ) -> Self {
        let author = rights.contains(&Right::Author);
        Self {
            assessment: AssessmentView::of(assessment, &Extension::default()),
            questions: if author { assessment.questions.clone() } else { Vec::new() },
            progress: sittings
                .iter()
                .map(|sitting| SittingView::of(assessment, sitting, at, limits))
                .collect(),
            alerts,
            server_now: at,
        }
    }
}

impl Attempt {
    fn answer_view(&self, question: &Question) -> Option<AnswerView> {
        let question_id = question.question_id.clone();
        let SavedAnswer { answer, rev, .. } = self.answers.get(&question_id)?.clone();
        Some(AnswerView { question_id, answer, rev })
    }

    /// When it was handed in, written down or not.
    pub(super) fn handed_in_at(&self, standing: Standing) -> Option<Timestamp> {
        let ran_out = (standing == Standing::Expired).then_some(self.expires_at);
        self.submission.map(|submission| submission.submitted_at).or(ran_out)
    }
}
