//! A real set-up with Redis Sentinel: a master, its replica, and three sentinels that agree on a failover by two.

use super::{Redis, Role};
use crate::Error;
use crate::error::or_panic;

/// What the sentinels call what they watch.
const NAME: &str = "homeroom";

/// How long a master may be silent until the replica takes its place, in milliseconds.
const DOWN_AFTER_MS: u32 = 500;

/// Sentinels look around every few seconds, and one that was held up for two (a test machine has much to do) trusts itself only half a
/// minute later. These do so sooner, and don't mind.
const HASTE: &str =
    "SENTINEL DEBUG info-period 1000 publish-period 500 min-link-reconnect-period 2000 tilt-trigger 60000";

/// A master, its replica, and three sentinels that put the replica in the master's place half a second after it has fallen
/// silent, on 127.0.0.1.
#[derive(Debug)]
pub struct RedisSentinels {
    // In this order they are ended: nobody should take anybody's place then.
    sentinels: Vec<Redis>,
    servers: [Redis; 2],
}

impl RedisSentinels {
    /// Starts all five and waits until they know each other.
    #[track_caller]
    pub fn start() -> RedisSentinels {
        or_panic(Self::try_start())
    }

    /// `redis+sentinel://…`
    pub fn url(&self) -> String {
        let hosts: Vec<_> = self.sentinels.iter().map(|node| format!("127.0.0.1:{}", node.port)).collect();
        format!("redis+sentinel://{}/{NAME}", hosts.join(","))
    }

    /// The master at first, then its replica at first.
    pub fn servers(&self) -> &[Redis; 2] {
        &self.servers
    }

    /// The sentinels, in the order in which the address names them.
    pub fn sentinels(&self) -> &[Redis] {
        &self.sentinels
    }

    /// Lets the two servers change places though nothing has failed; the old master lives on as the new one's replica. Whether
    /// the sentinels agree: for a while after the last time they don't.
    pub fn fail_over(&self) -> bool {
        let command = format!("SENTINEL FAILOVER {NAME}");
        self.sentinels.iter().any(|sentinel| sentinel.answers(&command, |answer| answer == ["OK"]))
    }

    fn try_start() -> Result<Self, Error> {
        let master = Redis::try_start(|_| Ok(Role::Alone))?;
        let replica = Redis::try_start(|_| Ok(Role::ReplicaOf(master.port)))?;
        let said = |answer: &[String], what: &str| answer.iter().any(|text| text.contains(what));
        master.wait_until("INFO replication", |info| said(info, "state=online"))?;
        let configuration = format!(
            "sentinel monitor {NAME} 127.0.0.1 {} 2\n\
             sentinel down-after-milliseconds {NAME} {DOWN_AFTER_MS}\n\
             sentinel failover-timeout {NAME} 5000\n",
            master.port
        );
        let sentinels: Vec<Redis> = (0..3)
            .map(|_| Redis::try_start(|_| Ok(Role::Sentinel(configuration.clone()))))
            .collect::<Result<_, _>>()?;
        for sentinel in &sentinels {
            sentinel.wait_until(HASTE, |answer| answer == ["OK"])?;
            sentinel.wait_until(&format!("SENTINEL MASTER {NAME}"), |fields| {
                let has = |name: &str, value: &str| fields.windows(2).any(|pair| pair == [name, value]);
                has("num-slaves", "1") && has("num-other-sentinels", "2") && has("flags", "master")
            })?;
        }
        Ok(Self { sentinels, servers: [master, replica] })
    }
}
