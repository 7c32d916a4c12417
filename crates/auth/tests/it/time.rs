//! `exp` and `nbf` to the millisecond, with and without leeway.

use std::time::Duration;

use homeroom_auth::{AuthConfig, AuthError, Grant, Key, KeyError, Signer, Verifier};
use homeroom_contract::{Clock as _, Timestamp, UserId};
use proptest::prelude::*;
use serde_json::json;

use crate::support::{NOW, SECRET, clock, hs256, verifier, verify, with};

const LEEWAY: Duration = Duration::from_secs(5);

#[test]
fn a_token_is_good_until_just_before_exp_plus_leeway() {
    let clock = clock();
    let verifier = Verifier::new(Key::secret(SECRET).unwrap(), AuthConfig::default(), clock.clone()).unwrap();
    let token = hs256(&with("exp", json!(NOW + 10)));
    let claims = verifier.verify(&token).unwrap();
    assert_eq!(verifier.closes_at(&claims), claims.expires_at.plus(LEEWAY));

    clock.advance(Duration::from_millis(14_999));
    assert!(verifier.verify(&token).is_ok());
    clock.advance(Duration::from_millis(1));
    assert_eq!(clock.now(), verifier.closes_at(&claims));
    assert!(matches!(verifier.verify(&token), Err(AuthError::Expired)));
}

#[test]
fn without_leeway_exp_itself_is_too_late() {
    let strict = verifier(AuthConfig { leeway: Duration::ZERO, ..AuthConfig::default() });
    assert!(strict.verify(&hs256(&with("exp", json!(NOW + 1)))).is_ok());
    assert!(matches!(strict.verify(&hs256(&with("exp", json!(NOW)))), Err(AuthError::Expired)));
}

#[test]
fn a_token_is_good_from_nbf_less_leeway() {
    assert!(verify(&with("nbf", json!(NOW + 5))).is_ok());
    assert!(matches!(verify(&with("nbf", json!(NOW + 6))), Err(AuthError::NotYet)));
    assert!(matches!(verify(&with("nbf", json!(5_000_000_000_i64))), Err(AuthError::NotYet)));
}

#[test]
fn a_token_needs_an_exp_that_is_a_number() {
    assert!(matches!(verify(&with("exp", json!(null))), Err(AuthError::Claim("exp"))));
    assert!(matches!(verify(&with("exp", json!("tomorrow"))), Err(AuthError::Unverified(_))));
}

#[test]
fn an_exp_with_a_fraction_or_out_of_the_calendar_is_read() {
    let claims = verify(&with("exp", json!(1_900_000_000.25_f64))).unwrap();
    assert_eq!(claims.expires_at.unix_millis(), NOW * 1000 + 250);
    assert!(verify(&with("exp", json!(1e300))).is_ok());
    assert!(matches!(verify(&with("exp", json!(-1e300))), Err(AuthError::Expired)));
    assert!(matches!(verify(&with("exp", json!(i64::MIN))), Err(AuthError::Expired)));
}

#[test]
fn a_leeway_over_five_seconds_is_refused() {
    let with_leeway = |leeway| {
        let config = AuthConfig { leeway, ..AuthConfig::default() };
        Verifier::new(Key::secret(SECRET).unwrap(), config, clock())
    };
    assert!(with_leeway(LEEWAY).is_ok());
    assert!(matches!(with_leeway(LEEWAY + Duration::from_millis(1)), Err(KeyError::Leeway { .. })));
}

proptest! {
    #[test]
    fn an_iat_keeps_its_millisecond(millis in 0..10_000_000_000_000_i64) {
        let issued_at = Some(Timestamp::from_unix_millis(millis));
        let until = clock().now().plus(Duration::from_hours(1));
        let grant = Grant { issued_at, ..Grant::person(UserId::new("ada").unwrap(), until) };
        let token = Signer::new(SECRET).unwrap().sign(&grant).unwrap();
        prop_assert_eq!(verifier(AuthConfig::default()).verify(&token).unwrap().provenance.issued_at, issued_at);
    }
}

#[test]
fn what_the_signer_grants_is_what_the_verifier_reads() {
    let expires_at = clock().now().plus(Duration::from_hours(1));
    let grant = Grant::service(UserId::new("reports").unwrap(), ["gradebook:read".to_owned()], expires_at);
    let claims =
        verifier(AuthConfig::default()).verify(&Signer::new(SECRET).unwrap().sign(&grant).unwrap()).unwrap();
    assert_eq!(claims.expires_at, expires_at);
    assert_eq!(claims.scopes.unwrap().into_iter().collect::<Vec<_>>(), ["gradebook:read"]);
}
