//! Where a key set comes from. Nobody on the way there can put in keys of their own.

use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use hyper::Uri;

use super::JwksError;

/// Where a set is: a path, `https://…`, or on this machine itself `http://…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JwksSource {
    /// Over HTTP.
    Url(Uri),
    /// A file.
    File(PathBuf),
}

impl FromStr for JwksSource {
    type Err = JwksError;

    fn from_str(text: &str) -> Result<Self, JwksError> {
        if !text.contains("://") {
            return Ok(Self::File(text.into()));
        }
        let uri: Uri = text.parse().map_err(|_| JwksError::Address)?;
        // What stands before an @ would be a password, and would be lost.
        if uri.authority().is_none_or(|authority| authority.as_str().contains('@')) {
            return Err(JwksError::Address);
        }
        match uri.scheme_str() {
            Some("https") => Ok(Self::Url(uri)),
            Some("http") if uri.host().is_some_and(is_here) => Ok(Self::Url(uri)),
            Some("http") => Err(JwksError::Insecure),
            _ => Err(JwksError::Address),
        }
    }
}

/// Whether that host is this machine.
fn is_here(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}
