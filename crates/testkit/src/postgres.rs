//! A real PostgreSQL: its own process, folder and port, ended with the test.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tempfile::TempDir;

use crate::error::or_panic;
use crate::process::{Process, Spawn, run};
use crate::{Error, place};

const READY_WITHIN: Duration = Duration::from_mins(1);

/// A real PostgreSQL server on 127.0.0.1.
///
/// A test that only needs a database asks [`Postgres::shared`] for a [fresh one](Postgres::fresh_database); a test that
/// kills it starts its own. Everything here blocks for as long as it takes and panics, with the server's log, if it fails.
#[derive(Debug)]
pub struct Postgres {
    process: Mutex<Option<Process>>,
    port: u16,
    durable: bool,
    owner: Option<(u32, u32)>,
    programs: PathBuf,
    folder: TempDir,
}

impl Postgres {
    /// The one server of this test process, without `fsync`: it never has to survive anything.
    pub fn shared() -> &'static Postgres {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(|| or_panic(Self::try_start(false)))
    }

    /// A server of this test's own that keeps what it has committed (`fsync` and `synchronous_commit` on), to be killed and
    /// restarted.
    #[track_caller]
    pub fn start() -> Postgres {
        or_panic(Self::try_start(true))
    }

    /// A new empty database; its URL.
    #[track_caller]
    pub fn fresh_database(&self) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        or_panic(self.sql(&format!("CREATE DATABASE {name}")));
        format!("postgres://homeroom@127.0.0.1:{}/{name}", self.port)
    }

    /// Kills it and all of its processes with SIGKILL, as when the machine loses power.
    pub fn kill9(&self) {
        if let Some(mut process) = self.process().take() {
            process.kill9_with_children();
        }
    }

    /// Starts it again after [`kill9`](Self::kill9) (before that too), in the same folder and on the same port, and waits
    /// until it has recovered.
    #[track_caller]
    pub fn restart(&self) {
        self.kill9();
        or_panic(self.run());
    }

    /// Lets all of its processes stand still (SIGSTOP): connections stay open and nothing answers.
    pub fn pause(&self) {
        if let Some(process) = self.process().as_ref() {
            process.signal_with_children("STOP");
        }
    }

    /// Lets it go on after [`pause`](Self::pause).
    pub fn resume(&self) {
        if let Some(process) = self.process().as_ref() {
            process.signal_with_children("CONT");
        }
    }

    /// Every connection but one's own is cut off, as a failover does it.
    #[track_caller]
    pub fn cut_connections(&self) {
        or_panic(
            self.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"),
        );
    }

    /// What the server has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn try_start(durable: bool) -> Result<Self, Error> {
        let programs = programs()?;
        let owner = place::unprivileged()?;
        let mut attempts = 0;
        loop {
            let folder = place::folder(owner)?;
            let port = place::free_port()?;
            let postgres =
                Self { process: Mutex::new(None), port, durable, owner, programs: programs.clone(), folder };
            postgres.prepare()?;
            attempts += 1;
            match postgres.run() {
                Ok(()) => return Ok(postgres),
                // Somebody else may have taken the port in the meantime.
                Err(error) if attempts == 3 => return Err(error),
                Err(_) => {}
            }
        }
    }

    /// Copies the data folder from one that `initdb` has made once for this target folder.
    fn prepare(&self) -> Result<(), Error> {
        let version =
            run("postgres --version", Command::new(self.programs.join("postgres")).arg("--version"))?;
        let version: String = version.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '.').collect();
        let kept = place::profile_folder()?.join("testkit").join(version);
        if !kept.is_dir() {
            let mut initdb = self.command("initdb");
            initdb.arg("-D").arg(self.data()).args(["-U", "homeroom", "--auth=trust", "--no-sync"]);
            run("initdb", initdb.args(["--encoding=UTF8", "--locale=C"]))?;
            let beside = place_for(&kept)?;
            copy(&self.data(), beside.path())?;
            // Another test may have been faster: its copy is as good.
            drop(fs::rename(beside.path().join("data"), &kept));
            return Ok(());
        }
        copy(&kept, self.folder.path())?;
        let copied = self.folder.path().join(kept.file_name().unwrap_or_default());
        fs::rename(&copied, self.data()).map_err(|source| Error::File { path: copied, source })
    }

    fn run(&self) -> Result<(), Error> {
        let mut command = self.command("postgres");
        command.arg("-D").arg(self.data()).arg("-p").arg(self.port.to_string());
        let on = if self.durable { "on" } else { "off" };
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=300",
            "shared_buffers=32MB",
            &format!("fsync={on}"),
            &format!("synchronous_commit={on}"),
        ] {
            command.args(["-c", setting]);
        }
        let log = self.log_file();
        let spawn =
            Spawn { name: "PostgreSQL", log: &log, end_with: "QUIT", folder: Some(self.folder.path()) };
        let mut process = Process::spawn(command, &spawn)?;
        process.wait_until(READY_WITHIN, || self.sql("SELECT 1").is_ok())?;
        *self.process() = Some(process);
        Ok(())
    }

    fn sql(&self, statement: &str) -> Result<String, Error> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-h", "127.0.0.1", "-U", "homeroom", "-d", "postgres", "-X", "-q", "-A", "-t"]);
        psql.arg("-p").arg(self.port.to_string()).args(["-v", "ON_ERROR_STOP=1", "-c", statement]);
        run("psql", &mut psql)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.current_dir(self.folder.path()).env("LC_ALL", "C");
        if let Some((user, group)) = self.owner {
            command.uid(user).gid(group);
        }
        command
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("postgres.log")
    }

    fn process(&self) -> MutexGuard<'_, Option<Process>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // One that stands still would not hear that it should end.
        self.resume();
        // Before the folder goes.
        drop(self.process().take());
    }
}

/// The folder with `initdb`, `postgres` and `psql`: Debian keeps them out of `PATH`, by version; the newest is taken.
fn programs() -> Result<PathBuf, Error> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = versions
        .filter_map(|version| {
            let number = version.file_name().to_str()?.parse().ok()?;
            Some((number, version.path().join("bin")))
        })
        .collect();
    versions.sort_unstable_by_key(|(number, _)| std::cmp::Reverse(*number));
    let folders: Vec<PathBuf> = versions.into_iter().map(|(_, folder)| folder).collect();
    let initdb = place::program("initdb", &folders);
    initdb.and_then(|initdb| initdb.parent().map(Path::to_owned)).ok_or_else(|| {
        let advice = "`cargo xtask test` installs it, or: apt-get install postgresql";
        Error::Missing(format!("these tests need PostgreSQL and it is not installed; {advice}"))
    })
}

fn place_for(kept: &Path) -> Result<TempDir, Error> {
    let parent = kept.parent().unwrap_or(kept);
    let made = fs::create_dir_all(parent).and_then(|()| TempDir::new_in(parent));
    made.map_err(|source| Error::File { path: parent.to_owned(), source })
}

/// With owners and permissions, which PostgreSQL insists on.
fn copy(from: &Path, into: &Path) -> Result<String, Error> {
    run("cp", Command::new("cp").arg("-a").arg(from).arg(into))
}
