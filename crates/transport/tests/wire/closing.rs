//! The ends of sockets: each told once, whoever ends them and however.

use std::{sync::Arc, time::Duration};

use homeroom_transport::{
    engine::{CloseReason, Sent},
    frame::Class,
};

use super::{
    apps::{Server, plain},
    raw::Raw,
};

fn noted(server: &Server) -> Vec<String> {
    server.upper().app().noted()
}

/// Until the server has noticed that everyone has left.
async fn gone(server: &Server) {
    while server.connections() > 0 {
        tokio::task::yield_now().await;
    }
}

/// Drains the server, so that everything that is going to happen has happened.
async fn settled(server: &Server) -> Vec<String> {
    server.drain(Duration::ZERO).await;
    noted(server)
}

#[tokio::test]
async fn a_transport_takes_all_its_sockets_with_it() {
    let (addr, server) = plain().await;
    let mut raw = Raw::connected(addr).await;
    raw.send("40/other").await;
    raw.text().await;
    raw.send(r#"42["last",1]"#).await;
    raw.send("1").await;
    let (_, before) = raw.closed().await;
    assert!(before.len() <= 1);
    assert_eq!(
        settled(&server).await[2..],
        ["event / last 1", "disconnected / transport close", "disconnected /other transport close"],
        "what arrived before the end is handled before the end"
    );
}

#[tokio::test]
async fn a_client_that_vanishes_is_a_closed_transport() {
    let (addr, server) = plain().await;
    drop(Raw::connected(addr).await);
    gone(&server).await;
    assert_eq!(settled(&server).await[1..], ["disconnected / transport close"]);
}

#[tokio::test]
async fn sent_away_the_client_stays_connected_and_what_it_had_under_way_is_no_breach() {
    let (addr, server) = plain().await;
    let mut raw = Raw::connected(addr).await;
    raw.send("40/other").await;
    raw.text().await;
    let socket = server.upper().app().socket(0);
    socket.disconnect();
    socket.disconnect();
    assert_eq!(socket.emit("gone", &[], Class::Durable), Sent::Closed);
    assert_eq!(raw.text().await, "41");
    raw.send(r#"42["under way"]"#).await;
    raw.send("43999[]").await;
    raw.send(r#"42/other,["goes on"]"#).await;
    assert_eq!(raw.text().await, r#"42/other,["back"]"#);
    raw.send("40").await;
    assert!(raw.text().await.starts_with("40{"), "it may come back when told to");
    let (noted, _) = tokio::join!(settled(&server), raw.closed());
    assert_eq!(
        noted[2..],
        [
            "disconnected / server namespace disconnect",
            "event /other goes on null",
            "connect / ",
            "disconnected /other server shutting down",
            "disconnected / server shutting down",
        ]
    );
}

#[tokio::test]
async fn a_handler_may_leave_or_close() {
    let (addr, server) = plain().await;
    let mut raw = Raw::connected(addr).await;
    raw.send(r#"42["leave"]"#).await;
    assert_eq!(raw.text().await, "41");
    raw.send("40").await;
    raw.text().await;
    raw.send(r#"42["close"]"#).await;
    assert_eq!(raw.closed().await.0, 1001);
    let ends: Vec<_> = settled(&server).await.into_iter().filter(|line| line.starts_with("disc")).collect();
    assert_eq!(ends, ["disconnected / server namespace disconnect", "disconnected / forced server close"]);
}

#[tokio::test]
async fn refused_and_undecided_sockets_are_not_told_of() {
    let (addr, server) = plain().await;
    let mut raw = Raw::open(addr).await;
    raw.send("40/nowhere").await;
    raw.text().await;
    raw.send("40/slow").await;
    while noted(&server).len() < 2 {
        tokio::task::yield_now().await;
    }
    drop(raw);
    gone(&server).await;
    server.upper().app().gate.add_permits(1);
    let ends: Vec<_> = settled(&server).await.into_iter().filter(|line| line.starts_with("disc")).collect();
    // Let in while it was going: told of, once, since it was admitted.
    assert_eq!(ends, ["disconnected /slow transport close"]);
}

#[tokio::test]
async fn a_panic_in_a_handler_ends_that_connection_alone_and_in_order() {
    let (addr, server) = plain().await;
    let mut other = Raw::connected(addr).await;
    let mut raw = Raw::connected(addr).await;
    raw.send(r#"42["panic"]"#).await;
    assert_eq!(raw.closed().await.0, 1001);
    other.send(r#"42["fine"]"#).await;
    assert_eq!(other.text().await, r#"42["back"]"#);
    let (noted, _) = tokio::join!(settled(&server), other.closed());
    let ends: Vec<_> = noted.into_iter().filter(|line| line.starts_with("disc")).collect();
    assert_eq!(ends, ["disconnected / forced server close", "disconnected / server shutting down"]);
}

#[tokio::test]
async fn nothing_is_kept_of_a_connection_that_has_gone() {
    let (addr, server) = plain().await;
    let mut raw = Raw::connected(addr).await;
    let socket = server.upper().app().sockets.lock().unwrap().remove(0);
    let (connection, held) = (Arc::downgrade(socket.connection()), Arc::downgrade(&socket));
    drop(socket);
    raw.send("1").await;
    raw.closed().await;
    drop(raw);
    settled(&server).await;
    assert!(connection.upgrade().is_none());
    assert!(held.upgrade().is_none());
}

#[tokio::test]
async fn the_first_reason_counts() {
    let (addr, server) = plain().await;
    let mut raw = Raw::connected(addr).await;
    let connection = server.upper().app().socket(0).connection().clone();
    connection.close(CloseReason::Policy);
    connection.close(CloseReason::ShuttingDown);
    assert_eq!(raw.closed().await, (1008, vec![]));
    assert_eq!(settled(&server).await[1..], ["disconnected / policy"]);
}
