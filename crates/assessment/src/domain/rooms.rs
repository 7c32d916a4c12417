//! The rooms of assessments and quizzes.

use homeroom_contract::UserId;

use crate::domain::{AssessmentId, QuizSessionId};

homeroom_contract::rooms! {
    /// A room of this namespace.
    pub enum AssessmentRoom {
        /// `user:{id}`: one person's devices.
        User(user: UserId) = ["user", user];
        /// `assessment:{id}:staff`: who watches over that assessment.
        Staff(assessment: AssessmentId) = ["assessment", assessment, "staff"];
        /// `assessment:{id}:student:{id}`: one student who sits it; nobody else, no guardian either.
        Student(assessment: AssessmentId, student: UserId) = ["assessment", assessment, "student", student];
        /// `quiz:{sessionId}`: everyone in that quiz, staff too. Never a right answer before its question is closed.
        Quiz(session: QuizSessionId) = ["quiz", session];
    }
}

impl AssessmentRoom {
    /// The assessment that is sat there, or watched over.
    pub fn assessment(&self) -> Option<&AssessmentId> {
        match self {
            Self::Staff(assessment) | Self::Student(assessment, _) => Some(assessment),
            Self::User(_) | Self::Quiz(_) => None,
        }
    }

    /// The quiz that is played there.
    pub fn quiz(&self) -> Option<&QuizSessionId> {
        match self {
            Self::Quiz(session) => Some(session),
            Self::User(_) | Self::Staff(_) | Self::Student(..) => None,
        }
    }
}
