//! A small school, made by hand: `tests/roster/` is its OneRoster export. It is Friday, 20 November 2026; the first quarter is
//! closed, the second is open. `c1` is taught by tina and theo, with the students ann and bob, whose guardian is mum.

use std::sync::{Arc, Mutex};

use homeroom_contract::{
    Actor, Answer, BoundNamespace, BoxFuture, Call, Clock, Detached, Failure, ManualClock, Namespace,
    OnlineUser, Room, Service, Session, Subject, TenantId, Timestamp, UserId, bind,
};
use homeroom_gradebook::{Gradebook, GradebookImport, Settings};
use homeroom_journal::{Database, DatabaseOptions, Entry, Journal, JournalOptions, Stream};
use homeroom_roster::{ImportOptions, ImportReport, Outcome, Roster};
use homeroom_state::{MemoryOptions, MemoryState};
use homeroom_testkit::TestDatabase;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

pub(crate) struct School {
    pub(crate) gradebook: Gradebook,
    pub(crate) namespace: BoundNamespace,
    pub(crate) journal: Journal,
    pub(crate) roster: Roster,
    pub(crate) clock: Arc<ManualClock>,
    settings: Settings,
    _database: TestDatabase,
}

pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::new(text.parse().unwrap())
}

pub(crate) fn tenant() -> TenantId {
    TenantId::new("d1").unwrap()
}

pub(crate) fn person(id: &str) -> Actor {
    Actor::person(tenant(), UserId::new(id).unwrap())
}

pub(crate) fn service(scopes: &[&str]) -> Actor {
    let name = UserId::new("grader").unwrap();
    let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    Actor { tenant: tenant(), subject: Subject::Service(Service { name, scopes }) }
}

impl School {
    pub(crate) async fn open(database: TestDatabase) -> Self {
        Self::with(database, Settings::default()).await
    }

    pub(crate) async fn with(database: TestDatabase, settings: Settings) -> Self {
        Self::prepared(database, settings, MemoryOptions::default()).await
    }

    pub(crate) async fn prepared(database: TestDatabase, settings: Settings, state: MemoryOptions) -> Self {
        let opened = Database::open(database.url(), DatabaseOptions::default()).await.unwrap();
        opened.migrate().await.unwrap();
        let clock = Arc::new(ManualClock::at(at("2026-11-20T10:00:00Z")));
        let journal = Journal::new(opened.clone(), clock.clone(), JournalOptions::default());
        let roster = Roster::new(opened, homeroom_roster::Settings::default());
        let state = Arc::new(MemoryState::with_options(clock.clone(), state));
        let gradebook =
            Gradebook::new(journal.clone(), roster.clone(), state, clock.clone(), settings.clone());
        let namespace = bind(gradebook.clone()).unwrap();
        let school = Self { gradebook, namespace, journal, roster, clock, settings, _database: database };
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/roster");
        let report = school.import(folder.as_ref()).await;
        assert_eq!(report.outcome, Outcome::Applied, "{report:?}");
        school
    }

    pub(crate) async fn import(&self, folder: &std::path::Path) -> ImportReport {
        let files = GradebookImport::new(&self.settings);
        self.roster.import(folder, &ImportOptions::default(), Some(&files), self.clock.now()).await.unwrap()
    }

    pub(crate) fn call(&self, actor: Actor, command: &'static str, session: Arc<dyn Session>) -> Call {
        Call {
            actor,
            at: self.clock.now(),
            namespace: Gradebook::NAME,
            command,
            client_id: None,
            digest: [0; 32],
            session,
        }
    }

    /// Sends a request as HTTP would: in no room.
    pub(crate) async fn send(
        &self,
        who: &str,
        command: &'static str,
        payload: Value,
    ) -> Result<Value, Failure> {
        self.send_as(person(who), command, payload).await
    }

    pub(crate) async fn send_as(
        &self,
        actor: Actor,
        command: &'static str,
        payload: Value,
    ) -> Result<Value, Failure> {
        self.answer(self.call(actor, command, Arc::new(Detached)), payload).await.map(in_json)
    }

    /// Sends a request over a socket that is in these rooms.
    pub(crate) async fn send_from(
        &self,
        socket: &Arc<Socket>,
        command: &'static str,
        payload: Value,
    ) -> Result<Answer, Failure> {
        self.answer(self.call(person(&socket.user), command, socket.clone()), payload).await
    }

    pub(crate) async fn answer(&self, call: Call, payload: Value) -> Result<Answer, Failure> {
        self.namespace.handle(call, to_raw_value(&payload).unwrap()).await
    }

    pub(crate) async fn entries(&self) -> Vec<Entry> {
        let stream = Stream::new(tenant(), Gradebook::NAME);
        self.journal.read(&stream, 0, 1000).await.unwrap()
    }
}

/// A socket as the handlers see it.
pub(crate) struct Socket {
    pub(crate) user: String,
    rooms: Mutex<Vec<Room>>,
    /// Who shows up in whatever room.
    pub(crate) online: Mutex<Vec<OnlineUser>>,
}

impl Socket {
    pub(crate) fn of(user: &str) -> Arc<Self> {
        Arc::new(Self { user: user.to_owned(), rooms: Mutex::default(), online: Mutex::default() })
    }

    pub(crate) fn leave(&self, left: &[Room]) {
        self.rooms.lock().unwrap().retain(|room| !left.contains(room));
    }
}

impl Session for Socket {
    fn enter<'a>(&'a self, rooms: &'a [Room]) -> BoxFuture<'a, Result<(), Failure>> {
        self.rooms.lock().unwrap().extend_from_slice(rooms);
        Box::pin(std::future::ready(Ok(())))
    }

    fn joined(&self) -> Vec<Room> {
        self.rooms.lock().unwrap().clone()
    }

    fn online<'a>(&'a self, _: &'a Room) -> BoxFuture<'a, Vec<OnlineUser>> {
        Box::pin(std::future::ready(self.online.lock().unwrap().clone()))
    }
}

/// An answer as a snapshot shows it.
pub(crate) fn in_json(answer: Answer) -> Value {
    let parse = |raw: Box<RawValue>| serde_json::from_str::<Value>(raw.get()).unwrap();
    match answer {
        Answer::Reply(reply) => parse(reply),
        Answer::Joined(joined) => {
            json!({ "rooms": joined.rooms, "initialData": parse(joined.data), "seq": joined.seq })
        }
        Answer::Left(rooms) => json!({ "left": rooms }),
        Answer::Signalled(signalled) => {
            let emissions = |list: Vec<homeroom_contract::Emission>| {
                let one = |e: homeroom_contract::Emission| json!([e.room, e.event, parse(e.payload)]);
                list.into_iter().map(one).collect::<Vec<_>>()
            };
            let lapse = signalled.lapse.map(|lapse| {
                json!({ "key": lapse.key, "afterMs": u64::try_from(lapse.after.as_millis()).unwrap(), "then": emissions(lapse.then) })
            });
            json!({ "emissions": emissions(signalled.emissions), "lapse": lapse })
        }
    }
}
