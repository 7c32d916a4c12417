//! A key set that is fetched again and again, so that keys can be changed without a restart.
//!
//! What always holds: the last good set stays until there is a newer good one; however many tokens with an unknown `kid` come,
//! the source is asked because of them no more often than configured, and no token is refused for good because of a key that
//! hasn't been looked for since it came; whoever waits for the source and goes away keeps nobody else from the answer.

use std::collections::HashSet;
use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use hyper::Uri;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::fetch::{Http, read_file};
use super::{Candidates, JwksSource, Key, Known, jwk};

/// How often a key set is fetched and how much of it is taken. Times in milliseconds, limits inclusive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JwksConfig {
    /// How often the set is fetched (5 min), or sooner where it comes with a shorter `max-age`. A key that the platform
    /// withdraws is good here for so long.
    pub refresh_ms: u64,
    /// The least time between two fetches for tokens with an unknown `kid` (30 s), and between two others after a failure or
    /// whatever `max-age` says. A token with an unknown `kid` that comes too soon for a fetch is refused as `UNAVAILABLE`, until
    /// the key has been looked for.
    pub min_refresh_ms: u64,
    /// How long one fetch may take (5 s).
    pub timeout_ms: u64,
    /// How long a token with an unknown `kid` waits for a fetch (1 s). After that it is refused as `UNAVAILABLE`, and the fetch
    /// goes on.
    pub wait_ms: u64,
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
            wait_ms: 1_000,
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

/// Why a key set can't be used.
#[derive(Debug, thiserror::Error)]
pub enum JwksError {
    /// Neither a path nor an address. It is not repeated: there may be a password in it.
    #[error("neither a path nor an https address without a password")]
    Address,
    /// Plain `http` to another machine: whoever is on the way could put in keys of their own.
    #[error("keys are fetched over https; over plain http from this machine alone")]
    Insecure,
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
    #[error("the key set takes longer than {} ms", .0.as_millis())]
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

/// How many names of keys are remembered that had to wait for a fetch. Whoever sends more invented ones has only those told later
/// that their key doesn't exist.
const MOST_WANTED: usize = 1_024;

/// A key set. Clones share it.
#[derive(Clone)]
pub struct Jwks(Arc<Inner>);

struct Inner {
    source: Source,
    config: JwksConfig,
    keys: RwLock<Arc<[Arc<Key>]>>,
    asked: Mutex<Asked>,
    /// Makes small numbers of names.
    names: RandomState,
    tasks: TaskTracker,
}

/// The last time that the source was asked.
struct Asked {
    at: Instant,
    /// How long after that it is to be asked again.
    again_in: Duration,
    /// Cancelled once it has answered, or hasn't in time.
    over: CancellationToken,
    /// When it was last asked because of a key that wasn't at hand.
    for_a_key: Option<Instant>,
    /// The keys that it was asked for then.
    looked_for: HashSet<u64>,
    /// Those that it is to be asked for the next time.
    wanted: HashSet<u64>,
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
            JwksSource::Url(uri) => Source::Url(uri, Box::new(Http::new()?)),
            JwksSource::File(path) => Source::File(path),
        };
        let (keys, over) = (RwLock::new(Arc::from([])), CancellationToken::new());
        over.cancel();
        let again_in = millis(config.min_refresh_ms);
        let (looked_for, wanted) = (HashSet::new(), HashSet::new());
        let asked =
            Mutex::new(Asked { at: Instant::now(), again_in, over, for_a_key: None, looked_for, wanted });
        let (names, tasks) = (RandomState::new(), TaskTracker::new());
        let jwks = Self(Arc::new(Inner { source, config, keys, asked, names, tasks }));
        match (jwks.refresh().await, &jwks.0.source) {
            (Err(error), Source::File(_)) => Err(error),
            _ => Ok(jwks),
        }
    }

    /// Why there are no keys, if there are none: asks once more.
    pub async fn check(&self) -> Result<(), JwksError> {
        let empty = self.0.keys.read().unwrap_or_else(PoisonError::into_inner).is_empty();
        if empty { self.refresh().await } else { Ok(()) }
    }

    /// Fetches it again and again, for ever.
    pub async fn keep_fresh(self) {
        loop {
            // A token with an unknown `kid` may have put it off meanwhile.
            let next = {
                let asked = self.asked();
                asked.at + asked.again_in
            };
            if next > Instant::now() {
                sleep_until(next).await;
            } else {
                let over = self.begin(&mut self.asked());
                over.cancelled().await;
            }
        }
    }

    /// Looks for a key of that name, which isn't at hand: in a fetch of its own, unless one is under way or one was made for
    /// another key a moment ago. Whether it has been looked for by now; if not, that takes long, went wrong, or has to wait its turn.
    pub(crate) async fn look_for(&self, kid: Option<&str>) -> bool {
        let name = self.0.names.hash_one(kid);
        let over = {
            let mut asked = self.asked();
            if asked.over.is_cancelled() {
                if asked.for_a_key.is_some_and(|at| at.elapsed() < self.min_refresh()) {
                    if asked.wanted.len() < MOST_WANTED {
                        asked.wanted.insert(name);
                    }
                    return asked.looked_for.contains(&name);
                }
                asked.for_a_key = Some(Instant::now());
                self.begin(&mut asked);
            }
            if asked.looked_for.len() < MOST_WANTED {
                asked.looked_for.insert(name);
            }
            asked.over.clone()
        };
        let answered = timeout(millis(self.0.config.wait_ms), over.cancelled()).await.is_ok();
        answered && self.asked().looked_for.contains(&name)
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

    fn asked(&self) -> MutexGuard<'_, Asked> {
        // It is whole between any two of its changes.
        self.0.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the source unless it is being asked: in a task of its own, since whoever waits for the end of it may go away.
    fn begin(&self, asked: &mut Asked) -> CancellationToken {
        if asked.over.is_cancelled() {
            asked.over = CancellationToken::new();
            (asked.at, asked.again_in) = (Instant::now(), self.min_refresh());
            asked.looked_for = std::mem::take(&mut asked.wanted);
            let (jwks, over) = (self.clone(), asked.over.clone().drop_guard());
            self.0.tasks.spawn(async move {
                // What went wrong is in the log, and the keys that there are stay.
                let _ = jwks.refresh().await;
                drop(over);
            });
        }
        asked.over.clone()
    }

    /// Asks the source, and puts its keys in force.
    async fn refresh(&self) -> Result<(), JwksError> {
        let fetched = match self.fetch().await {
            Ok((bytes, max_age)) => jwk::parse(&bytes, self.0.config.max_keys).map(|keys| (keys, max_age)),
            Err(error) => Err(error),
        };
        match fetched {
            Ok((keys, max_age)) => {
                self.asked().again_in = self.0.config.again_in(max_age);
                tracing::debug!(keys = keys.len(), "fetched the key set");
                *self.0.keys.write().unwrap_or_else(PoisonError::into_inner) = keys.into();
                Ok(())
            }
            Err(error) => {
                // What it was asked for is still to be looked for.
                self.asked().looked_for.clear();
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::warn!(%error, cause, "the key set could not be fetched; the last one stays");
                Err(error)
            }
        }
    }

    async fn fetch(&self) -> Result<(Bytes, Option<Duration>), JwksError> {
        let (most, within) = (self.0.config.max_bytes, millis(self.0.config.timeout_ms));
        let fetch = async {
            match &self.0.source {
                Source::Url(uri, http) => http.get(uri, most).await,
                Source::File(path) => Ok((read_file(path, most).await?, None)),
            }
        };
        timeout(within, fetch).await.unwrap_or(Err(JwksError::TooSlow(within)))
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
