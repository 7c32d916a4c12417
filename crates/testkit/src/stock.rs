//! The Socket.IO clients that the world uses, as they are published: npm `socket.io-client` and `PyPI` `python-socketio`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::error::or_panic;
use crate::process::{Process, Spawn, run};
use crate::{Error, place};

const DONE_WITHIN: Duration = Duration::from_mins(2);

/// A stock client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StockClient {
    /// npm `socket.io-client`.
    JavaScript,
    /// `PyPI` `python-socketio`.
    Python,
}

impl StockClient {
    /// Both.
    pub const ALL: [Self; 2] = [Self::JavaScript, Self::Python];

    /// Runs one of the scripts in this crate's `clients/`, by name without ending (`echo`, `gateway`), with these arguments.
    /// Installs the client first if `cargo xtask setup` hasn't; blocks until the script has ended.
    ///
    /// Panics, with what the script wrote, if it fails.
    #[track_caller]
    pub fn play(self, script: &str, args: &[&str]) {
        or_panic(self.try_play(script, args));
    }

    /// Runs a program for it, such as we print for people to paste; what it has printed. Blocks until it has ended.
    ///
    /// Panics, with what it wrote, if it fails.
    #[track_caller]
    pub fn run(self, program: &str) -> String {
        or_panic(self.try_run(program))
    }

    fn try_run(self, program: &str) -> Result<String, Error> {
        let folder = place::folder(None)?;
        let path = folder.path().join("program").with_extension(self.ending());
        std::fs::write(&path, program).map_err(|source| Error::File { path: path.clone(), source })?;
        self.finish(&path, &[])
    }

    fn try_play(self, script: &str, args: &[&str]) -> Result<(), Error> {
        let language = match self {
            Self::JavaScript => "node",
            Self::Python => "python",
        };
        let script = clients().join(language).join(script).with_extension(self.ending());
        self.finish(&script, args).map(drop)
    }

    /// Runs the script to its end; what it has written.
    fn finish(self, script: &Path, args: &[&str]) -> Result<String, Error> {
        let installed = installed(&clients())?;
        let mut command = match self {
            Self::JavaScript => {
                let mut command = Command::new("node");
                command.env("NODE_PATH", installed.join("node/node_modules"));
                command
            }
            Self::Python => {
                let mut command = Command::new(installed.join("python/bin/python"));
                command.arg("-u").env("PYTHONDONTWRITEBYTECODE", "1");
                command
            }
        };
        command.arg(script).args(args);
        let folder = place::folder(None)?;
        let log = folder.path().join("client.log");
        let spawn = Spawn { name: self.name(), log: &log, end_with: "KILL", folder: Some(folder.path()) };
        let mut process = Process::spawn(command, &spawn)?;
        let status = process.wait(DONE_WITHIN)?;
        if status.success() {
            return Ok(process.log());
        }
        let status = crate::process::describe(status);
        Err(Error::Ended { name: self.name(), status, log: process.log() })
    }

    fn ending(self) -> &'static str {
        match self {
            Self::JavaScript => "cjs",
            Self::Python => "py",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::JavaScript => "the stock JavaScript client",
            Self::Python => "the stock Python client",
        }
    }
}

/// The folder with the scripts.
fn clients() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("clients")
}

/// The folder with both clients; installing them does nothing where they are.
fn installed(scripts: &Path) -> Result<PathBuf, Error> {
    let folder = place::profile_folder()?.join("testkit").join("clients");
    let mut setup = Command::new("sh");
    setup.arg(scripts.join("setup.sh")).arg(&folder);
    run("the set-up of the stock clients (`cargo xtask setup` does it too)", &mut setup)?;
    Ok(folder)
}
