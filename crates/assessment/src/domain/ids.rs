//! What is made here, each with an id of its own type.

use homeroom_contract::id;

id! {
    /// An assessment.
    pub AssessmentId
}
id! {
    /// A question of an assessment or of a quiz.
    pub QuestionId
}
id! {
    /// One student's attempt at an assessment.
    pub AttemptId
}
id! {
    /// The receipt for what was handed in; reserved when the attempt starts, told when it is submitted.
    pub ReceiptId
}
id! {
    /// A proctor alert.
    pub AlertId
}
id! {
    /// A message of the staff to those who sit an assessment.
    pub ProctorMessageId
}
id! {
    /// A live quiz: its `sessionId`.
    pub QuizSessionId
}
