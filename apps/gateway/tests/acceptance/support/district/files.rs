//! A district as the files of a OneRoster 1.2 bulk source (CSV binding, section 4).

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use super::{District, Persona};

const HEADERS: [(&str, &str); 8] = [
    ("orgs.csv", "name,type,identifier,parentSourcedId"),
    ("academicSessions.csv", "title,type,startDate,endDate,parentSourcedId,schoolYear"),
    (
        "users.csv",
        "enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,resourceSourcedIds,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns",
    ),
    ("roles.csv", "userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId"),
    ("courses.csv", "schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes"),
    (
        "classes.csv",
        "title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods",
    ),
    ("enrollments.csv", "classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate"),
    ("categories.csv", "title,weight"),
];

const OTHER_FILES: [&str; 13] = [
    "classResources",
    "courseResources",
    "demographics",
    "lineItemLearningObjectiveIds",
    "lineItems",
    "lineItemScoreScales",
    "resources",
    "resultLearningObjectiveIds",
    "results",
    "resultScoreScales",
    "scoreScales",
    "userProfiles",
    "userResources",
];

impl District {
    /// Writes it as a bulk zip.
    pub(crate) fn write(&self, path: &Path) {
        let file = std::fs::File::create(path).expect("a file for the zip");
        let mut zip = zip::ZipWriter::new(file);
        let mut put = |name: &str, text: &str| {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("an entry");
            zip.write_all(text.as_bytes()).expect("its text");
        };
        put("manifest.csv", &manifest());
        for (name, header) in HEADERS {
            let mut csv = format!("sourcedId,status,dateLastModified,{header}\n");
            for row in self.rows(name) {
                let cells: Vec<String> = row.iter().map(|cell| quote(cell)).collect();
                writeln!(csv, "{}", cells.join(",")).expect("memory");
            }
            put(name, &csv);
        }
        zip.finish().expect("a finished zip");
    }

    /// Writes a delta zip that ends somebody's enrollment in the class.
    pub(crate) fn write_unenrolled(&self, path: &Path, user: &str) {
        let mut rows = self.enrollments();
        rows.retain(|row| row[3] == self.class() && row[5] == user);
        write_delta(path, "enrollments.csv", "tobedeleted", &rows);
    }

    /// Writes a delta zip that disables somebody.
    pub(crate) fn write_disabled(&self, path: &Path, user: &str) {
        let mut rows = self.users();
        rows.retain(|row| row[0] == user);
        for row in &mut rows {
            "false".clone_into(&mut row[3]);
        }
        write_delta(path, "users.csv", "active", &rows);
    }

    fn rows(&self, file: &str) -> Vec<Vec<String>> {
        match file {
            "orgs.csv" => self.orgs(),
            "academicSessions.csv" => {
                vec![row([&self.session(), "Term", "term", "2020-01-01", "2100-01-01", "", "2100"])]
            }
            "users.csv" => self.users(),
            "roles.csv" => self.roles(),
            "courses.csv" => vec![row([&self.id("course"), "", "Course", "", "", &self.school(), "", ""])],
            "classes.csv" => vec![self.class_row(&self.class()), self.class_row(&self.other_class())],
            "enrollments.csv" => self.enrollments(),
            _ => vec![row([&self.category(), "Homework", "100"])],
        }
    }

    fn orgs(&self) -> Vec<Vec<String>> {
        let district_parent = if self.variation.deep { self.id("state") } else { String::new() };
        let mut orgs = vec![
            row([&self.tenant, "District", "district", "", &district_parent]),
            row([&self.school(), "School", "school", "", &self.tenant]),
            row([&self.id("other-school"), "Other school", "school", "", &self.tenant]),
        ];
        if self.variation.deep {
            orgs.push(row([&self.id("state"), "State", "state", "", ""]));
        }
        orgs
    }

    fn class_row(&self, class: &str) -> Vec<String> {
        let (course, school, term) = (self.id("course"), self.school(), self.session());
        row([class, "Class", "", &course, "", "scheduled", "", &school, &term, "", "", ""])
    }

    /// Each adult and the child they are linked to.
    fn links(&self) -> Vec<(String, String)> {
        vec![
            (self.user(Persona::OwnParent), self.user(Persona::Student)),
            (self.user(Persona::Relative), self.user(Persona::Student)),
            (self.user(Persona::TeacherWhoIsParent), self.user(Persona::Student)),
            (self.user(Persona::OtherParent), self.user(Persona::Classmate)),
            (self.user(Persona::ParentOfEndedStudent), self.user(Persona::EndedStudent)),
        ]
    }

    fn people(&self) -> Vec<(String, &'static str)> {
        let mut people: Vec<_> = locals()
            .map(|persona| (self.user(persona), if persona == Persona::Disabled { "false" } else { "true" }))
            .collect();
        people.push((self.visitor(), "true"));
        people.extend((0..self.variation.bystanders).map(|n| (self.id(&format!("bystander-{n}")), "true")));
        people
    }

    fn users(&self) -> Vec<Vec<String>> {
        let links = self.links();
        let agents = |user: &str| {
            let linked: Vec<_> = links
                .iter()
                .filter_map(|(adult, child)| {
                    let (here, there) =
                        if self.variation.link_on_child { (child, adult) } else { (adult, child) };
                    (here == user).then_some(there.as_str())
                })
                .collect();
            linked.join(",")
        };
        let mut users = Vec::new();
        for (user, enabled) in self.people() {
            let agents = agents(&user);
            let mut cells = row([&user, enabled, &format!("name of {user}"), "", "Given", "Family"]);
            cells.extend(row_tail(["", "", "", "", "", agents.as_str()]));
            cells.extend(std::iter::repeat_n(String::new(), 9));
            users.push(cells);
        }
        users
    }

    fn roles(&self) -> Vec<Vec<String>> {
        let guardian = if self.variation.parent { "parent" } else { "guardian" };
        let admin = if self.variation.principal { "principal" } else { "siteAdministrator" };
        let (school, other) = (self.school(), self.id("other-school"));
        let mut roles: Vec<(String, &str, &str)> = Vec::new();
        for persona in locals() {
            let (role, org) = match persona {
                Persona::Student | Persona::Classmate | Persona::EndedStudent | Persona::FutureStudent => {
                    ("student", &school)
                }
                Persona::OwnParent | Persona::OtherParent | Persona::ParentOfEndedStudent => {
                    (guardian, &school)
                }
                Persona::Relative => ("relative", &school),
                Persona::Counselor => ("counselor", &school),
                Persona::CounselorOfAnotherSchool => ("counselor", &other),
                Persona::Aide => ("aide", &school),
                Persona::Proctor => ("proctor", &school),
                Persona::SchoolAdmin => (admin, &school),
                Persona::AdminOfAnotherSchool => (admin, &other),
                Persona::DistrictAdmin => ("districtAdministrator", &self.tenant),
                Persona::SystemAdmin => ("systemAdministrator", &self.tenant),
                _ => ("teacher", &school),
            };
            roles.push((self.user(persona), role, org));
        }
        roles.push((self.visitor(), "teacher", &school));
        roles.push((self.user(Persona::TeacherWhoIsParent), guardian, &school));
        roles.extend(
            (0..self.variation.bystanders)
                .map(|n| (self.id(&format!("bystander-{n}")), "student", school.as_str())),
        );
        let mut rows = Vec::new();
        for (n, (user, role, org)) in roles.iter().enumerate() {
            rows.push(row([&self.id(&format!("role-{n}")), user, "primary", role, "", "", org, ""]));
        }
        rows
    }

    fn enrollments(&self) -> Vec<Vec<String>> {
        let (class, other) = (self.class(), self.other_class());
        let mut enrolled: Vec<(String, &str, &str, &str, &str, &str)> = Vec::new();
        for persona in locals() {
            let user = self.user(persona);
            match persona {
                Persona::Student | Persona::Classmate => enrolled.push((user, &class, "student", "", "", "")),
                Persona::EndedStudent => {
                    enrolled.push((user, &class, "student", "", "2020-01-01", "2021-01-01"));
                }
                Persona::FutureStudent => enrolled.push((user, &class, "student", "", "2099-01-01", "")),
                Persona::Teacher | Persona::Disabled => {
                    enrolled.push((user, &class, "teacher", "true", "", ""));
                }
                Persona::CoTeacher | Persona::TeacherWhoIsParent => {
                    enrolled.push((user, &class, "teacher", "false", "2020-01-01", "2100-01-01"));
                }
                Persona::EndedTeacher => enrolled.push((user, &class, "teacher", "true", "", "2021-01-01")),
                Persona::FutureTeacher => enrolled.push((user, &class, "teacher", "true", "2099-01-01", "")),
                Persona::TeacherOfAnotherClass => enrolled.push((user, &other, "teacher", "true", "", "")),
                Persona::Aide if self.variation.ext_aide => {
                    enrolled.push((user, &class, "ext:aide", "", "", ""));
                }
                Persona::Aide => enrolled.push((user, &class, "teacher", "false", "", "")),
                Persona::Proctor => enrolled.push((user, &class, "proctor", "", "", "")),
                Persona::ClassAdministrator => enrolled.push((user, &class, "administrator", "", "", "")),
                _ => {}
            }
        }
        enrolled.push((self.visitor(), &class, "teacher", "false", "", ""));
        if self.variation.teaches_both {
            enrolled.push((self.user(Persona::Teacher), &other, "teacher", "true", "", ""));
        }
        enrolled.extend(
            (0..self.variation.bystanders)
                .map(|n| (self.id(&format!("bystander-{n}")), class.as_str(), "student", "", "", "")),
        );
        let (school, mut rows) = (self.school(), Vec::new());
        for (n, (user, class, role, primary, begin, end)) in enrolled.iter().enumerate() {
            rows.push(row([
                &self.id(&format!("enrollment-{n}")),
                class,
                &school,
                user,
                role,
                primary,
                begin,
                end,
            ]));
        }
        rows
    }
}

/// One row of one file, and all other files absent.
fn write_delta(path: &Path, name: &str, status: &str, rows: &[Vec<String>]) {
    assert_eq!(rows.len(), 1, "one row of {name}");
    let (_, header) = HEADERS.into_iter().find(|(file, _)| *file == name).expect("a file");
    let mut csv = format!("sourcedId,status,dateLastModified,{header}\n");
    for row in rows {
        let mut cells: Vec<String> = row.iter().map(|cell| quote(cell)).collect();
        cells[1..3].clone_from_slice(&[status.to_owned(), "2026-01-01T00:00:00.000Z".to_owned()]);
        writeln!(csv, "{}", cells.join(",")).expect("memory");
    }
    let file = std::fs::File::create(path).expect("a file for the zip");
    let mut zip = zip::ZipWriter::new(file);
    let manifest = manifest().replace(",bulk", ",absent");
    let of_file = format!("file.{},", name.trim_end_matches(".csv"));
    let manifest = manifest.replace(&format!("{of_file}absent"), &format!("{of_file}delta"));
    for (name, text) in [("manifest.csv", manifest), (name, csv)] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("an entry");
        zip.write_all(text.as_bytes()).expect("its text");
    }
    zip.finish().expect("a finished zip");
}

fn locals() -> impl Iterator<Item = Persona> {
    Persona::ALL.into_iter().filter(|persona| persona.is_local())
}

/// A bulk row: the sourcedId, blank status and dateLastModified, then the rest.
fn row<const N: usize>(cells: [&str; N]) -> Vec<String> {
    let mut row: Vec<String> = cells.iter().map(ToString::to_string).collect();
    row.splice(1..1, [String::new(), String::new()]);
    row
}

fn row_tail<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.iter().map(ToString::to_string).collect()
}

fn quote(cell: &str) -> String {
    if cell.contains([',', '"']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

fn manifest() -> String {
    let mut manifest = "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\n".to_owned();
    for (name, _) in HEADERS {
        let _ = writeln!(manifest, "file.{},bulk", name.trim_end_matches(".csv"));
    }
    for name in OTHER_FILES {
        let _ = writeln!(manifest, "file.{name},absent");
    }
    manifest + "source.systemName,test\nsource.systemCode,test\n"
}
