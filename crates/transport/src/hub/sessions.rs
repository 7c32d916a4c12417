//! What a client that asked for recovery comes back to (socket.io, "Connection state recovery"): who it was and in which rooms,
//! kept in the state that the nodes share from the moment when it was let in, so that it outlives its node.
//!
//! What always holds: a session is given only to the subject whose it was; while its last change could not be kept, the offsets
//! that its client gets say so, and it is not recovered from what was kept before. Versions only rise, so a write that comes late,
//! from a store that stood still or from a connection that has been taken over, hides nothing. Nor is one recovered from a store
//! that may have lost its last change: it is kept anew when the store has changed, by the node that has it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use futures_util::future::join_all;
use homeroom_contract::{Actor, EventId, Room, TenantId};
use homeroom_journal::{Entry, Place};
use homeroom_state::{Disturbance, Held, Key, StateAdapter, patience};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use super::Member;
use crate::engine::{CloseReason, Sid};

/// How many sessions are kept anew by one operation.
const BATCH: usize = 256;

/// Which of the writes of a session it is: the field of its hash. That of the latest counts.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Version {
    /// How often the session has been taken up.
    life: u32,
    /// How often it has changed since then.
    change: u32,
}

impl Version {
    /// The one before the first of whoever takes up the session.
    pub(super) fn of_the_next_life(self) -> Self {
        Self { life: self.life.saturating_add(1), change: 0 }
    }

    fn next(&mut self) -> Self {
        self.change = self.change.saturating_add(1);
        *self
    }

    /// In order of bytes as in order of versions.
    fn field(self) -> String {
        format!("{:08x}{:08x}", self.life, self.change)
    }

    fn parse(field: &str) -> Option<Self> {
        let (life, change) = field.split_at_checked(8)?;
        let number = |digits| u32::from_str_radix(digits, 16).ok();
        Some(Self { life: number(life)?, change: number(change)? })
    }
}

/// A session as it is kept. Fields may be added with a default, never renamed or taken away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Kept {
    /// Whose it is; a service and a person of one name are two.
    subject: String,
    service: bool,
    namespace: String,
    /// Where the client stands if it has not had any entry yet.
    pub(super) since: u64,
    /// The mark of the entry there, if it is known.
    #[serde(default)]
    mark: Option<u32>,
    /// The rooms, each with the position at which it was entered: what was before that is not the client's.
    pub(super) rooms: BTreeMap<Room, u64>,
}

impl Kept {
    pub(super) fn new(member: &Member) -> Self {
        let actor = member.actor();
        Self {
            subject: actor.subject_id().to_string(),
            service: actor.user().is_none(),
            namespace: member.namespace.name().to_owned(),
            since: member.since,
            mark: member.beginning.map(|offset| offset.mark),
            rooms: member.entered(),
        }
    }

    /// Which entry is there; none also if nobody knows.
    pub(super) fn beginning(&self) -> Option<Offset> {
        Some(Offset { seq: self.since, mark: self.mark? })
    }

    /// Where and as what it is kept.
    fn held(&self, member: &Member, pid: &str, version: Version) -> Held {
        // What is only strings and numbers can be written.
        let value = serde_json::to_vec(self).unwrap_or_default().into();
        Held { key: key(&member.actor().tenant, pid), field: version.field(), value }
    }

    fn is_of(&self, actor: &Actor, namespace: &str) -> bool {
        self.subject == actor.subject_id().as_str()
            && self.service == actor.user().is_none()
            && self.namespace == namespace
    }
}

/// A session that was found.
pub(super) struct Found {
    pub(super) version: Version,
    pub(super) kept: Kept,
    /// Whether it has not changed since for sure. If it may have, somebody could be in more rooms than are in here.
    pub(super) is_last: bool,
}

/// A place in a stream, as it travels with each entry and comes back from the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Offset {
    pub(super) seq: u64,
    /// Of the entry there: a database that has gone back may give its number to another one.
    mark: u32,
}

impl Offset {
    pub(super) fn of(entry: &Entry) -> Self {
        Self::new(entry.seq, entry.event_id)
    }

    /// None before the first entry, and where it is not known which one it is.
    pub(super) fn at(place: Place) -> Option<Self> {
        Some(Self::new(place.seq, place.event_id?))
    }

    fn new(seq: u64, event_id: EventId) -> Self {
        // Of a UUIDv7 the end is random.
        let [.., a, b, c, d] = *event_id.0.as_bytes();
        Self { seq, mark: u32::from_be_bytes([a, b, c, d]) }
    }

    pub(super) fn text(self) -> String {
        format!("{}.{:08x}", self.seq, self.mark)
    }

    /// Where a client stands whose session could not be kept: nobody comes back from there.
    pub(super) fn unsaved(seq: u64) -> String {
        format!("{seq}!")
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let (seq, mark) = text.split_once('.')?;
        let [seq_digits, mark_digits] = [seq, mark].map(|part| part.bytes().all(|b| b.is_ascii_hexdigit()));
        (seq_digits && mark_digits).then_some(())?;
        Some(Self { seq: seq.parse().ok()?, mark: u32::from_str_radix(mark, 16).ok()? })
    }
}

/// The sessions of this node's clients, and where all are kept.
pub(crate) struct Sessions {
    state: Arc<dyn StateAdapter>,
    live: Mutex<HashMap<Box<str>, Weak<Member>>>,
    /// How long a session can be recovered, at least.
    window: Duration,
}

impl Sessions {
    pub(crate) fn new(state: Arc<dyn StateAdapter>, window: Duration) -> Self {
        Self { state, live: Mutex::default(), window }
    }

    /// A new session's secret name.
    pub(super) fn name() -> Box<str> {
        Sid::random().as_str().into()
    }

    /// What was kept under that name, if it is this actor's. None also if nobody knows now.
    pub(super) async fn find(&self, actor: &Actor, namespace: &str, pid: &str) -> Option<Found> {
        // A name that was never given is not looked up.
        Sid::parse(pid)?;
        let found = self.state.latest(&key(&actor.tenant, pid)).await;
        let found =
            found.inspect_err(|error| tracing::debug!(%error, "a session can't be looked up")).ok()??;
        let version = Version::parse(&found.field)?;
        let kept: Kept = serde_json::from_slice(&found.value).ok()?;
        kept.is_of(actor, namespace).then_some(Found { version, kept, is_last: found.is_last })
    }

    /// Keeps a member's session as it is now, if it has one. What can't be kept now is kept as soon as that is possible.
    pub(super) async fn keep(&self, member: &Member) {
        let Some(pid) = &member.pid else { return };
        let Ok(mut version) = patience::wait(Duration::MAX, member.keeping.lock()).await else {
            return member.not_kept();
        };
        let kept = Kept::new(member);
        let held = kept.held(member, pid, version.next());
        self.keep_as(member, &kept, held).await;
    }

    /// This member is the one who has the session now. If another one on this node had it, its transport is closed.
    pub(super) fn begin(&self, member: &Arc<Member>) {
        let Some(pid) = &member.pid else { return };
        let before =
            self.lock().insert(pid.clone(), Arc::downgrade(member)).and_then(|before| before.upgrade());
        // Who leaves a namespace and comes back to it does so on the same transport.
        close(before.filter(|before| before.link.id != member.link.id));
    }

    /// Another node has taken over this session.
    pub(crate) fn taken(&self, pid: &str) {
        close(self.lock().remove(pid).and_then(|before| before.upgrade()));
    }

    /// A member is gone. What was kept stays for a while if it may come back.
    pub(super) async fn end(&self, member: &Member, may_come_back: bool) {
        let Some(pid) = &member.pid else { return };
        let own = {
            let mut live = self.lock();
            let own = live.get(pid).is_some_and(|now| std::ptr::eq(now.as_ptr(), member));
            if own {
                live.remove(pid);
            }
            own
        };
        if own && !may_come_back {
            let deleted = self.state.delete(&key(&member.actor().tenant, pid)).await;
            deleted.inspect_err(|error| tracing::debug!(%error, "a session can't be deleted")).ok();
        }
    }

    /// Keeps the sessions of all who are here, again and again, for ever: they outlive their time, and a store that came back
    /// empty, or is another one since it was away, has them again at once when that is noticed. Those that could not be kept are
    /// tried more often, and all of them when there was no answer: who is asked then may be another one.
    pub(super) async fn renew(&self, mut emptied: watch::Receiver<u64>) {
        let (mut all, mut unkept) = (interval(self.renewal()), interval(self.window / 40));
        for ticks in [&mut all, &mut unkept] {
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        }
        let mut disturbed = self.state.disturbed();
        // Whether there has been no answer since all were kept.
        let mut in_doubt = false;
        loop {
            let every = tokio::select! {
                _ = all.tick() => true,
                Ok(()) = emptied.changed() => true,
                Ok(()) = disturbed.changed() => match *disturbed.borrow_and_update() {
                    Disturbance::Over => true,
                    Disturbance::Unanswered | Disturbance::None => {
                        in_doubt = true;
                        continue;
                    }
                },
                _ = unkept.tick() => in_doubt,
            };
            in_doubt &= !every;
            let mut live: Vec<_> = self.lock().values().filter_map(Weak::upgrade).collect();
            live.retain(|member| every || !member.is_kept());
            for members in live.chunks(BATCH) {
                self.keep_all(members).await;
            }
        }
    }

    /// Keeps the sessions of these members anew. One that was kept stays so if that fails: it is not another one than before.
    async fn keep_all(&self, members: &[Arc<Member>]) {
        let mut versions = join_all(members.iter().map(|member| member.keeping.lock())).await;
        let sessions = members.iter().zip(&mut versions).filter_map(|(member, version)| {
            let kept = Kept::new(member);
            let version = if member.is_kept() { **version } else { version.next() };
            let held = kept.held(member, member.pid.as_deref()?, version);
            Some(((member, kept), held))
        });
        let (sessions, held): (Vec<_>, Vec<_>) = sessions.unzip();
        match self.state.set_latest(&held, self.life()).await {
            Ok(set) if set == held.len() => {
                for (member, kept) in sessions {
                    member.kept_with(&kept.rooms);
                }
            }
            // One at least has been taken up elsewhere.
            Ok(_) => {
                for ((member, kept), held) in sessions.into_iter().zip(held) {
                    self.keep_as(member, &kept, held).await;
                }
            }
            Err(error) => tracing::debug!(%error, "sessions can't be kept anew"),
        }
    }

    async fn keep_as(&self, member: &Member, kept: &Kept, held: Held) {
        match self.state.set_latest(&[held], self.life()).await {
            // Somebody has taken it up since then.
            Ok(0) => member.link.connection.close(CloseReason::Server),
            Ok(_) => member.kept_with(&kept.rooms),
            Err(error) => {
                tracing::debug!(%error, "a session can't be kept");
                member.not_kept();
            }
        }
    }

    /// How long a session is kept: for the window, whenever in the time from one renewal to the next its client was lost.
    fn life(&self) -> Duration {
        self.window + self.renewal()
    }

    fn renewal(&self) -> Duration {
        self.window / 4
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Box<str>, Weak<Member>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn close(before: Option<Arc<Member>>) {
    if let Some(before) = before {
        before.link.connection.close(CloseReason::Server);
    }
}

fn key(tenant: &TenantId, pid: &str) -> Key {
    Key::of(tenant, "session").and(pid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_comes_back_as_it_went() {
        for offset in [Offset { seq: 1, mark: 0 }, Offset { seq: u64::MAX, mark: u32::MAX }] {
            assert_eq!(Offset::parse(&offset.text()), Some(offset));
        }
        let unsaved = Offset::unsaved(7);
        let beyond = "18446744073709551616.00000000";
        for text in
            ["", "!", ".", "1", "+1.1", "1.+1", "a.1", "1. 1", "1.1!", "1.123456789", beyond, &unsaved]
        {
            assert_eq!(Offset::parse(text), None, "{text}");
        }
    }
}
