//! Identifiers of what is made up.

use std::str::FromStr;

/// An identifier of a text that is one.
#[expect(clippy::expect_used, reason = "made of short texts, numbers and dashes only")]
pub(super) fn id<I: FromStr>(text: impl AsRef<str>) -> I {
    text.as_ref().parse().ok().expect("a short text without control characters is an identifier")
}
