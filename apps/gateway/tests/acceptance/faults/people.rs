//! Who listens, and what each of them has to hear of: known from how the district was made.

use std::collections::BTreeSet;

use homeroom_contract::TenantId;
use homeroom_testkit::Tokens;

use crate::support::district::{District, Persona};

/// Those who hear of everything in the class's gradebook.
const STAFF: [Persona; 6] = [
    Persona::Teacher,
    Persona::CoTeacher,
    Persona::TeacherWhoIsParent,
    Persona::Aide,
    Persona::ClassAdministrator,
    Persona::SchoolAdmin,
];

/// Those who are connected and hear of nothing.
const OUTSIDERS: [Persona; 5] = [
    Persona::Counselor,
    Persona::TeacherOfAnotherClass,
    Persona::AdminOfAnotherSchool,
    Persona::Relative,
    Persona::EndedStudent,
];

/// Four who teach the class and may set grades. None of them loses a right in any test.
pub(crate) fn teachers(district: &District) -> [String; 4] {
    let [teacher, other, parent] = [Persona::Teacher, Persona::CoTeacher, Persona::TeacherWhoIsParent]
        .map(|persona| district.user(persona));
    [teacher, other, parent, district.visitor()]
}

/// Everyone who listens: so many of them, first those who are special, then staff with a second device.
pub(crate) fn listeners(district: &District, count: usize) -> Vec<String> {
    let personas = STAFF.into_iter().chain(OUTSIDERS).chain([Persona::OwnParent, Persona::OtherParent]);
    let special = personas.map(|persona| district.user(persona));
    let again = STAFF.into_iter().cycle().map(|persona| district.user(persona));
    special.chain(district.students()).chain(again).take(count).collect()
}

/// Who hears of a grade of that student, posted or not.
pub(crate) fn audience(district: &District, student: &str, posted: bool) -> BTreeSet<String> {
    let mut audience = staff(district);
    if posted {
        audience.insert(student.to_owned());
        let guardian = |child: Persona, guardian: Persona| {
            (district.user(child) == student).then(|| district.user(guardian))
        };
        audience.extend(guardian(Persona::Student, Persona::OwnParent));
        audience.extend(guardian(Persona::Classmate, Persona::OtherParent));
    }
    audience
}

/// Who hears of what is not about one student.
pub(crate) fn staff(district: &District) -> BTreeSet<String> {
    STAFF.into_iter().map(|persona| district.user(persona)).collect()
}

/// A token for one of the district's people.
pub(crate) fn token(district: &District, user: &str) -> String {
    let tenant: TenantId = district.tenant.parse().expect("an id");
    Tokens::default().person(&tenant, &user.parse().expect("an id"))
}
