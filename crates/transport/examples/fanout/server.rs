//! The measured side.

use std::error::Error;
use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::Arc;

use homeroom_auth::{AuthConfig, Key, Verifier};
use homeroom_contract::{
    Actor, Admission, BoxFuture, Call, Directory, Failure, Joined, Namespace, Role, Room, RosterChange,
    RosterPosition, Routes, Signalled, Standing, SystemClock, TenantId, Timestamp, bind,
};
use homeroom_journal::{Database, DatabaseOptions, Journal, JournalOptions};
use homeroom_transport::{Transport, TransportConfig};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio_util::task::TaskTracker;

use crate::Flags;

/// For this program's own tokens.
pub(crate) const SECRET: &str = "only for measuring, never for anything else";

#[derive(Clone)]
struct Hall;

/// Enters a room.
#[derive(Deserialize, JsonSchema)]
struct Enter {
    room: Room,
}

/// Says something to the others in a room.
#[derive(Deserialize, JsonSchema)]
struct Say {
    room: Room,
    text: String,
}

/// Somebody said something.
#[derive(Serialize, JsonSchema)]
struct SaidWsEvent {
    text: String,
}

homeroom_contract::requests! {
    join Enter = "hall:enter" => ();
    signal Say = "hall:say";
}
homeroom_contract::events! {
    ephemeral SaidWsEvent = "hall.said";
}

async fn enter(_: Hall, call: Call, enter: Enter) -> Result<Joined<()>, Failure> {
    let rooms = vec![enter.room];
    call.session.enter(&rooms).await?;
    Ok(Joined { rooms, data: (), seq: 0 })
}

async fn say(_: Hall, _: Call, say: Say) -> Result<Signalled, Failure> {
    Signalled::default().emit(say.room, &SaidWsEvent { text: say.text })
}

impl Namespace for Hall {
    const NAME: &'static str = "hall";

    fn routes() -> Routes<Self> {
        Routes::new().join(enter).signal(say).ephemeral::<SaidWsEvent>()
    }

    async fn greet(&self, _: &Actor) -> Result<Vec<Room>, Failure> {
        Ok(Vec::new())
    }

    async fn admit(&self, _: &Actor, _: &Room) -> Result<Option<Admission>, Failure> {
        Ok(Some(Admission::silent(Role::Student)))
    }
}

/// Everyone may come.
struct Open;

impl Directory for Open {
    fn standing<'a>(&'a self, _: &'a Actor) -> BoxFuture<'a, Result<Standing, Failure>> {
        Box::pin(std::future::ready(Ok(Standing::Active)))
    }

    fn sole_tenant(&self) -> BoxFuture<'_, Result<Option<TenantId>, Failure>> {
        Box::pin(std::future::ready(Ok(None)))
    }

    fn position(&self, at: Timestamp) -> BoxFuture<'_, Result<RosterPosition, Failure>> {
        Box::pin(std::future::ready(Ok(RosterPosition { version: 0, at })))
    }

    fn changes(
        &self,
        since: RosterPosition,
        at: Timestamp,
    ) -> BoxFuture<'_, Result<(Vec<RosterChange>, RosterPosition), Failure>> {
        Box::pin(std::future::ready(Ok((Vec::new(), RosterPosition { at, ..since }))))
    }
}

/// Serves, lets the clients loose, and tells what it took.
pub(crate) async fn run(flags: &Flags) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let database = format!("sqlite://{}", folder.path().join("fanout.db").display());
    let database = Database::open(&database, DatabaseOptions::default()).await?;
    database.migrate().await?;
    let journal = Journal::new(database, Arc::new(SystemClock), JournalOptions::default());
    let verifier = Verifier::new(Key::secret(SECRET)?, AuthConfig::default(), Arc::new(SystemClock))?;
    let config = TransportConfig { limits_off: true, drain_spread_ms: 100, ..TransportConfig::default() };
    let transport = Transport::builder(journal, Arc::new(verifier), Arc::new(Open), Arc::new(SystemClock))
        .config(config)
        .namespace(bind(Hall)?)
        .start()
        .await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let router = transport.public().into_make_service_with_connect_info::<SocketAddr>();
    let servers = TaskTracker::new();
    servers.spawn(async move { axum::serve(listener, router).await });

    let mut clients = Command::new(std::env::current_exe()?)
        .args(std::env::args_os().skip(1))
        .args(["--clients-of", &url])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let (Some(mut go), Some(said)) = (clients.stdin.take(), clients.stdout.take()) else {
        return Err("no pipes to the clients".into());
    };
    let mut said = BufReader::new(said).lines();
    // Everyone is in their room.
    said.next_line().await?.ok_or("the clients have given up")?;
    let before = cpu_seconds()?;
    go.write_all(b"go\n").await?;
    let delivered: f64 = said.next_line().await?.ok_or("the clients have given up")?.parse()?;
    let spent = cpu_seconds()? - before;
    let Flags { rooms, members, burst, .. } = flags;
    let each = spent * 1e6 / delivered;
    println!(
        "{rooms} rooms of {members}, bursts of {burst}: {delivered} delivered, {spent:.2} s CPU, {each:.2} µs each"
    );
    drop(go);
    clients.wait().await?;
    transport.drain().await;
    Ok(())
}

/// CPU time of this process so far (proc(5): fields 14 and 15 of `/proc/self/stat`, in hundredths of a second).
fn cpu_seconds() -> Result<f64, Box<dyn Error>> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let after_name = stat.rsplit_once(')').ok_or("no /proc/self/stat")?.1;
    let ticks: Vec<f64> =
        after_name.split_whitespace().skip(11).take(2).map(str::parse).collect::<Result<_, _>>()?;
    Ok(ticks.iter().sum::<f64>() / 100.0)
}
