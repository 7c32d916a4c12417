//! What an operator may set about the transport above the wire. Times in milliseconds, sizes in bytes; limits are inclusive.

use std::collections::BTreeMap;
use std::time::Duration;

use homeroom_contract::{Kind, Limit, RouteSpec};
use serde::{Deserialize, Serialize};

/// Limits and times of dispatch, hub and HTTP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TransportConfig {
    /// Transports that one person may have; the newest beyond it is refused with `TOO_MANY_CONNECTIONS`.
    pub max_connections_per_user: usize,
    /// How many CONNECTs are looked into at once. The rest of a crowd waits its turn here, for as long as a call may take,
    /// and not for the database, which everyone else needs too.
    pub connect_concurrency: usize,
    /// How often a person may send a command, by event name; `default` is for all that declare no limit of their own,
    /// and, once for each namespace, for all names that it does not have.
    pub limits: BTreeMap<String, Rate>,
    /// How often within 10 s one room may be told something by commands and signals, on each node: what reaches everyone in it.
    pub room_limit_per_10s: u32,
    /// How often within 10 s one address may send an HTTP request, whatever it asks for, on each node; one more is answered 429.
    /// An IPv6 address counts as its /64. Generous, since a whole school, or a backend of the platform, is one address.
    pub http_requests_per_address_per_10s: u32,
    /// Calls that may be under way on this node; a further one is answered `BUSY`.
    pub max_calls_in_flight: usize,
    /// Turns all rate limits off. For load tests only; the log says so at start.
    pub limits_off: bool,
    /// How long one call may take. After it a command answers `OUTCOME_UNKNOWN`, everything else `UNAVAILABLE`.
    pub call_timeout_ms: u64,
    /// How long one call may wait for the state that the nodes share, all its waits together. After that it goes on without.
    pub state_wait_ms: u64,
    /// Largest body of an HTTP command.
    pub max_body_bytes: usize,
    /// Most events that one `sync:since` answers; `truncated` says that there are more.
    pub max_sync_events: usize,
    /// How often the roster is asked for changes; at most 1000, so that a right that was taken is gone within 2 s.
    pub roster_poll_ms: u64,
    /// How long after a change of the roster was noticed those whom it may concern are still told what happens, if it has not been
    /// looked up by then what they may; from then on it waits for that. At most 800, so that a right that was taken is gone
    /// within 2 s however many people a change concerns.
    pub doubt_ms: u64,
    /// How long before its token's `exp` a transport is told `auth.expiring`.
    pub expiring_notice_ms: u64,
    /// How many people's rights are looked up again at once after a change of the roster.
    pub recheck_concurrency: usize,
    /// How long after its connection was lost a client that asked for recovery can come back to its session, at most.
    pub recovery_window_ms: u64,
    /// The most entries of its stream that a client may have missed and still be recovered; beyond, it joins anew.
    pub recovery_max_entries: u64,
    /// How long a client may take nothing of what waits for it before it is closed.
    pub slow_consumer_ms: u64,
    /// How long after a node was killed the others take its people for gone; it renews its leases three times as often. With
    /// the default everyone has been told within 15 s.
    pub lease_ms: u64,
    /// When stopping: how long `/readyz` says so before anything else happens, for balancers that ask it. Without any, a
    /// connection refused has to be enough for them to try another node, as it is for nginx.
    pub drain_notice_ms: u64,
    /// When stopping: over how long the transports are closed, spread evenly.
    pub drain_spread_ms: u64,
    /// When stopping: how long work in flight may take after that.
    pub drain_grace_ms: u64,
    /// What clients are told to wait before they come back after `server.draining`.
    pub reconnect_in_ms: u64,
}

/// So many in any window of that length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// The most that are let through in one window.
    pub count: u32,
    /// The window's length.
    pub per_ms: u64,
}

impl Rate {
    fn limit(&self) -> Limit {
        Limit { count: self.count, per: Duration::from_millis(self.per_ms) }
    }
}

impl Default for TransportConfig {
    fn default() -> Self {
        Self {
            max_connections_per_user: 10,
            connect_concurrency: 16,
            limits: BTreeMap::new(),
            room_limit_per_10s: 5_000,
            http_requests_per_address_per_10s: 20_000,
            max_calls_in_flight: 4_096,
            limits_off: false,
            call_timeout_ms: 10_000,
            state_wait_ms: 250,
            max_body_bytes: 1_000_000,
            max_sync_events: 500,
            roster_poll_ms: 1000,
            doubt_ms: 500,
            expiring_notice_ms: 60_000,
            recheck_concurrency: 16,
            recovery_window_ms: 120_000,
            recovery_max_entries: 10_000,
            slow_consumer_ms: 30_000,
            lease_ms: 12_000,
            drain_notice_ms: 0,
            drain_spread_ms: 5_000,
            drain_grace_ms: 10_000,
            reconnect_in_ms: 1_000,
        }
    }
}

impl TransportConfig {
    /// The limit in force for a request: what is set for its name, what it declares, what is set for all, what its kind has.
    pub(crate) fn limit(&self, route: &RouteSpec) -> Limit {
        let declared = route.limit != route.kind.default_limit();
        match (self.limits.get(route.name), self.limits.get("default")) {
            (Some(named), _) => named.limit(),
            (None, Some(default)) if !declared && route.kind != Kind::Join => default.limit(),
            (None, _) => route.limit,
        }
    }

    /// The limit in force for requests that there are not.
    pub(crate) fn default_limit(&self) -> Limit {
        self.limits.get("default").map_or(Kind::Command.default_limit(), Rate::limit)
    }

    pub(crate) fn room_limit(&self) -> Option<Limit> {
        (!self.limits_off).then_some(Limit::per_10s(self.room_limit_per_10s))
    }

    pub(crate) fn http_limit(&self) -> Option<Limit> {
        (!self.limits_off).then_some(Limit::per_10s(self.http_requests_per_address_per_10s))
    }

    pub(crate) fn call_timeout(&self) -> Duration {
        Duration::from_millis(self.call_timeout_ms)
    }

    pub(crate) fn state_wait(&self) -> Duration {
        Duration::from_millis(self.state_wait_ms)
    }

    pub(crate) fn roster_poll(&self) -> Duration {
        Duration::from_millis(self.roster_poll_ms.clamp(10, 1000))
    }

    pub(crate) fn doubt(&self) -> Duration {
        Duration::from_millis(self.doubt_ms.min(800))
    }

    pub(crate) fn recovery_window(&self) -> Duration {
        Duration::from_millis(self.recovery_window_ms.max(1_000))
    }

    pub(crate) fn slow_consumer(&self) -> Duration {
        Duration::from_millis(self.slow_consumer_ms)
    }

    pub(crate) fn lease(&self) -> Duration {
        Duration::from_millis(self.lease_ms.max(100))
    }

    pub(crate) fn expiring_notice(&self) -> Duration {
        Duration::from_millis(self.expiring_notice_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(name: &'static str, kind: Kind, limit: Limit) -> RouteSpec {
        RouteSpec { name, aliases: &[], kind, limit, request: |_| true.into(), reply: None }
    }

    #[test]
    fn a_limit_by_name_wins_over_the_declared_one_and_that_over_the_default() {
        let rates = [("default", 7), ("grade:set", 3)];
        let limits =
            rates.map(|(name, count)| (name.to_owned(), Rate { count, per_ms: 1000 })).into_iter().collect();
        let config = TransportConfig { limits, ..TransportConfig::default() };
        let plain = Kind::Command.default_limit();
        assert_eq!(config.limit(&route("grade:set", Kind::Command, Limit::per_10s(9))).count, 3);
        assert_eq!(config.limit(&route("quiz:answer", Kind::Command, Limit::per_10s(5))).count, 5);
        assert_eq!(config.limit(&route("grades:post", Kind::Command, plain)).count, 7);
        assert_eq!(config.limit(&route("gradebook:join", Kind::Join, Kind::Join.default_limit())).count, 30);
    }
}
