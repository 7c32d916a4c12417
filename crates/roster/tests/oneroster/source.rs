//! Sources to read: a small valid one, and changes to it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use homeroom_roster::oneroster::{Contents, Limits, Reader, Refusal, Report, SourceError};
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The files of a source by name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Source(pub(crate) BTreeMap<String, Vec<u8>>);

/// What the standard's own header looks like, written out here a second time so that a slip in the crate's table shows.
pub(crate) const USERS: &str = "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,\
identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,resourceSourcedIds,preferredGivenName,\
preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns";
pub(crate) const ENROLLMENTS: &str = "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate";
pub(crate) const ORGS: &str = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId";
pub(crate) const CLASSES: &str = "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,\
schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods";
pub(crate) const RESULTS: &str = "sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,\
comment,textScore,classSourcedId,inProgress,incomplete,late,missing";
const SESSIONS: &str =
    "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear";
const ROLES: &str = "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId";
const COURSES: &str = "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes";
const CATEGORIES: &str = "sourcedId,status,dateLastModified,title,weight";
const LINE_ITEMS: &str = "sourcedId,status,dateLastModified,title,description,assignDate,dueDate,classSourcedId,categorySourcedId,\
academicSessionSourcedId,resultValueMin,resultValueMax,schoolSourcedId";
const DEMOGRAPHICS: &str = "sourcedId,status,dateLastModified,birthDate,sex,americanIndianOrAlaskaNative,asian,\
blackOrAfricanAmerican,nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,\
countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus";

/// Everything that the standard names, so that the manifest can say absent or bulk for each.
pub(crate) const ALL: [&str; 21] = [
    "academicSessions",
    "categories",
    "classes",
    "classResources",
    "courses",
    "courseResources",
    "demographics",
    "enrollments",
    "lineItemLearningObjectiveIds",
    "lineItems",
    "lineItemScoreScales",
    "orgs",
    "resources",
    "resultLearningObjectiveIds",
    "results",
    "resultScoreScales",
    "roles",
    "scoreScales",
    "userProfiles",
    "userResources",
    "users",
];

/// A small valid bulk source.
pub(crate) fn valid() -> Source {
    let mut source = Source::default();
    let mut add = |name: &str, header: &str, rows: &[&str]| {
        source.0.insert(format!("{name}.csv"), format!("{header}\r\n{}\r\n", rows.join("\r\n")).into_bytes());
    };
    add("orgs", ORGS, &["d,,,District,district,,", "s,,,School,school,17,d"]);
    add(
        "academicSessions",
        SESSIONS,
        &[
            "y,,,2026-2027,schoolYear,2026-08-01,2027-08-01,,2027",
            "t,,,Fall,term,2026-08-01,2027-01-16,y,2027",
        ],
    );
    add(
        "users",
        USERS,
        &[
            "u1,,,true,ada,,Ada,Lovelace,,,ada@example.org,,,,,,,,,,,s,she/her",
            "u2,,,true,bo,\"{LDAP:bo}\",Bo,\"O'Hara, Jr.\",,,,,,u3,09,,,,,,,s,",
            "u3,,,true,cy,,Çiğdem,O'Hara,,,,,,u2,,,,,,,,,",
        ],
    );
    add(
        "roles",
        ROLES,
        &[
            "r1,,,u1,primary,teacher,,,s,",
            "r2,,,u2,primary,student,2026-08-01,2027-08-01,s,",
            "r3,,,u3,primary,parent,,,s,",
        ],
    );
    add("courses", COURSES, &["co,,,y,Algebra,ALG,09,d,Mathematics,02052"]);
    add("classes", CLASSES, &["c,,,Algebra (1),09,co,ALG-1,scheduled,Room 1,s,t,Mathematics,,\"1,3\""]);
    add(
        "enrollments",
        ENROLLMENTS,
        &["e1,,,c,s,u1,teacher,true,,", "e2,,,c,s,u2,student,,2026-08-01,2027-01-16"],
    );
    add("categories", CATEGORIES, &["hw,,,Homework,20"]);
    add("lineItems", LINE_ITEMS, &["l,,,Homework 1,\"Pages 1, 2\",2026-08-10,2026-08-17,c,hw,t,0,10,s"]);
    add("results", RESULTS, &["x,,,l,u2,fully graded,8.5,2026-08-18,Good.,,c,false,false,true,false"]);
    add("demographics", DEMOGRAPHICS, &["u2,,,2012-02-29,unspecified,,,,,,,,,,,"]);
    source.write_manifest("1.2");
    source
}

impl Source {
    /// Writes the manifest that fits the files.
    pub(crate) fn write_manifest(&mut self, version: &str) {
        let mut text =
            format!("propertyName,value\r\nmanifest.version,1.0\r\noneroster.version,{version}\r\n");
        for name in ALL {
            let mode = if self.0.contains_key(&format!("{name}.csv")) { "bulk" } else { "absent" };
            let _ = write!(text, "file.{name},{mode}\r\n");
        }
        self.0.insert("manifest.csv".into(), text.into_bytes());
    }

    /// Replaces a file.
    pub(crate) fn with(mut self, name: &str, contents: impl AsRef<[u8]>) -> Self {
        self.0.insert(name.into(), contents.as_ref().to_vec());
        self
    }

    /// Replaces a file by a header and rows.
    pub(crate) fn with_rows(self, name: &str, header: &str, rows: &[&str]) -> Self {
        self.with(name, format!("{header}\n{}\n", rows.join("\n")))
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.remove(name);
        self
    }

    /// Replaces a piece of text in a file, which has to be there.
    pub(crate) fn edit(self, name: &str, from: &str, to: &str) -> Self {
        let text = String::from_utf8(self.0[name].clone()).unwrap();
        assert!(text.contains(from), "{name} has no {from:?}");
        self.with(name, text.replace(from, to))
    }

    pub(crate) fn zip(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, contents) in &self.0 {
            zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
            zip.write_all(contents).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    pub(crate) fn write_folder(&self, path: &Path) {
        for (name, contents) in &self.0 {
            fs::write(path.join(name), contents).unwrap();
        }
    }

    /// Reads it as a zip.
    pub(crate) fn read(&self) -> (Contents, Report) {
        read_bytes(&self.zip(), Limits::default()).unwrap()
    }

    pub(crate) fn report(&self) -> Report {
        self.read().1
    }
}

/// Puts bytes where they can be opened. The folder lives as long as what is returned.
pub(crate) fn file(bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("source.zip");
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

pub(crate) fn read_bytes(bytes: &[u8], limits: Limits) -> Result<(Contents, Report), SourceError> {
    let (_folder, path) = file(bytes);
    read_path(&path, limits)
}

pub(crate) fn read_path(path: &Path, limits: Limits) -> Result<(Contents, Report), SourceError> {
    let mut reader = Reader::open(path, limits)?;
    let contents = reader.contents()?;
    Ok((contents, reader.finish()?))
}

/// What a test says about a refusal: file, line, column, code.
pub(crate) fn place(refusal: &Refusal) -> (String, u32, Option<&str>, &'static str) {
    (refusal.file.to_string(), refusal.line, refusal.column.as_deref(), refusal.reason.code())
}

/// Fails unless exactly these rows were refused.
#[track_caller]
pub(crate) fn assert_refused(report: &Report, expected: &[(&str, u32, Option<&str>, &str)]) {
    let found: Vec<_> = report.refusals.iter().map(place).collect();
    let found: Vec<_> =
        found.iter().map(|(file, line, column, code)| (file.as_str(), *line, *column, *code)).collect();
    assert_eq!(found, expected);
}

/// Fails unless exactly these things were tolerated, so often.
#[track_caller]
pub(crate) fn assert_warned(report: &Report, expected: &[(&str, Option<&str>, &str, u32)]) {
    let found: Vec<_> = report
        .warnings
        .iter()
        .map(|warning| {
            (warning.file.as_str(), warning.column.as_deref(), warning.notice.code(), warning.count)
        })
        .collect();
    assert_eq!(found, expected);
}
