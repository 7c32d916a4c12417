//! What is read of a source that is as it should be.

use homeroom_roster::oneroster::{
    Contents, EnrollmentRole, File, Limits, Mode, Reader, RoleKind, Row, ScoreStatus, Status, User, Version,
};

use crate::source::{assert_refused, assert_warned, file, read_path, valid};

#[test]
fn a_valid_source_is_read_without_a_word_of_complaint() {
    let (contents, report) = valid().read();
    assert_refused(&report, &[]);
    assert_warned(&report, &[]);
    assert_eq!(report.version, Version::V1p2);
    let Contents { orgs, users, roles, classes, enrollments, line_items, results, demographics, .. } =
        contents;
    assert_eq!(orgs[1].record.parent.as_ref(), Some(&orgs[0].record.id));
    assert_eq!(users[1].line, 3);
    assert_eq!(users[1].status, Status::Active);
    assert_eq!(users[1].record.family_name, "O'Hara, Jr.");
    assert_eq!(users[1].record.agents, [users[2].record.id.clone()]);
    assert_eq!(roles[2].record.kind, RoleKind::Parent);
    assert_eq!(classes[0].record.periods, ["1", "3"]);
    assert_eq!(enrollments[0].record.role, EnrollmentRole::Teacher);
    assert_eq!(enrollments[0].record.primary, Some(true));
    assert_eq!(enrollments[1].record.end.unwrap().to_string(), "2027-01-16");
    assert_eq!(line_items[0].record.description.as_deref(), Some("Pages 1, 2"));
    assert_eq!(results[0].record.status, ScoreStatus::FullyGraded);
    assert_eq!((results[0].record.score, results[0].record.late), (Some(8.5), true));
    assert_eq!(demographics[0].record.birth_date.unwrap().to_string(), "2012-02-29");
}

#[test]
fn a_folder_is_read_like_a_zip() {
    let folder = tempfile::tempdir().unwrap();
    valid().write_folder(folder.path());
    assert_eq!(read_path(folder.path(), Limits::default()).unwrap(), valid().read());
}

#[test]
fn rows_come_one_by_one_and_a_second_pass_does_not_double_the_report() {
    let source = valid().edit("users.csv", "u3,,,true", "u3,,,perhaps");
    let (_folder, path) = file(&source.zip());
    let mut reader = Reader::open(&path, Limits::default()).unwrap();
    let names = |reader: &mut Reader| -> Vec<String> {
        let rows = reader.rows::<User>().unwrap();
        rows.map(|row: Result<Row<User>, _>| row.unwrap().record.username).collect()
    };
    assert_eq!(names(&mut reader), ["ada", "bo"]);
    assert_eq!(names(&mut reader), ["ada", "bo"]);
    let report = reader.finish().unwrap();
    assert_refused(&report, &[("users.csv", 4, Some("enabledUser"), "enumeration")]);
    let users = report.files.iter().find(|part| part.file == File::Users).unwrap();
    assert_eq!((users.rows, users.accepted, users.refused), (3, 2, 1));
}

#[test]
fn what_was_not_asked_for_is_checked_all_the_same() {
    let source = valid().edit("results.csv", "2026-08-18", "18.8.2026");
    let (_folder, path) = file(&source.zip());
    let report = Reader::open(&path, Limits::default()).unwrap().finish().unwrap();
    assert_refused(&report, &[("results.csv", 2, Some("scoreDate"), "date")]);
}

#[test]
fn files_of_which_nothing_is_kept_are_counted_and_skipped() {
    let mut source = valid().with_rows(
        "userResources.csv",
        "sourcedId,status,dateLastModified,userSourcedId,orgSourcedId,classSourcedId,resourceSourcedId",
        &["a,,,u1,,,r", "b,,,nobody,,,r"],
    );
    source.write_manifest("1.2");
    let report = source.report();
    assert_refused(&report, &[]);
    let skipped = report.files.iter().find(|part| part.file == File::UserResources).unwrap();
    assert_eq!((skipped.rows, skipped.skipped, skipped.mode), (2, true, Mode::Bulk));
}

#[test]
fn a_password_and_a_phone_number_are_never_taken_out() {
    let source =
        valid().edit("users.csv", "ada@example.org,,,,,,", "ada@example.org,555-0199,555-0199,,,hunter2,");
    let (contents, report) = source.read();
    assert_refused(&report, &[]);
    let everything = format!("{contents:?} {report:?}");
    assert!(!everything.contains("hunter2") && !everything.contains("555-0199"));
}

#[test]
fn rows_can_be_sent_to_another_thread() {
    fn check<T: Send>() {}
    check::<Reader>();
    check::<homeroom_roster::oneroster::Rows<'_, User>>();
}
