//! Which keys are taken, and that a token is only as good as the configured key: never the algorithm it names.

use aws_lc_rs::rsa::KeySize;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use homeroom_auth::{AuthConfig, AuthError, Key, KeyError, Signer, Verifier};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use proptest::prelude::*;
use serde_json::json;

use crate::support::{Pair, SECRET, clock, good, hs256, pem, verifier};

/// A token with this header and a signature that is right for nobody.
fn unsigned(header: &serde_json::Value) -> String {
    let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.", part(header), part(&good()))
}

#[test]
fn each_kind_of_key_verifies_what_its_private_half_signed() {
    for pair in [Pair::rsa(KeySize::Rsa2048), Pair::p256(), Pair::ed25519()] {
        let claims = pair.verifier().verify(&pair.sign(&good())).unwrap();
        assert_eq!(claims.subject.as_str(), "t-1");
    }
}

#[test]
fn another_key_of_the_same_kind_does_not_verify() {
    for (ours, theirs) in [(Pair::p256(), Pair::p256()), (Pair::ed25519(), Pair::ed25519())] {
        let refused = ours.verifier().verify(&theirs.sign(&good()));
        assert!(matches!(refused, Err(AuthError::Unverified(_))), "{refused:?}");
    }
    let foreign = Key::secret("another secret, also of thirty-two bytes").unwrap();
    let foreign = Verifier::new(foreign, AuthConfig::default(), clock()).unwrap();
    assert!(matches!(foreign.verify(&hs256(&good())), Err(AuthError::Unverified(_))));
}

#[test]
fn a_token_signed_with_the_public_key_as_a_secret_is_refused() {
    for pair in [Pair::rsa(KeySize::Rsa2048), Pair::p256(), Pair::ed25519()] {
        let secret = EncodingKey::from_secret(pair.public_pem.as_bytes());
        let forged = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &good(), &secret).unwrap();
        assert!(matches!(pair.verifier().verify(&forged), Err(AuthError::Unverified(_))));
    }
}

#[test]
fn a_verifier_with_a_secret_takes_no_other_algorithm() {
    let verifier = verifier(AuthConfig::default());
    assert!(verifier.verify(&Pair::p256().sign(&good())).is_err());
    for algorithm in [Algorithm::HS384, Algorithm::HS512] {
        let key = EncodingKey::from_secret(SECRET.as_bytes());
        let token = jsonwebtoken::encode(&Header::new(algorithm), &good(), &key).unwrap();
        assert!(matches!(verifier.verify(&token), Err(AuthError::Unverified(_))), "{algorithm:?}");
    }
}

#[test]
fn alg_none_is_refused_however_it_is_written() {
    for none in ["none", "None", "NONE", "nOnE", ""] {
        let token = unsigned(&json!({ "alg": none, "typ": "JWT" }));
        assert!(verifier(AuthConfig::default()).verify(&token).is_err(), "{none}");
        assert!(Pair::p256().verifier().verify(&token).is_err(), "{none}");
    }
}

#[test]
fn a_signature_that_was_cut_off_or_changed_is_refused() {
    let token = hs256(&good());
    let (body, signature) = token.rsplit_once('.').unwrap();
    let flipped = if signature.starts_with('A') { 'B' } else { 'A' };
    let changed = format!("{body}.{flipped}{}", &signature[1..]);
    for bad in [format!("{body}."), body.to_owned(), changed, format!("{token}.x")] {
        assert!(verifier(AuthConfig::default()).verify(&bad).is_err(), "{bad}");
    }
}

#[test]
fn a_token_with_critical_headers_is_refused() {
    let mut header = Header::new(Algorithm::HS256);
    header.crit = Some(vec!["exp".to_owned()]);
    let token = jsonwebtoken::encode(&header, &good(), &EncodingKey::from_secret(SECRET.as_bytes())).unwrap();
    assert!(matches!(verifier(AuthConfig::default()).verify(&token), Err(AuthError::Critical)));
}

#[test]
fn a_secret_needs_thirty_two_bytes() {
    assert!(Key::secret(&"x".repeat(32)).is_ok());
    assert!(matches!(Key::secret(&"x".repeat(31)), Err(KeyError::ShortSecret { bytes: 31, least: 32 })));
    assert!(matches!(Signer::new("short"), Err(KeyError::ShortSecret { bytes: 5, .. })));
}

#[test]
fn only_public_keys_that_are_strong_enough_are_taken() {
    let pair = Pair::p256();
    assert!(matches!(Key::public_pem(pair.private_pem()), Err(KeyError::NotPublic)));
    assert!(matches!(Key::public_pem("not a key"), Err(KeyError::NotPublic)));
    assert!(matches!(Key::public_pem(&pem("CERTIFICATE", b"whatever")), Err(KeyError::NotPublic)));
    assert!(matches!(Key::public_pem(&pem("PUBLIC KEY", b"whatever")), Err(KeyError::Unsupported)));
    assert!(matches!(Key::public_pem(&Pair::p384().public_pem), Err(KeyError::Unsupported)));
    assert!(matches!(Key::public_pem(RSA_1024), Err(KeyError::Unsupported)));
}

/// The public half of an RSA key that is too small to be used.
const RSA_1024: &str = "-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCiumvo5XHl6y7/SWEuxpI6FwXG
6IW8ySgoS/CE7jDBe2zhKEoyNxx4PT0UwV4mLjFBjBYWVPsecOdIRcG0Fyxw/hdZ
5bAuED8ZKvZrtdgPvloPLcLXYfMbtzoXTmp0YuUs1Bs71OXg+dtLkqPyfhK7uyKq
SXns0PuQDZkMF0CNfwIDAQAB
-----END PUBLIC KEY-----
";

#[test]
fn debug_output_shows_no_key() {
    let shown = format!(
        "{:?} {:?} {:?}",
        Key::secret(SECRET).unwrap(),
        verifier(AuthConfig::default()),
        Signer::new(SECRET).unwrap()
    );
    assert!(!shown.contains(SECRET), "{shown}");
    assert!(shown.contains("HS256"));
}

proptest! {
    #[test]
    fn any_string_is_answered_without_a_panic(token in "\\PC{0,200}") {
        prop_assert!(verifier(AuthConfig::default()).verify(&token).is_err());
    }

    #[test]
    fn any_three_parts_are_answered_without_a_panic(header in ".{0,60}", claims in ".{0,60}", signature in ".{0,60}") {
        let parts = [header, claims, signature].map(|part| URL_SAFE_NO_PAD.encode(part));
        prop_assert!(verifier(AuthConfig::default()).verify(&parts.join(".")).is_err());
    }

    #[test]
    fn any_text_is_no_key_without_a_panic(text in "\\PC{0,200}") {
        prop_assert!(Key::public_pem(&text).is_err());
        let dressed = format!("-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n");
        prop_assert!(Key::public_pem(&dressed).is_err());
    }
}
