//! Who may do what, and be in which room: every role, every command, every room.

use crate::support::{School, Socket, person, service};
use std::fmt::Write;

use homeroom_contract::{Actor, Namespace, Room, TenantId, UserId};
use homeroom_testkit::TestDatabase;
use serde_json::{Value, json};

const PEOPLE: [(&str, &str); 16] = [
    ("teacher", "tina"),
    ("co-teacher", "theo"),
    ("aide", "aida"),
    ("class administrator", "carl"),
    ("principal", "paula"),
    ("district administrator", "dora"),
    ("counselor", "cora"),
    ("proctor", "petra"),
    ("student", "ann"),
    ("other student of the class", "bob"),
    ("student of another class", "zoe"),
    ("guardian", "mum"),
    ("relative", "ray"),
    ("teacher of another class", "tom"),
    ("principal of another school", "saul"),
    ("unknown", "nobody"),
];

/// What each is answered, with a reason and without.
async fn outcome(school: &School, who: &str, command: &'static str, payload: Value) -> String {
    let short = |answer: Result<Value, homeroom_contract::Failure>| match answer {
        Ok(answer) => match answer["initialData"]["view"].as_str() {
            Some(view) => view.to_owned(),
            None => "ok".to_owned(),
        },
        Err(failure) => failure.code.as_str().to_owned(),
    };
    let plain = short(school.send(who, command, payload.clone()).await);
    let mut reasoned = payload;
    reasoned["reason"] = json!("The teacher is ill.");
    let reasoned = short(school.send(who, command, reasoned).await);
    if plain == reasoned { plain } else { format!("{plain}, with a reason {reasoned}") }
}

#[tokio::test]
async fn every_role_and_every_command() {
    let school = School::open(TestDatabase::sqlite()).await;
    let mut table = String::new();
    for (role, who) in PEOPLE {
        writeln!(table, "{role} ({who})").unwrap();
        for (command, payload) in [
            ("gradebook:join", json!({ "classId": "c1" })),
            ("grade:set", json!({ "lineItemId": "essay", "studentId": "ann", "score": 12 })),
            (
                "grade:bulk-set",
                json!({ "lineItemId": "essay", "items": [{ "studentId": "bob", "score": 3 }] }),
            ),
            ("grades:post", json!({ "lineItemId": "essay" })),
            ("grades:hide", json!({ "lineItemId": "essay" })),
            (
                "lineitem:create",
                json!({ "classId": "c1", "title": "Quiz", "academicSessionId": "gp2", "assignDate": "2026-11-20",
                    "dueDate": "2026-11-27", "resultValueMax": 10 }),
            ),
            ("lineitem:update", json!({ "lineItemId": "essay", "patch": { "title": "Proofs" } })),
            ("grade:history", json!({ "lineItemId": "essay", "studentId": "ann" })),
        ] {
            let outcome = outcome(&school, who, command, payload).await;
            writeln!(table, "  {command:16} {outcome}").unwrap();
        }
    }
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn every_role_and_every_room() {
    let school = School::open(TestDatabase::sqlite()).await;
    let rooms = [
        "user:ann",
        "student:ann",
        "class:c1",
        "class:c1:staff",
        "gradebook:c1:gp2",
        "school:s1",
        "school:s1:admins",
        "school:s1:counselors",
        "district:d1",
        "class:nope:staff",
        "anything:else",
    ];
    let mut table = String::new();
    for (role, who) in PEOPLE {
        let greeted: Vec<_> = school.gradebook.greet(&person(who)).await.unwrap();
        let greeted: Vec<_> = greeted.iter().map(Room::as_str).collect();
        writeln!(table, "{role} ({who}), greeted in {}", greeted.join(" ")).unwrap();
        for room in rooms {
            let room = Room::parse(room).unwrap();
            if let Some(admission) = school.gradebook.admit(&person(who), &room).await.unwrap() {
                let how = if admission.announced { "announced" } else { "silent" };
                writeln!(table, "  {room:22} {how} {:?}", admission.role).unwrap();
            }
        }
    }
    insta::assert_snapshot!(table);
}

/// A socket may come back to the rooms it was greeted in.
#[tokio::test]
async fn everyone_is_admitted_where_they_are_greeted() {
    let school = School::open(TestDatabase::sqlite()).await;
    for (_, who) in &PEOPLE[..PEOPLE.len() - 1] {
        for room in school.gradebook.greet(&person(who)).await.unwrap() {
            assert!(school.gradebook.admit(&person(who), &room).await.unwrap().is_some(), "{who} {room}");
        }
    }
}

#[tokio::test]
async fn a_service_writes_with_its_scope_only() {
    let school = School::open(TestDatabase::sqlite()).await;
    let set = json!({ "lineItemId": "essay", "studentId": "ann", "score": 12 });
    let code =
        |answer: Result<Value, homeroom_contract::Failure>| answer.map_err(|failure| failure.code.as_str());
    let may = school.send_as(service(&["gradebook:write"]), "grade:set", set.clone()).await;
    assert_eq!(code(may), Ok(json!({ "version": 1 })));
    for scopes in [&[][..], &["gradebook:read"], &["attendance:write"]] {
        let refused = school.send_as(service(scopes), "grade:set", set.clone()).await;
        assert_eq!(code(refused), Err("UNAUTHORIZED"), "{scopes:?}");
    }
    let changes =
        school.send("tina", "grade:history", json!({ "lineItemId": "essay", "studentId": "ann" })).await;
    assert_eq!(changes.unwrap()["changes"][0]["by"], "grader");
}

/// The same ids in another district lead nowhere.
#[tokio::test]
async fn another_tenant_finds_nothing() {
    let school = School::open(TestDatabase::sqlite()).await;
    let stranger = Actor::person(TenantId::new("d2").unwrap(), UserId::new("tina").unwrap());
    for (command, payload) in [
        ("gradebook:join", json!({ "classId": "c1" })),
        ("grade:set", json!({ "lineItemId": "essay", "studentId": "ann", "score": 1 })),
        ("grade:history", json!({ "lineItemId": "essay", "studentId": "ann" })),
        ("grades:post", json!({ "lineItemId": "essay" })),
    ] {
        let refused = school.send_as(stranger.clone(), command, payload).await.unwrap_err();
        assert_eq!(refused.code.as_str(), "NOT_FOUND", "{command}");
    }
    for room in ["class:c1:staff", "gradebook:c1:gp2", "student:ann", "school:s1:admins"] {
        let room = Room::parse(room).unwrap();
        assert_eq!(school.gradebook.admit(&stranger, &room).await.unwrap(), None, "{room}");
    }
}

/// Over a socket the class may be left out if exactly one is joined; in no room there is no typing.
#[tokio::test]
async fn the_class_may_be_left_out_if_exactly_one_is_joined() {
    let school = School::open(TestDatabase::sqlite()).await;
    let socket = Socket::of("paula");
    let typing = json!({ "lineItemId": "essay", "studentId": "ann", "isTyping": true });
    let code = async |payload: &Value| {
        school
            .send_from(&socket, "gradebook:typing", payload.clone())
            .await
            .map(|_| ())
            .map_err(|f| f.code.as_str())
    };
    assert_eq!(code(&typing).await, Err("VALIDATION_ERROR"));
    let mut named = typing.clone();
    named["classId"] = json!("c1");
    assert_eq!(code(&named).await, Err("NOT_IN_ROOM"));
    school.send_from(&socket, "gradebook:join", json!({ "classId": "c1" })).await.unwrap();
    assert_eq!(code(&typing).await, Ok(()));
    school.send_from(&socket, "gradebook:join", json!({ "classId": "c2" })).await.unwrap();
    assert_eq!(code(&typing).await, Err("VALIDATION_ERROR"));
    assert_eq!(code(&named).await, Ok(()));
}

/// A district's administrator leaves the school's room with the last class; the school's own administrator stays.
#[tokio::test]
async fn leaving_the_last_class_leaves_what_came_with_it() {
    let school = School::open(TestDatabase::sqlite()).await;
    for (who, left) in [
        ("dora", json!({ "left": ["class:c1:staff", "gradebook:c1:gp2", "school:s1:admins"] })),
        ("paula", json!({ "left": ["class:c1:staff", "gradebook:c1:gp2"] })),
    ] {
        let socket = Socket::of(who);
        for class in ["c1", "c2"] {
            let payload = json!({ "classId": class, "sessionId": "gp2" });
            school.send_from(&socket, "gradebook:join", payload).await.unwrap();
        }
        let homeroom_contract::Answer::Left(rooms) =
            school.send_from(&socket, "gradebook:leave", json!({ "classId": "c2" })).await.unwrap()
        else {
            panic!("not a leave")
        };
        assert!(!rooms.iter().any(|room| room.as_str() == "school:s1:admins"), "{who}: c1 is still joined");
        socket.leave(&rooms);
        let answer = school.send_from(&socket, "gradebook:leave", json!({})).await.unwrap();
        let mut answer = crate::support::in_json(answer);
        // A room that was entered twice is still one room.
        let rooms = answer["left"].as_array_mut().unwrap();
        rooms.sort_by_key(|room| room.as_str().map(str::to_owned));
        rooms.dedup();
        assert_eq!(answer, left, "{who}");
    }
}

/// With classes of two schools joined, a district's administrator leaves each school's room with the last class of that school.
#[tokio::test]
async fn leaving_a_schools_last_class_leaves_that_school() {
    let school = School::open(TestDatabase::sqlite()).await;
    let folder = crate::store::copy_of_the_roster();
    crate::store::change(folder.path(), "classes.csv", |text| {
        text + "c3,,,Math 8a,,math,,scheduled,,s2,fall,,,\n"
    });
    school.import(folder.path()).await;
    let socket = Socket::of("dora");
    for class in ["c1", "c2", "c3"] {
        school.send_from(&socket, "gradebook:join", json!({ "classId": class })).await.unwrap();
    }
    for (class, expected) in [
        ("c1", json!(["class:c1:staff"])),
        ("c3", json!(["class:c3:staff", "school:s2:admins"])),
        ("c2", json!(["class:c2:staff", "school:s1:admins"])),
    ] {
        let answer = school.send_from(&socket, "gradebook:leave", json!({ "classId": class })).await.unwrap();
        let homeroom_contract::Answer::Left(mut rooms) = answer else { panic!("not a leave") };
        socket.leave(&rooms);
        // A room that was entered twice is still one room.
        rooms.dedup();
        assert_eq!(json!(rooms), expected, "{class}");
    }
}
