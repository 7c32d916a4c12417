//! A command that comes again with the same `clientId`.

use std::collections::BTreeSet;
use std::time::Duration;

use homeroom_contract::{Actor, Call, Code, Failure, Service, Subject, UserId};
use homeroom_journal::{Journal, JournalError};
use homeroom_testkit::{TestDatabase, on_both_databases};
use serde::Serialize;

use crate::setup::{Noted, call, call_again, note, open, stream, tenant};

#[derive(Serialize)]
struct Reply {
    zeta: f64,
    alpha: &'static str,
}

const REPLY: Reply = Reply { zeta: 1.0, alpha: "ü" };

async fn replayed(journal: &Journal, call: &Call) -> Option<String> {
    journal.replay(call).await.unwrap().map(|reply| reply.get().to_owned())
}

on_both_databases! {
    /// The reply comes back byte for byte, also where nothing was recorded; and only to the one who asked.
    async fn the_reply_comes_back(database: TestDatabase) {
        let fixture = open(&database).await;
        let journal = &fixture.journal;
        assert_eq!(replayed(journal, &call_again("k")).await, None);
        journal.begin(&call_again("k")).await.unwrap().commit(REPLY).await.unwrap();

        assert_eq!(replayed(journal, &call_again("k")).await.unwrap(), r#"{"zeta":1.0,"alpha":"ü"}"#);
        assert_eq!(journal.head(&stream("d-1")).await.unwrap().seq, 0);
        assert_eq!(replayed(journal, &call("d-1")).await, None);
        assert_eq!(replayed(journal, &call_again("other")).await, None);
        let other = Actor::person(tenant("d-1"), UserId::new("t-2").unwrap());
        assert_eq!(replayed(journal, &Call { actor: other, ..call_again("k") }).await, None);
        let elsewhere = Actor::person(tenant("d-2"), UserId::new("t-1").unwrap());
        assert_eq!(replayed(journal, &Call { actor: elsewhere, ..call_again("k") }).await, None);
    }

    /// A service may have the name of a person: what the one was answered is not the other's, and neither is in the other's way.
    async fn a_service_and_a_person_of_one_name_are_two(database: TestDatabase) {
        let fixture = open(&database).await;
        let journal = &fixture.journal;
        let call = |subject: Subject| Call {
            actor: Actor { subject, ..call_again("k").actor },
            ..call_again("k")
        };
        let person = |id: &str| call(Subject::Person(UserId::new(id).unwrap()));
        let name = UserId::new("t-1").unwrap();
        let service = call(Subject::Service(Service { name, scopes: BTreeSet::default() }));
        let all = [service, person("t-1"), person("service:t-1"), person("person:t-1"), person("person:service:t-1")];
        for (n, call) in all.iter().enumerate() {
            assert_eq!(replayed(journal, call).await, None, "{call:?}");
            note(journal, call, &vec!["text"; n]).await;
        }
        for (n, call) in all.iter().enumerate() {
            assert_eq!(replayed(journal, call).await.unwrap(), n.to_string());
        }
    }

    /// Another command, body or namespace under the same `clientId` is refused.
    async fn another_command_is_a_mismatch(database: TestDatabase) {
        let fixture = open(&database).await;
        fixture.journal.begin(&call_again("k")).await.unwrap().commit(()).await.unwrap();
        for other in [
            Call { command: "note:remove", ..call_again("k") },
            Call { digest: [8; 32], ..call_again("k") },
            Call { namespace: "attendance", ..call_again("k") },
        ] {
            let error = fixture.journal.replay(&other).await.unwrap_err();
            assert_eq!(Failure::from(error).code, Code::IdempotencyMismatch);
        }
    }

    /// What failed or was given up is not stored: a retry runs.
    async fn failures_are_not_stored(database: TestDatabase) {
        let fixture = open(&database).await;
        let mut tx = fixture.journal.begin(&call_again("k")).await.unwrap();
        tx.record(&Noted::new("given up")).unwrap();
        drop(tx);
        assert_eq!(replayed(&fixture.journal, &call_again("k")).await, None);
        note(&fixture.journal, &call_again("k"), &["done"]).await;
        assert_eq!(replayed(&fixture.journal, &call_again("k")).await.unwrap(), "1");
    }

    /// The same command twice at once takes effect once; the other is told so and finds the reply.
    async fn of_twins_one_wins(database: TestDatabase) {
        let fixture = open(&database).await;
        let attempt = |journal: Journal| async move {
            let mut tx = journal.begin(&call_again("k")).await?;
            tx.record(&Noted::new("once"))?;
            tx.commit("done").await.map(|_| ())
        };
        let twins = (0..6).map(|_| attempt(fixture.journal.clone()));
        let mut running = tokio::task::JoinSet::new();
        twins.for_each(|twin| drop(running.spawn(twin)));
        let results = running.join_all().await;

        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        for result in results {
            let Err(error) = result else { continue };
            assert!(matches!(error, JournalError::Twin), "{error:?}");
            assert_eq!(Failure::from(error).code, Code::Busy);
        }
        assert_eq!(replayed(&fixture.journal, &call_again("k")).await.unwrap(), "\"done\"");
        assert_eq!(fixture.journal.head(&stream("d-1")).await.unwrap().seq, 1);
    }

    /// A reply holds for exactly 24 hours; then the same `clientId` is a new command.
    async fn a_reply_expires(database: TestDatabase) {
        let fixture = open(&database).await;
        note(&fixture.journal, &call_again("k"), &["first"]).await;
        fixture.clock.advance(Duration::from_hours(24) - Duration::from_millis(1));
        assert_eq!(replayed(&fixture.journal, &call_again("k")).await.unwrap(), "1");
        let again = fixture.journal.begin(&call_again("k")).await.unwrap().commit(()).await;
        assert!(matches!(again, Err(JournalError::Twin)));

        fixture.clock.advance(Duration::from_millis(1));
        assert_eq!(replayed(&fixture.journal, &call_again("k")).await, None);
        note(&fixture.journal, &call_again("k"), &["second", "third"]).await;
        assert_eq!(replayed(&fixture.journal, &call_again("k")).await.unwrap(), "2");
    }

    /// Sweeping deletes what has expired, in batches, and nothing else.
    async fn sweeping_deletes_what_has_expired(database: TestDatabase) {
        use homeroom_contract::Clock as _;

        let fixture = open(&database).await;
        let mut conn = fixture.db.begin().await.unwrap();
        homeroom_journal::sql!(conn, |c| sqlx::query(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2100) \
             INSERT INTO journal_replies SELECT 'd-1', 's', 'old-' || i, 'n', 'c', $1, '1', $2 FROM n"
        )
        .bind(vec![0_u8; 32])
        .bind(fixture.clock.now().to_utc())
        .execute(c))
        .unwrap();
        conn.commit().await.unwrap();
        note(&fixture.journal, &call_again("fresh"), &["x"]).await;

        assert_eq!(fixture.journal.sweep(fixture.clock.now()).await.unwrap(), 2_100);
        assert_eq!(fixture.journal.sweep(fixture.clock.now()).await.unwrap(), 0);
        assert!(replayed(&fixture.journal, &call_again("fresh")).await.is_some());
    }
}
