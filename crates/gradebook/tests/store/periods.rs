//! Grading periods close, once, and terms show theirs.

use std::fs;
use std::time::Duration;

use homeroom_contract::Code;
use homeroom_roster::oneroster::File;
use homeroom_testkit::{TestDatabase, on_both_databases};
use serde_json::json;

use super::{change, code, copy_of_the_roster, kinds, set, without};
use crate::support::{School, at};

on_both_databases! {
    /// A closed period refuses every change, and each class is told once, whoever sweeps and how often.
    async fn a_period_closes_once(database: TestDatabase) {
        let school = School::open(database).await;
        for (command, payload) in [
            ("grade:set", json!({ "lineItemId": "old", "studentId": "ann", "score": 1 })),
            ("grade:bulk-set", json!({ "lineItemId": "old", "items": [] })),
            ("grades:post", json!({ "lineItemId": "old" })),
            ("grades:hide", json!({ "lineItemId": "old" })),
            ("lineitem:update", json!({ "lineItemId": "old", "patch": {} })),
        ] {
            assert_eq!(code(school.send("tina", command, payload).await), Code::PeriodClosed, "{command}");
        }
        let now = at("2026-11-20T10:00:00Z");
        let sweeps = (0..4).map(|_| school.gradebook.close_periods(now));
        let told: usize = futures_util::future::join_all(sweeps).await.into_iter().map(Result::unwrap).sum();
        assert_eq!(told, 1);
        assert_eq!(school.gradebook.close_periods(now).await.unwrap(), 0);
        assert_eq!(kinds(&school).await, ["PeriodClosed"]);

        // The second quarter ends on 16 January, at the start of that day.
        assert_eq!(school.gradebook.close_periods(at("2027-01-15T23:59:59.999Z")).await.unwrap(), 0);
        assert_eq!(school.gradebook.close_periods(at("2027-01-16T00:00:00Z")).await.unwrap(), 2);
    }

    /// A quarter that the export no longer has stays closed, and one that leaves it before its end is open until then.
    async fn a_period_that_has_left_the_export_is_closed_all_the_same(database: TestDatabase) {
        let school = School::open(database).await;
        let folder = copy_of_the_roster();
        change(folder.path(), "academicSessions.csv", |text| without(&without(&text, "gp1"), "gp2"));
        for file in ["lineItems.csv", "results.csv"] {
            fs::remove_file(folder.path().join(file)).unwrap();
        }
        let report = school.import(folder.path()).await;
        assert_eq!(report.file(File::AcademicSessions).map(|file| file.removed), Some(2), "{report}");
        let set = async |item: &str| {
            school.send("tina", "grade:set", json!({ "lineItemId": item, "studentId": "ann", "score": 1 })).await
        };
        assert_eq!(code(set("old").await), Code::PeriodClosed);
        assert!(set("essay").await.is_ok());
        school.clock.advance(Duration::from_hours(57 * 24));
        assert_eq!(code(set("essay").await), Code::PeriodClosed);
    }

    /// A period that is given more days is open again, and its second end is told as the first was.
    async fn a_period_that_is_extended_closes_again(database: TestDatabase) {
        let school = School::open(database).await;
        let sweep = async |day: &str| school.gradebook.close_periods(at(day)).await.unwrap();
        assert_eq!(sweep("2026-11-20T10:00:00Z").await, 1);
        let folder = copy_of_the_roster();
        change(folder.path(), "academicSessions.csv", |text| text.replace("gradingPeriod,2026-08-01,2026-11-01", "gradingPeriod,2026-08-01,2026-11-25"));
        school.import(folder.path()).await;
        let old = json!({ "lineItemId": "old", "studentId": "ann", "score": 1 });
        assert!(school.send("tina", "grade:set", old).await.is_ok());
        assert_eq!(sweep("2026-11-24T23:59:59.999Z").await, 0);
        assert_eq!(sweep("2026-11-25T00:00:00Z").await, 1);
        assert_eq!(sweep("2026-11-25T00:01:00Z").await, 0);
    }

    /// Whoever looks at a term sees the grading periods in it, and only these.
    async fn a_term_shows_its_grading_periods(database: TestDatabase) {
        let school = School::open(database).await;
        set(&school, "tina", "ann", json!({ "score": 10 })).await.unwrap();
        let items = async |who: &str, session: &str| {
            let join = json!({ "classId": "c1", "sessionId": session });
            let data = school.send(who, "gradebook:join", join).await.unwrap()["initialData"].clone();
            let items: Vec<_> = data["lineItems"].as_array().unwrap().iter().map(|i| i["lineItemId"].clone()).collect();
            let shown = data.get("cells").or(data.get("results")).unwrap().as_array().unwrap().len();
            json!([items, shown])
        };
        assert_eq!(items("tina", "gp1").await, json!([["old"], 2]));
        assert_eq!(items("tina", "gp2").await, json!([["essay", "exam"], 1]));
        for term in ["fall", "sy"] {
            assert_eq!(items("tina", term).await, json!([["old", "essay", "exam"], 3]));
        }
        assert_eq!(items("ann", "gp2").await, json!([["essay", "exam"], 0]));
        assert_eq!(items("ann", "fall").await, json!([["old", "essay", "exam"], 1]));
        let nowhere = json!({ "classId": "c1", "sessionId": "nope" });
        assert_eq!(code(school.send("tina", "gradebook:join", nowhere).await), Code::NotFound);
    }

    /// Long past periods are closed without a word.
    async fn a_period_of_long_ago_is_not_told(database: TestDatabase) {
        let school = School::open(database).await;
        assert_eq!(school.gradebook.close_periods(at("2026-12-02T00:00:00Z")).await.unwrap(), 0);
    }
}
