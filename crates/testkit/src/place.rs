//! Where things are on this machine: programs, folders, free ports, and as whom a server may run.

use std::env;
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{self, Command};

use tempfile::TempDir;

use crate::Error;
use crate::error::or_panic;
use crate::process::run;

/// The folder that Cargo builds this profile into, such as `target/debug`: the test itself runs from below it.
pub(crate) fn profile_folder() -> Result<PathBuf, Error> {
    let exe = env::current_exe().map_err(|source| Error::File { path: "current_exe".into(), source })?;
    // Tests are in `deps`, examples in `examples`, doc tests somewhere temporary.
    let folder = exe.ancestors().skip(1).find(|folder| folder.join("deps").is_dir());
    folder
        .map(Path::to_owned)
        .ok_or_else(|| Error::Missing(format!("{} is not below a Cargo target folder", exe.display())))
}

/// Looks a program up in the folders first, then in `PATH`.
pub(crate) fn program(name: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    folders
        .iter()
        .cloned()
        .chain(env::split_paths(&path))
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// The user and group to run servers as: servers such as PostgreSQL refuse to run as root, so as root it is `postgres`.
/// `None`: as whoever runs the test.
pub(crate) fn unprivileged() -> Result<Option<(u32, u32)>, Error> {
    let own = TempDir::new().map_err(|source| Error::File { path: env::temp_dir(), source })?;
    if fs::metadata(own.path()).map_or(1, |metadata| metadata.uid()) != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd")
        .map_err(|source| Error::File { path: "/etc/passwd".into(), source })?;
    let ids = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut ids = line.split(':').skip(2).map_while(|field| field.parse::<u32>().ok());
        Some((ids.next()?, ids.next()?))
    };
    let missing =
        || Error::Missing("PostgreSQL can't run as root and there is no user `postgres`".to_owned());
    ids("postgres").or_else(|| ids("nobody")).map(Some).ok_or_else(missing)
}

/// A new folder that this user owns.
pub(crate) fn folder(owner: Option<(u32, u32)>) -> Result<TempDir, Error> {
    let folder = tempfile::Builder::new().prefix("homeroom-test-").tempdir();
    let folder = folder.map_err(|source| Error::File { path: env::temp_dir(), source })?;
    let handed_over = match owner {
        Some((user, group)) => chown(folder.path(), Some(user), Some(group)),
        None => fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)),
    };
    handed_over.map_err(|source| Error::File { path: folder.path().to_owned(), source })?;
    Ok(folder)
}

/// A port nobody listens on, below the range that outgoing connections are given: it stays free while its server is down.
pub(crate) fn free_port() -> Result<u16, Error> {
    let random = RandomState::new();
    (0_u16..1000)
        .map(|turn| 10_000 + u16::try_from(random.hash_one(turn) % 22_000).unwrap_or(0))
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .ok_or_else(|| {
            let source = io::Error::from(io::ErrorKind::AddrInUse);
            Error::Spawn { name: "a server on a free port", source }
        })
}

/// Lets this process, and what it starts, have that many open files. Panics, saying what to do, if it may not.
#[track_caller]
pub fn open_files(count: u64) {
    or_panic(try_open_files(count));
}

fn try_open_files(count: u64) -> Result<(), Error> {
    let path = PathBuf::from("/proc/self/limits");
    let limits = fs::read_to_string(&path).map_err(|source| Error::File { path, source })?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap_or_default();
    let soft = line.split_whitespace().next().and_then(|soft| soft.parse().ok());
    if soft.is_none_or(|soft: u64| soft >= count) {
        return Ok(());
    }
    let mut prlimit = Command::new("prlimit");
    prlimit.arg(format!("--pid={}", process::id())).arg(format!("--nofile={count}:"));
    let advice =
        |_| Error::Missing(format!("this test needs {count} open files; allow them: ulimit -n {count}"));
    run("prlimit", &mut prlimit).map_err(advice).map(drop)
}
