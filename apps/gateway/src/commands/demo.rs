//! `gateway demo`: the lesson, against a gateway of its own in a district of its own.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;

use homeroom_auth::Key;
use homeroom_contract::{Clock as _, SystemClock};

use crate::config::{Config, ConfigError};
use crate::demo::{self, Demo};
use crate::listen::Listener;
use crate::node::{Node, Parts};
use crate::stop::Stop;

/// Plays the lesson; 0 if everyone received what they should, 1 otherwise.
pub(crate) async fn demo() -> Result<ExitCode, Stop> {
    let mut config = Config::default();
    config.transport.drain_spread_ms = 1;
    let folder =
        tempfile::tempdir().map_err(|error| Stop::failed("there is no place for the demo", &error))?;
    println!("Making up a district ...");
    let demo = Demo::open(&config, folder.path(), SystemClock.now()).await?;
    let others = demo.others(&config).await?;
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let (public, admin) = (Listener::bind(any_port).await?, Listener::bind(any_port).await?);
    let key = Key::secret(&demo.secret).map_err(|error| ConfigError::value("the demo's key", error))?;
    let (keys, secret) = (key.into(), Some(demo.secret.clone()));
    let parts = Parts { public, admin, database: demo.database.clone(), keys, secret, from_localhost: true };
    let node = Node::start(&config, parts).await?;
    let url = format!("http://{}", node.address());
    let right = demo::lesson(&demo, &others, &url).await;
    node.drain().await;
    Ok(if right? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
