//! What the manifest says, and what the files say instead.

use homeroom_roster::oneroster::{File, Limits, Mode, Reader};

use crate::source::{ENROLLMENTS, Source, assert_refused, assert_warned, file, valid};

fn mode(source: &Source, of: File) -> Mode {
    let (_folder, path) = file(&source.zip());
    Reader::open(&path, Limits::default()).unwrap().mode(of)
}

#[test]
fn a_file_that_is_there_is_read_whatever_the_manifest_says() {
    let source = valid().edit("manifest.csv", "file.users,bulk", "file.users,absent");
    let (contents, report) = source.read();
    assert_eq!(contents.users.len(), 3);
    assert_warned(&report, &[("manifest.csv", Some("file.users"), "manifest-disagrees", 1)]);
    assert_eq!(mode(&source, File::Users), Mode::Bulk);
}

#[test]
fn a_file_that_is_not_there_is_absent_whatever_the_manifest_says() {
    let source = valid().without("results.csv");
    assert_warned(&source.report(), &[("manifest.csv", Some("file.results"), "manifest-disagrees", 1)]);
    assert_eq!(mode(&source, File::Results), Mode::Absent);
}

#[test]
fn without_a_manifest_the_first_row_shows_whether_a_file_is_a_delta() {
    let source = valid().without("manifest.csv").with_rows(
        "enrollments.csv",
        ENROLLMENTS,
        &["e1,active,2026-09-01T10:00:00Z,c,s,u1,teacher,,,"],
    );
    let report = source.report();
    assert_refused(&report, &[]);
    assert_warned(&report, &[("manifest.csv", None, "no-manifest", 1)]);
    assert_eq!(mode(&source, File::Enrollments), Mode::Delta);
    assert_eq!(mode(&source, File::Users), Mode::Bulk);
}

#[test]
fn what_is_strange_in_a_manifest_is_shown() {
    let source = valid()
        .edit("manifest.csv", "file.users,bulk", "file.users,BULK")
        .edit("manifest.csv", "file.results,bulk", "file.results,some")
        .edit("manifest.csv", "manifest.version,1.0", "manifest.version,9")
        .edit("manifest.csv", "file.roles", "file.rolls");
    let report = source.report();
    assert_refused(&report, &[]);
    assert_warned(
        &report,
        &[
            ("manifest.csv", Some("file.results"), "manifest-value", 1),
            ("manifest.csv", Some("file.rolls"), "manifest-value", 1),
            ("manifest.csv", Some("manifest.version"), "manifest-value", 1),
        ],
    );
}

#[test]
fn every_file_of_the_standard_may_be_named() {
    assert_warned(&valid().report(), &[]);
    assert_eq!(File::ALL.len(), crate::source::ALL.len());
    assert!(File::ALL.iter().all(|file| crate::source::ALL.contains(&file.name())));
}

#[test]
fn a_file_with_a_name_in_another_case_is_named_and_left_alone() {
    let source = valid();
    let orgs = source.0["orgs.csv"].clone();
    let mut source = source.without("orgs.csv").with("Orgs.csv", orgs);
    source.write_manifest("1.2");
    let report = source.report();
    assert_warned(&report, &[("Orgs.csv", None, "unknown-file", 1)]);
    assert!(report.warnings[0].message.contains("orgs.csv"));
}
