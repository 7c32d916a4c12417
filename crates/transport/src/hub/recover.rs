//! Coming back (socket.io, "Connection state recovery"): where somebody stands who is let in.

use std::collections::HashSet;

use homeroom_contract::{Actor, BoundNamespace, Failure, Room};
use homeroom_journal::JournalError;

use super::connect::Auth;
use super::member::Coming;
use super::sessions::{Found, Offset, Sessions, Version};
use super::{Hub, Table};

impl Hub {
    /// Where somebody stands who is let in: at the present, or where the session ends that is recovered.
    pub(super) async fn coming(
        &self,
        namespace: &BoundNamespace,
        table: &Table,
        actor: &Actor,
        auth: &Auth,
        epoch: u64,
    ) -> Result<Coming, Failure> {
        let history = table.following().history();
        let place = table.following().place();
        let mut coming = Coming {
            greeting: self.greeting(namespace, actor).await?,
            pid: auth.recover.then(Sessions::name),
            since: place.seq,
            beginning: Offset::at(place),
            history,
            epoch,
            restored: None,
            revoked: Vec::new(),
            version: Version::default(),
        };
        if let (true, Some(pid)) = (auth.recover, &auth.pid) {
            self.recover(namespace, table, actor, pid, auth.offset.as_deref(), &mut coming).await?;
        }
        Ok(coming)
    }

    /// Takes up an earlier session if nothing of it can be missing. Its rooms are asked for again.
    async fn recover(
        &self,
        namespace: &BoundNamespace,
        table: &Table,
        actor: &Actor,
        pid: &str,
        offset: Option<&str>,
        coming: &mut Coming,
    ) -> Result<(), Failure> {
        let found = self.sessions.find(actor, namespace.name(), pid).await;
        let Some(Found { version, kept, is_last: true }) = found else { return Ok(()) };
        let offset = match offset.map(Offset::parse) {
            None => None,
            Some(Some(offset)) => Some(offset),
            Some(None) => return Ok(()),
        };
        // Clients hold on to the offset of an earlier session until they are given another one.
        let had = offset.filter(|offset| offset.seq >= kept.since).or(kept.beginning());
        let since = had.map_or(kept.since, |had| had.seq);
        let missed = coming.since.saturating_sub(since);
        if missed > self.config.recovery_max_entries || !was_there(table, since, had).await? {
            return Ok(());
        }
        // Those of the greeting have just been asked for.
        let greeted: HashSet<Room> = coming.greeting.iter().map(|(room, _)| room.clone()).collect();
        for room in kept.rooms.keys().filter(|room| !greeted.contains(*room)) {
            match namespace.admit(actor, room).await? {
                Some(admission) => coming.greeting.push((room.clone(), admission)),
                None => coming.revoked.push(room.clone()),
            }
        }
        self.relay.take_over(&actor.tenant, pid);
        coming.pid = Some(pid.into());
        coming.since = since;
        coming.beginning = had;
        coming.version = version.of_the_next_life();
        // A room that is lost now is another one if it is entered again.
        let lost = |room: &Room| coming.revoked.contains(room);
        coming.restored = Some(kept.rooms.into_iter().filter(|(room, _)| !lost(room)).collect());
        self.metrics.recovered(namespace.name());
        Ok(())
    }

    /// Whether somebody for whom there is no place has one still from a connection that was lost. If so, that one is closed.
    pub(super) async fn makes_room(&self, namespace: &BoundNamespace, actor: &Actor, auth: &Auth) -> bool {
        let (true, Some(pid)) = (auth.recover, &auth.pid) else { return false };
        if self.sessions.find(actor, namespace.name(), pid).await.is_none() {
            return false;
        }
        self.sessions.taken(pid);
        self.relay.take_over(&actor.tenant, pid);
        true
    }
}

/// Whether the stream has been at that position, and the entry there is that one. Another node may be ahead of this one, but not of
/// the journal.
async fn was_there(table: &Table, position: u64, entry: Option<Offset>) -> Result<bool, JournalError> {
    let Some(entry) = entry else { return Ok(position == 0) };
    Ok(table.following().entry(position).await?.is_some_and(|found| Offset::of(&found) == entry))
}
