//! Handlers are functions of plain arguments, so a test of one is a plain call.

use std::sync::Arc;
use std::time::Duration;

use homeroom_contract::{
    Call, ClassId, Code, Committed, Detached, LineItemId, OnlineUser, Patch, Role, Room, UserId,
};
use homeroom_state::MemoryOptions;
use homeroom_testkit::TestDatabase;
use serde_json::json;

use super::*;
use crate::domain::{
    FocusCell, GradeSet, GradebookData, GradesCounted, JoinGradebook, LeaveGradebook, PostGrades, SetGrade,
    Typing,
};
use crate::support::{School, Socket, person};

fn essay() -> LineItemId {
    LineItemId::new("essay").unwrap()
}

fn class() -> ClassId {
    ClassId::new("c1").unwrap()
}

fn call(school: &School, who: &str) -> Call {
    school.call(person(who), "under test", Arc::new(Detached))
}

fn set_essay(student: &str, score: f64) -> SetGrade {
    SetGrade { score: Patch::Set(score), ..SetGrade::new(essay(), UserId::new(student).unwrap()) }
}

#[tokio::test]
async fn a_grade_is_set_and_posted() {
    let school = School::open(TestDatabase::sqlite()).await;
    let set = set_essay("ann", 15.0);
    let reply = set_grade(school.gradebook.clone(), call(&school, "tina"), set).await.unwrap();
    assert_eq!(reply.into_reply(), GradeSet { version: 1 });

    let post = PostGrades::of(essay());
    let reply = post_grades(school.gradebook.clone(), call(&school, "tina"), post).await;
    assert_eq!(reply.map(Committed::into_reply).unwrap(), GradesCounted { count: 1 });
}

#[tokio::test]
async fn a_family_can_only_look() {
    let school = School::open(TestDatabase::sqlite()).await;
    let set = set_essay("ann", 20.0);
    let refused = set_grade(school.gradebook.clone(), call(&school, "mum"), set).await.unwrap_err();
    assert_eq!(refused.code, Code::Unauthorized);

    let ask = JoinGradebook::of(class());
    let joined = join(school.gradebook.clone(), call(&school, "mum"), ask).await.unwrap();
    assert_eq!(joined.rooms, ["ann", "bob"].map(|child| Room::student(&UserId::new(child).unwrap())));
    assert!(matches!(joined.data, GradebookData::Family(_)));
}

/// From now on these show up in whatever room.
fn sees(socket: &Socket, users: &[&str]) {
    let user = |id: &&str| OnlineUser { user_id: UserId::new(*id).unwrap(), role: Role::Teacher };
    *socket.online.lock().unwrap() = users.iter().map(user).collect();
}

/// A newcomer sees who is typing, for 5 seconds after the last word of it.
#[tokio::test]
async fn typing_is_seen_by_who_joins_and_ends_by_itself() {
    let school = School::open(TestDatabase::sqlite()).await;
    let socket = Socket::of("tina");
    let ask = || JoinGradebook::of(class());
    let from_socket = || school.call(person("tina"), "under test", socket.clone());
    join(school.gradebook.clone(), from_socket(), ask()).await.unwrap();
    let types = |is_typing| Typing {
        class_id: None,
        line_item_id: essay(),
        student_id: UserId::new("ann").unwrap(),
        is_typing,
    };
    let theo = Socket::of("theo");
    sees(&theo, &["tina"]);
    let typists = async || {
        let from_theo = school.call(person("theo"), "under test", theo.clone());
        let joined = join(school.gradebook.clone(), from_theo, ask()).await.unwrap();
        let GradebookData::Staff(view) = joined.data else { panic!("theo teaches the class") };
        view.typing.into_iter().map(|cell| cell.user_id.to_string()).collect::<Vec<_>>()
    };

    let signalled = typing(school.gradebook.clone(), from_socket(), types(true)).await.unwrap();
    assert_eq!(signalled.lapse.unwrap().after, Duration::from_secs(5));
    assert_eq!(typists().await, ["tina"]);
    typing(school.gradebook.clone(), from_socket(), types(false)).await.unwrap();
    assert!(typists().await.is_empty());

    typing(school.gradebook.clone(), from_socket(), types(true)).await.unwrap();
    school.clock.advance(Duration::from_millis(4_999));
    assert_eq!(typists().await, ["tina"]);
    school.clock.advance(Duration::from_millis(1));
    assert!(typists().await.is_empty());
}

/// Whoever leaves is in no cell any more, nor is who is gone without a word, and who stops in one cell may go on in another, from
/// another device.
#[tokio::test]
async fn a_newcomer_hears_of_nobody_who_has_left() {
    let school = School::open(TestDatabase::sqlite()).await;
    let socket = Socket::of("tina");
    let from_socket = || school.call(person("tina"), "under test", socket.clone());
    let ask = || JoinGradebook::of(class());
    join(school.gradebook.clone(), from_socket(), ask()).await.unwrap();
    let types = async |student: &str, is_typing| {
        let typed = Typing {
            class_id: None,
            line_item_id: essay(),
            student_id: UserId::new(student).unwrap(),
            is_typing,
        };
        typing(school.gradebook.clone(), from_socket(), typed).await.unwrap();
    };
    let focuses = async |item: &str, student: Option<&str>| {
        let student_id = student.map(|student| UserId::new(student).unwrap());
        let focus = FocusCell { class_id: None, line_item_id: LineItemId::new(item).unwrap(), student_id };
        focus_cell(school.gradebook.clone(), from_socket(), focus).await.unwrap();
    };
    let theo = Socket::of("theo");
    sees(&theo, &["tina"]);
    let seen = async || {
        let from_theo = school.call(person("theo"), "under test", theo.clone());
        let joined = join(school.gradebook.clone(), from_theo, ask()).await.unwrap();
        let GradebookData::Staff(view) = joined.data else { panic!("theo teaches the class") };
        let ids = |cells: Vec<crate::domain::WatchedCell>| {
            cells.into_iter().map(|cell| cell.student_id.to_string()).collect::<Vec<_>>()
        };
        json!([ids(view.typing), ids(view.focused)])
    };
    types("ann", true).await;
    types("bob", true).await;
    types("ann", false).await;
    focuses("essay", Some("bob")).await;
    focuses("exam", None).await;
    assert_eq!(seen().await, json!([["bob"], ["bob"]]));
    sees(&theo, &[]);
    assert_eq!(seen().await, json!([[], []]), "her connection has broken");
    sees(&theo, &["tina"]);
    focuses("essay", None).await;
    assert_eq!(seen().await, json!([["bob"], []]));
    focuses("essay", Some("bob")).await;
    leave(school.gradebook.clone(), from_socket(), LeaveGradebook::default()).await.unwrap();
    assert_eq!(seen().await, json!([[], []]));
}

/// Nothing that is promised hangs on the shared state.
#[tokio::test]
async fn without_shared_state_a_gradebook_works() {
    let nothing = MemoryOptions { max_keys: 0, max_elements: 0 };
    let school = School::prepared(TestDatabase::sqlite(), Settings::default(), nothing).await;
    let socket = Socket::of("tina");
    let from_socket = || school.call(person("tina"), "under test", socket.clone());
    let ask = JoinGradebook::of(class());
    join(school.gradebook.clone(), from_socket(), ask).await.unwrap();
    let focus = FocusCell { class_id: None, line_item_id: essay(), student_id: UserId::new("ann").ok() };
    let signalled = focus_cell(school.gradebook.clone(), from_socket(), focus).await.unwrap();
    assert_eq!(signalled.emissions.len(), 1);
}
