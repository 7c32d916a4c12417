//! The same commands over HTTP.

use homeroom_contract::Standing;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::board::class;
use crate::node::{PATIENCE, next_named, node, start};
use homeroom_transport::TransportConfig;
use homeroom_transport::engine::EngineConfig;
use homeroom_transport::socket_io::WireConfig;

#[tokio::test]
async fn a_command_over_http_is_the_same_handler_with_the_same_answer() {
    let node = node().await;
    node.rules.allow("ada", class("c-1"));
    let (_a, ada) = node.joined("ada", "c-1").await;
    let pin = json!({ "classId": "c-1", "text": "Hello" });
    let over_socket = ada.request("note:pin", &pin).await.unwrap();
    let answer = node.post("note:pin", "ben").json(&pin).send().await.unwrap();
    assert_eq!(
        (answer.status(), &answer.headers()["cache-control"]),
        (StatusCode::OK, &"no-store".parse().unwrap())
    );
    assert_eq!(answer.json::<Value>().await.unwrap(), json!({ "success": true, "data": over_socket }));
    assert_eq!(next_named(&ada, "note.pinned").await["seq"], 1);
    assert_eq!(next_named(&ada, "note.pinned").await["seq"], 2);
}

#[tokio::test]
async fn a_join_answers_and_enters_nothing() {
    let node = node().await;
    node.rules.allow("ada", class("c-1"));
    let join = json!({ "classId": "c-1" });
    let joined: Value =
        node.post("board:join", "ada").json(&join).send().await.unwrap().json().await.unwrap();
    assert_eq!(joined["data"]["rooms"], json!(["class:c-1"]));
    assert_eq!(joined["data"]["onlineUsers"], json!([]));
    let refused = node.post("board:join", "ben").json(&join).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    node.post("note:pin", "ada").json(&json!({ "classId": "c-1", "text": "x" })).send().await.unwrap();
    let since = json!({ "afterSeq": 0, "room": "class:c-1" });
    let since: Value =
        node.post("sync:since", "ada").json(&since).send().await.unwrap().json().await.unwrap();
    assert_eq!(since["data"]["events"][0]["event"], "note.pinned");
}

#[tokio::test]
async fn refusals_have_their_status_and_are_acks_too() {
    let node = node().await;
    let client = reqwest::Client::new();
    let board = format!("{}/v1/board", node.url);
    let request = |method: Method, path: String, token: Option<String>, body: &'static str| {
        let request = client.request(method, path).body(body);
        token.into_iter().fold(request, reqwest::RequestBuilder::bearer_auth)
    };
    let token = || Some(node.token("ada"));
    let cases = [
        (request(Method::POST, format!("{board}/note:pin"), None, "{}"), 401, "UNAUTHENTICATED"),
        (
            request(Method::POST, format!("{board}/note:pin"), Some("x".to_owned()), "{}"),
            401,
            "UNAUTHENTICATED",
        ),
        (request(Method::POST, format!("{board}/note:pin"), token(), "{"), 422, "VALIDATION_ERROR"),
        (request(Method::POST, format!("{board}/note:pin"), token(), "[]"), 422, "VALIDATION_ERROR"),
        (request(Method::POST, format!("{board}/note:unpin"), token(), "{}"), 404, "UNKNOWN_EVENT"),
        (request(Method::POST, format!("{}/v1/nowhere/x", node.url), token(), "{}"), 404, "UNKNOWN_EVENT"),
        (request(Method::POST, format!("{}/v1/board", node.url), token(), "{}"), 404, "UNKNOWN_EVENT"),
        (request(Method::GET, format!("{board}/note:pin"), token(), ""), 405, "VALIDATION_ERROR"),
        (request(Method::POST, format!("{board}/pen:move"), token(), "{}"), 405, "SOCKET_ONLY"),
        (request(Method::POST, format!("{board}/board:leave"), token(), "{}"), 405, "SOCKET_ONLY"),
        (request(Method::POST, format!("{board}/auth:refresh"), token(), "{}"), 405, "SOCKET_ONLY"),
        (request(Method::POST, format!("{board}/note:fail"), token(), r#"{"how":"panic"}"#), 500, "INTERNAL"),
    ];
    for (request, status, code) in cases {
        let answer = request.send().await.unwrap();
        let path = answer.url().path().to_owned();
        assert_eq!(answer.status().as_u16(), status, "{path}");
        assert_eq!(answer.headers().contains_key("www-authenticate"), status == 401, "{path}");
        let ack: Value = answer.json().await.unwrap();
        assert_eq!((&ack["success"], &ack["code"]), (&json!(false), &json!(code)), "{path}");
    }
}

/// RFC 6750, section 3: who brought a token learns that it was the token, who brought none only that one is needed.
#[tokio::test]
async fn a_challenge_names_an_error_only_where_there_was_a_token() {
    let node = node().await;
    let refused = r#"Bearer error="invalid_token""#;
    let valid = format!("Bearer {}", node.token("ada"));
    let expired = format!("Bearer {}", node.expired("ada"));
    node.roster.set("eve", Standing::Unknown);
    let stranger = format!("Bearer {}", node.token("eve"));
    for (authorization, challenge) in [
        (None, Some("Bearer")),
        (Some("Basic YWRhOmFkYQ=="), Some("Bearer")),
        (Some("Bearer "), Some("Bearer")),
        (Some("Bearer x"), Some(refused)),
        (Some(expired.as_str()), Some(refused)),
        (Some(stranger.as_str()), Some(refused)),
        (Some(valid.as_str()), None),
    ] {
        let post = reqwest::Client::new().post(format!("{}/v1/board/server:time", node.url));
        let post = authorization.into_iter().fold(post, |post, value| post.header("authorization", value));
        let answer = post.send().await.unwrap();
        assert_eq!(answer.status() == StatusCode::UNAUTHORIZED, challenge.is_some(), "{authorization:?}");
        let header = answer.headers().get("www-authenticate").map(|value| value.to_str().unwrap());
        assert_eq!(header, challenge, "{authorization:?}");
    }
    // The token that lets in was good here: it is another one that is refused.
    let refresh = format!("{}/v1/auth/token:refresh", node.url);
    let refresh =
        reqwest::Client::new().post(refresh).bearer_auth(node.service_token("platform", "auth:tokens"));
    let answer = refresh.json(&json!({ "refreshToken": "x" })).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["www-authenticate"]),
        (401, &"Bearer".parse().unwrap())
    );
}

#[tokio::test]
async fn pages_from_allowed_origins_may_call_and_others_may_not() {
    let engine = EngineConfig {
        allowed_origins: vec!["https://app.school.example".to_owned()],
        ..EngineConfig::default()
    };
    let node = start(TransportConfig::default(), WireConfig { engine, ..WireConfig::default() }).await;
    let url = format!("{}/v1/board/server:time", node.url);
    let preflight = |origin: &'static str| {
        let request = reqwest::Client::new().request(Method::OPTIONS, &url).header("origin", origin);
        request
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,idempotency-key")
    };
    let allowed = preflight("https://app.school.example").send().await.unwrap();
    assert_eq!(allowed.headers()["access-control-allow-origin"], "https://app.school.example");
    let headers = allowed.headers()["access-control-allow-headers"].to_str().unwrap();
    assert!(headers.contains("idempotency-key"));
    let other = preflight("https://evil.example").send().await.unwrap();
    assert!(!other.headers().contains_key("access-control-allow-origin"));
    let call = |origin| node.post("server:time", "ada").header("origin", origin).send();
    assert_eq!(call("https://app.school.example").await.unwrap().status(), 200);
    assert_eq!(call("https://evil.example").await.unwrap().status(), 403);
}

#[tokio::test]
async fn the_documents_are_served() {
    let node = node().await;
    let get = |path: &str| reqwest::get(format!("{}{path}", node.url));
    let openapi: Value = get("/openapi.json").await.unwrap().json().await.unwrap();
    assert!(openapi["paths"]["/v1/board/note:pin"]["post"].is_object());
    let asyncapi: Value = get("/asyncapi.json").await.unwrap().json().await.unwrap();
    assert!(asyncapi["channels"]["board"]["messages"]["event.note.pinned"].is_object());
    let page = get("/docs").await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'"));
    assert!(page.text().await.unwrap().contains("note:pin"));
}

#[tokio::test]
async fn a_command_goes_on_when_the_one_who_asked_goes_away() {
    let node = node().await;
    let asking = node.post("note:wait", "ada").json(&json!({})).send();
    tokio::select! {
        _ = asking => panic!("nobody has let it go on"),
        () = node.begun.notified() => {}
    }
    // The request is gone, and by the time another is answered the server has seen that.
    node.post("server:time", "ada").json(&json!({})).send().await.unwrap();
    // The handler still takes the permit that it waits for.
    node.gate.add_permits(1);
    let taken = async {
        while node.gate.available_permits() > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, taken).await.unwrap();
}
