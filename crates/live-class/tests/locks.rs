//! Locks: whom they bind.

use homeroom_contract::{Role, Room};
use homeroom_live_class::{
    Attendee, Audience, ClassLocks, LiveClassError, LockScope, Lockable, Locks, LocksChangedWsEvent,
    LocksPatch, ScopedLocks, SetLocks,
};
use proptest::prelude::*;

use crate::support::{ann, bob, class, names, tina, user};

fn chat(locked: bool) -> LocksPatch {
    LocksPatch { chat: Some(locked), ..LocksPatch::default() }
}

fn scope(text: &str) -> Result<LockScope, LiveClassError> {
    LockScope::read(&class(), Some(&Room::parse(text).unwrap()))
}

#[test]
fn a_scope_is_the_class_a_breakout_of_it_or_a_person() {
    assert_eq!(LockScope::read(&class(), None), Ok(LockScope::Class));
    for (text, read) in [
        ("class:c1", LockScope::Class),
        ("breakout:c1:2", LockScope::Breakout(2)),
        ("user:ann", LockScope::Person(user("ann"))),
    ] {
        assert_eq!(scope(text), Ok(read.clone()));
        assert_eq!(read.room(&class()).as_str(), text);
    }
    assert_eq!(scope("class:c1:staff"), Err(LiveClassError::BadScope), "staff are never bound");
    assert_eq!(scope("school:s1"), Err(LiveClassError::BadScope));
    assert_eq!(scope("class:c2"), Err(LiveClassError::NotFound("class")));
    assert_eq!(scope("breakout:c2:1"), Err(LiveClassError::NotFound("class")));
}

#[test]
fn those_who_are_bound_hear_of_it_and_staff() {
    let rooms = |text: &str| {
        let locks = ScopedLocks::of(scope(text).unwrap().room(&class()), Locks::default());
        LocksChangedWsEvent::of(class(), locks).audience()
    };
    assert_eq!(names(&rooms("class:c1")), ["class:c1"]);
    assert_eq!(names(&rooms("breakout:c1:2")), ["breakout:c1:2", "class:c1:staff"]);
    assert_eq!(names(&rooms("user:ann")), ["user:ann", "class:c1:staff"]);
}

#[test]
fn only_staff_lock_and_only_what_they_name() {
    let mut locks = ClassLocks::default();
    assert_eq!(locks.set(&ann(), &LockScope::Class, chat(true)), Err(LiveClassError::NotAllowed));
    let set = SetLocks { mic: Some(true), ..SetLocks::default() };
    locks.set(&tina(), &LockScope::Class, chat(true)).unwrap();
    let both = locks.set(&tina(), &LockScope::Class, set.patch()).unwrap();
    assert_eq!(both, Some(Locks { chat: true, mic: true, ..Locks::default() }));
    assert_eq!(locks.set(&tina(), &LockScope::Class, chat(true)), Ok(None), "nothing changed");
}

#[test]
fn somebody_is_bound_by_every_lock_that_concerns_them() {
    let mut locks = ClassLocks::default();
    let whiteboard = LocksPatch { whiteboard: Some(true), ..LocksPatch::default() };
    let cam = LocksPatch { cam: Some(true), ..LocksPatch::default() };
    locks.set(&tina(), &LockScope::Class, chat(true)).unwrap();
    locks.set(&tina(), &LockScope::Breakout(2), whiteboard).unwrap();
    locks.set(&tina(), &LockScope::Person(user("ann")), cam).unwrap();
    let class = Locks { chat: true, ..Locks::default() };
    assert_eq!(locks.binding(&bob(), None), class);
    assert_eq!(locks.binding(&bob(), Some(1)), class);
    assert_eq!(locks.binding(&bob(), Some(2)), Locks { whiteboard: true, ..class });
    assert_eq!(locks.binding(&ann(), Some(2)), Locks { whiteboard: true, cam: true, ..class });
    locks.forget_breakouts();
    assert_eq!(locks.binding(&bob(), Some(2)), class);
}

#[test]
fn a_newcomer_is_told_of_the_locks_that_concern_them_and_staff_of_all() {
    let mut locks = ClassLocks::default();
    for scope in [LockScope::Breakout(1), LockScope::Breakout(2), LockScope::Person(user("ann"))] {
        locks.set(&tina(), &scope, chat(true)).unwrap();
    }
    let seen = |viewer: &Attendee, breakout| -> Vec<String> {
        let view = locks.view(&class(), viewer, breakout);
        view.into_iter().map(|locks| locks.scope.to_string()).collect()
    };
    assert_eq!(seen(&tina(), None), ["class:c1", "breakout:c1:1", "breakout:c1:2", "user:ann"]);
    assert_eq!(seen(&ann(), Some(2)), ["class:c1", "breakout:c1:2", "user:ann"]);
    assert_eq!(seen(&bob(), None), ["class:c1"]);
}

#[test]
fn a_scope_that_is_open_again_takes_no_place() {
    let mut locks = ClassLocks::default();
    locks.set(&tina(), &LockScope::Person(user("ann")), chat(true)).unwrap();
    let kept = serde_json::to_string(&locks).unwrap();
    assert_eq!(serde_json::from_str::<ClassLocks>(&kept).unwrap(), locks);
    locks.set(&tina(), &LockScope::Person(user("ann")), chat(false)).unwrap();
    assert_eq!(locks, ClassLocks::default());
}

fn some_role() -> impl Strategy<Value = Role> {
    prop::sample::select(vec![
        Role::Student,
        Role::Aide,
        Role::Teacher,
        Role::SchoolAdmin,
        Role::DistrictAdmin,
        Role::SystemAdmin,
    ])
}

proptest! {
    /// With everything locked in every scope, a student can do nothing of it, and staff everything.
    #[test]
    fn staff_are_never_bound(role in some_role(), breakout in prop::option::of(1..3_u32)) {
        let who = Attendee::new(user("x"), role);
        let all = LocksPatch {
            chat: Some(true), private_chat: Some(true), mic: Some(true), cam: Some(true), whiteboard: Some(true),
        };
        let mut locks = ClassLocks::default();
        for scope in [LockScope::Class, LockScope::Breakout(1), LockScope::Breakout(2), LockScope::Person(user("x"))] {
            locks.set(&tina(), &scope, all).unwrap();
        }
        for what in [Lockable::Chat, Lockable::PrivateChat, Lockable::Mic, Lockable::Cam, Lockable::Whiteboard] {
            prop_assert_eq!(locks.binding(&who, breakout).require(what).is_ok(), role != Role::Student);
        }
    }
}
