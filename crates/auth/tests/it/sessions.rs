//! Sessions, revocations and moderation as the platform's backends see them, on both databases.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use homeroom_auth::{MAX_LEEWAY, Order, Provenance, RevokeToken, Settings, Signer, Verifier};
use homeroom_contract::{Actor, Clock as _, Code, Failure, Timestamp};
use homeroom_journal::{Database, DatabaseOptions, sql};
use homeroom_testkit::{TestDatabase, on_both_databases};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::office::{Office, tenant};
use crate::support::SECRET;

const HOUR: Duration = Duration::from_hours(1);

on_both_databases! {
    async fn a_pair_carries_who_it_is_and_is_good_for_as_long_as_it_says(database: TestDatabase) {
        let office = Office::open(&database).await;
        let pair = office.does("token:issue", json!({ "userId": "ada" })).await.unwrap();
        let claims = office.verifier.verify(pair["accessToken"].as_str().unwrap()).unwrap();
        assert_eq!((claims.subject.as_str(), claims.district.as_ref()), ("ada", Some(&tenant())));
        assert_eq!(claims.scopes, None, "a person's token, never a service's");
        let Provenance { token_id, session_id, issued_at } = claims.provenance;
        assert!(token_id.is_some() && issued_at.is_some());
        assert_eq!(session_id.as_deref(), pair["sessionId"].as_str());
        assert_eq!(pair["accessExpiresAt"], json!(claims.expires_at));
        assert_eq!(claims.expires_at.since(issued_at.unwrap()), Duration::from_mins(15));
        assert_eq!(office.kinds().await, ["SessionStarted"]);
    }

    async fn what_is_kept_of_a_refresh_token_is_its_hash_and_no_journal_has_a_secret(database: TestDatabase) {
        let office = Office::open(&database).await;
        let first = office.does("token:issue", json!({ "userId": "ada" })).await.unwrap();
        let second = office.refresh(&first).await.unwrap();
        let mut conn = office.journal.database().lookup().await.unwrap();
        let hashes = sql!(conn, |c| sqlx::query_scalar::<_, Vec<u8>>(
            "SELECT token_hash FROM auth_refresh_tokens").fetch_all(c)).unwrap();
        assert_eq!(hashes.len(), 2);
        let journal = format!("{:?}", office.entries().await);
        for pair in [&first, &second] {
            let token = pair["refreshToken"].as_str().unwrap();
            assert_eq!(token.len(), 43, "256 bits");
            assert!(hashes.iter().all(|hash| hash.len() == 32 && hash != token.as_bytes()));
            assert!(!journal.contains(token) && !journal.contains(pair["accessToken"].as_str().unwrap()));
        }
    }

    async fn a_refresh_token_is_good_once_and_the_second_time_ends_the_session(database: TestDatabase) {
        let office = Office::open(&database).await;
        let first = office.does("token:issue", json!({ "userId": "ada" })).await.unwrap();
        let other = office.does("token:issue", json!({ "userId": "ada" })).await.unwrap();
        let second = office.refresh(&first).await.unwrap();
        assert_eq!(second["sessionId"], first["sessionId"]);
        assert_ne!(second["refreshToken"], first["refreshToken"]);
        assert_eq!(office.refresh(&first).await.unwrap_err(), Code::Unauthenticated);
        assert_eq!(office.refresh(&second).await.unwrap_err(), Code::Unauthenticated, "the newest is gone too");
        office.gate.sweep().await.unwrap();
        for pair in [&first, &second] {
            assert_eq!(office.admits(pair).await, Err(Code::Unauthenticated));
        }
        assert_eq!(office.admits(&other).await, Ok(()), "another session goes on");
        assert!(office.refresh(&other).await.is_ok());
        let reused = office.kinds().await.iter().filter(|kind| *kind == "RefreshTokenReused").count();
        assert_eq!(reused, 1);
    }

    async fn of_two_who_come_with_one_token_at_once_exactly_one_is_served(database: TestDatabase) {
        let office = Office::open(&database).await;
        for _ in 0..5 {
            let pair = office.does("token:issue", json!({ "userId": "ada" })).await.unwrap();
            let (one, two) = tokio::join!(office.refresh(&pair), office.refresh(&pair));
            assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1, "{one:?} {two:?}");
            let winner = one.or(two).unwrap();
            assert_eq!(office.refresh(&winner).await.unwrap_err(), Code::Unauthenticated);
        }
    }

    async fn a_refresh_token_ends_with_its_time_its_session_its_person_and_its_district(database: TestDatabase) {
        let office = Office::open(&database).await;
        let issue = async || office.does("token:issue", json!({ "userId": "ada" })).await.unwrap();
        let (late, ended, all) = (issue().await, issue().await, issue().await);
        office.does("token:revoke", json!({ "sessionId": ended["sessionId"] })).await.unwrap();
        assert_eq!(office.refresh(&ended).await.unwrap_err(), Code::Unauthenticated);
        assert_eq!(office.elsewhere("token:refresh", &all).await.unwrap_err(), Code::Unauthenticated);
        let all = office.refresh(&all).await.expect("another district could not spend it");
        office.clock.advance(Duration::from_hours(7 * 24));
        assert_eq!(office.refresh(&late).await.unwrap_err(), Code::Unauthenticated);
        let fresh = issue().await;
        office.does("token:revoke", json!({ "userId": "ada" })).await.unwrap();
        for pair in [&all, &fresh] {
            assert_eq!(office.refresh(pair).await.unwrap_err(), Code::Unauthenticated);
        }
        office.clock.advance(HOUR);
        assert!(office.refresh(&issue().await).await.is_ok(), "who logs in again is in again");
    }

    async fn who_logs_in_again_within_the_second_is_in_and_the_old_tokens_are_not(database: TestDatabase) {
        let office = Office::open(&database).await;
        for step in [1, 3, 7, 489, 499, 997] {
            let before = office.does("token:issue", json!({ "userId": "ada" })).await.unwrap();
            office.clock.advance(Duration::from_millis(step));
            office.does("token:revoke", json!({ "userId": "ada" })).await.unwrap();
            office.clock.advance(Duration::from_millis(1));
            let after = office.does("token:issue", json!({ "userId": "ada" })).await.unwrap();
            office.gate.sweep().await.unwrap();
            assert_eq!(office.admits(&before).await, Err(Code::Unauthenticated));
            assert_eq!(office.admits(&after).await, Ok(()));
        }
    }

    async fn each_command_needs_its_scope_and_a_person_has_none(database: TestDatabase) {
        let office = Office::open(&database).await;
        let cases = [
            ("token:issue", "auth:tokens", json!({ "userId": "ada" })),
            ("token:refresh", "auth:tokens", json!({ "refreshToken": "x" })),
            ("token:revoke", "auth:revoke", json!({ "userId": "ada" })),
            ("user:warn", "auth:moderate", json!({ "userId": "ada", "severity": "low", "message": "m" })),
            ("user:suspend", "auth:moderate", json!({ "userId": "ada", "reason": "r", "durationSec": 1 })),
            ("user:ban", "auth:moderate", json!({ "userId": "ada", "reason": "r" })),
            ("user:pardon", "auth:moderate", json!({ "userId": "ada" })),
        ];
        assert_eq!(homeroom_contract::bind(office.auth.clone()).unwrap().routes().len(), cases.len());
        let scopes = ["auth:tokens", "auth:revoke", "auth:moderate", "gradebook:write"];
        for (command, needed, body) in cases {
            for scope in scopes.into_iter().filter(|scope| *scope != needed) {
                let refused = office.does_with(scope, command, body.clone()).await;
                assert_eq!(refused.unwrap_err(), Code::Unauthorized, "{command} with {scope}");
            }
            assert_eq!(office.as_person("ada", command, body.clone()).await.unwrap_err(), Code::Unauthorized);
            let allowed = office.does_with(needed, command, body).await;
            assert_ne!(allowed.err(), Some(Code::Unauthorized), "{command} with {needed}");
        }
    }

    async fn what_makes_no_sense_is_refused_and_changes_nothing(database: TestDatabase) {
        let office = Office::open(&database).await;
        let bad = [
            ("token:revoke", json!({})),
            ("token:revoke", json!({ "jti": "a", "userId": "ada" })),
            ("token:revoke", json!({ "jti": "" })),
            ("token:revoke", json!({ "jti": "x".repeat(501) })),
            ("token:revoke", json!({ "sessionId": "a\u{0}b" })),
            ("token:revoke", json!({ "userId": "a\u{0}b" })),
            ("token:revoke", json!({ "userId": "ada", "expiresAt": "2030-03-17T18:00:00Z" })),
            ("token:revoke", json!({ "jti": "j", "expiresAt": "tomorrow" })),
            ("user:ban", json!({ "userId": "ada", "reason": " " })),
            ("user:ban", json!({ "userId": "ada", "reason": "r", "durationSec": 0 })),
            ("user:ban", json!({ "userId": "ada", "reason": "a\u{0}b" })),
            ("user:warn", json!({ "userId": "ada", "severity": "huge", "message": "m" })),
        ];
        for (command, body) in bad {
            let refused = office.does(command, body.clone()).await.unwrap_err();
            assert_eq!(refused, Code::ValidationError, "{command} {body}");
        }
        for command in ["token:issue", "user:ban", "user:warn"] {
            let body = json!({ "userId": "nobody", "reason": "r", "message": "m", "severity": "low" });
            assert_eq!(office.does(command, body).await.unwrap_err(), Code::NotFound, "{command}");
        }
        let none = || RevokeToken { jti: None, session_id: None, user_id: None, expires_at: None };
        let bad = || Some("a\u{0}b".to_owned());
        for (field, revoke) in [
            ("jti", RevokeToken { jti: bad(), ..none() }),
            ("sessionId", RevokeToken { session_id: bad(), ..none() }),
        ] {
            let refused = office.auth.order(&tenant(), Order::Revoke(revoke)).await.unwrap_err();
            let details = Failure::from(refused).details.unwrap();
            assert_eq!(details.get(), json!({ "max": 500, "path": field }).to_string());
        }
        let keyed = office.keyed("token:issue", json!({ "userId": "ada" })).await;
        assert_eq!(keyed.unwrap_err(), Code::ValidationError, "no reply with a secret is stored");
        assert!(office.entries().await.is_empty());
    }

    async fn a_revocation_is_kept_as_long_as_what_it_revokes_would_have_been_good(database: TestDatabase) {
        let office = Office::open(&database).await;
        let now = office.clock.now();
        let kept = async |body: Value| {
            let subject = body["jti"].as_str().or(body["sessionId"].as_str()).unwrap().to_owned();
            office.does("token:revoke", body).await.unwrap();
            let mut conn = office.journal.database().lookup().await.unwrap();
            let question = "SELECT ends_at FROM auth_restrictions WHERE subject = $1";
            let ends_at = sql!(conn, |c| sqlx::query_scalar::<_, DateTime<Utc>>(question).bind(&subject).fetch_one(c));
            Timestamp::new(ends_at.unwrap()).since(now)
        };
        let (ever, expires_at) = (HOUR * 24 * 400, now.plus(HOUR));
        assert_eq!(kept(json!({ "jti": "a" })).await, ever, "nobody knows how long it is good");
        assert_eq!(kept(json!({ "jti": "b", "expiresAt": expires_at })).await, HOUR + MAX_LEEWAY);
        assert_eq!(kept(json!({ "jti": "b", "expiresAt": now })).await, HOUR + MAX_LEEWAY, "never shorter than before");
        assert_eq!(kept(json!({ "sessionId": "c", "expiresAt": expires_at })).await, HOUR + MAX_LEEWAY);
        for old in ["2001-01-01T00:00:00Z", "-9999-01-01T00:00:00Z"] {
            assert_eq!(kept(json!({ "jti": old, "expiresAt": old })).await, MAX_LEEWAY);
        }
        let far = json!({ "jti": "d", "expiresAt": "+99999-01-01T00:00:00Z" });
        assert!(kept(far).await > ever, "it is said to be good for so long");
        // The refresh token ends in a week, and an access token from its last moment 15 minutes later.
        let own = office.does("token:issue", json!({ "userId": "ada" })).await.unwrap();
        for times in 1..=2 {
            let until = kept(json!({ "sessionId": own["sessionId"] })).await;
            assert_eq!(until, HOUR * 24 * 7 + HOUR / 4 + MAX_LEEWAY, "revoked {times} times");
        }
    }

    async fn violations_add_up_within_the_window_and_start_anew_after_a_pardon(database: TestDatabase) {
        let office = Office::open(&database).await;
        let warn = async |severity: &str| {
            let body = json!({ "userId": "ada", "severity": severity, "message": "m" });
            let warned = office.does("user:warn", body).await.unwrap();
            (warned["outcome"].as_str().unwrap().to_owned(), warned["violations"].as_u64().unwrap())
        };
        assert_eq!(warn("low").await, ("NOTHING".to_owned(), 0));
        for n in 1..=4 {
            assert_eq!(warn("medium").await, ("WARNED".to_owned(), n));
        }
        assert_eq!(warn("medium").await, ("SUSPENDED".to_owned(), 5));
        office.gate.sweep().await.unwrap();
        assert_eq!(office.person("ada"), Err(Code::Suspended));
        assert_eq!(office.does("token:issue", json!({ "userId": "ada" })).await.unwrap_err(), Code::Suspended);
        let pardoned = office.does("user:pardon", json!({ "userId": "ada" })).await.unwrap();
        assert_eq!(pardoned, json!({ "lifted": true, "forgotten": 6 }));
        office.gate.sweep().await.unwrap();
        assert_eq!(office.person("ada"), Ok(()));
        assert_eq!(warn("medium").await.1, 1);
        office.clock.advance(HOUR + Duration::from_millis(1));
        assert_eq!(warn("medium").await.1, 1, "what is older than the window does not count");
        assert_eq!(warn("critical").await, ("BANNED".to_owned(), 2));
    }

    async fn a_further_violation_never_makes_a_ban_shorter(database: TestDatabase) {
        let office = Office::open(&database).await;
        office.does("user:ban", json!({ "userId": "ada", "reason": "r" })).await.unwrap();
        let body = json!({ "userId": "ada", "severity": "critical", "message": "m" });
        let warned = office.does("user:warn", body).await.unwrap();
        assert!(warned["until"].as_str().unwrap() > "2100", "{warned}");
        office.gate.sweep().await.unwrap();
        office.clock.advance(HOUR * 48);
        assert_eq!(office.person("ada"), Err(Code::Banned));
        let shorter = json!({ "userId": "ada", "reason": "r", "durationSec": 60 });
        office.does("user:ban", shorter).await.unwrap();
        office.clock.advance(Duration::from_mins(1));
        office.gate.sweep().await.unwrap();
        assert_eq!(office.person("ada"), Ok(()), "but a moderator may");
    }

    async fn what_is_over_is_deleted_and_what_is_in_force_stays(database: TestDatabase) {
        let office = Office::open(&database).await;
        office.does("token:issue", json!({ "userId": "ada" })).await.unwrap();
        office.does("token:revoke", json!({ "jti": "j" })).await.unwrap();
        office.does("user:ban", json!({ "userId": "ada", "reason": "r", "durationSec": 60 })).await.unwrap();
        let warn = json!({ "userId": "ben", "severity": "medium", "message": "m" });
        office.does("user:warn", warn).await.unwrap();
        assert_eq!(office.gate.purge().await.unwrap(), 0);
        office.clock.advance(Duration::from_hours(8 * 24));
        assert_eq!(office.gate.purge().await.unwrap(), 4, "the ban, the warning, the session and its token");
        office.clock.advance(Duration::from_hours(400 * 24));
        assert_eq!(office.gate.purge().await.unwrap(), 1, "the revocation");
    }

    async fn a_gateway_without_a_secret_makes_no_tokens_but_moderates(database: TestDatabase) {
        let office = Office::with(&database, Settings::default(), None).await;
        let refused = office.does("token:issue", json!({ "userId": "ada" })).await;
        assert_eq!(refused.unwrap_err(), Code::Unavailable);
        assert!(office.does("user:ban", json!({ "userId": "ada", "reason": "r" })).await.is_ok());
    }
}

/// With one connection in all, whoever took a second one while holding the first would wait for ever. Only PostgreSQL writes
/// from a pool.
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_needs_one_connection_at_a_time() {
    let database = TestDatabase::postgres();
    let options = DatabaseOptions { pool_size: 1, ..DatabaseOptions::default() };
    let opened = Database::open(database.url(), options).await.unwrap();
    let signer = Signer::new(SECRET).unwrap();
    let office = Arc::new(Office::over(opened, Settings::default(), Some(signer)).await);
    let mut refreshes = JoinSet::new();
    for _ in 0..4 {
        let pair = office.does("token:issue", json!({ "userId": "ada" })).await.unwrap();
        let office = Arc::clone(&office);
        refreshes.spawn(async move { office.refresh(&pair).await.map(|_| ()) });
    }
    assert_eq!(refreshes.join_all().await, [Ok(()); 4]);
}

impl Office {
    async fn refresh(&self, pair: &Value) -> Result<Value, Code> {
        self.does("token:refresh", json!({ "refreshToken": pair["refreshToken"] })).await
    }

    async fn elsewhere(&self, command: &'static str, pair: &Value) -> Result<Value, Code> {
        let mut call = self.service("auth:tokens", command);
        call.actor.tenant = homeroom_contract::TenantId::new("d-2").unwrap();
        self.handle(call, json!({ "refreshToken": pair["refreshToken"] })).await
    }

    async fn admits(&self, pair: &Value) -> Result<(), Code> {
        let verifier: &Verifier = &self.verifier;
        let admitted =
            verifier.authenticate(pair["accessToken"].as_str().unwrap(), self.directory.as_ref()).await;
        admitted.map(|_| ()).map_err(|error| homeroom_contract::Failure::from(error).code)
    }

    fn person(&self, user: &str) -> Result<(), Code> {
        let actor = Actor::person(tenant(), homeroom_contract::UserId::new(user).unwrap());
        let checked = self.gate.check(&actor, &Provenance::default());
        checked.map_err(|error| homeroom_contract::Failure::from(error).code)
    }
}
