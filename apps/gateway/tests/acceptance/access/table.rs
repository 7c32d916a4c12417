//! What everybody may do and see, written down by hand from the rules: this is what the gateway is held against.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::support::district::Persona;

/// Somebody who knocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Who {
    Person(Persona),
    ServiceThatWrites,
    ServiceThatReads,
    ServiceOfSomethingElse,
    Stranger,
    NoToken,
    ExpiredToken,
    ForeignToken,
}

impl Who {
    pub(crate) fn all() -> impl Iterator<Item = Who> {
        Persona::ALL.into_iter().map(Who::Person).chain([
            Who::ServiceThatWrites,
            Who::ServiceThatReads,
            Who::ServiceOfSomethingElse,
            Who::Stranger,
            Who::NoToken,
            Who::ExpiredToken,
            Who::ForeignToken,
        ])
    }

    fn said(self) -> &'static str {
        match self {
            Who::Person(persona) => of(persona),
            Who::ServiceThatWrites => "service with `gradebook:write`",
            Who::ServiceThatReads => "service with `gradebook:read`",
            Who::ServiceOfSomethingElse => "service with `notifications:send`",
            Who::Stranger => "somebody whom the roster does not know",
            Who::NoToken => "nobody (no token)",
            Who::ExpiredToken => "the teacher with an expired token",
            Who::ForeignToken => "the teacher with somebody else's signature",
        }
    }
}

/// As a person would say it.
fn of(persona: Persona) -> &'static str {
    match persona {
        Persona::Student => "the student",
        Persona::Classmate => "a classmate",
        Persona::OwnParent => "the student's guardian",
        Persona::OtherParent => "a classmate's guardian",
        Persona::Relative => "a relative of the student",
        Persona::Teacher => "teacher of the class",
        Persona::CoTeacher => "second teacher of the class (not primary)",
        Persona::TeacherWhoIsParent => "teacher of the class who is the student's guardian",
        Persona::TeacherOfAnotherClass => "teacher of another class",
        Persona::Counselor => "counselor of the school",
        Persona::CounselorOfAnotherSchool => "counselor of another school",
        Persona::Aide => "aide in the class",
        Persona::Proctor => "proctor in the class",
        Persona::ClassAdministrator => "administrator enrolled in the class",
        Persona::SchoolAdmin => "administrator of the school",
        Persona::AdminOfAnotherSchool => "administrator of another school",
        Persona::DistrictAdmin => "district administrator",
        Persona::SystemAdmin => "system administrator",
        Persona::TeacherOfAnotherDistrict => "teacher of another district where all ids are the same",
        Persona::StudentOfAnotherDistrict => "student of another district where all ids are the same",
        Persona::EndedStudent => "student whose enrollment ended",
        Persona::EndedTeacher => "teacher whose enrollment ended",
        Persona::FutureStudent => "student whose enrollment has not begun",
        Persona::FutureTeacher => "teacher whose enrollment has not begun",
        Persona::ParentOfEndedStudent => "guardian of a student whose enrollment ended",
        Persona::Disabled => "disabled teacher of the class",
    }
}

/// Each thing that was tried, and what came of it: `ok`, what was shown, or the code of the refusal.
pub(crate) type Row = BTreeMap<&'static str, String>;

/// The columns of the printed table, in order.
pub(crate) const COLUMNS: [(&str, &str); 15] = [
    ("join", "`gradebook:join`"),
    ("rooms", "rooms it can be in"),
    ("typing", "`gradebook:typing` `cell:focus`"),
    ("set", "`grade:set` `grade:bulk-set`"),
    ("post", "`grades:post` `grades:hide`"),
    ("line item", "`lineitem:create` `lineitem:update`"),
    ("with reason", "the same with a `reason`"),
    ("history of the student", "`grade:history` of the student"),
    ("history of the classmate", "of a classmate"),
    ("told of a line item", "hears of a line item"),
    ("told of the student", "hears of the student's grade: set, posted, set again, hidden"),
    ("told of the classmate", "of a classmate's"),
    ("told of typing", "sees who types"),
    ("told of presence", "sees who comes and goes"),
    ("leave", "`gradebook:leave`"),
];

const EVERYTHING: &str = "set(previous) posted set(previous) hidden";
const OWN: &str = "posted set hidden";

/// What must come of it.
pub(crate) fn expected(who: Who) -> Row {
    match who {
        Who::Person(persona) => of_person(persona),
        Who::ServiceThatWrites => service("staff, no room", "ok", "3 changes"),
        Who::ServiceThatReads => service("staff, no room", "UNAUTHORIZED", "3 changes"),
        Who::ServiceOfSomethingElse => service("UNAUTHORIZED", "UNAUTHORIZED", "UNAUTHORIZED"),
        Who::Stranger | Who::NoToken | Who::ForeignToken => nobody("UNAUTHENTICATED"),
        Who::ExpiredToken => nobody("TOKEN_EXPIRED"),
    }
}

fn of_person(persona: Persona) -> Row {
    let staff = "class:staff gradebook:session";
    match persona {
        Persona::Teacher | Persona::CoTeacher => seated(staff, "ok", "ok"),
        Persona::TeacherWhoIsParent => seated("class:staff gradebook:session student", "ok", "ok"),
        Persona::Aide | Persona::ClassAdministrator => seated(staff, "UNAUTHORIZED", "UNAUTHORIZED"),
        Persona::SchoolAdmin | Persona::DistrictAdmin | Persona::SystemAdmin => {
            seated("class:staff gradebook:session school:admins", "VALIDATION_ERROR", "ok")
        }
        Persona::Student | Persona::OwnParent => family("student", ["2 changes", "UNAUTHORIZED"], [OWN, ""]),
        Persona::Classmate | Persona::OtherParent => {
            family("classmate", ["UNAUTHORIZED", "2 changes"], ["", OWN])
        }
        Persona::Counselor => outsider(&[
            ("join", "staff, no room"),
            ("history of the student", "3 changes"),
            ("history of the classmate", "3 changes"),
        ]),
        Persona::TeacherOfAnotherDistrict => outsider(&[
            ("join", "staff, in rooms"),
            ("rooms", staff),
            ("typing", "ok"),
            ("set", "NOT_FOUND"),
            ("post", "NOT_FOUND"),
            ("line item", "ok / NOT_FOUND"),
            ("with reason", "NOT_FOUND / ok"),
            ("history of the student", "NOT_FOUND"),
            ("history of the classmate", "NOT_FOUND"),
        ]),
        Persona::StudentOfAnotherDistrict => outsider(&[
            ("join", "family, in rooms"),
            ("rooms", "student"),
            ("set", "NOT_FOUND"),
            ("post", "NOT_FOUND"),
            ("line item", "UNAUTHORIZED / NOT_FOUND"),
            ("with reason", "NOT_FOUND / UNAUTHORIZED"),
            ("history of the student", "NOT_FOUND"),
            ("history of the classmate", "NOT_FOUND"),
        ]),
        Persona::Disabled => nobody("UNAUTHORIZED"),
        Persona::Relative
        | Persona::TeacherOfAnotherClass
        | Persona::CounselorOfAnotherSchool
        | Persona::Proctor
        | Persona::AdminOfAnotherSchool
        | Persona::EndedStudent
        | Persona::EndedTeacher
        | Persona::FutureStudent
        | Persona::FutureTeacher
        | Persona::ParentOfEndedStudent => outsider(&[]),
    }
}

/// With the staff: sees and hears everything.
fn seated(rooms: &str, writes: &str, with_reason: &str) -> Row {
    row(&[
        ("join", "staff, in rooms"),
        ("rooms", rooms),
        ("typing", "ok"),
        ("set", writes),
        ("post", writes),
        ("line item", writes),
        ("with reason", with_reason),
        ("history of the student", "3 changes"),
        ("history of the classmate", "3 changes"),
        ("told of a line item", "created updated"),
        ("told of the student", EVERYTHING),
        ("told of the classmate", EVERYTHING),
        ("told of typing", "yes"),
        ("told of presence", "yes"),
        ("leave", "ok"),
    ])
}

/// A student or guardian: the own posted results.
fn family(room: &str, histories: [&str; 2], told: [&str; 2]) -> Row {
    outsider(&[
        ("join", "family, in rooms"),
        ("rooms", room),
        ("history of the student", histories[0]),
        ("history of the classmate", histories[1]),
        ("told of the student", told[0]),
        ("told of the classmate", told[1]),
    ])
}

/// Somebody of the district who is nothing to the class, but for these exceptions.
fn outsider(exceptions: &[(&'static str, &str)]) -> Row {
    let mut outsider = row(&[
        ("join", "UNAUTHORIZED"),
        ("rooms", ""),
        ("typing", "NOT_IN_ROOM"),
        ("set", "UNAUTHORIZED"),
        ("post", "UNAUTHORIZED"),
        ("line item", "UNAUTHORIZED"),
        ("with reason", "UNAUTHORIZED"),
        ("history of the student", "UNAUTHORIZED"),
        ("history of the classmate", "UNAUTHORIZED"),
        ("told of a line item", ""),
        ("told of the student", ""),
        ("told of the classmate", ""),
        ("told of typing", ""),
        ("told of presence", ""),
        ("leave", "ok"),
    ]);
    outsider.extend(row(exceptions));
    outsider
}

fn service(join: &str, writes: &str, history: &str) -> Row {
    outsider(&[
        ("join", join),
        ("set", writes),
        ("post", writes),
        ("line item", writes),
        ("with reason", writes),
        ("history of the student", history),
        ("history of the classmate", history),
    ])
}

/// Somebody who isn't let in: every request is refused alike, and there is nothing to hear.
fn nobody(code: &'static str) -> Row {
    COLUMNS
        .iter()
        .map(|(column, _)| {
            let hears = column.starts_with("told") || *column == "rooms";
            (*column, if hears { String::new() } else { code.to_owned() })
        })
        .collect()
}

fn row(cells: &[(&'static str, &str)]) -> Row {
    cells.iter().map(|(column, cell)| (*column, (*cell).to_owned())).collect()
}

/// The page for the documentation.
pub(crate) fn page() -> String {
    let mut page = include_str!("page.md").to_owned();
    let titles: Vec<_> = COLUMNS.iter().map(|(_, title)| *title).collect();
    let _ = writeln!(page, "| who | {} |\n|{}", titles.join(" | "), "---|".repeat(COLUMNS.len() + 1));
    for who in Who::all() {
        let row = expected(who);
        let cells: Vec<_> = COLUMNS.iter().map(|(column, _)| in_page(&row[column])).collect();
        let _ = writeln!(page, "| {} | {} |", who.said(), cells.join(" | "));
    }
    page
}

fn in_page(cell: &str) -> String {
    let is_code = !cell.is_empty() && cell.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    if is_code { format!("`{cell}`") } else { cell.to_owned() }
}
