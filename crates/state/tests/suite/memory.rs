//! State in this process.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use homeroom_contract::{ManualClock, TenantId, Timestamp};
use homeroom_state::{Key, MemoryOptions, MemoryState, StateAdapter, StateError};

use crate::adapter;

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(Timestamp::from_unix_millis(1_772_439_300_000)))
}

fn key(n: usize) -> Key {
    Key::of(&TenantId::new("d-1").unwrap(), "test").and(&n.to_string())
}

#[tokio::test]
async fn memory_passes_the_suite() {
    let clock = clock();
    let state = Arc::new(MemoryState::new(Arc::clone(&clock) as _));
    let pass = move |time| -> homeroom_contract::BoxFuture<'static, ()> {
        clock.advance(time);
        Box::pin(std::future::ready(()))
    };
    adapter::passes(state, &pass).await;
}

/// What nobody asks for again is given back all the same.
#[tokio::test]
async fn what_has_expired_takes_no_memory() {
    let clock = clock();
    let state = MemoryState::new(Arc::clone(&clock) as _);
    for n in 0..10_000 {
        state.set_field(&key(n), "f", Bytes::new(), Some(Duration::from_secs(1))).await.unwrap();
    }
    assert_eq!(state.keys(), 10_000);
    clock.advance(Duration::from_secs(1));
    for n in 0..12_000 {
        state.set_field(&key(20_000 + n), "f", Bytes::new(), None).await.unwrap();
    }
    assert_eq!(state.keys(), 12_000);
}

/// There is a most of everything, and what has expired does not count.
#[tokio::test]
async fn memory_is_bounded() {
    let clock = clock();
    let options = MemoryOptions { max_keys: 160, max_elements: 3 };
    let state = MemoryState::with_options(Arc::clone(&clock) as _, options);
    let second = Some(Duration::from_secs(1));
    let mut refused = 0;
    for n in 0..1_000 {
        match state.set_field(&key(n), "f", Bytes::new(), second).await {
            Ok(()) => {}
            Err(StateError::Full) => refused += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert!(state.keys() <= 160 && refused >= 840, "{} keys, {refused} refused", state.keys());
    clock.advance(Duration::from_secs(1));
    state.set_field(&key(5_000), "f", Bytes::new(), None).await.unwrap();

    for n in 0..3 {
        state.set_field(&key(5_000), &n.to_string(), Bytes::new(), None).await.ok();
    }
    let full = state.set_field(&key(5_000), "one more", Bytes::new(), None).await;
    assert!(matches!(full, Err(StateError::Full)));
    state.set_field(&key(5_000), "0", Bytes::from_static(b"x"), None).await.unwrap();
    for n in 0..5 {
        state.push(&key(6_000), Bytes::from(n.to_string()), 10).await.unwrap();
        state.add_member(&key(7_000), &n.to_string()).await.ok();
    }
    assert_eq!(state.items(&key(6_000)).await.unwrap(), ["2", "3", "4"]);
    assert_eq!(state.members(&key(7_000)).await.unwrap(), ["0", "1", "2"]);
}
