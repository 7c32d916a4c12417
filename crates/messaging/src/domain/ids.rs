//! The identifiers of what is made in conversations.

homeroom_contract::id! {
    /// A conversation.
    pub ConversationId
}
homeroom_contract::id! {
    /// A message.
    pub MessageId
}
homeroom_contract::id! {
    /// A report of a message to the moderators.
    pub ReportId
}
homeroom_contract::id! {
    /// A file, by the id that the platform's file store gave it.
    pub FileId
}
