//! Where a person belongs: what a namespace needs to know to put somebody into rooms at CONNECT.

use chrono::NaiveDate;
use homeroom_contract::{Actor, OrgId, Role, UserId};
use homeroom_journal::{Conn, sql};

use super::{Fact, acting_person, holds, is_guardian};
use crate::RosterError;
use crate::vocabulary::role;

/// Where a person belongs today. Empty for a service and for who may not act.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Places {
    /// The person's own id, if a student: by role anywhere, or by an enrollment.
    pub student: Option<UserId>,
    /// Those whose guardian the person is.
    pub children: Vec<UserId>,
    /// The roles held, by org.
    pub roles: Vec<HeldRole>,
}

/// A role that is held at an org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRole {
    /// The org.
    pub org: OrgId,
    /// `OneRoster`'s type of the org, such as `school` or `district`.
    pub org_kind: String,
    /// The role.
    pub role: Role,
}

impl Places {
    /// Whose `student:{id}` rooms are the person's: one's own, one's children's.
    pub fn family(&self) -> impl Iterator<Item = &UserId> {
        self.student.iter().chain(&self.children)
    }

    /// The schools where the person holds that role (not those below a district where it is held).
    pub fn schools(&self, role: Role) -> impl Iterator<Item = &OrgId> {
        self.roles
            .iter()
            .filter(move |held| held.role == role && held.org_kind == "school")
            .map(|held| &held.org)
    }

    /// The highest role that the person holds anywhere.
    pub fn highest(&self) -> Option<Role> {
        let family = (!self.children.is_empty()).then_some(Role::Parent);
        let student = self.student.as_ref().map(|_| Role::Student);
        self.roles.iter().map(|held| held.role).chain(family).chain(student).max()
    }
}

const FACTS: &str = concat!(
    acting_person!(),
    " UNION ALL SELECT DISTINCT 'role', r.org_id, r.role, o.kind FROM roles r \
     JOIN orgs o ON o.tenant_id = r.tenant_id AND o.org_id = r.org_id AND o.active \
     WHERE r.tenant_id = $2 AND r.user_id = $3 AND ",
    holds!("r"),
    " UNION ALL SELECT DISTINCT 'enrolled', e.user_id, e.role, '' FROM enrollments e \
     JOIN classes c ON c.tenant_id = e.tenant_id AND c.class_id = e.class_id AND c.active \
     JOIN org_closure s ON s.tenant_id = c.tenant_id AND s.descendant_id = c.school_id AND s.ancestor_id = c.school_id \
     WHERE e.tenant_id = $2 AND e.user_id = $3 AND e.role = 'student' AND ",
    holds!("e"),
    " UNION ALL SELECT DISTINCT 'child', k.kin_id, '', '' FROM kin k \
     JOIN people p ON p.tenant_id = k.tenant_id AND p.user_id = k.kin_id AND p.active \
     WHERE k.tenant_id = $2 AND k.person_id = $3 AND ",
    is_guardian!("$3"),
    " ORDER BY 1, 2, 3",
);

/// Where the actor belongs on that day.
pub(crate) async fn places_of(
    conn: &mut Conn,
    actor: &Actor,
    today: NaiveDate,
) -> Result<Places, RosterError> {
    let Some(user) = actor.user() else { return Ok(Places::default()) };
    let facts = sql!(conn, |c| sqlx::query_as::<_, Fact>(FACTS)
        .bind(today)
        .bind(actor.tenant.as_str())
        .bind(user.as_str())
        .fetch_all(c))?;
    let mut places = Places::default();
    if !facts.iter().any(|fact| fact.what == "person") {
        return Ok(places);
    }
    for fact in &facts {
        match fact.what.as_str() {
            "child" => places.children.extend(UserId::new(&fact.id).ok()),
            "enrolled" => places.student = Some(user.clone()),
            "role" => {
                let (Some(role), Ok(org)) = (role(&fact.word), OrgId::new(&fact.id)) else { continue };
                let held = HeldRole { org, org_kind: fact.detail.clone(), role };
                if !places.roles.contains(&held) {
                    places.roles.push(held);
                }
            }
            _ => {}
        }
    }
    if places.roles.iter().any(|held| held.role == Role::Student) {
        places.student = Some(user.clone());
    }
    Ok(places)
}
