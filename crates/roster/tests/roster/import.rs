//! What an import does with sources as schools send them.

use crate::district::{Source, active, class, dump, import, import_with, noon, person, roster, tenant, user};
use homeroom_journal::sql;
use homeroom_roster::oneroster::{File, Reason};
use homeroom_roster::{Grading, ImportOptions, ImportReport, Outcome, Person, RefusedLimit};
use homeroom_testkit::TestDatabase;

const ENROLLMENTS: &str =
    "SELECT enrollment_id FROM enrollments WHERE tenant_id = $1 AND active ORDER BY enrollment_id";
const PEOPLE: &str = "SELECT user_id FROM people WHERE tenant_id = $1 AND active ORDER BY user_id";

fn lenient(limit: &str) -> ImportOptions {
    ImportOptions { max_refused: limit.parse().unwrap(), ..ImportOptions::default() }
}

fn refused(report: &ImportReport) -> Vec<(String, u32, String, Reason)> {
    let refusals = report.refusals.iter();
    refusals
        .map(|it| (it.file.to_string(), it.line, it.column.clone().unwrap_or_default(), it.reason))
        .collect()
}

fn row(file: &str, line: u32, column: &str, reason: Reason) -> (String, u32, String, Reason) {
    (file.to_owned(), line, column.to_owned(), reason)
}

homeroom_testkit::on_both_databases! {
    /// The first import adds everything, the same again changes nothing and tells nobody.
    async fn a_district_comes_in_once(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        let first = import(&roster, &Source::district()).await;
        assert_eq!(first.tenants, [tenant("d1")]);
        assert_eq!(first.file(File::Users).map(|file| (file.rows, file.added)), Some((9, 9)));
        assert_eq!(first.file(File::Demographics).unwrap().added, 1);
        let mut conn = database.lookup().await.unwrap();
        let standing = roster.standing_in(&mut conn, &person("d1", "teacher"), &class("math"), noon()).await.unwrap();
        assert_eq!(standing.may_grade(), Grading::Allowed);
        drop(conn);
        let changes = "SELECT version || '' FROM roster_changes WHERE tenant_id = $1";
        let told = active(&database, changes, "d1").await;
        let second = import(&roster, &Source::district()).await;
        for file in &second.files {
            assert_eq!((file.rows, file.added + file.changed + file.removed), (file.unchanged, 0), "{second}");
        }
        assert_eq!(active(&database, changes, "d1").await, told);
    }

    /// What was imported and is absent from a bulk file goes; what was made in the gateway, what is in files that aren't
    /// there and what another tenant has stays.
    async fn absence_from_a_bulk_file_removes_what_was_imported(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        import(&roster, &Source::district()).await;
        let other = Source::empty()
            .row("orgs", "d2,,,Other,district,,")
            .row("orgs", "s1,,,School,school,,d2")
            .user("ben", "true", "");
        import(&roster, &other).await;
        let mut conn = database.begin().await.unwrap();
        sql!(conn, |c| sqlx::query(
            "INSERT INTO enrollments (tenant_id, enrollment_id, class_id, user_id, role, is_primary, active, origin, digest) \
             VALUES ('d1', 'made-here', 'math', 'ann', 'student', false, true, 'gateway', 0)"
        ).execute(c)).unwrap();
        conn.commit().await.unwrap();
        let smaller = Source::district()
            .without("demographics")
            .without("roles")
            .drop_row("users", "ben")
            .drop_row("users", "father")
            .drop_row("enrollments", "e-ben");
        let report = import_with(&roster, &smaller, &ImportOptions { tenant: Some(tenant("d1")), ..Default::default() }).await;
        assert_eq!(report.outcome, Outcome::Applied, "{report}");
        assert_eq!(report.file(File::Users).unwrap().removed, 2);
        assert_eq!(active(&database, ENROLLMENTS, "d1").await, ["e-aide", "e-ann", "e-teacher", "made-here"]);
        assert!(!active(&database, PEOPLE, "d1").await.contains(&"ben".to_owned()));
        assert_eq!(active(&database, PEOPLE, "d2").await, ["ben"]);
        let roles = "SELECT role_id FROM roles WHERE tenant_id = $1 AND active";
        assert_eq!(active(&database, roles, "d1").await.len(), 9);
        // Back again: the same row as before counts as changed.
        let back = import_with(&roster, &Source::district(), &ImportOptions { tenant: Some(tenant("d1")), ..Default::default() }).await;
        assert_eq!(back.file(File::Users).map(|file| (file.changed, file.unchanged)), Some((2, 7)));
    }

    /// A delta adds, changes and deletes what it names, and leaves the rest.
    async fn a_delta_touches_only_what_it_names(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        import(&roster, &Source::district()).await;
        let stamp = "2025-10-01T00:00:00.000Z";
        let delta = Source::delta()
            .row("users", &format!("cat,active,{stamp},true,cat,,Cat,New,,,,,,,,,,,,,,,"))
            .row("users", &format!("ann,active,{stamp},true,ann,,Anna,ann,,,,,,mother,,,,,,,,,"))
            .row("enrollments", &format!("e-cat,active,{stamp},math,s1,cat,student,,,"))
            .row("enrollments", &format!("e-ben,tobedeleted,{stamp},math,s1,ben,student,,,"))
            .row("enrollments", &format!("e-never,tobedeleted,{stamp},gone,gone,gone,student,,,"));
        let report = import(&roster, &delta).await;
        let users = report.file(File::Users).unwrap();
        assert_eq!((users.added, users.changed, users.removed), (1, 1, 0));
        let enrollments = report.file(File::Enrollments).unwrap();
        assert_eq!((enrollments.added, enrollments.removed, enrollments.unchanged), (1, 1, 1));
        assert_eq!(active(&database, ENROLLMENTS, "d1").await, ["e-aide", "e-ann", "e-cat", "e-teacher"]);
        let mut conn = database.lookup().await.unwrap();
        let students = roster.students_in(&mut conn, &tenant("d1"), &class("math"), noon()).await.unwrap();
        let names: Vec<String> = students.iter().map(Person::display_name).collect();
        assert_eq!(names, ["Cat New", "Anna ann"]);
    }

    /// A dry run says the same as the real one, and leaves nothing behind.
    async fn a_dry_run_changes_nothing(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        let nothing = dump(&database).await;
        let dry = ImportOptions { dry_run: true, ..ImportOptions::default() };
        let said = import_with(&roster, &Source::district(), &dry).await;
        assert_eq!(said.outcome, Outcome::DryRun);
        assert_eq!(dump(&database).await, nothing);
        let done = import(&roster, &Source::district()).await;
        assert_eq!(ImportReport { outcome: Outcome::Applied, ..said }, done);
    }

    /// One bad row, and nothing of the source is applied; the report names it, and what depends on it.
    async fn one_refused_row_refuses_the_import(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        import(&roster, &Source::district()).await;
        let before = dump(&database).await;
        let bad = Source::district().user("new", "true", "").change("enrollments", "e-ben,,,math", "e-ben,,,nowhere");
        let report = import_with(&roster, &bad, &ImportOptions::default()).await;
        assert_eq!((report.outcome, report.exit_code()), (Outcome::Refused, 2));
        assert_eq!(refused(&report), [row("enrollments.csv", 5, "classSourcedId", Reason::UnknownReference)]);
        assert_eq!(report.file(File::Users).unwrap().added, 0);
        assert_eq!(dump(&database).await, before);
    }

    /// With a limit, what depends on a refused row is refused with it, through every file, and the rest is applied.
    async fn refusals_go_on_to_what_depends_on_them(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        let bad = Source::district().with_gradebook().change("academicSessions", "t1,,,Term,term", "t1,,,Term,trem");
        let report = import_with(&roster, &bad, &lenient("20")).await;
        assert_eq!(report.outcome, Outcome::Applied, "{report}");
        assert_eq!(
            refused(&report),
            [
                row("academicSessions.csv", 3, "type", Reason::Enumeration),
                row("academicSessions.csv", 4, "parentSourcedId", Reason::RefusedReference),
                row("classes.csv", 2, "termSourcedIds", Reason::RefusedReference),
                row("classes.csv", 3, "termSourcedIds", Reason::RefusedReference),
                row("enrollments.csv", 2, "classSourcedId", Reason::RefusedReference),
                row("enrollments.csv", 3, "classSourcedId", Reason::RefusedReference),
                row("enrollments.csv", 4, "classSourcedId", Reason::RefusedReference),
                row("enrollments.csv", 5, "classSourcedId", Reason::RefusedReference),
                row("lineItems.csv", 2, "classSourcedId", Reason::RefusedReference),
                row("lineItems.csv", 3, "classSourcedId", Reason::RefusedReference),
                row("results.csv", 2, "lineItemSourcedId", Reason::RefusedReference),
                row("results.csv", 3, "lineItemSourcedId", Reason::RefusedReference),
            ]
        );
        assert_eq!(active(&database, PEOPLE, "d1").await.len(), 9);
        assert_eq!(active(&database, ENROLLMENTS, "d1").await.len(), 0);
        assert_eq!(import_with(&roster, &bad, &lenient("11")).await.outcome, Outcome::Refused);
    }

    /// A row that is there but refused is not absent: what it was before stays.
    async fn a_refused_row_is_not_an_absent_one(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        import(&roster, &Source::district()).await;
        let bad = Source::district()
            .change("enrollments", "e-ann,,,math,s1,ann,student,,,", "e-ann,,,math,s1,ann,pupil,,,")
            .drop_row("enrollments", "e-ben");
        let report = import_with(&roster, &bad, &lenient("5%")).await;
        assert_eq!(report.outcome, Outcome::Applied, "{report}");
        assert_eq!(active(&database, ENROLLMENTS, "d1").await, ["e-aide", "e-ann", "e-teacher"]);
        // Which row this one was can't be told, so none is taken as absent.
        let worse = Source::district()
            .change("enrollments", "e-ann,,,math,s1,ann,student,,,", ",,,math,s1,ann,student,,,")
            .drop_row("enrollments", "e-aide");
        let report = import_with(&roster, &worse, &lenient("5%")).await;
        assert_eq!(report.outcome, Outcome::Applied, "{report}");
        assert_eq!(active(&database, ENROLLMENTS, "d1").await, ["e-aide", "e-ann", "e-ben", "e-teacher"]);
    }

    /// People and orgs that don't exist; a sourcedId twice; an org that stands above itself, or belongs nowhere.
    async fn what_cannot_be_right_is_refused_row_by_row(test: TestDatabase) {
        let (roster, _) = roster(&test).await;
        let bad = Source::district()
            .user("lonely", "true", "nobody")
            .row("orgs", "s9,,,School,school,,d9")
            .row("orgs", "x1,,,Circle,school,,x2")
            .row("orgs", "x2,,,Circle,school,,x1")
            .row("orgs", "nil,,,Nowhere,state,,")
            .row("enrollments", "e-ann,,,math,s1,ben,student,,,");
        let report = import_with(&roster, &bad, &lenient("6")).await;
        assert_eq!(report.outcome, Outcome::Applied, "{report}");
        assert_eq!(
            refused(&report),
            [
                row("orgs.csv", 5, "parentSourcedId", Reason::UnknownReference),
                row("orgs.csv", 6, "parentSourcedId", Reason::Conflict),
                row("orgs.csv", 7, "parentSourcedId", Reason::Conflict),
                row("orgs.csv", 8, "type", Reason::Conflict),
                row("users.csv", 11, "agentSourcedIds", Reason::UnknownReference),
                row("enrollments.csv", 6, "sourcedId", Reason::Repeated),
            ]
        );
    }

    /// A link from a student to a plain teacher, or to a relative, is taken and gives nothing; a relative who becomes a
    /// guardian later gets the rights with the role.
    async fn a_link_alone_makes_no_guardian(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        let source = Source::district()
            .change("users", ",ben,,,,,,,,,,,,,,,\n", ",ben,,,,,,\"teacher,aunt\",,,,,,,,,\n")
            .user("aunt", "true", "")
            .row("roles", "r-aunt,,,aunt,primary,relative,,,s1,");
        import(&roster, &source).await;
        let (d1, ben) = (tenant("d1"), user("ben"));
        let mut conn = database.lookup().await.unwrap();
        assert_eq!(roster.guardians_of(&mut conn, &d1, &ben, noon()).await.unwrap(), [user("father")]);
        drop(conn);
        let promoted = Source::delta().row("roles", "r-aunt,active,2025-10-01T00:00:00Z,aunt,primary,guardian,,,s1,");
        import(&roster, &promoted).await;
        let mut conn = database.lookup().await.unwrap();
        assert_eq!(roster.guardians_of(&mut conn, &d1, &ben, noon()).await.unwrap(), [user("aunt"), user("father")]);
    }

    /// As real exports are: capitals, empty header cells and a missing file are put up with; a date that can be read in two
    /// ways and a misspelt header are not.
    async fn dirty_sources_are_read_or_refused_but_never_guessed(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        let tolerable = Source::district()
            .without("demographics")
            .change("users", "principal,,,true", "principal,,,TRUE")
            .change("classes", "math,,,Maths 1,,c1,,scheduled", "math,,,Maths 1,,c1,,Scheduled")
            .text("courses", "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,\
                 subjects,subjectCodes,,\nc1,,,y26,Maths,M1,,d1,,,,\n");
        let report = import_with(&roster, &tolerable, &ImportOptions::default()).await;
        assert_eq!(report.outcome, Outcome::Applied, "{report}");
        assert!(!report.warnings.is_empty());
        let before = dump(&database).await;
        let date = Source::district().change("academicSessions", "2025-08-01,2025-11-01", "1/05/2023,2025-11-01");
        let report = import_with(&roster, &date, &ImportOptions::default()).await;
        assert_eq!(refused(&report), [row("academicSessions.csv", 4, "startDate", Reason::Date)]);
        let header = Source::district().change("enrollments", "classSourcedId", "classSourcedID");
        let report = import_with(&roster, &header, &ImportOptions::default()).await;
        assert_eq!(report.outcome, Outcome::Refused, "{report}");
        assert_eq!(refused(&report).iter().map(|refused| refused.1).collect::<Vec<_>>(), [1]);
        assert_eq!(dump(&database).await, before);
    }

    /// A file that can't be read refuses the import, however many rows may be refused: it isn't one row, nor known what it says.
    async fn a_file_that_cannot_be_read_refuses_the_import_whatever_the_limit(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        import(&roster, &Source::district()).await;
        let before = dump(&database).await;
        for file in ["orgs", "users", "enrollments", "demographics"] {
            for bad in [
                Source::district().change(file, "sourcedId,status,", "sourcedID,status,"),
                Source::district().text(file, "this,is,no,header\n"),
            ] {
                let report = import_with(&roster, &bad, &lenient("100%")).await;
                assert_eq!((report.outcome, report.exit_code()), (Outcome::Refused, 2), "{report}");
                let line = format!("refused  {file}.csv can't be read, so nothing is applied, whatever the limit");
                assert!(report.to_string().contains(&line), "{report}");
                assert_eq!(dump(&database).await, before);
            }
        }
    }

    /// A file that is for one district and brings another's orgs is refused as a whole, whatever the limit.
    async fn another_tenants_data_is_refused(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        import(&roster, &Source::district()).await;
        let before = dump(&database).await;
        let other = Source::district().row("orgs", "d2,,,Other,district,,st").row("orgs", "s2,,,School,school,,d2");
        let options = ImportOptions { tenant: Some(tenant("d1")), ..lenient("100%") };
        let report = import_with(&roster, &other, &options).await;
        assert_eq!(report.outcome, Outcome::Refused);
        assert!(refused(&report).contains(&row("orgs.csv", 5, "sourcedId", Reason::Conflict)), "{report}");
        assert_eq!(dump(&database).await, before);
        // A reference into another tenant leads nowhere.
        import(&roster, &Source::empty().row("orgs", "d2,,,Other,district,,").user("stranger", "true", "")).await;
        let delta = Source::delta().row("enrollments", "e-x,active,2025-10-01T00:00:00Z,math,s1,stranger,student,,,");
        let report = import_with(&roster, &delta, &ImportOptions { tenant: Some(tenant("d1")), ..Default::default() }).await;
        assert_eq!(refused(&report), [row("enrollments.csv", 2, "userSourcedId", Reason::UnknownReference)]);
    }

    /// A source with several districts gives each its own; who is above both is in both.
    async fn one_source_may_bring_several_districts(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        let two = Source::district()
            .row("orgs", "d2,,,Other,district,,st")
            .row("orgs", "s2,,,School,school,,d2")
            .row("classes", "bio,,,Biology,,c2,,scheduled,,s2,t1,,,")
            .row("courses", "c2,,,y26,Biology,B1,,d2,,")
            .user("eve", "true", "mother")
            .user("state", "true", "")
            .row("roles", "r-eve,,,eve,primary,student,,,s2,")
            .row("roles", "r-mother2,,,mother,secondary,parent,,,s2,")
            .row("roles", "r-state,,,state,primary,systemAdministrator,,,st,")
            .row("enrollments", "e-eve,,,bio,s2,eve,student,,,");
        let report = import(&roster, &two).await;
        assert_eq!(report.tenants, [tenant("d1"), tenant("d2")]);
        assert_eq!(active(&database, PEOPLE, "d2").await, ["eve", "mother", "state"]);
        assert!(active(&database, PEOPLE, "d1").await.contains(&"state".to_owned()));
        let mut conn = database.lookup().await.unwrap();
        for (district, id) in [("d1", "math"), ("d2", "bio")] {
            let standing = roster.standing_in(&mut conn, &person(district, "state"), &class(id), noon()).await.unwrap();
            assert!(standing.admin.is_some(), "{district}");
        }
        assert!(roster.standing_in(&mut conn, &person("d1", "state"), &class("bio"), noon()).await.is_err());
        assert_eq!(roster.children_of(&mut conn, &tenant("d2"), &user("mother"), noon()).await.unwrap(), [user("eve")]);
        drop(conn);
        // A district whose row has strayed into another one's export is not thought to be empty.
        let stray = Source::district().row("orgs", "d2,,,Other,district,,st").user("state", "true", "")
            .row("roles", "r-state,,,state,primary,systemAdministrator,,,st,");
        let report = import(&roster, &stray).await;
        assert_eq!(report.tenants, [tenant("d1"), tenant("d2")]);
        assert_eq!(active(&database, PEOPLE, "d2").await, ["eve", "mother", "state"]);
        assert_eq!(active(&database, "SELECT org_id FROM orgs WHERE tenant_id = $1 AND active ORDER BY 1", "d2").await, ["d2", "s2", "st"]);
        let across = two.row("enrollments", "e-across,,,bio,s2,ann,student,,,").change("classes", "s2,t1", "s1,t1");
        let report = import_with(&roster, &across, &ImportOptions::default()).await;
        assert_eq!(report.outcome, Outcome::Refused);
    }

    /// Without orgs.csv and with several tenants, or none, nobody can know whose data it is.
    async fn a_source_without_orgs_needs_a_tenant(test: TestDatabase) {
        let (roster, _) = roster(&test).await;
        let no_orgs = Source::empty().user("ann", "true", "");
        let folder = no_orgs.folder();
        let unclear = roster.import(folder.path(), &ImportOptions::default(), None, noon()).await;
        assert!(unclear.is_err());
        import(&roster, &Source::district()).await;
        import(&roster, &no_orgs).await;
    }

    /// OneRoster 1.1, where the role and the orgs are in users.csv.
    async fn the_older_version_is_understood(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        let old = Source::district()
            .without("roles")
            .without("demographics")
            .text("manifest", "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\nfile.users,bulk\n")
            .text("users", "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,\
                familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n\
                teacher,,,true,s1,teacher,t,,T,T,,,,,,,,secret\n\
                aide,,,true,s1,aide,a,,A,A,,,,,,,,\n\
                ann,,,true,s1,student,ann,,Ann,A,,,,,,mother,,\n\
                ben,,,true,s1,student,ben,,Ben,B,,,,,,,,\n\
                mother,,,true,s1,parent,m,,M,M,,,,,,,,\n");
        let report = import_with(&roster, &old, &ImportOptions::default()).await;
        assert_eq!((report.outcome, report.version.to_string().as_str()), (Outcome::Applied, "1.1"), "{report}");
        let mut conn = database.lookup().await.unwrap();
        let standing = roster.standing_in(&mut conn, &person("d1", "mother"), &class("math"), noon()).await.unwrap();
        assert_eq!(standing.children, [user("ann")]);
        let standing = roster.standing_in(&mut conn, &person("d1", "aide"), &class("math"), noon()).await.unwrap();
        assert_eq!((standing.aide, standing.may_grade()), (true, Grading::Denied));
        drop(conn);
        let bad = old.change("users", "ben,,,true,s1", "ben,,,true,\"s1,s7\"");
        let report = import_with(&roster, &bad, &lenient("2")).await;
        assert_eq!(report.outcome, Outcome::Applied, "{report}");
        assert_eq!(
            refused(&report),
            [
                row("users.csv", 5, "orgSourcedIds", Reason::UnknownReference),
                row("enrollments.csv", 5, "userSourcedId", Reason::RefusedReference),
            ]
        );
    }
}

/// The report as a tool and as a person read it.
#[tokio::test]
async fn the_report_can_be_read() {
    let test = TestDatabase::sqlite();
    let (roster, _) = roster(&test).await;
    let source = Source::district()
        .with_gradebook()
        .change("users", "principal,,,true", "principal,,,TRUE")
        .change("enrollments", "e-ben,,,math", "e-ben,,,nowhere")
        .drop_row("results", "res2");
    let report = import_with(&roster, &source, &lenient("1")).await;
    insta::assert_snapshot!("report-text", report);
    insta::assert_json_snapshot!("report-json", report);
}

#[test]
fn limits_are_what_they_say() {
    assert_eq!("3%".parse(), Ok(RefusedLimit::Percent(3.0)));
}
