//! `ban`, `pardon` and `revoke`, and what a running node makes of them.

use std::time::Duration;

use homeroom_client::{Client, Error};
use homeroom_journal::{Database, DatabaseOptions, sql};
use homeroom_testkit::{Gateway, GatewayOptions, TestDatabase};
use serde_json::json;
use tokio::time::timeout;

use crate::support::Place;

/// The longest that a node may take to hear of it.
const TWO_SECONDS: Duration = Duration::from_secs(2);

/// What somebody is refused with now.
async fn refusal(gateway: &Gateway, token: &str) -> Option<Error> {
    let client = Client::connect(gateway.client_options(token)).await.unwrap();
    client.namespace("/gradebook").await.err()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_node_follows_an_operators_orders() {
    let database = TestDatabase::postgres();
    let gateway = Gateway::start(GatewayOptions::new(database.url()));
    let cast = gateway.populate(40);
    let student = cast.id("student");
    let socket = gateway.socket(&gateway.token(student), "/gradebook").await;
    let away =
        async { while socket.next_event().await.is_some_and(|event| event.name != "session.revoked") {} };

    let done = |said: &str, args: &[&str]| {
        let (code, out, err) = gateway.run(args);
        let expected = format!("{said}Done. Running nodes follow within two seconds.\n");
        assert_eq!((code, out), (0, expected), "{err}");
    };
    let order = |args: &[&str]| done("", args);
    order(&["ban", "--user", student, "--for", "1h", "--reason", "Shared a password."]);
    timeout(TWO_SECONDS, away).await.expect("within two seconds");
    let Some(Error::Refused(refused)) = refusal(&gateway, &gateway.token(student)).await else {
        panic!("a banned person is let in")
    };
    assert_eq!(refused.data["code"], "BANNED");
    assert_eq!(refused.data["details"]["reason"], "Shared a password.");

    let pardon = ["pardon", "--user", student];
    done(&format!("{student} may be here again. Violations forgotten: 0.\n"), &pardon);
    // Each answer is followed by the next question.
    let back = async { while refusal(&gateway, &gateway.token(student)).await.is_some() {} };
    timeout(TWO_SECONDS, back).await.expect("within two seconds");
    let (code, _, err) = gateway.run(&pardon);
    assert!(code == 1 && err.contains("is neither banned nor suspended, and has no violations"), "{err}");

    let (_, moderator, _) = gateway.run(&["token", "--user", "platform", "--scope", "auth:moderate"]);
    let warn = json!({ "userId": student, "severity": "medium", "message": "Be kind." });
    let warned = gateway.post(moderator.trim(), "auth", "user:warn", &warn, None).await;
    assert_eq!(warned.status, 200, "{warned:?}");
    done(&format!("{student} was neither banned nor suspended. Violations forgotten: 1.\n"), &pardon);
    order(&["revoke", "--token", "j-1"]);
    order(&["ban", "--address", "192.0.2.7", "--reason", "A scan."]);
    order(&["pardon", "--address", "192.0.2.7"]);
}

/// A token that is made after a revocation is good, and one from before is not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_was_revoked_can_be_given_a_token_again() {
    let database = TestDatabase::sqlite();
    let gateway = Gateway::start(GatewayOptions::new(database.url()));
    let cast = gateway.populate(40);
    let student = cast.id("student");
    let made = || {
        let (code, token, err) = gateway.run(&["token", "--user", student]);
        assert_eq!(code, 0, "{err}");
        token.trim().to_owned()
    };
    let before = made();
    let (code, _, err) = gateway.run(&["revoke", "--user", student]);
    assert_eq!(code, 0, "{err}");
    let out = async {
        while refusal(&gateway, &before).await.is_none() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(TWO_SECONDS, out).await.expect("within two seconds");
    gateway.socket(&made(), "/gradebook").await;
}

/// A platform that has its own keys: the gateway signs its pairs with another secret, and takes both.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pair_signed_by_the_gateway_itself_lets_in() {
    let database = TestDatabase::sqlite();
    let own = "the gateway's own secret, which has thirty-two bytes";
    let gateway = Gateway::start(GatewayOptions::new(database.url()).env("AUTH_SIGNING_SECRET", own));
    let cast = gateway.populate(40);
    let (code, service, err) = gateway.run(&["token", "--user", "platform", "--scope", "auth:tokens"]);
    assert_eq!(code, 0, "{err}");
    let issue = json!({ "userId": cast.id("student") });
    let answer = gateway.post(service.trim(), "auth", "token:issue", &issue, None).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let token = answer.body["data"]["accessToken"].as_str().unwrap();
    gateway.socket(token, "/gradebook").await;
    let keyed = gateway.post(service.trim(), "auth", "token:issue", &issue, Some("key")).await;
    assert_eq!((keyed.status, &keyed.body["code"]), (422, &json!("VALIDATION_ERROR")));
}

#[test]
fn an_order_that_makes_no_sense_is_refused() {
    let place = Place::deployment();
    for args in [
        &["ban", "--reason", "r"][..],
        &["ban", "--user", "s-1"],
        &["ban", "--user", "s-1", "--address", "192.0.2.7", "--reason", "r"],
        &["revoke"],
        &["revoke", "--user", "s-1", "--token", "j"],
        &["pardon"],
        &["pardon", "--user", "s-1", "--address", "192.0.2.7"],
    ] {
        assert_eq!(place.run(args).code, 64, "{args:?}");
    }
    let ban = |address| place.run(&["ban", "--address", address, "--reason", "r"]);
    assert!(ban("127.0.0.1").line(1).contains("loopback"));
    assert!(place.run(&["pardon", "--address", "192.0.2.7"]).line(1).contains("is not banned"));
    let reason = place.run(&["ban", "--user", "s-1", "--district", "d-1", "--reason", " "]);
    assert!(reason.line(1).contains("reason must have 1 to 500 characters"), "{reason:?}");
    let nowhere = place.run(&["ban", "--user", "s-1", "--reason", "r"]);
    assert!(nowhere.line(1).contains("--district"), "{nowhere:?}");
    let nobody = place.run(&["ban", "--user", "s-1", "--district", "d-1", "--reason", "r"]);
    assert!(nobody.line(1).contains("no such person"), "{nobody:?}");
}

#[tokio::test]
async fn an_operator_is_told_what_the_database_says() {
    let place = Place::deployment();
    place.run(&["migrate"]).printed();
    let url = format!("sqlite://{}", place.path().join("school.db").display());
    let database = Database::open(&url, DatabaseOptions::default()).await.unwrap();
    let mut conn = database.begin().await.unwrap();
    sql!(conn, |c| sqlx::query("DROP TABLE auth_head").execute(c)).unwrap();
    conn.commit().await.unwrap();
    database.close().await;
    let ended = place.run(&["revoke", "--user", "s-1", "--district", "d-1"]);
    assert!(ended.line(1).contains("no such table: auth_head"), "{ended:?}");
}
