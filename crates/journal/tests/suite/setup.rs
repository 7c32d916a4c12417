//! What the tests stand on: an open journal, a clock that they move, calls and an event.

use std::sync::{Arc, Mutex};

use homeroom_contract::schemars::JsonSchema;
use homeroom_contract::{
    Actor, Call, ClientId, Delivery, Detached, DomainEvent, ManualClock, Room, TenantId, Timestamp, UserId,
};
use homeroom_journal::{Database, DatabaseOptions, Entry, Journal, JournalOptions, Outlet, Stream};
use homeroom_testkit::TestDatabase;
use serde::Serialize;

/// 2026-03-02T08:15:00Z, a whole second, which SQLite writes without a fraction.
pub(crate) const START: i64 = 1_772_439_300_000;

pub(crate) struct Fixture {
    pub(crate) db: Database,
    pub(crate) journal: Journal,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) outlet: Arc<Heard>,
}

pub(crate) async fn open(database: &TestDatabase) -> Fixture {
    open_with(database.url(), DatabaseOptions::default()).await
}

pub(crate) async fn open_with(url: &str, options: DatabaseOptions) -> Fixture {
    let db = Database::open(url, options).await.unwrap();
    db.migrate().await.unwrap();
    let clock = Arc::new(ManualClock::at(Timestamp::from_unix_millis(START)));
    let outlet = Arc::new(Heard::default());
    let journal = Journal::new(db.clone(), Arc::clone(&clock) as _, JournalOptions::default());
    journal.set_outlet(Arc::clone(&outlet) as _).unwrap();
    Fixture { db, journal, clock, outlet }
}

/// An outlet that remembers.
#[derive(Default)]
pub(crate) struct Heard(Mutex<Vec<Arc<Entry>>>);

impl Outlet for Heard {
    fn committed(&self, entries: &[Arc<Entry>]) {
        self.0.lock().unwrap().extend_from_slice(entries);
    }
}

impl Heard {
    pub(crate) fn entries(&self) -> Vec<Arc<Entry>> {
        self.0.lock().unwrap().clone()
    }
}

/// Something happened in some rooms.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(crate = "homeroom_contract::schemars")]
pub(crate) struct Noted {
    pub(crate) text: String,
    #[serde(skip)]
    pub(crate) rooms: Vec<Room>,
}

impl Noted {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), rooms: vec![Room::of("class", "c-1")] }
    }

    pub(crate) fn within(text: impl Into<String>, rooms: &[Room]) -> Self {
        Self { text: text.into(), rooms: rooms.to_vec() }
    }
}

homeroom_contract::events! {
    durable Noted = "noted";
}

impl DomainEvent for Noted {
    const KIND: &'static str = "Noted";

    fn deliveries(&self) -> Vec<Delivery> {
        vec![Delivery::new(self.rooms.iter().cloned(), self)]
    }
}

pub(crate) fn tenant(id: &str) -> TenantId {
    TenantId::new(id).unwrap()
}

pub(crate) fn stream(tenant_id: &str) -> Stream {
    Stream::new(tenant(tenant_id), "gradebook")
}

pub(crate) fn call(tenant_id: &str) -> Call {
    Call {
        actor: Actor::person(tenant(tenant_id), UserId::new("t-1").unwrap()),
        at: Timestamp::from_unix_millis(START),
        namespace: "gradebook",
        command: "note:add",
        client_id: None,
        digest: [7; 32],
        session: Arc::new(Detached),
    }
}

pub(crate) fn call_again(client_id: &str) -> Call {
    Call { client_id: Some(ClientId::new(client_id).unwrap()), ..call("d-1") }
}

/// One command that notes these texts.
pub(crate) async fn note(journal: &Journal, call: &Call, texts: &[&str]) {
    let mut tx = journal.begin(call).await.unwrap();
    for text in texts {
        tx.record(&Noted::new(*text)).unwrap();
    }
    tx.commit(texts.len()).await.unwrap();
}

pub(crate) fn numbers<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Vec<u64> {
    entries.into_iter().map(|entry| entry.seq).collect()
}
