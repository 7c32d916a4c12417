//! Entering and leaving rooms, and what the others hear of it.

use std::sync::Arc;

use futures_util::future::{join, join_all};
use homeroom_contract::{
    Actor, Admission, BoundNamespace, Code, Emission, Failure, OnlineUser, Room, RoomKey,
};

use super::member::Gone;
use super::{Echo, Hub, Member, Told};

impl Hub {
    /// The right to be in each of these rooms; a failure if one is missing.
    pub(crate) async fn admissions(
        &self,
        namespace: &BoundNamespace,
        actor: &Actor,
        rooms: &[Room],
    ) -> Result<Vec<(Room, Admission)>, Failure> {
        let mut admissions = Vec::with_capacity(rooms.len());
        for room in rooms {
            let admission = namespace.admit(actor, room).await?.ok_or_else(Failure::unauthorized)?;
            admissions.push((room.clone(), admission));
        }
        Ok(admissions)
    }

    /// The rooms that an actor is in from the start, as far as the rule still has it so when asked for each.
    pub(super) async fn greeting(
        &self,
        namespace: &BoundNamespace,
        actor: &Actor,
    ) -> Result<Vec<(Room, Admission)>, Failure> {
        let mut greeting = Vec::new();
        for room in namespace.greet(actor).await? {
            if let Some(admission) = namespace.admit(actor, &room).await? {
                greeting.push((room, admission));
            }
        }
        Ok(greeting)
    }

    /// The rooms that a member is in and, should it be in doubt what it may, still may be in.
    pub(crate) async fn rooms_of(&self, member: &Member) -> Result<Vec<Room>, Failure> {
        let mut rooms = member.rooms();
        if member.is_in_doubt() {
            for room in std::mem::take(&mut rooms) {
                if member.namespace.admit(member.actor(), &room).await?.is_some() {
                    rooms.push(room);
                }
            }
        }
        Ok(rooms)
    }

    /// Enters all of these rooms, or none.
    pub(crate) async fn enter(&self, member: &Arc<Member>, rooms: &[Room]) -> Result<(), Failure> {
        let epoch = self.epoch();
        let admissions = self.admissions(&member.namespace, member.actor(), rooms).await?;
        let (mut shown, mut entered) = (Vec::with_capacity(admissions.len()), Vec::new());
        for (room, admission) in &admissions {
            let before = self.let_in(member, room, *admission, epoch).map_err(|_| gone())?;
            if before.is_none() {
                entered.push(room.clone());
            }
            shown.push(self.show_if(is_news(before, *admission), member, room));
        }
        // The session before the client is told of its rooms, which it would not be told again. All of it at once, so that a
        // state that is away is waited for once.
        join(join_all(shown), self.sessions.keep(member)).await;
        if self.epoch() != epoch {
            // Somebody's rights changed between the question and now; these may have been among them.
            let reviewed = self.review(&member.link).await;
            let all = || rooms.iter().all(|room| member.is_in(room));
            if let Err(failure) =
                reviewed.and_then(|()| all().then_some(()).ok_or_else(Failure::unauthorized))
            {
                self.leave(member, &entered).await;
                return Err(failure);
            }
        }
        Ok(())
    }

    /// Leaves these rooms, as far as the member is in them.
    pub(crate) async fn leave(&self, member: &Arc<Member>, rooms: &[Room]) {
        for room in rooms {
            self.take_out(member, room).await;
        }
        self.sessions.keep(member).await;
    }

    /// Has a member enter by a right that it had in that epoch, and shows it there.
    pub(super) async fn insert(
        &self,
        member: &Arc<Member>,
        room: &Room,
        admission: Admission,
        epoch: u64,
    ) -> Result<(), Gone> {
        let before = self.let_in(member, room, admission, epoch)?;
        self.show_if(is_news(before, admission), member, room).await;
        Ok(())
    }

    /// Has a member enter by a right that it had in that epoch. If that may have changed meanwhile nothing is delivered until it
    /// has been looked up again, whatever becomes of whoever enters.
    pub(super) fn let_in(
        &self,
        member: &Arc<Member>,
        room: &Room,
        admission: Admission,
        epoch: u64,
    ) -> Result<Option<Admission>, Gone> {
        let before = member.insert(room, admission)?;
        // What changes from now on finds the member in this room.
        if self.epoch() != epoch {
            self.suspect(&member.link);
        }
        Ok(before)
    }

    /// Takes a member out of a room; what would have followed there by lapse follows now.
    pub(super) async fn take_out(&self, member: &Arc<Member>, room: &Room) {
        let Some(admission) = member.remove(room) else { return };
        self.lapse_in(member, room);
        self.show_if(admission.announced, member, room).await;
    }

    /// Who shows up in a room.
    pub(crate) async fn online(&self, room: &RoomKey) -> Vec<OnlineUser> {
        self.presence.online(room).await
    }

    /// Shows those in the room how this member is there now, if that is news to them.
    pub(super) async fn show_if(&self, is_news: bool, member: &Arc<Member>, room: &Room) {
        if let (true, Some(user)) = (is_news, member.actor().user()) {
            self.presence.show(member, &member.key(room), user).await;
        }
    }

    /// Tells everyone in the room but this socket, here and on the other nodes. `echo` is what they are to tell by themselves
    /// should they hear no more of it.
    pub(crate) fn emit(&self, from: &Member, emission: &Emission, echo: Option<&Echo>) {
        let Emission { room, event, payload } = emission;
        self.tables.tell(&from.table, room, event, payload.get(), Some(from));
        self.relay.tell(|| Told {
            stream: from.table.stream().clone(),
            room: room.clone(),
            event: (*event).to_owned(),
            payload: payload.clone(),
            echo: echo.cloned(),
        });
    }
}

/// Whether others see a difference.
pub(super) fn is_news(before: Option<Admission>, now: Admission) -> bool {
    before.is_some_and(|before| before.announced) != now.announced
}

fn gone() -> Failure {
    Failure::new(Code::Unavailable, "This connection is closed.")
}
