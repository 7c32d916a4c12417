//! Clients from outside against `examples/socket_echo`, in processes of their own: the stock ones of JavaScript and Python,
//! and ours.
#![cfg(test)]

use std::time::Duration;

use homeroom_client::{Backoff, Client, Emission, Error, Options, Socket, Status};
use homeroom_testkit::{Example, StockClient};
use serde_json::{Value, json};

fn quickly() -> Backoff {
    Backoff { base: Duration::from_millis(20), cap: Duration::from_millis(200) }
}

async fn connect(echo: &Example) -> Client {
    Client::connect(Options::new(echo.url()).token("t").reconnect(quickly())).await.unwrap()
}

/// The first event after connecting.
async fn greeted(socket: &Socket) -> Value {
    let event = socket.next_event().await.unwrap();
    assert_eq!(event.name, "auth");
    event.data().clone()
}

#[test]
fn the_stock_javascript_client_works_unchanged() {
    StockClient::JavaScript.play("echo", &[&Example::start("socket_echo", &[]).url(), "websocket"]);
}

#[test]
fn the_stock_python_client_works_unchanged() {
    StockClient::Python.play("echo", &[&Example::start("socket_echo", &[]).url(), "websocket"]);
}

#[tokio::test]
async fn several_namespaces_share_a_connection() {
    let echo = Example::start("socket_echo", &[]);
    let client = connect(&echo).await;
    for name in ["/", "/custom"] {
        let socket = client.namespace(name).await.unwrap();
        assert_eq!(greeted(&socket).await, json!({ "token": "t" }));
        let there = Emission::new("message").arg(&1).unwrap().arg(&json!({ "é": ["☃"] })).unwrap();
        socket.emit(there).await.unwrap();
        let back = socket.next_event().await.unwrap();
        assert_eq!((back.name.as_str(), back.args), ("message-back", vec![json!(1), json!({ "é": ["☃"] })]));
    }
    let Err(Error::Refused(refusal)) = client.namespace("/nowhere").await else { panic!("let in") };
    assert_eq!(refusal.message, "Invalid namespace");
    client.close().await;
}

#[tokio::test]
async fn binary_arguments_come_back_in_acks_and_events() {
    let echo = Example::start("socket_echo", &[]);
    let socket = connect(&echo).await.namespace("/custom").await.unwrap();
    greeted(&socket).await;
    let binary =
        |name| Emission::new(name).binary(vec![0_u8, 255]).arg(&"x").unwrap().binary(vec![7_u8; 70_000]);
    let (args, attachments) = socket.emit_with_ack(binary("message-with-ack")).await.unwrap();
    assert_eq!((args.len(), attachments.len(), attachments[1].len()), (3, 2, 70_000));
    socket.emit(binary("message")).await.unwrap();
    let back = socket.next_event().await.unwrap();
    assert_eq!((back.args[1].clone(), back.attachments[0].to_vec()), (json!("x"), vec![0, 255]));
}

#[tokio::test]
async fn the_client_answers_pings_and_stays() {
    let echo = Example::start("socket_echo", &["--ping-interval", "50", "--ping-timeout", "2000"]);
    let socket = connect(&echo).await.namespace("/").await.unwrap();
    greeted(&socket).await;
    let before = socket.status().borrow().clone();
    // Whoever doesn't answer is gone after one interval and one timeout.
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(*socket.status().borrow(), before, "the same session");
    socket.emit_with_ack(Emission::new("message-with-ack")).await.unwrap();
}

#[tokio::test]
async fn the_client_comes_back_after_the_server_was_killed() {
    let echo = Example::start("socket_echo", &[]);
    let client = connect(&echo).await;
    let (root, custom) = (client.namespace("/").await.unwrap(), client.namespace("/custom").await.unwrap());
    greeted(&root).await;
    greeted(&custom).await;
    echo.kill9();
    root.status().wait_for(|status| matches!(status, Status::Disconnected(_))).await.unwrap();
    let lost = root.emit(Emission::new("message")).await.unwrap_err();
    assert!(matches!(lost, Error::Disconnected(_)), "nothing is kept for later: {lost}");
    echo.restart();
    for socket in [&root, &custom] {
        assert!(!socket.connected().await.unwrap(), "a new session");
        assert_eq!(greeted(socket).await, json!({ "token": "t" }));
        socket.emit_with_ack(Emission::new("message-with-ack")).await.unwrap();
    }
}
