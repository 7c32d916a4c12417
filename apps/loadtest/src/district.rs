//! The district as its export tells of it today: classes and who is in them, guardians, administrators.
//!
//! Who may hear of what is made from this, and from nothing that the gateway says: so a gateway that tells too much is found.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use chrono::NaiveDate;
use homeroom_contract::{AcademicSessionId, ClassId, OrgId, TenantId, UserId};
use homeroom_roster::oneroster::{
    AcademicSession, Class, Enrollment, EnrollmentRole, Limits, Org, OrgKind, Reader, Record, RoleKind, Row,
    SessionKind, SourceError, Status, User, UserRole,
};

use crate::problem::Problem;

/// The rows that matter here.
#[derive(Debug, Default)]
pub(crate) struct Export {
    pub(crate) orgs: Vec<Org>,
    pub(crate) sessions: Vec<AcademicSession>,
    pub(crate) users: Vec<User>,
    pub(crate) roles: Vec<UserRole>,
    pub(crate) classes: Vec<Class>,
    pub(crate) enrollments: Vec<Enrollment>,
}

/// A district on one day.
#[derive(Debug)]
pub(crate) struct District {
    pub(crate) tenant: TenantId,
    /// The grading period of that day, for new line items; if there is none, another session of the day.
    pub(crate) session: AcademicSessionId,
    pub(crate) classes: BTreeMap<ClassId, Taught>,
    /// By student.
    pub(crate) guardians: BTreeMap<UserId, BTreeSet<UserId>>,
    /// Who administers which schools, by a role at the school or at an org above it.
    pub(crate) admins: BTreeMap<UserId, BTreeSet<OrgId>>,
    /// Who may log in.
    pub(crate) enabled: BTreeSet<UserId>,
}

/// A class.
#[derive(Debug)]
pub(crate) struct Taught {
    pub(crate) school: OrgId,
    /// Who sets grades.
    pub(crate) teachers: BTreeSet<UserId>,
    /// Who sits with the staff by enrollment, teachers included.
    pub(crate) staff: BTreeSet<UserId>,
    pub(crate) students: BTreeSet<UserId>,
}

impl Export {
    /// Reads an export; rows that an import would refuse are left out, as there.
    pub(crate) fn read(path: &Path) -> Result<Self, Problem> {
        let read = || -> Result<Self, SourceError> {
            let mut reader = Reader::open(path, Limits::default())?;
            Ok(Self {
                orgs: active(&mut reader)?,
                sessions: active(&mut reader)?,
                users: active(&mut reader)?,
                roles: active(&mut reader)?,
                classes: active(&mut reader)?,
                enrollments: active(&mut reader)?,
            })
        };
        read().map_err(|source| Problem::Roster { path: path.to_owned(), source })
    }

    /// The district by that name, or the only one, as it is on that day.
    pub(crate) fn district(&self, named: Option<&TenantId>, today: NaiveDate) -> Result<District, Problem> {
        let orgs: HashMap<&OrgId, &Org> = self.orgs.iter().map(|org| (&org.id, org)).collect();
        let tenant = self.tenant(&orgs, named)?;
        let lasts = |begin: Option<NaiveDate>, end: Option<NaiveDate>| {
            begin.is_none_or(|begin| begin <= today) && end.is_none_or(|end| today < end)
        };
        let roles: Vec<&UserRole> = self.roles.iter().filter(|role| lasts(role.begin, role.end)).collect();
        let holds =
            |kind: RoleKind| roles.iter().filter(move |role| role.kind == kind).map(|role| &role.user);
        let teachers: BTreeSet<&UserId> = holds(RoleKind::Teacher).collect();
        let aides: BTreeSet<&UserId> = holds(RoleKind::Aide).collect();
        let adults: BTreeSet<&UserId> = holds(RoleKind::Parent).chain(holds(RoleKind::Guardian)).collect();

        let mut classes: BTreeMap<ClassId, Taught> = BTreeMap::new();
        for class in
            self.classes.iter().filter(|class| tenant_of(&orgs, &class.school).as_ref() == Some(&tenant))
        {
            let taught = Taught {
                school: class.school.clone(),
                teachers: BTreeSet::new(),
                staff: BTreeSet::new(),
                students: BTreeSet::new(),
            };
            classes.insert(class.id.clone(), taught);
        }
        for enrollment in self.enrollments.iter().filter(|enrollment| lasts(enrollment.begin, enrollment.end))
        {
            let Some(class) = classes.get_mut(&enrollment.class) else { continue };
            let user = enrollment.user.clone();
            let only_helps =
                enrollment.primary == Some(false) && aides.contains(&user) && !teachers.contains(&user);
            match &enrollment.role {
                EnrollmentRole::Student => drop(class.students.insert(user)),
                EnrollmentRole::Teacher => {
                    if !only_helps {
                        class.teachers.insert(user.clone());
                    }
                    class.staff.insert(user);
                }
                EnrollmentRole::Administrator => drop(class.staff.insert(user)),
                EnrollmentRole::Ext(word) if &**word == "ext:aide" => drop(class.staff.insert(user)),
                EnrollmentRole::Proctor | EnrollmentRole::Ext(_) => {}
            }
        }

        // A link may stand in either row; who is a parent or guardian is the adult.
        let mut guardians: BTreeMap<UserId, BTreeSet<UserId>> = BTreeMap::new();
        let links = self.users.iter().flat_map(|user| user.agents.iter().map(move |agent| (&user.id, agent)));
        for (one, other) in links.flat_map(|(one, other)| [(one, other), (other, one)]) {
            if adults.contains(other) {
                guardians.entry(one.clone()).or_default().insert(other.clone());
            }
        }

        let mut admins: BTreeMap<UserId, BTreeSet<OrgId>> = BTreeMap::new();
        let schools: BTreeSet<&OrgId> = classes.values().map(|class| &class.school).collect();
        for role in roles.iter().filter(|role| administers(&role.kind)) {
            let below = schools.iter().filter(|school| above(&orgs, school).any(|org| org.id == role.org));
            let below: Vec<OrgId> = below.map(|school| (*school).clone()).collect();
            if !below.is_empty() {
                admins.entry(role.user.clone()).or_default().extend(below);
            }
        }

        let session = self.session(today)?;
        let enabled = self.users.iter().filter(|user| user.enabled).map(|user| user.id.clone()).collect();
        Ok(District { tenant, session, classes, guardians, admins, enabled })
    }

    fn tenant(&self, orgs: &HashMap<&OrgId, &Org>, named: Option<&TenantId>) -> Result<TenantId, Problem> {
        let tenants: BTreeSet<TenantId> =
            self.classes.iter().filter_map(|class| tenant_of(orgs, &class.school)).collect();
        match named {
            Some(named) if tenants.contains(named) => Ok(named.clone()),
            Some(named) => Err(Problem::NoDistrict(named.to_string())),
            None if tenants.len() > 1 => {
                let some: Vec<&str> = tenants.iter().take(5).map(TenantId::as_str).collect();
                Err(Problem::Districts { count: tenants.len(), names: some.join(", ") })
            }
            None => tenants.into_iter().next().ok_or(Problem::NoLessons("there is no class")),
        }
    }

    fn session(&self, today: NaiveDate) -> Result<AcademicSessionId, Problem> {
        let open = self.sessions.iter().filter(|session| session.start <= today && today < session.end);
        let best = open.min_by_key(|session| match session.kind {
            SessionKind::GradingPeriod => 0,
            SessionKind::Term | SessionKind::Semester => 1,
            SessionKind::SchoolYear | SessionKind::Ext(_) => 2,
        });
        let best =
            best.ok_or(Problem::NoLessons("no grading period, term or school year of the export is open"));
        Ok(best?.id.clone())
    }
}

/// The records of one file that stand.
fn active<R: Record>(reader: &mut Reader) -> Result<Vec<R>, SourceError> {
    let standing =
        |row: &Result<Row<R>, SourceError>| row.as_ref().map_or(true, |row| row.status == Status::Active);
    reader.rows::<R>()?.filter(standing).map(|row| Ok(row?.record)).collect()
}

/// An org and those above it. An export may go round in a circle: as many steps as there are orgs are enough.
fn above<'a>(orgs: &'a HashMap<&OrgId, &Org>, org: &OrgId) -> impl Iterator<Item = &'a Org> {
    let first = orgs.get(org).copied();
    std::iter::successors(first, |org| orgs.get(org.parent.as_ref()?).copied()).take(orgs.len())
}

/// The topmost district above a school, or the topmost school.
fn tenant_of(orgs: &HashMap<&OrgId, &Org>, school: &OrgId) -> Option<TenantId> {
    let topmost = |kind: &OrgKind| above(orgs, school).filter(|org| org.kind == *kind).last();
    let root = topmost(&OrgKind::District).or_else(|| topmost(&OrgKind::School))?;
    TenantId::new(root.id.as_str()).ok()
}

fn administers(kind: &RoleKind) -> bool {
    matches!(
        kind,
        RoleKind::Principal
            | RoleKind::SiteAdministrator
            | RoleKind::DistrictAdministrator
            | RoleKind::SystemAdministrator
    )
}

#[cfg(test)]
mod tests;
