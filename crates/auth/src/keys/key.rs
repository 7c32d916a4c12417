//! The key that tokens are checked with, and the one algorithm that goes with it.

use std::fmt;

use jsonwebtoken::{Algorithm, DecodingKey};

use crate::KeyError;

/// The least bytes of a secret for HS256 (RFC 7518, section 3.2).
pub(crate) const LEAST_SECRET_BYTES: usize = 32;

/// The least bytes that an RSA public key of 2048 bits takes as DER: its modulus alone has 256.
const LEAST_RSA_DER_BYTES: usize = 256 + 8;

/// An uncompressed point on P-256: a tag and two coordinates of 32 bytes.
const P256_POINT_BYTES: usize = 65;

/// A key and its algorithm.
#[derive(Clone)]
pub struct Key {
    pub(crate) decoding: DecodingKey,
    pub(crate) algorithm: Algorithm,
    /// What tokens call it; none where it is configured by itself.
    pub(crate) id: Option<String>,
}

impl Key {
    /// A secret shared with whoever issues the tokens, for HS256. Its bytes are used as they are; at least 32 of them.
    pub fn secret(secret: &str) -> Result<Self, KeyError> {
        let bytes = checked_secret(secret)?;
        Ok(Self { decoding: DecodingKey::from_secret(bytes), algorithm: Algorithm::HS256, id: None })
    }

    /// A public key in PEM: RSA for RS256, EC on P-256 for ES256, Ed25519 for `EdDSA`.
    pub fn public_pem(pem: &str) -> Result<Self, KeyError> {
        if !pem.contains("-----BEGIN PUBLIC KEY-----") && !pem.contains("-----BEGIN RSA PUBLIC KEY-----") {
            return Err(KeyError::NotPublic);
        }
        let pem = pem.as_bytes();
        let candidates = [
            (DecodingKey::from_rsa_pem(pem), Algorithm::RS256),
            (DecodingKey::from_ec_pem(pem), Algorithm::ES256),
            (DecodingKey::from_ed_pem(pem), Algorithm::EdDSA),
        ];
        candidates
            .into_iter()
            .filter_map(|(key, algorithm)| Some(Self { decoding: key.ok()?, algorithm, id: None }))
            .find(Self::is_strong)
            .ok_or(KeyError::Unsupported)
    }

    /// The algorithm's name in RFC 7518 and 8037, such as `RS256`.
    pub fn algorithm(&self) -> &'static str {
        match self.algorithm {
            Algorithm::HS256 => "HS256",
            Algorithm::RS256 => "RS256",
            Algorithm::ES256 => "ES256",
            _ => "EdDSA",
        }
    }

    fn is_strong(&self) -> bool {
        let bytes = self.decoding.try_get_as_bytes().map_or(0, <[u8]>::len);
        match self.algorithm {
            Algorithm::RS256 => bytes >= LEAST_RSA_DER_BYTES,
            Algorithm::ES256 => bytes == P256_POINT_BYTES,
            _ => true,
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

/// The bytes of a secret that is long enough.
pub(crate) fn checked_secret(secret: &str) -> Result<&[u8], KeyError> {
    let bytes = secret.as_bytes();
    if bytes.len() < LEAST_SECRET_BYTES {
        return Err(KeyError::ShortSecret { bytes: bytes.len(), least: LEAST_SECRET_BYTES });
    }
    Ok(bytes)
}
