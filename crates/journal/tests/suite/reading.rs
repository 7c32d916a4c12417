//! Reading what is in the journal.

use homeroom_contract::{EventId, Room};
use homeroom_journal::Journal;
use homeroom_testkit::{TestDatabase, on_both_databases};

use crate::setup::{Noted, call, note, numbers, open, stream};

async fn note_in(journal: &Journal, rooms: &[Room]) {
    let mut tx = journal.begin(&call("d-1")).await.unwrap();
    tx.record(&Noted::within("x", rooms)).unwrap();
    tx.commit(()).await.unwrap();
}

on_both_databases! {
    /// An entry is read as it was told.
    async fn an_entry_comes_back_whole(database: TestDatabase) {
        let fixture = open(&database).await;
        note(&fixture.journal, &call("d-1"), &["ü \u{0}\"\\ 😀"]).await;
        let read = fixture.journal.read(&stream("d-1"), 0, 1).await.unwrap();
        let told = fixture.outlet.entries();
        assert_eq!(serde_json::to_string(&read[0]).unwrap(), serde_json::to_string(&*told[0]).unwrap());
        let delivery = &read[0].deliveries[0];
        assert_eq!(delivery.payload.get(), r#"{"text":"ü \u0000\"\\ 😀"}"#);
        let mut entry = read[0].clone();
        entry.event_id = EventId(uuid::Uuid::nil());
        insta::allow_duplicates! { insta::assert_snapshot!(serde_json::to_string_pretty(&entry).unwrap()) }
    }

    /// The start is exclusive, the limit holds, and past the end there is nothing.
    async fn ranges(database: TestDatabase) {
        let fixture = open(&database).await;
        note(&fixture.journal, &call("d-1"), &["1", "2", "3", "4", "5"]).await;
        for (after, limit, expected) in
            [(0, 10, vec![1, 2, 3, 4, 5]), (2, 2, vec![3, 4]), (5, 10, vec![]), (99, 10, vec![]), (0, 0, vec![])]
        {
            let entries = fixture.journal.read(&stream("d-1"), after, limit).await.unwrap();
            assert_eq!(numbers(&entries), expected, "after {after}, at most {limit}");
        }
    }

    /// Only what concerns the rooms, each entry once, in order; and whether that was all.
    async fn by_room(database: TestDatabase) {
        let fixture = open(&database).await;
        let [a, b, c] = ["a", "b", "c"].map(|id| Room::of("class", id));
        for rooms in [vec![a.clone()], vec![b.clone()], vec![a.clone(), b.clone()], vec![c.clone()], vec![b.clone(), a.clone()]] {
            note_in(&fixture.journal, &rooms).await;
        }
        for (rooms, after, limit, expected, more) in [
            (vec![a.clone()], 0, 10, vec![1, 3, 5], false),
            (vec![a.clone(), b.clone()], 0, 10, vec![1, 2, 3, 5], false),
            (vec![a.clone(), b.clone()], 1, 2, vec![2, 3], true),
            (vec![a.clone(), a.clone(), b], 3, 1, vec![5], false),
            (vec![c], 4, 10, vec![], false),
            (vec![Room::of("class", "elsewhere")], 0, 10, vec![], false),
            (vec![], 0, 10, vec![], false),
            (vec![a], 0, 0, vec![], true),
        ] {
            let (entries, truncated) =
                fixture.journal.read_rooms(&stream("d-1"), &rooms, after, limit).await.unwrap();
            assert_eq!((numbers(&entries), truncated), (expected, more), "{rooms:?} after {after}, {limit}");
        }
        let (elsewhere, _) = fixture
            .journal
            .read_rooms(&stream("d-2"), &[Room::of("class", "a")], 0, 10)
            .await
            .unwrap();
        assert!(elsewhere.is_empty(), "another tenant's room of the same name");
    }

    /// More rooms than one statement asks for, more entries than one statement reads.
    async fn by_many_rooms(database: TestDatabase) {
        let fixture = open(&database).await;
        let rooms: Vec<_> = (0..230).map(|n| Room::of("class", &n.to_string())).collect();
        let mut tx = fixture.journal.begin(&call("d-1")).await.unwrap();
        for room in rooms.iter().rev().cycle().take(690) {
            tx.record(&Noted::within("x", std::slice::from_ref(room))).unwrap();
        }
        tx.commit(()).await.unwrap();
        let (entries, truncated) =
            fixture.journal.read_rooms(&stream("d-1"), &rooms, 0, 600).await.unwrap();
        assert_eq!(numbers(&entries), (1..=600).collect::<Vec<u64>>());
        assert!(truncated);
        let (rest, truncated) = fixture.journal.read_rooms(&stream("d-1"), &rooms, 600, 600).await.unwrap();
        assert_eq!(numbers(&rest), (601..=690).collect::<Vec<u64>>());
        assert!(!truncated);
    }

    /// A snapshot's number and its rows are of one moment, whatever is committed meanwhile.
    async fn a_snapshot_stands_still(database: TestDatabase) {
        let fixture = open(&database).await;
        note(&fixture.journal, &call("d-1"), &["before"]).await;
        let mut snapshot = fixture.journal.snapshot(&call("d-1")).await.unwrap();
        assert_eq!(snapshot.seq().await.unwrap(), 1);
        note(&fixture.journal, &call("d-1"), &["meanwhile"]).await;
        let rows = homeroom_journal::sql!(snapshot, |c| {
            sqlx::query_scalar::<_, i64>("SELECT count(*) FROM journal_entries").fetch_one(c)
        });
        assert_eq!(rows.unwrap(), 1);
        assert_eq!(snapshot.seq().await.unwrap(), 1);
        drop(snapshot);
        assert_eq!(fixture.journal.snapshot(&call("d-1")).await.unwrap().seq().await.unwrap(), 2);
    }
}
