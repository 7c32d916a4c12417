//! A test that starts itself again as another process, to be killed: what that one started has to end with it.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// In the process that is to be killed, the file to say in what it has started.
const ROLE: &str = "HOMEROOM_TESTKIT_VICTIM";

/// Has another process start something and stand still: that process, and what it says of what it has started.
pub(crate) fn victim(test: &str, start: impl FnOnce() -> String) -> (Child, String) {
    if let Some(file) = std::env::var_os(ROLE) {
        std::fs::write(file, start()).unwrap();
        loop {
            std::thread::park();
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("started");
    let victim = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test])
        .env(ROLE, &file)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let started =
        within_a_minute("start", || std::fs::read_to_string(&file).ok().filter(|text| !text.is_empty()));
    (victim, started)
}

pub(crate) fn within_a_minute<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "no {what} within a minute");
        std::thread::sleep(Duration::from_millis(50));
    }
}
