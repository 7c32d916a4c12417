//! The Redis of the tests itself: as a cluster and under Sentinel it ends with the test process too.
#![cfg(test)]

use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use homeroom_testkit::{RedisCluster, RedisSentinels};

/// This test starts itself again as another process, which starts eight servers and is killed.
#[test]
fn all_servers_end_with_a_test_that_is_killed() {
    const ROLE: &str = "HOMEROOM_TESTKIT_REDIS_VICTIM";
    if let Some(file) = std::env::var_os(ROLE) {
        let (cluster, sentinels) = (RedisCluster::start(), RedisSentinels::start());
        let [master, replica] = sentinels.servers();
        let urls = [cluster.url(), sentinels.url(), master.url(), replica.url()].join("\n");
        std::fs::write(file, urls).unwrap();
        loop {
            std::thread::park();
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("urls");
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "all_servers_end_with_a_test_that_is_killed"])
        .env(ROLE, &file)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let urls =
        within_a_minute("servers", || std::fs::read_to_string(&file).ok().filter(|urls| !urls.is_empty()));
    let ports: Vec<u16> = urls.split([',', ':', '/', '\n']).filter_map(|part| part.parse().ok()).collect();
    assert_eq!(ports.len(), 3 + 3 + 2, "{urls}");
    let listening = || ports.iter().filter(|port| TcpStream::connect(("127.0.0.1", **port)).is_ok()).count();
    assert_eq!(listening(), 8);
    victim.kill().unwrap();
    victim.wait().unwrap();
    within_a_minute("an end of all", || (listening() == 0).then_some(()));
}

fn within_a_minute<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "no {what} within a minute");
        std::thread::sleep(Duration::from_millis(50));
    }
}
