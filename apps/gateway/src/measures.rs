//! What parts count, under the names that `/metrics` has for it.

use homeroom_state::{BusCounts, RedisBus, RedisState, StateCounts};
use homeroom_transport::{Measure, Measured};

/// What has gone to Redis, and between the nodes over it.
pub(crate) fn redis(state: &RedisState, bus: &RedisBus) -> Vec<Measure> {
    let StateCounts { open, openings, unanswered, refused, cut_short } = state.counts();
    let BusCounts { published, heard, dropped_hints, dropped_ephemeral, breaks } = bus.counts();
    let count = |name, value, help| Measure { name, help, value: Measured::Count(value) };
    vec![
        Measure { name: "redis_circuits_open", help: "Circuits open now", value: Measured::Level(open) },
        count("redis_circuit_openings", openings, "How often a circuit has opened"),
        count("redis_commands_unanswered", unanswered, "Commands that Redis did not answer in time"),
        count("redis_commands_refused", refused, "Commands that failed at once, a circuit being open"),
        count(
            "redis_commands_cut_short",
            cut_short,
            "Commands that their call could not wait for any longer",
        ),
        count("bus_published", published, "Messages to the other nodes that Redis has taken"),
        count("bus_heard", heard, "Messages of other nodes"),
        count("bus_dropped_hints", dropped_hints, "Hints that were not published"),
        count("bus_dropped_ephemeral", dropped_ephemeral, "Ephemeral events that were not published"),
        count("bus_breaks", breaks, "How often a connection of the bus has broken"),
    ]
}
