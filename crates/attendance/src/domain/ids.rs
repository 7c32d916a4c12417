//! The identifiers that are made here.

homeroom_contract::id! {
    /// An attendance record: one student in one class on one day. Made with the first mark.
    pub RecordId
}
homeroom_contract::id! {
    /// A check-in session: the time in which the students of a class check in with a code.
    pub CheckinId
}
homeroom_contract::id! {
    /// An intervention that was told, so that it can be withdrawn.
    pub InterventionId
}
