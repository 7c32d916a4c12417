//! What needs no socket: words of other nodes, and what is read of them.

#![cfg(test)]

use homeroom_contract::{Room, SystemClock};
use homeroom_state::{MemoryState, StateAdapter};
use tokio_util::task::TaskTracker;

use super::*;
use crate::hub::{CatchUp, Sight};
use crate::metrics::Metrics;

fn presence() -> (Presence, Arc<dyn StateAdapter>) {
    let state: Arc<dyn StateAdapter> = Arc::new(MemoryState::new(Arc::new(SystemClock)));
    let leases = Arc::new(Leases::new(Arc::clone(&state), Duration::from_secs(12), "here"));
    let metrics = Arc::new(Metrics::new(&[]));
    let catch_up = CatchUp::new(TaskTracker::new(), Duration::ZERO, Arc::clone(&metrics));
    let tables = Arc::new(Tables::new(Arc::new(Sight::new(false)), metrics, catch_up));
    (Presence::new("here".into(), vec!["n"], leases, tables, Arc::new(SystemClock)), state)
}

fn room() -> RoomKey {
    RoomKey { tenant: TenantId::new("d").unwrap(), namespace: "n", room: Room::of("class", "c") }
}

fn look(namespace: &'static str, left: &[&str]) -> Look {
    let left = left.iter().map(|user| UserId::new(user).unwrap()).collect();
    let stream = Stream::new(room().tenant, namespace);
    Look { node: "there".into(), stream, room: room().room, left }
}

#[tokio::test]
async fn however_often_one_is_told_to_look_one_looks_once() {
    let (presence, _) = presence();
    presence.hear(look("n", &[]));
    assert!(presence.due.take_all().is_empty(), "nobody here is in that room");
    presence.with(&room(), |_| {});
    for user in ["ada", "ben", "ada"] {
        presence.hear(look("n", &[user]));
    }
    presence.hear(look("unknown", &[]));
    let due = presence.due.take_all();
    assert_eq!(due.len(), 1);
    assert_eq!((&due[0].0, due[0].1.len()), (&room(), 2), "and knows of everyone who has left");
}

#[tokio::test]
async fn what_can_not_be_read_is_nobody_and_own_people_are_not_others() {
    let (presence, state) = presence();
    let fields = [
        ("here/own", r#""TEACHER""#),
        ("there/a/b", r#""STUDENT""#),
        ("there/cleo", r#""A_ROLE_OF_TOMORROW""#),
        ("there/", r#""TEACHER""#),
        ("nonsense", "\u{0}"),
    ];
    for (field, role) in fields {
        state.set_field(&key(&room()), field, role.into(), None).await.unwrap();
    }
    let online = presence.online(&room()).await;
    let online: Vec<_> = online.iter().map(|online| (online.user_id.as_str(), online.role)).collect();
    assert_eq!(online, [("a/b", Role::Student)]);
}

#[tokio::test]
async fn nothing_is_kept_of_a_room_that_nobody_is_in() {
    let (presence, _) = presence();
    presence.with(&room(), |view| drop(view.arrive(&UserId::new("ada").unwrap(), Role::Teacher, 1)));
    presence.give_up(&room());
    assert_eq!(presence.rooms(), [room()]);
    presence.with(&room(), |view| drop(view.depart(&UserId::new("ada").unwrap(), 1)));
    presence.give_up(&room());
    assert_eq!(presence.rooms(), []);
    presence.settle(presence.sweep().await, true);
    assert_eq!(presence.rooms(), []);
}

#[tokio::test]
async fn when_words_were_lost_every_room_of_that_tenant_is_looked_at() {
    let (presence, _) = presence();
    let elsewhere = RoomKey { tenant: TenantId::new("e").unwrap(), ..room() };
    for room in [room(), elsewhere] {
        presence.with(&room, |_| {});
    }
    presence.missed(&room().tenant);
    let due: Vec<_> = presence.due.take_all().into_iter().map(|(room, _)| room).collect();
    assert_eq!(due, [room()]);
}
