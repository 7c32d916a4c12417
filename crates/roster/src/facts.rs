//! Plain facts of the roster: classes, their students, academic sessions, names. Whether somebody may know them is not asked
//! here.

use chrono::NaiveDate;
use homeroom_contract::{AcademicSessionId, ClassId, OrgId, StudentName, TenantId, UserId};
use homeroom_journal::{Conn, sql};

use crate::RosterError;
use crate::rules::holds;

/// A class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassFacts {
    /// The class.
    pub class: ClassId,
    /// Its title.
    pub title: String,
    /// Its school.
    pub school: OrgId,
    /// The academic sessions that it is held in.
    pub terms: Vec<AcademicSessionId>,
}

/// A person's names.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Person {
    #[sqlx(try_from = "String", rename = "user_id")]
    /// The person.
    pub user: UserId,
    /// The given name by which the person goes.
    pub given_name: String,
    /// The family name by which the person goes.
    pub family_name: String,
}

impl From<Person> for StudentName {
    fn from(person: Person) -> Self {
        Self { student_id: person.user, given_name: person.given_name, family_name: person.family_name }
    }
}

impl Person {
    /// As the person is shown to others: `Ada Lovelace`.
    pub fn display_name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name).trim().to_owned()
    }
}

/// An academic session: a term, semester, grading period or school year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionFacts {
    /// The session.
    pub session: AcademicSessionId,
    /// Its title.
    pub title: String,
    /// `OneRoster`'s type, such as `gradingPeriod` or `term`.
    pub kind: String,
    /// The first day.
    pub begin: NaiveDate,
    /// The day after the last.
    pub end: NaiveDate,
    /// The session that it is a part of.
    pub parent: Option<AcademicSessionId>,
}

impl SessionFacts {
    /// Whether grades of it may no longer be changed: a grading period closes at the start of its end date. Other kinds of
    /// session never do.
    pub fn closed(&self, today: NaiveDate) -> bool {
        self.kind == "gradingPeriod" && today >= self.end
    }
}

#[derive(sqlx::FromRow)]
struct ClassRow {
    title: String,
    school_id: String,
    terms: String,
}

/// A class; `NotFound` if the tenant has none, or no more.
pub(crate) async fn class(
    conn: &mut Conn,
    tenant: &TenantId,
    class: &ClassId,
) -> Result<ClassFacts, RosterError> {
    const QUESTION: &str =
        "SELECT title, school_id, terms FROM classes WHERE tenant_id = $1 AND class_id = $2 AND active";
    let row = sql!(conn, |c| sqlx::query_as::<_, ClassRow>(QUESTION)
        .bind(tenant.as_str())
        .bind(class.as_str())
        .fetch_optional(c))?;
    let row = row.ok_or(RosterError::NotFound("class"))?;
    Ok(ClassFacts {
        class: class.clone(),
        title: row.title,
        school: OrgId::new(&row.school_id).map_err(|_| RosterError::NotFound("class"))?,
        terms: serde_json::from_str(&row.terms).unwrap_or_default(),
    })
}

const NAMES: &str = "SELECT p.user_id, COALESCE(p.preferred_given_name, p.given_name) AS given_name, \
     COALESCE(p.preferred_family_name, p.family_name) AS family_name FROM people p \
     WHERE p.tenant_id = $1 AND p.user_id = $2 AND p.active";

const STUDENTS: &str = concat!(
    "SELECT p.user_id, COALESCE(p.preferred_given_name, p.given_name) AS given_name, \
     COALESCE(p.preferred_family_name, p.family_name) AS family_name FROM people p \
     WHERE p.tenant_id = $2 AND p.active AND p.user_id IN (SELECT e.user_id FROM enrollments e \
     WHERE e.tenant_id = $2 AND e.class_id = $3 AND e.role = 'student' AND ",
    holds!("e"),
    ") ORDER BY p.family_name, p.given_name, p.user_id",
);

const IS_STUDENT: &str = concat!(
    "SELECT EXISTS (SELECT 1 FROM enrollments e \
     JOIN people p ON p.tenant_id = e.tenant_id AND p.user_id = e.user_id AND p.active \
     WHERE e.tenant_id = $2 AND e.class_id = $3 AND e.user_id = $4 AND e.role = 'student' AND ",
    holds!("e"),
    ")",
);

/// Those who are enrolled in the class as students on that day, by family name.
pub(crate) async fn students_in(
    conn: &mut Conn,
    tenant: &TenantId,
    class: &ClassId,
    today: NaiveDate,
) -> Result<Vec<Person>, RosterError> {
    Ok(sql!(conn, |c| sqlx::query_as::<_, Person>(STUDENTS)
        .bind(today)
        .bind(tenant.as_str())
        .bind(class.as_str())
        .fetch_all(c))?)
}

/// Whether that person is enrolled in the class as a student on that day.
pub(crate) async fn is_student_in(
    conn: &mut Conn,
    tenant: &TenantId,
    class: &ClassId,
    student: &UserId,
    today: NaiveDate,
) -> Result<bool, RosterError> {
    Ok(sql!(conn, |c| sqlx::query_scalar::<_, bool>(IS_STUDENT)
        .bind(today)
        .bind(tenant.as_str())
        .bind(class.as_str())
        .bind(student.as_str())
        .fetch_one(c))?)
}

/// A person's names; `NotFound` if the tenant has no such person, or no more.
pub(crate) async fn person(conn: &mut Conn, tenant: &TenantId, user: &UserId) -> Result<Person, RosterError> {
    let person = sql!(conn, |c| sqlx::query_as::<_, Person>(NAMES)
        .bind(tenant.as_str())
        .bind(user.as_str())
        .fetch_optional(c))?;
    person.ok_or(RosterError::NotFound("person"))
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    title: String,
    kind: String,
    begin_date: NaiveDate,
    end_date: NaiveDate,
    parent_id: Option<String>,
}

/// An academic session; `NotFound` if the tenant has none, or no more.
pub(crate) async fn session(
    conn: &mut Conn,
    tenant: &TenantId,
    session: &AcademicSessionId,
) -> Result<SessionFacts, RosterError> {
    const QUESTION: &str = "SELECT title, kind, begin_date, end_date, parent_id FROM academic_sessions \
         WHERE tenant_id = $1 AND session_id = $2 AND active";
    one_session(conn, QUESTION, tenant, session).await?.ok_or(RosterError::NotFound("academic session"))
}

/// An academic session as it is, or was when it was to be deleted; none if the tenant has never had one.
pub(crate) async fn last_known_session(
    conn: &mut Conn,
    tenant: &TenantId,
    session: &AcademicSessionId,
) -> Result<Option<SessionFacts>, RosterError> {
    const QUESTION: &str = "SELECT title, kind, begin_date, end_date, parent_id FROM academic_sessions \
         WHERE tenant_id = $1 AND session_id = $2";
    one_session(conn, QUESTION, tenant, session).await
}

async fn one_session(
    conn: &mut Conn,
    question: &'static str,
    tenant: &TenantId,
    session: &AcademicSessionId,
) -> Result<Option<SessionFacts>, RosterError> {
    let row = sql!(conn, |c| sqlx::query_as::<_, SessionRow>(question)
        .bind(tenant.as_str())
        .bind(session.as_str())
        .fetch_optional(c))?;
    Ok(row.map(|row| SessionFacts {
        session: session.clone(),
        title: row.title,
        kind: row.kind,
        begin: row.begin_date,
        end: row.end_date,
        parent: row.parent_id.and_then(|id| AcademicSessionId::new(id).ok()),
    }))
}

/// An academic session and all that are parts of it; `NotFound` if the tenant has none, or no more.
pub(crate) async fn sessions_within(
    conn: &mut Conn,
    tenant: &TenantId,
    session: &AcademicSessionId,
) -> Result<Vec<AcademicSessionId>, RosterError> {
    // UNION, not UNION ALL: ends even if an export has made two sessions parts of each other.
    const QUESTION: &str = "WITH RECURSIVE inside (id) AS (\
         SELECT session_id FROM academic_sessions WHERE tenant_id = $1 AND session_id = $2 AND active UNION \
         SELECT s.session_id FROM academic_sessions s JOIN inside ON s.parent_id = inside.id \
         WHERE s.tenant_id = $1 AND s.active) SELECT id FROM inside ORDER BY id";
    let ids = sql!(conn, |c| sqlx::query_scalar::<_, String>(QUESTION)
        .bind(tenant.as_str())
        .bind(session.as_str())
        .fetch_all(c))?;
    if ids.is_empty() {
        return Err(RosterError::NotFound("academic session"));
    }
    Ok(ids.into_iter().filter_map(|id| AcademicSessionId::new(id).ok()).collect())
}

#[derive(sqlx::FromRow)]
struct PeriodRow {
    #[sqlx(try_from = "String")]
    tenant_id: TenantId,
    #[sqlx(try_from = "String")]
    session_id: AcademicSessionId,
    title: String,
    kind: String,
    begin_date: NaiveDate,
    end_date: NaiveDate,
    parent_id: Option<String>,
}

/// The grading periods of every tenant with an end date from `from` to `until`, both inclusive.
pub(crate) async fn grading_periods_ending(
    conn: &mut Conn,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<(TenantId, SessionFacts)>, RosterError> {
    const QUESTION: &str = "SELECT tenant_id, session_id, title, kind, begin_date, end_date, parent_id FROM academic_sessions \
         WHERE kind = 'gradingPeriod' AND active AND end_date >= $1 AND end_date <= $2 \
         ORDER BY tenant_id, end_date, session_id";
    let rows = sql!(conn, |c| sqlx::query_as::<_, PeriodRow>(QUESTION).bind(from).bind(until).fetch_all(c))?;
    let facts = |row: PeriodRow| {
        let facts = SessionFacts {
            session: row.session_id,
            title: row.title,
            kind: row.kind,
            begin: row.begin_date,
            end: row.end_date,
            parent: row.parent_id.and_then(|id| AcademicSessionId::new(id).ok()),
        };
        (row.tenant_id, facts)
    };
    Ok(rows.into_iter().map(facts).collect())
}
