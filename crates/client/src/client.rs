//! The client as its users hold it.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use crate::connection::{Shared, drive};
use crate::socket::Namespace;
use crate::{Error, Options, Socket, Status, engine};

/// How long a server may take to close its side too, in a graceful close.
pub(crate) const CLOSING: Duration = Duration::from_secs(2);

/// A connection to a gateway, which any number of namespaces share.
///
/// Clones are the same connection; it closes when the last of them and of its [`Socket`]s is gone.
#[derive(Debug, Clone)]
pub struct Client {
    pub(crate) alive: Arc<Alive>,
}

/// Ends the connection's task when nobody holds it any more.
#[derive(Debug)]
pub(crate) struct Alive {
    pub(crate) shared: Arc<Shared>,
    tasks: TaskTracker,
    closing: CancellationToken,
    _guard: DropGuard,
}

impl Client {
    /// Opens the connection. The first try is the only one; once open, it is kept open as [`Options::reconnect`] says.
    pub async fn connect(options: Options) -> Result<Self, Error> {
        let tasks = TaskTracker::new();
        let first = engine::open(&options, &tasks).await?;
        let closing = CancellationToken::new();
        let shared = Arc::new(Shared::new(options));
        tasks.spawn(drive(Arc::clone(&shared), first, tasks.clone(), closing.clone()));
        tasks.close();
        let guard = closing.clone().drop_guard();
        Ok(Self { alive: Arc::new(Alive { shared, tasks, closing, _guard: guard }) })
    }

    /// Connects to a namespace, such as `/gradebook`, and waits until the server has let it in.
    ///
    /// Asked again for one that is connected, it gives another handle to the same; one that the server had refused or sent
    /// away is tried anew.
    pub async fn namespace(&self, name: &str) -> Result<Socket, Error> {
        let shared = &self.alive.shared;
        let namespace = shared.namespace(name);
        let socket = Socket { namespace: Arc::clone(&namespace), alive: Arc::clone(&self.alive) };
        shared.connect(&namespace).await;
        let timeout = shared.options.connect_timeout;
        let settled = tokio::time::timeout(timeout, settled(&namespace)).await;
        settled.map_err(|_| Error::Timeout(timeout))??;
        Ok(socket)
    }

    /// Drops the connection without a word to the server, as a lost network does, and comes back as
    /// [`Options::reconnect`] says. Does nothing while there is no connection. For tests and load tests.
    pub fn interrupt(&self) {
        self.alive.shared.interrupted.notify_waiters();
    }

    /// Leaves all namespaces, closes the connection, and waits until it is closed.
    pub async fn close(self) {
        self.alive.closing.cancel();
        self.alive.tasks.wait().await;
    }
}

async fn settled(namespace: &Namespace) -> Result<(), Error> {
    let mut status = namespace.status.subscribe();
    loop {
        match &*status.borrow_and_update() {
            Status::Connected { .. } => return Ok(()),
            Status::Refused(refusal) => return Err(Error::Refused(refusal.clone())),
            Status::Ended(why) => return Err(Error::Disconnected(why.clone())),
            Status::Connecting | Status::Disconnected(_) => {}
        }
        if status.changed().await.is_err() {
            return Err(Error::Disconnected("closed".to_owned()));
        }
    }
}
