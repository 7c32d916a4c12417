//! A steady stream of grades, and the check of what became of it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use homeroom_client::{Backoff, Client, Error};
use homeroom_contract::Code;
use homeroom_journal::{Database, DatabaseOptions, sql};
use homeroom_testkit::{Gateway, TestDatabase};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::support::district::{District, Persona};
use crate::support::token;

/// One grade that was sent, and how it was answered.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) body: Value,
    pub(crate) client_id: String,
    pub(crate) answer: Result<Value, Error>,
}

impl Sent {
    /// The code of a failure that the gateway itself answered.
    pub(crate) fn code(&self) -> Option<Code> {
        self.answer.as_ref().err().and_then(Error::code)
    }
}

/// Teachers who set grades until they are told to stop, each on a connection of their own.
pub(crate) struct Stream {
    acked: Arc<(AtomicUsize, Notify)>,
    stop: Arc<AtomicBool>,
    writers: JoinSet<Vec<Sent>>,
}

impl Stream {
    /// So many writers; each sets the grades of one line item over and over.
    pub(crate) fn start(gateway: &Gateway, district: &District, line_items: &[String]) -> Self {
        let acked = Arc::new((AtomicUsize::new(0), Notify::new()));
        let stop = Arc::new(AtomicBool::new(false));
        let mut writers = JoinSet::new();
        for (writer, line_item) in line_items.iter().enumerate() {
            let options = gateway
                .client_options(&token(gateway, district, Persona::Teacher))
                .ack_timeout(Duration::from_secs(5))
                .reconnect(Backoff { base: Duration::from_millis(50), cap: Duration::from_millis(200) });
            let (acked, stop) = (Arc::clone(&acked), Arc::clone(&stop));
            let (line_item, students) = (line_item.clone(), district.students());
            writers.spawn(async move {
                let client = Client::connect(options).await.expect("a connection");
                let socket = client.namespace("/gradebook").await.expect("the gradebook");
                let mut sent = Vec::new();
                for (n, student) in students.iter().cycle().enumerate() {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let client_id = format!("{writer}-{n}");
                    let score = n % 101;
                    let body = json!({
                        "lineItemId": line_item, "studentId": student, "score": score, "clientId": client_id,
                    });
                    let answer = socket.request("grade:set", &body).await;
                    let wait = answer.is_err();
                    if answer.is_ok() {
                        acked.0.fetch_add(1, Ordering::Relaxed);
                        acked.1.notify_waiters();
                    }
                    sent.push(Sent { body, client_id, answer });
                    if wait {
                        // Nothing to wait for but the gateway's return.
                        let _ = tokio::time::timeout(Duration::from_millis(200), socket.connected()).await;
                    }
                }
                sent
            });
        }
        Self { acked, stop, writers }
    }

    /// Waits until that many more grades have been acknowledged.
    pub(crate) async fn more(&self, count: usize) {
        let goal = self.acked.0.load(Ordering::Relaxed) + count;
        let reached = async {
            loop {
                let next = self.acked.1.notified();
                if self.acked.0.load(Ordering::Relaxed) >= goal {
                    return;
                }
                next.await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), reached).await.expect("grades keep being acknowledged");
    }

    /// Ends it and gives all that was sent.
    pub(crate) async fn stop(mut self) -> Vec<Sent> {
        self.stop.store(true, Ordering::Relaxed);
        let mut sent = Vec::new();
        while let Some(writer) = self.writers.join_next().await {
            sent.extend(writer.expect("a writer that ends well"));
        }
        sent
    }
}

/// Sends everything once more with the same `clientId`, and looks into the histories and the journal: what was acknowledged
/// is there and answered alike, what was not took effect at most once, and the journal has no gap.
pub(crate) async fn check(gateway: &Gateway, database: &TestDatabase, district: &District, sent: &[Sent]) {
    let teacher = token(gateway, district, Persona::Teacher);
    let mut expected: BTreeMap<(String, String), usize> = BTreeMap::new();
    for Sent { body, client_id, answer } in sent {
        let again = gateway.post(&teacher, "gradebook", "grade:set", body, None).await;
        assert_eq!(again.status, 200, "{client_id}: {}", again.body);
        if let Ok(first) = answer {
            assert_eq!(&again.body["data"], first, "{client_id} is answered as it was the first time");
        }
        let cell = (body["lineItemId"].to_string(), body["studentId"].to_string());
        *expected.entry(cell).or_default() += 1;
    }
    for ((line_item, student), count) in &expected {
        let body: Value =
            serde_json::from_str(&format!(r#"{{"lineItemId":{line_item},"studentId":{student}}}"#))
                .expect("JSON");
        let history = gateway.post(&teacher, "gradebook", "grade:history", &body, None).await;
        let changes = history.body["data"]["changes"].as_array().expect("changes").len();
        assert_eq!(changes, *count, "every grade sent to {line_item} {student} took effect once");
    }
    let (head, numbers, updates) = journal(database, &district.tenant).await;
    assert_eq!(numbers, (1..=head).collect::<Vec<_>>(), "the journal has no gap and ends at its head");
    assert_eq!(updates, expected.values().sum::<usize>(), "every grade has its entry");
}

/// The stream's head, its numbers, and how many entries tell of a grade.
async fn journal(database: &TestDatabase, tenant: &str) -> (i64, Vec<i64>, usize) {
    let database = Database::open(database.url(), DatabaseOptions::default()).await.expect("the database");
    let mut conn = database.snapshot().await.expect("a transaction");
    let head = sql!(conn, |c| sqlx::query_scalar::<_, i64>(
        "SELECT seq FROM journal_heads WHERE tenant_id = $1 AND namespace = 'gradebook'"
    )
    .bind(tenant)
    .fetch_one(c))
    .expect("a head");
    let entries = sql!(conn, |c| {
        sqlx::query_as::<_, (i64, String)>(
        "SELECT seq, kind FROM journal_entries WHERE tenant_id = $1 AND namespace = 'gradebook' ORDER BY seq"
    )
    .bind(tenant)
    .fetch_all(c)
    })
    .expect("entries");
    let updates = entries.iter().filter(|(_, kind)| kind == "GradeUpdated").count();
    (head, entries.into_iter().map(|(seq, _)| seq).collect(), updates)
}
