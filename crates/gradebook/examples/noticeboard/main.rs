//! A whole namespace in small: the notice boards of classes. `docs/adding-a-namespace.md` tells how it came about.
//!
//! `cargo run -p homeroom-gradebook --example noticeboard` pins a notice in a school of a handful of people and prints what is
//! answered, and what goes to whom.

mod application;
mod domain;
mod infrastructure;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use application::Noticeboard;
use domain::{Limits, PinNotice};
use homeroom_contract::{
    Actor, Call, ClassId, Clock, Detached, Namespace, Request, SystemClock, TenantId, UserId, bind,
};
use homeroom_journal::{Database, DatabaseOptions, Journal, JournalOptions, Stream, sql};
use homeroom_roster::{ImportOptions, Roster, Settings};
use serde_json::value::to_raw_value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let board = in_a_school(folder.path()).await?;
    let journal = board.journal.clone();
    let call = call(&board, "tina", PinNotice::NAME)?;
    let stream = Stream::new(call.actor.tenant.clone(), Noticeboard::NAME);
    let pin =
        PinNotice { class_id: Some(ClassId::new("c1")?), text: "The excursion starts at 8.".to_owned() };

    println!("{:?}", bind(board)?.handle(call, to_raw_value(&pin)?).await?);
    for entry in journal.read(&stream, 0, 10).await? {
        for delivery in &entry.deliveries {
            println!("{} to {:?}: {}", delivery.event, delivery.rooms, delivery.payload);
        }
    }
    Ok(())
}

/// The boards of a school of a handful of people, kept in that folder.
async fn in_a_school(folder: &Path) -> Result<Noticeboard, Box<dyn Error>> {
    let url = format!("sqlite://{}", folder.join("noticeboard.db").display());
    let database = Database::open(&url, DatabaseOptions::default()).await?;
    database.migrate().await?;
    let mut conn = database.begin().await?;
    sql!(conn, |c| sqlx::raw_sql(include_str!("migration.sql")).execute(c))?;
    conn.commit().await?;

    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let journal = Journal::new(database.clone(), clock.clone(), JournalOptions::default());
    let roster = Roster::new(database, Settings::default());
    let school = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/roster");
    roster.import(school.as_ref(), &ImportOptions::default(), None, clock.now()).await?;
    Ok(Noticeboard { journal, roster, clock, limits: Limits::default() })
}

/// A call as the transport makes it, of somebody who is in no room.
fn call(board: &Noticeboard, who: &str, command: &'static str) -> Result<Call, Box<dyn Error>> {
    Ok(Call {
        actor: Actor::person(TenantId::new("d1")?, UserId::new(who)?),
        at: board.clock.now(),
        namespace: Noticeboard::NAME,
        command,
        client_id: None,
        digest: [0; 32],
        session: Arc::new(Detached),
    })
}
