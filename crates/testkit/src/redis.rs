//! A real Redis: its own process, folder and port, ended with the test.

mod ask;
mod cluster;
mod sentinel;
mod tls;

use std::fs::{self, File};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tempfile::TempDir;

use crate::error::or_panic;
use crate::process::{Process, Spawn};
use crate::{Error, place};

use self::ask::ask;
pub use self::cluster::RedisCluster;
pub use self::sentinel::RedisSentinels;

const READY_WITHIN: Duration = Duration::from_mins(1);

/// A real Redis server on 127.0.0.1 that keeps nothing on disk: after [`kill9`](Self::kill9) everything is gone.
///
/// Tests that share one tell their keys apart by prefix; a test that kills it starts its own. Everything here blocks for as
/// long as it takes and panics, with the server's log, if it fails.
#[derive(Debug)]
pub struct Redis {
    process: Mutex<Option<Process>>,
    role: Role,
    port: u16,
    folder: TempDir,
}

/// What a process of `redis-server` is.
#[derive(Debug, Clone)]
enum Role {
    /// A server by itself.
    Alone,
    /// The same, over TLS only.
    Tls,
    /// It follows the server on that port.
    ReplicaOf(u16),
    /// It talks to the others on this port.
    ClusterNode(u16),
    /// It watches, by this configuration, which it rewrites.
    Sentinel(String),
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
        or_panic(Self::try_start(|_| Ok(Role::Alone)))
    }

    /// `redis://…`
    pub fn url(&self) -> String {
        let scheme = if matches!(self.role, Role::Tls) { "rediss" } else { "redis" };
        format!("{scheme}://127.0.0.1:{}", self.port)
    }

    /// Kills it with SIGKILL; what it held is lost, but for what it was told to `SAVE`.
    pub fn kill9(&self) {
        if let Some(mut process) = self.process().take() {
            process.kill9();
        }
    }

    /// Starts it again, empty (or with what it was told to `SAVE`) and on the same port, and waits until it answers.
    #[track_caller]
    pub fn restart(&self) {
        self.kill9();
        or_panic(self.run());
    }

    /// `FLUSHALL`: everything it holds is gone, connections and subscriptions stay.
    #[track_caller]
    pub fn flush(&self) {
        drop(self.ask("FLUSHALL"));
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

    /// What it answers to a command of a few plain words: every string and number in it, in order.
    #[track_caller]
    pub fn ask(&self, command: &str) -> Vec<String> {
        // Sentinels cut every connection to a server whose place they change, and this one may be among them.
        let again = |_| ask(self.port, command);
        let asked = (0..3).map(again).find(Result::is_ok).unwrap_or_else(|| ask(self.port, command));
        or_panic(asked.map_err(|error| Error::Exchange(format!("{command}: {error}"))))
    }

    fn try_start(role: impl Fn(u16) -> Result<Role, Error>) -> Result<Self, Error> {
        let folder = place::folder(None)?;
        let port = place::free_port()?;
        let mut attempts = 0;
        let mut redis = Self { process: Mutex::new(None), role: role(port)?, port, folder };
        loop {
            attempts += 1;
            match redis.run() {
                Ok(()) => return Ok(redis),
                // Somebody else may have taken the port in the meantime.
                Err(error) if attempts == 3 => return Err(error),
                Err(_) => {
                    redis.port = place::free_port()?;
                    redis.role = role(redis.port)?;
                }
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
        command.current_dir(self.folder.path());
        self.arguments(&mut command)?;
        let spawn = Spawn { name: "Redis", log: &log, end_with: "TERM", folder: Some(self.folder.path()) };
        let mut process = Process::spawn(command, &spawn)?;
        process.wait_until(READY_WITHIN, || match self.role {
            Role::Tls => TcpStream::connect(("127.0.0.1", self.port)).is_ok(),
            _ => self.answers("PING", |answer| answer == ["PONG"]),
        })?;
        *self.process() = Some(process);
        Ok(())
    }

    fn arguments(&self, command: &mut Command) -> Result<(), Error> {
        let port = self.port.to_string();
        if let Role::Sentinel(configuration) = &self.role {
            let file = self.folder.path().join("sentinel.conf");
            if !file.exists() {
                let failed = |source| Error::File { path: PathBuf::from(&file), source };
                fs::write(&file, configuration).map_err(failed)?;
            }
            command.arg(file).args(["--sentinel", "--port", &port, "--bind", "127.0.0.1"]);
            return Ok(());
        }
        command.args(["--bind", "127.0.0.1"]);
        command.args(["--save", "", "--appendonly", "no", "--daemonize", "no"]);
        command.args(["--repl-diskless-sync-delay", "0"]);
        if !matches!(self.role, Role::Tls) {
            command.args(["--port", &port]);
        }
        match &self.role {
            Role::Tls => {
                tls::certificates(self.folder.path())?;
                command.args(["--port", "0", "--tls-port", &port, "--tls-auth-clients", "no"]);
                command.args(["--tls-cert-file", "redis.crt", "--tls-key-file", "redis.key"]);
                command.args(["--tls-ca-cert-file", "authority.crt"]);
            }
            Role::ReplicaOf(master) => {
                command.args(["--replicaof", "127.0.0.1", &master.to_string()]);
            }
            Role::ClusterNode(bus) => {
                command.args(["--cluster-enabled", "yes", "--cluster-port", &bus.to_string()]);
                command.args(["--cluster-node-timeout", "1000", "--cluster-require-full-coverage", "no"]);
            }
            Role::Alone | Role::Sentinel(_) => {}
        }
        Ok(())
    }

    /// Whether it answers, and as expected.
    fn answers(&self, command: &str, as_expected: impl FnOnce(&[String]) -> bool) -> bool {
        ask(self.port, command).is_ok_and(|answer| as_expected(&answer))
    }

    /// Asks again and again until it answers as expected.
    fn wait_until(&self, command: &str, as_expected: impl Fn(&[String]) -> bool) -> Result<(), Error> {
        match self.process().as_mut() {
            Some(process) => process.wait_until(READY_WITHIN, || self.answers(command, &as_expected)),
            None => Err(Error::Exchange(format!("{command}: it isn't running"))),
        }
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
