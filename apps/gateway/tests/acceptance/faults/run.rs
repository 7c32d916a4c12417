//! A run: steady load through both nodes, people who listen on both, and in the end the verdict.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use homeroom_client::Backoff;
use homeroom_contract::Code;
use homeroom_testkit::delivery::{Attempt, Heard, History, Sent};
use homeroom_testkit::{Gateway, Proxy, TestDatabase};
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::chance::Chance;
use super::cluster::{Cluster, find_metric, is_so_within};
use super::subscriber::{Log, Return, Subscriber};
use super::writer::Writer;
use super::{oracle, people};
use crate::support::district::District;
use crate::support::{line_item, post};

/// Those who teach the class, each with a line item of their own: two begin at each node, and of these one has posted and one
/// hasn't.
pub(crate) const WRITERS: usize = 4;

const LISTENERS: usize = 50;

/// Few clients need not spare anybody.
pub(crate) const HASTY: Backoff =
    Backoff { base: Duration::from_millis(20), cap: Duration::from_millis(200) };

/// How long those who listen may take to have everything, when nothing is broken any more.
const CATCH_UP: Duration = Duration::from_secs(30);

/// How long some more acknowledged commands are waited for.
pub(super) const PROGRESS: Duration = Duration::from_secs(90);

/// How long each node may take to compare heads twice, which it does once a second.
const SWEPT: Duration = Duration::from_secs(10);

/// Where a run takes place.
#[derive(Clone)]
pub(crate) struct Place<'a> {
    pub(crate) gateways: Vec<&'a Gateway>,
    pub(crate) district: &'a District,
    pub(crate) database: &'a TestDatabase,
}

pub(crate) struct Run<'a> {
    pub(super) place: Place<'a>,
    sent: Arc<watch::Sender<Vec<Sent>>>,
    stop: Arc<AtomicBool>,
    writers: JoinSet<()>,
    pub(super) logs: Vec<Arc<watch::Sender<Log>>>,
    listeners: JoinSet<()>,
    /// Through which some of them come, for as long as the run lasts.
    pub(super) wires: Vec<Arc<Proxy>>,
    backoff: Backoff,
}

impl<'a> Run<'a> {
    /// Starts everything and waits until everyone has joined and grades flow.
    pub(crate) async fn start<R>(cluster: &'a Cluster<R>, chance: &mut Chance) -> Self {
        let mut run = Self::quiet(cluster.place(), HASTY);
        let nodes = cluster.nodes.each_ref().map(|node| node.gateway.url());
        for (n, user) in people::listeners(&cluster.district, LISTENERS).into_iter().enumerate() {
            // Some always come back to the same node, some to any.
            let address = nodes.get(n % 4).map_or_else(|| cluster.front.url().to_owned(), Clone::clone);
            run.listen(address, &user, if n % 8 < 4 { Return::Sync } else { Return::Recovery });
        }
        run.everyone().await;
        run.write(WRITERS, chance).await;
        run
    }

    /// Without anybody in it yet; those who will listen come back as fast as that.
    pub(crate) fn quiet(place: Place<'a>, backoff: Backoff) -> Self {
        Self {
            place,
            sent: Arc::new(watch::Sender::new(Vec::new())),
            stop: Arc::default(),
            writers: JoinSet::new(),
            logs: Vec::new(),
            listeners: JoinSet::new(),
            wires: Vec::new(),
            backoff,
        }
    }

    /// So many writers begin; waits until grades flow.
    pub(crate) async fn write(&mut self, writers: usize, chance: &mut Chance) {
        let Place { gateways, district, .. } = self.place.clone();
        let teachers = people::teachers(district);
        for (n, teacher) in teachers.iter().take(writers).enumerate() {
            let mut nodes: Vec<_> = gateways.iter().map(|gateway| gateway.url()).collect();
            nodes.rotate_left(n % gateways.len());
            let writer = Writer {
                name: format!("w{n}"),
                nodes,
                token: people::token(district, teacher),
                line_item: graded(gateways[0], district, n).await,
                students: district.students(),
                chance: chance.split(),
                log: Arc::clone(&self.sent),
                stop: Arc::clone(&self.stop),
            };
            self.writers.spawn(writer.run());
        }
        self.more(20).await;
    }

    /// Waits until everyone who listens has joined.
    pub(crate) async fn everyone(&self) {
        assert!(
            self.each(PROGRESS, |_, log| log.current).await,
            "not everyone has joined after {PROGRESS:?}"
        );
    }

    /// One more who listens.
    pub(crate) fn listen(&mut self, address: String, user: &str, way: Return) {
        let classes = watch::Sender::new(vec![self.place.district.class()]);
        self.listen_to(address, user, way, classes.subscribe());
    }

    /// One more who listens as soon as the district's class is among those to join.
    pub(super) fn listen_to(
        &mut self,
        address: String,
        user: &str,
        way: Return,
        classes: watch::Receiver<Vec<String>>,
    ) {
        let name = format!("{user} ({way:?}, {})", self.logs.len());
        let heard = Heard { name, user: user.to_owned(), stays: true, ..Heard::default() };
        let log = Log { heard, address: address.clone(), saved: true, ..Log::default() };
        let log = Arc::new(watch::Sender::new(log));
        let subscriber = Subscriber {
            address,
            token: people::token(self.place.district, user),
            class: self.place.district.class(),
            classes,
            way,
            backoff: self.backoff,
            log: Arc::clone(&log),
        };
        self.logs.push(log);
        self.listeners.spawn(subscriber.run());
    }

    /// Waits until so many more commands have been acknowledged.
    pub(crate) async fn more(&self, count: usize) {
        let acked = |sent: &[Sent]| sent.iter().filter(|sent| sent.replies().next().is_some()).count();
        let mut sent = self.sent.subscribe();
        let goal = acked(&sent.borrow()) + count;
        let enough = timeout(PROGRESS, sent.wait_for(|sent| acked(sent) >= goal)).await;
        assert!(enough.is_ok(), "grades are not acknowledged any more: not {count} of them in {PROGRESS:?}");
    }

    /// Waits until so many more attempts have failed: the fault has been felt.
    pub(crate) async fn failures(&self, count: usize) {
        let failed = |sent: &[Sent]| {
            let attempts = sent.iter().flat_map(|sent| &sent.attempts);
            attempts.filter(|(attempt, _)| !matches!(attempt, Attempt::Acked(_))).count()
        };
        let mut sent = self.sent.subscribe();
        let goal = failed(&sent.borrow()) + count;
        let enough = timeout(PROGRESS, sent.wait_for(|sent| failed(sent) >= goal)).await;
        assert!(enough.is_ok(), "nothing fails: not {count} attempts in {PROGRESS:?}");
    }

    /// What those have written down who listen as that person.
    pub(crate) fn logs_of(&self, user: &str) -> Vec<Arc<watch::Sender<Log>>> {
        self.logs.iter().filter(|log| log.borrow().heard.user == user).cloned().collect()
    }

    /// What came of every time that a command was sent until now, and how long it took.
    pub(crate) fn attempts(&self) -> Vec<(Attempt, Duration)> {
        self.sent.borrow().iter().flat_map(|sent| sent.attempts.clone()).collect()
    }

    /// How often a session was taken up.
    pub(crate) fn recovered(&self) -> usize {
        self.logs.iter().map(|log| log.borrow().recovered).sum()
    }

    /// Where whoever of those who listen has heard least stands in the journal: at the last entry that came, or where it joined.
    pub(crate) fn least_heard(&self) -> u64 {
        self.logs.iter().map(|log| log.borrow().stands()).min().unwrap_or_default()
    }

    /// The number of the journal's last entry.
    pub(crate) async fn head(&self) -> u64 {
        oracle::head(&self.place).await
    }

    /// How often each of those who listen has connected.
    pub(crate) fn arrivals(&self) -> Vec<usize> {
        self.logs.iter().map(|log| log.borrow().arrivals()).collect()
    }

    /// Waits until each of those who listen, by number, has come so far; whether they have in that time.
    pub(crate) async fn each(&self, within: Duration, holds: impl Fn(usize, &Log) -> bool) -> bool {
        let all = async {
            for (n, log) in self.logs.iter().enumerate() {
                // It fails only if the log is gone, and we have it.
                log.subscribe().wait_for(|log| holds(n, log)).await.expect("a log");
            }
        };
        timeout(within, all).await.is_ok()
    }

    /// Ends the load and waits until everyone has everything: whether they have in that time, and what the database says.
    pub(crate) async fn complete(&mut self, within: Duration) -> (bool, History) {
        self.settle().await;
        let history = oracle::history(&self.place).await;
        let complete = |_, log: &Log| log.is_settled() && history.lacking(&log.heard) == 0;
        (self.each(within, complete).await, history)
    }

    /// Ends the load; every command that was begun is settled.
    async fn settle(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        while let Some(writer) = self.writers.join_next().await {
            writer.expect("a writer that ends well");
        }
    }

    /// Waits until each node has compared heads twice more: what the first time led to has arrived by the second, a second later,
    /// should it have come too often. A node that doesn't is judged by what its people lack.
    async fn swept(&self) {
        let compared = async |gateway| find_metric(gateway, "journal_heads_compared_total").await;
        let mut before = Vec::new();
        for gateway in &self.place.gateways {
            // A version before this one doesn't tell.
            before.extend(compared(gateway).await.map(|count| (gateway, count)));
        }
        for (gateway, before) in before {
            let twice = async || compared(gateway).await.is_some_and(|count| count >= before + 2);
            is_so_within(SWEPT, twice).await;
        }
    }

    /// Ends the load, lets everyone catch up, and holds what was promised against what happened.
    pub(crate) async fn verdict(mut self) {
        let began = Instant::now();
        // Who doesn't have everything is named below.
        let (_, mut history) = self.complete(CATCH_UP).await;
        let caught_up = began.elapsed();
        self.swept().await;
        history.commands.clone_from(&self.sent.borrow());
        history.subscribers = self.logs.iter().map(|log| log.borrow().heard.clone()).collect();
        let (problems, count) = (history.problems(), history.commands.len());
        let repeated = |sent: &&Sent| sent.attempts.len() > 1;
        println!(
            "{count} commands, {} of them repeated; {} entries; everyone had everything after {caught_up:?}; {} sessions \
             taken up",
            history.commands.iter().filter(repeated).count(),
            history.head,
            self.recovered(),
        );
        let strange: Vec<_> = history.commands.iter().filter(|sent| !is_expected(sent)).collect();
        assert!(strange.is_empty(), "no answers to a grade that a teacher may set: {strange:?}");
        let shown: Vec<_> = problems.iter().take(20).map(ToString::to_string).collect();
        assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), shown.join("\n"));
    }
}

/// Whether it was only ever refused for a reason that passes.
fn is_expected(sent: &Sent) -> bool {
    let passing = [Code::Unavailable, Code::Busy].map(Code::as_str);
    sent.attempts.iter().all(|(attempt, _)| match attempt {
        Attempt::Refused(code) => passing.contains(&code.as_str()),
        Attempt::Acked(_) | Attempt::Unknown(_) => true,
    })
}

/// A line item with a grade for every student; two of four are posted.
async fn graded(gateway: &Gateway, district: &District, n: usize) -> String {
    let id = line_item(gateway, district, &format!("Quiz {n}")).await;
    let students = district.students();
    let items: Vec<_> = students.iter().map(|id| json!({ "studentId": id, "score": 1 })).collect();
    post(gateway, district, "grade:bulk-set", &json!({ "lineItemId": id, "items": items })).await;
    if n % 4 < 2 {
        post(gateway, district, "grades:post", &json!({ "lineItemId": id })).await;
    }
    id
}
