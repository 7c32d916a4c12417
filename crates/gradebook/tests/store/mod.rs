//! What is kept, on both databases.

mod grades;
mod imports;
mod periods;

use std::fs;
use std::path::Path;

use homeroom_contract::{Code, Failure};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::School;

pub(crate) async fn set(school: &School, who: &str, student: &str, more: Value) -> Result<Value, Failure> {
    let mut payload = json!({ "lineItemId": "essay", "studentId": student });
    payload.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    school.send(who, "grade:set", payload).await
}

pub(crate) async fn history(school: &School, who: &str, student: &str) -> Value {
    school.send(who, "grade:history", json!({ "lineItemId": "essay", "studentId": student })).await.unwrap()
}

pub(crate) async fn join(school: &School, who: &str) -> Value {
    school.send(who, "gradebook:join", json!({ "classId": "c1" })).await.unwrap()["initialData"].clone()
}

pub(crate) fn code(answer: Result<Value, Failure>) -> Code {
    answer.unwrap_err().code
}

pub(crate) async fn kinds(school: &School) -> Vec<String> {
    school.entries().await.into_iter().map(|entry| entry.kind).collect()
}

/// A CSV file without the rows that begin like this.
pub(crate) fn without(csv: &str, beginning: &str) -> String {
    csv.split_inclusive('\n').filter(|line| !line.starts_with(beginning)).collect()
}

/// The school's export, to be changed.
pub(crate) fn copy_of_the_roster() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/roster")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    folder
}

pub(crate) fn change(folder: &Path, file: &str, edit: impl Fn(String) -> String) {
    let path = folder.join(file);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(path, edit(text)).unwrap();
}
