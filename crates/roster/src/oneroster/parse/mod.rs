//! From a row to its record, file by file.

use std::collections::HashSet;

use chrono::NaiveDate;
use homeroom_contract::OrgId;

use super::File;
use super::fields::Fields;
use super::findings::Bad;
use super::report::Reason;

/// An enumeration with `ext:` words.
macro_rules! word {
    ($fields:expr, $name:literal, $kind:ident) => {
        $fields.token($name, $kind::TOKENS, true).and_then(|token| {
            $kind::from_token(token).ok_or_else(|| Bad::new($name, Reason::Enumeration, "Not known."))
        })
    };
}

mod classes;
mod gradebook;
mod people;

/// What more than the row itself is known.
#[derive(Debug, Default)]
pub struct Context {
    /// The rows of `users.csv` hold the roles.
    pub(super) roles_in_users: bool,
    /// Orgs that are a district or above, as far as the source says (1.1 only).
    pub(super) high_orgs: HashSet<OrgId>,
}

/// A record that can be read from a row.
pub trait Parse: Sized {
    /// The file.
    const FILE: File;

    /// How many entries its lists have.
    fn entries(&self) -> usize {
        0
    }

    /// Reads a row into a record, or several.
    fn parse(fields: &mut Fields<'_>, context: &Context, records: &mut Vec<Self>) -> Result<(), Bad>;
}

/// An end before its begin is refused; on the same day it is an interval without a day, which is allowed.
fn in_order(column: &str, begin: Option<NaiveDate>, end: Option<NaiveDate>) -> Result<(), Bad> {
    match (begin, end) {
        (Some(begin), Some(end)) if end < begin => {
            Err(Bad::new(column, Reason::DatesReversed, format!("{end} is before {begin}.")))
        }
        _ => Ok(()),
    }
}
