//! A small made-up district as a `OneRoster` source, and what tests do with it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use homeroom_contract::{Actor, ClassId, OrgId, TenantId, Timestamp, UserId};
use homeroom_journal::{Conn, Database, DatabaseOptions, sql};
use homeroom_roster::{ImportOptions, ImportReport, Outcome, Roster, Settings};
use homeroom_testkit::TestDatabase;
use tempfile::TempDir;

/// A source: files by name without `.csv`, and whether each is a delta.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    files: BTreeMap<String, String>,
    delta: bool,
}

impl Source {
    /// Nothing in it.
    pub(crate) fn empty() -> Self {
        Self { files: BTreeMap::new(), delta: false }
    }

    /// Nothing in it yet, and what comes is a delta.
    pub(crate) fn delta() -> Self {
        Self { files: BTreeMap::new(), delta: true }
    }

    /// The district `d1` below the state `st`, with the school `s1`, the class `math` with a teacher, an aide and the
    /// students `ann` and `ben`, a mother of `ann` (named in the child's row), a father of `ben` (naming the child), a
    /// principal, a counselor, and a district administrator.
    pub(crate) fn district() -> Self {
        Self::empty()
            .row("orgs", "st,,,State,state,,")
            .row("orgs", "d1,,,District,district,,st")
            .row("orgs", "s1,,,School,school,,d1")
            .row("academicSessions", "y26,,,2025-26,schoolYear,2025-08-01,2026-08-01,,2026")
            .row("academicSessions", "t1,,,Term,term,2025-08-01,2026-02-01,y26,2026")
            .row("academicSessions", "p1,,,Period,gradingPeriod,2025-08-01,2025-11-01,t1,2026")
            .user("teacher", "true", "")
            .user("aide", "true", "")
            .user("ann", "true", "mother")
            .user("ben", "true", "")
            .user("mother", "true", "")
            .user("father", "true", "ben")
            .user("principal", "true", "")
            .user("counselor", "true", "")
            .user("admin", "true", "")
            .role("teacher", "s1")
            .role("aide", "s1")
            .row("roles", "r-ann,,,ann,primary,student,,,s1,")
            .row("roles", "r-ben,,,ben,primary,student,,,s1,")
            .row("roles", "r-mother,,,mother,primary,parent,,,s1,")
            .row("roles", "r-father,,,father,primary,guardian,,,s1,")
            .role("principal", "s1")
            .role("counselor", "s1")
            .row("roles", "r-admin,,,admin,primary,districtAdministrator,,,d1,")
            .row("courses", "c1,,,y26,Maths,M1,,d1,,")
            .row("classes", "math,,,Maths 1,,c1,,scheduled,,s1,t1,,,")
            .row("classes", "art,,,Art 1,,c1,,scheduled,,s1,t1,,,")
            .row("enrollments", "e-teacher,,,math,s1,teacher,teacher,true,,")
            .row("enrollments", "e-aide,,,math,s1,aide,teacher,false,,")
            .row("enrollments", "e-ann,,,math,s1,ann,student,,,")
            .row("enrollments", "e-ben,,,math,s1,ben,student,,,")
            .row("demographics", "ann,,,2014-05-06,female,,,,,,,,,,,")
    }

    /// The gradebook's three files for it.
    pub(crate) fn with_gradebook(self) -> Self {
        self.row("categories", "cat1,,,Homework,50")
            .row("lineItems", "li1,,,Sheet 1,,2025-09-01,2025-09-08,math,cat1,p1,0,10,s1")
            .row("lineItems", "li2,,,Sculpture,,2025-09-01,2025-09-08,art,cat1,p1,0,10,s1")
            .row("results", "res1,,,li1,ann,fully graded,9.5,2025-09-09,good,,,,,,")
            .row("results", "res2,,,li2,ben,submitted,,2025-09-09,,,,,,,")
    }

    /// Adds a row; the file begins with the standard's header.
    pub(crate) fn row(mut self, file: &str, row: &str) -> Self {
        let text = self.files.entry(file.to_owned()).or_insert_with(|| format!("{}\n", header(file)));
        text.push_str(row);
        text.push('\n');
        self
    }

    /// Adds a person.
    pub(crate) fn user(self, id: &str, enabled: &str, agents: &str) -> Self {
        self.row("users", &format!("{id},,,{enabled},{id},,Given,{id},,,,,,{agents},,,,,,,,,"))
    }

    /// Adds a role of the person of the same name.
    pub(crate) fn role(self, role: &str, org: &str) -> Self {
        self.row("roles", &format!("r-{role},,,{role},primary,{role},,,{org},"))
    }

    /// Leaves a file out.
    pub(crate) fn without(mut self, file: &str) -> Self {
        self.files.remove(file);
        self
    }

    /// Puts a file's whole text in place.
    pub(crate) fn text(mut self, file: &str, text: &str) -> Self {
        self.files.insert(file.to_owned(), text.to_owned());
        self
    }

    /// Replaces a text that is in the file once.
    #[track_caller]
    pub(crate) fn change(mut self, file: &str, from: &str, to: &str) -> Self {
        let text = self.files.get_mut(file).unwrap();
        assert_eq!(text.matches(from).count(), 1, "{from:?} is not in {file} once");
        *text = text.replace(from, to);
        self
    }

    /// Takes out the row of that sourcedId.
    #[track_caller]
    pub(crate) fn drop_row(mut self, file: &str, id: &str) -> Self {
        let text = self.files.get_mut(file).unwrap();
        let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with(&format!("{id},"))).collect();
        assert_eq!(kept.len() + 1, text.lines().count(), "{id} is not in {file} once");
        *text = kept.join("\n") + "\n";
        self
    }

    /// Writes it into a folder.
    pub(crate) fn folder(&self) -> TempDir {
        let folder = TempDir::new().unwrap();
        let mode = if self.delta { "delta" } else { "bulk" };
        let mut manifest = String::from("propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\n");
        for (file, text) in &self.files {
            writeln!(manifest, "file.{file},{mode}").unwrap();
            fs::write(folder.path().join(format!("{file}.csv")), text).unwrap();
        }
        if !self.files.contains_key("manifest") {
            fs::write(folder.path().join("manifest.csv"), manifest).unwrap();
        }
        folder
    }
}

fn header(file: &str) -> &'static str {
    match file {
        "orgs" => "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId",
        "academicSessions" => {
            "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear"
        }
        "users" => {
            "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,\
             email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,resourceSourcedIds,preferredGivenName,\
             preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns"
        }
        "roles" => {
            "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,\
             userProfileSourcedId"
        }
        "courses" => {
            "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,\
             subjectCodes"
        }
        "classes" => {
            "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,\
             schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods"
        }
        "enrollments" => {
            "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,\
             endDate"
        }
        "demographics" => {
            "sourcedId,status,dateLastModified,birthDate,sex,americanIndianOrAlaskaNative,asian,\
             blackOrAfricanAmerican,nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,\
             hispanicOrLatinoEthnicity,countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,\
             publicSchoolResidenceStatus"
        }
        "categories" => "sourcedId,status,dateLastModified,title,weight",
        "lineItems" => {
            "sourcedId,status,dateLastModified,title,description,assignDate,dueDate,classSourcedId,\
             categorySourcedId,academicSessionSourcedId,resultValueMin,resultValueMax,schoolSourcedId"
        }
        "results" => {
            "sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment,\
             textScore,classSourcedId,inProgress,incomplete,late,missing"
        }
        other => panic!("no header for {other}"),
    }
}

/// 2025-10-15, noon UTC.
pub(crate) fn noon() -> Timestamp {
    at("2025-10-15T12:00:00Z")
}

pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::new(text.parse().unwrap())
}

pub(crate) fn class(id: &str) -> ClassId {
    ClassId::new(id).unwrap()
}

pub(crate) fn org(id: &str) -> OrgId {
    OrgId::new(id).unwrap()
}

pub(crate) fn user(id: &str) -> UserId {
    UserId::new(id).unwrap()
}

pub(crate) fn tenant(id: &str) -> TenantId {
    TenantId::new(id).unwrap()
}

pub(crate) fn person(district: &str, id: &str) -> Actor {
    Actor::person(tenant(district), user(id))
}

/// An empty roster in a database that is up to date.
pub(crate) async fn roster(test: &TestDatabase) -> (Roster, Database) {
    roster_with(test, Settings::default()).await
}

pub(crate) async fn roster_with(test: &TestDatabase, settings: Settings) -> (Roster, Database) {
    let database = Database::open(test.url(), DatabaseOptions::default()).await.unwrap();
    database.migrate().await.unwrap();
    (Roster::new(database.clone(), settings), database)
}

/// Imports with the default options and expects it to be applied.
#[track_caller]
pub(crate) fn import(roster: &Roster, source: &Source) -> impl Future<Output = ImportReport> {
    let (roster, folder) = (roster.clone(), source.folder());
    async move {
        let report = roster.import(folder.path(), &ImportOptions::default(), None, noon()).await.unwrap();
        assert_eq!(report.outcome, Outcome::Applied, "{report}");
        report
    }
}

/// Imports with options, whatever comes of it.
pub(crate) async fn import_with(roster: &Roster, source: &Source, options: &ImportOptions) -> ImportReport {
    roster.import(source.folder().path(), options, None, noon()).await.unwrap()
}

/// Everything that an import may write, one line a row.
pub(crate) async fn dump(database: &Database) -> Vec<String> {
    const QUESTION: &str = "\
        SELECT 'org ' || tenant_id || ' ' || org_id || ' ' || digest || ' ' || active AS line FROM orgs UNION ALL \
        SELECT 'above ' || tenant_id || ' ' || descendant_id || ' ' || ancestor_id FROM org_closure UNION ALL \
        SELECT 'session ' || tenant_id || ' ' || session_id || ' ' || digest || ' ' || active FROM academic_sessions UNION ALL \
        SELECT 'person ' || tenant_id || ' ' || user_id || ' ' || digest || ' ' || active FROM people UNION ALL \
        SELECT 'born ' || tenant_id || ' ' || user_id || ' ' || digest || ' ' || active FROM demographics UNION ALL \
        SELECT 'role ' || tenant_id || ' ' || role_id || ' ' || digest || ' ' || active FROM roles UNION ALL \
        SELECT 'course ' || tenant_id || ' ' || course_id || ' ' || digest || ' ' || active FROM courses UNION ALL \
        SELECT 'class ' || tenant_id || ' ' || class_id || ' ' || digest || ' ' || active FROM classes UNION ALL \
        SELECT 'enrollment ' || tenant_id || ' ' || enrollment_id || ' ' || digest || ' ' || active FROM enrollments UNION ALL \
        SELECT 'kin ' || tenant_id || ' ' || person_id || ' ' || kin_id || ' ' || declared_by FROM kin UNION ALL \
        SELECT 'tenant ' || tenant_id || ' ' || version FROM roster_tenants UNION ALL \
        SELECT 'head ' || version FROM roster_head UNION ALL \
        SELECT 'change ' || tenant_id || ' ' || version || ' ' || COALESCE(user_id, '*') FROM roster_changes \
        ORDER BY 1";
    let mut conn = database.lookup().await.unwrap();
    sql!(conn, |c| sqlx::query_scalar::<_, String>(QUESTION).fetch_all(c)).unwrap()
}

/// The ids of a table's rows that stand, of one tenant.
pub(crate) async fn active(database: &Database, question: &'static str, district: &str) -> Vec<String> {
    let mut conn: Conn = database.lookup().await.unwrap();
    sql!(conn, |c| sqlx::query_scalar::<_, String>(question).bind(district).fetch_all(c)).unwrap()
}
