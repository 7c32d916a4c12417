//! A node of its own: what was acknowledged is there, whatever was killed.

use homeroom_contract::Code;
use homeroom_testkit::{Gateway, Postgres, TestDatabase, on_both_databases};

use super::stream::{Stream, check};
use crate::support::district::{District, Variation};
use crate::support::{gateway_with, line_item};

const WRITERS: usize = 4;

fn district() -> District {
    District::new("district", Variation { bystanders: 12, ..Variation::plain() })
}

async fn line_items(gateway: &Gateway, district: &District) -> Vec<String> {
    let mut line_items = Vec::new();
    for n in 0..WRITERS {
        line_items.push(line_item(gateway, district, &format!("Quiz {n}")).await);
    }
    line_items
}

on_both_databases! {
    /// The gateway is killed in the middle of a stream of grades, again and again.
    async fn killed_gateway_keeps_every_acknowledged_grade(database: TestDatabase) {
        let district = district();
        let gateway = gateway_with(&database, &[&district]);
        let line_items = line_items(&gateway, &district).await;
        let stream = Stream::start(&gateway, &district, &line_items);
        for acknowledged in [40, 90, 15, 60, 33] {
            stream.more(acknowledged).await;
            gateway.kill9();
            gateway.restart();
        }
        stream.more(40).await;
        let sent = stream.stop().await;
        assert!(sent.iter().any(|sent| sent.answer.is_err()), "no grade was under way at any of the kills");
        check(&gateway, &database, &district, &sent).await;
    }
}

/// PostgreSQL is killed under load and comes back; the gateway stays, says what is true, and recovers by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_postgres_makes_no_false_ack() {
    let postgres = Postgres::start();
    let database = TestDatabase::in_postgres(&postgres);
    let district = district();
    let gateway = gateway_with(&database, &[&district]);
    let line_items = line_items(&gateway, &district).await;
    let stream = Stream::start(&gateway, &district, &line_items);
    let readyz = format!("{}/readyz", gateway.admin_url());
    for acknowledged in [40, 25, 60] {
        stream.more(acknowledged).await;
        postgres.kill9();
        assert_eq!(gateway.get(&readyz).await.status, 503, "not ready without SQL");
        postgres.restart();
    }
    stream.more(40).await;
    assert_eq!(gateway.get(&readyz).await.status, 200, "ready again by itself");
    let sent = stream.stop().await;
    let failed: Vec<_> = sent.iter().filter(|sent| sent.answer.is_err()).collect();
    assert!(!failed.is_empty(), "no grade was under way at any of the kills");
    for sent in failed {
        assert!(
            matches!(sent.code(), Some(Code::Unavailable | Code::OutcomeUnknown)),
            "{}: {:?}",
            sent.client_id,
            sent.answer
        );
    }
    check(&gateway, &database, &district, &sent).await;
}
