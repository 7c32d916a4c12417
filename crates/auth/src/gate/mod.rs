//! Who may not be here although the token is good: revoked, suspended or banned. Every node keeps in memory what is in force
//! and asks SQL for what is new once a second, so it hears of it within two seconds, with or without a bus.
//!
//! What always holds: a question never waits for the database; while the database is away, what is known stays in force.

mod memory;
mod refusals;

use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use homeroom_contract::{Actor, Clock, Code, Timestamp};
use homeroom_journal::Journal;

use self::memory::Memory;
use self::refusals::Refusals;
use crate::application::{automatic_call, record_violation};
use crate::domain::Severity;
use crate::store::restrictions::Bookmark;
use crate::store::violations::Warning;
use crate::store::{self, restrictions, violations};
use crate::{AuthError, Provenance, Settings};

/// After so many sweeps what is over is forgotten.
const FORGET_EVERY: u32 = 60;

/// How long what is over is kept, for nodes that could not ask: it may have taken the place of something longer.
const KEPT: Duration = Duration::from_hours(24);

/// Who may not be here.
pub struct Gate {
    pub(crate) journal: Journal,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) settings: Settings,
    memory: RwLock<Memory>,
    position: Mutex<Position>,
    refusals: Refusals,
}

#[derive(Debug, Default)]
struct Position {
    /// The last change that was seen.
    version: i64,
    sweeps: u32,
}

/// What a sweep has found.
#[derive(Debug, Default)]
pub struct Swept {
    /// Whether anything is different: whoever is connected has to be looked at again.
    pub changed: bool,
    /// What people have to be told.
    pub warnings: Vec<Warning>,
}

impl Gate {
    /// One that has read nothing yet, and lets everybody through: to describe the namespace, or to give orders.
    pub fn unread(journal: Journal, clock: Arc<dyn Clock>, settings: Settings) -> Self {
        let refusals = Refusals::new(settings.refusals_per_minute.max(1));
        let position = Mutex::default();
        Self { journal, clock, settings, memory: RwLock::default(), position, refusals }
    }

    /// Reads what is in force.
    pub async fn open(
        journal: Journal,
        clock: Arc<dyn Clock>,
        settings: Settings,
    ) -> Result<Self, AuthError> {
        let gate = Self::unread(journal, clock, settings);
        gate.read_all().await?;
        Ok(gate)
    }

    /// Whether this actor may be here with that token.
    pub fn check(&self, actor: &Actor, provenance: &Provenance) -> Result<(), AuthError> {
        let memory = self.memory.read().unwrap_or_else(PoisonError::into_inner);
        memory.check(actor, provenance, self.clock.now())
    }

    /// Whether anybody may come from that address.
    pub fn check_address(&self, address: IpAddr) -> Result<(), AuthError> {
        let memory = self.memory.read().unwrap_or_else(PoisonError::into_inner);
        memory.check_address(address, self.clock.now())
    }

    /// A call of this actor was refused with that code, for something of the actor's own: not because a room is full.
    pub fn note_refusal(&self, actor: &Actor, code: Code) {
        self.refusals.note(actor, code, self.clock.now());
    }

    /// Reads what is new. For one task, once a second, that does nothing else: it waits for no lock.
    pub async fn sweep(&self) -> Result<Swept, AuthError> {
        let now = self.clock.now();
        let since = {
            let mut position = self.position.lock().unwrap_or_else(PoisonError::into_inner);
            position.sweeps = position.sweeps.wrapping_add(1);
            if position.sweeps.is_multiple_of(FORGET_EVERY) {
                self.memory.write().unwrap_or_else(PoisonError::into_inner).forget(now);
            }
            position.version
        };
        let mut conn = self.journal.database().glimpse().await?;
        let head = store::head(&mut conn).await?;
        if head == since {
            return Ok(Swept::default());
        }
        if head < since {
            // Another history than the one that was read: a backup was put back.
            drop(conn);
            self.read_all().await?;
            return Ok(Swept { changed: true, warnings: Vec::new() });
        }
        let warnings = violations::warnings_since(&mut conn, since).await?;
        let mut bookmark = Bookmark::after(since);
        let mut news = false;
        // What was taken in by a sweep that then fails is read again by the next one.
        while let Some(changes) = restrictions::page(&mut conn, &mut bookmark).await? {
            news |= !changes.is_empty();
            let mut memory = self.memory.write().unwrap_or_else(PoisonError::into_inner);
            for change in changes {
                memory.apply(change);
            }
        }
        drop(conn);
        self.position.lock().unwrap_or_else(PoisonError::into_inner).version = head;
        Ok(Swept { changed: news, warnings })
    }

    async fn read_all(&self) -> Result<(), AuthError> {
        let mut conn = self.journal.database().glimpse().await?;
        let head = store::head(&mut conn).await?;
        let mut memory = Memory::default();
        let mut bookmark = Bookmark::after(0);
        while let Some(changes) = restrictions::page(&mut conn, &mut bookmark).await? {
            for change in changes {
                memory.apply(change);
            }
        }
        drop(conn);
        memory.forget(self.clock.now());
        *self.memory.write().unwrap_or_else(PoisonError::into_inner) = memory;
        self.position.lock().unwrap_or_else(PoisonError::into_inner).version = head;
        Ok(())
    }

    /// Writes down who has been refused too often. For a task of its own, once a second: it may have to wait for others who write.
    /// What could not be written is, the next time.
    pub async fn write_down(&self) -> Result<(), AuthError> {
        let now = self.clock.now();
        let mut over = self.refusals.take_over(now).into_iter();
        while let Some((tenant, user)) = over.next() {
            let recorded = async {
                let call = automatic_call(&tenant, now).map_err(|_| AuthError::Claim("sub"))?;
                let mut tx = self.journal.begin(&call).await?;
                let message = "Too many refused requests.";
                record_violation(&mut tx, &self.settings, &call, &user, Severity::Medium, message).await?;
                tx.commit(()).await?;
                Ok::<_, AuthError>(())
            };
            if let Err(error) = recorded.await {
                for person in std::iter::once((tenant, user)).chain(over) {
                    self.refusals.owe(person);
                }
                return Err(error);
            }
        }
        Ok(())
    }

    /// Deletes what is over, some at a time, each in a transaction of its own; tells how many rows. To be called every few minutes,
    /// on any node.
    pub async fn purge(&self) -> Result<u64, AuthError> {
        let now = self.clock.now();
        let over = Timestamp::from(now.to_utc() - KEPT);
        let reviewed = Timestamp::from(now.to_utc() - self.settings.escalation.review_window());
        let mut total = 0;
        loop {
            let mut conn = self.journal.database().begin().await?;
            let deleted = [
                restrictions::purge(&mut conn, over).await?,
                violations::purge(&mut conn, reviewed).await?,
                store::sessions::purge_tokens(&mut conn, now).await?,
                store::sessions::purge(&mut conn, now).await?,
            ];
            conn.commit().await?;
            total += deleted.iter().sum::<u64>();
            if deleted.iter().all(|some| *some < store::BATCH.unsigned_abs()) {
                return Ok(total);
            }
        }
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("settings", &self.settings).finish_non_exhaustive()
    }
}
