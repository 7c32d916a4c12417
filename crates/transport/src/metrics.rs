//! What operators watch, in the `OpenMetrics` text format.
//!
//! What always holds: label values come from declarations, never from what a client sent.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use homeroom_contract::{BoundNamespace, Code, Failure};
use homeroom_journal::{Follower, RangeReads};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::dispatch::builtin;
use crate::engine::{Count, Counters};

/// In seconds: from what one in-memory write takes to the time limit of a call.
const BUCKETS: [f64; 13] =
    [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 10.0];

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfNamespace {
    namespace: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfEvent {
    namespace: &'static str,
    event: &'static str,
    direction: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfCommand {
    namespace: &'static str,
    command: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfFailure {
    namespace: &'static str,
    command: &'static str,
    code: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfTier {
    limit: &'static str,
}

/// Which limit it is that something was refused by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tier {
    /// How often one person may send one command.
    Person,
    /// How much may be told to one room.
    Room,
    /// How many HTTP requests may come from one address.
    Address,
    /// How many calls may be under way on this node.
    Node,
    /// How many connections one person may have.
    Connections,
    /// How often one connection may ask to be let in.
    Connects,
}

impl Tier {
    const ALL: [Self; 6] =
        [Self::Person, Self::Room, Self::Address, Self::Node, Self::Connections, Self::Connects];

    fn labels(self) -> OfTier {
        let limit = match self {
            Self::Person => "person",
            Self::Room => "room",
            Self::Address => "address",
            Self::Node => "node",
            Self::Connections => "connections",
            Self::Connects => "connects",
        };
        OfTier { limit }
    }
}

/// Everything that is counted above the wire.
#[derive(Debug)]
pub(crate) struct Metrics {
    connections: Family<OfNamespace, Gauge>,
    events: Family<OfEvent, Counter>,
    /// Every declared event's counter, so that the hot path formats no label.
    outgoing: HashMap<&'static str, HashMap<&'static str, Counter>>,
    commands: Family<OfCommand, Histogram, fn() -> Histogram>,
    failures: Family<OfFailure, Counter>,
    delivery: Histogram,
    behind: Family<OfNamespace, Gauge>,
    fell_behind: Family<OfNamespace, Counter>,
    recovered: Family<OfNamespace, Counter>,
    limited: Family<OfTier, Counter>,
}

impl Metrics {
    pub(crate) fn new(namespaces: &[BoundNamespace]) -> Self {
        let events = Family::<OfEvent, Counter>::default();
        let connections = Family::<OfNamespace, Gauge>::default();
        let mut outgoing = HashMap::new();
        for namespace in namespaces {
            let name = namespace.name();
            // There from the start, as zero: a series that comes only with the first socket looks like a node that is down.
            drop(connections.get_or_create(&OfNamespace { namespace: name }));
            let declared = namespace.events().iter().copied().chain(builtin::events());
            let counters: HashMap<_, _> = declared
                .map(|spec| {
                    let labels = OfEvent { namespace: name, event: spec.name, direction: "out" };
                    (spec.name, events.get_or_create(&labels).clone())
                })
                .collect();
            outgoing.insert(name, counters);
        }
        let limited = Family::<OfTier, Counter>::default();
        for tier in Tier::ALL {
            drop(limited.get_or_create(&tier.labels()));
        }
        Self {
            limited,
            connections,
            events,
            outgoing,
            commands: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            failures: Family::default(),
            delivery: Histogram::new(BUCKETS),
            behind: Family::default(),
            fell_behind: Family::default(),
            recovered: Family::default(),
        }
    }

    /// A socket came (1) or went (-1).
    pub(crate) fn connected(&self, namespace: &'static str, by: i64) {
        self.connections.get_or_create(&OfNamespace { namespace }).inc_by(by);
    }

    /// An event of a client. `event` is its declared name, none for an unknown one.
    pub(crate) fn received(&self, namespace: &'static str, event: Option<&'static str>) {
        let labels = OfEvent { namespace, event: event.unwrap_or("unknown"), direction: "in" };
        self.events.get_or_create(&labels).inc();
    }

    /// An event went to so many sockets.
    pub(crate) fn sent(&self, namespace: &str, event: &str, sockets: usize) {
        if let Some(counter) = self.outgoing.get(namespace).and_then(|events| events.get(event)) {
            counter.inc_by(sockets as u64);
        }
    }

    /// A call was answered.
    pub(crate) fn answered(
        &self,
        namespace: &'static str,
        command: &'static str,
        took: Duration,
        failure: Option<&Failure>,
    ) {
        self.commands.get_or_create(&OfCommand { namespace, command }).observe(took.as_secs_f64());
        if let Some(code) = failure.map(|failure| failure.code) {
            self.failed(namespace, command, code);
        }
    }

    fn failed(&self, namespace: &'static str, command: &'static str, code: Code) {
        self.failures.get_or_create(&OfFailure { namespace, command, code: code.as_str() }).inc();
    }

    /// An entry was written to its last socket, so long after it was committed.
    pub(crate) fn delivered(&self, took: Duration) {
        self.delivery.observe(took.as_secs_f64());
    }

    /// A socket began (1) or ceased (-1) to be brought up from the journal.
    pub(crate) fn behind(&self, namespace: &'static str, by: i64) {
        self.behind.get_or_create(&OfNamespace { namespace }).inc_by(by);
        if by > 0 {
            self.fell_behind.get_or_create(&OfNamespace { namespace }).inc();
        }
    }

    /// Something was refused by that limit.
    pub(crate) fn limited(&self, tier: Tier) {
        self.limited.get_or_create(&tier.labels()).inc();
    }

    /// A client came back to its session.
    pub(crate) fn recovered(&self, namespace: &'static str) {
        self.recovered.get_or_create(&OfNamespace { namespace }).inc();
    }

    /// All of it, and what the wire counts, ready to be encoded.
    pub(crate) fn registry(&self, wire: Arc<Counters>, follower: Follower) -> Registry {
        let mut registry = Registry::default();
        registry.register("websocket_connections", "Sockets in a namespace now", self.connections.clone());
        registry.register(
            "websocket_events",
            "Events received from and sent to sockets",
            self.events.clone(),
        );
        registry.register(
            "command_duration_seconds",
            "From the arrival of a call to its answer",
            self.commands.clone(),
        );
        registry.register(
            "limit_refusals",
            "Calls and connections refused by a limit: of a person, of a room, of this node",
            self.limited.clone(),
        );
        registry.register("command_failures", "Calls that failed, by code", self.failures.clone());
        registry.register(
            "delivery_duration_seconds",
            "From the commit of an entry to the last write of it on this node",
            self.delivery.clone(),
        );
        registry.register(
            "websocket_behind",
            "Sockets that are being brought up from the journal now",
            self.behind.clone(),
        );
        registry.register(
            "websocket_fell_behind",
            "How often a socket had to be brought up from the journal",
            self.fell_behind.clone(),
        );
        registry.register(
            "sessions_recovered",
            "Clients that came back to their session",
            self.recovered.clone(),
        );
        registry.register_collector(Box::new(Past(follower)));
        registry.register_collector(Box::new(Wire(wire)));
        registry
    }
}

/// What following streams costs.
#[derive(Debug)]
struct Past(Follower);

impl Collector for Past {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let RangeReads { catch_up, gap, most_at_once } = self.0.range_reads();
        let help = "Reads of a range of entries, to bring sockets up or to repair a gap";
        let mut reads = encoder.encode_descriptor("journal_range_reads", help, None, MetricType::Counter)?;
        for (why, count) in [("catch_up", catch_up), ("gap", gap)] {
            ConstCounter::new(count).encode(reads.encode_family(&[("why", why)])?)?;
        }
        let compared = ConstCounter::new(self.0.heads_compared());
        let help = "How often the journal's heads were compared with what was delivered";
        let kind = compared.metric_type();
        compared.encode(encoder.encode_descriptor("journal_heads_compared", help, None, kind)?)?;
        let most = i64::try_from(most_at_once).unwrap_or(i64::MAX);
        let help = "The most of these reads that were ever under way at once for one stream";
        gauge(&mut encoder, "journal_range_reads_most_at_once", help, most)
    }
}

/// The counters of Engine.IO.
#[derive(Debug)]
struct Wire(Arc<Counters>);

impl Collector for Wire {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let wire = &self.0;
        let queued = i64::try_from(wire.bytes_queued.get()).unwrap_or(i64::MAX);
        gauge(&mut encoder, "websocket_outbox_bytes", "Bytes that wait for slow clients", queued)?;
        let open = wire.opened.get().saturating_sub(wire.closed.get());
        let open = i64::try_from(open).unwrap_or(i64::MAX);
        gauge(&mut encoder, "websocket_transports", "Transports now", open)?;
        let totals: [(&str, &str, &Count); 10] = [
            ("websocket_handshakes_refused", "Handshakes that were refused", &wire.refused),
            (
                "websocket_handshakes_refused_full",
                "Handshakes refused since this node is full or stops",
                &wire.refused_full,
            ),
            (
                "websocket_handshakes_refused_address",
                "Handshakes refused since their address has too many",
                &wire.refused_address,
            ),
            ("websocket_messages_in", "Messages of clients, without heartbeats", &wire.messages_in),
            ("websocket_messages_out", "Messages to clients, without heartbeats", &wire.messages_out),
            ("websocket_in_bytes", "Bytes read from sockets", &wire.bytes_in),
            ("websocket_out_bytes", "Bytes written to sockets", &wire.bytes_out),
            ("websocket_drops_shed", "Ephemeral messages dropped for slow clients", &wire.shed),
            (
                "websocket_drops_slow",
                "Transports closed since a message that had to arrive did not fit, or nothing was taken for too long",
                &wire.closed_slow,
            ),
            (
                "websocket_drops_ping_timeout",
                "Transports closed without an answer to a ping",
                &wire.closed_ping_timeout,
            ),
        ];
        for (name, help, count) in totals {
            let counter = ConstCounter::new(count.get());
            counter.encode(encoder.encode_descriptor(name, help, None, counter.metric_type())?)?;
        }
        Ok(())
    }
}

fn gauge(encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str, value: i64) -> Result<(), fmt::Error> {
    let gauge = ConstGauge::new(value);
    gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)
}
