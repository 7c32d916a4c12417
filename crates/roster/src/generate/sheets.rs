//! What each record looks like as a row.

use homeroom_contract::{AcademicSessionId, ClassId, OrgId, UserId};

use crate::oneroster::{
    AcademicSession, Category, Class, Course, Demographics, Enrollment, File, LineItem, Org, StudentResult,
    User, UserRole,
};

use super::write::{Line, Sheet};

macro_rules! sheets {
    ($($record:ident in $file:ident: |$it:ident, $row:ident| $fill:block)*) => {
        $(impl Sheet for $record {
            const FILE: File = File::$file;

            fn fill<'a>(&'a self, $row: &mut Line<'a>) {
                let $it = self;
                $fill
            }
        })*
    };
}

sheets! {
    Org in Orgs: |org, row| {
        row.set("sourcedId", org.id.as_str());
        row.set("name", &org.name);
        row.set("type", org.kind.as_str());
        row.maybe("identifier", org.identifier.as_deref());
        row.maybe("parentSourcedId", org.parent.as_ref().map(OrgId::as_str));
    }
    AcademicSession in AcademicSessions: |session, row| {
        row.set("sourcedId", session.id.as_str());
        row.set("title", &session.title);
        row.set("type", session.kind.as_str());
        row.date("startDate", Some(session.start));
        row.date("endDate", Some(session.end));
        row.maybe("parentSourcedId", session.parent.as_ref().map(AcademicSessionId::as_str));
        row.set("schoolYear", session.school_year.to_string());
    }
    User in Users: |user, row| {
        row.set("sourcedId", user.id.as_str());
        row.truth("enabledUser", user.enabled);
        row.set("username", &user.username);
        row.set("givenName", &user.given_name);
        row.set("familyName", &user.family_name);
        row.maybe("middleName", user.middle_name.as_deref());
        row.maybe("identifier", user.identifier.as_deref());
        row.maybe("email", user.email.as_deref());
        row.list("agentSourcedIds", user.agents.iter().map(UserId::as_str));
        row.list("grades", &user.grades);
        row.maybe("preferredGivenName", user.preferred_given_name.as_deref());
        row.maybe("preferredMiddleName", user.preferred_middle_name.as_deref());
        row.maybe("preferredFamilyName", user.preferred_family_name.as_deref());
        row.maybe("primaryOrgSourcedId", user.primary_org.as_ref().map(OrgId::as_str));
        row.maybe("pronouns", user.pronouns.as_deref());
    }
    UserRole in Roles: |role, row| {
        row.set("sourcedId", role.id.as_str());
        row.set("userSourcedId", role.user.as_str());
        row.set("roleType", if role.primary { "primary" } else { "secondary" });
        row.set("role", role.kind.as_str());
        row.date("beginDate", role.begin);
        row.date("endDate", role.end);
        row.set("orgSourcedId", role.org.as_str());
    }
    Course in Courses: |course, row| {
        row.set("sourcedId", course.id.as_str());
        row.maybe("schoolYearSourcedId", course.school_year.as_ref().map(AcademicSessionId::as_str));
        row.set("title", &course.title);
        row.maybe("courseCode", course.code.as_deref());
        row.list("grades", &course.grades);
        row.set("orgSourcedId", course.org.as_str());
        row.list("subjects", &course.subjects);
    }
    Class in Classes: |class, row| {
        row.set("sourcedId", class.id.as_str());
        row.set("title", &class.title);
        row.list("grades", &class.grades);
        row.set("courseSourcedId", class.course.as_str());
        row.maybe("classCode", class.code.as_deref());
        row.set("classType", class.kind.as_str());
        row.maybe("location", class.location.as_deref());
        row.set("schoolSourcedId", class.school.as_str());
        row.list("termSourcedIds", class.terms.iter().map(AcademicSessionId::as_str));
        row.list("subjects", &class.subjects);
        row.list("periods", &class.periods);
    }
    Enrollment in Enrollments: |enrollment, row| {
        row.set("sourcedId", enrollment.id.as_str());
        row.set("classSourcedId", enrollment.class.as_str());
        row.set("schoolSourcedId", enrollment.school.as_str());
        row.set("userSourcedId", enrollment.user.as_str());
        row.set("role", enrollment.role.as_str());
        row.maybe("primary", enrollment.primary.map(|primary| if primary { "true" } else { "false" }));
        row.date("beginDate", enrollment.begin);
        row.date("endDate", enrollment.end);
    }
    Demographics in Demographics: |demographics, row| {
        row.set("sourcedId", demographics.user.as_str());
        row.date("birthDate", demographics.birth_date);
    }
    Category in Categories: |category, row| {
        row.set("sourcedId", category.id.as_str());
        row.set("title", &category.title);
        row.number("weight", category.weight);
    }
    LineItem in LineItems: |item, row| {
        row.set("sourcedId", item.id.as_str());
        row.set("title", &item.title);
        row.maybe("description", item.description.as_deref());
        row.date("assignDate", Some(item.assign_date));
        row.date("dueDate", Some(item.due_date));
        row.set("classSourcedId", item.class.as_str());
        row.set("categorySourcedId", item.category.as_str());
        row.set("academicSessionSourcedId", item.session.as_str());
        row.number("resultValueMin", item.value_min);
        row.number("resultValueMax", item.value_max);
        row.maybe("schoolSourcedId", item.school.as_ref().map(OrgId::as_str));
    }
    StudentResult in Results: |result, row| {
        row.set("sourcedId", result.id.as_str());
        row.set("lineItemSourcedId", result.line_item.as_str());
        row.set("studentSourcedId", result.student.as_str());
        row.set("scoreStatus", result.status.as_str());
        row.number("score", result.score);
        row.date("scoreDate", Some(result.score_date));
        row.maybe("comment", result.comment.as_deref());
        row.maybe("textScore", result.text_score.as_deref());
        row.maybe("classSourcedId", result.class.as_ref().map(ClassId::as_str));
        row.truth("inProgress", result.in_progress);
        row.truth("incomplete", result.incomplete);
        row.truth("late", result.late);
        row.truth("missing", result.missing);
    }
}
