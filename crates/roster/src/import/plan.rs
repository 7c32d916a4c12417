//! What an import will do to one tenant, decided before the transaction begins, and doing it.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use homeroom_contract::{TenantId, Timestamp};
use homeroom_journal::{Conn, DatabaseError, sql};
use sqlx::QueryBuilder;

use super::affected::{Touched, write_kin};
use super::source::Source;
use super::table::Plan;
use super::tenant::District;
use super::{Absent, GradebookFiles, GradebookRows, ImportError, Part, Tally};
use crate::oneroster::{
    AcademicSession, Class, Contents, Course, Demographics, Enrollment, File, Org, OrgKind, Row, User,
    UserRole,
};

/// What is to be written for one tenant.
pub(super) struct DistrictPlan<'a> {
    district: &'a District,
    gradebook: GradebookRows,
    orgs: Plan<'a, Org>,
    sessions: Plan<'a, AcademicSession>,
    users: Plan<'a, User>,
    roles: Plan<'a, UserRole>,
    courses: Plan<'a, Course>,
    classes: Plan<'a, Class>,
    enrollments: Plan<'a, Enrollment>,
    demographics: Plan<'a, Demographics>,
}

impl<'a> DistrictPlan<'a> {
    /// Compares the checked rows with what the tenant has. `everybody` is in the source, whatever their tenant; `shared` says
    /// whether it is of several tenants.
    pub(super) fn new(
        district: &'a mut District,
        source: &Source,
        everybody: &HashSet<String>,
        shared: bool,
    ) -> Self {
        // An org that strayed into another district's export says nothing about who is gone from its own.
        let strayed = shared && is_named_only(&district.contents);
        let absent = |file| if strayed { Absent::Stay } else { source.absent(file) };
        let is_gone = |file| {
            let absent = absent(file);
            move |id: &str, _: &str| absent.is_gone(id)
        };
        let gradebook = gradebook_rows(district, source, absent);
        let district: &'a District = district;
        let District { contents, stocks, .. } = district;
        // A row of 1.1's `users.csv` says all the roles that its person has, in a delta too.
        let refused = source.refused(File::Users);
        let is_told = |person: &str| {
            source.roles_in_users() && !strayed && everybody.contains(person) && !refused.contains(person)
        };
        let absent_roles = absent(File::Roles);
        Self {
            gradebook,
            orgs: Plan::new(&stocks.orgs, &contents.orgs, is_gone(File::Orgs)),
            sessions: Plan::new(
                &stocks.academic_sessions,
                &contents.academic_sessions,
                is_gone(File::AcademicSessions),
            ),
            users: Plan::new(&stocks.people, &contents.users, is_gone(File::Users)),
            roles: Plan::new(&stocks.roles, &contents.roles, |id, person| {
                absent_roles.is_gone(id) || is_told(person)
            }),
            courses: Plan::new(&stocks.courses, &contents.courses, is_gone(File::Courses)),
            classes: Plan::new(&stocks.classes, &contents.classes, is_gone(File::Classes)),
            enrollments: Plan::new(&stocks.enrollments, &contents.enrollments, is_gone(File::Enrollments)),
            demographics: Plan::new(
                &stocks.demographics,
                &contents.demographics,
                is_gone(File::Demographics),
            ),
            district,
        }
    }

    /// Whose plan it is.
    pub(super) fn tenant(&self) -> &TenantId {
        &self.district.tenant
    }

    /// What it comes to, file by file.
    pub(super) fn tallies(&self) -> [(File, Tally); 8] {
        [
            (File::Orgs, self.orgs.tally),
            (File::AcademicSessions, self.sessions.tally),
            (File::Users, self.users.tally),
            (File::Roles, self.roles.tally),
            (File::Courses, self.courses.tally),
            (File::Classes, self.classes.tally),
            (File::Enrollments, self.enrollments.tally),
            (File::Demographics, self.demographics.tally),
        ]
    }

    /// Writes what is new or differs; says whose rights that touched.
    pub(super) async fn apply(&self, conn: &mut Conn, limit: usize) -> Result<Touched, DatabaseError> {
        let tenant = self.tenant();
        let everyone = self.orgs.tally.writes() > 0 || self.classes.touches_what_was();
        let people = self.users.people().chain(self.roles.people()).chain(self.enrollments.people());
        let losing = self.users.losing().chain(self.roles.losing()).chain(self.enrollments.losing());
        let mut touched = Touched::new(everyone, people, losing, limit);
        touched.add_kin(conn, tenant).await?;

        self.orgs.apply(conn, tenant).await?;
        self.sessions.apply(conn, tenant).await?;
        self.users.apply(conn, tenant).await?;
        write_kin(conn, tenant, &self.users.written().collect::<Vec<_>>()).await?;
        self.roles.apply(conn, tenant).await?;
        self.courses.apply(conn, tenant).await?;
        self.classes.apply(conn, tenant).await?;
        self.enrollments.apply(conn, tenant).await?;
        self.demographics.apply(conn, tenant).await?;
        if self.orgs.tally.writes() > 0 {
            close_orgs(conn, tenant).await?;
        }
        touched.add_kin(conn, tenant).await?;
        Ok(touched.closed())
    }

    /// Hands the gradebook its files.
    pub(super) async fn hand_over(
        &self,
        conn: &mut Conn,
        gradebook: &dyn GradebookFiles,
        at: Timestamp,
    ) -> Result<[(File, Tally); 3], ImportError> {
        let tally = gradebook
            .apply(conn, self.tenant(), at, &self.gradebook)
            .await
            .map_err(ImportError::Gradebook)?;
        Ok([
            (File::Categories, tally.categories),
            (File::LineItems, tally.line_items),
            (File::Results, tally.results),
        ])
    }
}

/// Whether there is the district and what several share (sessions, people of the state), but no school of its own and no class.
fn is_named_only(contents: &Contents) -> bool {
    let is_school = |row: &Row<Org>| row.record.kind == OrgKind::School;
    contents.classes.is_empty() && contents.enrollments.is_empty() && !contents.orgs.iter().any(is_school)
}

fn gradebook_rows(
    district: &mut District,
    source: &Source,
    absent: impl Fn(File) -> Absent,
) -> GradebookRows {
    let Contents { categories, line_items, results, .. } = &mut district.contents;
    GradebookRows {
        categories: Part {
            mode: source.mode(File::Categories),
            rows: std::mem::take(categories),
            absent: absent(File::Categories),
        },
        line_items: Part {
            mode: source.mode(File::LineItems),
            rows: std::mem::take(line_items),
            absent: absent(File::LineItems),
        },
        results: Part {
            mode: source.mode(File::Results),
            rows: std::mem::take(results),
            absent: absent(File::Results),
        },
    }
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
