//! The hub as Socket.IO's application: what comes in on sockets goes to dispatch, what fails without an ack goes out as `error`.

use std::sync::Arc;
use std::time::Duration;

use homeroom_contract::{Ack, BoundNamespace, BoxFuture, Code, Failure, OnlineUser, Room, Session};
use serde_json::value::RawValue;

use super::connect::member_of;
use super::{Hub, Member};
use crate::dispatch::builtin::ErrorWsEvent;
use crate::dispatch::{Caller, Dispatcher, Request};
use crate::engine::CloseReason;
use crate::guard::caught;
use crate::metrics::Tier;
use crate::socket_io::{Accepted, AckSender, App, Incoming, Reason, Refused, Socket};

/// When somebody whose mailbox is full may try again.
const BUSY: Duration = Duration::from_secs(1);

/// All sockets of this node.
pub(crate) struct Sockets {
    hub: Arc<Hub>,
    dispatcher: Arc<Dispatcher>,
}

impl Sockets {
    pub(crate) fn new(hub: Arc<Hub>, dispatcher: Arc<Dispatcher>) -> Self {
        Self { hub, dispatcher }
    }

    fn namespace(&self, socket: &Socket) -> Option<&Arc<BoundNamespace>> {
        self.hub.namespace(socket.namespace().strip_prefix('/')?)
    }

    async fn answer(&self, socket: &Arc<Socket>, event: &Incoming) -> Result<Box<RawValue>, Failure> {
        let member =
            member_of(socket).ok_or_else(|| Failure::new(Code::Unavailable, "This connection is closed."))?;
        let namespace = Arc::clone(&member.namespace);
        let session: Arc<dyn Session> =
            Arc::new(InSocket { hub: Arc::clone(&self.hub), member: Arc::clone(&member) });
        let request = Request {
            namespace: &namespace,
            name: &event.name,
            payload: payload(event),
            key: None,
            session,
            caller: Caller::Socket(member),
        };
        self.dispatcher.call(request).await
    }
}

impl App for Sockets {
    async fn connect(&self, socket: &Arc<Socket>, auth: Option<Box<RawValue>>) -> Result<Accepted, Refused> {
        let Some(namespace) = self.namespace(socket) else { return Err(Refused::invalid_namespace()) };
        match caught(self.hub.connect(namespace, socket, auth.as_deref())).await {
            Ok(accepted) => Ok(accepted),
            Err(failure) => {
                tracing::debug!(%failure, namespace = namespace.name(), "refused");
                Err(refused(&failure))
            }
        }
    }

    fn too_often(&self, wait: Duration) -> Refused {
        self.hub.metrics.limited(Tier::Connects);
        let message = "This connection asks to be let in too often.";
        refused(&Failure::new(Code::RateLimitExceeded, message).retry_after(wait))
    }

    async fn connected(&self, socket: &Arc<Socket>) {
        self.hub.connected(socket).await;
    }

    async fn event(&self, socket: &Arc<Socket>, event: Incoming) {
        // Whoever doesn't read what is there gets no further answers: its calls wait with it.
        if !socket.connection().outbox().calm(self.hub.config.slow_consumer()).await {
            socket.connection().close(CloseReason::SlowConsumer);
            return;
        }
        let answer = self.answer(socket, &event).await;
        reply(socket, event.ack, &event.name, answer);
    }

    fn busy(&self, socket: &Arc<Socket>, event: Incoming) {
        let failure =
            Failure::new(Code::Busy, "Too much of this connection is waiting already.").retry_after(BUSY);
        reply(socket, event.ack, &event.name, Err(failure));
    }

    fn disconnected(&self, socket: &Arc<Socket>, reason: Reason) {
        self.hub.disconnected(socket, reason);
    }
}

/// The payload of a command, as JSON.
fn payload(event: &Incoming) -> Result<Option<&RawValue>, Failure> {
    if !event.attachments.is_empty() {
        return Err(Failure::invalid("Commands take JSON, not binary data.").at("."));
    }
    if event.args.len() > 1 {
        return Err(Failure::invalid("The payload must be one JSON object.").at("."));
    }
    Ok(event.args.first().map(AsRef::as_ref))
}

fn reply(socket: &Socket, ack: Option<AckSender>, name: &str, answer: Result<Box<RawValue>, Failure>) {
    match (ack, answer) {
        (Some(ack), Ok(data)) => {
            ack.send(Ack::success(&data).get());
        }
        (Some(ack), Err(failure)) => {
            ack.send(Ack::failure(&failure).get());
        }
        (None, Ok(_)) => {}
        (None, Err(failure)) => {
            let error = ErrorWsEvent { code: failure.code, message: failure.message, event: name.to_owned() };
            if let Some(member) = member_of(socket) {
                member.tell(&error);
            }
        }
    }
}

/// A refusal: the sentence as the message; the code, when to come back and what exactly was wrong as data.
fn refused(failure: &Failure) -> Refused {
    let retry_after_ms =
        failure.retry_after.map(|after| u64::try_from(after.as_millis()).unwrap_or(u64::MAX));
    let data = serde_json::json!({ "code": failure.code, "retryAfterMs": retry_after_ms, "details": failure.details });
    let data = match data {
        serde_json::Value::Object(mut data) => {
            data.retain(|_, value| !value.is_null());
            serde_json::value::to_raw_value(&data)
        }
        other => serde_json::value::to_raw_value(&other),
    };
    let refused = Refused::new(&failure.message);
    // The database or the crowd: nothing that the client could do better.
    let for_now = matches!(failure.code, Code::Unavailable | Code::Busy);
    let refused = if for_now { refused.for_now() } else { refused };
    match data {
        Ok(data) => refused.with_data(data),
        Err(_) => refused,
    }
}

/// A call that came in over a socket.
struct InSocket {
    hub: Arc<Hub>,
    member: Arc<Member>,
}

impl Session for InSocket {
    fn enter<'a>(&'a self, rooms: &'a [Room]) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(self.hub.enter(&self.member, rooms))
    }

    fn joined(&self) -> Vec<Room> {
        self.member.rooms()
    }

    fn online<'a>(&'a self, room: &'a Room) -> BoxFuture<'a, Vec<OnlineUser>> {
        Box::pin(async { self.hub.online(&self.member.key(room)).await })
    }
}
