//! A key set that is fetched again and again, so that keys can be changed without a restart.
//!
//! What always holds: the last good set stays until there is a newer good one; however many tokens with an unknown `kid` come,
//! the source is not asked more often than configured.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use hyper::Uri;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

use super::fetch::{Http, read_file};
use super::{Candidates, Key, Known, jwk};

/// How often a key set is fetched and how much of it is taken. Times in milliseconds, limits inclusive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JwksConfig {
    /// How often the set is fetched (5 min), or sooner where it comes with a shorter `max-age`. A key that the platform
    /// withdraws is good here for so long.
    pub refresh_ms: u64,
    /// The least time between two fetches (30 s), for a token with an unknown `kid`, after a failure, and whatever `max-age` says.
    pub min_refresh_ms: u64,
    /// How long one fetch may take (5 s).
    pub timeout_ms: u64,
    /// The most bytes of a set (262,144).
    pub max_bytes: usize,
    /// The most keys of a set (32).
    pub max_keys: usize,
}

impl Default for JwksConfig {
    fn default() -> Self {
        Self {
            refresh_ms: 300_000,
            min_refresh_ms: 30_000,
            timeout_ms: 5_000,
            max_bytes: 262_144,
            max_keys: 32,
        }
    }
}

impl JwksConfig {
    /// How long after it was fetched a set is fetched again: as long as it says that it is good, within what is configured.
    fn again_in(&self, max_age: Option<Duration>) -> Duration {
        let (least, most) = (millis(self.min_refresh_ms), millis(self.refresh_ms));
        max_age.map_or(most, |age| age.max(least).min(most))
    }
}

/// Where a set is: `https://…`, `http://…` or a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JwksSource {
    /// Over HTTP. Plain `http` can be changed by whoever is on the way.
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
        let uri: Uri = text.parse().map_err(|_| JwksError::Address(text.to_owned()))?;
        let ours = matches!(uri.scheme_str(), Some("https" | "http"));
        // What stands before an @ would be a password, and would be lost.
        let plain = uri.authority().is_some_and(|authority| !authority.as_str().contains('@'));
        if ours && plain { Ok(Self::Url(uri)) } else { Err(JwksError::Address(text.to_owned())) }
    }
}

/// Why a key set can't be used.
#[derive(Debug, thiserror::Error)]
pub enum JwksError {
    /// Neither a path nor an address.
    #[error("`{0}` is neither a path nor an https or http address without a password")]
    Address(String),
    /// The machine has no certificate authorities to trust.
    #[error("there are no certificate authorities on this machine")]
    Authorities(#[source] std::io::Error),
    /// The file can't be read.
    #[error("the key set's file can't be read")]
    File(#[source] std::io::Error),
    /// Nobody answers.
    #[error("the key set's address does not answer")]
    Unreachable(#[source] hyper_util::client::legacy::Error),
    /// It answers with something else than 200; redirects are not followed.
    #[error("the key set's address answers with status {0}")]
    Status(u16),
    /// The answer broke off.
    #[error("the key set's address broke off")]
    BrokeOff(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It takes too long.
    #[error("the key set's address takes longer than {} ms", .0.as_millis())]
    TooSlow(Duration),
    /// Too many bytes.
    #[error("the key set has more than {most} bytes")]
    TooLarge {
        /// The most.
        most: usize,
    },
    /// Too many keys.
    #[error("the key set has more than {most} keys")]
    TooMany {
        /// The most.
        most: usize,
    },
    /// Not a key set.
    #[error("this is not a JSON Web Key Set")]
    Malformed(#[source] serde_json::Error),
    /// Nothing in it can be used.
    #[error(
        "the key set has no key that can be used (RSA from 2048 bits, EC on P-256, Ed25519; no symmetric ones)"
    )]
    Empty,
}

/// A key set. Clones share it.
#[derive(Clone)]
pub struct Jwks(Arc<Inner>);

struct Inner {
    source: Source,
    config: JwksConfig,
    keys: RwLock<Arc<[Arc<Key>]>>,
    /// Held while the source is asked, so that it is asked once.
    asked: Mutex<Option<Asked>>,
}

/// The last time that the source was asked.
#[derive(Clone, Copy)]
struct Asked {
    at: Instant,
    /// How long after that it is to be asked again.
    again_in: Duration,
}

enum Source {
    Url(Uri, Box<Http>),
    File(PathBuf),
}

impl Jwks {
    /// Opens it. A file has to be good now; an address that is away is asked again by [`keep_fresh`](Self::keep_fresh), and until
    /// it answers every token is refused as `UNAVAILABLE`.
    pub async fn open(source: JwksSource, config: JwksConfig) -> Result<Self, JwksError> {
        let source = match source {
            JwksSource::Url(uri) => {
                let safe = uri.scheme_str() == Some("https")
                    || matches!(uri.host(), Some("localhost" | "127.0.0.1" | "[::1]"));
                if !safe {
                    tracing::warn!(%uri, "keys are fetched over plain http: whoever is on the way can put in their own");
                }
                Source::Url(uri, Box::new(Http::new()?))
            }
            JwksSource::File(path) => Source::File(path),
        };
        let keys = RwLock::new(Arc::from([]));
        let jwks = Self(Arc::new(Inner { source, config, keys, asked: Mutex::new(None) }));
        match (jwks.refresh(Duration::ZERO).await, &jwks.0.source) {
            (Err(error), Source::File(_)) => Err(error),
            _ => Ok(jwks),
        }
    }

    /// Fetches it again and again, for ever.
    pub async fn keep_fresh(self) {
        loop {
            // A token with an unknown `kid` may have put it off meanwhile.
            let asked = *self.0.asked.lock().await;
            match asked.map(|asked| asked.at + asked.again_in) {
                Some(next) if next > Instant::now() => sleep_until(next).await,
                // What went wrong is in the log.
                _ => drop(self.refresh(Duration::ZERO).await),
            }
        }
    }

    /// Fetches it because a token names a key that isn't in it, unless that was done a moment ago.
    pub(crate) async fn look_again(&self) {
        // What went wrong is in the log, and the keys that there are stay.
        let _ = self.refresh(self.min_refresh()).await;
    }

    /// The keys of that name and those without a name; all for a token that names none.
    pub(super) fn candidates(&self, kid: Option<&str>) -> Candidates {
        let all = Arc::clone(&self.0.keys.read().unwrap_or_else(PoisonError::into_inner));
        let named = |key: &&Arc<Key>| key.id.is_some() && key.id.as_deref() == kid;
        let state = match kid {
            _ if all.is_empty() => Known::Nothing,
            Some(_) if !all.iter().any(|key| named(&key)) => Known::No,
            _ => Known::Yes,
        };
        let fits = |key: &&Arc<Key>| kid.is_none() || key.id.is_none() || named(key);
        Candidates { keys: all.iter().filter(fits).cloned().collect(), state }
    }

    fn min_refresh(&self) -> Duration {
        millis(self.0.config.min_refresh_ms)
    }

    /// Asks the source unless it was asked within `spare`; whoever comes meanwhile waits for the same answer.
    async fn refresh(&self, spare: Duration) -> Result<(), JwksError> {
        let mut asked = self.0.asked.lock().await;
        if asked.is_some_and(|asked| asked.at.elapsed() < spare) {
            return Ok(());
        }
        let at = Instant::now();
        *asked = Some(Asked { at, again_in: self.min_refresh() });
        let fetched = match self.fetch().await {
            Ok((bytes, max_age)) => jwk::parse(&bytes, self.0.config.max_keys).map(|keys| (keys, max_age)),
            Err(error) => Err(error),
        };
        match fetched {
            Ok((keys, max_age)) => {
                *asked = Some(Asked { at, again_in: self.0.config.again_in(max_age) });
                tracing::debug!(keys = keys.len(), "fetched the key set");
                *self.0.keys.write().unwrap_or_else(PoisonError::into_inner) = keys.into();
                Ok(())
            }
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::warn!(%error, cause, "the key set could not be fetched; the last one stays");
                Err(error)
            }
        }
    }

    async fn fetch(&self) -> Result<(Bytes, Option<Duration>), JwksError> {
        let config = &self.0.config;
        match &self.0.source {
            Source::Url(uri, http) => http.get(uri, config.max_bytes, millis(config.timeout_ms)).await,
            Source::File(path) => Ok((read_file(path, config.max_bytes).await?, None)),
        }
    }
}

impl fmt::Debug for Jwks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jwks").field("config", &self.0.config).finish_non_exhaustive()
    }
}

fn millis(number: u64) -> Duration {
    Duration::from_millis(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_good_for_as_long_as_it_says_and_as_is_configured() {
        let config = JwksConfig { refresh_ms: 300_000, min_refresh_ms: 30_000, ..JwksConfig::default() };
        let again = |seconds| config.again_in(Some(Duration::from_secs(seconds))).as_secs();
        assert_eq!([0, 29, 60, 300, 86_400, u64::MAX].map(again), [30, 30, 60, 300, 300, 300]);
        assert_eq!(config.again_in(None).as_secs(), 300);
    }
}
