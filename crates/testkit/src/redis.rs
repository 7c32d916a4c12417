//! A real Redis: its own process, folder and port, ended with the test.

use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tempfile::TempDir;

use crate::error::or_panic;
use crate::process::{Process, Spawn};
use crate::{Error, place};

const READY_WITHIN: Duration = Duration::from_mins(1);

/// A real Redis server on 127.0.0.1 that keeps nothing on disk: after [`kill9`](Self::kill9) everything is gone.
///
/// Tests that share one tell their keys apart by prefix; a test that kills it starts its own. Everything here blocks for as
/// long as it takes and panics, with the server's log, if it fails.
#[derive(Debug)]
pub struct Redis {
    process: Mutex<Option<Process>>,
    port: u16,
    folder: TempDir,
}

impl Redis {
    /// The one server of this test process.
    pub fn shared() -> &'static Redis {
        static SHARED: OnceLock<Redis> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// A server of this test's own, to be killed, restarted or paused.
    #[track_caller]
    pub fn start() -> Redis {
        or_panic(Self::try_start())
    }

    /// `redis://…`
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Kills it with SIGKILL; what it held is lost.
    pub fn kill9(&self) {
        if let Some(mut process) = self.process().take() {
            process.kill9();
        }
    }

    /// Starts it again, empty and on the same port, and waits until it answers.
    #[track_caller]
    pub fn restart(&self) {
        self.kill9();
        or_panic(self.run());
    }

    /// `FLUSHALL`: everything it holds is gone, connections and subscriptions stay.
    #[track_caller]
    pub fn flush(&self) {
        or_panic(if asked(self.port, b"FLUSHALL\r\n", b"+OK") {
            Ok(())
        } else {
            Err(Error::Exchange("Redis did not take FLUSHALL".to_owned()))
        });
    }

    /// Lets it stand still: connections stay open and nothing answers, as with a machine that hangs.
    pub fn pause(&self) {
        if let Some(process) = self.process().as_ref() {
            process.signal("STOP");
        }
    }

    /// Lets it go on after [`pause`](Self::pause).
    pub fn resume(&self) {
        if let Some(process) = self.process().as_ref() {
            process.signal("CONT");
        }
    }

    fn try_start() -> Result<Self, Error> {
        let folder = place::folder(None)?;
        let mut attempts = 0;
        let mut redis = Self { process: Mutex::new(None), port: place::free_port()?, folder };
        loop {
            attempts += 1;
            match redis.run() {
                Ok(()) => return Ok(redis),
                // Somebody else may have taken the port in the meantime.
                Err(error) if attempts == 3 => return Err(error),
                Err(_) => redis.port = place::free_port()?,
            }
        }
    }

    fn run(&self) -> Result<(), Error> {
        let program = place::program("redis-server", &[]).ok_or_else(|| {
            let advice = "`cargo xtask test` installs it, or: apt-get install redis-server";
            Error::Missing(format!("these tests need Redis and it is not installed; {advice}"))
        })?;
        let log = self.folder.path().join("redis.log");
        // What an earlier attempt or life has said is not asked for any more.
        File::create(&log).map_err(|source| Error::File { path: log.clone(), source })?;
        let mut command = Command::new(program);
        command.current_dir(self.folder.path()).args(["--port", &self.port.to_string()]);
        command.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no"]);
        let spawn = Spawn { name: "Redis", log: &log, end_with: "TERM", folder: Some(self.folder.path()) };
        let mut process = Process::spawn(command, &spawn)?;
        process.wait_until(READY_WITHIN, || answers(self.port))?;
        *self.process() = Some(process);
        Ok(())
    }

    fn process(&self) -> MutexGuard<'_, Option<Process>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // One that stands still would not hear that it should end.
        self.resume();
        // Before the folder goes.
        drop(self.process().take());
    }
}

fn answers(port: u16) -> bool {
    asked(port, b"PING\r\n", b"+PONG")
}

/// Whether it answers that to this.
fn asked(port: u16, what: &[u8], expected: &[u8]) -> bool {
    let asked = TcpStream::connect(("127.0.0.1", port)).and_then(|mut stream| {
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.write_all(what)?;
        let mut answer = vec![0; expected.len()];
        stream.read_exact(&mut answer)?;
        Ok(answer)
    });
    asked.is_ok_and(|answer| answer == expected)
}
