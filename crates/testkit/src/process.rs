//! A program that runs beside the test and never outlives it: a watchdog shell holds one end of a pipe whose other end is
//! ours, so whatever ends the test process, a panic, an abort or `kill -9`, ends the program too.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::Error;

/// Waits until the pipe closes; unless it was told that all is well, ends the program and removes its folder.
const WATCHDOG: &str = r#"
read -r word
[ "$word" = released ] && exit 0
kill -s "$2" "$1" 2>/dev/null
tries=0
while kill -0 "$1" 2>/dev/null && [ "$tries" -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
kill -s KILL "$1" 2>/dev/null
[ -n "$3" ] && rm -rf "$3"
exit 0
"#;

/// How a program is meant to run beside the test.
pub(crate) struct Spawn<'a> {
    /// Its name in messages.
    pub(crate) name: &'static str,
    /// Where its output goes, appended.
    pub(crate) log: &'a Path,
    /// The signal that ends it when the test process is gone, such as `TERM`.
    pub(crate) end_with: &'static str,
    /// A folder that is removed with it when the test process is gone.
    pub(crate) folder: Option<&'a Path>,
}

/// A program beside the test.
#[derive(Debug)]
pub(crate) struct Process {
    name: &'static str,
    child: Child,
    log: PathBuf,
    end_with: &'static str,
    watchdog: Child,
    lifeline: Option<ChildStdin>,
}

impl Process {
    /// Starts it in a process group of its own, its output going to the log.
    pub(crate) fn spawn(mut command: Command, how: &Spawn<'_>) -> Result<Self, Error> {
        let failed = |source| Error::Spawn { name: how.name, source };
        let log = File::options().create(true).append(true).open(how.log).map_err(failed)?;
        let child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone().map_err(failed)?)
            .stderr(log)
            .process_group(0)
            .spawn()
            .map_err(failed)?;
        let mut watchdog = Command::new("sh")
            .args(["-c", WATCHDOG, "watchdog"])
            .arg(child.id().to_string())
            .arg(how.end_with)
            .arg(how.folder.unwrap_or(Path::new("")))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(failed)?;
        let lifeline = watchdog.stdin.take();
        let log = how.log.to_owned();
        Ok(Self { name: how.name, child, log, end_with: how.end_with, watchdog, lifeline })
    }

    /// What it has written so far.
    pub(crate) fn log(&self) -> String {
        fs::read(&self.log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }

    /// Its exit status, if it has ended.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Its number.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal by name, such as `TERM`.
    pub(crate) fn signal(&self, signal: &str) {
        send(signal, &[self.child.id()]);
    }

    /// Sends it and its children a signal, it first.
    pub(crate) fn signal_with_children(&self, signal: &str) {
        self.signal(signal);
        send(signal, &children_of(self.child.id()));
    }

    /// `kill -9`, and waits until it is gone.
    pub(crate) fn kill9(&mut self) {
        if self.ended().is_none() {
            drop(self.child.kill());
            drop(self.child.wait());
        }
    }

    /// `kill -9` for it and its children at one moment, as when the machine loses power.
    pub(crate) fn kill9_with_children(&mut self) {
        if self.ended().is_none() {
            self.signal("STOP");
            send("KILL", &children_of(self.child.id()));
            self.kill9();
        }
    }

    /// Waits until it has ended by itself; an error with its log if it doesn't in that time.
    pub(crate) fn wait(&mut self, within: Duration) -> Result<ExitStatus, Error> {
        let deadline = Instant::now() + within;
        loop {
            if let Some(status) = self.ended() {
                return Ok(status);
            }
            if Instant::now() > deadline {
                return Err(Error::StillRunning { name: self.name, after: within, log: self.log() });
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Asks again and again until `ready` says yes; an error with the log if the program ends or time runs out.
    pub(crate) fn wait_until(
        &mut self,
        within: Duration,
        mut ready: impl FnMut() -> bool,
    ) -> Result<(), Error> {
        let deadline = Instant::now() + within;
        while !ready() {
            if let Some(status) = self.ended() {
                return Err(Error::Ended { name: self.name, status: describe(status), log: self.log() });
            }
            if Instant::now() > deadline {
                return Err(Error::NotReady { name: self.name, after: within, log: self.log() });
            }
            thread::sleep(Duration::from_millis(25));
        }
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.ended().is_none() {
            self.signal(self.end_with);
            if self.wait(Duration::from_secs(10)).is_err() {
                self.kill9_with_children();
            }
        }
        if let Some(mut lifeline) = self.lifeline.take() {
            drop(lifeline.write_all(b"released\n"));
        }
        drop(self.watchdog.wait());
    }
}

/// An exit status in words.
pub(crate) fn describe(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "an unknown status".to_owned(),
    }
}

/// Runs a program to its end and gives what it printed; an error with all of its output if it fails.
pub(crate) fn run(name: &'static str, command: &mut Command) -> Result<String, Error> {
    let output = command.stdin(Stdio::null()).output().map_err(|source| Error::Spawn { name, source })?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        let log = text(&output.stdout) + &text(&output.stderr);
        Err(Error::Ended { name, status: describe(output.status), log })
    }
}

fn send(signal: &str, ids: &[u32]) {
    if ids.is_empty() {
        return;
    }
    let ids = ids.iter().map(u32::to_string);
    let kill = Command::new("kill").args(["-s", signal]).args(ids).stderr(Stdio::null()).status();
    drop::<io::Result<_>>(kill);
}

/// From `/proc`, where there is one.
fn children_of(parent: u32) -> Vec<u32> {
    let Ok(folders) = fs::read_dir("/proc") else { return Vec::new() };
    let id = |name: &std::ffi::OsStr| name.to_str()?.parse::<u32>().ok();
    folders
        .flatten()
        .filter_map(|folder| id(&folder.file_name()))
        .filter(|id| parent_of(*id) == Some(parent))
        .collect()
}

/// proc(5): the second field, the name in parentheses, may have spaces; the parent is the second field after it.
fn parent_of(id: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(1)?.parse().ok()
}
