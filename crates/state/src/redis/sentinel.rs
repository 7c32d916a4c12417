//! Sentinels (Redis documentation, "Guidelines for Redis clients with support for Redis Sentinel"): they are asked which server
//! is the master, all at once, and the first answer that the server itself confirms counts; a sentinel that hangs holds nobody
//! up, and one that has not heard of a failover leads nobody to the old master.

use deadpool_redis::redis::{
    self, Client, ConnectionAddr, ConnectionInfo, ErrorKind, RedisError, RedisResult, Value,
};
use futures_util::future::{FutureExt, select_ok};

/// The sentinels of one master.
#[derive(Clone)]
pub(super) struct Sentinels {
    pub(super) asked: Vec<ConnectionInfo>,
    master: String,
    /// How to connect to a server; whichever its address is.
    server: ConnectionInfo,
}

impl Sentinels {
    pub(super) fn new(asked: Vec<ConnectionInfo>, master: String, server: ConnectionInfo) -> Self {
        Self { asked, master, server }
    }

    /// The master as it is now. Without a time limit of its own.
    pub(super) async fn master(&self) -> RedisResult<ConnectionInfo> {
        let asked = self.asked.iter().map(|sentinel| self.confirmed(sentinel.clone()).boxed());
        Ok(select_ok(asked).await?.0)
    }

    async fn confirmed(&self, sentinel: ConnectionInfo) -> RedisResult<ConnectionInfo> {
        let (host, port) = self.ask(sentinel).await?;
        let server = self.server_at(&host, port)?;
        let mut conn = Client::open(server.clone())?.get_multiplexed_async_connection().await?;
        match redis::cmd("ROLE").query_async::<Vec<Value>>(&mut conn).await.as_deref() {
            Ok([Value::BulkString(role), ..]) if role != b"master" => {
                Err((ErrorKind::MasterNameNotFoundBySentinel, "a master that is none any more").into())
            }
            Err(error) if error.is_io_error() => Err(error.clone()),
            // Who may not ask has to believe the sentinel.
            Ok(_) | Err(_) => Ok(server),
        }
    }

    async fn ask(&self, sentinel: ConnectionInfo) -> RedisResult<(String, u16)> {
        let mut conn = Client::open(sentinel)?.get_multiplexed_async_connection().await?;
        let mut command = redis::cmd("SENTINEL");
        command.arg("GET-MASTER-ADDR-BY-NAME").arg(&self.master);
        let master: Option<(String, u16)> = command.query_async(&mut conn).await?;
        master.ok_or_else(|| {
            (ErrorKind::MasterNameNotFoundBySentinel, "no master of that name", self.master.clone()).into()
        })
    }

    pub(super) fn server_at(&self, host: &str, port: u16) -> RedisResult<ConnectionInfo> {
        let address = match self.server.addr() {
            ConnectionAddr::Tcp(..) => ConnectionAddr::Tcp(host.to_owned(), port),
            ConnectionAddr::TcpTls { insecure, tls_params, .. } => ConnectionAddr::TcpTls {
                host: host.to_owned(),
                port,
                insecure: *insecure,
                tls_params: tls_params.clone(),
            },
            _ => return Err(RedisError::from((ErrorKind::InvalidClientConfig, "sentinels name no sockets"))),
        };
        Ok(self.server.clone().set_addr(address))
    }
}
