//! Failures as a client sees them: a stable code, a sentence for a person, and what helps to go on. The cause stays here,
//! for the log.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use schemars::JsonSchema;
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal, $status:literal;)*) => {
        /// A stable error code. Clients branch on it; a code is never renamed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum Code {
            $($(#[$doc])* #[serde(rename = $text)] $variant,)*
        }

        impl Code {
            /// Every code there is.
            pub const ALL: &[Code] = &[$(Code::$variant),*];

            /// As it goes over the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $text,)* }
            }

            /// The HTTP status that goes with it (RFC 9110, section 15).
            pub fn http_status(self) -> u16 {
                match self { $(Code::$variant => $status,)* }
            }
        }
    };
}

codes! {
    /// No token, a bad one, or one for somebody the roster doesn't know.
    Unauthenticated = "UNAUTHENTICATED", 401;
    /// The token was good once.
    TokenExpired = "TOKEN_EXPIRED", 401;
    /// Known, but not allowed.
    Unauthorized = "UNAUTHORIZED", 403;
    /// There is no such thing in this tenant.
    NotFound = "NOT_FOUND", 404;
    /// The command needs a room that this socket has not joined.
    NotInRoom = "NOT_IN_ROOM", 409;
    /// The payload's shape or values are wrong; `details` says where.
    ValidationError = "VALIDATION_ERROR", 422;
    /// There is no such command in this namespace.
    UnknownEvent = "UNKNOWN_EVENT", 404;
    /// More bytes, items or characters than allowed.
    PayloadTooLarge = "PAYLOAD_TOO_LARGE", 413;
    /// Too many in too short a time; `retryAfterMs` says when to come back.
    RateLimitExceeded = "RATE_LIMIT_EXCEEDED", 429;
    /// The room has no place left.
    RoomFull = "ROOM_FULL", 409;
    /// Somebody was faster; `current` has what stands now.
    VersionConflict = "VERSION_CONFLICT", 409;
    /// Changes are no longer, or not now, possible.
    Locked = "LOCKED", 423;
    /// The grading period is closed.
    PeriodClosed = "PERIOD_CLOSED", 409;
    /// The time for it has run out.
    Expired = "EXPIRED", 410;
    /// It was handed in before.
    AlreadySubmitted = "ALREADY_SUBMITTED", 409;
    /// A student can't do this without staff.
    SupervisionRequired = "SUPERVISION_REQUIRED", 403;
    /// The person is suspended for a while.
    Suspended = "SUSPENDED", 403;
    /// The person is banned.
    Banned = "BANNED", 403;
    /// Too much is waiting already; `retryAfterMs` says when to come back.
    Busy = "BUSY", 503;
    /// The command makes sense only over a socket.
    SocketOnly = "SOCKET_ONLY", 405;
    /// The `clientId` was used before with another command or body.
    IdempotencyMismatch = "IDEMPOTENCY_MISMATCH", 422;
    /// The person has as many connections as allowed.
    TooManyConnections = "TOO_MANY_CONNECTIONS", 429;
    /// What was asked for can't be replayed from there: join again.
    ResyncRequired = "RESYNC_REQUIRED", 410;
    /// Whether it took effect is not known: repeat it with the same `clientId`.
    OutcomeUnknown = "OUTCOME_UNKNOWN", 504;
    /// A database or another part is away: nothing took effect.
    Unavailable = "UNAVAILABLE", 503;
    /// Our fault.
    Internal = "INTERNAL", 500;
}

/// Why a call failed, in the form of the ack: `{success:false,error,code,retryAfterMs?,details?,current?}`.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}: {message}", code.as_str())]
pub struct Failure {
    /// The stable code.
    pub code: Code,
    /// A sentence for a person; nothing internal.
    pub message: String,
    /// When it is worth trying again.
    pub retry_after: Option<Duration>,
    /// What exactly was wrong.
    pub details: Option<Box<RawValue>>,
    /// What stands now (with [`Code::VersionConflict`]).
    pub current: Option<Box<RawValue>>,
    /// What happened, for the log only.
    #[source]
    pub cause: Option<Arc<dyn Error + Send + Sync>>,
}

impl Failure {
    /// A failure with a code and a sentence.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), retry_after: None, details: None, current: None, cause: None }
    }

    /// There is no such thing here, or it belongs to somebody else: the answer is the same.
    pub fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("There is no such {what}."))
    }

    /// Known, but not allowed.
    pub fn unauthorized() -> Self {
        Self::new(Code::Unauthorized, "You may not do this.")
    }

    /// A value is wrong.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(Code::ValidationError, message)
    }

    /// Our fault; the cause goes to the log.
    pub fn internal(cause: impl Error + Send + Sync + 'static) -> Self {
        Self::new(Code::Internal, "Something went wrong on our side.").because(cause)
    }

    /// Says when to come back.
    #[must_use]
    pub fn retry_after(mut self, after: Duration) -> Self {
        self.retry_after = Some(after);
        self
    }

    /// Says where it was wrong: the path within the payload, such as `items[1].score`; `.` is the payload as a whole.
    #[must_use]
    pub fn at(self, path: &str) -> Self {
        self.with_details(serde_json::json!({ "path": path }))
    }

    /// Says what exactly was wrong.
    #[must_use]
    pub fn with_details(mut self, details: impl Serialize) -> Self {
        self.details = to_raw_value(&details).ok();
        self
    }

    /// Says what stands now.
    #[must_use]
    pub fn with_current(mut self, current: impl Serialize) -> Self {
        self.current = to_raw_value(&current).ok();
        self
    }

    /// Keeps the cause for the log.
    #[must_use]
    pub fn because(mut self, cause: impl Error + Send + Sync + 'static) -> Self {
        self.cause = Some(Arc::new(cause));
        self
    }
}

impl Serialize for Failure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("success", &false)?;
        map.serialize_entry("error", &self.message)?;
        map.serialize_entry("code", &self.code)?;
        if let Some(after) = self.retry_after {
            map.serialize_entry("retryAfterMs", &u64::try_from(after.as_millis()).unwrap_or(u64::MAX))?;
        }
        if let Some(details) = &self.details {
            map.serialize_entry("details", details)?;
        }
        if let Some(current) = &self.current {
            map.serialize_entry("current", current)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_the_ack_that_clients_know() {
        let failure = Failure::new(Code::VersionConflict, "Somebody was faster.")
            .retry_after(Duration::from_millis(1500))
            .with_current(serde_json::json!({ "version": 3 }));
        assert_eq!(
            serde_json::to_string(&failure).unwrap(),
            r#"{"success":false,"error":"Somebody was faster.","code":"VERSION_CONFLICT","retryAfterMs":1500,"current":{"version":3}}"#
        );
    }

    #[test]
    fn every_code_has_its_own_name_and_an_error_status() {
        let mut names: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Code::ALL.len());
        assert!(Code::ALL.iter().all(|code| (400..600).contains(&code.http_status())));
    }
}
