//! Numbers without a gap, whatever happens at once.

use std::sync::Arc;

use homeroom_journal::{JournalError, sql};
use homeroom_testkit::{TestDatabase, on_both_databases};
use tokio::task::JoinSet;

use crate::setup::{Noted, call, note, numbers, open, stream, tenant};

on_both_databases! {
    /// Many commands at once, of which some record several events, some none, and some give up: what was committed is numbered
    /// 1, 2, 3 … in the order in which this node was told of it, each command's own events side by side.
    async fn commands_at_once_leave_no_gap(database: TestDatabase) {
        let fixture = open(&database).await;
        let mut commands = JoinSet::new();
        for task in 0..24_usize {
            let journal = fixture.journal.clone();
            commands.spawn(async move {
                let mut committed = 0;
                for turn in 0..5_usize {
                    let mut tx = journal.begin(&call("d-1")).await.unwrap();
                    let events = (task + turn) % 4;
                    for event in 0..events {
                        tx.record(&Noted::new(format!("{task}.{turn}.{event}"))).unwrap();
                    }
                    if (task * 5 + turn).is_multiple_of(7) {
                        drop(tx);
                    } else {
                        tx.commit(()).await.unwrap();
                        committed += events;
                    }
                }
                committed
            });
        }
        let committed: usize = commands.join_all().await.into_iter().sum();

        let entries = fixture.journal.read(&stream("d-1"), 0, 10_000).await.unwrap();
        let expected: Vec<u64> = (1..=u64::try_from(committed).unwrap()).collect();
        assert_eq!(numbers(&entries), expected);
        assert_eq!(fixture.journal.head(&stream("d-1")).await.unwrap().seq, expected.len() as u64);
        let mut told: Vec<_> = fixture.outlet.entries();
        told.sort_by_key(|entry| entry.seq);
        assert_eq!(numbers(told.iter().map(Arc::as_ref)), expected, "told of each once");
        for pair in entries.windows(2) {
            let (one, next) = (text(&pair[0]), text(&pair[1]));
            let within = next.rsplit_once('.').unwrap();
            if within.1 != "0" {
                assert_eq!(one.rsplit_once('.').unwrap().0, within.0, "a command's events are side by side");
            }
        }
    }

    /// A transaction that was given up takes no number, and nobody hears of what it recorded.
    async fn what_is_rolled_back_leaves_no_gap(database: TestDatabase) {
        let fixture = open(&database).await;
        note(&fixture.journal, &call("d-1"), &["kept"]).await;
        let mut given_up = fixture.journal.begin(&call("d-1")).await.unwrap();
        given_up.record(&Noted::new("given up")).unwrap();
        drop(given_up);
        let mut failed = fixture.journal.begin(&call("d-1")).await.unwrap();
        failed.record(&Noted::new("failed")).unwrap();
        sql!(failed, |c| sqlx::query("SELECT no_such_column FROM journal_heads").execute(c)).unwrap_err();
        assert!(matches!(failed.commit(()).await, Err(JournalError::Database(_))));
        note(&fixture.journal, &call("d-1"), &["kept too"]).await;

        let entries = fixture.journal.read(&stream("d-1"), 0, 10).await.unwrap();
        assert_eq!(entries.iter().map(text).collect::<Vec<_>>(), ["kept", "kept too"]);
        assert_eq!(numbers(&entries), [1, 2]);
        assert_eq!(fixture.outlet.entries().len(), 2);
    }

    /// Each tenant's namespace counts for itself, and a command that records nothing does not count.
    async fn streams_are_numbered_apart(database: TestDatabase) {
        let fixture = open(&database).await;
        let elsewhere = homeroom_contract::Call { namespace: "attendance", ..call("d-1") };
        note(&fixture.journal, &call("d-1"), &["a", "b"]).await;
        note(&fixture.journal, &call("d-2"), &["c"]).await;
        note(&fixture.journal, &elsewhere, &["d"]).await;
        note(&fixture.journal, &call("d-3"), &[]).await;

        let mut heads = fixture.journal.heads(&["d-1", "d-2", "d-3"].map(tenant)).await.unwrap();
        heads.sort_by(|one, other| one.0.cmp(&other.0));
        let heads: Vec<_> = heads.iter().map(|(stream, head)| (stream.to_string(), head.seq)).collect();
        let expected = [("d-1/attendance", 1), ("d-1/gradebook", 2), ("d-2/gradebook", 1)];
        assert_eq!(heads, expected.map(|(stream, head)| (stream.to_owned(), head)));
        assert_eq!(fixture.journal.head(&stream("d-3")).await.unwrap().seq, 0);
    }

    /// More events than go into one statement.
    async fn one_command_may_record_thousands(database: TestDatabase) {
        let fixture = open(&database).await;
        let mut tx = fixture.journal.begin(&call("d-1")).await.unwrap();
        for n in 0..2_300 {
            tx.record(&Noted::new(n.to_string())).unwrap();
        }
        tx.commit(()).await.unwrap();
        let entries = fixture.journal.read(&stream("d-1"), 0, 10_000).await.unwrap();
        assert_eq!(numbers(&entries), (1..=2_300).collect::<Vec<u64>>());
        assert_eq!(text(&entries[2_299]), "2299");
    }
}

fn text(entry: &homeroom_journal::Entry) -> String {
    serde_json::from_str::<serde_json::Value>(entry.body.get()).unwrap()["text"].as_str().unwrap().to_owned()
}
