//! Rights that are taken away while every command waits for one lock.

use std::time::Duration;

use homeroom_client::Socket;
use homeroom_journal::{Database, DatabaseOptions, sql};
use homeroom_testkit::{Gateway, GatewayOptions, TestDatabase};
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::support::district::{District, Persona, Variation};
use crate::support::{import, import_file, line_item, token};

/// The longest that somebody may go on hearing what they have no right to any more.
const AT_MOST: Duration = Duration::from_secs(2);

/// The connections that the node has for commands.
const CONNECTIONS: usize = 4;

/// A node that held the stream's head has lost power, PostgreSQL hasn't noticed yet, and every command of the other node waits for
/// it with all the connections that there are for commands. A teacher whose enrollment ends then is out in time all the same,
/// and hears nothing of what is committed when the lock is free.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_every_command_waits_too_rights_are_gone_within_two_seconds() {
    let database = TestDatabase::postgres();
    let options = GatewayOptions::new(database.url())
        .env("GATEWAY_LIMITS_OFF", "true")
        .env("GATEWAY_DATABASE_POOL_SIZE", CONNECTIONS.to_string())
        // They wait for as long as the test does.
        .env("GATEWAY_DATABASE_STATEMENT_TIMEOUT_MS", "60000")
        .env("GATEWAY_TRANSPORT_CALL_TIMEOUT_MS", "60000");
    let gateway = Gateway::start(options);
    let district = District::new("district", Variation::plain());
    import(&gateway, &district);
    let item = line_item(&gateway, &district, "An essay").await;
    let leaving = joined(&gateway, &district, Persona::CoTeacher).await;
    let staying = joined(&gateway, &district, Persona::Teacher).await;
    let unenrolled = gateway.folder().join("change.zip");
    district.write_unenrolled(&unenrolled, &district.user(Persona::CoTeacher));

    let patient = DatabaseOptions { idle_in_transaction_ms: 600_000, ..DatabaseOptions::default() };
    let dead = Database::open(database.url(), patient).await.expect("a database");
    let mut dead = dead.begin().await.expect("a transaction");
    sql!(dead, |c| sqlx::query("UPDATE journal_heads SET seq = seq").execute(c)).expect("the lock");
    let teacher = token(&gateway, &district, Persona::Teacher);
    let mut waiting = JoinSet::new();
    for _ in 0..2 * CONNECTIONS {
        let socket = gateway.socket(&teacher, "/gradebook").await;
        let body = json!({ "lineItemId": item, "studentId": district.user(Persona::Student), "score": 50 });
        waiting.spawn(async move { socket.request("grade:set", &body).await });
    }
    // Whoever has no connection after the time that is allowed is told so; the others have one, and wait.
    for _ in 0..CONNECTIONS {
        waiting.join_next().await.expect("a command").expect("no panic").expect_err("no connection");
    }

    import_file(&gateway, &unenrolled);
    let revoked = timeout(AT_MOST, until(&leaving, "room.revoked")).await;
    revoked.expect("out within two seconds, while the lock is held");
    drop(dead);
    until(&staying, "grade.updated").await;
    leaving.request("server:time", &json!({})).await.expect("still connected");
    leaving.disconnect().await.expect("gone");
    while let Some(event) = leaving.next_event().await {
        assert_ne!(event.name, "grade.updated", "{event:?}");
    }
}

/// A socket in the class's gradebook.
async fn joined(gateway: &Gateway, district: &District, who: Persona) -> Socket {
    let socket = gateway.socket(&token(gateway, district, who), "/gradebook").await;
    socket.request("gradebook:join", &json!({ "classId": district.class() })).await.expect("joined");
    socket
}

/// Waits for an event of that name.
async fn until(socket: &Socket, name: &str) {
    while socket.next_event().await.expect("connected").name != name {}
}
