//! A teacher who sets grades one after the other, and repeats each until it is known what became of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use homeroom_client::{Client, Error, Options, Socket};
use homeroom_contract::Code;
use homeroom_testkit::delivery::{Attempt, Sent};
use serde_json::json;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use super::chance::Chance;

/// Between two commands.
const PAUSE: Duration = Duration::from_millis(20);

/// How long one answer is waited for.
const ANSWER: Duration = Duration::from_secs(8);

/// How long a command is repeated before its writer gives up: nothing here lasts so long.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) struct Writer {
    pub(crate) name: String,
    /// The nodes' addresses, the one to begin with first. Whoever has to repeat something does so at the next.
    pub(crate) nodes: Vec<String>,
    pub(crate) token: String,
    pub(crate) line_item: String,
    pub(crate) students: Vec<String>,
    pub(crate) chance: Chance,
    pub(crate) log: Arc<watch::Sender<Vec<Sent>>>,
    pub(crate) stop: Arc<AtomicBool>,
}

impl Writer {
    pub(crate) async fn run(mut self) {
        let mut lines = Vec::new();
        for node in &self.nodes {
            lines.push(Line::new(node, &self.token));
        }
        for n in 0.. {
            if self.stop.load(Ordering::Relaxed) {
                return;
            }
            self.command(&mut lines, n).await;
            sleep(PAUSE).await;
        }
    }

    /// One command, until it is settled or given up.
    async fn command(&mut self, lines: &mut [Line], n: usize) {
        let client_id = format!("{}-{n}", self.name);
        let student = &self.students[n % self.students.len()];
        let body = json!({
            "lineItemId": self.line_item, "studentId": student, "score": n % 101, "comment": client_id,
            "clientId": client_id,
        });
        let mut sent = Sent { writer: self.name.clone(), client_id, attempts: Vec::new() };
        let (began, home) = (Instant::now(), lines.len());
        let mut turn = 0;
        while began.elapsed() < PATIENCE {
            let asked = Instant::now();
            let answer = lines[turn % home].set(&body).await;
            let attempt = attempt(answer);
            sent.attempts.push((attempt.clone(), asked.elapsed()));
            match attempt {
                // Every eighth is repeated, elsewhere: it has to be answered alike and to take effect once.
                Attempt::Acked(_) if turn == 0 && self.chance.below(8) == 0 => {}
                Attempt::Acked(_) => break,
                Attempt::Refused(_) if !sent.is_unsettled() && self.chance.below(3) == 0 => break,
                Attempt::Refused(_) | Attempt::Unknown(_) => sleep(self.chance.millis(20, 120)).await,
            }
            turn += 1;
        }
        self.log.send_modify(|log| log.push(sent));
    }
}

/// What an answer says about whether it took effect.
fn attempt(answer: Result<String, Error>) -> Attempt {
    match answer {
        Ok(reply) => Attempt::Acked(reply),
        Err(error) => match error.code() {
            Some(Code::OutcomeUnknown) => Attempt::Unknown(Code::OutcomeUnknown.as_str().to_owned()),
            Some(code) => Attempt::Refused(code.as_str().to_owned()),
            None => Attempt::Unknown(error.to_string()),
        },
    }
}

/// The way to one node, opened when it is needed.
struct Line {
    options: Options,
    open: Option<(Client, Socket)>,
}

impl Line {
    fn new(address: &str, token: &str) -> Self {
        let options = Options::new(address).token(token).ack_timeout(ANSWER).reconnect(None);
        Self { options: options.connect_timeout(Duration::from_secs(3)), open: None }
    }

    async fn set(&mut self, body: &serde_json::Value) -> Result<String, Error> {
        let socket = self.socket().await?;
        let answer = socket.request("grade:set", body).await.map(|reply| reply.to_string());
        if matches!(answer, Err(Error::Disconnected(_) | Error::Timeout(_))) {
            self.open = None;
        }
        answer
    }

    async fn socket(&mut self) -> Result<Socket, Error> {
        if let Some((_, socket)) = &self.open {
            return Ok(socket.clone());
        }
        let wait = Duration::from_secs(3);
        let client = timeout(wait, Client::connect(self.options.clone())).await;
        let client = client.map_err(|_| Error::Timeout(wait))??;
        let socket = client.namespace("/gradebook").await.map_err(not_let_in)?;
        self.open = Some((client, socket.clone()));
        Ok(socket)
    }
}

/// Who isn't let in hasn't sent anything; but that is no answer to the command.
fn not_let_in(error: Error) -> Error {
    match error {
        Error::Refused(refusal) => Error::Disconnected(refusal.to_string()),
        error => error,
    }
}
