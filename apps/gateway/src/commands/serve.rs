//! `gateway`, `gateway serve`: until a signal says that it is enough.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use homeroom_auth::Key;
use homeroom_contract::{Clock as _, SystemClock};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::compose;
use crate::config::{Config, ConfigError};
use crate::demo::{self, Demo};
use crate::listen::Listener;
use crate::node::{Node, Parts};
use crate::stop::Stop;

/// Serves the deployment that is configured, or the demo if none is.
pub(crate) async fn serve(config: &Config) -> Result<ExitCode, Stop> {
    config.check_limits(&compose::namespaces_without_data().await?)?;
    if config.is_demo() { serve_demo(config).await } else { serve_deployment(config).await }
}

async fn serve_deployment(config: &Config) -> Result<ExitCode, Stop> {
    let (url, keys) = (config.database_url()?, config.keys().await?);
    let mut signals = Signals::listen()?;
    let (public, admin) = listeners(config).await?;
    let database = compose::database(config, url).await?;
    let secret = config.signing_secret().map(str::to_owned);
    let parts = Parts { public, admin, database, keys, secret, from_localhost: false };
    let node = Node::start(config, parts).await?;
    signals.wait().await;
    drain(node, signals).await
}

async fn serve_demo(config: &Config) -> Result<ExitCode, Stop> {
    let mut signals = Signals::listen()?;
    let (public, admin) = listeners(config).await?;
    let demo = Demo::open(config, Path::new(demo::FOLDER), SystemClock.now()).await?;
    let key = Key::secret(&demo.secret).map_err(|error| ConfigError::value("homeroom-data/key", error))?;
    let (keys, secret) = (key.into(), Some(demo.secret.clone()));
    let parts = Parts { public, admin, database: demo.database.clone(), keys, secret, from_localhost: true };
    let node = Node::start(config, parts).await?;
    let banner = demo::banner(&demo, node.address())?;
    // Whoever closed the output doesn't want to read it.
    std::io::stdout().write_all(banner.as_bytes()).ok();
    signals.wait().await;
    drain(node, signals).await
}

async fn listeners(config: &Config) -> Result<(Listener, Listener), Stop> {
    Ok((Listener::bind(config.listen).await?, Listener::bind(config.admin_listen).await?))
}

async fn drain(node: Node, mut signals: Signals) -> Result<ExitCode, Stop> {
    tracing::info!("draining; a second signal ends it at once");
    tokio::select! {
        () = node.drain() => {
            tracing::info!("stopped");
            Ok(ExitCode::SUCCESS)
        }
        () = signals.wait() => Err(Stop::impossible("ended by a second signal before everything was drained")),
    }
}

/// SIGTERM and SIGINT.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> Result<Self, Stop> {
        let listen =
            |kind| signal(kind).map_err(|error| Stop::failed("signals can't be listened for", &error));
        Ok(Self { terminate: listen(SignalKind::terminate())?, interrupt: listen(SignalKind::interrupt())? })
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
