//! Why a configuration is refused: always one line that names the key.

use std::path::PathBuf;

/// Why a configuration is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("the configuration file {} can't be read: {problem}", path.display())]
    Unreadable { path: PathBuf, problem: std::io::Error },
    #[error("{} line {line}: {problem}", path.display())]
    Syntax { path: PathBuf, line: usize, problem: String },
    #[error("{origin}: there is no such key (`gateway --help` lists all)")]
    Unknown { origin: String },
    #[error("{origin}: {problem}")]
    Value { origin: String, problem: String },
}

impl ConfigError {
    /// A value that has the right type and still can't be used.
    pub(crate) fn value(key: &str, problem: impl std::fmt::Display) -> Self {
        Self::Value { origin: key.to_owned(), problem: problem.to_string() }
    }
}
