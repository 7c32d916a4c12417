//! The Redis of the tests itself: as a cluster and under Sentinel it ends with the test process too.
#![cfg(test)]

mod victim;

use std::net::TcpStream;

use homeroom_testkit::{RedisCluster, RedisSentinels};

use victim::{victim, within_a_minute};

#[test]
fn all_servers_end_with_a_test_that_is_killed() {
    let (mut victim, urls) = victim("all_servers_end_with_a_test_that_is_killed", || {
        // Never dropped: they are to end because this process does.
        let cluster: &RedisCluster = Box::leak(Box::new(RedisCluster::start()));
        let sentinels: &RedisSentinels = Box::leak(Box::new(RedisSentinels::start()));
        let [master, replica] = sentinels.servers();
        [cluster.url(), sentinels.url(), master.url(), replica.url()].join("\n")
    });
    let ports: Vec<u16> = urls.split([',', ':', '/', '\n']).filter_map(|part| part.parse().ok()).collect();
    assert_eq!(ports.len(), 3 + 3 + 2, "{urls}");
    let listening = || ports.iter().filter(|port| TcpStream::connect(("127.0.0.1", **port)).is_ok()).count();
    assert_eq!(listening(), 8);
    victim.kill().unwrap();
    victim.wait().unwrap();
    within_a_minute("an end of all", || (listening() == 0).then_some(()));
}
