//! Somebody who is in: connects, joins, writes down all that comes, and comes back after every loss of the connection.

use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use homeroom_client::{Backoff, Client, Error, Options, Received, Socket, Status};
use homeroom_gradebook::JoinGradebook;
use serde_json::json;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::caller::{Caller, Outcome};
use crate::cast::Person;
use crate::history::{Epoch, Listener};
use crate::record::lock;
use crate::tally::label;
use crate::world::World;

/// As impatient as the stock client.
const BACKOFF: Backoff = Backoff { base: Duration::from_secs(1), cap: Duration::from_secs(5) };

/// Before somebody who was refused on coming back tries again.
const KNOCK: Duration = Duration::from_secs(1);

/// Events that may wait to be written down; more than a class makes in a day.
const EVENTS: usize = 65_536;

/// Somebody who is in.
pub(crate) struct Present {
    pub(crate) person: Arc<Person>,
    pub(crate) caller: Caller,
    client: Client,
    log: Arc<Mutex<Log>>,
}

#[derive(Debug, Default)]
struct Log {
    epochs: Vec<Epoch>,
    absences: Vec<(u64, u64)>,
    lost: Option<u64>,
}

impl Present {
    /// Connects and joins; comes back when all joins are answered.
    pub(crate) async fn arrive(world: &Arc<World>, person: Arc<Person>, url: &str) -> Result<Self, Error> {
        let began = Instant::now();
        let opened = open(world, &person, url).await;
        world.record.connected(began.elapsed(), opened.as_ref().map(drop));
        let (client, socket) = opened?;
        let caller = Caller { socket: socket.clone(), record: Arc::clone(&world.record) };
        let present = Self { person, caller, client, log: Arc::default() };
        let (entered, all_answered) = oneshot::channel();
        let listening = Listening {
            world: Arc::clone(world),
            person: Arc::clone(&present.person),
            caller: present.caller.clone(),
            client: present.client.clone(),
            log: Arc::clone(&present.log),
            leaving: world.leaving.clone(),
        };
        world.tasks.spawn(listening.run(entered));
        // Who is sent away while joining is in the tally already.
        drop(all_answered.await);
        Ok(present)
    }

    /// Cuts the connection off.
    pub(crate) fn interrupt(&self) {
        self.client.interrupt();
    }

    /// What was received so far.
    pub(crate) fn listener(&self) -> Listener {
        let log = lock(&self.log);
        let (epochs, absences) = (log.epochs.clone(), log.absences.clone());
        Listener { id: self.person.id.clone(), may: Arc::clone(&self.person.may), epochs, absences }
    }

    /// Whether the connection is there and everything joined.
    pub(crate) fn is_in(&self) -> bool {
        lock(&self.log).epochs.last().is_some_and(Epoch::is_whole)
    }

    /// Goes home.
    pub(crate) async fn leave(self) {
        let Self { caller, client, .. } = self;
        drop(caller);
        client.close().await;
    }
}

async fn open(world: &Arc<World>, person: &Person, url: &str) -> Result<(Client, Socket), Error> {
    let (signer, id) = (Arc::clone(&world.signer), person.id.clone());
    let auth = move || {
        let token = signer.token(&id);
        async move { json!({ "token": token }) }
    };
    let options = Options::new(url).auth(auth).recover().reconnect(BACKOFF).event_buffer(EVENTS);
    let client = Client::connect(options).await?;
    let socket = client.namespace("/gradebook").await?;
    Ok((client, socket))
}

/// The task of somebody who is in.
struct Listening {
    world: Arc<World>,
    person: Arc<Person>,
    caller: Caller,
    client: Client,
    log: Arc<Mutex<Log>>,
    leaving: CancellationToken,
}

impl Listening {
    async fn run(self, entered: oneshot::Sender<()>) {
        let mut entered = Some(entered);
        let mut status = self.caller.socket.status();
        status.borrow_and_update();
        loop {
            lock(&self.log).epochs.push(Epoch::default());
            let mut entering = pin!(self.enter());
            let mut is_entering = true;
            loop {
                tokio::select! {
                    biased;
                    () = self.leaving.cancelled() => return,
                    changed = status.changed() => {
                        let now = status.borrow_and_update().clone();
                        match (changed, now) {
                            (Ok(()), Status::Connected { recovered: true, .. }) => self.back(),
                            (Ok(()), Status::Connected { recovered: false, .. }) => break,
                            (Ok(()), Status::Disconnected(_)) => self.lost(),
                            (Ok(()), Status::Connecting) => {}
                            (Ok(()), Status::Refused(refusal)) => self.knock(&Error::Refused(refusal)).await,
                            (Err(_), _) | (Ok(()), Status::Ended(_)) => return self.ended(),
                        }
                    }
                    event = self.caller.socket.next_event() => match event {
                        Some(event) => self.received(&event),
                        // The status says why.
                        None => tokio::task::yield_now().await,
                    },
                    () = &mut entering, if is_entering => {
                        is_entering = false;
                        entered.take().map(|entered| entered.send(()));
                    }
                }
            }
            // Not taken up: what comes now begins anew.
            self.lost();
            lock(&self.log).lost = None;
            self.world.record.tally().began_anew += 1;
        }
    }

    fn received(&self, event: &Received) {
        let Some(got) = self.world.record.received(&event.name, event.data()) else { return };
        if let Some(epoch) = lock(&self.log).epochs.last_mut() {
            epoch.got.push(got);
        }
    }

    fn lost(&self) {
        let now = self.world.record.now();
        let mut log = lock(&self.log);
        if log.lost.is_none() {
            log.lost = Some(now);
            self.world.record.tally().lost += 1;
        }
        if let Some(epoch) = log.epochs.last_mut() {
            epoch.away = true;
        }
    }

    fn back(&self) {
        let now = self.world.record.now();
        let mut log = lock(&self.log);
        let mut tally = self.world.record.tally();
        let lost = log.lost.take().unwrap_or_else(|| {
            // It was over before it was noticed.
            tally.lost += 1;
            now
        });
        tally.recovered.note_micros(now.saturating_sub(lost));
        drop(tally);
        log.absences.push((lost, now));
        if let Some(epoch) = log.epochs.last_mut() {
            epoch.away = false;
        }
    }

    /// Refused on coming back: says so, and tries again.
    async fn knock(&self, error: &Error) {
        self.lost();
        *self.world.record.tally().not_back.entry(label(error)).or_default() += 1;
        sleep(KNOCK).await;
        // The status says what came of it.
        drop(self.client.namespace("/gradebook").await);
    }

    fn ended(&self) {
        if self.leaving.is_cancelled() {
            return;
        }
        self.lost();
        *self.world.record.tally().not_back.entry("sent away for good".to_owned()).or_default() += 1;
    }

    /// Joins every class; from then on everything has to come.
    async fn enter(&self) {
        let mut entered = Epoch::default();
        let mut position = 0;
        for class in &self.person.joins {
            let answer = self.caller.join(&JoinGradebook::of(class.clone())).await;
            let Outcome::Done(joined) = answer else {
                entered.incomplete = true;
                continue;
            };
            entered.rooms.extend(joined.rooms);
            position = position.max(joined.seq);
        }
        let now = self.world.record.now();
        if let Some(epoch) = lock(&self.log).epochs.last_mut() {
            epoch.rooms = entered.rooms;
            epoch.incomplete = entered.incomplete;
            epoch.from = Some((position, now));
        }
    }
}
