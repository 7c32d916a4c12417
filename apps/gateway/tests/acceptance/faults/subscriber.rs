//! Somebody who listens, returns after every loss of the connection, and writes down all that came.

use std::sync::Arc;
use std::time::Duration;

use homeroom_client::{Backoff, Client, Error, Options, Received, Refusal, Socket, Status};
use homeroom_contract::Code;
use homeroom_testkit::delivery::{Epoch, Got, Heard};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

/// Before another try.
const PAUSE: Duration = Duration::from_millis(50);

/// Before another try of somebody who was turned away.
const AWAY: Duration = Duration::from_millis(250);

/// The longest that a connection may take to open.
const OPENING: Duration = Duration::from_secs(5);

/// How somebody finds out what was missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Return {
    /// Joins again and asks with `sync:since`.
    Sync,
    /// Lets the server take up the earlier session; asks only where it can't.
    Recovery,
}

#[derive(Clone)]
pub(crate) struct Subscriber {
    pub(crate) address: String,
    pub(crate) token: String,
    /// The class that it listens to.
    pub(crate) class: String,
    /// Those that it joins, in order. More may be added while it listens.
    pub(crate) classes: watch::Receiver<Vec<String>>,
    pub(crate) way: Return,
    /// Before another try of a client that comes back by itself.
    pub(crate) backoff: Backoff,
    pub(crate) log: Arc<watch::Sender<Log>>,
}

/// What a subscriber has written down.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) heard: Heard,
    /// Where it connects.
    pub(crate) address: String,
    /// How often a session was taken up.
    pub(crate) recovered: usize,
    /// Everything up to here has been received, as far as it was meant for this one.
    pub(crate) position: u64,
    /// The last entry that came, and when it did.
    pub(crate) last: Option<(u64, Instant)>,
    /// How often it came back and was told that it has no right to be there.
    pub(crate) turned_away: usize,
    /// Whether the last offset that it was given leads back to where it is now.
    pub(crate) saved: bool,
    /// Whether nothing is missing at this moment but what is on its way.
    pub(crate) current: bool,
}

impl Log {
    /// How often this one has connected: anew, or taking up what was before.
    pub(crate) fn arrivals(&self) -> usize {
        self.recovered + self.heard.epochs.len()
    }

    /// How often this one has come, let in or not.
    pub(crate) fn returns(&self) -> usize {
        self.arrivals() + self.turned_away
    }

    /// The last entry that came over its connection, or where it joined if none has.
    pub(crate) fn stands(&self) -> u64 {
        let last = self.heard.epochs.last().and_then(|epoch| epoch.live.last()).map(|got| got.seq);
        last.or(self.heard.from).unwrap_or_default()
    }

    /// Whether it has come to rest: nothing is missing but what is on its way, or nothing is due any more.
    pub(crate) fn is_settled(&self) -> bool {
        self.current || !self.heard.stays
    }
}

/// Why a connection is not used any more.
struct Over;

impl Subscriber {
    /// Listens until it is dropped.
    pub(crate) async fn run(self) {
        loop {
            match self.open().await {
                Ok((client, socket)) => {
                    self.log.send_modify(|log| log.heard.epochs.push(Epoch::default()));
                    let Over = self.listen(&client, &socket).await;
                    self.log.send_modify(|log| log.current = false);
                }
                Err(Error::Refused(refusal)) => self.refused(&refusal).await,
                Err(_) => {}
            }
            sleep(self.backoff.base).await;
        }
    }

    async fn open(&self) -> Result<(Client, Socket), Error> {
        let options = Options::new(&self.address).token(&self.token).event_buffer(65_536);
        let options = options.ack_timeout(OPENING).connect_timeout(OPENING);
        let options = match self.way {
            Return::Sync => options.reconnect(None),
            Return::Recovery => options.reconnect(self.backoff).recover(),
        };
        let client = timeout(OPENING, Client::connect(options)).await;
        let client = client.map_err(|_| Error::Timeout(OPENING))??;
        let socket = client.namespace("/gradebook").await?;
        Ok((client, socket))
    }

    /// Writes down what comes, from the first connection on and from those that take it up.
    async fn listen(&self, client: &Client, socket: &Socket) -> Over {
        let first = socket.status().borrow().clone();
        let mut status = socket.status();
        let mut classes = self.classes.clone();
        classes.mark_unchanged();
        let mut entering = std::pin::pin!(self.enter(socket));
        let mut entered = false;
        loop {
            let now = status.borrow_and_update().clone();
            match now {
                Status::Connected { recovered: true, .. } if entered => {}
                Status::Connected { .. } if now == first => {}
                // Not taken up: what comes now begins anew.
                Status::Connected { .. } | Status::Ended(_) => return Over,
                _ if !entered => return Over,
                Status::Refused(refusal) if client.namespace("/gradebook").await.is_err() => {
                    self.refused(&refusal).await;
                    sleep(self.backoff.base).await;
                }
                Status::Disconnected(_) | Status::Connecting | Status::Refused(_) => {}
            }
            tokio::select! {
                biased;
                changed = status.changed() => {
                    if changed.is_err() {
                        return Over;
                    }
                    if entered && matches!(*status.borrow(), Status::Connected { recovered: true, .. }) {
                        self.log.send_modify(|log| log.recovered += 1);
                    }
                }
                Ok(()) = classes.changed(), if entered => {
                    entering.set(self.enter(socket));
                    entered = false;
                }
                event = socket.next_event() => match event {
                    Some(event) => self.received(&event),
                    None if self.way == Return::Recovery && entered => {}
                    None => return Over,
                },
                () = &mut entering, if !entered => entered = true,
            }
        }
    }

    /// It was not let in.
    async fn refused(&self, refusal: &Refusal) {
        // Who may come a little later does so at once.
        if !matches!(refusal.code, Some(Code::Unavailable | Code::Busy)) {
            self.log.send_modify(|log| log.turned_away += 1);
            sleep(AWAY).await;
        }
    }

    fn received(&self, event: &Received) {
        if let Some(offset) = &event.offset {
            let saved = !offset.ends_with('!');
            self.log.send_if_modified(|log| std::mem::replace(&mut log.saved, saved) != saved);
        }
        // What has no number is gone when it was missed, and nobody counts it.
        let Some(got) = got(event.data()) else { return };
        self.log.send_modify(|log| {
            log.last = Some((got.seq, Instant::now()));
            if log.current {
                log.position = log.position.max(got.seq);
            }
            if let Some(epoch) = log.heard.epochs.last_mut() {
                epoch.live.push(got);
            }
        });
    }

    /// Joins, and reads what was missed; tries until it works or the connection is over.
    async fn enter(&self, socket: &Socket) {
        while self.try_to_enter(socket).await.is_err() {
            sleep(PAUSE).await;
        }
    }

    async fn try_to_enter(&self, socket: &Socket) -> Result<(), Error> {
        let returns = self.log.borrow().heard.from.is_some();
        let classes = self.classes.borrow().clone();
        let mut joined = 0;
        for class in &classes {
            match socket.request("gradebook:join", &json!({ "classId": class })).await {
                Ok(answer) => joined = answer["seq"].as_u64().expect("a position"),
                // An outsider, who listens all the same.
                Err(error) if matches!(error.code(), Some(Code::Unauthorized | Code::NotFound)) => {
                    self.log.send_modify(|log| log.turned_away += usize::from(returns));
                }
                Err(error) => return Err(error),
            }
        }
        let mut reached = joined;
        if returns {
            loop {
                let after = self.log.borrow().position;
                let answer = socket.request("sync:since", &json!({ "afterSeq": after })).await?;
                let events = answer["events"].as_array().expect("events");
                let read: Vec<_> = events.iter().filter_map(|event| got(&event["data"])).collect();
                reached = answer["seq"].as_u64().expect("a position");
                self.log.send_modify(|log| {
                    log.position = log.position.max(reached);
                    if let Some(last) = read.last() {
                        log.last = Some((last.seq, Instant::now()));
                    }
                    if let Some(epoch) = log.heard.epochs.last_mut() {
                        epoch.read.push(read);
                    }
                });
                if answer["truncated"] == false {
                    break;
                }
            }
        }
        self.log.send_modify(|log| {
            if classes.contains(&self.class) {
                log.heard.from.get_or_insert(joined);
            }
            let live = log.heard.epochs.last().and_then(|epoch| epoch.live.last()).map_or(0, |got| got.seq);
            log.position = log.position.max(reached).max(live);
            log.current = true;
        });
        Ok(())
    }
}

/// A durable event's number, and the mark of the command that it tells of.
fn got(data: &Value) -> Option<Got> {
    let mark = data["comment"].as_str().map(str::to_owned);
    Some(Got { seq: data["seq"].as_u64()?, mark })
}
