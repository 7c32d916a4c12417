//! Keys in a set: which of them a token is checked with, and what happens when the set changes or its source is away. The
//! source is a real HTTP server that the test makes behave badly.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_lc_rs::rsa::KeySize;
use axum::Router;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use homeroom_auth::{AuthConfig, AuthError, Jwks, JwksConfig, JwksError, JwksSource, Key, Signer, Verifier};
use homeroom_contract::{Code, Failure, Timestamp, UserId};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use crate::support::{NOW, Pair, SECRET, clock, good};

/// Long enough for a loaded machine; reached only by a test that fails.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the source does when it is asked.
#[derive(Clone)]
enum Mood {
    Answers(String),
    /// With that `Cache-Control`.
    AnswersFor(&'static str, String),
    Fails,
    Hangs,
    SendsElsewhere,
    /// Answers when it is told to.
    Waits(String, Arc<Notify>),
}

struct Source {
    address: SocketAddr,
    mood: Arc<Mutex<Mood>>,
    asked: Arc<AtomicUsize>,
    _tasks: TaskTracker,
}

impl Source {
    async fn with(mood: Mood) -> Self {
        let (mood, asked) = (Arc::new(Mutex::new(mood)), Arc::new(AtomicUsize::new(0)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, tasks) = (listener.local_addr().unwrap(), TaskTracker::new());
        let (moods, count) = (Arc::clone(&mood), Arc::clone(&asked));
        let answer = move || {
            count.fetch_add(1, Ordering::SeqCst);
            let mood = moods.lock().unwrap().clone();
            async move {
                let response: Response = match mood {
                    Mood::Answers(body) => body.into_response(),
                    Mood::AnswersFor(control, body) => ([(CACHE_CONTROL, control)], body).into_response(),
                    Mood::Fails => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
                    Mood::Hangs => std::future::pending().await,
                    Mood::Waits(body, told) => {
                        told.notified().await;
                        body.into_response()
                    }
                    Mood::SendsElsewhere => Redirect::temporary("/elsewhere").into_response(),
                };
                response
            }
        };
        let elsewhere = set(&[Pair::p256().jwk(None)]);
        let router =
            Router::new().route("/keys", get(answer)).route("/elsewhere", get(|| async { elsewhere }));
        tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, mood, asked, _tasks: tasks }
    }

    fn is(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    async fn jwks(&self, config: JwksConfig) -> Jwks {
        let source = format!("http://{}/keys", self.address).parse().unwrap();
        Jwks::open(source, config).await.unwrap()
    }
}

fn set(keys: &[Value]) -> String {
    json!({ "keys": keys }).to_string()
}

/// Asks again whenever there is a reason to.
fn eager() -> JwksConfig {
    JwksConfig { min_refresh_ms: 0, timeout_ms: 300, ..JwksConfig::default() }
}

/// Asks no more often than it does by default, and waits for the answer for as long as it takes here.
fn unhurried() -> JwksConfig {
    JwksConfig { wait_ms: 10_000, timeout_ms: 10_000, ..JwksConfig::default() }
}

fn verifier(jwks: Jwks) -> Verifier {
    Verifier::new(jwks, AuthConfig::default(), clock()).unwrap()
}

#[tokio::test]
async fn a_token_is_checked_with_the_key_that_it_names_and_with_its_algorithm_alone() {
    let (rsa, ec, ed) = (Pair::rsa(KeySize::Rsa2048), Pair::p256(), Pair::ed25519());
    let keys = set(&[rsa.jwk(Some("r")), ec.jwk(Some("c")), ed.jwk(None)]);
    let verifier = verifier(Source::with(Mood::Answers(keys)).await.jwks(eager()).await);
    for (pair, kid) in [(&rsa, Some("r")), (&ec, Some("c")), (&ed, None), (&rsa, None), (&ed, Some("c"))] {
        assert!(verifier.verify(&pair.sign_as(kid, &good())).is_ok(), "{kid:?}");
    }
    // The right key under the name of another.
    let misnamed = verifier.verify(&rsa.sign_as(Some("c"), &good()));
    assert!(matches!(misnamed, Err(AuthError::Unverified(_))));
    // The public key as the secret of a symmetric algorithm.
    let secret = EncodingKey::from_secret(rsa.public_pem.as_bytes());
    let header = Header { kid: Some("r".to_owned()), ..Header::new(Algorithm::HS256) };
    let forged = jsonwebtoken::encode(&header, &good(), &secret).unwrap();
    assert!(matches!(verifier.verify(&forged), Err(AuthError::Unverified(_))));
}

#[tokio::test]
async fn a_key_that_was_put_in_is_found_and_one_that_was_taken_out_is_gone_without_a_restart() {
    let (old, new) = (Pair::p256(), Pair::p256());
    let source = Source::with(Mood::Answers(set(&[old.jwk(Some("old"))]))).await;
    let verifier = verifier(source.jwks(eager()).await);
    let (before, after) = (old.sign_as(Some("old"), &good()), new.sign_as(Some("new"), &good()));
    assert!(verifier.verify_fresh(&before).await.is_ok());
    assert!(matches!(verifier.verify_fresh(&after).await, Err(AuthError::UnknownKey)));
    source.is(Mood::Answers(set(&[new.jwk(Some("new"))])));
    assert!(verifier.verify_fresh(&after).await.is_ok());
    assert!(matches!(verifier.verify(&before), Err(AuthError::UnknownKey)));
}

#[tokio::test]
async fn strangers_can_not_make_the_source_be_asked_more_often() {
    let source = Source::with(Mood::Answers(set(&[Pair::p256().jwk(Some("a"))]))).await;
    let verifier = Arc::new(verifier(source.jwks(JwksConfig::default()).await));
    let stranger = Pair::p256();
    let mut tries = tokio::task::JoinSet::new();
    for n in 0..50 {
        let token = stranger.sign_as(Some(&format!("k{n}")), &good());
        let verifier = Arc::clone(&verifier);
        tries.spawn(async move { verifier.verify_fresh(&token).await.is_err() });
    }
    assert!(tries.join_all().await.into_iter().all(|refused| refused));
    assert_eq!(source.asked(), 2, "at start, and once for all of them");
}

/// However short ago the set was fetched by itself, a key that came into it since is found by the first token that names it. The
/// next new one has to wait its turn, and whoever comes with it is told to come back and not to stay away.
#[tokio::test]
async fn a_new_key_works_at_once_and_another_new_one_is_not_refused_for_good() {
    let [old, new, newer] = [Pair::p256(), Pair::p256(), Pair::p256()];
    let source = Source::with(Mood::Answers(set(&[old.jwk(Some("old"))]))).await;
    let verifier = verifier(source.jwks(unhurried()).await);
    source.is(Mood::Answers(set(&[old.jwk(Some("old")), new.jwk(Some("new"))])));
    assert!(verifier.verify_fresh(&new.sign_as(Some("new"), &good())).await.is_ok());
    source.is(Mood::Answers(set(&[new.jwk(Some("new")), newer.jwk(Some("newer"))])));
    for _ in 0..3 {
        let refused = verifier.verify_fresh(&newer.sign_as(Some("newer"), &good())).await.unwrap_err();
        assert_eq!(Failure::from(refused).code, Code::Unavailable, "it may be good");
    }
    assert!(verifier.verify_fresh(&old.sign_as(Some("old"), &good())).await.is_ok(), "as far as is known");
    assert_eq!(source.asked(), 2, "at start, and for the first new one");
}

/// A key that was withdrawn is looked for once, for everyone who still comes with it; and so is one that had to wait its turn,
/// whoever else's turn it was.
#[tokio::test]
async fn who_comes_with_a_key_that_does_not_exist_is_told_so() {
    let source = Source::with(Mood::Answers(set(&[Pair::p256().jwk(Some("a"))]))).await;
    let config = JwksConfig { min_refresh_ms: 2_000, ..unhurried() };
    let verifier = verifier(source.jwks(config).await);
    let stranger = Pair::p256();
    let ask = async |kid: &str| {
        let refused = verifier.verify_fresh(&stranger.sign_as(Some(kid), &good())).await.unwrap_err();
        Failure::from(refused).code
    };
    for _ in 0..3 {
        assert_eq!(ask("withdrawn").await, Code::Unauthenticated);
    }
    assert_eq!(source.asked(), 2);
    let mut waiting = ask("waiting").await;
    assert_eq!(waiting, Code::Unavailable);
    // Others are quicker, every time that there is a turn.
    timeout(PATIENCE, async {
        for n in 0.. {
            ask(&format!("quicker-{n}")).await;
            if source.asked() > 2 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        waiting = ask("waiting").await;
    })
    .await
    .unwrap();
    assert_eq!(waiting, Code::Unauthenticated);
    assert_eq!(source.asked(), 3, "no turn of its own was needed");
}

/// Whoever connects with a strange key and goes away at once must not keep withdrawn keys in force.
#[tokio::test]
async fn a_fetch_goes_on_when_whoever_asked_for_it_is_gone() {
    let (old, new) = (Pair::p256(), Pair::p256());
    let source = Source::with(Mood::Answers(set(&[old.jwk(Some("old"))]))).await;
    let config = JwksConfig { timeout_ms: 60_000, ..eager() };
    let verifier = Arc::new(verifier(source.jwks(config).await));
    let told = Arc::new(Notify::new());
    source.is(Mood::Waits(set(&[new.jwk(Some("new"))]), Arc::clone(&told)));
    let mut callers = tokio::task::JoinSet::new();
    let (asking, token) = (Arc::clone(&verifier), new.sign_as(Some("new"), &good()));
    callers.spawn(async move { asking.verify_fresh(&token).await.is_ok() });
    timeout(PATIENCE, async {
        while source.asked() < 2 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
    callers.shutdown().await;
    told.notify_one();
    let withdrawn = old.sign_as(Some("old"), &good());
    let gone = async {
        while verifier.verify(&withdrawn).is_ok() {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, gone).await.expect("the new set is in force");
}

#[tokio::test]
async fn nobody_waits_for_long_for_a_source_that_hangs() {
    let pair = Pair::p256();
    let source = Source::with(Mood::Answers(set(&[pair.jwk(Some("a"))]))).await;
    let config = JwksConfig { timeout_ms: 600_000, wait_ms: 20, ..eager() };
    let verifier = verifier(source.jwks(config).await);
    source.is(Mood::Hangs);
    for kid in ["b", "c"] {
        let refused = timeout(PATIENCE, verifier.verify_fresh(&pair.sign_as(Some(kid), &good()))).await;
        let refused = refused.expect("in time").unwrap_err();
        assert_eq!(Failure::from(refused).code, Code::Unavailable, "it may be good");
    }
    assert_eq!(source.asked(), 2, "both wait for one answer");
}

#[tokio::test]
async fn the_last_good_set_stays_whatever_the_source_does() {
    let pair = Pair::p256();
    let source = Source::with(Mood::Answers(set(&[pair.jwk(Some("a"))]))).await;
    let config = JwksConfig { max_bytes: 4096, ..eager() };
    let verifier = verifier(source.jwks(config).await);
    let bad = [
        Mood::Fails,
        Mood::Hangs,
        Mood::SendsElsewhere,
        Mood::Answers("<html>".to_owned()),
        Mood::Answers(set(&[])),
        Mood::Answers(set(&[json!({ "kty": "oct", "k": "c2VjcmV0" })])),
        Mood::Answers(set(&[json!("x".repeat(5000))])),
        Mood::Answers(set(&vec![pair.jwk(Some("many")); 33])),
    ];
    for (n, mood) in bad.into_iter().enumerate() {
        source.is(mood);
        let unknown = verifier.verify_fresh(&pair.sign_as(Some("unknown"), &good())).await;
        assert!(
            matches!(unknown, Err(AuthError::NoKeys)),
            "who knows whether there is one? {n}: {unknown:?}"
        );
        assert_eq!(source.asked(), n + 2);
        assert!(verifier.verify(&pair.sign_as(Some("a"), &good())).is_ok(), "{n}");
    }
}

#[tokio::test]
async fn a_source_that_is_away_at_start_is_waited_for() {
    let pair = Pair::p256();
    let source = Source::with(Mood::Fails).await;
    let verifier = verifier(source.jwks(eager()).await);
    let token = pair.sign_as(Some("a"), &good());
    let refused = verifier.verify_fresh(&token).await.unwrap_err();
    assert_eq!(Failure::from(refused).code, Code::Unavailable, "not the token's fault");
    source.is(Mood::Answers(set(&[pair.jwk(Some("a"))])));
    assert!(verifier.verify_fresh(&token).await.is_ok());
}

/// Opens the source while it is in the first mood, and puts it into the second: the key of that is there before long.
async fn turns_up(config: JwksConfig, before: Mood, after: impl FnOnce(String) -> Mood) {
    let source = Source::with(before).await;
    let jwks = source.jwks(config).await;
    let (pair, tasks) = (Pair::p256(), TaskTracker::new());
    let verifier = verifier(jwks.clone());
    let fresh = tasks.spawn(jwks.keep_fresh());
    source.is(after(set(&[pair.jwk(Some("a"))])));
    let token = pair.sign_as(Some("a"), &good());
    let appears = async {
        while verifier.verify(&token).is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), appears).await.expect("the set is fetched");
    fresh.abort();
}

#[tokio::test]
async fn it_is_fetched_again_by_itself() {
    let config = JwksConfig { refresh_ms: 20, min_refresh_ms: 10, ..eager() };
    let old = || set(&[Pair::p256().jwk(Some("old"))]);
    turns_up(config.clone(), Mood::Fails, Mood::Answers).await;
    turns_up(config.clone(), Mood::Answers(old()), Mood::Answers).await;
    // Nor may the source put it off.
    turns_up(config, Mood::AnswersFor("max-age=86400", old()), Mood::Answers).await;
}

#[tokio::test]
async fn a_set_that_says_it_is_good_for_less_is_fetched_sooner() {
    let hour = JwksConfig { refresh_ms: 3_600_000, min_refresh_ms: 10, ..eager() };
    let old = set(&[Pair::p256().jwk(Some("old"))]);
    turns_up(hour, Mood::AnswersFor("public, max-age=0", old), Mood::Answers).await;
}

#[tokio::test]
async fn a_file_has_to_be_good_at_start_and_may_change_later() {
    let (old, new) = (Pair::ed25519(), Pair::ed25519());
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let source = || JwksSource::File(file.path().to_owned());
    let empty = Jwks::open(source(), eager()).await;
    assert!(matches!(empty, Err(JwksError::Malformed(_))), "{empty:?}");
    assert!(matches!(
        Jwks::open(JwksSource::File("/nowhere".into()), eager()).await,
        Err(JwksError::File(_))
    ));
    std::fs::write(file.path(), set(&[old.jwk(Some("old"))])).unwrap();
    let verifier = verifier(Jwks::open(source(), eager()).await.unwrap());
    assert!(verifier.verify(&old.sign_as(Some("old"), &good())).is_ok());
    file.as_file_mut().set_len(0).unwrap();
    file.write_all(set(&[new.jwk(Some("new"))]).as_bytes()).unwrap();
    assert!(verifier.verify_fresh(&new.sign_as(Some("new"), &good())).await.is_ok());
}

#[tokio::test]
async fn the_gateways_own_key_counts_besides_the_set() {
    let pair = Pair::p256();
    let jwks = Source::with(Mood::Answers(set(&[pair.jwk(Some("a"))]))).await.jwks(eager()).await;
    let verifier = verifier(jwks).and_own(Key::secret(SECRET).unwrap());
    let until = Timestamp::from_unix_millis((NOW + 60) * 1000);
    let grant = homeroom_auth::Grant::person(UserId::new("t-1").unwrap(), until);
    assert!(verifier.verify(&Signer::new(SECRET).unwrap().sign(&grant).unwrap()).is_ok());
    assert!(verifier.verify(&pair.sign_as(Some("a"), &good())).is_ok());
}

#[test]
fn a_source_is_a_path_or_an_https_address_and_http_only_here() {
    let source = |text: &str| text.parse::<JwksSource>();
    assert!(matches!(source("/etc/keys.json"), Ok(JwksSource::File(_))));
    let good = [
        "https://id.example/keys",
        "http://localhost:1/keys",
        "http://127.0.0.2/keys",
        "http://[::1]:1/keys",
    ];
    for good in good {
        assert!(matches!(source(good), Ok(JwksSource::Url(_))), "{good}");
    }
    for plain in ["http://id.example/keys", "http://192.0.2.7/keys", "http://localhost.example/keys"] {
        assert!(matches!(source(plain), Err(JwksError::Insecure)), "{plain}");
    }
    let bad = [
        "ftp://id.example/keys",
        "https://user:hidden@id.example/keys",
        "http://user:hidden@localhost/keys",
        "file:///etc/keys",
        "https://",
        "https://id.example/a b?hidden",
    ];
    for bad in bad {
        let refused = source(bad).unwrap_err();
        assert!(matches!(refused, JwksError::Address), "{bad}");
        assert!(!format!("{refused} {refused:?}").contains("hidden"), "{refused}");
    }
}
