//! Who is in one room, as the sockets of this node have been told: its own people, and those of the other nodes as they were
//! last read. Pure.
//!
//! What always holds: whoever hears of every change, beginning with nobody, knows exactly who is there; a change is told once.

use std::collections::{BTreeMap, BTreeSet};

use homeroom_contract::{OnlineUser, Role, UserId};

/// A person on another node, by that node's id.
pub(crate) type Other = (Box<str>, UserId);

/// People who are said to have left.
pub(super) type Left = BTreeSet<Other>;

/// One room.
#[derive(Debug, Default)]
pub(super) struct View {
    /// With their sockets, each once.
    own: BTreeMap<UserId, (Role, Vec<u64>)>,
    others: BTreeMap<Other, Role>,
    /// The latest reading that has been looked at.
    read: u64,
    /// It has been given up; whoever still has it has to ask for the room's new one.
    pub(super) closed: bool,
}

/// What there is to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    Joined(UserId, Role),
    Left(UserId),
}

/// What a socket of this node that comes or goes means.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// The person's first or last on this node: the other nodes have to know.
    pub(super) edge: bool,
    /// What this node's sockets have to be told.
    pub(super) change: Option<Change>,
}

/// What was found in the state.
#[derive(Debug)]
pub(crate) struct Reading {
    /// The later a reading began, the greater.
    pub(super) number: u64,
    pub(super) others: BTreeMap<Other, Role>,
}

impl View {
    /// A socket of this person is here.
    pub(super) fn arrive(&mut self, user: &UserId, role: Role, socket: u64) -> Step {
        let known = self.has(user);
        let (shown, sockets) = self.own.entry(user.clone()).or_insert((role, Vec::new()));
        *shown = role;
        let edge = sockets.is_empty();
        if !sockets.contains(&socket) {
            sockets.push(socket);
        }
        Step { edge, change: (!known).then(|| Change::Joined(user.clone(), role)) }
    }

    /// That socket is not here, or not any more.
    pub(super) fn depart(&mut self, user: &UserId, socket: u64) -> Step {
        let nothing = Step { edge: false, change: None };
        let Some((_, sockets)) = self.own.get_mut(user) else { return nothing };
        sockets.retain(|other| *other != socket);
        if !sockets.is_empty() {
            return nothing;
        }
        self.own.remove(user);
        Step { edge: true, change: (!self.has(user)).then(|| Change::Left(user.clone())) }
    }

    /// What a reading changes. Somebody who is missing in it has gone only if `believed`.
    pub(super) fn read(&mut self, reading: Reading, believed: impl Fn(&Other) -> bool) -> Vec<Change> {
        if reading.number <= self.read {
            return Vec::new();
        }
        self.read = reading.number;
        let before = self.everyone();
        let mut others = reading.others;
        for (other, role) in std::mem::take(&mut self.others) {
            if !others.contains_key(&other) && !believed(&other) {
                others.insert(other, role);
            }
        }
        self.others = others;
        let after = self.everyone();
        let left = before.keys().filter(|user| !after.contains_key(*user)).cloned().map(Change::Left);
        let joined = after.iter().filter(|(user, _)| !before.contains_key(*user));
        left.chain(joined.map(|(user, role)| Change::Joined(user.clone(), *role))).collect()
    }

    /// Everyone, by id.
    pub(super) fn online(&self) -> Vec<OnlineUser> {
        self.everyone().into_iter().map(|(user_id, role)| OnlineUser { user_id, role }).collect()
    }

    /// The people of this node.
    pub(super) fn own(&self) -> Vec<UserId> {
        self.own.keys().cloned().collect()
    }

    /// Whether a person of this node is in the room.
    pub(super) fn is_used(&self) -> bool {
        !self.own.is_empty()
    }

    /// Whether nobody has told it of the other nodes yet.
    pub(super) fn is_unread(&self) -> bool {
        self.read == 0
    }

    /// Those of the other nodes among these, for a room of which this node keeps no view.
    pub(super) fn of(others: BTreeMap<Other, Role>) -> Self {
        Self { others, ..Self::default() }
    }

    fn has(&self, user: &UserId) -> bool {
        self.own.contains_key(user) || self.others.keys().any(|(_, other)| other == user)
    }

    fn everyone(&self) -> BTreeMap<UserId, Role> {
        let others = self.others.iter().map(|((_, user), role)| (user.clone(), *role));
        let own = self.own.iter().map(|(user, (role, _))| (user.clone(), *role));
        others.chain(own).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn user(n: u8) -> UserId {
        UserId::new(format!("u{n}")).unwrap()
    }

    fn reading(number: u64, others: &[(&str, u8)]) -> Reading {
        let others = others.iter().map(|(node, n)| (((*node).into(), user(*n)), Role::Teacher));
        Reading { number, others: others.collect() }
    }

    #[test]
    fn somebody_on_two_nodes_is_there_once_until_the_last_socket_anywhere() {
        let mut view = View::default();
        assert!(view.arrive(&user(1), Role::Teacher, 7).change.is_some());
        assert_eq!(view.arrive(&user(1), Role::Teacher, 8), Step { edge: false, change: None });
        assert_eq!(view.read(reading(1, &[("there", 1)]), |_| true), []);
        assert_eq!(view.online().len(), 1);
        for other in [7, 7, 9] {
            assert_eq!(view.depart(&user(1), other), Step { edge: false, change: None });
        }
        assert_eq!(view.depart(&user(1), 8), Step { edge: true, change: None });
        assert_eq!(view.read(reading(2, &[]), |_| true), [Change::Left(user(1))]);
        assert_eq!(view.depart(&user(1), 8), Step { edge: false, change: None });
    }

    #[test]
    fn who_is_missing_stays_until_that_is_believed() {
        let mut view = View::default();
        view.read(reading(1, &[("one", 1), ("two", 2)]), |_| true);
        assert_eq!(view.read(reading(2, &[]), |(node, _)| **node == *"one"), [Change::Left(user(1))]);
        assert_eq!(view.read(reading(1, &[("one", 1)]), |_| true), [], "an older reading is none any more");
        assert_eq!(view.read(reading(3, &[]), |_| true), [Change::Left(user(2))]);
    }

    #[derive(Debug, Clone)]
    enum Event {
        Arrive(u8, u64),
        Depart(u8, u64),
        Read(BTreeSet<(bool, u8)>, bool),
    }

    fn event() -> impl Strategy<Value = Event> {
        let others = proptest::collection::btree_set((any::<bool>(), 0..5_u8), 0..6);
        prop_oneof![
            (0..5_u8, 0..3_u64).prop_map(|(user, socket)| Event::Arrive(user, socket)),
            (0..5_u8, 0..3_u64).prop_map(|(user, socket)| Event::Depart(user, socket)),
            (others, any::<bool>()).prop_map(|(others, believed)| Event::Read(others, believed)),
        ]
    }

    proptest! {
        /// Whatever happens in whatever order: whoever notes down what is told has the list, and nothing is told twice.
        #[test]
        fn what_is_told_adds_up_to_who_is_there(events in proptest::collection::vec(event(), 0..60)) {
            let (mut view, mut told) = (View::default(), BTreeSet::new());
            for (number, event) in (1..).zip(events) {
                let changes: Vec<Change> = match event {
                    Event::Arrive(n, socket) => {
                        view.arrive(&user(n), Role::Teacher, socket).change.into_iter().collect()
                    }
                    Event::Depart(n, socket) => view.depart(&user(n), socket).change.into_iter().collect(),
                    Event::Read(others, believed) => {
                        let others = others.into_iter().map(|(node, n)| (if node { "one" } else { "two" }, n));
                        view.read(reading(number, &others.collect::<Vec<_>>()), |_| believed)
                    }
                };
                for change in changes {
                    match change {
                        Change::Joined(user, _) => prop_assert!(told.insert(user), "joined twice"),
                        Change::Left(user) => prop_assert!(told.remove(&user), "left without having joined"),
                    }
                }
                let online: BTreeSet<_> = view.online().into_iter().map(|online| online.user_id).collect();
                prop_assert_eq!(&online, &told);
            }
        }
    }
}
