//! Reads a JSON Web Key Set (RFC 7517). What isn't understood is left out, as section 5 wants it, and so is what is too weak,
//! private or symmetric; a set of which nothing remains is refused.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

use super::Key;
use super::jwks::JwksError;

/// The least and the most bits of an RSA modulus: shorter is weak, longer costs every token a multiple.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// The most characters of a `kid`.
const MAX_KID_CHARS: usize = 255;

/// What is read of a key (RFC 7517, section 4; RFC 7518, section 6; RFC 8037, section 2).
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    alg: Option<String>,
    kid: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
    /// The private part, which nobody should publish.
    d: Option<Value>,
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Value>,
}

/// Why a key of a set is left out.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(super) enum Unfit {
    #[error("it is not a key as RFC 7517 has it")]
    Malformed,
    #[error("it is symmetric")]
    Symmetric,
    #[error("it has its private part with it")]
    Private,
    #[error("it is too weak, or too long")]
    Strength,
    #[error("it is not for signatures, or of a kind that is not understood")]
    NotForUs,
}

/// The keys of a set that can be used. `max_keys` counts all that are in it.
pub(super) fn parse(json: &[u8], max_keys: usize) -> Result<Vec<Arc<Key>>, JwksError> {
    let set: Set = serde_json::from_slice(json).map_err(JwksError::Malformed)?;
    if set.keys.len() > max_keys {
        return Err(JwksError::TooMany { most: max_keys });
    }
    let mut keys = Vec::new();
    for (place, value) in set.keys.into_iter().enumerate() {
        match read(value) {
            Ok(key) => keys.push(Arc::new(key)),
            Err(reason) => tracing::warn!(place, %reason, "a key of the set is left out"),
        }
    }
    if keys.is_empty() { Err(JwksError::Empty) } else { Ok(keys) }
}

fn read(value: Value) -> Result<Key, Unfit> {
    let jwk: Jwk = serde_json::from_value(value).map_err(|_| Unfit::Malformed)?;
    let for_verifying = jwk.usage.as_deref().is_none_or(|usage| usage == "sig")
        && jwk.key_ops.as_ref().is_none_or(|ops| ops.iter().any(|op| op == "verify"));
    if jwk.kty == "oct" {
        return Err(Unfit::Symmetric);
    }
    if jwk.d.is_some() {
        return Err(Unfit::Private);
    }
    if !for_verifying || jwk.kid.as_ref().is_some_and(|kid| kid.chars().count() > MAX_KID_CHARS) {
        return Err(Unfit::NotForUs);
    }
    let (algorithm, name) = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
        ("RSA", _) => (Algorithm::RS256, "RS256"),
        ("EC", Some("P-256")) => (Algorithm::ES256, "ES256"),
        ("OKP", Some("Ed25519")) => (Algorithm::EdDSA, "EdDSA"),
        _ => return Err(Unfit::NotForUs),
    };
    if jwk.alg.as_deref().is_some_and(|alg| alg != name) {
        return Err(Unfit::NotForUs);
    }
    let decoding = match algorithm {
        Algorithm::RS256 => rsa(&jwk)?,
        Algorithm::ES256 => p256(&jwk)?,
        _ => ed25519(&jwk)?,
    };
    Ok(Key { decoding, algorithm, id: jwk.kid })
}

fn rsa(jwk: &Jwk) -> Result<DecodingKey, Unfit> {
    let (modulus, exponent) = (bytes(jwk.n.as_deref())?, bytes(jwk.e.as_deref())?);
    let odd = |number: &[u8]| number.last().is_some_and(|last| last % 2 == 1);
    // An exponent of 1 signs nothing; one of more than 4 bytes is nobody's.
    let sound = odd(&modulus) && odd(&exponent) && bits(&exponent) >= 2 && exponent.len() <= 4;
    if !sound || !RSA_BITS.contains(&bits(&modulus)) {
        return Err(Unfit::Strength);
    }
    Ok(DecodingKey::from_rsa_raw_components(&modulus, &exponent))
}

fn p256(jwk: &Jwk) -> Result<DecodingKey, Unfit> {
    let (x, y) = (bytes(jwk.x.as_deref())?, bytes(jwk.y.as_deref())?);
    if x.len() != 32 || y.len() != 32 {
        return Err(Unfit::Malformed);
    }
    let coordinates = (jwk.x.as_deref().unwrap_or_default(), jwk.y.as_deref().unwrap_or_default());
    DecodingKey::from_ec_components(coordinates.0, coordinates.1).map_err(|_| Unfit::Malformed)
}

fn ed25519(jwk: &Jwk) -> Result<DecodingKey, Unfit> {
    let x = bytes(jwk.x.as_deref())?;
    if x.len() == 32 { Ok(DecodingKey::from_ed_der(&x)) } else { Err(Unfit::Malformed) }
}

/// Base64url without padding (RFC 7518, section 2), zeros at the front left out where it is a number.
fn bytes(text: Option<&str>) -> Result<Vec<u8>, Unfit> {
    URL_SAFE_NO_PAD.decode(text.ok_or(Unfit::Malformed)?).map_err(|_| Unfit::Malformed)
}

fn bits(number: &[u8]) -> usize {
    let significant = number.iter().skip_while(|byte| **byte == 0);
    let (first, length) = (significant.clone().next().copied().unwrap_or_default(), significant.count());
    (length * 8).saturating_sub(first.leading_zeros() as usize)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn rsa_of(bytes: usize, exponent: &str) -> Value {
        json!({ "kty": "RSA", "kid": "a", "n": URL_SAFE_NO_PAD.encode(vec![0xff; bytes]), "e": exponent })
    }

    fn with(mut key: Value, field: &str, value: Value) -> Value {
        key[field] = value;
        key
    }

    #[test]
    fn only_what_verifies_and_is_strong_is_taken() {
        let good = rsa_of(256, "AQAB");
        let ed = json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode([7; 32]) });
        assert_eq!(read(good.clone()).unwrap().id.as_deref(), Some("a"));
        assert_eq!(read(ed.clone()).unwrap().algorithm(), "EdDSA");
        assert_eq!(read(with(good.clone(), "alg", json!("RS256"))).unwrap().algorithm(), "RS256");
        let cases = [
            (json!({ "kty": "oct", "k": URL_SAFE_NO_PAD.encode([1; 64]), "alg": "HS256" }), Unfit::Symmetric),
            (rsa_of(128, "AQAB"), Unfit::Strength),
            (rsa_of(2048, "AQAB"), Unfit::Strength),
            (rsa_of(256, "AQ"), Unfit::Strength),
            (with(good.clone(), "e", json!(null)), Unfit::Malformed),
            (with(good.clone(), "n", json!("!")), Unfit::Malformed),
            (with(good.clone(), "d", json!("x")), Unfit::Private),
            (with(good.clone(), "use", json!("enc")), Unfit::NotForUs),
            (with(good.clone(), "key_ops", json!(["sign"])), Unfit::NotForUs),
            (with(good.clone(), "alg", json!("HS256")), Unfit::NotForUs),
            (with(good.clone(), "alg", json!("none")), Unfit::NotForUs),
            (with(good, "kid", json!("k".repeat(256))), Unfit::NotForUs),
            (with(ed.clone(), "x", json!("AA")), Unfit::Malformed),
            (with(ed, "crv", json!("X25519")), Unfit::NotForUs),
            (json!({ "kty": "EC", "crv": "P-384", "x": "AA", "y": "AA" }), Unfit::NotForUs),
            (json!({ "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA" }), Unfit::Malformed),
            (json!({ "kty": 7 }), Unfit::Malformed),
            (json!(null), Unfit::Malformed),
        ];
        for (key, reason) in cases {
            assert_eq!(read(key.clone()).unwrap_err(), reason, "{key}");
        }
    }

    #[test]
    fn a_modulus_with_zeros_in_front_is_as_long_as_without() {
        let mut padded = vec![0; 128];
        padded.extend([0xff; 128]);
        assert_eq!((bits(&padded), bits(&[0x80]), bits(&[]), bits(&[0, 1])), (1024, 8, 0, 1));
        let weak = json!({ "kty": "RSA", "n": URL_SAFE_NO_PAD.encode(&padded), "e": "AQAB" });
        assert_eq!(read(weak).unwrap_err(), Unfit::Strength);
    }

    #[test]
    fn what_cannot_be_used_is_left_out_and_a_set_of_nothing_else_is_refused() {
        let set = |keys: Value| parse(json!({ "keys": keys }).to_string().as_bytes(), 3);
        let (good, bad) = (rsa_of(256, "AQAB"), rsa_of(64, "AQAB"));
        assert_eq!(set(json!([bad, good, null])).unwrap().len(), 1);
        assert!(matches!(set(json!([bad])), Err(JwksError::Empty)));
        assert!(matches!(set(json!([good, good, good, good])), Err(JwksError::TooMany { most: 3 })));
        assert!(matches!(parse(b"<html>", 3), Err(JwksError::Malformed(_))));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,80}") {
            let _ = parse(text.as_bytes(), 4);
            let _ = read(json!({ "kty": "RSA", "n": text.as_str(), "e": text.as_str() }));
            let _ = read(json!({ "kty": "EC", "crv": "P-256", "x": text.as_str(), "y": text.as_str() }));
        }
    }
}
