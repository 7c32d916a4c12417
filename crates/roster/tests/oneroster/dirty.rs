//! Sources as they really come: what is tolerated, and what is refused with file, line, column and reason.

use homeroom_roster::oneroster::{ClassKind, File, Limits, Mode, Reader, SourceError, Status};

use crate::source::{ENROLLMENTS, ORGS, USERS, assert_refused, assert_warned, file, read_bytes, valid};

#[test]
fn a_misspelt_header_refuses_its_file_and_says_what_was_probably_meant() {
    for (name, right, wrong) in [
        ("users.csv", "agentSourcedIds", "agentSourcedId"),
        ("users.csv", "sourcedId", "SourcedId"),
        ("enrollments.csv", "userSourcedId", "userSourceId"),
        ("enrollments.csv", "endDate", "end_date"),
    ] {
        let source = valid();
        let text = String::from_utf8(source.0[name].clone()).unwrap();
        let (header, rows) = text.split_once('\n').unwrap();
        let header: Vec<_> =
            header.trim().split(',').map(|cell| if cell == right { wrong } else { cell }).collect();
        let report = source.with(name, format!("{}\n{rows}", header.join(","))).report();
        assert_refused(&report, &[(name, 1, Some(right), "misspelt-column")]);
        assert!(report.refusals[0].message.contains(wrong) && report.refusals[0].message.contains(right));
    }
}

#[test]
fn a_refused_file_is_taken_as_absent_so_that_nothing_ends() {
    let source = valid().edit("enrollments.csv", "classSourcedId", "class");
    let (_folder, path) = file(&source.zip());
    let mut reader = Reader::open(&path, Limits::default()).unwrap();
    assert_eq!(reader.mode(File::Enrollments), Mode::Absent);
    assert_eq!(reader.mode(File::Users), Mode::Bulk);
    assert!(reader.contents().unwrap().enrollments.is_empty());
    assert_refused(
        &reader.finish().unwrap(),
        &[("enrollments.csv", 1, Some("classSourcedId"), "missing-column")],
    );
}

#[test]
fn a_column_twice_refuses_its_file() {
    let report = valid().with_rows("orgs.csv", &format!("{ORGS},name"), &["d,,,D,district,,,E"]).report();
    assert_refused(&report, &[("orgs.csv", 1, Some("name"), "repeated-column")]);
}

#[test]
fn empty_header_cells_at_the_end_and_metadata_columns_are_tolerated() {
    let source = valid()
        .with_rows("orgs.csv", &format!("{ORGS},,,"), &["d,,,D,district,,", "s,,,S,school,,d,,,"])
        .with_rows("enrollments.csv", &format!("{ENROLLMENTS},metadata.lunch"), &["e,,,c,s,u1,teacher,,,,B"]);
    let (contents, report) = source.read();
    assert_refused(&report, &[]);
    assert_warned(&report, &[("orgs.csv", None, "empty-columns", 1)]);
    assert_eq!((contents.orgs.len(), contents.enrollments.len()), (2, 1));
}

#[test]
fn strange_absent_and_reordered_columns_are_warned_of() {
    let header = "sourcedId,status,dateLastModified,userSourcedId,classSourcedId,schoolSourcedId,role,beginDate,endDate,house";
    let source = valid().with_rows("enrollments.csv", header, &["e,,,u1,c,s,teacher,,,Hufflepuff"]);
    let (contents, report) = source.read();
    assert_refused(&report, &[]);
    assert_warned(
        &report,
        &[
            ("enrollments.csv", Some("house"), "unknown-column", 1),
            ("enrollments.csv", Some("primary"), "absent-column", 1),
            ("enrollments.csv", None, "column-order", 1),
        ],
    );
    assert_eq!(contents.enrollments[0].record.class.as_str(), "c");
}

#[test]
fn a_file_with_the_header_of_another_is_refused_as_that() {
    let source = valid();
    let enrollments = source.0["enrollments.csv"].clone();
    let report = source.with("users.csv", enrollments).report();
    assert_refused(&report, &[("users.csv", 1, None, "other-file")]);
    assert!(report.refusals[0].message.contains("enrollments.csv"));
}

#[test]
fn a_file_with_the_rows_of_another_is_refused_row_by_row() {
    let report = valid()
        .with_rows("enrollments.csv", ENROLLMENTS, &["s,,,School,school,17,d", "e,,,c,s,u1,teacher,,,"])
        .report();
    assert_refused(&report, &[("enrollments.csv", 2, None, "too-few-cells")]);
}

#[test]
fn dates_that_can_be_read_in_two_ways_are_refused() {
    for date in [
        "1/05/2023",
        "2023-1-5",
        "05.01.2023",
        "20230105",
        "2023-02-30",
        "2023-01-05T00:00:00Z",
        "0023-01-05",
        "+2023-1-05",
    ] {
        let report = valid().edit("enrollments.csv", "2027-01-16", date).report();
        assert_refused(&report, &[("enrollments.csv", 3, Some("endDate"), "date")]);
        assert!(report.refusals[0].message.contains(date));
        assert_eq!(report.refusals[0].sourced_id.as_deref(), Some("e2"));
    }
}

#[test]
fn an_end_before_its_begin_is_refused_and_one_on_the_same_day_is_not() {
    let report = valid().edit("enrollments.csv", "2027-01-16", "2026-07-31").report();
    assert_refused(&report, &[("enrollments.csv", 3, Some("endDate"), "dates-reversed")]);
    assert_refused(&valid().edit("enrollments.csv", "2027-01-16", "2026-08-01").report(), &[]);
}

#[test]
fn words_in_another_case_and_spaces_are_tolerated_and_counted() {
    let source = valid().edit("users.csv", ",true,", ", TRUE,").edit("classes.csv", "scheduled", "Scheduled");
    let (contents, report) = source.read();
    assert_refused(&report, &[]);
    assert_warned(
        &report,
        &[
            ("users.csv", Some("enabledUser"), "case", 3),
            ("users.csv", Some("enabledUser"), "spaces", 3),
            ("classes.csv", Some("classType"), "case", 1),
        ],
    );
    assert!(contents.users.iter().all(|row| row.record.enabled));
    assert_eq!(contents.classes[0].record.kind, ClassKind::Scheduled);
}

#[test]
fn a_wrong_word_is_refused_and_an_extension_only_where_the_standard_allows_it() {
    let report = valid().edit("enrollments.csv", "teacher", "boss").report();
    assert_refused(&report, &[("enrollments.csv", 2, Some("role"), "enumeration")]);
    let report = valid().edit("users.csv", "u1,,,true", "u1,,,ext:maybe").report();
    assert_refused(&report, &[("users.csv", 2, Some("enabledUser"), "enumeration")]);
    let (contents, report) = valid().edit("enrollments.csv", "teacher", "ext:aide").read();
    assert_refused(&report, &[]);
    assert_eq!(contents.enrollments[0].record.role.as_str(), "ext:aide");
    let report = valid().edit("enrollments.csv", "teacher", "ext:two words").report();
    assert_refused(&report, &[("enrollments.csv", 2, Some("role"), "enumeration")]);
}

#[test]
fn a_bare_aide_in_a_class_is_understood() {
    let (contents, report) = valid().edit("enrollments.csv", "teacher", "aide").read();
    assert_warned(&report, &[("enrollments.csv", Some("role"), "old-word", 1)]);
    assert_eq!(contents.enrollments[0].record.role.as_str(), "ext:aide");
}

#[test]
fn what_is_wrong_where_nothing_is_kept_refuses_no_row() {
    let report = valid().edit("demographics.csv", "unspecified", "F").report();
    assert_refused(&report, &[]);
    assert_warned(&report, &[("demographics.csv", Some("sex"), "unkept", 1)]);
}

#[test]
fn the_second_row_of_a_sourced_id_is_refused_and_names_the_first() {
    let report = valid()
        .with_rows(
            "orgs.csv",
            ORGS,
            &["d,,,D,district,,", "s,,,S,school,,d", "s,,,Other,school,,d", "S,,,S,school,,d"],
        )
        .report();
    assert_refused(&report, &[("orgs.csv", 4, Some("sourcedId"), "repeated")]);
    assert!(report.refusals[0].message.contains("Line 3"));
}

#[test]
fn identifiers_are_bounded() {
    let (long, longest) = ("x".repeat(256), "é".repeat(255));
    let report = valid().edit("enrollments.csv", "e1,", &format!("{long},")).report();
    assert_refused(&report, &[("enrollments.csv", 2, Some("sourcedId"), "identifier")]);
    assert_refused(&valid().edit("enrollments.csv", "e1,", &format!("{longest},")).report(), &[]);
    let report = valid().edit("users.csv", ",u3,09", &format!(",\"u3,{long}\",09")).report();
    assert_refused(&report, &[("users.csv", 3, Some("agentSourcedIds"), "identifier")]);
}

#[test]
fn numbers_are_finite_numbers() {
    for number in ["NaN", "inf", "8,5", "8/10", "1e999"] {
        let report = valid().edit("results.csv", "8.5", &format!("\"{number}\"")).report();
        assert_refused(&report, &[("results.csv", 2, Some("score"), "number")]);
    }
    let report = valid().edit("categories.csv", ",20", ",-1").report();
    assert_refused(&report, &[("categories.csv", 2, Some("weight"), "number")]);
    let (contents, report) = valid().edit("categories.csv", ",20", ",0.4").read();
    assert_warned(&report, &[("categories.csv", Some("weight"), "fraction", 1)]);
    assert_eq!(contents.categories[0].record.weight, Some(0.4));
}

#[test]
fn a_delta_row_has_status_and_time() {
    let manifest = valid().edit("manifest.csv", "file.enrollments,bulk", "file.enrollments,delta");
    let source = manifest.with_rows(
        "enrollments.csv",
        ENROLLMENTS,
        &[
            "e1,active,2026-09-01T10:00:00Z,c,s,u1,teacher,,,",
            "e2,tobedeleted,2026-09-01T10:00:00+02:00,c,s,u2,student,,,",
            "e3,,2026-09-01T10:00:00Z,c,s,u1,teacher,,,",
            "e4,active,,c,s,u1,teacher,,,",
            "e5,active,2026-09-01,c,s,u1,teacher,,,",
            "e6,gone,2026-09-01T10:00:00Z,c,s,u1,teacher,,,",
        ],
    );
    let (contents, report) = source.read();
    assert_refused(
        &report,
        &[
            ("enrollments.csv", 4, Some("status"), "blank"),
            ("enrollments.csv", 5, Some("dateLastModified"), "blank"),
            ("enrollments.csv", 6, Some("dateLastModified"), "date-time"),
            ("enrollments.csv", 7, Some("status"), "enumeration"),
        ],
    );
    let statuses: Vec<_> = contents.enrollments.iter().map(|row| row.status).collect();
    assert_eq!(statuses, [Status::Active, Status::ToBeDeleted]);
    assert_eq!(contents.enrollments[1].modified.unwrap().to_string(), "2026-09-01T08:00:00.000Z");
}

#[test]
fn a_bulk_row_with_a_status_is_counted_and_believed() {
    let source = valid().edit("enrollments.csv", "e1,,", "e1,active,yesterday").edit(
        "enrollments.csv",
        "e2,,",
        "e2,tobedeleted,",
    );
    let (contents, report) = source.read();
    assert_refused(&report, &[]);
    assert_warned(
        &report,
        &[
            ("enrollments.csv", Some("status"), "status-in-bulk", 2),
            ("enrollments.csv", Some("dateLastModified"), "unkept", 1),
        ],
    );
    assert_eq!(contents.enrollments[1].status, Status::ToBeDeleted);
}

#[test]
fn a_file_without_rows_ends_nothing() {
    let source = valid().with("enrollments.csv", format!("{ENROLLMENTS}\n"));
    let (_folder, path) = file(&source.zip());
    let reader = Reader::open(&path, Limits::default()).unwrap();
    assert_eq!(reader.mode(File::Enrollments), Mode::Absent);
    let report = reader.finish().unwrap();
    assert_refused(&report, &[]);
    assert_warned(&report, &[("enrollments.csv", None, "no-rows", 1)]);
}

#[test]
fn an_empty_file_is_refused() {
    assert_refused(&valid().with("users.csv", "").report(), &[("users.csv", 1, None, "no-header")]);
}

#[test]
fn too_many_refused_rows_end_the_reading_with_what_was_found() {
    let rows: Vec<String> = (0..10).map(|n| format!("u{n},,,perhaps,,,,,,,,,,,,,,,,,,,")).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let source = valid().with_rows("users.csv", USERS, &rows);
    let limits = Limits { max_refused: 3, ..Limits::default() };
    let error = read_bytes(&source.zip(), limits).unwrap_err();
    assert_eq!(error.code(), "too-many-refused");
    let SourceError::TooManyRefused { report, .. } = error else { panic!("{error}") };
    assert_eq!(report.refusals.len(), 4);
    assert!(read_bytes(&source.zip(), Limits { max_refused: 10, ..Limits::default() }).is_ok());
}

#[test]
fn a_report_is_for_people_and_programs() {
    let source = valid()
        .edit("enrollments.csv", "2027-01-16", "1/05/2023")
        .edit("classes.csv", "scheduled", "Scheduled")
        .with("notes.txt", "hello");
    let report = source.report();
    assert_eq!(
        report.refusals[0].to_string(),
        "enrollments.csv:3: endDate: \"1/05/2023\" is not a date such as 2026-03-02. [date]"
    );
    insta::assert_json_snapshot!(report);
}
