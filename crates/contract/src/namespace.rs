//! A namespace: its name, its routes, and the rule for its rooms.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use serde_json::value::RawValue;

use crate::{Actor, Answer, BoxFuture, Call, EventSpec, Failure, Role, Room, RouteSpec, Routes};

/// One bounded context's face to clients. Cheap to clone: it is handed to every handler.
pub trait Namespace: Clone + Send + Sync + 'static {
    /// Its name without the slash, such as `gradebook`.
    const NAME: &'static str;

    /// Its requests and events.
    fn routes() -> Routes<Self>;

    /// The rooms that this actor is in from CONNECT on, without asking.
    fn greet(&self, actor: &Actor) -> impl Future<Output = Result<Vec<Room>, Failure>> + Send;

    /// Whether this actor may be in that room now. Asked before anyone enters, and again whenever the roster changes. What
    /// the rule does not know is denied.
    fn admit(
        &self,
        actor: &Actor,
        room: &Room,
    ) -> impl Future<Output = Result<Option<Admission>, Failure>> + Send;
}

/// The right to be in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admission {
    /// As what.
    pub role: Role,
    /// Whether the others are told (`user:joined`, `user:left`) and the person is listed in `onlineUsers`.
    pub announced: bool,
}

impl Admission {
    /// In the room, unseen by the others.
    pub fn silent(role: Role) -> Self {
        Self { role, announced: false }
    }

    /// In the room, seen by the others.
    pub fn announced(role: Role) -> Self {
        Self { role, announced: true }
    }
}

/// A namespace with its state, ready to be served: what [`bind`] makes.
#[derive(Clone)]
pub struct BoundNamespace {
    name: &'static str,
    routes: Arc<HashMap<&'static str, Arc<RouteSpec>>>,
    specs: Arc<Vec<Arc<RouteSpec>>>,
    events: Arc<Vec<EventSpec>>,
    erased: Arc<dyn Erased>,
}

impl fmt::Debug for BoundNamespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoundNamespace").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Two requests of one namespace share a name: refused at start-up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the namespace {namespace} declares {name} twice")]
pub struct DuplicateRoute {
    /// The namespace.
    pub namespace: &'static str,
    /// The name.
    pub name: &'static str,
}

/// Puts a namespace and its routes together.
pub fn bind<N: Namespace>(namespace: N) -> Result<BoundNamespace, DuplicateRoute> {
    let Routes { routes, events } = N::routes();
    let mut by_name = HashMap::new();
    let mut handlers = HashMap::new();
    let mut specs = Vec::new();
    for (spec, handler) in routes {
        let spec = Arc::new(spec);
        for name in std::iter::once(spec.name).chain(spec.aliases.iter().copied()) {
            if by_name.insert(name, Arc::clone(&spec)).is_some() {
                return Err(DuplicateRoute { namespace: N::NAME, name });
            }
        }
        handlers.insert(spec.name, handler);
        specs.push(spec);
    }
    let erased = Arc::new(With { namespace, handlers });
    Ok(BoundNamespace {
        name: N::NAME,
        routes: Arc::new(by_name),
        specs: Arc::new(specs),
        events: Arc::new(events),
        erased,
    })
}

impl BoundNamespace {
    /// The name without the slash.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The request of that name or alias.
    pub fn route(&self, name: &str) -> Option<&Arc<RouteSpec>> {
        self.routes.get(name)
    }

    /// Every request, in the order of declaration.
    pub fn routes(&self) -> &[Arc<RouteSpec>] {
        &self.specs
    }

    /// Every event, in the order of declaration.
    pub fn events(&self) -> &[EventSpec] {
        &self.events
    }

    /// Calls the handler of `call.command`; [`Code::UnknownEvent`](crate::Code::UnknownEvent) if there is none.
    pub fn handle(&self, call: Call, payload: Box<RawValue>) -> BoxFuture<'static, Result<Answer, Failure>> {
        self.erased.handle(call, payload)
    }

    /// See [`Namespace::greet`].
    pub fn greet<'a>(&'a self, actor: &'a Actor) -> BoxFuture<'a, Result<Vec<Room>, Failure>> {
        self.erased.greet(actor)
    }

    /// See [`Namespace::admit`].
    pub fn admit<'a>(
        &'a self,
        actor: &'a Actor,
        room: &'a Room,
    ) -> BoxFuture<'a, Result<Option<Admission>, Failure>> {
        self.erased.admit(actor, room)
    }
}

trait Erased: Send + Sync {
    fn handle(&self, call: Call, payload: Box<RawValue>) -> BoxFuture<'static, Result<Answer, Failure>>;
    fn greet<'a>(&'a self, actor: &'a Actor) -> BoxFuture<'a, Result<Vec<Room>, Failure>>;
    fn admit<'a>(
        &'a self,
        actor: &'a Actor,
        room: &'a Room,
    ) -> BoxFuture<'a, Result<Option<Admission>, Failure>>;
}

struct With<N> {
    namespace: N,
    handlers: HashMap<&'static str, crate::Handler<N>>,
}

impl<N: Namespace> Erased for With<N> {
    fn handle(&self, call: Call, payload: Box<RawValue>) -> BoxFuture<'static, Result<Answer, Failure>> {
        match self.handlers.get(call.command) {
            Some(handler) => handler(self.namespace.clone(), call, payload),
            None => Box::pin(std::future::ready(Err(unknown()))),
        }
    }

    fn greet<'a>(&'a self, actor: &'a Actor) -> BoxFuture<'a, Result<Vec<Room>, Failure>> {
        Box::pin(self.namespace.greet(actor))
    }

    fn admit<'a>(
        &'a self,
        actor: &'a Actor,
        room: &'a Room,
    ) -> BoxFuture<'a, Result<Option<Admission>, Failure>> {
        Box::pin(self.namespace.admit(actor, room))
    }
}

fn unknown() -> Failure {
    Failure::new(crate::Code::UnknownEvent, "This namespace has no such request.")
}
