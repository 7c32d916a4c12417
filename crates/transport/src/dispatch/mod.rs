//! One path for every call, whether it came over a socket or over HTTP: find it, read its payload, count it against the limit,
//! replay or run it, and answer.
//!
//! What always holds: every call gets exactly one answer, in bounded time, also when the handler panics or hangs; a command
//! that was committed is answered with its reply, also when a twin of it came first.

pub(crate) mod builtin;
mod outcome;
mod payload;
mod since;

use std::sync::Arc;
use std::time::Duration;

use homeroom_contract::{
    Actor, BoundNamespace, Call, Code, Failure, Kind, Limit, RouteSpec, Session, TenantId, UserId,
};
use homeroom_journal::Journal;
use homeroom_state::patience;
use serde_json::value::RawValue;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};
use tracing::Instrument as _;

use self::builtin::{Builtin, Builtins};
use self::payload::Payload;
use crate::guard::caught;
use crate::hub::{Crowd, Hub, Member};
use crate::limiter::Limiter;
use crate::metrics::Tier;

/// When to try again while this node has too many calls under way.
const BUSY: Duration = Duration::from_secs(1);

/// How long to look for the reply of a command that has failed.
const SECOND_LOOK: Duration = Duration::from_secs(2);

/// Under what a person's calls of commands that there are not are counted, all together.
const UNKNOWN: &str = "";

/// Who calls, and from where.
pub(crate) enum Caller {
    Socket(Arc<Member>),
    Http(Actor),
}

impl Caller {
    fn actor(&self) -> &Actor {
        match self {
            Self::Socket(member) => member.actor(),
            Self::Http(actor) => actor,
        }
    }
}

/// A call as it came in.
pub(crate) struct Request<'a> {
    pub(crate) namespace: &'a Arc<BoundNamespace>,
    /// As the client wrote it.
    pub(crate) name: &'a str,
    /// Or why it can't be one.
    pub(crate) payload: Result<Option<&'a RawValue>, Failure>,
    /// The `Idempotency-Key`.
    pub(crate) key: Option<&'a str>,
    pub(crate) session: Arc<dyn Session>,
    pub(crate) caller: Caller,
}

/// Whose window it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Whose {
    tenant: TenantId,
    subject: UserId,
    /// A service of a person's name is somebody else.
    service: bool,
    namespace: &'static str,
    command: &'static str,
}

/// Answers calls.
pub(crate) struct Dispatcher {
    hub: Arc<Hub>,
    journal: Journal,
    limiter: Limiter<Whose>,
    /// One for each call that may be under way.
    places: Semaphore,
    builtins: Builtins,
}

impl Dispatcher {
    pub(crate) fn new(hub: Arc<Hub>, journal: Journal) -> Self {
        if hub.config.limits_off {
            tracing::warn!("ALL RATE LIMITS ARE OFF (limits_off): anyone may send as much as they like");
        }
        let places = Semaphore::new(hub.config.max_calls_in_flight.min(Semaphore::MAX_PERMITS));
        Self { hub, journal, limiter: Limiter::default(), places, builtins: Builtins::new() }
    }

    /// The ack's `data`, or why there is none.
    pub(crate) async fn call(&self, request: Request<'_>) -> Result<Box<RawValue>, Failure> {
        let started = Instant::now();
        let namespace = request.namespace.name();
        let builtin = self.builtins.find(request.name);
        let found = match (request.namespace.route(request.name), builtin) {
            (Some(route), _) => Some((Arc::clone(route), None)),
            (None, Some((builtin, route))) => Some((Arc::clone(route), Some(*builtin))),
            (None, None) => None,
        };
        if matches!(request.caller, Caller::Socket(_)) {
            self.hub.metrics.received(namespace, found.as_ref().map(|(route, _)| route.name));
        }
        let Some((route, builtin)) = found else {
            let unknown = Failure::new(Code::UnknownEvent, "This namespace has no such command.");
            let counted = self.limit(&request, UNKNOWN, self.hub.config.default_limit());
            let failure = counted.err().unwrap_or(unknown);
            self.hub.note_refusal(request.caller.actor(), failure.code);
            return Err(failure);
        };
        let span = tracing::info_span!(
            "call",
            tenant = %request.caller.actor().tenant,
            subject = %request.caller.actor().subject_id(),
            namespace,
            command = route.name,
        );
        let actor = request.caller.actor().clone();
        let answer = self.answer(request, &route, builtin).instrument(span.clone()).await;
        // That a room is full is nobody's own fault; too many calls of one's own have been noted where they were counted.
        if let Err(failure) = &answer
            && failure.code != Code::RateLimitExceeded
        {
            self.hub.note_refusal(&actor, failure.code);
        }
        let took = started.elapsed();
        self.hub.metrics.answered(namespace, route.name, took, answer.as_ref().err());
        span.in_scope(|| outcome::log(&answer, took));
        answer
    }

    async fn answer(
        &self,
        request: Request<'_>,
        route: &RouteSpec,
        builtin: Option<Builtin>,
    ) -> Result<Box<RawValue>, Failure> {
        // First of all: what is wrong can't be asked for without end either.
        self.limit(&request, route.name, self.hub.config.limit(route))?;
        let over_http = builtin.map_or_else(|| route.kind.over_http(), Builtin::over_http);
        if matches!(request.caller, Caller::Http(_)) && !over_http {
            return Err(Failure::new(Code::SocketOnly, "This makes sense only over a socket."));
        }
        let payload = Payload::read(request.payload.clone()?, request.key)?;
        let _place = self.places.try_acquire().map_err(|_| {
            self.hub.metrics.limited(Tier::Node);
            Failure::new(Code::Busy, "Too much is going on here at once.").retry_after(BUSY)
        })?;
        let call = Call {
            actor: request.caller.actor().clone(),
            at: self.hub.now(),
            namespace: request.namespace.name(),
            command: route.name,
            client_id: payload.client_id,
            digest: payload.digest,
            session: Arc::clone(&request.session),
        };
        let within = self.hub.config.call_timeout();
        let keyed = route.kind == Kind::Command && call.client_id.is_some();
        // In a box: what is around it would each have room for it.
        let run = Box::pin(async {
            if keyed && let Some(reply) = self.journal.replay(&call).await? {
                return Ok(reply);
            }
            if let Some(builtin) = builtin {
                return self.builtin(builtin, &request, &call, &payload.json).await;
            }
            let handled = request.namespace.handle(call.clone(), payload.json).await?;
            self.finish(&request.caller, request.namespace, handled).await
        });
        let patient = patience::within(self.hub.config.state_wait(), run);
        let answer = timeout(within, caught(Crowd::within(patient)))
            .await
            .unwrap_or_else(|_| Err(outcome::overdue(route.kind)));
        match answer {
            Err(failure) if keyed => self.second_look(&call, failure).await,
            answer => answer,
        }
    }

    /// A command with a key has failed. If a twin of it was committed meanwhile, or its own commit went through after all, its
    /// reply is there.
    async fn second_look(&self, call: &Call, failure: Failure) -> Result<Box<RawValue>, Failure> {
        match timeout(SECOND_LOOK, self.journal.replay(call)).await {
            Ok(Ok(Some(reply))) => Ok(reply),
            Ok(Err(error @ homeroom_journal::JournalError::IdempotencyMismatch)) => Err(error.into()),
            Ok(Ok(None) | Err(_)) | Err(_) => Err(failure),
        }
    }

    fn limit(&self, request: &Request<'_>, command: &'static str, limit: Limit) -> Result<(), Failure> {
        if self.hub.config.limits_off {
            return Ok(());
        }
        let actor = request.caller.actor();
        let whose = Whose {
            tenant: actor.tenant.clone(),
            subject: actor.subject_id().clone(),
            service: actor.user().is_none(),
            namespace: request.namespace.name(),
            command,
        };
        self.limiter.take(whose, limit, Instant::now()).map_err(|wait| {
            self.hub.metrics.limited(Tier::Person);
            self.hub.note_refusal(actor, Code::RateLimitExceeded);
            Failure::new(Code::RateLimitExceeded, "Too many in too short a time.").retry_after(wait)
        })
    }
}
