//! How the process ends when it can't go on: one line on standard error, and an exit code that says what kind of trouble
//! it was.

use std::error::Error;
use std::fmt::Write as _;
use std::process::ExitCode;

use crate::config::ConfigError;

/// Something failed: the database, the network, a file.
const FAILED: u8 = 1;
/// A roster import was refused; nothing was applied.
const REFUSED: u8 = 2;
/// The command line is wrong (`EX_USAGE` of sysexits.h).
const USAGE: u8 = 64;
/// The configuration is wrong (`EX_CONFIG` of sysexits.h).
const CONFIGURATION: u8 = 78;

/// Why the process ends.
#[derive(Debug)]
pub(crate) struct Stop {
    code: u8,
    line: String,
}

impl Stop {
    /// What was being done, and why it failed, with every cause on the same line.
    pub(crate) fn failed(what: impl Into<String>, error: &dyn Error) -> Self {
        let mut line = what.into();
        let mut cause = Some(error);
        while let Some(error) = cause {
            let text = error.to_string();
            // Many errors repeat their cause in their own text.
            if !line.contains(&text) {
                let _ = write!(line, ": {text}");
            }
            cause = error.source();
        }
        Self { code: FAILED, line }
    }

    /// It can't be done, and there is nothing more to say than this.
    pub(crate) fn impossible(line: impl Into<String>) -> Self {
        Self { code: FAILED, line: line.into() }
    }

    /// Says why, on one line.
    pub(crate) fn report(self) -> ExitCode {
        let line = self.line.split_whitespace().collect::<Vec<_>>().join(" ");
        eprintln!("gateway: {line}");
        ExitCode::from(self.code)
    }
}

impl From<ConfigError> for Stop {
    fn from(error: ConfigError) -> Self {
        Self { code: CONFIGURATION, line: error.to_string() }
    }
}

/// The exit code of an import that was refused.
pub(crate) fn refused() -> ExitCode {
    ExitCode::from(REFUSED)
}

/// Answers `--help` and `--version`, and a command line that is wrong.
pub(crate) fn usage(answer: &clap::Error) -> ExitCode {
    // Nobody is left to tell if the terminal is gone.
    answer.print().ok();
    if answer.use_stderr() { ExitCode::from(USAGE) } else { ExitCode::SUCCESS }
}
