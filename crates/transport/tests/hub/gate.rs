//! Whoever is revoked, suspended or banned is away within two seconds, on every node, with nothing between the nodes but SQL.

use std::sync::Mutex;
use std::time::Duration;

use homeroom_auth::{Order, PardonUser};
use homeroom_client::{Client, Error, Options, Socket, Status};
use homeroom_contract::{TenantId, UserId};
use homeroom_journal::Stream;
use homeroom_transport::socket_io::WireConfig;
use homeroom_transport::{Rate, TransportConfig};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::board::class;
use crate::node::{Node, PATIENCE, code, drained, next, next_named, node, start, two, with};

const TWO_SECONDS: Duration = Duration::from_secs(2);

/// The reason with which this socket is sent away for good, in time.
async fn sent_away(socket: &Socket) -> Value {
    let event =
        timeout(TWO_SECONDS, next_named(socket, "session.revoked")).await.expect("within two seconds");
    let mut status = socket.status();
    let ended = status.wait_for(|status| matches!(status, Status::Ended(_)));
    timeout(TWO_SECONDS, ended).await.expect("and closed").unwrap();
    event["reason"].clone()
}

async fn refused(node: &Node, token: String) -> Error {
    node.client_with(token).await.namespace("/board").await.unwrap_err()
}

async fn socket(node: &Node, token: String) -> (homeroom_client::Client, Socket) {
    let client = node.client_with(token).await;
    let socket = client.namespace("/board").await.unwrap();
    (client, socket)
}

#[tokio::test]
async fn a_revoked_token_session_or_person_is_gone_from_all_nodes() {
    let [here, there] = two(false).await;
    let (_a, by_token) = socket(&there, there.marked("ada", "j-1", "s-1")).await;
    let (_b, by_session) = socket(&there, there.marked("ada", "j-2", "s-2")).await;
    let (_c, by_person) = socket(&there, there.token("ben")).await;
    let (_d, other) = socket(&there, there.marked("ada", "j-3", "s-3")).await;
    for body in [json!({ "jti": "j-1" }), json!({ "sessionId": "s-2" }), json!({ "userId": "ben" })] {
        assert_eq!(here.backend("auth:revoke", "token:revoke", body).await.0, 200);
    }
    for socket in [&by_token, &by_session, &by_person] {
        assert_eq!(sent_away(socket).await, "REVOKED");
    }
    assert!(drained(&other).await.is_empty(), "another session of the same person goes on");
    assert_eq!(code(Err(refused(&there, there.marked("ada", "j-1", "s-9")).await)), "UNAUTHENTICATED");
    assert_eq!(code(Err(refused(&there, there.token("ben")).await)), "UNAUTHENTICATED");
    let over_http = there.post("server:time", "ben").send().await.unwrap();
    assert_eq!(over_http.status(), 401);
    let fresh = json!({ "token": there.marked("ada", "j-1", "s-1") });
    assert_eq!(code(other.request("auth:refresh", &fresh).await), "UNAUTHENTICATED");
}

#[tokio::test]
async fn of_several_tokens_on_one_transport_each_counts() {
    let node = node().await;
    let tokens = Mutex::new(vec![node.marked("ada", "j-2", "s-2"), node.marked("ada", "j-1", "s-1")]);
    let options = Options::new(&node.url).reconnect(None).auth(move || {
        let auth = json!({ "token": tokens.lock().unwrap().pop() });
        async move { auth }
    });
    let client = Client::connect(options).await.unwrap();
    let board = client.namespace("/board").await.unwrap();
    let auth = client.namespace("/auth").await.unwrap();
    assert_eq!(node.backend("auth:revoke", "token:revoke", json!({ "jti": "j-2" })).await.0, 200);
    for socket in [&board, &auth] {
        assert_eq!(sent_away(socket).await, "REVOKED");
    }
}

/// Between the look at the fresh token and its taking effect the node hears that it is revoked.
#[tokio::test]
async fn a_token_that_is_revoked_while_it_is_being_taken_up_carries_nobody_on() {
    let node = node().await;
    let (_a, ada) = socket(&node, node.token_for("ada", Duration::from_mins(30))).await;
    let (_b, other) = socket(&node, node.marked("ada", "j-1", "s-1")).await;
    let door = node.roster.hold("ada");
    let fresh = json!({ "token": node.marked("ada", "j-1", "s-1") });
    let meanwhile = async {
        timeout(PATIENCE, door.asked.notified()).await.unwrap();
        assert_eq!(node.backend("auth:revoke", "token:revoke", json!({ "jti": "j-1" })).await.0, 200);
        assert_eq!(sent_away(&other).await, "REVOKED", "the node has heard of it");
        door.go.notify_one();
    };
    let (refreshed, ()) = tokio::join!(ada.request("auth:refresh", &fresh), meanwhile);
    refreshed.unwrap_err();
    assert_eq!(sent_away(&ada).await, "REVOKED");
}

/// Connects `/board` with the first token, then comes to `/auth` and leaves it again with each of the others.
async fn passing_through(node: &Node, tokens: Vec<String>) -> (Client, Socket) {
    let tokens = Mutex::new(tokens.into_iter());
    let (options, visits) = {
        let visits = tokens.lock().unwrap().len() - 1;
        let next = move || {
            let auth = json!({ "token": tokens.lock().unwrap().next() });
            async move { auth }
        };
        (Options::new(&node.url).reconnect(None).auth(next), visits)
    };
    let client = Client::connect(options).await.unwrap();
    let board = client.namespace("/board").await.unwrap();
    for _ in 0..visits {
        client.namespace("/auth").await.unwrap().disconnect().await.unwrap();
    }
    board.request("server:time", &json!({})).await.unwrap();
    (client, board)
}

#[tokio::test]
async fn however_many_tokens_come_after_it_the_one_that_somebody_came_with_counts() {
    let node = node().await;
    let tokens = (0..20).map(|n| node.marked("ada", &format!("j-{n}"), "s-1")).collect();
    let (_client, board) = passing_through(&node, tokens).await;
    assert_eq!(node.backend("auth:revoke", "token:revoke", json!({ "jti": "j-0" })).await.0, 200);
    assert_eq!(sent_away(&board).await, "REVOKED");
}

/// Who came with one token, left, and was not what the connection lives on, takes it away; the longest stays.
#[tokio::test]
async fn a_token_counts_for_as_long_as_somebody_is_here_or_lives_on_it() {
    let node = node().await;
    let short = |jti: &str| node.marked_for("ada", jti, "s-1", Duration::from_mins(10));
    let tokens = || vec![short("j-0"), short("j-1"), node.marked("ada", "j-2", "s-1")];
    let (_client, board) = passing_through(&node, tokens()).await;
    let (_other, gone) = socket(&node, short("j-1")).await;
    assert_eq!(node.backend("auth:revoke", "token:revoke", json!({ "jti": "j-1" })).await.0, 200);
    assert_eq!(sent_away(&gone).await, "REVOKED");
    assert!(drained(&board).await.is_empty(), "nobody is here with that one");
    assert_eq!(node.backend("auth:revoke", "token:revoke", json!({ "jti": "j-2" })).await.0, 200);
    assert_eq!(sent_away(&board).await, "REVOKED");
}

#[tokio::test]
async fn who_is_banned_is_told_why_and_until_when_and_may_come_back_when_pardoned() {
    let [here, there] = two(false).await;
    let (_a, ada) = there.socket("ada").await;
    let (_b, ben) = there.socket("ben").await;
    let ban = json!({ "userId": "ada", "reason": "Shared a password.", "durationSec": 60 });
    let (status, answer) = here.backend("auth:moderate", "user:ban", ban).await;
    assert_eq!(status, 200, "{answer}");
    let suspend = json!({ "userId": "ben", "reason": "Cool down.", "durationSec": 60 });
    here.backend("auth:moderate", "user:suspend", suspend).await;
    assert_eq!(sent_away(&ada).await, "BANNED");
    assert_eq!(sent_away(&ben).await, "SUSPENDED");
    let details = json!({ "reason": "Shared a password.", "until": answer["data"]["until"] });
    match refused(&there, there.token("ada")).await {
        Error::Refused(refusal) => {
            assert_eq!(refusal.data, json!({ "code": "BANNED", "details": details }));
        }
        other => panic!("{other}"),
    }
    let over_http = there.post("server:time", "ada").send().await.unwrap();
    assert_eq!(over_http.status(), 403);
    let body: Value = over_http.json().await.unwrap();
    assert_eq!((&body["code"], &body["details"]), (&json!("BANNED"), &details));

    let pardon = PardonUser { user_id: UserId::new("ada").unwrap() };
    here.auth.order(&TenantId::new("d-1").unwrap(), Order::Pardon(pardon)).await.unwrap();
    let back = async {
        while there.client("ada").await.namespace("/board").await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(TWO_SECONDS, back).await.expect("within two seconds");
}

#[tokio::test]
async fn a_warning_reaches_the_person_and_no_one_else_and_enough_of_them_suspend() {
    let [here, there] = two(false).await;
    let (_a, ada) = there.socket("ada").await;
    let (_b, ben) = there.socket("ben").await;
    let warn = |severity: &str| json!({ "userId": "ada", "severity": severity, "message": "Be kind." });
    let (status, answer) = here.backend("auth:moderate", "user:warn", warn("medium")).await;
    assert_eq!((status, &answer["data"]["outcome"]), (200, &json!("WARNED")));
    let event = timeout(TWO_SECONDS, next_named(&ada, "security:warning")).await.expect("within two seconds");
    assert_eq!((&event["message"], &event["violations"]), (&json!("Be kind."), &json!(1)));
    assert!(event["timestamp"].is_string());
    for _ in 0..4 {
        here.backend("auth:moderate", "user:warn", warn("medium")).await;
    }
    assert_eq!(sent_away(&ada).await, "SUSPENDED");
    assert!(drained(&ben).await.is_empty());
}

#[tokio::test]
async fn hundreds_of_refused_calls_in_a_minute_are_a_violation() {
    let node = node().await;
    let (_a, ada) = node.socket("ada").await;
    for _ in 0..300 {
        assert!(ada.request("no:such-thing", &json!({})).await.is_err());
    }
    let event = timeout(PATIENCE, next(&ada)).await.unwrap();
    assert_eq!((event.name.as_str(), &event.data()["violations"]), ("security:warning", &json!(1)));
}

/// Whoever is in a crowded room is refused for what all of them do. Only their own calls count against people.
#[tokio::test]
async fn nobody_is_warned_because_a_room_is_full() {
    let limits = [("pen:move".to_owned(), Rate { count: 100_000, per_ms: 60_000 })].into_iter().collect();
    let config = TransportConfig { limits, room_limit_per_10s: 1, ..TransportConfig::default() };
    let node = with(config).await;
    node.rules.allow("ada", class("c-1"));
    let (_a, ada) = node.joined("ada", "c-1").await;
    let (_b, ben) = node.socket("ben").await;
    let mut refused = 0;
    while refused < 300 {
        let moved = ada.request("pen:move", &json!({ "classId": "c-1", "isMoving": true })).await;
        refused += u32::from(moved.is_err());
    }
    for _ in 0..300 {
        assert!(ben.request("no:such-thing", &json!({})).await.is_err());
    }
    timeout(PATIENCE, next_named(&ben, "security:warning")).await.unwrap();
    let written = node.journal.head(&Stream::new(TenantId::new("d-1").unwrap(), "auth")).await.unwrap().seq;
    assert_eq!(written, 1, "ada had her three hundred before");
}

#[tokio::test]
async fn an_address_is_banned_for_everybody_behind_it_and_no_one_else() {
    let mut wire = WireConfig::default();
    wire.engine.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    let node = start(TransportConfig::default(), wire).await;
    let from = async |address: &str| {
        let request = node.post("server:time", "ada").header("X-Forwarded-For", address);
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(from("192.0.2.7").await, 200);
    node.auth.ban_address("192.0.2.7".parse().unwrap(), "A scan.".to_owned(), None).await.unwrap();
    let shut = async {
        while from("192.0.2.7").await != 403 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(TWO_SECONDS, shut).await.expect("within two seconds");
    assert_eq!(from("192.0.2.8").await, 200);
    assert!(node.auth.ban_address("127.0.0.1".parse().unwrap(), "Oh.".to_owned(), None).await.is_err());
}

#[tokio::test]
async fn a_pair_of_tokens_lets_in_and_is_worthless_once_its_refresh_token_came_twice() {
    let node = node().await;
    let (status, answer) = node.backend("auth:tokens", "token:issue", json!({ "userId": "ada" })).await;
    assert_eq!(status, 200, "{answer}");
    let first = answer["data"].clone();
    let spend = json!({ "refreshToken": first["refreshToken"] });
    let (status, answer) = node.backend("auth:tokens", "token:refresh", spend.clone()).await;
    assert_eq!(status, 200, "{answer}");
    let access = |pair: &Value| pair["accessToken"].as_str().unwrap().to_owned();
    let (_a, ada) = socket(&node, access(&answer["data"])).await;
    let (status, reused) = node.backend("auth:tokens", "token:refresh", spend).await;
    assert_eq!((status, &reused["code"]), (401, &json!("UNAUTHENTICATED")));
    assert_eq!(sent_away(&ada).await, "REVOKED");
    for pair in [&first, &answer["data"]] {
        assert_eq!(code(Err(refused(&node, access(pair)).await)), "UNAUTHENTICATED");
    }
}
