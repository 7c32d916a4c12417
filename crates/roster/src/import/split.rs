//! Giving every row of a source to its tenant.
//!
//! With one tenant everything is that tenant's. With several, a row goes where what it is about goes: a course to its org's, a
//! class to its school's, a person to those of all orgs and classes the person has to do with (and, if there are none, to
//! those of the people it is linked with), an enrollment and a line item to the class's, a result to the line item's. Sessions
//! and categories have no org: all tenants get them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use homeroom_contract::TenantId;

use super::hierarchy::Hierarchy;
use super::references::Refers;
use crate::oneroster::{Contents, Enrollment, File, Reason, Refusal, Row, User, UserRole};

type Tenants = BTreeSet<TenantId>;

/// The rows of each tenant, and the refusals of those that have none.
pub(super) fn split(
    mut contents: Contents,
    tenants: &Tenants,
    hierarchy: &Hierarchy,
) -> (Vec<(TenantId, Contents)>, Vec<Refusal>) {
    if tenants.len() <= 1 {
        return (
            tenants.iter().map(|tenant| (tenant.clone(), std::mem::take(&mut contents))).collect(),
            Vec::new(),
        );
    }
    let of_org = |org: &str| hierarchy.of(org).cloned().collect::<Tenants>();
    let of_class: HashMap<String, Tenants> = contents
        .classes
        .iter()
        .map(|row| (row.record.id.to_string(), of_org(row.record.school.as_str())))
        .collect();
    let of_class = |class: &str| of_class.get(class).cloned().unwrap_or_default();
    let of_user = tenants_of_people(&contents, of_org, of_class);
    let of_user = |user: &str| of_user.get(user).cloned().unwrap_or_default();
    let of_line_item: HashMap<String, Tenants> = contents
        .line_items
        .iter()
        .map(|row| (row.record.id.to_string(), of_class(row.record.class.as_str())))
        .collect();

    let mut split = Split {
        parts: tenants.iter().map(|tenant| (tenant.clone(), Contents::default())).collect(),
        refusals: Vec::new(),
    };
    split.give(File::Orgs, contents.orgs, |org| of_org(org.id.as_str()), |part| &mut part.orgs);
    split.give(
        File::AcademicSessions,
        contents.academic_sessions,
        |_| tenants.clone(),
        |part| &mut part.academic_sessions,
    );
    split.give(File::Users, contents.users, |user| of_user(user.id.as_str()), |part| &mut part.users);
    split.give(File::Roles, contents.roles, |role| of_org(role.org.as_str()), |part| &mut part.roles);
    split.give(
        File::Courses,
        contents.courses,
        |course| of_org(course.org.as_str()),
        |part| &mut part.courses,
    );
    split.give(
        File::Classes,
        contents.classes,
        |class| of_class(class.id.as_str()),
        |part| &mut part.classes,
    );
    let of_enrollment = |enrollment: &Enrollment| {
        let tenants = of_class(enrollment.class.as_str());
        if tenants.is_empty() { of_org(enrollment.school.as_str()) } else { tenants }
    };
    split.give(File::Enrollments, contents.enrollments, of_enrollment, |part| &mut part.enrollments);
    split.give(
        File::Demographics,
        contents.demographics,
        |row| of_user(row.user.as_str()),
        |part| &mut part.demographics,
    );
    split.give(File::Categories, contents.categories, |_| tenants.clone(), |part| &mut part.categories);
    split.give(
        File::LineItems,
        contents.line_items,
        |item| of_class(item.class.as_str()),
        |part| &mut part.line_items,
    );
    split.give(
        File::Results,
        contents.results,
        |result| match of_line_item.get(result.line_item.as_str()) {
            Some(tenants) => tenants.clone(),
            None => of_user(result.student.as_str()),
        },
        |part| &mut part.results,
    );
    (split.parts, split.refusals)
}

/// In 1.1 a row of `users.csv` is a person and that person's roles: if nothing says whose one of the orgs is, all of it is refused.
pub(super) fn refuse_homeless(contents: &mut Contents, hierarchy: &Hierarchy) -> Vec<Refusal> {
    let homeless = contents.roles.iter().filter(|row| hierarchy.of(row.record.org.as_str()).next().is_none());
    let homeless: BTreeMap<String, (u32, String)> =
        homeless.map(|row| (row.record.user.to_string(), (row.line, row.record.org.to_string()))).collect();
    contents.users.retain(|row| !homeless.contains_key(row.record.id.as_str()));
    contents.roles.retain(|row| !homeless.contains_key(row.record.user.as_str()));
    let refused = |(person, (line, org))| Refusal {
        file: File::Users,
        line,
        column: Some("orgSourcedIds".to_owned()),
        reason: Reason::Conflict,
        message: format!("Nothing says which of the source's districts the org {org} belongs to."),
        sourced_id: Some(person),
    };
    homeless.into_iter().map(refused).collect()
}

/// The tenants of every person of the source.
fn tenants_of_people(
    contents: &Contents,
    of_org: impl Fn(&str) -> Tenants,
    of_class: impl Fn(&str) -> Tenants,
) -> HashMap<String, Tenants> {
    let mut of_user: HashMap<String, Tenants> = HashMap::new();
    for Row { record: UserRole { user, org, .. }, .. } in &contents.roles {
        of_user.entry(user.to_string()).or_default().extend(of_org(org.as_str()));
    }
    for Row { record: Enrollment { user, class, .. }, .. } in &contents.enrollments {
        of_user.entry(user.to_string()).or_default().extend(of_class(class.as_str()));
    }
    for Row { record: User { id, primary_org, .. }, .. } in &contents.users {
        let primary = primary_org.iter().flat_map(|org| of_org(org.as_str()));
        of_user.entry(id.to_string()).or_default().extend(primary);
    }
    let linked: Vec<(String, Tenants)> = contents
        .users
        .iter()
        .flat_map(|row| row.record.agents.iter().map(move |agent| (&row.record.id, agent)))
        .flat_map(|(user, agent)| [(user, agent), (agent, user)])
        .filter(|(user, _)| of_user.get(user.as_str()).is_none_or(BTreeSet::is_empty))
        .map(|(user, other)| (user.to_string(), of_user.get(other.as_str()).cloned().unwrap_or_default()))
        .collect();
    for (user, tenants) in linked {
        of_user.entry(user).or_default().extend(tenants);
    }
    of_user
}

struct Split {
    parts: Vec<(TenantId, Contents)>,
    refusals: Vec<Refusal>,
}

impl Split {
    fn give<R: Refers + Clone>(
        &mut self,
        file: File,
        rows: Vec<Row<R>>,
        tenants: impl Fn(&R) -> Tenants,
        part: impl Fn(&mut Contents) -> &mut Vec<Row<R>>,
    ) {
        for row in rows {
            let tenants = tenants(&row.record);
            if tenants.is_empty() {
                self.refusals.push(Refusal {
                    file,
                    line: row.line,
                    column: None,
                    reason: Reason::Conflict,
                    message: "Nothing says which of the source's districts it belongs to.".to_owned(),
                    sourced_id: Some(row.record.id().to_owned()),
                });
                continue;
            }
            for (_, contents) in self.parts.iter_mut().filter(|(tenant, _)| tenants.contains(tenant)) {
                part(contents).push(row.clone());
            }
        }
    }
}
