//! Where commands go: a pool of connections to one server.

use deadpool_redis::redis::ConnectionInfo;
use deadpool_redis::{Connection, Manager, Pool, PoolError, Runtime};

use crate::StateError;

/// Where commands go.
pub(super) struct Server(Pool);

impl Server {
    pub(super) fn open(info: ConnectionInfo, connections: usize) -> Result<Self, StateError> {
        pool(info, connections).map(Self)
    }

    /// A connection to use once. (Boxed: making one takes a lot of room, and is rare.)
    pub(super) async fn connection(&self) -> Result<Connection, StateError> {
        Box::pin(self.0.get()).await.map_err(|error| match error {
            PoolError::Backend(error) => StateError::from(error),
            error => StateError::Unavailable(Box::new(error)),
        })
    }
}

fn pool(info: ConnectionInfo, connections: usize) -> Result<Pool, StateError> {
    let builder = Pool::builder(Manager::new(info)?).max_size(connections).runtime(Runtime::Tokio1);
    builder.build().map_err(|error| StateError::Other(Box::new(error)))
}
