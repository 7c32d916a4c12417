//! What can go wrong when servers are started for a test, with all that helps to see why.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{0}")]
    Missing(String),
    #[error("{name} can't be started: {source}")]
    Spawn { name: &'static str, source: io::Error },
    #[error("{name} ended with {status}; it said:\n{log}")]
    Ended { name: &'static str, status: String, log: String },
    #[error("{name} was not ready after {after:?}; it said:\n{log}")]
    NotReady { name: &'static str, after: Duration, log: String },
    #[error("{name} was still running after {after:?}; it said:\n{log}")]
    StillRunning { name: &'static str, after: Duration, log: String },
    #[error("{path}: {source}")]
    File { path: PathBuf, source: io::Error },
    #[error("{0}")]
    Exchange(String),
}

/// Ends the test with the error's own words: a test can't go on without its servers.
#[track_caller]
pub(crate) fn or_panic<T, E: std::fmt::Display>(result: Result<T, E>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{error}"),
    }
}
