//! What every namespace answers without declaring it: `sync:since`, `server:time`, `auth:refresh`; and what every namespace
//! sends by itself.

use std::sync::Arc;

use homeroom_contract::{Code, Ephemeral, EventSpec, Kind, Limit, Role, Room, RouteSpec, Timestamp, UserId};
use schemars::{JsonSchema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The events of the journal after a position, as far as the caller may see them: for a client that comes back.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SyncSince {
    /// One room; without it, all rooms of the caller.
    pub(crate) room: Option<Room>,
    /// The last position that the client has; one that was never reached is `RESYNC_REQUIRED`.
    pub(crate) after_seq: u64,
}

/// Events after a position.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Synced {
    /// In the order of the stream.
    pub(crate) events: Vec<SyncedEvent>,
    /// Whether there are more: ask again, after `seq`.
    pub(crate) truncated: bool,
    /// The position that `events` reaches.
    pub(crate) seq: u64,
}

/// One event, as it was or would have been sent.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SyncedEvent {
    /// Its position in the stream.
    pub(crate) seq: u64,
    /// The wire event's name.
    pub(crate) event: &'static str,
    /// Its payload.
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub(crate) data: Box<RawValue>,
}

/// The server's clock, for a client that shows a countdown.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ServerTime {}

/// The server's clock.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServerTimeIs {
    /// Now.
    pub(crate) server_now: Timestamp,
}

/// Carries the connection on with a fresh token of the same person, or of the same service with the same rights, before the old one
/// expires.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct AuthRefresh {
    /// The fresh token.
    pub(crate) token: String,
}

/// How long the connection goes on.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuthRefreshed {
    /// When the token expires.
    pub(crate) expires_at: Timestamp,
}

/// Which of them it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Builtin {
    SyncSince,
    ServerTime,
    AuthRefresh,
}

impl Builtin {
    pub(crate) const ALL: [Self; 3] = [Self::SyncSince, Self::ServerTime, Self::AuthRefresh];

    pub(crate) fn spec(self) -> RouteSpec {
        let plain = RouteSpec {
            name: "sync:since",
            aliases: &[],
            kind: Kind::Query,
            limit: Limit::per_10s(20),
            request: SchemaGenerator::subschema_for::<SyncSince>,
            reply: Some(SchemaGenerator::subschema_for::<Synced>),
        };
        match self {
            Self::SyncSince => plain,
            Self::ServerTime => RouteSpec {
                name: "server:time",
                limit: Kind::Query.default_limit(),
                request: SchemaGenerator::subschema_for::<ServerTime>,
                reply: Some(SchemaGenerator::subschema_for::<ServerTimeIs>),
                ..plain
            },
            Self::AuthRefresh => RouteSpec {
                name: "auth:refresh",
                request: SchemaGenerator::subschema_for::<AuthRefresh>,
                reply: Some(SchemaGenerator::subschema_for::<AuthRefreshed>),
                ..plain
            },
        }
    }

    /// A token is for a connection, and over HTTP there is none.
    pub(crate) fn over_http(self) -> bool {
        !matches!(self, Self::AuthRefresh)
    }
}

/// All of them with their declarations, made once.
#[derive(Debug, Clone)]
pub(crate) struct Builtins(Arc<[(Builtin, Arc<RouteSpec>)]>);

impl Builtins {
    pub(crate) fn new() -> Self {
        Self(Builtin::ALL.into_iter().map(|builtin| (builtin, Arc::new(builtin.spec()))).collect())
    }

    pub(crate) fn find(&self, name: &str) -> Option<&(Builtin, Arc<RouteSpec>)> {
        self.0.iter().find(|(_, spec)| spec.name == name)
    }
}

macro_rules! event {
    ($(#[$doc:meta])* $type:ident = $name:literal { $($(#[$field_doc:meta])* $field:ident: $of:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Serialize, JsonSchema)]
        #[serde(rename_all = "camelCase")]
        pub(crate) struct $type { $($(#[$field_doc])* pub(crate) $field: $of,)* }

        homeroom_contract::events! {
            ephemeral $type = $name;
        }
    };
}

event! {
    /// Somebody entered a room that shows who is there.
    UserJoinedWsEvent = "user:joined" {
        /// The room.
        room: Room,
        /// Who.
        user_id: UserId,
        /// As what.
        role: Role,
        /// When.
        timestamp: Timestamp,
    }
}

event! {
    /// The last connection of somebody left a room that shows who is there.
    UserLeftWsEvent = "user:left" {
        /// The room.
        room: Room,
        /// Who.
        user_id: UserId,
        /// When.
        timestamp: Timestamp,
    }
}

event! {
    /// A command failed that asked for no ack.
    ErrorWsEvent = "error" {
        /// The stable code.
        code: Code,
        /// A sentence for a person.
        message: String,
        /// The command's name as it was sent.
        event: String,
    }
}

event! {
    /// The right to be in a room has gone, and the socket is out of it.
    RoomRevokedWsEvent = "room.revoked" {
        /// The room.
        room: Room,
        /// Why, such as `ROSTER_CHANGED`.
        reason: &'static str,
    }
}

event! {
    /// This node stops: the connection will close, and the client come back elsewhere.
    ServerDrainingWsEvent = "server.draining" {
        /// How long to wait before that.
        reconnect_in_ms: u64,
    }
}

event! {
    /// The person may not be here any more: the connection is closed, and coming back is of no use.
    SessionRevokedWsEvent = "session.revoked" {
        /// Why: `DISABLED`, `UNKNOWN`, `REVOKED`, `SUSPENDED` or `BANNED`.
        reason: &'static str,
    }
}

event! {
    /// The token expires soon: send `auth:refresh`, or the connection closes.
    AuthExpiringWsEvent = "auth.expiring" {
        /// When.
        expires_at: Timestamp,
    }
}

event! {
    /// Only to clients that asked for recovery: for the moment their session can't be kept, so after a lost connection they
    /// would come back to a new one.
    SessionUnsavedWsEvent = "session.unsaved" {}
}

event! {
    /// A warning: what this person did should not be done. Further violations suspend, and then ban.
    SecurityWarningWsEvent = "security:warning" {
        /// What it is about, in a sentence.
        message: String,
        /// How many violations count, with this one.
        violations: u32,
        /// When.
        timestamp: Timestamp,
    }
}

/// What every namespace sends by itself.
pub(crate) fn events() -> [EventSpec; 9] {
    fn spec<E: Ephemeral>() -> EventSpec {
        EventSpec { name: E::NAME, durable: false, schema: SchemaGenerator::subschema_for::<E> }
    }
    [
        spec::<UserJoinedWsEvent>(),
        spec::<UserLeftWsEvent>(),
        spec::<ErrorWsEvent>(),
        spec::<RoomRevokedWsEvent>(),
        spec::<ServerDrainingWsEvent>(),
        spec::<SessionRevokedWsEvent>(),
        spec::<AuthExpiringWsEvent>(),
        spec::<SecurityWarningWsEvent>(),
        spec::<SessionUnsavedWsEvent>(),
    ]
}
