//! Person × request × room, and every delivery, over random districts: nothing happens that the table doesn't say, and
//! everything that it says. The table is `docs/access.md`; `UPDATE_DOCS=1` writes it anew.

mod table;
mod variation;
mod visit;

use std::path::Path;

use homeroom_testkit::{Gateway, TestDatabase, on_both_databases};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::json;

use self::table::{COLUMNS, Who, expected, page};
use self::variation::variation;
use self::visit::{Case, Visit};
use crate::support::district::{District, Persona};
use crate::support::{gateway_with, import, line_item, post};

/// Random districts per database; each is visited by everybody.
const DISTRICTS: usize = 3;

on_both_databases! {
    /// Everybody tries everything in random districts.
    async fn nobody_may_do_or_see_more_or_less_than_the_table_says(database: TestDatabase) {
        let gateway = gateway_with(&database, &[]);
        let mut runner = TestRunner::default();
        for n in 0..DISTRICTS {
            let variation = variation().new_tree(&mut runner).expect("a variation").current();
            let district = District::new(&format!("district-{n}"), variation.clone());
            let twin = District::new(&format!("district-{n}-twin"), variation.clone());
            import(&gateway, &district);
            import(&gateway, &twin);
            visit_all(&gateway, &district, &twin).await;
        }
    }
}

async fn visit_all(gateway: &Gateway, district: &District, twin: &District) {
    let case = Case {
        gateway,
        district,
        twin,
        prepared: prepared(gateway, district).await,
        scratch: line_item(gateway, district, "Scratch").await,
    };
    let mut visits = Vec::new();
    for who in Who::all() {
        visits.push(Visit::start(&case, who).await);
    }
    for visit in &mut visits {
        visit.settle().await;
    }
    lesson(&case).await;
    // None of them leaves before the last has listened: that too is heard.
    for visit in &mut visits {
        visit.listen().await;
    }
    for visit in visits {
        let who = visit.who;
        let row = visit.leave().await;
        let expected = expected(who);
        for (column, _) in COLUMNS {
            assert_eq!(row[column], expected[column], "{who:?}: {column}, in {:?}", district.variation);
        }
    }
}

/// A line item with some history: for each of the two students a grade was set, set again, posted and set once more.
async fn prepared(gateway: &Gateway, district: &District) -> String {
    let item = line_item(gateway, district, "Prepared").await;
    for student in [Persona::Student, Persona::Classmate] {
        let student = district.user(student);
        let first = json!({ "lineItemId": item, "studentId": student, "score": 60 });
        post(gateway, district, "grade:set", &first).await;
        grade(gateway, district, &item, &student).await;
    }
    item
}

/// What everybody watches: a line item comes and changes, two students are graded, a second teacher comes, types and goes.
async fn lesson(case: &Case<'_>) {
    let Case { gateway, district, .. } = *case;
    let item = line_item(gateway, district, "Watched").await;
    let update = json!({ "lineItemId": item, "patch": { "title": "Watched again" } });
    post(gateway, district, "lineitem:update", &update).await;
    for student in [Persona::Student, Persona::Classmate] {
        let student = district.user(student);
        grade(gateway, district, &item, &student).await;
        let whom = json!({ "lineItemId": item, "studentIds": [student] });
        post(gateway, district, "grades:hide", &whom).await;
    }
    let token = gateway
        .tokens()
        .person(&district.tenant.parse().expect("an id"), &district.visitor().parse().expect("an id"));
    let visitor = gateway.socket(&token, "/gradebook").await;
    let class = json!({ "classId": district.class() });
    visitor.request("gradebook:join", &class).await.expect("the visitor joins");
    for is_typing in [true, false] {
        let typing = json!({
            "classId": district.class(), "lineItemId": item, "studentId": district.user(Persona::Student), "isTyping": is_typing,
        });
        visitor.request("gradebook:typing", &typing).await.expect("the visitor types");
    }
    visitor.request("gradebook:leave", &class).await.expect("the visitor leaves");
}

async fn grade(gateway: &Gateway, district: &District, item: &str, student: &str) {
    let set = |score: u32| json!({ "lineItemId": item, "studentId": student, "score": score });
    let whom = json!({ "lineItemId": item, "studentIds": [student] });
    post(gateway, district, "grade:set", &set(71)).await;
    post(gateway, district, "grades:post", &whom).await;
    post(gateway, district, "grade:set", &set(82)).await;
}

/// The documentation has the table that the gateway was held against.
#[test]
fn the_documentation_has_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/access.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, page()).expect("docs/access.md");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, page(), "docs/access.md is out of date; UPDATE_DOCS=1 writes it anew");
}
