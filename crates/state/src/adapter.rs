//! The operations on shared state. Opaque bytes; what they mean is the caller's.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::watch;

use crate::{Key, StateError};

/// What came of taking from a sliding window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// There was a place.
    Yes,
    /// The window is full; there is a place again after this time, if nobody else takes it.
    No {
        /// How long to wait.
        retry_after: Duration,
    },
}

/// A field that somebody holds for as long as it is renewed: a lease, or a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The hash.
    pub key: Key,
    /// Its field.
    pub field: String,
    /// What is in it; of a lease, by which its holder is known.
    pub value: Bytes,
}

/// What [`set_latest`](StateAdapter::set_latest) has left in a hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Latest {
    /// The name of the field.
    pub field: String,
    /// What is in it.
    pub value: Bytes,
    /// Whether it is the last that was set for sure: the store that has it is the one that took it. A store that was started again
    /// with what it had on its disk, or a replica that has taken its place, may have lost what came after.
    pub is_last: bool,
}

/// What has last become of a store that others keep.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Disturbance {
    /// Nothing yet.
    #[default]
    None,
    /// An operation had no answer.
    Unanswered,
    /// It was away, and answers again.
    Over,
}

/// Short-lived state, shared by all nodes. Every operation is atomic, those on several keys for each key by itself. A key holds a
/// hash, a set, a list or a window, by what is first put there; another kind's operation on it is [`StateError::WrongKind`]. What
/// is empty is not there.
///
/// Each field of a hash expires by itself (`expires`: how long from now; `None`: never). Setting it again sets its time anew.
#[async_trait]
pub trait StateAdapter: Send + Sync + 'static {
    /// Sets a field of a hash.
    async fn set_field(
        &self,
        key: &Key,
        field: &str,
        value: Bytes,
        expires: Option<Duration>,
    ) -> Result<(), StateError>;

    /// A field of a hash.
    async fn field(&self, key: &Key, field: &str) -> Result<Option<Bytes>, StateError>;

    /// All fields of a hash, by name.
    async fn fields(&self, key: &Key) -> Result<Vec<(String, Bytes)>, StateError>;

    /// Deletes a field of a hash; whether it was there.
    async fn delete_field(&self, key: &Key, field: &str) -> Result<bool, StateError>;

    /// Sets a field that isn't there; whether it was set. One vote per student.
    async fn set_field_if_absent(
        &self,
        key: &Key,
        field: &str,
        value: Bytes,
        expires: Option<Duration>,
    ) -> Result<bool, StateError>;

    /// Sets a field that is there already, or that is new while the hash has fewer than `places` fields; whether it was set.
    /// So many connections per person, over all nodes.
    async fn set_field_if_room(
        &self,
        key: &Key,
        field: &str,
        value: Bytes,
        expires: Option<Duration>,
        places: usize,
    ) -> Result<bool, StateError>;

    /// Adds to the whole number (in decimal) in a field, 0 if it isn't there; the sum. A field that is there keeps its time.
    /// [`StateError::NotANumber`] changes nothing.
    async fn increment(
        &self,
        key: &Key,
        field: &str,
        by: i64,
        expires: Option<Duration>,
    ) -> Result<i64, StateError>;

    /// Sets a field (`None`: deletes it) if it holds `expected` (`None`: isn't there); whether it did.
    async fn compare_and_set(
        &self,
        key: &Key,
        field: &str,
        expected: Option<Bytes>,
        value: Option<Bytes>,
        expires: Option<Duration>,
    ) -> Result<bool, StateError>;

    /// Sets each of these fields, to expire after this time, as the only one that is left of its hash, unless there is one whose
    /// name comes after it in order of bytes; how many were set. So the latest of several writes stays, in whichever order they
    /// arrive. Such a hash is written in no other way, and read by [`latest`](Self::latest). After an error some may have been set.
    async fn set_latest(&self, held: &[Held], expires: Duration) -> Result<usize, StateError>;

    /// The field that [`set_latest`](Self::set_latest) has left in a hash.
    async fn latest(&self, key: &Key) -> Result<Option<Latest>, StateError>;

    /// Tells when the store has not answered, and when it answers again: another one may have taken its place, so what was set
    /// before is to be set again by whoever needs it to be the last for sure.
    fn disturbed(&self) -> watch::Receiver<Disturbance>;

    /// Sets all of these fields, however many, in as few steps as the store allows, each to expire after this time; how many
    /// were not there. A holder that has renewed in time learns from more than 0 that the store was emptied. It is not one
    /// atomic operation: after an error some may have been set.
    async fn renew(&self, held: &[Held], expires: Duration) -> Result<usize, StateError>;

    /// Deletes those of these fields that hold this very value, in as few steps as the store allows; how many. What another
    /// holder has taken meanwhile stays. After an error some may have been deleted.
    async fn forget(&self, held: &[Held]) -> Result<usize, StateError>;

    /// Adds a member to a set; whether it is new.
    async fn add_member(&self, key: &Key, member: &str) -> Result<bool, StateError>;

    /// Removes a member from a set; whether it was there.
    async fn remove_member(&self, key: &Key, member: &str) -> Result<bool, StateError>;

    /// Whether it is a member of the set.
    async fn is_member(&self, key: &Key, member: &str) -> Result<bool, StateError>;

    /// All members of a set, in order of their bytes.
    async fn members(&self, key: &Key) -> Result<Vec<String>, StateError>;

    /// Appends to a list and then keeps only its last `keep` items; how many it has.
    async fn push(&self, key: &Key, item: Bytes, keep: usize) -> Result<usize, StateError>;

    /// All items of a list, first to last.
    async fn items(&self, key: &Key) -> Result<Vec<Bytes>, StateError>;

    /// Removes every equal item from a list; how many.
    async fn remove_item(&self, key: &Key, item: &[u8]) -> Result<usize, StateError>;

    /// Keeps only the last `keep` items of a list.
    async fn trim(&self, key: &Key, keep: usize) -> Result<(), StateError>;

    /// Lets a key go after this time, whatever is written to it meanwhile; whether it is there. For a hash: the fields that
    /// it has now, those that would not go sooner.
    async fn expire(&self, key: &Key, after: Duration) -> Result<bool, StateError>;

    /// Deletes a key; whether it was there.
    async fn delete(&self, key: &Key) -> Result<bool, StateError>;

    /// Takes one of `limit` places of a window that slides over the last `per`. What is refused takes nothing.
    async fn take(&self, key: &Key, limit: u32, per: Duration) -> Result<Taken, StateError>;
}
