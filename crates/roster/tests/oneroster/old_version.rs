//! `OneRoster` 1.1: roles and orgs in users.csv, no roles.csv.

use homeroom_roster::oneroster::{File, Limits, Mode, Reader, RoleKind, Version};

use crate::source::{Source, assert_refused, assert_warned, file, valid};

const USERS_1P1: &str = "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,\
middleName,identifier,email,sms,phone,agentSourcedIds,grades,password";
const RESULTS_1P1: &str = "sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment";
const LINE_ITEMS_1P1: &str = "sourcedId,status,dateLastModified,title,description,assignDate,dueDate,classSourcedId,\
categorySourcedId,gradingPeriodSourcedId,resultValueMin,resultValueMax";

fn old() -> Source {
    let mut source = valid()
        .without("roles.csv")
        .with_rows(
            "users.csv",
            USERS_1P1,
            &[
                "u1,,,true,\"s,d\",administrator,ada,,Ada,Lovelace,,,,,,,,",
                "u2,,,true,s,student,bo,,Bo,O'Hara,,,,,,u3,09,",
                "u3,,,true,s,guardian,cy,,Cy,O'Hara,,,,,,u2,,",
                "u4,,,true,s,aide,di,,Di,Prince,,,,,,,,",
            ],
        )
        .with_rows("results.csv", RESULTS_1P1, &["x,,,l,u2,fully graded,8,2026-08-18,"])
        .with_rows("lineItems.csv", LINE_ITEMS_1P1, &["l,,,Homework,,2026-08-10,2026-08-17,c,hw,t,0,10"])
        .with_rows("categories.csv", "sourcedId,status,dateLastModified,title", &["hw,,,Homework"]);
    source.write_manifest("1.1");
    source
}

#[test]
fn roles_are_made_of_what_users_csv_says() {
    let (contents, report) = old().read();
    assert_refused(&report, &[]);
    assert_warned(&report, &[]);
    assert_eq!(report.version, Version::V1p1);
    let roles: Vec<_> = contents
        .roles
        .iter()
        .map(|row| (row.line, row.record.id.as_str(), row.record.kind.clone(), row.record.primary))
        .collect();
    assert_eq!(
        roles,
        [
            (2, "u1:s:siteAdministrator", RoleKind::SiteAdministrator, true),
            (2, "u1:d:districtAdministrator", RoleKind::DistrictAdministrator, false),
            (3, "u2:s:student", RoleKind::Student, true),
            (4, "u3:s:guardian", RoleKind::Guardian, true),
            (5, "u4:s:aide", RoleKind::Aide, true),
        ]
    );
    assert_eq!(contents.users[1].record.agents[0].as_str(), "u3");
    assert_eq!(contents.line_items[0].record.session.as_str(), "t");
    assert_eq!(contents.line_items[0].record.school, None);
    assert_eq!(contents.results[0].record.score, Some(8.0));
}

#[test]
fn the_roles_are_taken_as_the_users_are() {
    let (_folder, path) = file(&old().zip());
    let reader = Reader::open(&path, Limits::default()).unwrap();
    assert_eq!((reader.mode(File::Roles), reader.mode(File::Users)), (Mode::Bulk, Mode::Bulk));
}

#[test]
fn a_wrong_role_refuses_the_person_once_and_leaves_no_role() {
    let (contents, report) = old().edit("users.csv", "guardian", "uncle").read();
    assert_refused(&report, &[("users.csv", 4, Some("role"), "enumeration")]);
    assert_eq!(contents.users.len(), 3);
    assert!(contents.roles.iter().all(|row| row.record.user.as_str() != "u3"));
}

#[test]
fn the_files_are_believed_against_the_manifest() {
    let mut source = old();
    source.write_manifest("1.2");
    let report = source.report();
    assert_eq!(report.version, Version::V1p1);
    assert_warned(&report, &[("manifest.csv", Some("oneroster.version"), "manifest-disagrees", 1)]);
}

#[test]
fn a_person_without_an_org_is_refused() {
    let report = old().edit("users.csv", "u4,,,true,s,", "u4,,,true,,").report();
    assert_refused(&report, &[("users.csv", 5, Some("orgSourcedIds"), "blank")]);
}
