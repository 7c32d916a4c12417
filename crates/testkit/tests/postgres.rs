//! The PostgreSQL of the tests itself: separate databases, a crash, an end with the test process.
#![cfg(test)]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use homeroom_testkit::{Postgres, on_both_databases};

fn psql(url: &str, statement: &str) -> Result<String, String> {
    let output = Command::new("psql").args([url, "-X", "-q", "-A", "-t", "-c", statement]).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().trim().to_owned();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

#[test]
fn databases_are_apart() {
    let (one, other) = (Postgres::shared().fresh_database(), Postgres::shared().fresh_database());
    psql(&one, "CREATE TABLE mine (id int)").unwrap();
    psql(&other, "SELECT * FROM mine").unwrap_err();
}

#[test]
fn what_was_committed_survives_kill_9() {
    let postgres = Postgres::start();
    let url = postgres.fresh_database();
    psql(&url, "CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)").unwrap();
    postgres.kill9();
    psql(&url, "SELECT 1").unwrap_err();
    postgres.restart();
    assert_eq!(psql(&url, "SELECT id FROM kept").unwrap(), "7");
    assert!(postgres.log().contains("was not properly shut down"), "it was really a crash");
}

on_both_databases! {
    /// The macro makes a test for each.
    async fn the_url_says_which(database: homeroom_testkit::TestDatabase) {
        assert_eq!(database.url().split("://").next().unwrap() == "sqlite", database.is_sqlite());
    }
}

/// This test starts itself again as another process, which starts a server and is killed.
#[test]
fn the_server_ends_with_a_test_that_is_killed() {
    const ROLE: &str = "HOMEROOM_TESTKIT_VICTIM";
    if let Some(file) = std::env::var_os(ROLE) {
        let postgres = Postgres::start();
        std::fs::write(file, postgres.fresh_database()).unwrap();
        loop {
            std::thread::park();
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("url");
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_server_ends_with_a_test_that_is_killed"])
        .env(ROLE, &file)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let url =
        within_a_minute("a server", || std::fs::read_to_string(&file).ok().filter(|url| !url.is_empty()));
    psql(&url, "SELECT 1").unwrap();
    victim.kill().unwrap();
    victim.wait().unwrap();
    within_a_minute("an end of the server", || psql(&url, "SELECT 1").err());
}

fn within_a_minute<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "no {what} within a minute");
        std::thread::sleep(Duration::from_millis(50));
    }
}
