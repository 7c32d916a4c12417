//! A clock that stands at one instant, keys made on the spot, and tokens with whatever claims a test wants.

use std::sync::Arc;

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    Ed25519KeyPair, KeyPair as _,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use homeroom_auth::{AuthConfig, AuthError, Claims, Key, Verifier};
use homeroom_contract::{ManualClock, Timestamp};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

/// The instant that the clock shows, in seconds since 1970.
pub(crate) const NOW: i64 = 1_900_000_000;

/// A secret that is long enough.
pub(crate) const SECRET: &str = "a secret that has thirty-two bytes and more";

/// The clock at [`NOW`].
pub(crate) fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(Timestamp::from_unix_millis(NOW * 1000)))
}

/// A verifier with [`SECRET`].
pub(crate) fn verifier(config: AuthConfig) -> Verifier {
    Verifier::new(Key::secret(SECRET).unwrap(), config, clock()).unwrap()
}

/// Claims that are accepted by default.
pub(crate) fn good() -> Value {
    json!({ "sub": "t-1", "districtId": "d-1", "exp": NOW + 60 })
}

/// The good claims with one of them replaced, or taken out with `null`.
pub(crate) fn with(claim: &str, value: Value) -> Value {
    let mut claims = good();
    let map = claims.as_object_mut().unwrap();
    if value.is_null() {
        map.remove(claim)
    } else {
        map.insert(claim.to_owned(), value)
    };
    claims
}

/// A token with these claims, signed with [`SECRET`].
pub(crate) fn hs256(claims: &Value) -> String {
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &key).unwrap()
}

/// What the default verifier makes of these claims.
pub(crate) fn verify(claims: &Value) -> Result<Claims, AuthError> {
    verifier(AuthConfig::default()).verify(&hs256(claims))
}

/// A pair of keys as an identity provider has it.
pub(crate) struct Pair {
    /// What goes into the gateway's configuration.
    pub(crate) public_pem: String,
    private_pem: String,
    public_der: Vec<u8>,
    algorithm: Algorithm,
}

impl Pair {
    pub(crate) fn rsa(size: aws_lc_rs::rsa::KeySize) -> Self {
        let pair = aws_lc_rs::rsa::KeyPair::generate(size).unwrap();
        let private: aws_lc_rs::encoding::Pkcs8V1Der<'_> = pair.as_der().unwrap();
        let public = pair.public_key().as_der().unwrap();
        Self::new(private.as_ref(), public.as_ref(), Algorithm::RS256)
    }

    pub(crate) fn p256() -> Self {
        Self::ec(&ECDSA_P256_SHA256_FIXED_SIGNING, Algorithm::ES256)
    }

    pub(crate) fn p384() -> Self {
        Self::ec(&ECDSA_P384_SHA384_FIXED_SIGNING, Algorithm::ES384)
    }

    pub(crate) fn ed25519() -> Self {
        let pair = Ed25519KeyPair::generate().unwrap();
        let public = pair.public_key().as_der().unwrap();
        Self::new(pair.to_pkcs8v1().unwrap().as_ref(), public.as_ref(), Algorithm::EdDSA)
    }

    /// A token with these claims.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_as(None, claims)
    }

    /// A token with these claims that names its key.
    pub(crate) fn sign_as(&self, kid: Option<&str>, claims: &Value) -> String {
        let pem = self.private_pem.as_bytes();
        let key = match self.algorithm {
            Algorithm::RS256 => EncodingKey::from_rsa_pem(pem),
            Algorithm::EdDSA => EncodingKey::from_ed_pem(pem),
            _ => EncodingKey::from_ec_pem(pem),
        };
        let header = Header { kid: kid.map(str::to_owned), ..Header::new(self.algorithm) };
        jsonwebtoken::encode(&header, claims, &key.unwrap()).unwrap()
    }

    /// The public half as a JSON Web Key (RFC 7517). Where its numbers stand in the DER is fixed for each of our three kinds.
    pub(crate) fn jwk(&self, kid: Option<&str>) -> Value {
        let part = |range: std::ops::Range<usize>| URL_SAFE_NO_PAD.encode(&self.public_der[range]);
        let end = self.public_der.len();
        let mut jwk = match self.algorithm {
            Algorithm::RS256 => json!({ "kty": "RSA", "n": part(33..289), "e": part(291..294) }),
            Algorithm::EdDSA => json!({ "kty": "OKP", "crv": "Ed25519", "x": part(end - 32..end) }),
            _ => {
                json!({ "kty": "EC", "crv": "P-256", "x": part(end - 64..end - 32), "y": part(end - 32..end) })
            }
        };
        if let Some(kid) = kid {
            jwk["kid"] = json!(kid);
        }
        jwk
    }

    /// A verifier that trusts this pair.
    pub(crate) fn verifier(&self) -> Verifier {
        Verifier::new(Key::public_pem(&self.public_pem).unwrap(), AuthConfig::default(), clock()).unwrap()
    }

    /// The private half, which has no place in the gateway.
    pub(crate) fn private_pem(&self) -> &str {
        &self.private_pem
    }

    fn ec(kind: &'static EcdsaSigningAlgorithm, algorithm: Algorithm) -> Self {
        let pair = EcdsaKeyPair::generate(kind).unwrap();
        let public = pair.public_key().as_der().unwrap();
        Self::new(pair.to_pkcs8v1().unwrap().as_ref(), public.as_ref(), algorithm)
    }

    fn new(private: &[u8], public: &[u8], algorithm: Algorithm) -> Self {
        Self {
            public_pem: pem("PUBLIC KEY", public),
            private_pem: pem("PRIVATE KEY", private),
            public_der: public.to_vec(),
            algorithm,
        }
    }
}

/// PEM (RFC 7468) around DER.
pub(crate) fn pem(label: &str, der: &[u8]) -> String {
    let base64 = STANDARD.encode(der);
    let lines: Vec<_> = base64.as_bytes().chunks(64).map(|line| str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}
