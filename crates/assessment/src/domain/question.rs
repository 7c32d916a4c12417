//! Questions: what is asked, what is right, and what a student may see of it, which is never what is right.

use std::collections::BTreeSet;

use homeroom_contract::{FieldError, Timestamp, field};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{AssessmentError, Limits, QuestionId};

/// What is to be done, and what is right. For staff only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase")]
pub enum Task {
    /// One of several options is right.
    Choice {
        /// The options, 2 to 10 (`assessment.limits.options`), each of 1 to 500 characters (`assessment.limits.option_chars`).
        options: Vec<String>,
        /// The right one, counted from 0.
        correct: u32,
    },
    /// Some of several options are right, and exactly those must be chosen: there are no points for a part of them.
    MultipleChoice {
        /// The options, 2 to 10 (`assessment.limits.options`), each of 1 to 500 characters (`assessment.limits.option_chars`).
        options: Vec<String>,
        /// The right ones, counted from 0; at least one.
        correct: BTreeSet<u32>,
    },
    /// A text. Letter case and how many blanks there are don't matter.
    Text {
        /// The texts that are right, up to 20 (`assessment.limits.accepted`); with none of them a person has to mark it,
        /// which a quiz has no time for.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        accepted: Vec<String>,
    },
    /// A number.
    Number {
        /// The right one.
        correct: f64,
        /// How far an answer may be from it, inclusive; 0 if it is left out.
        #[serde(default)]
        tolerance: f64,
    },
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TaskKind {
    /// Choose one option.
    Choice,
    /// Choose all that are right.
    MultipleChoice,
    /// Write a text.
    Text,
    /// Find a number.
    Number,
}

/// A question as it is handed in to be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewQuestion {
    /// What is asked, 1 to 5,000 characters (`assessment.limits.prompt_chars`).
    pub prompt: String,
    /// What the right answer is worth, 1 to 100 (`assessment.limits.points`).
    pub points: u32,
    /// What is to be done, and what is right.
    pub task: Task,
}

/// A question. For staff only: it has the right answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// The question.
    pub question_id: QuestionId,
    /// What is asked.
    pub prompt: String,
    /// What the right answer is worth.
    pub points: u32,
    /// What is to be done, and what is right.
    pub task: Task,
}

/// A question as a student sees it: without the right answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuestionView {
    /// The question.
    pub question_id: QuestionId,
    /// What is asked.
    pub prompt: String,
    /// What the right answer is worth.
    pub points: u32,
    /// What is to be done.
    pub kind: TaskKind,
    /// The options, in the order by which an answer counts them from 0; none where there is nothing to choose.
    pub options: Vec<String>,
}

impl QuestionView {
    /// What a student sees of that question.
    pub fn of(question: &Question) -> Self {
        Self {
            question_id: question.question_id.clone(),
            prompt: question.prompt.clone(),
            points: question.points,
            kind: question.task.kind(),
            options: question.task.options().to_vec(),
        }
    }
}

/// These questions with ids of their own, if each of them may be asked; at least one of them.
pub(crate) fn questions(
    asked: Vec<NewQuestion>,
    at: Timestamp,
    limits: &Limits,
) -> Result<Vec<Question>, AssessmentError> {
    field::count("questions", asked.len(), limits.questions)?;
    if asked.is_empty() {
        return Err(FieldError::Blank { field: "questions" }.into());
    }
    asked
        .into_iter()
        .enumerate()
        .map(|(number, question)| {
            question.check(limits).map_err(|error| error.under(format!("questions[{number}]")))?;
            let NewQuestion { prompt, points, task } = question;
            Ok(Question { question_id: QuestionId::generate(at), prompt, points, task })
        })
        .collect()
}

impl NewQuestion {
    fn check(&self, limits: &Limits) -> Result<(), FieldError> {
        field::text("prompt", &self.prompt, limits.prompt_chars)?;
        field::within("points", &self.points, &(1..=limits.points))?;
        self.task.check(limits)
    }
}

impl Task {
    /// What is to be done.
    pub fn kind(&self) -> TaskKind {
        match self {
            Self::Choice { .. } => TaskKind::Choice,
            Self::MultipleChoice { .. } => TaskKind::MultipleChoice,
            Self::Text { .. } => TaskKind::Text,
            Self::Number { .. } => TaskKind::Number,
        }
    }

    /// The options; none where there is nothing to choose.
    pub fn options(&self) -> &[String] {
        match self {
            Self::Choice { options, .. } | Self::MultipleChoice { options, .. } => options,
            Self::Text { .. } | Self::Number { .. } => &[],
        }
    }

    fn check(&self, limits: &Limits) -> Result<(), FieldError> {
        match self {
            Self::Choice { options, correct } => {
                check_options(options, limits)?;
                check_option("task.correct", *correct, options)
            }
            Self::MultipleChoice { options, correct } => {
                check_options(options, limits)?;
                if correct.is_empty() {
                    return Err(FieldError::Blank { field: "task.correct" });
                }
                correct.iter().try_for_each(|one| check_option("task.correct", *one, options))
            }
            Self::Text { accepted } => {
                field::count("task.accepted", accepted.len(), limits.accepted)?;
                accepted.iter().try_for_each(|text| field::text("task.accepted", text, limits.option_chars))
            }
            Self::Number { correct, tolerance } => {
                field::within("task.correct", correct, &(f64::MIN..=f64::MAX))?;
                field::within("task.tolerance", tolerance, &(0.0..=f64::MAX))
            }
        }
    }
}

fn check_options(options: &[String], limits: &Limits) -> Result<(), FieldError> {
    field::count("task.options", options.len(), limits.options)?;
    field::within("task.options", &options.len(), &(2..=limits.options))?;
    options.iter().try_for_each(|option| field::text("task.options", option, limits.option_chars))
}

/// Whether there is such an option.
pub(super) fn check_option(field: &'static str, option: u32, options: &[String]) -> Result<(), FieldError> {
    let last = u32::try_from(options.len().saturating_sub(1)).unwrap_or(u32::MAX);
    field::within(field, &option, &(0..=last))
}
