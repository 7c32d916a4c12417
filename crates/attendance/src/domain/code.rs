//! The code of a check-in: six digits for each turn, by a secret that never leaves the gateway.
//!
//! It is the HOTP value of RFC 4226 with HMAC-SHA-256 (RFC 2104), as TOTP has it (RFC 6238), counted in turns of this check-in.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// Codes there are: six digits.
const CODES: u32 = 1_000_000;

/// Thirty-two random bytes, made when a check-in is opened. They are kept with it and shown to nobody.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret([u8; 32]);

impl Secret {
    /// Takes random bytes, of which nobody can guess any.
    pub fn new(random: [u8; 32]) -> Self {
        Self(random)
    }

    /// The bytes, to be kept.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The code of that turn, the first being 0: six digits, zeros in front included.
    pub fn code(&self, turn: u64) -> String {
        let mac = self.mac(turn);
        let offset = usize::from(mac.last().copied().unwrap_or_default() & 0x0f);
        let four =
            mac.iter().skip(offset).take(4).fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
        format!("{:06}", (four & 0x7fff_ffff) % CODES)
    }

    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length (RFC 2104, section 3)")]
    fn mac(&self, turn: u64) -> [u8; 32] {
        let mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of any length");
        mac.chain_update(turn.to_be_bytes()).finalize().into_bytes().into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, the column for SHA-256: its codes have eight digits, of which these are the last six.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = Secret::new(*b"12345678901234567890123456789012");
        let published = [
            (59, "46119246"),
            (1_111_111_109, "68084774"),
            (1_111_111_111, "67062674"),
            (1_234_567_890, "91819424"),
            (2_000_000_000, "90698825"),
            (20_000_000_000, "77737706"),
        ];
        for (unix_seconds, eight_digits) in published {
            assert_eq!(secret.code(unix_seconds / 30), eight_digits[2..], "at {unix_seconds}");
        }
    }

    #[test]
    fn a_secret_is_not_in_the_log() {
        assert_eq!(format!("{:?}", Secret::new([7; 32])), "Secret(…)");
    }
}
