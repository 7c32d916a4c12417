//! What an import takes over, and what it lets be.

use std::fs;

use homeroom_gradebook::Settings;
use homeroom_journal::{Conn, sql};
use homeroom_roster::Outcome;
use homeroom_roster::oneroster::File;
use homeroom_testkit::{TestDatabase, on_both_databases};
use serde_json::{Value, json};

use super::{change, copy_of_the_roster, join, set, without};
use crate::support::School;

/// Commits once somebody waits for a row of it.
async fn commit_once_waited_for(school: &School, teacher: Conn) {
    let mut watch = school.journal.database().lookup().await.unwrap();
    let waiting = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while sql!(watch, |c| sqlx::query_scalar::<_, i64>(waiting).fetch_one(c)).unwrap() == 0 {
        tokio::task::yield_now().await;
    }
    teacher.commit().await.unwrap();
}

/// A teacher's COMMIT that comes between an import's look at a cell and its write costs the import that one cell, not everything.
/// Only PostgreSQL has two writers at once.
#[tokio::test]
async fn a_teacher_who_saves_while_an_import_runs_wins() {
    let school = School::open(TestDatabase::postgres()).await;
    let mut teacher = school.journal.database().begin().await.unwrap();
    sql!(teacher, |c| sqlx::query(
        "UPDATE gradebook_results SET score = 1, version = 2, revision = 2, graded_by = 'tina', \
         source_id = NULL WHERE student_id = 'ann'"
    )
    .execute(c))
    .unwrap();
    let folder = copy_of_the_roster();
    change(folder.path(), "results.csv", |text| {
        text.replace("graded,9,", "graded,8,").replace("Was ill", "Is well")
    });
    let (report, ()) = tokio::join!(school.import(folder.path()), commit_once_waited_for(&school, teacher));
    assert_eq!(report.outcome, Outcome::Applied);
    let cells = join(&school, "tina").await["cells"].clone();
    let seen: Vec<_> =
        cells.as_array().unwrap().iter().map(|c| json!([c["studentId"], c["score"], c["comment"]])).collect();
    assert_eq!(seen, [json!(["ann", 1.0, null]), json!(["bob", null, "Is well"])]);
}

/// The same where the file doesn't have the result any more: a cell that was set meanwhile is the teacher's now, one that was only
/// hidden goes.
#[tokio::test]
async fn a_cell_that_is_set_while_an_import_takes_it_away_stays() {
    const SET: &str = "UPDATE gradebook_results SET score = 1, version = 2, revision = 2, graded_by = 'tina', \
         source_id = NULL WHERE student_id = 'ann'";
    const HIDDEN: &str =
        "UPDATE gradebook_results SET posted_at = NULL, revision = 2 WHERE student_id = 'bob'";
    let school = School::open(TestDatabase::postgres()).await;
    for (gone, write, removed) in [("res-1", SET, 0), ("res-2", HIDDEN, 1)] {
        let mut teacher = school.journal.database().begin().await.unwrap();
        sql!(teacher, |c| sqlx::query(write).execute(c)).unwrap();
        let folder = copy_of_the_roster();
        change(folder.path(), "results.csv", |text| without(&text, gone));
        let (report, ()) =
            tokio::join!(school.import(folder.path()), commit_once_waited_for(&school, teacher));
        assert_eq!(report.outcome, Outcome::Applied);
        assert_eq!(report.file(File::Results).unwrap().removed, removed, "{gone}: {report}");
    }
    let cells = join(&school, "tina").await["cells"].clone();
    let seen: Vec<_> =
        cells.as_array().unwrap().iter().map(|c| json!([c["studentId"], c["score"], c["comment"]])).collect();
    assert_eq!(seen, [json!(["ann", 1.0, null]), json!(["bob", null, null])]);
}

/// The same of line items: one that the file would change and one that it would take away, both changed here meanwhile.
#[tokio::test]
async fn a_line_item_that_is_changed_while_an_import_runs_stays_so() {
    let school = School::open(TestDatabase::postgres()).await;
    for (changed, in_the_file) in [("essay", "Lemmas"), ("exam", "")] {
        let mut teacher = school.journal.database().begin().await.unwrap();
        sql!(teacher, |c| sqlx::query(
            "UPDATE gradebook_line_items SET title = 'Mine', version = 2, imported = false WHERE line_item_id = $1"
        )
        .bind(changed)
        .execute(c))
        .unwrap();
        let folder = copy_of_the_roster();
        change(folder.path(), "lineItems.csv", |text| {
            if in_the_file.is_empty() { without(&text, changed) } else { text.replace("Proofs", in_the_file) }
        });
        let (report, ()) =
            tokio::join!(school.import(folder.path()), commit_once_waited_for(&school, teacher));
        assert_eq!(report.outcome, Outcome::Applied);
        let file = report.file(File::LineItems).unwrap();
        assert_eq!((file.added, file.changed, file.removed), (0, 0, 0), "{changed}");
        let view = join(&school, "tina").await;
        let items = view["lineItems"].as_array().unwrap();
        let item = items.iter().find(|item| item["lineItemId"] == changed).unwrap();
        assert_eq!((&item["title"], &item["version"]), (&json!("Mine"), &json!(2)));
    }
}

/// A cell whose teacher commits while the import is taking its line item away keeps the line item.
#[tokio::test]
async fn a_line_item_that_is_graded_while_an_import_runs_stays() {
    let school = School::open(TestDatabase::postgres()).await;
    let mut teacher = school.journal.database().begin().await.unwrap();
    for write in [
        "SELECT version FROM gradebook_line_items WHERE line_item_id = 'essay' FOR UPDATE",
        "INSERT INTO gradebook_results (tenant_id, line_item_id, student_id, version, revision, score, score_status, late, \
         missing, incomplete, in_progress, graded_by) \
         VALUES ('d1', 'essay', 'ann', 1, 1, 5, 'fully graded', false, false, false, false, 'tina')",
    ] {
        sql!(teacher, |c| sqlx::query(write).execute(c)).unwrap();
    }
    let folder = copy_of_the_roster();
    change(folder.path(), "lineItems.csv", |text| without(&text, "essay"));
    let (report, ()) = tokio::join!(school.import(folder.path()), commit_once_waited_for(&school, teacher));
    assert_eq!(report.file(File::LineItems).unwrap().removed, 0);
    assert_eq!(line_items(&school).await, ["old", "essay", "exam"]);
}

/// A category that a teacher gives to a new line item while the import is taking it away stays.
#[tokio::test]
async fn a_category_that_is_given_while_an_import_runs_stays() {
    let school = School::open(TestDatabase::postgres()).await;
    let folder = copy_of_the_roster();
    change(folder.path(), "categories.csv", |text| text + "lab,,,Lab,10\n");
    school.import(folder.path()).await;
    let mut teacher = school.journal.database().begin().await.unwrap();
    for write in [
        "SELECT 1 FROM gradebook_categories WHERE category_id = 'lab' FOR SHARE",
        "UPDATE gradebook_line_items SET category_id = 'lab', version = version + 1, imported = false \
         WHERE line_item_id = 'essay'",
    ] {
        sql!(teacher, |c| sqlx::query(write).execute(c)).unwrap();
    }
    change(folder.path(), "categories.csv", |text| without(&text, "lab"));
    let (report, ()) = tokio::join!(school.import(folder.path()), commit_once_waited_for(&school, teacher));
    assert_eq!(report.file(File::Categories).unwrap().removed, 0);
    let view = join(&school, "tina").await;
    assert!(view["categories"].as_array().unwrap().iter().any(|it| it["categoryId"] == "lab"), "{view}");
}

async fn line_items(school: &School) -> Vec<String> {
    let view = join(school, "tina").await;
    let items = view["lineItems"].as_array().unwrap().iter();
    items.map(|item| item["lineItemId"].as_str().unwrap().to_owned()).collect()
}

on_both_databases! {
    /// An import replaces and takes away what came from one, and lets be what was made or changed here.
    async fn an_import_lets_be_what_was_made_here(database: TestDatabase) {
        let school = School::open(database).await;
        let again = school.import(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/roster").as_ref()).await;
        assert_eq!(again.files.iter().map(|file| file.added + file.changed + file.removed).sum::<u64>(), 0);

        set(&school, "tina", "bob", json!({ "score": 7 })).await.unwrap();
        let folder = copy_of_the_roster();
        // The exam is gone, res-1 has another score, res-2 is gone, and two results come that are set or new here.
        change(folder.path(), "lineItems.csv", |text| without(&text, "exam"));
        change(folder.path(), "results.csv", |text| {
            let kept = without(&text, "res-2");
            kept.replace("graded,9,", "graded,8,")
                + "res-3,,,essay,bob,fully graded,1,2026-11-10,,,,,,,\nres-4,,,essay,ann,ext:sealed,2,2026-11-10,,,,,,,\n"
        });
        school.import(folder.path()).await;

        let view = join(&school, "tina").await;
        let items: Vec<_> = view["lineItems"].as_array().unwrap().iter().map(|item| item["lineItemId"].clone()).collect();
        assert_eq!(items, ["old", "essay"]);
        let cells: Vec<_> = view["cells"].as_array().unwrap().iter()
            .map(|c| json!([c["lineItemId"], c["studentId"], c["score"], c["version"], c["posted"], c["gradedBy"]]))
            .collect();
        assert_eq!(cells, [
            json!(["essay", "ann", 2.0, 1, true, null]),
            json!(["essay", "bob", 7.0, 1, false, "tina"]),
            json!(["old", "ann", 8.0, 2, true, null]),
            json!(["old", "bob", null, 2, false, null]),
        ]);
        let changes = school.send("tina", "grade:history", json!({ "lineItemId": "old", "studentId": "ann" })).await.unwrap();
        assert_eq!(changes["changes"][1]["by"], "oneroster-import");
        assert_eq!(changes["changes"][1]["old"]["score"], 9.0);
    }

    /// A `sourcedId` that stands for another cell than before takes its result along, in a bulk file and in a delta.
    async fn an_imported_result_may_move(database: TestDatabase) {
        let school = School::open(database).await;
        let scores = async || {
            let cells = join(&school, "tina").await["cells"].clone();
            let of = |c: &Value| json!([c["lineItemId"], c["studentId"], c["score"], c["posted"]]);
            cells.as_array().unwrap().iter().map(of).collect::<Vec<_>>()
        };
        let folder = copy_of_the_roster();
        change(folder.path(), "results.csv", |text| text.replace("old,ann,", "essay,ann,"));
        school.import(folder.path()).await;
        assert_eq!(scores().await, [
            json!(["essay", "ann", 9.0, true]),
            json!(["old", "ann", null, false]),
            json!(["old", "bob", null, true]),
        ]);
        let delta = tempfile::tempdir().unwrap();
        let header = fs::read_to_string(folder.path().join("results.csv")).unwrap().lines().next().unwrap().to_owned();
        let rows = "res-1,active,2026-11-20T08:00:00Z,exam,ann,fully graded,90,2026-11-18,,,,,,,\n\
            res-2,tobedeleted,2026-11-20T08:00:00Z,old,bob,exempt,,2026-09-09,,,,,,,\n";
        fs::write(delta.path().join("results.csv"), format!("{header}\n{rows}")).unwrap();
        let report = school.import(delta.path()).await;
        assert_eq!(report.outcome, Outcome::Applied, "{report:?}");
        assert_eq!(scores().await, [
            json!(["essay", "ann", null, false]),
            json!(["exam", "ann", 90.0, true]),
            json!(["old", "ann", null, false]),
            json!(["old", "bob", null, false]),
        ]);
    }

    /// What a teacher was told is saved does not vanish with its line item, which nobody changed; nor if the file says that it is gone.
    async fn a_line_item_stays_with_a_cell_that_was_set_in_it(database: TestDatabase) {
        let school = School::open(database).await;
        set(&school, "tina", "ann", json!({ "score": 5 })).await.unwrap();
        let folder = copy_of_the_roster();
        change(folder.path(), "results.csv", |text| text.lines().next().unwrap().to_owned() + "\n");
        change(folder.path(), "lineItems.csv", |text| {
            let gone = text.replace("essay,,,", "essay,tobedeleted,2026-11-20T08:00:00Z,");
            without(&without(&gone, "exam"), "old")
        });
        for (removed, told) in [(2, "a row says that it is gone"), (0, "there is no row")] {
            let report = school.import(folder.path()).await;
            assert_eq!(report.file(File::LineItems).map(|file| file.removed), Some(removed), "{told}: {report}");
            assert_eq!(line_items(&school).await, ["essay"], "{told}");
            change(folder.path(), "lineItems.csv", |text| without(&text, "essay"));
        }
        let cells = join(&school, "tina").await["cells"].clone();
        assert_eq!((&cells[0]["lineItemId"], &cells[0]["score"]), (&json!("essay"), &json!(5.0)));
    }

    /// In a bulk file a category goes with its last line item: one that stays is weighted as before, and a category that none has goes.
    async fn a_category_stays_with_a_line_item_that_has_it(database: TestDatabase) {
        let school = School::open(database).await;
        let folder = copy_of_the_roster();
        change(folder.path(), "categories.csv", |text| text + "lab,,,Lab,10\n");
        school.import(folder.path()).await;
        set(&school, "tina", "ann", json!({ "score": 5 })).await.unwrap();
        set(&school, "tina", "ann", json!({ "lineItemId": "exam", "score": 100 })).await.unwrap();
        change(folder.path(), "results.csv", |text| text.lines().next().unwrap().to_owned() + "\n");
        change(folder.path(), "lineItems.csv", |text| {
            without(&without(&without(&text, "essay"), "old"), "other")
        });
        change(folder.path(), "categories.csv", |text| without(&without(&text, "hw"), "lab"));
        for (removed, time) in [(1, "the first time"), (0, "again")] {
            let report = school.import(folder.path()).await;
            assert_eq!(report.file(File::Categories).map(|file| file.removed), Some(removed), "{time}: {report}");
            let view = join(&school, "tina").await;
            let categories = view["categories"].as_array().unwrap().iter();
            let categories: Vec<_> = categories.map(|it| json!([it["categoryId"], it["weight"]])).collect();
            assert_eq!(categories, [json!(["hw", 40.0]), json!(["tests", 60.0])], "{time}");
            // A quarter of the homework and all of the tests: 40 × 0.25 + 60 × 1.
            let ann = view["averages"].as_array().unwrap().iter().find(|it| it["studentId"] == "ann").unwrap();
            let average = ann["average"].as_f64().unwrap();
            assert!((average - 70.0).abs() < 1e-9, "{time}: {average}");
        }
    }

    /// A teacher who has emptied a cell and hidden it wants families to see nothing, whatever comes; what an import itself has
    /// taken away may come again.
    async fn an_import_does_not_fill_a_cell_that_was_emptied_here(database: TestDatabase) {
        let school = School::open(database).await;
        set(&school, "tina", "ann", json!({ "score": 5 })).await.unwrap();
        set(&school, "tina", "ann", json!({ "score": null })).await.unwrap();
        let folder = copy_of_the_roster();
        change(folder.path(), "results.csv", |text| without(&text, "res-1"));
        school.import(folder.path()).await;
        change(folder.path(), "results.csv", |text| {
            text + "res-1,,,old,ann,fully graded,9,2026-09-09,,,c1,,,,\nres-3,,,essay,ann,fully graded,3,2026-11-10,,,,,,,\n"
        });
        school.import(folder.path()).await;
        let results = join(&school, "ann").await["results"].clone();
        let seen: Vec<_> = results.as_array().unwrap().iter().map(|r| json!([r["lineItemId"], r["score"]])).collect();
        assert_eq!(seen, [json!(["old", 9.0])]);
    }

    /// With the setting off, imported results wait for a teacher to post them.
    async fn imported_results_may_wait_for_posting(database: TestDatabase) {
        let school = School::with(database, Settings { imported_posted: false, ..Settings::default() }).await;
        assert_eq!(join(&school, "ann").await["results"], json!([]));
    }
}
