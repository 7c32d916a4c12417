//! A node of its own: what was acknowledged is there, whatever was killed.

use homeroom_contract::Code;
use homeroom_testkit::delivery::Attempt;
use homeroom_testkit::{Gateway, Postgres, TestDatabase, on_both_databases};

use super::chance::Chance;
use super::run::{HASTY, Place, Run};
use crate::support::district::{District, Variation};
use crate::support::gateway_with;

const WRITERS: usize = 4;

fn district() -> District {
    District::new("district", Variation { bystanders: 12, ..Variation::plain() })
}

/// A run on one gateway, grades flowing already.
async fn run<'a>(gateway: &'a Gateway, district: &'a District, database: &'a TestDatabase) -> Run<'a> {
    let place = Place { gateways: vec![gateway], district, database };
    let mut run = Run::quiet(place, HASTY);
    run.write(WRITERS, &mut Chance::seeded()).await;
    run
}

on_both_databases! {
    /// The gateway is killed in the middle of a stream of grades, again and again.
    async fn killed_gateway_keeps_every_acknowledged_grade(database: TestDatabase) {
        let district = district();
        let gateway = gateway_with(&database, &[&district]);
        let run = run(&gateway, &district, &database).await;
        for acknowledged in [40, 90, 15, 60, 33] {
            run.more(acknowledged).await;
            gateway.kill9();
            gateway.restart();
        }
        run.more(40).await;
        let lost = run.attempts().iter().any(|(attempt, _)| matches!(attempt, Attempt::Unknown(_)));
        assert!(lost, "no grade was under way at any of the kills");
        run.verdict().await;
    }
}

/// PostgreSQL is killed under load and comes back; the gateway stays, says what is true, and recovers by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_postgres_makes_no_false_ack() {
    let postgres = Postgres::start();
    let database = TestDatabase::in_postgres(&postgres);
    let district = district();
    let gateway = gateway_with(&database, &[&district]);
    let run = run(&gateway, &district, &database).await;
    let readyz = format!("{}/readyz", gateway.admin_url());
    for acknowledged in [40, 25, 60] {
        run.more(acknowledged).await;
        postgres.kill9();
        assert_eq!(gateway.get(&readyz).await.status, 503, "not ready without SQL");
        postgres.restart();
    }
    run.more(40).await;
    assert_eq!(gateway.get(&readyz).await.status, 200, "ready again by itself");
    let mut failed = Vec::new();
    for (attempt, _) in run.attempts() {
        match attempt {
            Attempt::Acked(_) => {}
            Attempt::Refused(code) | Attempt::Unknown(code) => failed.push(code),
        }
    }
    assert!(!failed.is_empty(), "no grade was under way at any of the kills");
    let true_words = [Code::Unavailable, Code::OutcomeUnknown].map(Code::as_str);
    assert!(failed.iter().all(|code| true_words.contains(&code.as_str())), "{failed:?}");
    run.verdict().await;
}
