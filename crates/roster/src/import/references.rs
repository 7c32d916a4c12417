//! Checking what the rows of a source refer to, across files and in the database.
//!
//! What always holds: after the check every reference of every row that is left leads to a row that is left or, unless its
//! file came in bulk, to one in the database. What refers to a refused row is refused with it. Rows to be deleted refer to
//! nothing: only their `sourcedId` counts.

use std::collections::{BTreeMap, HashSet};

use super::Origin;
use super::rows::Stored;
use crate::oneroster::{
    AcademicSession, Category, Class, Course, Demographics, Enrollment, File, LineItem, Org, Reason, Refusal,
    Row, Status, StudentResult, User, UserRole,
};

/// A column that refers to a row of a file.
pub(super) struct Reference<'a> {
    column: &'static str,
    to: File,
    id: &'a str,
}

impl<'a> Reference<'a> {
    fn new(column: &'static str, to: File, id: &'a str) -> Self {
        Self { column, to, id }
    }
}

/// A record with references.
pub(super) trait Refers {
    /// The record's own `sourcedId`.
    fn id(&self) -> &str;
    /// What it refers to.
    fn references(&self) -> Vec<Reference<'_>>;
}

/// Asks where the thing of a `sourcedId` came from, if it is there.
pub(super) type Lookup<'a> = Box<dyn Fn(&str) -> Option<Origin> + Send + Sync + 'a>;

/// What can be referred to in one file.
pub(super) struct Known<'a> {
    /// In the database; where it came from.
    pub(super) stock: Lookup<'a>,
    /// Whether the file has everything that was ever imported.
    pub(super) bulk: bool,
    /// In the source, and good.
    pub(super) rows: HashSet<String>,
    /// In the source, and refused.
    pub(super) refused: HashSet<String>,
}

impl Known<'_> {
    fn find(&self, id: &str) -> Result<(), Reason> {
        if self.rows.contains(id) {
            Ok(())
        } else if self.refused.contains(id) {
            Err(Reason::RefusedReference)
        } else {
            match (self.stock)(id) {
                Some(Origin::Gateway) => Ok(()),
                Some(Origin::Import) if !self.bulk => Ok(()),
                _ => Err(Reason::UnknownReference),
            }
        }
    }
}

/// Everything that one tenant's rows can refer to.
pub(super) struct World<'a> {
    /// By file.
    pub(super) known: BTreeMap<File, Known<'a>>,
    /// What files are called in refusals: in 1.1 `users.csv` has the roles.
    pub(super) roles_in_users: bool,
    /// People of the source, whatever their tenant: a link to one in another district is no mistake, and says nothing.
    pub(super) everybody: &'a HashSet<String>,
    /// What was refused.
    pub(super) refusals: Vec<Refusal>,
}

impl World<'_> {
    /// Takes out of the rows of a file those with a reference that leads nowhere, and remembers them as refused.
    pub(super) fn check<R: Refers>(&mut self, file: File, rows: &mut Vec<Row<R>>) {
        // Rows of a file may refer to each other, so one refused row may cost another: until no more fall.
        loop {
            let mut fallen = Vec::new();
            rows.retain(|row| match self.broken(file, row) {
                Some(refusal) => {
                    fallen.push((row.record.id().to_owned(), refusal));
                    false
                }
                None => true,
            });
            if fallen.is_empty() {
                return;
            }
            for (id, refusal) in fallen {
                if let Some(known) = self.known.get_mut(&file) {
                    known.rows.remove(&id);
                    known.refused.insert(id);
                }
                self.refuse(refusal);
            }
        }
    }

    /// In 1.1 a row of `users.csv` is a person and that person's roles: if one of the orgs isn't there, all of it is refused.
    pub(super) fn check_1p1_orgs(&mut self, roles: &[Row<UserRole>], users: &mut Vec<Row<User>>) {
        let homeless: Vec<Refusal> = roles
            .iter()
            .filter_map(|row| {
                let refusal = self.broken(File::Roles, row)?;
                let of_org = refusal.column.as_deref() == Some("orgSourcedId");
                of_org.then(|| Refusal { sourced_id: Some(row.record.user.to_string()), ..refusal })
            })
            .collect();
        for refusal in homeless {
            if let (Some(known), Some(id)) = (self.known.get_mut(&File::Users), &refusal.sourced_id) {
                known.rows.remove(id);
                known.refused.insert(id.clone());
            }
            self.refuse(refusal);
        }
        if let Some(known) = self.known.get(&File::Users) {
            users.retain(|row| known.rows.contains(row.record.id.as_str()));
        }
    }

    /// Writes a refusal down as the reader of the report will look for it.
    fn refuse(&mut self, mut refusal: Refusal) {
        if self.roles_in_users {
            let (file, column) = match (refusal.file, refusal.column.as_deref()) {
                (File::Roles, Some("orgSourcedId")) => (File::Users, Some("orgSourcedIds")),
                (File::Roles, Some("userSourcedId")) => (File::Users, Some("sourcedId")),
                (File::LineItems, Some("academicSessionSourcedId")) => {
                    (File::LineItems, Some("gradingPeriodSourcedId"))
                }
                (file, column) => (file, column),
            };
            let column = column.map(str::to_owned);
            refusal.file = file;
            refusal.column = column;
        }
        self.refusals.push(refusal);
    }

    fn broken<R: Refers>(&self, file: File, row: &Row<R>) -> Option<Refusal> {
        if row.status == Status::ToBeDeleted {
            return None;
        }
        row.record.references().into_iter().find_map(|reference| {
            let Reference { column, to, id } = reference;
            let reason = self.known.get(&to)?.find(id).err()?;
            let elsewhere = column == "agentSourcedIds"
                && reason == Reason::UnknownReference
                && self.everybody.contains(id);
            if elsewhere {
                return None;
            }
            let message = match reason {
                Reason::RefusedReference => format!("The row of {id:?} in {to} is refused."),
                _ => format!("There is no {id:?} in {to} or the roster."),
            };
            let sourced_id = Some(row.record.id().to_owned());
            Some(Refusal {
                file,
                line: row.line,
                column: Some(column.to_owned()),
                reason,
                message,
                sourced_id,
            })
        })
    }
}

macro_rules! stored_refers {
    ($record:ty, |$it:ident| $references:expr) => {
        impl Refers for $record {
            fn id(&self) -> &str {
                self.key()
            }

            fn references(&self) -> Vec<Reference<'_>> {
                let $it = self;
                $references
            }
        }
    };
}

stored_refers!(Org, |org| {
    let parent = org.parent.iter();
    parent.map(|parent| Reference::new("parentSourcedId", File::Orgs, parent.as_str())).collect()
});

stored_refers!(AcademicSession, |session| {
    let parent = session.parent.iter();
    parent.map(|parent| Reference::new("parentSourcedId", File::AcademicSessions, parent.as_str())).collect()
});

stored_refers!(User, |user| {
    let agents = user.agents.iter();
    agents.map(|agent| Reference::new("agentSourcedIds", File::Users, agent.as_str())).collect()
});

stored_refers!(UserRole, |role| vec![
    Reference::new("userSourcedId", File::Users, role.user.as_str()),
    Reference::new("orgSourcedId", File::Orgs, role.org.as_str()),
]);

stored_refers!(Course, |course| {
    let year = course.school_year.iter();
    let year = year.map(|year| Reference::new("schoolYearSourcedId", File::AcademicSessions, year.as_str()));
    year.chain([Reference::new("orgSourcedId", File::Orgs, course.org.as_str())]).collect()
});

stored_refers!(Class, |class| {
    let terms = class.terms.iter();
    terms
        .map(|term| Reference::new("termSourcedIds", File::AcademicSessions, term.as_str()))
        .chain([
            Reference::new("courseSourcedId", File::Courses, class.course.as_str()),
            Reference::new("schoolSourcedId", File::Orgs, class.school.as_str()),
        ])
        .collect()
});

stored_refers!(Enrollment, |enrollment| vec![
    Reference::new("classSourcedId", File::Classes, enrollment.class.as_str()),
    Reference::new("schoolSourcedId", File::Orgs, enrollment.school.as_str()),
    Reference::new("userSourcedId", File::Users, enrollment.user.as_str()),
]);

stored_refers!(Demographics, |demographics| vec![Reference::new(
    "sourcedId",
    File::Users,
    demographics.user.as_str()
)]);

impl Refers for Category {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn references(&self) -> Vec<Reference<'_>> {
        Vec::new()
    }
}

impl Refers for LineItem {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn references(&self) -> Vec<Reference<'_>> {
        let school =
            self.school.iter().map(|school| Reference::new("schoolSourcedId", File::Orgs, school.as_str()));
        school
            .chain([
                Reference::new("classSourcedId", File::Classes, self.class.as_str()),
                Reference::new("categorySourcedId", File::Categories, self.category.as_str()),
                Reference::new("academicSessionSourcedId", File::AcademicSessions, self.session.as_str()),
            ])
            .collect()
    }
}

impl Refers for StudentResult {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn references(&self) -> Vec<Reference<'_>> {
        let class =
            self.class.iter().map(|class| Reference::new("classSourcedId", File::Classes, class.as_str()));
        class
            .chain([
                Reference::new("lineItemSourcedId", File::LineItems, self.line_item.as_str()),
                Reference::new("studentSourcedId", File::Users, self.student.as_str()),
            ])
            .collect()
    }
}
