//! Versions, histories, lost updates and line items.

use std::time::Duration;

use homeroom_contract::{Code, Failure};
use homeroom_gradebook::{Limits, Settings};
use homeroom_testkit::{TestDatabase, on_both_databases};
use serde_json::{Value, json};

use super::{code, history, join, kinds, set};
use crate::support::School;

on_both_databases! {
    /// Eight teachers at once, each having seen version n: exactly one gets n + 1, again and again.
    async fn two_teachers_at_once_never_get_the_same_version(database: TestDatabase) {
        let school = School::open(database).await;
        for round in 0..5 {
            let attempts = (0..8).map(|n| {
                let who = if n % 2 == 0 { "tina" } else { "theo" };
                let score = json!({ "score": n, "expectedVersion": round });
                let school = &school;
                async move { set(school, who, "ann", score).await }
            });
            let answers = futures_util::future::join_all(attempts).await;
            let won: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().ok()).collect();
            assert_eq!(won, [&json!({ "version": round + 1 })]);
            for lost in answers.iter().filter_map(|answer| answer.as_ref().err()) {
                assert_eq!(lost.code, Code::VersionConflict);
                let current: Value = serde_json::from_str(lost.current.as_ref().unwrap().get()).unwrap();
                assert_eq!(current["version"], round + 1);
            }
        }
        assert_eq!(school.entries().await.len(), 5);
    }

    /// Without expectedVersion every write counts: no version is given twice and none is lost.
    async fn writes_without_a_version_follow_one_another(database: TestDatabase) {
        let school = School::open(database).await;
        let attempts = (0..12).map(|n| set(&school, "tina", "ann", json!({ "score": n })));
        let mut versions: Vec<i64> = futures_util::future::join_all(attempts)
            .await
            .into_iter()
            .map(|answer| answer.unwrap()["version"].as_i64().unwrap())
            .collect();
        versions.sort_unstable();
        assert_eq!(versions, (1..=12).collect::<Vec<_>>());
        let changes = history(&school, "tina", "ann").await["changes"].clone();
        for pair in changes.as_array().unwrap().windows(2) {
            assert_eq!(pair[0]["new"], pair[1]["old"], "each change begins where the one before ended");
        }
    }

    /// PostgreSQL has no place for a NUL, nor for a day before the year -4712.
    async fn what_no_database_can_keep_is_refused_and_not_tried(database: TestDatabase) {
        let school = School::open(database).await;
        let quiz = json!({ "classId": "c1", "academicSessionId": "gp2", "title": "Quiz", "resultValueMax": 10,
            "assignDate": "2026-11-20", "dueDate": "2026-11-27" });
        let with = |field: &str, value: &str| {
            let mut quiz = quiz.clone();
            quiz[field] = value.into();
            quiz
        };
        for (field, value) in
            [("title", "Qu\0iz"), ("reason", "\0"), ("assignDate", "-4800-01-01"), ("dueDate", "+12345-06-07")]
        {
            let refused = school.send("tina", "lineitem:create", with(field, value)).await.unwrap_err();
            assert_eq!(refused.code, Code::ValidationError, "{field}: {refused:?}");
            let details: Value = serde_json::from_str(refused.details.unwrap().get()).unwrap();
            assert_eq!(details["path"], field);
        }
        school.send("tina", "lineitem:create", quiz.clone()).await.unwrap();
        let comment = set(&school, "tina", "ann", json!({ "comment": "line\nby\tline" })).await;
        assert!(comment.is_ok(), "{comment:?}");
    }

    /// Setting, posting and hiding the same column at once ends in one of the possible orders, and deadlocks nobody.
    async fn a_column_is_written_by_one_command_at_a_time(database: TestDatabase) {
        let school = School::open(database).await;
        let column = json!({ "lineItemId": "essay", "items": [{ "studentId": "bob", "score": 1 }, { "studentId": "ann", "score": 2 }] });
        let posts = (0..6).map(|_| school.send("tina", "grades:post", json!({ "lineItemId": "essay" })));
        let hides = (0..6).map(|_| school.send("theo", "grades:hide", json!({ "lineItemId": "essay" })));
        let sets = (0..6).map(|_| school.send("theo", "grade:bulk-set", column.clone()));
        let (posts, hides, sets) = futures_util::join!(
            futures_util::future::join_all(posts),
            futures_util::future::join_all(hides),
            futures_util::future::join_all(sets),
        );
        let count = |answers: Vec<Result<Value, Failure>>| -> i64 {
            answers.into_iter().map(|answer| answer.unwrap()["count"].as_i64().unwrap()).sum()
        };
        let (shown, hidden) = (count(posts), count(hides));
        assert!(sets.into_iter().all(|answer| answer.unwrap()["saved"].as_array().unwrap().len() == 2));
        let cells = join(&school, "tina").await["cells"].clone();
        let cells: Vec<&Value> = cells.as_array().unwrap().iter().filter(|cell| cell["lineItemId"] == "essay").collect();
        let posted = cells.iter().filter(|cell| cell["posted"] == true).count();
        assert_eq!(shown - hidden, i64::try_from(posted).unwrap());
        assert!(cells.iter().all(|cell| cell["version"] == 6));
    }

    /// A refused command leaves neither a row nor an entry behind.
    async fn what_is_refused_leaves_no_trace(database: TestDatabase) {
        let school = School::open(database).await;
        assert_eq!(code(set(&school, "tina", "ann", json!({ "score": 21 })).await), Code::ValidationError);
        assert_eq!(code(set(&school, "tina", "ann", json!({ "score": 1, "expectedVersion": 1 })).await), Code::VersionConflict);
        assert_eq!(code(set(&school, "tina", "zoe", json!({ "score": 1 })).await), Code::NotFound);
        assert_eq!(code(set(&school, "paula", "ann", json!({ "score": 1 })).await), Code::ValidationError);
        assert_eq!(code(school.send("tina", "grade:set", json!({ "lineItemId": "no", "studentId": "ann" })).await), Code::NotFound);
        assert_eq!(history(&school, "tina", "ann").await, json!({ "changes": [] }));
        assert!(school.entries().await.is_empty());
    }

    /// An absent field stays, null clears, and all of it comes back as it was put in.
    async fn marks_come_back_as_they_were_put_in(database: TestDatabase) {
        let school = School::open(database).await;
        let marks = json!({ "score": 17.1, "textScore": "A−", "late": true, "comment": "Schön" });
        set(&school, "tina", "ann", marks).await.unwrap();
        set(&school, "tina", "ann", json!({ "textScore": null, "missing": true })).await.unwrap();
        let view = join(&school, "tina").await;
        let cell = view["cells"].as_array().unwrap().iter().find(|cell| cell["lineItemId"] == "essay").unwrap();
        assert_eq!(cell, &json!({
            "lineItemId": "essay", "studentId": "ann", "version": 2, "score": 17.1, "textScore": null,
            "scoreStatus": "fully graded", "late": true, "missing": true, "incomplete": false, "inProgress": false,
            "comment": "Schön", "posted": false, "gradedBy": "tina",
        }));
    }

    /// A family sees a result once it is posted, and its own only; averages over posted results.
    async fn a_family_sees_its_own_once_posted(database: TestDatabase) {
        let school = School::open(database).await;
        set(&school, "tina", "ann", json!({ "score": 10 })).await.unwrap();
        set(&school, "tina", "bob", json!({ "score": 20 })).await.unwrap();
        let results = |view: &Value| -> Vec<(String, String)> {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            view["results"].as_array().unwrap().iter().map(|r| (text(&r["lineItemId"]), text(&r["studentId"]))).collect()
        };
        let old = ("old".to_owned(), "ann".to_owned());
        let before = join(&school, "ann").await;
        assert_eq!(results(&before), std::slice::from_ref(&old), "what was imported counts as posted");
        assert_eq!(before["averages"], json!([{ "studentId": "ann", "average": 90.0 }]));

        let posted = school.send("tina", "grades:post", json!({ "lineItemId": "essay", "studentIds": ["ann"] })).await;
        assert_eq!(posted.unwrap(), json!({ "count": 1 }));
        let after = join(&school, "ann").await;
        assert_eq!(results(&after), [("essay".to_owned(), "ann".to_owned()), old]);
        let average = after["averages"][0]["average"].as_f64().unwrap();
        assert!((average - 100.0 * 19.0 / 30.0).abs() < 1e-9);
        assert_eq!(results(&join(&school, "mum").await).iter().filter(|(item, _)| item == "essay").count(), 1);

        school.send("tina", "grades:hide", json!({ "lineItemId": "essay" })).await.unwrap();
        assert_eq!(results(&join(&school, "ann").await).len(), 1);
        assert_eq!(kinds(&school).await, ["GradeUpdated", "GradeUpdated", "GradePosted", "GradeHidden"]);
    }

    /// The history keeps who, when, old, new and why; the family's begins with posting.
    async fn a_history_is_kept(database: TestDatabase) {
        let school = School::open(database).await;
        set(&school, "tina", "ann", json!({ "score": 3 })).await.unwrap();
        school.clock.advance(Duration::from_millis(1500));
        let reasoned = json!({ "score": 4, "reason": "The teacher is ill." });
        set(&school, "paula", "ann", reasoned).await.unwrap();
        school.send("tina", "grades:post", json!({ "lineItemId": "essay" })).await.unwrap();

        let staff = history(&school, "cora", "ann").await;
        assert_eq!(staff["changes"].as_array().unwrap().len(), 2);
        assert_eq!(staff["changes"][0]["old"]["score"], Value::Null);
        assert_eq!(staff["changes"][1]["old"]["score"], 3.0);
        assert_eq!(staff["changes"][1]["new"]["score"], 4.0);
        assert_eq!(staff["changes"][1]["at"], "2026-11-20T10:00:01.500Z");
        assert_eq!(staff["changes"][1]["reason"], "The teacher is ill.");
        assert_eq!(staff["postings"], json!([{ "by": "tina", "at": "2026-11-20T10:00:01.500Z", "posted": true }]));

        let family = history(&school, "mum", "ann").await;
        assert_eq!(family["changes"].as_array().unwrap().len(), 1, "what stood before posting is not told");
        assert_eq!(family["changes"][0]["new"]["score"], 4.0);
        assert_eq!(family["changes"][0].get("reason"), None);
        assert_eq!(code(school.send("ann", "grade:history", json!({ "lineItemId": "essay", "studentId": "bob" })).await), Code::Unauthorized);
    }

    /// What can't be set is listed with its code, and the rest is saved.
    async fn a_bulk_set_lists_conflicts_and_saves_the_rest(database: TestDatabase) {
        let school = School::open(database).await;
        set(&school, "theo", "ann", json!({ "score": 1 })).await.unwrap();
        let items = json!([
            { "studentId": "ann", "score": 2, "expectedVersion": 0 },
            { "studentId": "bob", "score": 3, "expectedVersion": 0 },
            { "studentId": "zoe", "score": 3 },
        ]);
        let answer = school.send("tina", "grade:bulk-set", json!({ "lineItemId": "essay", "items": items })).await.unwrap();
        assert_eq!(answer["saved"], json!([{ "studentId": "bob", "version": 1 }]));
        let codes: Vec<_> = answer["conflicts"].as_array().unwrap().iter().map(|c| (&c["studentId"], &c["code"])).collect();
        assert_eq!(codes, [(&json!("ann"), &json!("VERSION_CONFLICT")), (&json!("zoe"), &json!("NOT_FOUND"))]);
        assert_eq!(answer["conflicts"][0]["current"]["score"], 1.0);
        assert_eq!(kinds(&school).await.len(), 2);
    }

    /// Line items have versions too, and a range can't be narrowed below a score that stands.
    async fn a_line_item_is_made_and_changed(database: TestDatabase) {
        let school = School::open(database).await;
        let create = json!({ "classId": "c1", "title": "Quiz", "categoryId": "tests", "academicSessionId": "gp2",
            "assignDate": "2026-11-20", "dueDate": "2026-11-27", "resultValueMin": 0, "resultValueMax": 10 });
        let made = school.send("tina", "lineitem:create", create.clone()).await.unwrap();
        assert_eq!(made["version"], 1);
        let id = made["lineItemId"].clone();
        let grade = json!({ "lineItemId": id, "studentId": "ann", "score": 8 });
        school.send("tina", "grade:set", grade).await.unwrap();
        let update = async |patch: Value, expected: i64| {
            let payload = json!({ "lineItemId": id, "patch": patch, "expectedVersion": expected });
            school.send("theo", "lineitem:update", payload).await
        };
        assert_eq!(update(json!({ "title": "Test", "categoryId": null }), 1).await.unwrap()["version"], 2);
        let stale = update(json!({ "title": "Exam" }), 1).await.unwrap_err();
        assert_eq!(stale.code, Code::VersionConflict);
        assert!(stale.current.unwrap().get().contains(r#""title":"Test""#));
        assert_eq!(code(update(json!({ "resultValueMax": 7 }), 2).await), Code::ValidationError);
        assert_eq!(code(update(json!({ "categoryId": "none" }), 2).await), Code::NotFound);
        assert_eq!(code(update(json!({ "academicSessionId": "gp1" }), 2).await), Code::PeriodClosed);
        assert_eq!(update(json!({ "resultValueMax": 8 }), 2).await.unwrap()["version"], 3);

        for (field, value, expected) in [
            ("title", json!(" "), Code::ValidationError),
            ("title", json!("x".repeat(256)), Code::PayloadTooLarge),
            ("dueDate", json!("2026-11-19"), Code::ValidationError),
            ("resultValueMax", json!(0), Code::ValidationError),
            ("categoryId", json!("none"), Code::NotFound),
            ("academicSessionId", json!("none"), Code::NotFound),
            ("academicSessionId", json!("gp1"), Code::PeriodClosed),
            ("classId", json!("none"), Code::NotFound),
        ] {
            let mut bad = create.clone();
            bad[field] = value;
            assert_eq!(code(school.send("tina", "lineitem:create", bad).await), expected, "{field}");
        }
    }

    /// How much may come at once is bounded, and a student comes once.
    async fn a_request_is_bounded(database: TestDatabase) {
        let settings = Settings { limits: Limits { items: 2, reason_chars: 5, ..Limits::default() }, ..Settings::default() };
        let school = School::with(database, settings).await;
        let bulk = async |students: &[&str]| {
            let items: Vec<_> = students.iter().map(|id| json!({ "studentId": id, "score": 1 })).collect();
            school.send("tina", "grade:bulk-set", json!({ "lineItemId": "essay", "items": items })).await
        };
        assert_eq!(code(bulk(&["ann", "bob", "zoe"]).await), Code::PayloadTooLarge);
        assert_eq!(code(bulk(&["ann", "ann"]).await), Code::ValidationError);
        assert!(bulk(&["ann", "bob"]).await.is_ok());
        let post = json!({ "lineItemId": "essay", "studentIds": ["ann", "bob", "zoe"] });
        assert_eq!(code(school.send("tina", "grades:post", post).await), Code::PayloadTooLarge);
        let strange = json!({ "lineItemId": "essay", "studentIds": ["zoe"] });
        assert_eq!(code(school.send("tina", "grades:post", strange).await), Code::NotFound);
        let reasoned = json!({ "score": 1, "reason": "Too long" });
        assert_eq!(code(set(&school, "paula", "ann", reasoned).await), Code::PayloadTooLarge);
    }

    /// A district may require versions.
    async fn versions_may_be_required(database: TestDatabase) {
        let settings = Settings { require_versions_in: [crate::support::tenant()].into(), ..Settings::default() };
        let school = School::with(database, settings).await;
        assert_eq!(code(set(&school, "tina", "ann", json!({ "score": 1 })).await), Code::ValidationError);
        assert!(set(&school, "tina", "ann", json!({ "score": 1, "expectedVersion": 0 })).await.is_ok());
    }
}
