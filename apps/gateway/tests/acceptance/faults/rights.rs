//! Rights that are taken away while Redis is gone.

use std::time::Duration;

use homeroom_contract::{Clock as _, SystemClock};
use serde_json::json;
use tokio::time::sleep;

use super::chance::Chance;
use super::cluster::Cluster;
use super::run::Run;
use crate::support::district::Persona;
use crate::support::import_file;

/// The longest that somebody may go on hearing what they have no right to any more.
const AT_MOST: Duration = Duration::from_secs(2);

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

/// A teacher whose enrollment ends, a student who is disabled, and one whose tokens are revoked, while they are connected on both
/// nodes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_redis_too_rights_are_gone_within_two_seconds() {
    let mut chance = Chance::seeded();
    let cluster = Cluster::start().await;
    let mut run = Run::start(&cluster, &mut chance).await;
    let (teacher, student) =
        (cluster.district.user(Persona::CoTeacher), cluster.district.user(Persona::Classmate));
    let another = cluster.district.id("bystander-0");
    for user in [&teacher, &student, &another] {
        for node in &cluster.nodes {
            run.listen(node.gateway.url(), user, super::subscriber::Return::Sync);
        }
    }
    cluster.redis.kill9();
    run.more(20).await;
    for (user, loss) in [(&teacher, Loss::Enrollment), (&student, Loss::Account), (&another, Loss::Token)] {
        let logs = run.logs_of(user);
        assert!(logs.len() >= 3, "listening on both nodes");
        for log in &logs {
            log.send_modify(|log| log.heard.stays = false);
        }
        loss.take(&cluster, user).await;
        let gone = SystemClock.now();
        sleep(AT_MOST + Duration::from_secs(1)).await;
        for log in logs {
            let log = log.borrow();
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
