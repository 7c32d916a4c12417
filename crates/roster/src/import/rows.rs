//! The roster's tables as an import sees them: which record goes into which columns.

use std::borrow::Cow;

use chrono::NaiveDate;
use homeroom_contract::{AcademicSessionId, OrgId};
use sha2::{Digest, Sha256};

use crate::oneroster::{AcademicSession, Class, Course, Demographics, Enrollment, Org, User, UserRole};

/// A value on its way into a column.
#[derive(Debug, Clone)]
pub(super) enum Cell<'a> {
    Text(Cow<'a, str>),
    MaybeText(Option<&'a str>),
    Flag(bool),
    Day(Option<NaiveDate>),
    Whole(i64),
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

/// A table that records are imported into. Besides these columns each has `tenant_id`, `active`, `origin` and `digest`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table {
    pub(super) name: &'static str,
    /// The column of the `sourcedId`.
    pub(super) key: &'static str,
    /// The column of the person whose rights the row is about, or an empty text in SQL.
    pub(super) person: &'static str,
    /// The columns of [`Stored::cells`].
    pub(super) columns: &'static [&'static str],
}

/// A record that is kept in a table.
pub(super) trait Stored {
    const TABLE: Table;

    /// Its `sourcedId`.
    fn key(&self) -> &str;

    /// Its values, one for each of the table's columns.
    fn cells(&self) -> Vec<Cell<'_>>;

    /// What is kept of it in other tables.
    fn elsewhere(&self) -> Vec<Cell<'_>> {
        Vec::new()
    }

    /// The person whose rights it is about.
    fn person(&self) -> Option<&str> {
        None
    }

    /// Whether, in the place of what was there, it may take something from the person.
    fn may_take(&self) -> bool {
        true
    }

    /// A fingerprint of everything that is kept of it.
    fn digest(&self) -> i64 {
        let mut hash = Sha256::new();
        for cell in self.cells().iter().chain(&self.elsewhere()) {
            // Each value begins with its kind and its length, so that two rows are alike only if all their values are.
            let (kind, bytes): (u8, Cow<'_, [u8]>) = match cell {
                Cell::Text(text) => (1, text.as_bytes().into()),
                Cell::MaybeText(Some(text)) => (1, text.as_bytes().into()),
                Cell::Day(Some(day)) => (2, day.to_string().into_bytes().into()),
                Cell::MaybeText(None) | Cell::Day(None) => (0, Cow::default()),
                Cell::Flag(flag) => (3, vec![u8::from(*flag)].into()),
                Cell::Whole(number) => (4, number.to_be_bytes().to_vec().into()),
            };
            hash.update([kind]);
            hash.update(bytes.len().to_be_bytes());
            hash.update(bytes);
        }
        let (head, _) = hash.finalize().into_iter().fold((0_u64, 0), |(number, at), byte| {
            if at < 8 { ((number << 8) | u64::from(byte), at + 1) } else { (number, at) }
        });
        head.cast_signed()
    }
}

impl Stored for Org {
    const TABLE: Table =
        Table { name: "orgs", key: "org_id", person: "''", columns: &["name", "kind", "parent_id"] };

    fn key(&self) -> &str {
        self.id.as_str()
    }

    fn cells(&self) -> Vec<Cell<'_>> {
        vec![
            self.name.as_str().into(),
            self.kind.as_str().into(),
            Cell::MaybeText(self.parent.as_ref().map(OrgId::as_str)),
        ]
    }
}

impl Stored for AcademicSession {
    const TABLE: Table = Table {
        name: "academic_sessions",
        key: "session_id",
        person: "''",
        columns: &["title", "kind", "begin_date", "end_date", "parent_id", "school_year"],
    };

    fn key(&self) -> &str {
        self.id.as_str()
    }

    fn cells(&self) -> Vec<Cell<'_>> {
        vec![
            self.title.as_str().into(),
            self.kind.as_str().into(),
            Cell::Day(Some(self.start)),
            Cell::Day(Some(self.end)),
            Cell::MaybeText(self.parent.as_ref().map(AcademicSessionId::as_str)),
            Cell::Whole(self.school_year.into()),
        ]
    }
}

impl Stored for User {
    const TABLE: Table = Table {
        name: "people",
        key: "user_id",
        person: "user_id",
        columns: &[
            "username",
            "given_name",
            "family_name",
            "preferred_given_name",
            "preferred_family_name",
            "enabled",
        ],
    };

    fn key(&self) -> &str {
        self.id.as_str()
    }

    fn cells(&self) -> Vec<Cell<'_>> {
        vec![
            self.username.as_str().into(),
            self.given_name.as_str().into(),
            self.family_name.as_str().into(),
            Cell::MaybeText(self.preferred_given_name.as_deref()),
            Cell::MaybeText(self.preferred_family_name.as_deref()),
            Cell::Flag(self.enabled),
        ]
    }

    fn may_take(&self) -> bool {
        !self.enabled
    }

    fn elsewhere(&self) -> Vec<Cell<'_>> {
        self.agents.iter().map(|agent| agent.as_str().into()).collect()
    }

    fn person(&self) -> Option<&str> {
        Some(self.id.as_str())
    }
}

impl Stored for UserRole {
    const TABLE: Table = Table {
        name: "roles",
        key: "role_id",
        person: "user_id",
        columns: &["user_id", "org_id", "role", "begin_date", "end_date"],
    };

    fn key(&self) -> &str {
        self.id.as_str()
    }

    fn cells(&self) -> Vec<Cell<'_>> {
        vec![
            self.user.as_str().into(),
            self.org.as_str().into(),
            self.kind.as_str().into(),
            Cell::Day(self.begin),
            Cell::Day(self.end),
        ]
    }

    fn person(&self) -> Option<&str> {
        Some(self.user.as_str())
    }
}

impl Stored for Course {
    const TABLE: Table = Table {
        name: "courses",
        key: "course_id",
        person: "''",
        columns: &["title", "code", "org_id", "school_year_id"],
    };

    fn key(&self) -> &str {
        self.id.as_str()
    }

    fn cells(&self) -> Vec<Cell<'_>> {
        vec![
            self.title.as_str().into(),
            Cell::MaybeText(self.code.as_deref()),
            self.org.as_str().into(),
            Cell::MaybeText(self.school_year.as_ref().map(AcademicSessionId::as_str)),
        ]
    }
}

impl Stored for Class {
    const TABLE: Table = Table {
        name: "classes",
        key: "class_id",
        person: "''",
        columns: &["title", "code", "kind", "course_id", "school_id", "terms"],
    };

    fn key(&self) -> &str {
        self.id.as_str()
    }

    fn cells(&self) -> Vec<Cell<'_>> {
        let terms: serde_json::Value = self.terms.iter().map(AcademicSessionId::as_str).collect();
        vec![
            self.title.as_str().into(),
            Cell::MaybeText(self.code.as_deref()),
            self.kind.as_str().into(),
            self.course.as_str().into(),
            self.school.as_str().into(),
            Cell::Text(terms.to_string().into()),
        ]
    }
}

impl Stored for Enrollment {
    const TABLE: Table = Table {
        name: "enrollments",
        key: "enrollment_id",
        person: "user_id",
        columns: &["class_id", "user_id", "role", "is_primary", "begin_date", "end_date"],
    };

    fn key(&self) -> &str {
        self.id.as_str()
    }

    fn cells(&self) -> Vec<Cell<'_>> {
        vec![
            self.class.as_str().into(),
            self.user.as_str().into(),
            self.role.as_str().into(),
            Cell::Flag(self.primary == Some(true)),
            Cell::Day(self.begin),
            Cell::Day(self.end),
        ]
    }

    fn person(&self) -> Option<&str> {
        Some(self.user.as_str())
    }
}

impl Stored for Demographics {
    const TABLE: Table =
        Table { name: "demographics", key: "user_id", person: "''", columns: &["birth_date"] };

    fn key(&self) -> &str {
        self.user.as_str()
    }

    fn cells(&self) -> Vec<Cell<'_>> {
        vec![Cell::Day(self.birth_date)]
    }
}
