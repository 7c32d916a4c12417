//! The PostgreSQL of the tests itself: separate databases, a crash, an end with the test process.
#![cfg(test)]

mod victim;

use std::process::Command;

use homeroom_testkit::{Postgres, on_both_databases};

use victim::{victim, within_a_minute};

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

#[test]
fn the_server_ends_with_a_test_that_is_killed() {
    let (mut victim, url) = victim("the_server_ends_with_a_test_that_is_killed", || {
        // Never dropped: it is to end because this process does.
        let postgres: &Postgres = Box::leak(Box::new(Postgres::start()));
        postgres.fresh_database()
    });
    psql(&url, "SELECT 1").unwrap();
    victim.kill().unwrap();
    victim.wait().unwrap();
    within_a_minute("an end of the server", || psql(&url, "SELECT 1").err());
}
