//! What stands in one cell of the gradebook: a score, a word for it, a status, three flags and a comment.
//!
//! The words are those of a OneRoster result (OneRoster 1.2 CSV binding, `results.csv`).

use homeroom_contract::{Patch, field};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{GradebookError, Limits, LineItem};

/// OneRoster's `scoreStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize, JsonSchema)]
pub enum ScoreStatus {
    /// Excused: leaves every average.
    #[serde(rename = "exempt")]
    Exempt,
    /// Graded, and final.
    #[serde(rename = "fully graded")]
    FullyGraded,
    /// Nothing was handed in yet, as far as the gradebook knows.
    #[default]
    #[serde(rename = "not submitted")]
    NotSubmitted,
    /// Graded in part; what there is counts.
    #[serde(rename = "partially graded")]
    PartiallyGraded,
    /// Handed in, not graded.
    #[serde(rename = "submitted")]
    Submitted,
}

impl ScoreStatus {
    /// Every status there is.
    pub const ALL: [ScoreStatus; 5] = [
        ScoreStatus::Exempt,
        ScoreStatus::FullyGraded,
        ScoreStatus::NotSubmitted,
        ScoreStatus::PartiallyGraded,
        ScoreStatus::Submitted,
    ];

    /// As OneRoster and the wire write it.
    pub fn as_str(self) -> &'static str {
        match self {
            ScoreStatus::Exempt => "exempt",
            ScoreStatus::FullyGraded => "fully graded",
            ScoreStatus::NotSubmitted => "not submitted",
            ScoreStatus::PartiallyGraded => "partially graded",
            ScoreStatus::Submitted => "submitted",
        }
    }

    /// Reads OneRoster's word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }

    fn is_graded(self) -> bool {
        matches!(self, ScoreStatus::FullyGraded | ScoreStatus::PartiallyGraded)
    }
}

/// What stands in a cell. The default is a cell that was never set.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_excessive_bools, reason = "OneRoster's result has these four flags, each for itself")]
pub struct Marks {
    /// Points, within the line item's `resultValueMin` and `resultValueMax`, both inclusive.
    pub score: Option<f64>,
    /// A word instead of, or beside, points: `B+`, `meets expectations`.
    pub text_score: Option<String>,
    /// Where the grading stands.
    pub score_status: ScoreStatus,
    /// Handed in late.
    pub late: bool,
    /// Should have been handed in, and was not.
    pub missing: bool,
    /// Handed in, but not all of it.
    pub incomplete: bool,
    /// Still being worked on.
    pub in_progress: bool,
    /// What the teacher says about it; families see it once posted.
    pub comment: Option<String>,
}

/// A change to a cell. A field that is absent stays as it is, `null` clears it (a flag becomes `false`).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MarksPatch {
    /// Points, within the line item's `resultValueMin` and `resultValueMax`, both inclusive.
    pub score: Patch<f64>,
    /// A word instead of, or beside, points.
    pub text_score: Patch<String>,
    /// Where the grading stands; what follows without it is told with `grade:set`.
    pub score_status: Patch<ScoreStatus>,
    /// Handed in late.
    pub late: Patch<bool>,
    /// Should have been handed in, and was not.
    pub missing: Patch<bool>,
    /// Handed in, but not all of it.
    pub incomplete: Patch<bool>,
    /// Still being worked on.
    pub in_progress: Patch<bool>,
    /// What the teacher says about it; families see it once posted.
    pub comment: Patch<String>,
}

impl Marks {
    /// The points that count: those of a graded cell. An exempt cell has none, whatever stands in it.
    pub fn points(&self) -> Option<f64> {
        if self.score_status.is_graded() { self.score } else { None }
    }

    /// These marks with the patch applied, if the result may stand in a cell of that line item.
    pub fn patched(
        &self,
        patch: MarksPatch,
        item: &LineItem,
        limits: &Limits,
    ) -> Result<Self, GradebookError> {
        let old = self.clone();
        let regraded = !(patch.score.is_keep() && patch.text_score.is_keep());
        let score = patch.score.over(old.score);
        let text_score = patch.text_score.over(old.text_score);
        let has_score = score.is_some() || text_score.is_some();
        let score_status = match patch.score_status {
            Patch::Set(status) => status,
            Patch::Clear => settled(ScoreStatus::NotSubmitted, has_score),
            Patch::Keep if regraded => settled(old.score_status, has_score),
            Patch::Keep => old.score_status,
        };
        let new = Self {
            score,
            text_score,
            score_status,
            late: patch.late.or_default(old.late),
            missing: patch.missing.or_default(old.missing),
            incomplete: patch.incomplete.or_default(old.incomplete),
            in_progress: patch.in_progress.or_default(old.in_progress),
            comment: patch.comment.over(old.comment),
        };
        if new.score != old.score {
            new.score.map_or(Ok(()), |score| item.check_score(score))?;
        }
        field::chars("textScore", new.text_score.as_deref().unwrap_or_default(), limits.text_score_chars)?;
        field::chars("comment", new.comment.as_deref().unwrap_or_default(), limits.comment_chars)?;
        Ok(new)
    }
}

/// The status that follows from there being a score or none.
fn settled(status: ScoreStatus, has_score: bool) -> ScoreStatus {
    match (status, has_score) {
        (ScoreStatus::FullyGraded | ScoreStatus::PartiallyGraded, false) => ScoreStatus::NotSubmitted,
        (ScoreStatus::NotSubmitted | ScoreStatus::Submitted, true) => ScoreStatus::FullyGraded,
        _ => status,
    }
}
