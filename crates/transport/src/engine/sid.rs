//! Session ids.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::Rng as _;

const ENTROPY: usize = 21;
const LEN: usize = 28;

/// A random session id: 21 bytes of entropy as 28 base64url characters.
///
/// An Engine.IO sid is a bearer secret: whoever has it may speak for the session. `Debug` and `Display` therefore
/// show only its first six characters, enough to find a connection in a log.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sid([u8; LEN]);

impl Sid {
    /// A new one, from the operating system's randomness.
    pub fn random() -> Self {
        let mut entropy = [0; ENTROPY];
        rand::rng().fill_bytes(&mut entropy);
        let mut text = [b'A'; LEN];
        // 21 bytes make exactly 28 characters, so this can't fail.
        let _ = URL_SAFE_NO_PAD.encode_slice(entropy, &mut text);
        Self(text)
    }

    /// An id as a peer sends it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        text.as_bytes().try_into().ok().map(Self)
    }

    /// The whole id, for the peer only.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str().get(..6).unwrap_or_default())?;
        f.write_str("…")
    }
}

impl fmt::Debug for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_differ_fill_their_space_and_hide_in_logs() {
        let (one, other) = (Sid::random(), Sid::random());
        assert_ne!(one, other);
        assert_eq!(one.as_str().len(), LEN);
        assert!(one.as_str().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        assert_eq!(format!("{one:?}"), format!("{}…", &one.as_str()[..6]));
    }
}
