//! What every [`Bus`] does.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use homeroom_contract::TenantId;
use homeroom_state::{Bus, Class, Heard, MemoryBus, Subscription, Topic};
use tokio::time::timeout;

pub(crate) fn topic(id: &str) -> Topic {
    Topic::tenant(&TenantId::new(id).unwrap())
}

pub(crate) async fn next(subscription: &mut Subscription) -> Heard {
    timeout(Duration::from_secs(30), subscription.next()).await.expect("something is heard").unwrap()
}

fn message(text: &'static str) -> Heard {
    Heard::Message(Bytes::from_static(text.as_bytes()))
}

/// The other nodes hear what is of a topic that they listen to, in order; a node does not hear itself.
pub(crate) async fn passes(one: Arc<dyn Bus>, other: Arc<dyn Bus>) {
    let mut at_one = one.subscribe(&topic("d-1")).await.unwrap();
    let mut at_other = other.subscribe(&topic("d-1")).await.unwrap();
    let mut twice = other.subscribe(&topic("d-1")).await.unwrap();
    let mut elsewhere = other.subscribe(&topic("d-1:x")).await.unwrap();
    let mut control = other.subscribe(&Topic::control()).await.unwrap();
    one.publish(&topic("d-1"), Class::Hint, Bytes::from_static(b"1"));
    one.publish(&topic("d-1"), Class::Ephemeral, Bytes::from_static(b"2"));
    other.publish(&topic("d-1"), Class::Hint, Bytes::from_static(b"back"));
    one.publish(&topic("d-1:x"), Class::Hint, Bytes::from_static(b"elsewhere"));
    one.publish(&Topic::control(), Class::Hint, Bytes::from_static(b"all"));
    for subscription in [&mut at_other, &mut twice] {
        assert_eq!(next(subscription).await, message("1"));
        assert_eq!(next(subscription).await, message("2"));
    }
    assert_eq!(next(&mut at_one).await, message("back"));
    assert_eq!(next(&mut elsewhere).await, message("elsewhere"));
    assert_eq!(next(&mut control).await, message("all"));

    // Whoever lets go and comes again hears what is new, and whoever stays is not disturbed.
    drop(at_other);
    one.publish(&topic("d-1"), Class::Hint, Bytes::from_static(b"3"));
    assert_eq!(next(&mut twice).await, message("3"));
    drop(twice);
    let mut again = other.subscribe(&topic("d-1")).await.unwrap();
    one.publish(&topic("d-1"), Class::Hint, Bytes::from_static(b"4"));
    assert_eq!(next(&mut again).await, message("4"));
}

#[tokio::test]
async fn memory_passes_the_suite() {
    let bus = MemoryBus::default();
    passes(Arc::new(bus.node()), Arc::new(bus.node())).await;
}

/// Publishing never waits for a subscriber; who is too slow is told how much was missed, and hears the newest.
#[tokio::test]
async fn a_slow_subscriber_is_told() {
    let bus = MemoryBus::default();
    let (one, other) = (bus.node(), bus.node());
    let mut slow = other.subscribe(&topic("d-1")).await.unwrap();
    for n in 0..5_000_u32 {
        one.publish(&topic("d-1"), Class::Ephemeral, Bytes::from(n.to_string()));
    }
    let Heard::Missed(missed) = next(&mut slow).await else { panic!("some were missed") };
    assert_eq!(missed, 5_000 - 1_024);
    assert_eq!(next(&mut slow).await, Heard::Message(Bytes::from(missed.to_string())));
}
