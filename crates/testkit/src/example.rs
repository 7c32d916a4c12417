//! An example of a crate, run as a server in a process of its own.

use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use crate::error::or_panic;
use crate::process::{Process, Spawn};
use crate::{Error, place};

const READY_WITHIN: Duration = Duration::from_secs(30);

/// An example that serves on `127.0.0.1` and takes `--port`, such as `socket_echo`. Cargo builds it with the tests of its
/// crate. Ended with the test; when the test fails, its output is printed.
#[derive(Debug)]
pub struct Example {
    process: Mutex<Option<Process>>,
    binary: PathBuf,
    args: Vec<String>,
    port: u16,
    folder: TempDir,
}

impl Example {
    /// Starts it with these flags besides `--port`, and waits until it accepts connections. Panics, with its output, if it
    /// doesn't.
    #[track_caller]
    pub fn start(name: &str, args: &[&str]) -> Self {
        or_panic(Self::try_start(name, args))
    }

    /// Its address, such as `http://127.0.0.1:12345`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Kills it with SIGKILL.
    pub fn kill9(&self) {
        if let Some(mut process) = self.process().take() {
            process.kill9();
        }
    }

    /// Starts it again on the same port.
    #[track_caller]
    pub fn restart(&self) {
        self.kill9();
        or_panic(self.run());
    }

    /// What it has written so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn try_start(name: &str, args: &[&str]) -> Result<Self, Error> {
        let binary = place::profile_folder()?.join("examples").join(name);
        if !binary.is_file() {
            let advice = "`cargo build --examples` in its crate makes it";
            return Err(Error::Missing(format!("{} is not there; {advice}", binary.display())));
        }
        let example = Self {
            process: Mutex::new(None),
            binary,
            args: args.iter().copied().map(str::to_owned).collect(),
            port: place::free_port()?,
            folder: place::folder(None)?,
        };
        example.run()?;
        Ok(example)
    }

    fn run(&self) -> Result<(), Error> {
        let mut command = Command::new(&self.binary);
        command.arg("--port").arg(self.port.to_string()).args(&self.args).current_dir(self.folder.path());
        let log = self.log_file();
        let spawn =
            Spawn { name: "the example", log: &log, end_with: "KILL", folder: Some(self.folder.path()) };
        let mut process = Process::spawn(command, &spawn)?;
        process
            .wait_until(READY_WITHIN, || std::net::TcpStream::connect(("127.0.0.1", self.port)).is_ok())?;
        *self.process() = Some(process);
        Ok(())
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("example.log")
    }

    fn process(&self) -> MutexGuard<'_, Option<Process>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Example {
    fn drop(&mut self) {
        self.kill9();
        if thread::panicking() {
            eprintln!("--- output of {} ---\n{}", self.binary.display(), self.log());
        }
    }
}
