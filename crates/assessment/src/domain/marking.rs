//! Marking: whether an answer may stand under a question, and whether it is right.

use homeroom_contract::field;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::question::check_option;
use crate::domain::{Answer, AssessmentError, Question, QuestionId, Task};

/// What an answer is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Mark {
    /// All points.
    Right,
    /// None.
    Wrong,
    /// A person has to look at it.
    ByHand,
}

/// What a student's answers come to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Marked {
    /// Points for what is right; what a person has to mark has none yet.
    pub earned: u32,
    /// Points for everything.
    pub possible: u32,
    /// What a person has to mark.
    pub by_hand: Vec<QuestionId>,
}

impl Task {
    /// Whether that answer may stand under it, right or wrong; `null` always may. A text of up to `chars` characters.
    pub fn check_answer(&self, answer: &Answer, chars: usize) -> Result<(), AssessmentError> {
        match (self, answer) {
            (_, Answer::Blank) | (Self::Number { .. }, Answer::Whole(_) | Answer::Decimal(_)) => Ok(()),
            (Self::Choice { options, .. }, Answer::Whole(_)) => {
                let choice = answer.choice().unwrap_or(u32::MAX);
                Ok(check_option("answer", choice, options)?)
            }
            (Self::MultipleChoice { options, .. }, Answer::Choices(choices)) => {
                choices.iter().try_for_each(|choice| Ok(check_option("answer", *choice, options)?))
            }
            (Self::Text { .. }, Answer::Text(text)) => Ok(field::chars("answer", text, chars)?),
            _ => Err(AssessmentError::AnswerOfOtherKind(self.kind())),
        }
    }

    /// Whether that answer is right. What is blank is wrong, whoever marks.
    pub fn mark(&self, answer: &Answer) -> Mark {
        if answer.is_blank() {
            return Mark::Wrong;
        }
        let right = match (self, answer) {
            (Self::Choice { correct, .. }, _) => answer.choice() == Some(*correct),
            (Self::MultipleChoice { correct, .. }, Answer::Choices(choices)) => choices == correct,
            (Self::Text { accepted }, Answer::Text(_)) if accepted.is_empty() => return Mark::ByHand,
            (Self::Text { accepted }, Answer::Text(text)) => {
                let given = plain(text);
                accepted.iter().any(|accepted| plain(accepted) == given)
            }
            (Self::Number { correct, tolerance }, _) => {
                answer.number().is_some_and(|number| is_near(number, *correct, *tolerance))
            }
            _ => false,
        };
        if right { Mark::Right } else { Mark::Wrong }
    }

    /// The right answer as a student would have given it; none where a person marks.
    pub fn right_answer(&self) -> Option<Answer> {
        match self {
            Self::Choice { correct, .. } => Some(Answer::Whole(i64::from(*correct))),
            Self::MultipleChoice { correct, .. } => Some(Answer::Choices(correct.clone())),
            Self::Text { accepted } => accepted.first().cloned().map(Answer::Text),
            Self::Number { correct, .. } => Some(Answer::Decimal(*correct)),
        }
    }

    /// How often each option was chosen; empty where there is nothing to choose.
    pub fn counts<'a>(&self, answers: impl IntoIterator<Item = &'a Answer>) -> Vec<u32> {
        let mut counts = vec![0; self.options().len()];
        for answer in answers {
            let chosen = match answer {
                Answer::Choices(choices) => choices.iter().copied().collect(),
                _ => Vec::from_iter(answer.choice()),
            };
            for choice in chosen {
                if let Some(count) = usize::try_from(choice).ok().and_then(|choice| counts.get_mut(choice)) {
                    *count += 1;
                }
            }
        }
        counts
    }
}

/// What these answers to these questions come to; a question without an answer is wrong.
pub fn marked<'a>(questions: &[Question], answer_to: impl Fn(&QuestionId) -> Option<&'a Answer>) -> Marked {
    let mut marked = Marked::default();
    for question in questions {
        marked.possible += question.points;
        match question.task.mark(answer_to(&question.question_id).unwrap_or(&Answer::Blank)) {
            Mark::Right => marked.earned += question.points,
            Mark::Wrong => {}
            Mark::ByHand => marked.by_hand.push(question.question_id.clone()),
        }
    }
    marked
}

/// Whether a number is no further from another than that, inclusive. As binary fractions 0.4 - 0.3 is a little more than 0.1, so
/// with a tolerance as much is allowed as the three numbers and their difference can be off for being rounded.
fn is_near(number: f64, correct: f64, tolerance: f64) -> bool {
    let largest = number.abs().max(correct.abs()).max(tolerance);
    let rounded = if tolerance > 0.0 { 2.0 * f64::EPSILON * largest } else { 0.0 };
    (number - correct).abs() - tolerance <= rounded
}

/// A text without what doesn't matter: letter case, and how many blanks there are.
fn plain(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}
