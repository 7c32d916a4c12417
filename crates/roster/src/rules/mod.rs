//! The rules: who may see what. Each is one question to the database and a pure function of its answer.
//!
//! What always holds: a row that is to be deleted gives nothing; neither does one whose `beginDate` is yet to come or whose
//! `endDate` has come (the begin counts, the end doesn't); a person who is disabled or to be deleted has no right at all.
//! `enabledUser` is about signing in: a pupil without an account of their own still has guardians and teachers who see
//! them. What isn't written here is denied.

mod class_standing;
mod family;
mod org_standing;
mod places;
mod student_standing;

pub use class_standing::{ClassStanding, Grading};
pub use org_standing::OrgStanding;
pub use places::{HeldRole, Places};
pub use student_standing::StudentStanding;

pub(crate) use class_standing::standing_in;
pub(crate) use family::{children_of, guardians_of};
pub(crate) use org_standing::standing_at;
pub(crate) use places::places_of;
pub(crate) use student_standing::see_student;

/// SQL: whether the row of that alias holds on the day `$1`.
macro_rules! holds {
    ($row:literal) => {
        concat!(
            $row,
            ".active AND (",
            $row,
            ".begin_date IS NULL OR ",
            $row,
            ".begin_date <= $1) AND (",
            $row,
            ".end_date IS NULL OR ",
            $row,
            ".end_date > $1)"
        )
    };
}

/// SQL: whether the person of that column is a guardian of anyone at all (tenant `$2`, day `$1`): a relative isn't.
macro_rules! is_guardian {
    ($person:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM roles g WHERE g.tenant_id = $2 AND g.user_id = ",
            $person,
            " AND g.role IN ('guardian', 'parent') AND ",
            $crate::rules::holds!("g"),
            ")"
        )
    };
}

/// SQL: one row of kind `person` if the person `$3` of tenant `$2` may act at all.
macro_rules! acting_person {
    () => {
        "SELECT 'person' AS what, p.user_id AS id, '' AS word, '' AS detail FROM people p \
         WHERE p.tenant_id = $2 AND p.user_id = $3 AND p.active AND p.enabled"
    };
}

pub(crate) use {acting_person, holds, is_guardian};

/// One fact that a rule asked for: what it is, the id it is about, `OneRoster`'s word in it, and one more word.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Fact {
    what: String,
    id: String,
    word: String,
    detail: String,
}
