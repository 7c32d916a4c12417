//! What is made here: each is a `UUIDv7` of the instant at which it was made.

homeroom_contract::id! {
    /// A notification as it was sent: the same for everyone who receives it.
    pub NotificationId
}
homeroom_contract::id! {
    /// The work of telling one notification to everyone that it is for.
    pub JobId
}
