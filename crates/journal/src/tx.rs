//! The transaction of one command: the domain change, the events that tell of it and the reply, all or nothing.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use homeroom_contract::{Actor, ClientId, Committed, DomainEvent, EventId, Timestamp};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::replies::{self, ReplyKey, StoredReply};
use crate::{Conn, Entry, Journal, JournalError, StoredDelivery, Stream, write};

/// An open transaction of one command; derefs to its [`Conn`]. Dropping it rolls everything back.
#[derive(Debug)]
pub struct Tx {
    conn: Conn,
    journal: Journal,
    cause: Cause,
    recorded: Vec<Recorded>,
}

/// What the transaction has to know of its call.
#[derive(Debug)]
pub(crate) struct Cause {
    pub(crate) stream: Stream,
    pub(crate) actor: Actor,
    pub(crate) at: Timestamp,
    pub(crate) command: &'static str,
    pub(crate) client_id: Option<ClientId>,
    pub(crate) digest: [u8; 32],
}

/// An event that will be an entry.
#[derive(Debug)]
struct Recorded {
    event_id: EventId,
    kind: &'static str,
    body: Box<RawValue>,
    deliveries: Vec<StoredDelivery>,
}

impl Tx {
    pub(crate) fn new(conn: Conn, journal: Journal, cause: Cause) -> Self {
        Self { conn, journal, cause, recorded: Vec::new() }
    }

    /// Says that this happened. It is written with the commit, and nobody hears of it before. [`JournalError::Crowded`] if too
    /// much is told to one of its rooms already.
    pub fn record<E: DomainEvent>(&mut self, event: &E) -> Result<(), JournalError> {
        let body = to_raw_value(event).map_err(|cause| JournalError::unfit(E::KIND, cause))?;
        let deliveries = event
            .deliveries()
            .into_iter()
            .map(StoredDelivery::check)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|cause| JournalError::unfit(E::KIND, cause))?;
        self.journal.admit(&self.cause.stream, &deliveries)?;
        let event_id = EventId::generate(self.cause.at);
        self.recorded.push(Recorded { event_id, kind: E::KIND, body, deliveries });
        Ok(())
    }

    /// Commits, tells this node's outlet, and gives the reply back as one that may be sent.
    ///
    /// A command that recorded nothing leaves the stream alone. On any error but [`OutcomeUnknown`] nothing took effect.
    ///
    /// [`OutcomeUnknown`]: crate::DatabaseError::OutcomeUnknown
    #[expect(clippy::disallowed_methods, reason = "this is the journal, and it has committed")]
    pub async fn commit<R: Serialize>(mut self, reply: R) -> Result<Committed<R>, JournalError> {
        // The reply first: a twin waits here, and not with the stream's head in its hands.
        if let Some(client_id) = self.cause.client_id.clone() {
            self.keep(&client_id, &reply).await?;
        }
        let entries = self.number().await?;
        self.conn.commit().await?;
        self.journal.tell(&entries);
        Ok(Committed::after_commit(reply))
    }

    async fn keep<R: Serialize>(&mut self, client_id: &ClientId, reply: &R) -> Result<(), JournalError> {
        let reply = to_raw_value(reply).map_err(|cause| JournalError::unfit("reply", cause))?;
        let now = self.journal.now();
        let key = ReplyKey { actor: &self.cause.actor, client_id };
        let stored = StoredReply {
            namespace: self.cause.stream.namespace.to_string(),
            command: self.cause.command.to_owned(),
            digest: self.cause.digest.to_vec(),
            reply: String::from(Box::<str>::from(reply)),
        };
        replies::store(&mut self.conn, key, stored, now, self.journal.reply_expiry(now)).await
    }

    /// Takes the next numbers of the stream, which from here on is ours until COMMIT, and writes the entries.
    async fn number(&mut self) -> Result<Vec<Arc<Entry>>, JournalError> {
        if self.recorded.is_empty() {
            return Ok(Vec::new());
        }
        let first = write::advance(&mut self.conn, &self.cause.stream, self.recorded.len()).await?;
        let entries: Vec<_> = (first..)
            .zip(self.recorded.drain(..))
            .map(|(seq, recorded)| {
                Arc::new(Entry {
                    stream: self.cause.stream.clone(),
                    seq,
                    event_id: recorded.event_id,
                    at: self.cause.at,
                    actor: self.cause.actor.subject_id().clone(),
                    kind: recorded.kind.to_owned(),
                    body: recorded.body,
                    deliveries: recorded.deliveries,
                })
            })
            .collect();
        write::entries(&mut self.conn, &entries).await?;
        write::rooms(&mut self.conn, &entries).await?;
        Ok(entries)
    }
}

impl Deref for Tx {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}
