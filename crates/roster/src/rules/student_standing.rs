//! What somebody is to a student.

use chrono::NaiveDate;
use homeroom_contract::{Actor, Subject, UserId};
use homeroom_journal::{Conn, sql};

use super::{Fact, acting_person, holds, is_guardian};
use crate::RosterError;
use crate::vocabulary::admin;

/// What an actor is to a student today.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "these are independent facts, any of which may hold together"
)]
pub struct StudentStanding {
    /// The student.
    pub itself: bool,
    /// A guardian.
    pub guardian: bool,
    /// Staff (teacher, aide or enrolled administrator) of a class that the student is enrolled in.
    pub staff: bool,
    /// An administrator over a school of the student's.
    pub admin: bool,
    /// A counselor over a school of the student's.
    pub counselor: bool,
    /// A service's scopes; empty for a person.
    pub scopes: Vec<String>,
}

impl StudentStanding {
    /// The student or a guardian: those whose room `student:{id}` is.
    pub fn is_family(&self) -> bool {
        self.itself || self.guardian
    }

    /// Whether the actor may see the student's data in that namespace: family, staff of a shared class, administrators and
    /// counselors over the school; a service with the scope `{namespace}:read` or `{namespace}:write`.
    pub fn may_see(&self, namespace: &str) -> bool {
        let scope = |scope: &String| matches!(scope.split_once(':'), Some((area, "read" | "write")) if area == namespace);
        self.is_family() || self.staff || self.admin || self.counselor || self.scopes.iter().any(scope)
    }
}

const STUDENT: &str = "SELECT 'student' AS what, p.user_id AS id, '' AS word, '' AS detail FROM people p \
     WHERE p.tenant_id = $1 AND p.user_id = $2 AND p.active";

const FACTS: &str = concat!(
    "SELECT 'student' AS what, p.user_id AS id, '' AS word, '' AS detail FROM people p \
     WHERE p.tenant_id = $2 AND p.user_id = $4 AND p.active UNION ALL ",
    acting_person!(),
    " UNION ALL \
     SELECT DISTINCT 'staff', t.class_id, t.role, '' FROM enrollments t \
     JOIN classes c ON c.tenant_id = t.tenant_id AND c.class_id = t.class_id AND c.active \
     JOIN org_closure o ON o.tenant_id = c.tenant_id AND o.descendant_id = c.school_id AND o.ancestor_id = c.school_id \
     JOIN enrollments s ON s.tenant_id = t.tenant_id AND s.class_id = t.class_id AND s.user_id = $4 \
     WHERE t.tenant_id = $2 AND t.user_id = $3 AND t.role IN ('teacher', 'administrator', 'ext:aide') \
     AND s.role = 'student' AND ",
    holds!("t"),
    " AND ",
    holds!("s"),
    " UNION ALL \
     SELECT 'role', r.org_id, r.role, '' FROM roles r WHERE r.tenant_id = $2 AND r.user_id = $3 AND ",
    holds!("r"),
    " AND r.org_id IN (SELECT o.ancestor_id FROM org_closure o WHERE o.tenant_id = $2 AND o.descendant_id IN (\
         SELECT s.org_id FROM roles s WHERE s.tenant_id = $2 AND s.user_id = $4 AND s.role = 'student' AND ",
    holds!("s"),
    " UNION SELECT c.school_id FROM enrollments e \
         JOIN classes c ON c.tenant_id = e.tenant_id AND c.class_id = e.class_id AND c.active \
         WHERE e.tenant_id = $2 AND e.user_id = $4 AND e.role = 'student' AND ",
    holds!("e"),
    ")) UNION ALL \
     SELECT DISTINCT 'guardian', k.person_id, '', '' FROM kin k \
     WHERE k.tenant_id = $2 AND k.person_id = $3 AND k.kin_id = $4 AND ",
    is_guardian!("$3"),
);

/// What the actor is to the student on that day. `NotFound` for somebody who isn't in the actor's tenant.
pub(crate) async fn see_student(
    conn: &mut Conn,
    actor: &Actor,
    student: &UserId,
    today: NaiveDate,
) -> Result<StudentStanding, RosterError> {
    let tenant = actor.tenant.as_str();
    let facts = match &actor.subject {
        Subject::Person(user) => sql!(conn, |c| sqlx::query_as::<_, Fact>(FACTS)
            .bind(today)
            .bind(tenant)
            .bind(user.as_str())
            .bind(student.as_str())
            .fetch_all(c))?,
        Subject::Service(_) => sql!(conn, |c| sqlx::query_as::<_, Fact>(STUDENT)
            .bind(tenant)
            .bind(student.as_str())
            .fetch_all(c))?,
    };
    let is = |what: &str| facts.iter().any(|fact| fact.what == what);
    if !is("student") {
        return Err(RosterError::NotFound("student"));
    }
    match &actor.subject {
        Subject::Service(service) => {
            Ok(StudentStanding { scopes: service.scopes.iter().cloned().collect(), ..Default::default() })
        }
        Subject::Person(_) if !is("person") => Ok(StudentStanding::default()),
        Subject::Person(user) => {
            let mut roles = facts.iter().filter(|fact| fact.what == "role").map(|fact| fact.word.as_str());
            Ok(StudentStanding {
                itself: user == student,
                guardian: is("guardian"),
                staff: is("staff"),
                admin: roles.clone().any(|word| admin(word).is_some()),
                counselor: roles.any(|word| word == "counselor"),
                scopes: Vec::new(),
            })
        }
    }
}
