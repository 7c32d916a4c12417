//! The namespaces of one connection and the order in which what it sends is handled.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use serde_json::value::RawValue;
use tokio::time::Instant;

use super::{
    Accepted, App, Incoming, Reason, Refused, Socket, SocketIo, encode,
    mailbox::{Job, Mailbox},
    socket::{Lane, Phase},
    window::Window,
};
use crate::engine::{CloseReason, Connection};

/// One connection, seen from Socket.IO. Its reading task and its draining task share it.
pub(crate) struct Link<A> {
    io: Arc<SocketIo<A>>,
    connection: Arc<Connection>,
    state: Mutex<State>,
    this: Weak<Self>,
}

#[derive(Default)]
struct State {
    /// In the order of their CONNECTs. A socket that the server sent away stays until the client asks again, so that
    /// what the client had sent before it knew is not taken for a breach.
    sockets: Vec<Arc<Socket>>,
    mailbox: Mailbox,
    /// Since when it has been in no namespace, as of the last look.
    outside_since: Option<Instant>,
    connects: Window,
    over: bool,
    /// The node stops, and what had come in until it said so is done.
    retired: bool,
}

impl<A: App> Link<A> {
    pub(crate) fn new(io: Arc<SocketIo<A>>, connection: Arc<Connection>) -> Arc<Self> {
        Arc::new_cyclic(|this| Self { io, connection, state: Mutex::default(), this: this.clone() })
    }

    /// Since when it has been in no namespace, if it is in none. Only being let in ends that: who asks again and again and is
    /// refused each time has been outside all the while.
    pub(crate) fn outside_since(&self) -> Option<Instant> {
        let mut state = self.lock();
        if state.sockets.iter().any(|socket| socket.is_connected()) {
            state.outside_since = None;
            None
        } else {
            Some(*state.outside_since.get_or_insert_with(Instant::now))
        }
    }

    /// Whether it is in no namespace. One that it is on the way into is asked for again by whoever comes back.
    fn is_lonely(&self) -> bool {
        self.lock().sockets.iter().all(|socket| socket.phase() != Phase::Admitted)
    }

    /// A CONNECT arrived.
    pub(crate) fn connect(&self, namespace: &str, auth: Option<&RawValue>) -> Result<(), CloseReason> {
        let config = &self.io.config;
        let mut state = self.lock();
        state.sockets.retain(|socket| socket.phase() <= Phase::Admitted || *namespace != *socket.namespace());
        if state.find(namespace).is_some() {
            return Err(CloseReason::Protocol);
        }
        if let Err(wait) = state.connects.take(config.connects_per_min, Instant::now()) {
            let refused = self.io.app.too_often(wait);
            self.connection.outbox().send(&[encode::refused(namespace, &refused)]);
            return Ok(());
        }
        if state.sockets.len() >= config.max_namespaces {
            let refused = Refused::new("Too many namespaces");
            self.connection.outbox().send(&[encode::refused(namespace, &refused)]);
            return Ok(());
        }
        // A client that connects and leaves again and again while one CONNECT is still being decided.
        if state.mailbox.others() > 4 * config.max_namespaces {
            return Err(CloseReason::Policy);
        }
        let lane: Weak<dyn Lane> = self.this.clone();
        let socket = Socket::new(namespace, self.connection.clone(), lane, config.max_pending_acks);
        state.sockets.push(socket.clone());
        state.mailbox.push(Job::Connect(socket, auth.map(ToOwned::to_owned)));
        self.start(&mut state);
        Ok(())
    }

    /// A DISCONNECT arrived.
    pub(crate) fn disconnect(&self, namespace: &str) -> Result<(), CloseReason> {
        let mut state = self.lock();
        let socket = state.find(namespace).ok_or(CloseReason::Protocol)?;
        state.sockets.retain(|other| !Arc::ptr_eq(other, &socket));
        socket.owed().fail_all();
        state.mailbox.push(Job::Leave(socket, Reason::ClientDisconnect));
        self.start(&mut state);
        Ok(())
    }

    /// The socket that an event or an ack is for; the connection is closed over one that never was.
    pub(crate) fn socket(&self, namespace: &str) -> Result<Arc<Socket>, CloseReason> {
        self.lock().find(namespace).ok_or(CloseReason::Protocol)
    }

    /// An event arrived, whole.
    pub(crate) fn event(&self, socket: &Arc<Socket>, event: Incoming) -> Result<(), CloseReason> {
        let refused = {
            let mut state = self.lock();
            let pushed = state.mailbox.push_event(socket, event, &self.io.config);
            self.start(&mut state);
            pushed
        };
        match (refused, socket.phase()) {
            (Ok(()), _) | (Err(_), Phase::Leaving | Phase::Gone) => Ok(()),
            (Err(event), Phase::Admitted) => {
                self.io.app.busy(socket, event);
                Ok(())
            }
            // Nobody has let it in yet, and it floods already.
            (Err(_), Phase::Connecting) => Err(CloseReason::Policy),
        }
    }

    /// The node stops: what has come in until now is answered, then the transport is closed.
    pub(crate) fn retire(&self) {
        let mut state = self.lock();
        state.mailbox.push(Job::Retire);
        self.start(&mut state);
    }

    /// The transport is closed.
    pub(crate) fn over(&self, reason: CloseReason) {
        let mut state = self.lock();
        state.over = true;
        for socket in &state.sockets {
            socket.owed().fail_all();
        }
        state.mailbox.push(Job::Over(reason));
        self.start(&mut state);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing of the application runs while it is held, so no panic of its can leave it half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts the draining task, if there is something to do and none runs.
    fn start(&self, state: &mut State) {
        if state.mailbox.wants_task()
            && let Some(link) = self.this.upgrade()
        {
            self.io.tracker.spawn(drain(link));
        }
    }

    async fn handle(&self, job: Job) {
        match job {
            Job::Connect(socket, auth) => self.admit(&socket, auth).await,
            Job::Event(socket, event) => {
                // An answer would not go out any more: the client asks again, where it can be answered.
                if socket.is_connected() && !self.lock().retired {
                    self.io.app.event(&socket, event).await;
                }
            }
            Job::Leave(socket, reason) => self.end(&socket, reason),
            Job::Retire => {
                self.lock().retired = true;
                self.connection.close(CloseReason::ShuttingDown);
            }
            Job::Over(reason) => {
                let sockets = std::mem::take(&mut self.lock().sockets);
                for socket in sockets {
                    self.end(&socket, Reason::Transport(reason));
                }
            }
        }
    }

    async fn admit(&self, socket: &Arc<Socket>, auth: Option<Box<RawValue>>) {
        if self.lock().over {
            return;
        }
        match self.io.app.connect(socket, auth).await {
            Ok(Accepted { pid }) => {
                // The answer goes out before anyone else may send to this socket.
                let answer = encode::connected(socket.namespace(), socket.sid(), pid.as_deref());
                self.connection.outbox().send(&[answer]);
                self.connection.let_in();
                socket.advance(Phase::Connecting, Phase::Admitted);
                self.lock().outside_since = None;
                self.io.app.connected(socket).await;
            }
            Err(refused) => {
                self.lock().sockets.retain(|other| !Arc::ptr_eq(other, socket));
                socket.end();
                if refused.for_now && self.is_lonely() {
                    self.connection.close(CloseReason::Server);
                } else {
                    self.connection.outbox().send(&[encode::refused(socket.namespace(), &refused)]);
                }
            }
        }
    }

    fn end(&self, socket: &Arc<Socket>, reason: Reason) {
        if socket.end() {
            self.io.app.disconnected(socket, reason);
        }
    }
}

impl<A: App> Lane for Link<A> {
    fn leave(&self, socket: &Arc<Socket>, reason: Reason) {
        let mut state = self.lock();
        state.mailbox.push(Job::Leave(socket.clone(), reason));
        self.start(&mut state);
    }
}

impl State {
    fn find(&self, namespace: &str) -> Option<Arc<Socket>> {
        self.sockets.iter().find(|socket| socket.namespace() == namespace).cloned()
    }
}

/// Handles what waits, one after the other, and ends when nothing does.
async fn drain<A: App>(link: Arc<Link<A>>) {
    let drain = Drain(&link);
    loop {
        let job = link.lock().mailbox.pop();
        let Some(job) = job else { break };
        drain.0.handle(job).await;
    }
    std::mem::forget(drain);
}

/// Sees to it that a panic in a handler ends that connection, and not the line behind it: sockets are still told of
/// their end.
struct Drain<'a, A: App>(&'a Arc<Link<A>>);

impl<A: App> Drop for Drain<'_, A> {
    fn drop(&mut self) {
        // Also dropped when the runtime goes down, where nothing can be started any more.
        if !std::thread::panicking() {
            return;
        }
        self.0.connection.close(CloseReason::Server);
        let mut state = self.0.lock();
        state.mailbox.task_lost();
        self.0.start(&mut state);
    }
}
