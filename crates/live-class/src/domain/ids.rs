//! Ids of what is made in a live class.

homeroom_contract::id! {
    /// One meeting of a class.
    pub LessonId
}
homeroom_contract::id! {
    /// A poll.
    pub PollId
}
homeroom_contract::id! {
    /// A message of the class's chat.
    pub MessageId
}
