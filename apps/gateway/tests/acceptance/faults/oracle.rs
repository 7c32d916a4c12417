//! What the database says: the oracle.

use std::collections::BTreeMap;

use homeroom_journal::{Conn, Database, DatabaseOptions, sql};
use homeroom_testkit::delivery::{Cell, History, Written};
use serde_json::Value;

use super::people::{audience, staff};
use super::run::Place;

/// The journal, the replies and the cells, all as of one moment. What was sent and heard is for the caller to add.
pub(crate) async fn history(place: &Place<'_>) -> History {
    let database =
        Database::open(place.database.url(), DatabaseOptions::default()).await.expect("a database");
    let mut conn = database.snapshot().await.expect("a transaction");
    let head = head_in(&mut conn).await;
    let entries: Vec<(i64, String, String)> = sql!(conn, |c| {
        sqlx::query_as(
            "SELECT seq, kind, body FROM journal_entries WHERE namespace = 'gradebook' ORDER BY seq",
        )
        .fetch_all(c)
    })
    .expect("entries");
    let replies: Vec<(String, String)> =
        sql!(conn, |c| sqlx::query_as("SELECT client_id, reply FROM journal_replies").fetch_all(c))
            .expect("replies");
    let cells: Vec<(String, String, i64, Option<String>)> = sql!(conn, |c| {
        sqlx::query_as("SELECT line_item_id, student_id, version, comment FROM gradebook_results")
            .fetch_all(c)
    })
    .expect("cells");
    drop(conn);
    database.close().await;

    let cells = cells.into_iter().map(|(line_item, student, version, mark)| {
        (format!("{line_item}/{student}"), Cell { version: number(version), mark })
    });
    History {
        head,
        entries: entries.into_iter().map(|(seq, kind, body)| written(place, seq, &kind, &body)).collect(),
        replies: BTreeMap::from_iter(replies),
        cells: cells.collect(),
        ..History::default()
    }
}

/// The number of the journal's last entry.
pub(crate) async fn head(place: &Place<'_>) -> u64 {
    let database =
        Database::open(place.database.url(), DatabaseOptions::default()).await.expect("a database");
    let head = head_in(&mut database.lookup().await.expect("a connection")).await;
    database.close().await;
    head
}

async fn head_in(conn: &mut Conn) -> u64 {
    let head: Option<i64> = sql!(conn, |c| sqlx::query_scalar::<_, i64>(
        "SELECT seq FROM journal_heads WHERE namespace = 'gradebook'"
    )
    .fetch_optional(c))
    .expect("a head");
    head.map_or(0, number)
}

fn written(place: &Place<'_>, seq: i64, kind: &str, body: &str) -> Written {
    let body: Value = serde_json::from_str(body).expect("JSON");
    let cell = &body["cell"];
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let student = text(&cell["studentId"]);
    let posted = kind == "GradePosted" || body["posted"] == true;
    let sets = (kind == "GradeUpdated")
        .then(|| Some(format!("{}/{}", text(&cell["lineItemId"])?, student.as_deref()?)))
        .flatten();
    Written {
        seq: number(seq),
        mark: text(&cell["marks"]["comment"]),
        sets,
        audience: match &student {
            Some(student) => audience(place.district, student, posted),
            None => staff(place.district),
        },
    }
}

fn number(value: i64) -> u64 {
    u64::try_from(value).expect("not below zero")
}
