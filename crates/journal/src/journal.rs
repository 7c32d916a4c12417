//! The journal: where commands begin and end, and where streams are read.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use homeroom_contract::{Call, Clock, Room, TenantId, Timestamp};
use serde_json::value::RawValue;

use crate::replies::{self, ReplyKey};
use crate::tx::Cause;
use crate::{
    Database, Entry, JournalError, JournalOptions, Place, Snapshot, StoredDelivery, Stream, Tx, read,
};

/// Who is told, within this process, of what has just been committed. Called by the task that committed, so it must neither
/// wait nor call back.
pub trait Outlet: Send + Sync + 'static {
    /// These entries of one stream, in order, are in the journal now.
    fn committed(&self, entries: &[Arc<Entry>]);

    /// Whether so much may be told to these rooms of that stream; if not, how long to wait. Asked for each event that a command
    /// records, before anything of it is written.
    fn admit(&self, stream: &Stream, rooms: &mut dyn Iterator<Item = &Room>) -> Result<(), Duration> {
        let _ = (stream, rooms);
        Ok(())
    }
}

/// The journal has an outlet already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the journal has an outlet already")]
pub struct OutletTaken;

/// The journal. Clones share it.
#[derive(Clone)]
pub struct Journal(Arc<Inner>);

struct Inner {
    db: Database,
    clock: Arc<dyn Clock>,
    options: JournalOptions,
    outlet: OnceLock<Arc<dyn Outlet>>,
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal").field("db", &self.0.db).finish_non_exhaustive()
    }
}

impl Journal {
    /// The journal of that database, whose schema is up to date.
    pub fn new(db: Database, clock: Arc<dyn Clock>, options: JournalOptions) -> Self {
        Self(Arc::new(Inner { db, clock, options, outlet: OnceLock::new() }))
    }

    /// Says who is told of what is committed from now on. There is one outlet, set once; what was committed before is found
    /// by reading.
    pub fn set_outlet(&self, outlet: Arc<dyn Outlet>) -> Result<(), OutletTaken> {
        self.0.outlet.set(outlet).map_err(|_| OutletTaken)
    }

    /// The database that it is kept in.
    pub fn database(&self) -> &Database {
        &self.0.db
    }

    /// Begins the transaction of a command.
    pub async fn begin(&self, call: &Call) -> Result<Tx, JournalError> {
        let cause = Cause {
            stream: stream(call),
            actor: call.actor.clone(),
            at: call.at,
            command: call.command,
            client_id: call.client_id.clone(),
            digest: call.digest,
        };
        Ok(Tx::new(self.0.db.begin().await?, self.clone(), cause))
    }

    /// Begins reading for a call, all of it as of one moment.
    pub async fn snapshot(&self, call: &Call) -> Result<Snapshot, JournalError> {
        Ok(Snapshot::new(self.0.db.snapshot().await?, stream(call)))
    }

    /// The reply that this command has had under its `clientId`; none if it has not been carried out, or has no `clientId`.
    /// [`JournalError::IdempotencyMismatch`] if it was another command or body.
    pub async fn replay(&self, call: &Call) -> Result<Option<Box<RawValue>>, JournalError> {
        let Some(client_id) = &call.client_id else { return Ok(None) };
        let key = ReplyKey { actor: &call.actor, client_id };
        let mut conn = self.0.db.lookup_for_command().await?;
        let Some(stored) = replies::find(&mut conn, key, self.now()).await? else { return Ok(None) };
        if stored.namespace != call.namespace
            || stored.command != call.command
            || stored.digest != call.digest
        {
            return Err(JournalError::IdempotencyMismatch);
        }
        let reply = RawValue::from_string(stored.reply)
            .map_err(|cause| JournalError::unreadable("a stored reply", cause))?;
        Ok(Some(reply))
    }

    /// Up to `limit` entries of a stream after `after` (exclusive), in order.
    pub async fn read(&self, stream: &Stream, after: u64, limit: u32) -> Result<Vec<Entry>, JournalError> {
        read::entries(&mut self.0.db.lookup().await?, stream, after, limit).await
    }

    /// Up to `limit` entries after `after` (exclusive) that concern at least one of these rooms, in order, and whether there
    /// are more. An entry comes with all its deliveries, those for other rooms too: choose before sending.
    pub async fn read_rooms(
        &self,
        stream: &Stream,
        rooms: &[Room],
        after: u64,
        limit: u32,
    ) -> Result<(Vec<Entry>, bool), JournalError> {
        // All of it as of one moment, or an entry that is committed meanwhile could be overtaken.
        read::in_rooms(&mut self.0.db.snapshot().await?, stream, rooms, after, limit).await
    }

    /// The stream's end.
    pub async fn head(&self, stream: &Stream) -> Result<Place, JournalError> {
        Ok(read::head(&mut self.0.db.lookup().await?, stream).await?)
    }

    /// The ends of all streams of these tenants. A stream without an entry is not among them.
    pub async fn heads(&self, tenants: &[TenantId]) -> Result<Vec<(Stream, Place)>, JournalError> {
        read::heads(&mut self.0.db.lookup().await?, tenants).await
    }

    /// Deletes the replies that have expired by then; tells how many. To be called every few minutes, on any node.
    pub async fn sweep(&self, now: Timestamp) -> Result<u64, JournalError> {
        let mut total = 0;
        loop {
            let mut conn = self.0.db.begin().await?;
            let (deleted, more) = replies::sweep(&mut conn, now).await?;
            conn.commit().await?;
            total += deleted;
            if !more {
                return Ok(total);
            }
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    pub(crate) fn reply_expiry(&self, now: Timestamp) -> Timestamp {
        now.plus(self.0.options.reply_lifetime())
    }

    pub(crate) fn admit(&self, stream: &Stream, deliveries: &[StoredDelivery]) -> Result<(), JournalError> {
        let Some(outlet) = self.0.outlet.get() else { return Ok(()) };
        let mut rooms = deliveries.iter().flat_map(|delivery| &delivery.rooms);
        outlet.admit(stream, &mut rooms).map_err(|retry_after| JournalError::Crowded { retry_after })
    }

    pub(crate) fn tell(&self, entries: &[Arc<Entry>]) {
        if entries.is_empty() {
            return;
        }
        if let Some(outlet) = self.0.outlet.get() {
            outlet.committed(entries);
        }
    }
}

fn stream(call: &Call) -> Stream {
    Stream::new(call.actor.tenant.clone(), call.namespace)
}
