//! What somebody is to a class.

use chrono::NaiveDate;
use homeroom_contract::{Actor, ClassId, OrgId, Role, Subject, UserId};
use homeroom_journal::{Conn, sql};

use super::{Fact, acting_person, holds, is_guardian};
use crate::RosterError;
use crate::vocabulary::{EnrolledAs, admin, enrolled_as, role};

/// What an actor is to a class today; may be several things at once (a teacher whose own child sits in the class).
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "these are independent facts, any of which may hold together"
)]
pub struct ClassStanding {
    /// The class.
    pub class: ClassId,
    /// The class's school.
    pub school: OrgId,
    /// Teaches it: enrolled as teacher, and not an aide.
    pub teacher: bool,
    /// Is its primary teacher.
    pub primary: bool,
    /// Helps: enrolled as `ext:aide`, or as teacher with `primary=false` while holding the role aide at the school or an org
    /// above it. Who holds the role teacher there as well is a teacher.
    pub aide: bool,
    /// Enrolled as administrator: reads what an admin reads, in this class only.
    pub class_admin: bool,
    /// The highest administrative role at the class's school or an org above it.
    pub admin: Option<Role>,
    /// A counselor at the class's school or an org above it.
    pub counselor: bool,
    /// Enrolled as proctor. Says nothing outside of assessment.
    pub proctor: bool,
    /// The actor's own id, if enrolled as a student.
    pub student: Option<UserId>,
    /// The students of the class whose guardian the actor is.
    pub children: Vec<UserId>,
    /// A service's scopes; empty for a person.
    pub scopes: Vec<String>,
}

/// Whether somebody may write grades in a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grading {
    /// No.
    Denied,
    /// Yes, as an administrator over the class: with a reason, which is kept in the history.
    WithReason,
    /// Yes.
    Allowed,
}

impl ClassStanding {
    /// Nothing at all.
    pub fn nothing(class: ClassId, school: OrgId) -> Self {
        Self {
            class,
            school,
            teacher: false,
            primary: false,
            aide: false,
            class_admin: false,
            admin: None,
            counselor: false,
            proctor: false,
            student: None,
            children: Vec::new(),
            scopes: Vec::new(),
        }
    }

    /// Whether the actor may see everybody's data of the class in that namespace (`gradebook`, `attendance`): staff,
    /// administrators and counselors; a service with the scope `{namespace}:read` or `{namespace}:write`.
    pub fn may_read_all(&self, namespace: &str) -> bool {
        self.sits_with_staff() || self.counselor || self.has_scope(namespace, &["read", "write"])
    }

    /// Whether the actor enters the staff's rooms of the class: teachers, aides, administrators (by role or by enrollment).
    pub fn sits_with_staff(&self) -> bool {
        self.teacher || self.aide || self.class_admin || self.admin.is_some()
    }

    /// Whether the actor may write grades: teachers; administrators by role with a reason; a service with
    /// `gradebook:write`. Aides and enrolled administrators read only.
    pub fn may_grade(&self) -> Grading {
        if self.teacher || self.has_scope("gradebook", &["write"]) {
            Grading::Allowed
        } else if self.admin.is_some() {
            Grading::WithReason
        } else {
            Grading::Denied
        }
    }

    /// Whether the actor may take attendance: teachers, aides, administrators by role; a service with `attendance:write`.
    pub fn may_take_attendance(&self) -> bool {
        self.teacher || self.aide || self.admin.is_some() || self.has_scope("attendance", &["write"])
    }

    /// The students of the class that the actor sees as family: oneself, one's children.
    pub fn family(&self) -> impl Iterator<Item = &UserId> {
        self.student.iter().chain(&self.children)
    }

    /// Whether the actor is a student of the class or the guardian of one.
    pub fn is_family(&self) -> bool {
        self.family().next().is_some()
    }

    /// Whether `class:{id}` is the actor's: enrolled in whatever role, or staff. Guardians are not.
    pub fn takes_part(&self) -> bool {
        self.sits_with_staff() || self.proctor || self.student.is_some()
    }

    /// The one role to show others; none if the actor is nothing to the class, or a service.
    pub fn role(&self) -> Option<Role> {
        let held = [
            (self.class_admin, Role::SchoolAdmin),
            (self.teacher, Role::Teacher),
            (self.counselor, Role::Counselor),
            (self.aide, Role::Aide),
            (self.proctor, Role::Proctor),
            (!self.children.is_empty(), Role::Parent),
            (self.student.is_some(), Role::Student),
        ];
        let enrolled = held.into_iter().filter(|(holds, _)| *holds).map(|(_, role)| role);
        enrolled.chain(self.admin).max()
    }

    fn has_scope(&self, namespace: &str, rights: &[&str]) -> bool {
        self.scopes.iter().any(|scope| {
            scope.split_once(':').is_some_and(|(area, right)| area == namespace && rights.contains(&right))
        })
    }

    /// Puts the facts together; `NotFound` if the class isn't among them.
    fn of(class: &ClassId, facts: &[Fact]) -> Result<Self, RosterError> {
        let known = facts.iter().find(|fact| fact.what == "class");
        let school =
            known.and_then(|fact| OrgId::new(&fact.id).ok()).ok_or(RosterError::NotFound("class"))?;
        let mut standing = Self::nothing(class.clone(), school);
        if !facts.iter().any(|fact| fact.what == "person") {
            return Ok(standing);
        }
        let mut roles = Vec::new();
        let mut taught_as_primary = Vec::new();
        for fact in facts {
            match fact.what.as_str() {
                "role" => roles.push(fact.word.as_str()),
                "child" => standing.children.extend(UserId::new(&fact.id).ok()),
                "enrollment" => match enrolled_as(&fact.word) {
                    Some(EnrolledAs::Teacher) => taught_as_primary.push(fact.detail == "primary"),
                    Some(EnrolledAs::Aide) => standing.aide = true,
                    Some(EnrolledAs::Administrator) => standing.class_admin = true,
                    Some(EnrolledAs::Proctor) => standing.proctor = true,
                    Some(EnrolledAs::Student) => standing.student = UserId::new(&fact.id).ok(),
                    None => {}
                },
                _ => {}
            }
        }
        let holds = |sought: Role| roles.iter().any(|word| role(word) == Some(sought));
        let only_an_aide = holds(Role::Aide) && !holds(Role::Teacher);
        standing.primary = taught_as_primary.contains(&true);
        standing.teacher = standing.primary || (!taught_as_primary.is_empty() && !only_an_aide);
        standing.aide |= !taught_as_primary.is_empty() && !standing.teacher;
        standing.admin = roles.iter().filter_map(|word| admin(word)).max();
        standing.counselor = holds(Role::Counselor);
        Ok(standing)
    }
}

const CLASS: &str = "SELECT 'class' AS what, c.school_id AS id, '' AS word, '' AS detail FROM classes c \
     JOIN org_closure s ON s.tenant_id = c.tenant_id AND s.descendant_id = c.school_id AND s.ancestor_id = c.school_id \
     WHERE c.tenant_id = $1 AND c.class_id = $2 AND c.active";

const FACTS: &str = concat!(
    "SELECT 'class' AS what, c.school_id AS id, '' AS word, '' AS detail FROM classes c \
     JOIN org_closure s ON s.tenant_id = c.tenant_id AND s.descendant_id = c.school_id AND s.ancestor_id = c.school_id \
     WHERE c.tenant_id = $2 AND c.class_id = $4 AND c.active UNION ALL ",
    acting_person!(),
    " UNION ALL \
     SELECT 'enrollment', e.user_id, e.role, CASE WHEN e.is_primary THEN 'primary' ELSE '' END FROM enrollments e \
     WHERE e.tenant_id = $2 AND e.class_id = $4 AND e.user_id = $3 AND ",
    holds!("e"),
    " UNION ALL \
     SELECT 'role', r.org_id, r.role, '' FROM classes c \
     JOIN org_closure o ON o.tenant_id = c.tenant_id AND o.descendant_id = c.school_id \
     JOIN roles r ON r.tenant_id = c.tenant_id AND r.org_id = o.ancestor_id AND r.user_id = $3 \
     WHERE c.tenant_id = $2 AND c.class_id = $4 AND ",
    holds!("r"),
    " UNION ALL \
     SELECT DISTINCT 'child', e.user_id, e.role, '' FROM enrollments e \
     JOIN people p ON p.tenant_id = e.tenant_id AND p.user_id = e.user_id AND p.active \
     WHERE e.tenant_id = $2 AND e.class_id = $4 AND e.role = 'student' AND e.user_id IN (\
         SELECT k.kin_id FROM kin k WHERE k.tenant_id = $2 AND k.person_id = $3) AND ",
    holds!("e"),
    " AND ",
    is_guardian!("$3"),
);

/// What the actor is to the class on that day. `NotFound` for a class that isn't in the actor's tenant.
pub(crate) async fn standing_in(
    conn: &mut Conn,
    actor: &Actor,
    class: &ClassId,
    today: NaiveDate,
) -> Result<ClassStanding, RosterError> {
    let tenant = actor.tenant.as_str();
    match &actor.subject {
        Subject::Person(user) => {
            let facts = sql!(conn, |c| sqlx::query_as::<_, Fact>(FACTS)
                .bind(today)
                .bind(tenant)
                .bind(user.as_str())
                .bind(class.as_str())
                .fetch_all(c))?;
            ClassStanding::of(class, &facts)
        }
        Subject::Service(service) => {
            let facts = sql!(conn, |c| sqlx::query_as::<_, Fact>(CLASS)
                .bind(tenant)
                .bind(class.as_str())
                .fetch_all(c))?;
            let standing = ClassStanding::of(class, &facts)?;
            Ok(ClassStanding { scopes: service.scopes.iter().cloned().collect(), ..standing })
        }
    }
}
