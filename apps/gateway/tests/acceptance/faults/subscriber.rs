//! Somebody who listens, returns after every loss of the connection, and writes down all that came.

use std::sync::Arc;
use std::time::Duration;

use homeroom_client::{Backoff, Client, Error, Options, Socket, Status};
use homeroom_contract::{Code, Timestamp};
use homeroom_testkit::delivery::{Epoch, Got, Heard};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

/// Before another try.
const PAUSE: Duration = Duration::from_millis(50);

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
    pub(crate) class: String,
    pub(crate) way: Return,
    /// Before another try of a client that comes back by itself.
    pub(crate) backoff: Backoff,
    pub(crate) log: Arc<watch::Sender<Log>>,
}

/// What a subscriber has written down.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) heard: Heard,
    /// How often a session was taken up.
    pub(crate) recovered: usize,
    /// Everything up to here has been received, as far as it was meant for this one.
    pub(crate) position: u64,
    /// The time of the last entry that it was told of as it happened, in milliseconds of Unix time.
    pub(crate) last: i64,
    /// Whether nothing is missing at this moment but what is on its way.
    pub(crate) current: bool,
}

impl Log {
    /// How often this one has connected: anew, or taking up what was before.
    pub(crate) fn arrivals(&self) -> usize {
        self.recovered + self.heard.epochs.len()
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
            if let Ok((client, socket)) = self.open().await {
                self.log.send_modify(|log| log.heard.epochs.push(Epoch::default()));
                let Over = self.listen(&client, &socket).await;
                self.log.send_modify(|log| log.current = false);
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
                Status::Refused(_) if client.namespace("/gradebook").await.is_err() => {
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
                event = socket.next_event() => match event {
                    Some(event) => self.received(event.data()),
                    None if self.way == Return::Recovery && entered => {}
                    None => return Over,
                },
                () = &mut entering, if !entered => entered = true,
            }
        }
    }

    fn received(&self, data: &Value) {
        // What has no number is gone when it was missed, and nobody counts it.
        let Some(got) = got(data) else { return };
        let at: Timestamp = serde_json::from_value(data["timestamp"].clone()).expect("a time");
        self.log.send_modify(|log| {
            log.last = log.last.max(at.unix_millis());
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
        let joined = match socket.request("gradebook:join", &json!({ "classId": self.class })).await {
            Ok(joined) => joined["seq"].as_u64().expect("a position"),
            // An outsider, who listens all the same.
            Err(error) if matches!(error.code(), Some(Code::Unauthorized | Code::NotFound)) => 0,
            Err(error) => return Err(error),
        };
        let returns = self.log.borrow().heard.from.is_some();
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
            log.heard.from.get_or_insert(joined);
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
