//! One tenant's part of an import: checked against what the tenant has, then applied.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use homeroom_contract::{CategoryId, LineItemId, TenantId, Timestamp};
use homeroom_journal::{Conn, DatabaseError, sql};
use sqlx::QueryBuilder;

use super::affected::{Touched, write_kin};
use super::references::{Known, World};
use super::rows::Stored;
use super::source::Source;
use super::table::{Plan, Stock, stock};
use super::{GradebookFiles, GradebookRows, ImportError, KnownToGradebook, Part, Tally};
use crate::oneroster::{
    AcademicSession, Class, Contents, Course, Demographics, Enrollment, File, Mode, Org, Refusal, Row, User,
    UserRole,
};

/// One tenant's rows and what the tenant has.
pub(super) struct District {
    pub(super) tenant: TenantId,
    contents: Contents,
    stocks: Stocks,
    gradebook: KnownToGradebook,
}

struct Stocks {
    orgs: Stock,
    academic_sessions: Stock,
    people: Stock,
    roles: Stock,
    courses: Stock,
    classes: Stock,
    enrollments: Stock,
    demographics: Stock,
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

    /// Writes what is new or differs; says what that came to, and whose rights it touched.
    pub(super) async fn apply(
        mut self,
        conn: &mut Conn,
        source: &Source,
        gradebook: Option<&dyn GradebookFiles>,
        at: Timestamp,
        limit: usize,
    ) -> Result<(Vec<(File, Tally)>, Touched), ImportError> {
        let gradebook_rows = self.gradebook_rows(source);
        let Self { tenant, contents, stocks, .. } = &self;
        let orgs = Plan::new(&stocks.orgs, &contents.orgs, &source.absent(File::Orgs));
        let sessions = Plan::new(
            &stocks.academic_sessions,
            &contents.academic_sessions,
            &source.absent(File::AcademicSessions),
        );
        let users = Plan::new(&stocks.people, &contents.users, &source.absent(File::Users));
        let roles = Plan::new(&stocks.roles, &contents.roles, &source.absent(File::Roles));
        let courses = Plan::new(&stocks.courses, &contents.courses, &source.absent(File::Courses));
        let classes = Plan::new(&stocks.classes, &contents.classes, &source.absent(File::Classes));
        let enrollments =
            Plan::new(&stocks.enrollments, &contents.enrollments, &source.absent(File::Enrollments));
        let demographics =
            Plan::new(&stocks.demographics, &contents.demographics, &source.absent(File::Demographics));

        let everyone = orgs.tally.writes() > 0 || classes.touches_what_was();
        let mut touched = Touched { everyone, people: BTreeSet::new() };
        let people = users.people().chain(roles.people()).chain(enrollments.people());
        touched.people.extend(people.map(str::to_owned));
        touched.limit(limit);
        let people = touched.people.clone();
        touched.add_kin(conn, tenant, &people).await?;

        orgs.apply(conn, tenant).await?;
        sessions.apply(conn, tenant).await?;
        users.apply(conn, tenant).await?;
        write_kin(conn, tenant, &users.written().collect::<Vec<_>>()).await?;
        roles.apply(conn, tenant).await?;
        courses.apply(conn, tenant).await?;
        classes.apply(conn, tenant).await?;
        enrollments.apply(conn, tenant).await?;
        demographics.apply(conn, tenant).await?;
        if orgs.tally.writes() > 0 {
            close_orgs(conn, tenant).await?;
        }
        touched.add_kin(conn, tenant, &people).await?;
        touched.limit(limit);

        let mut tallies = vec![
            (File::Orgs, orgs.tally),
            (File::AcademicSessions, sessions.tally),
            (File::Users, users.tally),
            (File::Roles, roles.tally),
            (File::Courses, courses.tally),
            (File::Classes, classes.tally),
            (File::Enrollments, enrollments.tally),
            (File::Demographics, demographics.tally),
        ];
        if let Some(gradebook) = gradebook {
            let tally =
                gradebook.apply(conn, tenant, at, &gradebook_rows).await.map_err(ImportError::Gradebook)?;
            tallies.extend([
                (File::Categories, tally.categories),
                (File::LineItems, tally.line_items),
                (File::Results, tally.results),
            ]);
        }
        Ok((tallies, touched))
    }

    fn gradebook_rows(&mut self, source: &Source) -> GradebookRows {
        fn part<R>(source: &Source, file: File, rows: &mut Vec<Row<R>>) -> Part<R> {
            Part { mode: source.mode(file), rows: std::mem::take(rows), absent: source.absent(file) }
        }
        GradebookRows {
            categories: part(source, File::Categories, &mut self.contents.categories),
            line_items: part(source, File::LineItems, &mut self.contents.line_items),
            results: part(source, File::Results, &mut self.contents.results),
        }
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

/// Writes down anew which org is above which. What is to be deleted is above nothing.
async fn close_orgs(conn: &mut Conn, tenant: &TenantId) -> Result<(), DatabaseError> {
    const ORGS: &str = "SELECT org_id, parent_id FROM orgs WHERE tenant_id = $1 AND active";
    let orgs: BTreeMap<String, Option<String>> =
        sql!(conn, |c| sqlx::query_as::<_, (String, Option<String>)>(ORGS)
            .bind(tenant.as_str())
            .fetch_all(c))?
        .into_iter()
        .collect();
    let mut pairs = Vec::new();
    for id in orgs.keys() {
        let mut seen = BTreeSet::new();
        let mut at = Some(id.as_str());
        while let Some((above, parent)) = at.and_then(|id| orgs.get_key_value(id)) {
            if !seen.insert(above.as_str()) {
                break;
            }
            pairs.push((id.as_str(), above.as_str()));
            at = parent.as_deref();
        }
    }
    sql!(conn, |c| sqlx::query("DELETE FROM org_closure WHERE tenant_id = $1")
        .bind(tenant.as_str())
        .execute(c))?;
    for some in pairs.chunks(1000) {
        sql!(conn, |c| async {
            let mut statement =
                QueryBuilder::new("INSERT INTO org_closure (tenant_id, descendant_id, ancestor_id) ");
            statement.push_values(some, |mut row, (descendant, ancestor)| {
                row.push_bind(tenant.as_str()).push_bind(*descendant).push_bind(*ancestor);
            });
            statement.build().execute(c).await
        })?;
    }
    Ok(())
}
