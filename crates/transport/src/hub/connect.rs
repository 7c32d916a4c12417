//! CONNECT: who it is, whether there is a place, and in which rooms the person is from the start.

use std::sync::{Arc, Weak};
use std::time::Duration;

use futures_util::future::join_all;
use homeroom_auth::{AuthError, Authenticated, Presented};
use homeroom_contract::{BoundNamespace, Code, Failure, Standing};
use homeroom_journal::Stream;
use homeroom_state::patience;
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::sync::SemaphorePermit;
use tokio::time::timeout;

use super::links::Seat;
use super::rights::ROSTER_CHANGED;
use super::rooms::is_news;
use super::{Hub, Lifetime, Link, Member, Table};
use crate::dispatch::builtin::{AuthExpiringWsEvent, RoomRevokedWsEvent};
use crate::engine::{CloseReason, Connection};
use crate::metrics::Tier;
use crate::socket_io::{Accepted, Reason, Socket};

/// When somebody may try again whose turn did not come.
const CROWDED: Duration = Duration::from_secs(2);

/// What is read of the CONNECT packet's object.
#[derive(Deserialize, Default)]
pub(super) struct Auth {
    token: Option<String>,
    /// Whether the client asks for recovery.
    #[serde(default)]
    pub(super) recover: bool,
    /// The session that it comes back to.
    pub(super) pid: Option<String>,
    /// The last offset that it had in that session.
    pub(super) offset: Option<String>,
}

impl Hub {
    /// Lets a socket in, or says why not.
    pub(super) async fn connect(
        self: &Arc<Self>,
        namespace: &Arc<BoundNamespace>,
        socket: &Arc<Socket>,
        auth: Option<&RawValue>,
    ) -> Result<Accepted, Failure> {
        let auth: Auth = match auth {
            Some(auth) => serde_json::from_str(auth.get())
                .map_err(|error| Failure::from(AuthError::Missing).because(error))?,
            None => Auth::default(),
        };
        let handshake = socket.connection().handshake();
        let presented = Presented {
            handshake: auth.token.as_deref(),
            authorization: handshake.header("authorization"),
            query: Presented::in_query(handshake.query()),
        };
        let token = presented.token().ok_or(AuthError::Missing)?;
        let _turn = self.turn_to_connect().await?;
        let epoch = self.epoch();
        self.check_address(handshake.client())?;
        let authenticated = self.verifier.authenticate(token, self.directory.as_ref()).await?;
        let link = match self.sit_down(socket.connection(), &authenticated).await {
            Err(full)
                if full.code == Code::TooManyConnections
                    && self.makes_room(namespace, &authenticated.actor, &auth).await =>
            {
                return Err(
                    Failure::new(Code::Busy, "Your earlier connection is being closed.").because(full)
                );
            }
            link => link?,
        };
        let _unless_admitted = Sitting { hub: self, link: &link };
        self.admit(namespace, socket, &link, &auth, epoch).await
    }

    async fn turn_to_connect(&self) -> Result<SemaphorePermit<'_>, Failure> {
        if let Ok(Ok(turn)) = timeout(self.config.call_timeout(), self.connecting.acquire()).await {
            return Ok(turn);
        }
        Err(Failure::new(Code::Busy, "Too many are connecting at once. Try again.").retry_after(CROWDED))
    }

    /// The person's transport: the one that other namespaces use already, or a new one, if there is a place.
    async fn sit_down(
        &self,
        connection: &Arc<Connection>,
        authenticated: &Authenticated,
    ) -> Result<Arc<Link>, Failure> {
        let Authenticated { actor, claims } = authenticated;
        let token = Lifetime::of(claims, self.verifier.closes_at(claims));
        if let Some(link) = connection.extension::<Seat>().and_then(Seat::link) {
            if link.actor != *actor {
                let message = "This connection is somebody else's, or has other rights.";
                return Err(Failure::new(Code::Unauthorized, message));
            }
            link.also_with(token, &claims.provenance);
            return Ok(link);
        }
        let max = self.config.max_connections_per_user;
        let id = self.next_id();
        if !self.places.take(actor, id, max).await {
            self.metrics.limited(Tier::Connections);
            let message = format!("There are {max} connections of yours already.");
            // By then those of a node that was killed are counted no more.
            return Err(Failure::new(Code::TooManyConnections, message).retry_after(self.config.lease()));
        }
        let link = Link::new(id, actor.clone(), Arc::clone(connection), token, claims.provenance.clone());
        connection.set_extension(Seat::default());
        if let Some(seat) = connection.extension::<Seat>() {
            seat.put(Some(Arc::clone(&link)));
        }
        // From here on a change of the roster finds this person.
        self.links.add(&link);
        Ok(link)
    }

    async fn admit(
        &self,
        namespace: &Arc<BoundNamespace>,
        socket: &Arc<Socket>,
        link: &Arc<Link>,
        auth: &Auth,
        epoch: u64,
    ) -> Result<Accepted, Failure> {
        let table = self.table(namespace, link).await?;
        let coming = self.coming(namespace, &table, &link.actor, auth, epoch).await?;
        // What this node has heard of since the token was checked; what it hears of from now on finds this transport.
        self.check_link(link)?;
        if self.epoch() != epoch && self.directory.standing(&link.actor).await? != Standing::Active {
            return Err(Failure::unauthorized());
        }
        let (namespace, socket_of) = (Arc::clone(namespace), Arc::clone(socket));
        let member = Member::new(self.next_id(), Arc::clone(link), namespace, socket_of, table, coming);
        socket.set_extension(Arc::downgrade(&member));
        link.add(Arc::clone(&member));
        // Before the client knows of it: what it is told to come back to is there.
        self.sessions.keep(&member).await;
        self.sessions.begin(&member);
        Ok(Accepted { pid: member.pid.as_deref().map(str::to_owned) })
    }

    /// The table of that namespace in the person's tenant; from now on its stream is followed.
    async fn table(&self, namespace: &BoundNamespace, link: &Link) -> Result<Arc<Table>, Failure> {
        let stream = Stream::new(link.actor.tenant.clone(), namespace.name());
        if let Some(table) = self.tables.find(&stream) {
            return Ok(table);
        }
        let served = self.relay.serve(&stream.tenant).await;
        let following = self.follower.follow(&stream).await?;
        Ok(self.tables.find_or_add(following, served))
    }

    /// The client has been told that it is in: now it may be sent something.
    pub(super) async fn connected(&self, socket: &Socket) {
        let Some(member) = member_of(socket) else { return };
        self.metrics.connected(member.namespace.name(), 1);
        let warned = member.link.was_warned();
        if !member.is_kept() {
            // The offset that it came with may lead back to what was kept before.
            member.tell_unsaved();
        }
        let mut shown = Vec::new();
        for (room, admission) in member.greeting() {
            if let Ok(before) = self.let_in(&member, &room, admission, member.epoch) {
                shown.push((room, is_news(before, admission)));
            }
        }
        for room in member.take_revoked() {
            member.tell(&RoomRevokedWsEvent { room, reason: ROSTER_CHANGED });
        }
        // Since before anything was asked about this person. What has changed since then, whoever reviews finds.
        if self.epoch() != member.epoch {
            self.suspect(&member.link);
        }
        // Whom a database that goes back from now on finds in the rooms it sends away.
        if member.is_of_another_history() {
            member.link.connection.close(CloseReason::Server);
        }
        if !member.is_live() {
            self.tables.catch_up(&member);
        }
        self.time(&member.link);
        if warned {
            member.tell(&AuthExpiringWsEvent { expires_at: member.link.token().expires_at });
        }
        let shown = shown.iter().map(|(room, is_news)| self.show_if(*is_news, &member, room));
        patience::within(self.config.state_wait(), join_all(shown)).await;
    }

    /// The socket is gone.
    pub(super) fn disconnected(self: &Arc<Self>, socket: &Socket, reason: Reason) {
        let Some(member) = member_of(socket) else { return };
        member.link.doubt.wake();
        self.metrics.connected(member.namespace.name(), -1);
        let rooms = member.go();
        self.lapse_all(&member);
        if member.link.remove(member.id) {
            self.stand_up(&member.link);
        }
        if member.pid.is_some() {
            // Whoever leaves by a packet, or is sent away by one, does not come back to this.
            let may_come_back = matches!(reason, Reason::Transport(_)) && !member.is_of_another_history();
            let (hub, member) = (Arc::clone(self), Arc::clone(&member));
            self.tracker.spawn(async move { hub.sessions.end(&member, may_come_back).await });
        }
        if rooms.iter().any(|(_, admission)| admission.announced) {
            let hub = Arc::clone(self);
            self.tracker.spawn(async move {
                for (room, admission) in rooms {
                    hub.show_if(admission.announced, &member, &room).await;
                }
            });
        }
    }

    /// Nobody uses the transport any more.
    fn stand_up(self: &Arc<Self>, link: &Arc<Link>) {
        if let Some(seat) = link.connection.extension::<Seat>() {
            seat.put(None);
        }
        self.links.remove(link);
        self.forget_token(link);
        self.doubts.take(&link.id);
        let (hub, link) = (Arc::clone(self), Arc::clone(link));
        self.tracker.spawn(async move { hub.places.give_back(&link.actor, link.id).await });
    }
}

/// Forgets the token of who was not let in, and gives the transport up if nobody uses it, also when a rule panics.
struct Sitting<'a> {
    hub: &'a Arc<Hub>,
    link: &'a Arc<Link>,
}

impl Drop for Sitting<'_> {
    fn drop(&mut self) {
        if self.link.settle() {
            self.hub.stand_up(self.link);
        }
    }
}

/// The member that a socket has become, as long as it is one.
pub(super) fn member_of(socket: &Socket) -> Option<Arc<Member>> {
    socket.extension::<Weak<Member>>().and_then(Weak::upgrade)
}
