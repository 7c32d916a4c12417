//! Rights that are taken away while Redis is gone.

use std::time::Duration;

use homeroom_testkit::Proxy;
use serde_json::json;
use tokio::time::{Instant, timeout};

use super::chance::Chance;
use super::cluster::Cluster;
use super::run::{Run, WRITERS};
use super::subscriber::Return;
use crate::support::district::Persona;
use crate::support::import_file;

/// The longest that somebody may go on hearing what they have no right to any more.
const AT_MOST: Duration = Duration::from_secs(2);

/// The longest that one return may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// How somebody loses a right.
#[derive(Debug, Clone, Copy)]
enum Loss {
    Enrollment,
    Account,
    Token,
}

impl Loss {
    async fn take(self, cluster: &Cluster, user: &str) {
        let (gateway, district) = (&cluster.nodes[0].gateway, &cluster.district);
        let zip = gateway.folder().join("change.zip");
        match self {
            Self::Enrollment => district.write_unenrolled(&zip, user),
            Self::Account => district.write_disabled(&zip, user),
            Self::Token => {
                let tenant = district.tenant.parse().expect("an id");
                let office = "office".parse().expect("an id");
                let token = gateway.tokens().service(&tenant, &office, "auth:revoke");
                let whose = json!({ "userId": user });
                let answer = gateway.post(&token, "auth", "token:revoke", &whose, None).await;
                assert_eq!(answer.status, 200, "{}", answer.body);
                return;
            }
        }
        import_file(gateway, &zip);
    }
}

/// An aide whose enrollment ends, a student who is disabled, and one whose tokens are revoked, while they are connected on both
/// nodes. They try to return to the end, in both ways, without Redis and when it is back; nothing reaches them any more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_redis_too_rights_are_gone_within_two_seconds() {
    let mut chance = Chance::seeded();
    let cluster = Cluster::start().await;
    let mut run = Run::start(&cluster, &mut chance).await;
    let (aide, student) = (cluster.district.user(Persona::Aide), cluster.district.user(Persona::Classmate));
    let another = cluster.district.id("bystander-0");
    let losses = [(aide, Loss::Enrollment), (student, Loss::Account), (another, Loss::Token)];
    let mut wires = Vec::new();
    for node in &cluster.nodes {
        let wire = Proxy::before(&node.gateway.url()).await;
        for (user, _) in &losses {
            for way in [Return::Sync, Return::Recovery] {
                run.listen(wire.url().to_owned(), user, way);
            }
        }
        wires.push(wire);
    }
    run.everyone().await;
    // Each writer sets a grade of every student in turn: what concerns each of these has happened in between.
    let round = 2 * WRITERS * cluster.district.students().len();
    run.more(round).await;
    cluster.redis.kill9();
    run.more(20).await;

    let mut losers = Vec::new();
    for (user, loss) in &losses {
        let logs = run.logs_of(user);
        assert!(logs.len() > 4, "listening on both nodes, in both ways");
        for log in &logs {
            log.send_modify(|log| log.heard.stays = false);
            assert!(log.borrow().last.is_some(), "{} has heard of nothing at all", log.borrow().heard.name);
        }
        loss.take(&cluster, user).await;
        losers.extend(logs.into_iter().map(|log| (log, Instant::now())));
    }
    let is_at_a_wire = |address: &str| wires.iter().any(|wire| wire.url() == address);
    let returning = || losers.iter().map(|(log, _)| log).filter(|log| is_at_a_wire(&log.borrow().address));
    let return_again = async || {
        let began = Instant::now();
        while began.elapsed() < 2 * AT_MOST {
            let before: Vec<_> = returning().map(|log| (log.subscribe(), log.borrow().returns())).collect();
            for wire in &wires {
                wire.reset();
            }
            for (mut log, before) in before {
                let returned = timeout(PATIENCE, log.wait_for(|log| log.returns() > before)).await;
                returned.expect("everyone comes back, let in or not").expect("and goes on listening");
            }
        }
    };
    return_again().await;
    run.more(round).await;
    cluster.redis.restart();
    return_again().await;
    run.more(round).await;
    run.verdict().await;

    for (log, gone) in &losers {
        let log = log.borrow();
        let (seq, at) = log.last.expect("it has heard of something");
        let late = at.saturating_duration_since(*gone);
        let (name, away) = (&log.heard.name, log.turned_away);
        println!("{name}: the last one came {late:?} after the change; turned away {away} times");
        assert!(late <= AT_MOST, "{name} heard for {late:?}, {seq} at last");
        assert!(away >= 4 || !is_at_a_wire(&log.address), "{name} was turned away only {away} times");
    }
}
