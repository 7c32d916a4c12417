//! `OneRoster`'s words for roles (`OneRoster` 1.2, section "Enumerations") and ours. What isn't here (`relative`, `ext:` values)
//! gives no right at all.

use homeroom_contract::Role;

/// The role that a `roles.csv` value gives, if any.
pub(crate) fn role(word: &str) -> Option<Role> {
    Some(match word {
        "student" => Role::Student,
        "guardian" | "parent" => Role::Parent,
        "teacher" => Role::Teacher,
        "aide" => Role::Aide,
        "counselor" => Role::Counselor,
        "proctor" => Role::Proctor,
        "principal" | "siteAdministrator" => Role::SchoolAdmin,
        "districtAdministrator" => Role::DistrictAdmin,
        "systemAdministrator" => Role::SystemAdmin,
        _ => return None,
    })
}

/// The role, if it is one that administers the org it is held at and all below.
pub(crate) fn admin(word: &str) -> Option<Role> {
    role(word).filter(|role| *role >= Role::SchoolAdmin)
}

/// What an enrollment makes of a person in the class (`enrollments.csv`, `role`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EnrolledAs {
    Administrator,
    Proctor,
    Student,
    Teacher,
    Aide,
}

/// The meaning of an enrollment's role, if it has one.
pub(crate) fn enrolled_as(word: &str) -> Option<EnrolledAs> {
    Some(match word {
        "administrator" => EnrolledAs::Administrator,
        "proctor" => EnrolledAs::Proctor,
        "student" => EnrolledAs::Student,
        "teacher" => EnrolledAs::Teacher,
        "ext:aide" => EnrolledAs::Aide,
        _ => return None,
    })
}
