//! What each number of the configuration may be. What is outside is refused at start: a node that is up with it would let nobody
//! in, or come to a stand, or do nothing but one thing.

use std::ops::RangeInclusive;

use toml::{Table, Value};

use super::keys::all;
use super::{Config, ConfigError};

/// What a number may be that isn't named below: not zero, and at most what fits into 32 bits (as milliseconds, 24 days), which is
/// also the most that PostgreSQL and Redis take for a time.
const USUAL: RangeInclusive<i64> = 1..=2_147_483_647;

/// A hundred years, in milliseconds.
const CENTURY: i64 = 3_155_760_000_000;

const PEBIBYTE: i64 = 1 << 50;

/// The numbers that may be less, may be more, or may not be as much.
const BOUNDS: &[(&str, RangeInclusive<i64>)] = &[
    // Up to what a token may be late (homeroom_auth::MAX_LEEWAY).
    ("jwt_leeway_ms", 0..=5_000),
    // With less, no token or no set of keys would ever be short enough.
    ("jwt_max_bytes", 256..=65_536),
    ("jwks.max_bytes", 256..=16_777_216),
    // More often, and nothing else would be done.
    ("jwks.refresh_ms", 1_000..=2_147_483_647),
    ("jwks.min_refresh_ms", 1_000..=2_147_483_647),
    ("sweep_interval_ms", 100..=2_147_483_647),
    ("follower.sweep_ms", 10..=60_000),
    // Half of the shortest lease: else one could end before anyone has looked whether Redis is back to renew it.
    ("redis.circuit_probe_ms", 10..=500),
    // Sooner, and nobody would get through.
    ("header_timeout_ms", 100..=2_147_483_647),
    ("engine.ping_timeout_ms", 100..=2_147_483_647),
    ("engine.upgrade_timeout_ms", 100..=2_147_483_647),
    ("socket_io.connect_timeout_ms", 100..=2_147_483_647),
    ("transport.call_timeout_ms", 100..=2_147_483_647),
    ("database.acquire_timeout_ms", 10..=2_147_483_647),
    ("database.statement_timeout_ms", 10..=2_147_483_647),
    ("database.commit_timeout_ms", 10..=2_147_483_647),
    // Smaller, and no command would fit in.
    ("engine.max_payload_bytes", 1_024..=2_147_483_647),
    ("engine.max_outbox_bytes", 1_024..=2_147_483_647),
    ("transport.max_body_bytes", 1_024..=2_147_483_647),
    ("socket_io.max_namespace_bytes", 16..=65_536),
    ("memory_state.max_keys", 1_000..=2_147_483_647),
    ("memory_state.max_elements", 100..=2_147_483_647),
    // Smaller, and no row would fit in; files may be as large as they like.
    ("import.max_row_bytes", 1_024..=2_147_483_647),
    ("import.max_total_bytes", 1..=PEBIBYTE),
    ("import.max_file_bytes", 1..=PEBIBYTE),
    // Deeper is not read as JSON anyway, and an ack with more digits is no number.
    ("socket_io.max_json_depth", 2..=127),
    ("socket_io.max_ack_digits", 1..=19),
    // A connection is memory on either side, whether it is used or not.
    ("database.pool_size", 1..=1_000),
    ("database.lookup_pool_size", 1..=1_000),
    ("database.readers", 1..=1_000),
    ("redis.pool_size", 1..=1_000),
    // What is read or written at a time.
    ("follower.batch", 1..=10_000),
    ("transport.max_sync_events", 1..=10_000),
    ("gradebook.limits.items", 1..=2_000),
    // A right that the roster takes away has to be gone within two seconds: both together have to stay below that.
    ("transport.roster_poll_ms", 1..=1_000),
    ("transport.doubt_ms", 1..=800),
    // Sooner, and nodes that live would be taken for dead.
    ("transport.lease_ms", 1_000..=2_147_483_647),
    ("transport.recovery_window_ms", 1_000..=2_147_483_647),
    // Nothing has to be waited for.
    ("transport.drain_notice_ms", 0..=2_147_483_647),
    ("transport.drain_spread_ms", 0..=2_147_483_647),
    ("transport.drain_grace_ms", 0..=2_147_483_647),
    // What may last for years.
    ("journal.reply_hours", 1..=876_600),
    ("auth.access_token_ms", 1_000..=CENTURY),
    ("auth.refresh_token_ms", 1_000..=CENTURY),
    ("auth.keep_revocations_ms", 1_000..=CENTURY),
    ("auth.escalation.review_window_ms", 1..=CENTURY),
    ("auth.escalation.suspend_ms", 1..=CENTURY),
    ("auth.escalation.ban_ms", 1..=CENTURY),
    ("auth.escalation.high_suspend_ms", 1..=CENTURY),
    ("auth.escalation.critical_ban_ms", 1..=CENTURY),
    // An end that is in the calendar.
    ("gradebook.closing_notice_days", 1..=36_525),
];

/// What that number may be, both ends included.
fn bounds(key: &str) -> RangeInclusive<i64> {
    BOUNDS.iter().find(|(name, _)| *name == key).map_or(USUAL, |(_, bounds)| bounds.clone())
}

/// Whether every number may be what it is; `origin` tells under which name the operator has set one.
pub(super) fn check(config: &Config, origin: impl Fn(&str) -> String) -> Result<(), ConfigError> {
    let table = Table::try_from(config).map_err(|error| ConfigError::value("configuration", error))?;
    for (key, value) in all(&table) {
        if let Some(Value::Integer(number)) = value {
            within(&origin(&key), number, &bounds(&key))?;
        }
    }
    for (request, rate) in &config.limits {
        for (name, number) in [("count", i64::from(rate.count)), ("per_ms", number(rate.per_ms))] {
            within(&format!("limits.\"{request}\".{name}"), number, &USUAL)?;
        }
    }
    Ok(())
}

fn within(origin: &str, number: i64, bounds: &RangeInclusive<i64>) -> Result<(), ConfigError> {
    if number < *bounds.start() {
        return Err(ConfigError::value(origin, format!("must be at least {}", bounds.start())));
    }
    if number > *bounds.end() {
        return Err(ConfigError::value(origin, format!("must be at most {}", bounds.end())));
    }
    Ok(())
}

fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::keys::{defaults, variable};
    use super::super::load;
    use super::*;

    /// The one line with which a value of a key is refused; none if it is taken.
    fn refused(key: &str, value: i64) -> Option<String> {
        let environment = [(variable(key).into(), value.to_string().into())];
        load(None, environment).err().map(|error| error.to_string())
    }

    /// What has been seen to break a node, or would.
    #[test]
    fn what_breaks_a_node_is_refused_with_one_line() {
        let all = [
            ("transport.connect_concurrency", 0, "must be at least 1"),
            ("transport.connect_concurrency", i64::MAX, "must be at most 2147483647"),
            ("transport.max_calls_in_flight", 0, "must be at least 1"),
            ("transport.recheck_concurrency", 0, "must be at least 1"),
            ("transport.call_timeout_ms", 1, "must be at least 100"),
            ("transport.lease_ms", 1, "must be at least 1000"),
            ("transport.roster_poll_ms", 1_001, "must be at most 1000"),
            ("transport.doubt_ms", 801, "must be at most 800"),
            ("jwks.refresh_ms", 0, "must be at least 1000"),
            ("jwks.min_refresh_ms", 1, "must be at least 1000"),
            ("jwt_max_bytes", 1, "must be at least 256"),
            ("sweep_interval_ms", 0, "must be at least 100"),
            ("engine.max_payload_bytes", 1, "must be at least 1024"),
            ("engine.max_connections", 0, "must be at least 1"),
            ("engine.upgrade_timeout_ms", 1, "must be at least 100"),
            ("socket_io.connect_timeout_ms", 0, "must be at least 100"),
            ("socket_io.max_ack_digits", 20, "must be at most 19"),
            ("database.pool_size", 0, "must be at least 1"),
            ("database.lookup_pool_size", 0, "must be at least 1"),
            ("database.pool_size", 4_294_967_295, "must be at most 1000"),
            // PostgreSQL would refuse every connection.
            ("database.statement_timeout_ms", 2_147_483_648, "must be at most 2147483647"),
            ("database.idle_in_transaction_ms", 2_147_483_648, "must be at most 2147483647"),
            ("redis.queue", i64::MAX, "must be at most 2147483647"),
            ("redis.timeout_ms", 0, "must be at least 1"),
            ("follower.batch", 0, "must be at least 1"),
            ("follower.sweep_ms", 0, "must be at least 10"),
        ];
        for (key, value, problem) in all {
            assert_eq!(refused(key, value), Some(format!("{}: {problem}", variable(key))), "{value}");
        }
    }

    #[test]
    fn every_number_may_be_its_default_and_both_ends_and_nothing_beyond() {
        let mut numbers = 0;
        for (key, default) in all(&defaults()) {
            let Some(Value::Integer(default)) = default else { continue };
            numbers += 1;
            let bounds = bounds(&key);
            assert!(bounds.contains(&default), "{key}");
            for good in [*bounds.start(), *bounds.end()] {
                assert_eq!(refused(&key, good), None, "{key} = {good}");
            }
            for bad in [*bounds.start() - 1, *bounds.end() + 1] {
                let line = refused(&key, bad).unwrap_or_default();
                assert!(line.starts_with(&format!("{}: ", variable(&key))), "{key} = {bad}: {line}");
                assert!(!line.contains('\n'), "{line}");
            }
        }
        assert!(numbers > 70, "{numbers} numbers have been looked at");
    }

    #[test]
    fn every_bound_is_for_a_number_that_there_is() {
        let keys = all(&defaults());
        for (key, _) in BOUNDS {
            assert!(matches!(keys.get(*key), Some(Some(Value::Integer(_)))), "{key}");
        }
        let leeway = i64::try_from(homeroom_auth::MAX_LEEWAY.as_millis()).unwrap();
        assert_eq!(bounds("jwt_leeway_ms"), 0..=leeway);
    }
}
