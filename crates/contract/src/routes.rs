//! The declaration of a namespace: which requests it answers, with which function, how often, and which events it sends.
//! The WebSocket events, the HTTP endpoints and all generated documents come from this one list.

use std::sync::Arc;

use schemars::{Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::{
    Answer, BoxFuture, Call, Command, Committed, Durable, Ephemeral, Event, EventSpec, Failure, Join, Joined,
    Leave, Limit, Query, Request, Room, Signal, Signalled, read_payload,
};

/// Makes a schema within a generator, so that definitions are shared.
pub type SchemaFn = fn(&mut SchemaGenerator) -> Schema;

/// A handler in the form that the transport calls: state, call and the payload as it came.
pub type Handler<N> =
    Arc<dyn Fn(N, Call, Box<RawValue>) -> BoxFuture<'static, Result<Answer, Failure>> + Send + Sync>;

/// What a request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Answers, changes nothing.
    Query,
    /// Changes something.
    Command,
    /// Enters rooms.
    Join,
    /// Leaves rooms.
    Leave,
    /// Tells who is watching.
    Signal,
}

impl Kind {
    /// Whether it can be called over HTTP.
    pub fn over_http(self) -> bool {
        matches!(self, Kind::Query | Kind::Command | Kind::Join)
    }

    /// The limit where the declaration gives none.
    pub fn default_limit(self) -> Limit {
        match self {
            Kind::Join => Limit::per_minute(30),
            Kind::Query | Kind::Command | Kind::Leave | Kind::Signal => Limit::per_10s(50),
        }
    }
}

/// A request as the documentation and the limits need it.
#[derive(Debug, Clone)]
pub struct RouteSpec {
    /// The name on the wire.
    pub name: &'static str,
    /// Other names under which it is accepted.
    pub aliases: &'static [&'static str],
    /// What it does.
    pub kind: Kind,
    /// How often a person may send it.
    pub limit: Limit,
    /// The payload's schema.
    pub request: SchemaFn,
    /// The schema of the ack's `data` (of its `initialData` for a join); none for leave and signal, whose data is empty.
    pub reply: Option<SchemaFn>,
}

/// The declaration of a namespace with state `N`.
pub struct Routes<N> {
    pub(crate) routes: Vec<(RouteSpec, Handler<N>)>,
    pub(crate) events: Vec<EventSpec>,
}

impl<N> Default for Routes<N> {
    fn default() -> Self {
        Self { routes: Vec::new(), events: Vec::new() }
    }
}

impl<N: Send + 'static> Routes<N> {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A question and the function that answers it.
    #[must_use]
    pub fn query<R, F, Fut, E>(self, handler: F) -> Self
    where
        R: Query,
        F: Fn(N, Call, R) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R::Reply, E>> + Send + 'static,
        E: Into<Failure>,
    {
        let reply: SchemaFn = |generator| generator.subschema_for::<R::Reply>();
        self.route(Kind::Query, Some(reply), handler, |reply: R::Reply| Ok(Answer::Reply(json(&reply)?)))
    }

    /// A change and the function that makes it.
    #[must_use]
    pub fn command<R, F, Fut, E>(self, handler: F) -> Self
    where
        R: Command,
        F: Fn(N, Call, R) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Committed<R::Reply>, E>> + Send + 'static,
        E: Into<Failure>,
    {
        let reply: SchemaFn = |generator| generator.subschema_for::<R::Reply>();
        self.route(Kind::Command, Some(reply), handler, |reply: Committed<R::Reply>| {
            Ok(Answer::Reply(json(&reply.into_reply())?))
        })
    }

    /// A join and the function that says which rooms, and what there is to see.
    #[must_use]
    pub fn join<R, F, Fut, E>(self, handler: F) -> Self
    where
        R: Join,
        F: Fn(N, Call, R) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Joined<R::Data>, E>> + Send + 'static,
        E: Into<Failure>,
    {
        let data: SchemaFn = |generator| generator.subschema_for::<R::Data>();
        self.route(Kind::Join, Some(data), handler, |joined: Joined<R::Data>| {
            let Joined { rooms, data, seq } = joined;
            Ok(Answer::Joined(Joined { rooms, data: json(&data)?, seq }))
        })
    }

    /// A leave and the function that says which rooms.
    #[must_use]
    pub fn leave<R, F, Fut, E>(self, handler: F) -> Self
    where
        R: Leave,
        F: Fn(N, Call, R) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Vec<Room>, E>> + Send + 'static,
        E: Into<Failure>,
    {
        self.route(Kind::Leave, None, handler, |rooms: Vec<Room>| Ok(Answer::Left(rooms)))
    }

    /// A signal and the function that says who hears what.
    #[must_use]
    pub fn signal<R, F, Fut, E>(self, handler: F) -> Self
    where
        R: Signal,
        F: Fn(N, Call, R) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Signalled, E>> + Send + 'static,
        E: Into<Failure>,
    {
        self.route(Kind::Signal, None, handler, |signalled: Signalled| Ok(Answer::Signalled(signalled)))
    }

    /// Limits the request declared last.
    #[must_use]
    pub fn limit(mut self, limit: Limit) -> Self {
        if let Some((spec, _)) = self.routes.last_mut() {
            spec.limit = limit;
        }
        self
    }

    /// Says that the namespace sends this event, and keeps it in the journal.
    #[must_use]
    pub fn durable<E: Durable>(self) -> Self {
        self.event::<E>(true)
    }

    /// Says that the namespace sends this event to whoever is there.
    #[must_use]
    pub fn ephemeral<E: Ephemeral>(self) -> Self {
        self.event::<E>(false)
    }

    fn event<E: Event>(mut self, durable: bool) -> Self {
        let schema: SchemaFn = |generator| generator.subschema_for::<E>();
        self.events.push(EventSpec { name: E::NAME, durable, schema });
        self
    }

    fn route<R, T, F, Fut, E>(
        mut self,
        kind: Kind,
        reply: Option<SchemaFn>,
        handler: F,
        answer: fn(T) -> Result<Answer, Failure>,
    ) -> Self
    where
        R: Request,
        T: 'static,
        F: Fn(N, Call, R) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        E: Into<Failure>,
    {
        let handler = Arc::new(handler);
        let handler: Handler<N> = Arc::new(move |state, call, payload| {
            let handler = Arc::clone(&handler);
            Box::pin(async move {
                let request: R = read_payload(&payload)?;
                answer(handler(state, call, request).await.map_err(Into::into)?)
            })
        });
        let spec = RouteSpec {
            name: R::NAME,
            aliases: R::ALIASES,
            kind,
            limit: kind.default_limit(),
            request: |generator| generator.subschema_for::<R>(),
            reply,
        };
        self.routes.push((spec, handler));
        self
    }
}

fn json<T: Serialize>(value: &T) -> Result<Box<RawValue>, Failure> {
    to_raw_value(value).map_err(Failure::internal)
}
