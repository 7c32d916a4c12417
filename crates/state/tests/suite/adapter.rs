//! What every [`StateAdapter`] does. `laps` lets time pass: by a clock that is moved, or really.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use homeroom_contract::{BoxFuture, TenantId};
use homeroom_state::{Held, Key, Latest, StateAdapter, StateError, Taken};
use tokio::task::JoinSet;

/// Time passes.
pub(crate) type Pass<'a> = &'a (dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync);

/// Gone when [`MOMENT`] has passed.
const SOON: Option<Duration> = Some(Duration::from_millis(40));
const MOMENT: Duration = Duration::from_millis(60);
const LATER: Option<Duration> = Some(Duration::from_hours(1));

fn key(name: &str) -> Key {
    Key::of(&TenantId::new("d-1").unwrap(), "test").and(name)
}

fn bytes(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}

fn fields(pairs: &[(&str, &str)]) -> Vec<(String, Bytes)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), bytes(value))).collect()
}

/// All of it.
pub(crate) async fn passes(state: Arc<dyn StateAdapter>, pass: Pass<'_>) {
    let adapter = state.as_ref();
    hashes(adapter).await;
    each_field_expires_by_itself(adapter, pass).await;
    places(adapter, pass).await;
    increments(adapter, pass).await;
    comparing(adapter).await;
    the_latest_write(adapter, pass).await;
    leases(adapter, pass).await;
    sets(adapter).await;
    lists(adapter).await;
    whole_keys(adapter, pass).await;
    kinds(adapter).await;
    windows(adapter, pass).await;
    at_once(&state).await;
}

async fn hashes(state: &dyn StateAdapter) {
    let hash = key("hash");
    assert_eq!(state.field(&hash, "a").await.unwrap(), None);
    assert_eq!(state.fields(&hash).await.unwrap(), []);
    let odd = Bytes::from_static(&[0, 255, b':', b'\r', b'\n', 0]);
    state.set_field(&hash, "b", bytes("2"), None).await.unwrap();
    state.set_field(&hash, "a", bytes("1"), LATER).await.unwrap();
    state.set_field(&hash, "", odd.clone(), None).await.unwrap();
    state.set_field(&hash, "ü:{}", bytes(""), None).await.unwrap();
    assert_eq!(state.field(&hash, "").await.unwrap(), Some(odd.clone()));
    assert_eq!(state.field(&hash, "ü:{}").await.unwrap(), Some(bytes("")));
    let mut all = fields(&[("a", "1"), ("b", "2"), ("ü:{}", "")]);
    all.insert(0, (String::new(), odd));
    assert_eq!(state.fields(&hash).await.unwrap(), all);
    assert_eq!(state.fields(&key("hash:a")).await.unwrap(), []);
    state.set_field(&hash, "a", bytes("3"), None).await.unwrap();
    assert_eq!(state.field(&hash, "a").await.unwrap(), Some(bytes("3")));
    assert!(state.delete_field(&hash, "a").await.unwrap());
    assert!(!state.delete_field(&hash, "a").await.unwrap());
    assert!(state.delete(&hash).await.unwrap());
    assert!(!state.delete(&hash).await.unwrap());
}

/// One typist falls silent, the other types on.
async fn each_field_expires_by_itself(state: &dyn StateAdapter, pass: Pass<'_>) {
    let typing = key("typing");
    state.set_field(&typing, "silent", bytes("1"), SOON).await.unwrap();
    state.set_field(&typing, "on", bytes("1"), LATER).await.unwrap();
    state.set_field(&typing, "again", bytes("1"), SOON).await.unwrap();
    state.set_field(&typing, "again", bytes("2"), LATER).await.unwrap();
    state.set_field(&typing, "shortened", bytes("1"), LATER).await.unwrap();
    state.set_field(&typing, "shortened", bytes("2"), SOON).await.unwrap();
    state.set_field(&typing, "for ever", bytes("1"), SOON).await.unwrap();
    state.set_field(&typing, "for ever", bytes("2"), None).await.unwrap();
    pass(MOMENT).await;
    assert_eq!(state.field(&typing, "silent").await.unwrap(), None);
    assert_eq!(
        state.fields(&typing).await.unwrap(),
        fields(&[("again", "2"), ("for ever", "2"), ("on", "1")])
    );
    assert!(!state.delete_field(&typing, "silent").await.unwrap());
    assert!(state.set_field_if_absent(&typing, "silent", bytes("3"), LATER).await.unwrap());

    let gone = key("gone");
    state.set_field(&gone, "only", bytes("1"), SOON).await.unwrap();
    pass(MOMENT).await;
    assert!(!state.delete(&gone).await.unwrap());
    // What has expired as a hash may come again as something else.
    assert!(state.add_member(&gone, "x").await.unwrap());
}

async fn places(state: &dyn StateAdapter, pass: Pass<'_>) {
    let hash = key("places");
    let take = |field: &'static str, expires| {
        let hash = hash.clone();
        async move { state.set_field_if_room(&hash, field, bytes("node"), expires, 2).await.unwrap() }
    };
    assert!(take("one", SOON).await);
    assert!(take("two", LATER).await);
    pass(MOMENT).await;
    assert!(take("three", LATER).await, "the first one's place is free again");
    assert!(!take("four", LATER).await);
    assert!(take("two", LATER).await, "renewing takes no further place");
    assert!(!state.set_field_if_room(&key("no places"), "x", bytes("1"), None, 0).await.unwrap());

    assert!(!state.set_field_if_absent(&hash, "two", bytes("other"), None).await.unwrap());
    assert_eq!(state.field(&hash, "two").await.unwrap(), Some(bytes("node")));
}

async fn increments(state: &dyn StateAdapter, pass: Pass<'_>) {
    let hash = key("count");
    assert_eq!(state.increment(&hash, "n", 5, LATER).await.unwrap(), 5);
    assert_eq!(state.increment(&hash, "n", -7, SOON).await.unwrap(), -2);
    assert_eq!(state.increment(&hash, "soon", 1, SOON).await.unwrap(), 1);
    pass(MOMENT).await;
    assert_eq!(state.increment(&hash, "n", 1, None).await.unwrap(), -1, "keeps the time that it has");
    assert_eq!(state.increment(&hash, "soon", 1, LATER).await.unwrap(), 1);
    assert_eq!(state.field(&hash, "n").await.unwrap(), Some(bytes("-1")));

    state.set_field(&hash, "max", bytes(&i64::MAX.to_string()), None).await.unwrap();
    assert_eq!(state.increment(&hash, "max", -1, None).await.unwrap(), i64::MAX - 1);
    assert_eq!(state.increment(&hash, "max", 1, None).await.unwrap(), i64::MAX);
    for (field, text) in [("max", i64::MAX.to_string()), ("word", "x".to_owned()), ("part", "1.5".to_owned())]
    {
        state.set_field(&hash, field, bytes(&text), None).await.unwrap();
        let refused = state.increment(&hash, field, 1, None).await;
        assert!(matches!(refused, Err(StateError::NotANumber)), "{field}: {refused:?}");
        assert_eq!(state.field(&hash, field).await.unwrap(), Some(bytes(&text)));
    }
}

async fn comparing(state: &dyn StateAdapter) {
    let hash = key("compare");
    let set = |expected: Option<&'static str>, value: Option<&'static str>| {
        let hash = hash.clone();
        async move {
            let (expected, value) = (expected.map(bytes), value.map(bytes));
            state.compare_and_set(&hash, "f", expected, value, LATER).await.unwrap()
        }
    };
    assert!(!set(Some("1"), Some("2")).await);
    assert!(set(None, Some("1")).await);
    assert!(!set(None, Some("2")).await);
    assert!(!set(Some("2"), None).await);
    assert!(set(Some("1"), Some("")).await);
    assert!(!set(None, Some("2")).await, "empty is not absent");
    assert!(set(Some(""), None).await);
    assert_eq!(state.field(&hash, "f").await.unwrap(), None);
    assert!(set(None, None).await);
    assert!(!state.delete(&hash).await.unwrap());
}

/// The latest of several writes stays, in whichever order they arrive.
async fn the_latest_write(state: &dyn StateAdapter, pass: Pass<'_>) {
    let hash = key("latest");
    let write =
        |field: &str, value: &str| Held { key: hash.clone(), field: field.to_owned(), value: bytes(value) };
    let set = async |field: &str, value: &str, expires: Option<Duration>| {
        state.set_latest(&[write(field, value)], expires.unwrap()).await.unwrap() == 1
    };
    let latest = async |field: &str, value: &str| {
        let expected = Latest { field: field.to_owned(), value: bytes(value), is_last: true };
        assert_eq!(state.latest(&hash).await.unwrap(), Some(expected));
    };
    assert_eq!(state.latest(&hash).await.unwrap(), None);
    assert!(set("01", "one", LATER).await);
    assert!(set("10", "ten", SOON).await);
    latest("10", "ten").await;
    assert_eq!(state.fields(&hash).await.unwrap().len(), 1, "what came before is gone");
    assert!(!set("09", "late", LATER).await);
    assert!(!set("", "later", LATER).await);
    assert!(!set("1", "shorter", LATER).await);
    assert!(set("10", "ten: again", SOON).await, "the same is no other");
    latest("10", "ten: again").await;
    pass(MOMENT).await;
    assert_eq!(state.latest(&hash).await.unwrap(), None, "it has expired");
    assert!(set("02", "anew", LATER).await, "what has expired is not there");
    latest("02", "anew").await;
    let other = Held { key: key("other"), ..write("1", "") };
    let many = [write("01", "late"), other, write("03", "3"), write("02", "2")];
    assert_eq!(state.set_latest(&many, LATER.unwrap()).await.unwrap(), 2);
    latest("03", "3").await;
    assert!(state.latest(&key("other")).await.unwrap().unwrap().value.is_empty());
}

/// Whoever renews many fields at once learns which were lost, and gives back only what is still its own.
async fn leases(state: &dyn StateAdapter, pass: Pass<'_>) {
    let held = |key: &Key, field: &str, value: &str| Held {
        key: key.clone(),
        field: field.to_owned(),
        value: bytes(value),
    };
    assert_eq!(state.renew(&[], LATER.unwrap()).await.unwrap(), 0);
    // More of one key than Redis takes in one step, and more keys than it is sent at once.
    let room = key("room");
    let mut mine: Vec<_> = (0..600).map(|n| held(&room, &format!("s-{n}"), "node")).collect();
    mine.extend((0..600).map(|n| held(&key("person").and(&n.to_string()), "connection", "node")));
    let soon = Duration::from_secs(1);
    assert_eq!(state.renew(&mine, soon).await.unwrap(), 1_200);
    assert_eq!(state.renew(&mine, LATER.unwrap()).await.unwrap(), 0);
    pass(soon).await;
    assert_eq!(state.fields(&room).await.unwrap().len(), 600, "renewing sets the time anew");
    assert_eq!(state.field(&mine[700].key, "connection").await.unwrap(), Some(bytes("node")));

    for lost in [&mine[3], &mine[1_100]] {
        assert!(state.delete_field(&lost.key, &lost.field).await.unwrap());
    }
    assert!(state.delete(&mine[1_101].key).await.unwrap());
    assert_eq!(state.renew(&mine, LATER.unwrap()).await.unwrap(), 3, "what was lost is there again");
    assert_eq!(state.renew(&mine, LATER.unwrap()).await.unwrap(), 0);

    state.set_field(&room, "s-5", bytes("other node"), LATER).await.unwrap();
    state.set_field(&room, "other", bytes("node"), LATER).await.unwrap();
    assert_eq!(state.forget(&mine).await.unwrap(), 1_199);
    assert_eq!(state.fields(&room).await.unwrap(), fields(&[("other", "node"), ("s-5", "other node")]));
    assert!(!state.delete(&mine[1_101].key).await.unwrap());
    assert_eq!(state.forget(&mine).await.unwrap(), 0);

    let gone = [held(&key("lease"), "a", "x"), held(&key("lease"), "b", "x")];
    state.renew(&gone, SOON.unwrap()).await.unwrap();
    pass(MOMENT).await;
    assert_eq!(state.fields(&key("lease")).await.unwrap(), []);
    assert!(!state.delete(&key("lease")).await.unwrap(), "a hash goes with its last lease");
}

async fn sets(state: &dyn StateAdapter) {
    let set = key("set");
    assert_eq!(state.members(&set).await.unwrap(), [""; 0]);
    for (member, new) in [("b", true), ("a", true), ("ü", true), ("a", false), ("", true)] {
        assert_eq!(state.add_member(&set, member).await.unwrap(), new, "{member}");
    }
    assert_eq!(state.members(&set).await.unwrap(), ["", "a", "b", "ü"]);
    assert!(state.is_member(&set, "a").await.unwrap());
    assert!(state.remove_member(&set, "a").await.unwrap());
    assert!(!state.remove_member(&set, "a").await.unwrap());
    assert!(!state.is_member(&set, "a").await.unwrap());
    for member in ["", "b", "ü"] {
        state.remove_member(&set, member).await.unwrap();
    }
    assert!(!state.delete(&set).await.unwrap(), "an empty set is not there");
}

async fn lists(state: &dyn StateAdapter) {
    let list = key("list");
    let items = |expected: &'static [&'static str]| {
        let list = list.clone();
        async move {
            let items = state.items(&list).await.unwrap();
            assert_eq!(items, expected.iter().map(|item| bytes(item)).collect::<Vec<_>>());
        }
    };
    items(&[]).await;
    for (item, length) in [("1", 1), ("2", 2), ("1", 3), ("3", 3)] {
        assert_eq!(state.push(&list, bytes(item), 3).await.unwrap(), length);
    }
    items(&["2", "1", "3"]).await;
    state.push(&list, bytes("1"), 10).await.unwrap();
    assert_eq!(state.remove_item(&list, b"1").await.unwrap(), 2);
    assert_eq!(state.remove_item(&list, b"1").await.unwrap(), 0);
    items(&["2", "3"]).await;
    state.trim(&list, 5).await.unwrap();
    items(&["2", "3"]).await;
    state.trim(&list, 1).await.unwrap();
    items(&["3"]).await;
    state.trim(&list, 0).await.unwrap();
    items(&[]).await;
    assert_eq!(state.push(&list, bytes("x"), 0).await.unwrap(), 0);
    assert!(!state.delete(&list).await.unwrap());
}

async fn whole_keys(state: &dyn StateAdapter, pass: Pass<'_>) {
    assert!(!state.expire(&key("nothing"), MOMENT).await.unwrap());
    let (set, list, hash) = (key("expiring set"), key("expiring list"), key("expiring hash"));
    state.add_member(&set, "a").await.unwrap();
    state.push(&list, bytes("a"), 9).await.unwrap();
    state.set_field(&hash, "long", bytes("1"), LATER).await.unwrap();
    state.set_field(&hash, "for ever", bytes("1"), None).await.unwrap();
    for key in [&set, &list, &hash] {
        assert!(state.expire(key, SOON.unwrap()).await.unwrap());
    }
    state.set_field(&hash, "new", bytes("1"), LATER).await.unwrap();
    pass(MOMENT).await;
    assert_eq!(state.members(&set).await.unwrap(), [""; 0]);
    assert_eq!(state.items(&list).await.unwrap(), [""; 0]);
    assert_eq!(state.fields(&hash).await.unwrap(), fields(&[("new", "1")]));

    // A key that comes again begins anew.
    state.add_member(&set, "b").await.unwrap();
    pass(MOMENT).await;
    assert_eq!(state.members(&set).await.unwrap(), ["b"]);
    state.expire(&set, Duration::ZERO).await.unwrap();
    assert!(!state.is_member(&set, "b").await.unwrap());
}

async fn kinds(state: &dyn StateAdapter) {
    let set = key("kind");
    state.add_member(&set, "a").await.unwrap();
    let wrong = [
        state.set_field(&set, "f", bytes("1"), None).await.unwrap_err(),
        state.fields(&set).await.unwrap_err(),
        state.delete_field(&set, "f").await.unwrap_err(),
        state.increment(&set, "f", 1, None).await.unwrap_err(),
        state.compare_and_set(&set, "f", None, None, None).await.unwrap_err(),
        state.set_field_if_room(&set, "f", bytes("1"), None, 1).await.unwrap_err(),
        state
            .renew(&[Held { key: set.clone(), field: "f".to_owned(), value: bytes("1") }], MOMENT)
            .await
            .unwrap_err(),
        state
            .set_latest(&[Held { key: set.clone(), field: "f".to_owned(), value: bytes("1") }], MOMENT)
            .await
            .unwrap_err(),
        state.latest(&set).await.unwrap_err(),
        state.push(&set, bytes("1"), 1).await.unwrap_err(),
        state.items(&set).await.unwrap_err(),
        state.take(&set, 1, MOMENT).await.unwrap_err(),
    ];
    assert!(wrong.iter().all(|error| matches!(error, StateError::WrongKind)), "{wrong:?}");
    assert_eq!(state.members(&set).await.unwrap(), ["a"]);
}

async fn windows(state: &dyn StateAdapter, pass: Pass<'_>) {
    let hour = Duration::from_hours(1);
    let long = key("long window");
    for _ in 0..3 {
        assert_eq!(state.take(&long, 3, hour).await.unwrap(), Taken::Yes);
    }
    for _ in 0..2 {
        let Taken::No { retry_after } = state.take(&long, 3, hour).await.unwrap() else {
            panic!("it is full")
        };
        assert!(retry_after > Duration::from_mins(50) && retry_after <= hour, "{retry_after:?}");
    }
    assert_eq!(state.take(&key("another window"), 3, hour).await.unwrap(), Taken::Yes);
    assert!(matches!(state.take(&key("closed"), 0, hour).await.unwrap(), Taken::No { .. }));

    let short = key("short window");
    let per = Duration::from_millis(50);
    for _ in 0..3 {
        state.take(&short, 3, per).await.unwrap();
    }
    pass(MOMENT).await;
    assert_eq!(state.take(&short, 1, per).await.unwrap(), Taken::Yes, "the window has slid on");
}

/// Many at once: of twenty votes one counts, twenty increments all count, and of twenty connections five find a place.
async fn at_once(state: &Arc<dyn StateAdapter>) {
    let hash = key("at once");
    let mut tasks = JoinSet::new();
    for n in 0..20 {
        let (state, hash) = (Arc::clone(state), hash.clone());
        tasks.spawn(async move {
            let vote = state.set_field_if_absent(&hash, "vote", bytes(&n.to_string()), None).await.unwrap();
            state.increment(&hash, "sum", n, None).await.unwrap();
            let place = state
                .set_field_if_room(&hash.clone().and("places"), &n.to_string(), bytes("x"), None, 5)
                .await
                .unwrap();
            let window = state.take(&hash.and("window"), 7, Duration::from_hours(1)).await.unwrap();
            (usize::from(vote), usize::from(place), usize::from(window == Taken::Yes))
        });
    }
    let results = tasks.join_all().await;
    let total = |pick: fn(&(usize, usize, usize)) -> usize| results.iter().map(pick).sum::<usize>();
    assert_eq!((total(|r| r.0), total(|r| r.1), total(|r| r.2)), (1, 5, 7));
    assert_eq!(state.field(&hash, "sum").await.unwrap(), Some(bytes("190")));
}
