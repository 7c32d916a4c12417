//! One tenant's part of an import, checked against what the tenant has.

use std::collections::{BTreeMap, HashSet};

use homeroom_contract::{CategoryId, LineItemId, TenantId};
use homeroom_journal::{Conn, DatabaseError};

use super::references::{Known, World};
use super::rows::Stored;
use super::source::Source;
use super::table::{Stock, stock};
use super::{GradebookFiles, ImportError, KnownToGradebook};
use crate::oneroster::{
    AcademicSession, Class, Contents, Course, Demographics, Enrollment, File, Mode, Org, Refusal, Row, User,
    UserRole,
};

/// One tenant's rows and what the tenant has.
pub(super) struct District {
    pub(super) tenant: TenantId,
    pub(super) contents: Contents,
    pub(super) stocks: Stocks,
    gradebook: KnownToGradebook,
}

/// What a tenant has, table by table.
pub(super) struct Stocks {
    pub(super) orgs: Stock,
    pub(super) academic_sessions: Stock,
    pub(super) people: Stock,
    pub(super) roles: Stock,
    pub(super) courses: Stock,
    pub(super) classes: Stock,
    pub(super) enrollments: Stock,
    pub(super) demographics: Stock,
}

impl District {
    /// Reads what the tenant has.
    pub(super) async fn open(
        conn: &mut Conn,
        tenant: TenantId,
        contents: Contents,
        source: &Source,
        gradebook: Option<&dyn GradebookFiles>,
    ) -> Result<Self, ImportError> {
        let stocks = Stocks {
            orgs: stock(conn, Org::TABLE, &tenant).await?,
            academic_sessions: stock(conn, AcademicSession::TABLE, &tenant).await?,
            people: stock(conn, User::TABLE, &tenant).await?,
            courses: stock(conn, Course::TABLE, &tenant).await?,
            classes: stock(conn, Class::TABLE, &tenant).await?,
            // Nothing refers to these, so they are looked at only if they may change.
            roles: stock_if(conn, source, File::Roles, UserRole::TABLE, &tenant).await?,
            enrollments: stock_if(conn, source, File::Enrollments, Enrollment::TABLE, &tenant).await?,
            demographics: stock_if(conn, source, File::Demographics, Demographics::TABLE, &tenant).await?,
        };
        let gradebook = match gradebook {
            Some(gradebook) => gradebook.known(conn, &tenant).await.map_err(ImportError::Gradebook)?,
            None => KnownToGradebook::default(),
        };
        Ok(Self { tenant, contents, stocks, gradebook })
    }

    /// Takes out the rows that refer to what isn't there; gives them back as refusals.
    pub(super) fn check(&mut self, source: &Source, everybody: &HashSet<String>) -> Vec<Refusal> {
        let Self { contents, stocks, gradebook, .. } = self;
        let mut world = World {
            known: BTreeMap::new(),
            roles_in_users: source.roles_in_users(),
            everybody,
            refusals: Vec::new(),
        };
        world.know(File::Orgs, source, &contents.orgs, |id| stocks.orgs.get(id).map(|was| was.origin));
        let sessions = &stocks.academic_sessions;
        world.know(File::AcademicSessions, source, &contents.academic_sessions, |id| {
            sessions.get(id).map(|was| was.origin)
        });
        world.know(File::Users, source, &contents.users, |id| stocks.people.get(id).map(|was| was.origin));
        world.know(File::Courses, source, &contents.courses, |id| {
            stocks.courses.get(id).map(|was| was.origin)
        });
        world.know(File::Classes, source, &contents.classes, |id| {
            stocks.classes.get(id).map(|was| was.origin)
        });
        world.know(File::Categories, source, &contents.categories, |id| {
            gradebook.categories.get(&CategoryId::new(id).ok()?).copied()
        });
        world.know(File::LineItems, source, &contents.line_items, |id| {
            gradebook.line_items.get(&LineItemId::new(id).ok()?).copied()
        });
        world.check(File::AcademicSessions, &mut contents.academic_sessions);
        if source.roles_in_users() {
            world.check_1p1_orgs(&contents.roles, &mut contents.users);
        }
        world.check(File::Users, &mut contents.users);
        world.check(File::Roles, &mut contents.roles);
        world.check(File::Courses, &mut contents.courses);
        world.check(File::Classes, &mut contents.classes);
        world.check(File::Enrollments, &mut contents.enrollments);
        world.check(File::Demographics, &mut contents.demographics);
        world.check(File::LineItems, &mut contents.line_items);
        world.check(File::Results, &mut contents.results);
        world.refusals
    }
}

impl<'a> World<'a> {
    fn know<R: super::references::Refers>(
        &mut self,
        file: File,
        source: &Source,
        rows: &[Row<R>],
        stock: impl Fn(&str) -> Option<super::Origin> + Send + Sync + 'a,
    ) {
        let known = Known {
            stock: Box::new(stock),
            bulk: source.mode(file) == Mode::Bulk,
            rows: rows.iter().map(|row| row.record.id().to_owned()).collect(),
            refused: source.refused(file),
        };
        self.known.insert(file, known);
    }
}

async fn stock_if(
    conn: &mut Conn,
    source: &Source,
    file: File,
    table: super::rows::Table,
    tenant: &TenantId,
) -> Result<Stock, DatabaseError> {
    if source.mode(file) == Mode::Absent { Ok(Stock::new()) } else { stock(conn, table, tenant).await }
}
