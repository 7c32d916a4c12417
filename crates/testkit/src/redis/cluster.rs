//! A real Redis Cluster: three masters, and if that is wanted a replica of the first.

use std::sync::OnceLock;

use super::{Redis, Role, ask};
use crate::error::or_panic;
use crate::{Error, place};

/// The slots there are (Redis Cluster Specification, "Key distribution model").
const SLOTS: u16 = 16_384;

/// The last slot of each master.
const LAST: [u16; 3] = [5_460, 10_922, SLOTS - 1];

/// A real Redis Cluster on 127.0.0.1: three masters, a third of the slots each. One that is killed and restarted comes back as
/// the same node, without what it held; the others go on meanwhile.
#[derive(Debug)]
pub struct RedisCluster {
    // The masters, and then the replica, if there is one.
    nodes: Vec<Redis>,
}

impl RedisCluster {
    /// The one cluster of this test process.
    pub fn shared() -> &'static RedisCluster {
        static SHARED: OnceLock<RedisCluster> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// A cluster of this test's own, whose nodes are to be killed.
    #[track_caller]
    pub fn start() -> RedisCluster {
        or_panic(Self::try_start())
    }

    /// One whose first node has a replica, which takes its place about two seconds after it has fallen silent.
    #[track_caller]
    pub fn start_with_replica() -> RedisCluster {
        let mut cluster = Self::start();
        or_panic(cluster.add_replica());
        cluster
    }

    /// The first node, which holds the first third of the slots at first.
    pub fn first(&self) -> &Redis {
        match self.nodes.first() {
            Some(first) => first,
            None => unreachable!("a cluster has nodes"),
        }
    }

    /// The first node's replica at first. Panics if it has none.
    #[track_caller]
    pub fn replica(&self) -> &Redis {
        or_panic(self.nodes.get(LAST.len()).ok_or_else(|| Error::Exchange("there is no replica".to_owned())))
    }

    /// `redis+cluster://…`, all of its nodes.
    pub fn url(&self) -> String {
        let hosts: Vec<_> = self.nodes.iter().map(|node| format!("127.0.0.1:{}", node.port)).collect();
        format!("redis+cluster://{}", hosts.join(","))
    }

    /// The node that holds this key, or the channel of that name.
    #[track_caller]
    pub fn holding(&self, key: &str) -> &Redis {
        let slot = || {
            let node =
                self.nodes.iter().find_map(|node| ask(node.port, &format!("CLUSTER KEYSLOT {key}")).ok());
            let slot: u16 = node?.first()?.parse().ok()?;
            let at = LAST.iter().position(|last| slot <= *last)?;
            self.nodes.get(at)
        };
        or_panic(slot().ok_or_else(|| Error::Exchange("no node of the cluster answers".to_owned())))
    }

    fn try_start() -> Result<Self, Error> {
        let nodes: Vec<Redis> = LAST
            .iter()
            .map(|_| Redis::try_start(|_| Ok(Role::ClusterNode(place::free_port()?))))
            .collect::<Result<_, _>>()?;
        let mut first = 0;
        for (node, last) in nodes.iter().zip(LAST) {
            node.wait_until(&format!("CLUSTER ADDSLOTSRANGE {first} {last}"), |answer| answer == ["OK"])?;
            node.wait_until(&format!("CLUSTER SET-CONFIG-EPOCH {last}"), |answer| answer == ["OK"])?;
            first = last + 1;
        }
        for one in &nodes {
            for other in nodes.iter().filter(|other| other.port != one.port) {
                meet(one, other)?;
            }
        }
        for node in &nodes {
            node.wait_until("CLUSTER INFO", |info| {
                let has = |line: &str| info.iter().any(|info| info.lines().any(|has| has == line));
                has("cluster_state:ok") && has("cluster_slots_ok:16384") && has("cluster_size:3")
            })?;
        }
        Ok(Self { nodes })
    }

    fn add_replica(&mut self) -> Result<(), Error> {
        let replica = Redis::try_start(|_| Ok(Role::ClusterNode(place::free_port()?)))?;
        for node in &self.nodes {
            meet(&replica, node)?;
        }
        let first = self.first();
        let id = first.ask("CLUSTER MYID").concat();
        // Not before it has heard of it.
        replica.wait_until(&format!("CLUSTER REPLICATE {id}"), |answer| answer == ["OK"])?;
        first.wait_until("INFO replication", |info| info.iter().any(|info| info.contains("state=online")))?;
        for node in &self.nodes {
            node.wait_until(&format!("CLUSTER REPLICAS {id}"), |replicas| {
                replicas.concat().contains("slave")
            })?;
        }
        self.nodes.push(replica);
        Ok(())
    }
}

fn meet(one: &Redis, other: &Redis) -> Result<(), Error> {
    let Role::ClusterNode(bus) = &other.role else { return Ok(()) };
    one.wait_until(&format!("CLUSTER MEET 127.0.0.1 {} {bus}", other.port), |answer| answer == ["OK"])
}
