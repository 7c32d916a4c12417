//! Requests as another Rust service writes them: what any client may send is read into the type, and the type writes the same
//! again. So what was absent stays absent, and what was `null` stays `null`.

use homeroom_contract::{LineItemId, Patch, UserId};
use homeroom_gradebook::{
    BulkSetGrades, CreateLineItem, FocusCell, GradeHistory, HideGrades, JoinGradebook, LeaveGradebook,
    PostGrades, SetGrade, Typing, UpdateLineItem,
};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// A field of a request, and what may stand there: `None` leaves it out.
type Field = (&'static str, BoxedStrategy<Option<Value>>);

fn needed(name: &'static str, value: impl Strategy<Value = Value> + 'static) -> Field {
    (name, value.prop_map(Some).boxed())
}

fn optional(name: &'static str, value: impl Strategy<Value = Value> + 'static) -> Field {
    (name, proptest::option::of(value).boxed())
}

/// A field that may also be cleared.
fn patch(name: &'static str, value: impl Strategy<Value = Value> + 'static) -> Field {
    (name, prop_oneof![Just(None), Just(Some(Value::Null)), value.prop_map(Some)].boxed())
}

fn object(fields: Vec<Field>) -> BoxedStrategy<Value> {
    let fields: Vec<_> =
        fields.into_iter().map(|(name, value)| value.prop_map(move |value| Some((name, value?)))).collect();
    fields
        .prop_map(|fields| {
            fields.into_iter().flatten().map(|(name, value)| (name.to_owned(), value)).collect()
        })
        .boxed()
}

fn text() -> impl Strategy<Value = Value> {
    "[a-zé:%\"]{1,12}".prop_map(Value::from)
}

fn number() -> impl Strategy<Value = Value> {
    (-400i32..400).prop_map(|quarters| json!(f64::from(quarters) / 4.0))
}

fn version() -> impl Strategy<Value = Value> {
    (0..i64::MAX).prop_map(Value::from)
}

fn flag() -> impl Strategy<Value = Value> {
    any::<bool>().prop_map(Value::from)
}

fn day() -> impl Strategy<Value = Value> {
    (1..=28u32).prop_map(|day| json!(format!("2026-11-{day:02}")))
}

fn status() -> impl Strategy<Value = Value> {
    prop::sample::select(vec!["exempt", "fully graded", "not submitted", "partially graded", "submitted"])
        .prop_map(Value::from)
}

fn some(item: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    proptest::collection::vec(item, 0..4).prop_map(Value::from)
}

/// What a cell is set to, by itself or among others.
fn cell() -> Vec<Field> {
    vec![
        needed("studentId", text()),
        optional("expectedVersion", version()),
        patch("score", number()),
        patch("textScore", text()),
        patch("scoreStatus", status()),
        patch("late", flag()),
        patch("missing", flag()),
        patch("incomplete", flag()),
        patch("inProgress", flag()),
        patch("comment", text()),
    ]
}

fn set_grade() -> Vec<Field> {
    let own = [needed("lineItemId", text()), optional("reason", text())];
    own.into_iter().chain(cell()).collect()
}

fn shown() -> Vec<Field> {
    vec![needed("lineItemId", text()), optional("studentIds", some(text())), optional("reason", text())]
}

fn create() -> Vec<Field> {
    vec![
        optional("classId", text()),
        needed("title", text()),
        optional("categoryId", text()),
        needed("academicSessionId", text()),
        needed("assignDate", day()),
        needed("dueDate", day()),
        needed("resultValueMin", number()),
        needed("resultValueMax", number()),
        optional("reason", text()),
    ]
}

fn update() -> Vec<Field> {
    let change = vec![
        optional("title", text()),
        patch("categoryId", text()),
        optional("academicSessionId", text()),
        optional("assignDate", day()),
        optional("dueDate", day()),
        optional("resultValueMin", number()),
        optional("resultValueMax", number()),
    ];
    vec![
        needed("lineItemId", text()),
        needed("patch", object(change)),
        optional("expectedVersion", version()),
        optional("reason", text()),
    ]
}

fn written_again<T: Serialize + DeserializeOwned>(sent: &Value) -> Value {
    let read: T = serde_json::from_value(sent.clone()).unwrap();
    serde_json::to_value(&read).unwrap()
}

macro_rules! written_as_they_are_sent {
    ($($name:ident: $request:ty = $fields:expr;)*) => {
        proptest! {
            $(
                #[test]
                fn $name(sent in object($fields)) {
                    prop_assert_eq!(written_again::<$request>(&sent), sent);
                }
            )*
        }
    };
}

written_as_they_are_sent! {
    joins: JoinGradebook = vec![optional("classId", text()), optional("sessionId", text())];
    leaves: LeaveGradebook = vec![optional("classId", text())];
    sets: SetGrade = set_grade();
    bulk_sets: BulkSetGrades = vec![needed("lineItemId", text()), needed("items", some(object(cell()))), optional("reason", text())];
    posts: PostGrades = shown();
    hides: HideGrades = shown();
    creates: CreateLineItem = create();
    updates: UpdateLineItem = update();
    asks: GradeHistory = vec![needed("lineItemId", text()), needed("studentId", text())];
    types: Typing = vec![optional("classId", text()), needed("lineItemId", text()), needed("studentId", text()), needed("isTyping", flag())];
    // Who leaves a cell says so: `null` is not left out here.
    focuses: FocusCell = vec![optional("classId", text()), needed("lineItemId", text()), needed("studentId", prop_oneof![Just(Value::Null), text()])];
}

#[test]
fn what_is_not_said_is_not_written() {
    let (essay, ann) = (LineItemId::new("essay").unwrap(), UserId::new("ann").unwrap());
    let set = SetGrade { score: Patch::Set(17.5), ..SetGrade::new(essay.clone(), ann) };
    assert_eq!(
        serde_json::to_value(set).unwrap(),
        json!({ "lineItemId": "essay", "studentId": "ann", "score": 17.5 })
    );
    assert_eq!(serde_json::to_value(PostGrades::of(essay)).unwrap(), json!({ "lineItemId": "essay" }));
    assert_eq!(serde_json::to_value(JoinGradebook::default()).unwrap(), json!({}));
}
