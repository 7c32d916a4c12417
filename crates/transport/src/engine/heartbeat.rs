//! The server's pings: one instant per connection, no task and no timer of its own.

use tokio::time::Instant;

use super::EngineConfig;

/// What the heartbeat waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heartbeat {
    /// The next ping is due then.
    Ping(Instant),
    /// The client has to have answered by then.
    Pong(Instant),
}

/// What to do when the instant has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beat {
    Ping,
    Timeout,
}

impl Heartbeat {
    /// The first ping comes one interval after the open packet, not at once.
    pub(crate) fn start(now: Instant, config: &EngineConfig) -> Self {
        Self::Ping(now + config.ping_interval())
    }

    pub(crate) fn due(self) -> Instant {
        match self {
            Self::Ping(at) | Self::Pong(at) => at,
        }
    }

    /// The instant has come.
    pub(crate) fn beat(&mut self, now: Instant, config: &EngineConfig) -> Beat {
        match self {
            Self::Ping(_) => {
                *self = Self::Pong(now + config.ping_timeout());
                Beat::Ping
            }
            Self::Pong(_) => Beat::Timeout,
        }
    }

    /// The client answered. A pong that nobody asked for changes nothing.
    pub(crate) fn pong(&mut self, now: Instant, config: &EngineConfig) {
        if let Self::Pong(_) = self {
            *self = Self::Ping(now + config.ping_interval());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ping_then_pong_or_timeout() {
        let config = EngineConfig::default();
        let start = Instant::now();
        let mut heartbeat = Heartbeat::start(start, &config);
        assert_eq!(heartbeat.due(), start + config.ping_interval());
        heartbeat.pong(start, &config);
        assert_eq!(heartbeat.due(), start + config.ping_interval(), "an early pong puts nothing off");

        let ping = heartbeat.due();
        assert_eq!(heartbeat.beat(ping, &config), Beat::Ping);
        assert_eq!(heartbeat.due(), ping + config.ping_timeout());
        let mut silent = heartbeat;
        assert_eq!(silent.beat(silent.due(), &config), Beat::Timeout);
        heartbeat.pong(ping, &config);
        assert_eq!(heartbeat, Heartbeat::Ping(ping + config.ping_interval()));
    }
}
