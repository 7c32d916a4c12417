//! Rights that are taken away while Redis is gone.

use std::time::Duration;

use homeroom_contract::{Clock as _, SystemClock};
use tokio::time::sleep;

use super::chance::Chance;
use super::cluster::Cluster;
use super::run::Run;
use crate::support::district::Persona;
use crate::support::import_file;

/// The longest that somebody may go on hearing what they have no right to any more.
const AT_MOST: Duration = Duration::from_secs(2);

/// A teacher whose enrollment ends, and a student who is disabled, while both are connected on both nodes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_redis_too_rights_are_gone_within_two_seconds() {
    let mut chance = Chance::seeded();
    let cluster = Cluster::start().await;
    let mut run = Run::start(&cluster, &mut chance).await;
    let (teacher, student) =
        (cluster.district.user(Persona::CoTeacher), cluster.district.user(Persona::Classmate));
    for user in [&teacher, &student] {
        for node in &cluster.nodes {
            run.listen(node.gateway.url(), user, super::subscriber::Return::Sync);
        }
    }
    cluster.redis.kill9();
    run.more(20).await;
    let zip = cluster.nodes[0].gateway.folder().join("change.zip");
    for (user, is_teacher) in [(&teacher, true), (&student, false)] {
        let logs = run.logs_of(user);
        assert!(logs.len() >= 3, "listening on both nodes");
        if is_teacher {
            cluster.district.write_unenrolled(&zip, user);
        } else {
            cluster.district.write_disabled(&zip, user);
        }
        for log in &logs {
            log.lock().unwrap().leaves = true;
        }
        import_file(&cluster.nodes[0].gateway, &zip);
        let gone = SystemClock.now();
        sleep(AT_MOST + Duration::from_secs(1)).await;
        for log in logs {
            let log = log.lock().unwrap();
            let late = log.last - gone.unix_millis();
            println!("{}: the last one came {late} ms after the change", log.heard.name);
            assert!(log.last > 0, "{} has heard of nothing at all", log.heard.name);
            let late = u128::try_from(late).unwrap_or(0);
            assert!(late <= AT_MOST.as_millis(), "{} heard for {late} ms", log.heard.name);
        }
    }
    cluster.redis.restart();
    run.more(20).await;
    run.verdict().await;
}
