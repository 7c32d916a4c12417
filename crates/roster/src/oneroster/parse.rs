//! From a row to its record, file by file.

use std::collections::HashSet;

use chrono::NaiveDate;
use homeroom_contract::{OrgId, UserId};

use super::fields::Fields;
use super::files::{ACADEMIC_SESSION, File, Format, GRADING_PERIOD_1P1, ROLE_TYPES, USERS_1P1};
use super::findings::Bad;
use super::records::{
    AcademicSession, Category, Class, ClassKind, Course, Demographics, Enrollment, EnrollmentRole, LineItem,
    Org, OrgKind, RoleKind, ScoreStatus, SessionKind, SourcedId, StudentResult, User, UserRole,
};
use super::report::{Reason, Version};

/// What more than the row itself is known.
#[derive(Debug, Default)]
pub struct Context {
    /// The rows of `users.csv` hold the roles.
    pub(super) roles_in_users: bool,
    /// Orgs that are a district or above, as far as the source says (1.1 only).
    pub(super) high_orgs: HashSet<OrgId>,
}

/// A record that can be read from a row.
pub trait Parse: Sized {
    /// The file.
    const FILE: File;

    /// Reads a row into a record, or several.
    fn parse(fields: &mut Fields<'_>, context: &Context, records: &mut Vec<Self>) -> Result<(), Bad>;
}

/// An enumeration with `ext:` words.
macro_rules! word {
    ($fields:expr, $name:literal, $kind:ident) => {
        $fields.token($name, $kind::TOKENS, true).and_then(|token| {
            $kind::from_token(token).ok_or_else(|| Bad::new($name, Reason::Enumeration, "Not known."))
        })
    };
}

impl Parse for Org {
    const FILE: File = File::Orgs;

    fn parse(row: &mut Fields<'_>, _: &Context, records: &mut Vec<Self>) -> Result<(), Bad> {
        records.push(Self {
            id: row.id("sourcedId")?,
            name: row.text("name")?,
            kind: word!(row, "type", OrgKind)?,
            identifier: row.maybe_text("identifier"),
            parent: row.maybe_id("parentSourcedId")?,
        });
        Ok(())
    }
}

impl Parse for AcademicSession {
    const FILE: File = File::AcademicSessions;

    fn parse(row: &mut Fields<'_>, _: &Context, records: &mut Vec<Self>) -> Result<(), Bad> {
        let session = Self {
            id: row.id("sourcedId")?,
            title: row.text("title")?,
            kind: word!(row, "type", SessionKind)?,
            start: row.date("startDate")?,
            end: row.date("endDate")?,
            parent: row.maybe_id("parentSourcedId")?,
            school_year: row.year("schoolYear")?,
        };
        in_order("endDate", Some(session.start), Some(session.end))?;
        records.push(session);
        Ok(())
    }
}

impl Parse for User {
    const FILE: File = File::Users;

    fn parse(row: &mut Fields<'_>, context: &Context, records: &mut Vec<Self>) -> Result<(), Bad> {
        let user = Self {
            id: row.id("sourcedId")?,
            enabled: row.boolean("enabledUser")?,
            username: row.text("username")?,
            given_name: row.text("givenName")?,
            family_name: row.text("familyName")?,
            middle_name: row.maybe_text("middleName"),
            identifier: row.maybe_text("identifier"),
            email: row.maybe_text("email"),
            agents: row.ids("agentSourcedIds")?,
            grades: row.texts("grades"),
            preferred_given_name: row.maybe_text("preferredGivenName"),
            preferred_middle_name: row.maybe_text("preferredMiddleName"),
            preferred_family_name: row.maybe_text("preferredFamilyName"),
            primary_org: row.maybe_id("primaryOrgSourcedId")?,
            pronouns: row.maybe_text("pronouns"),
        };
        if context.roles_in_users {
            // The roles come in a second pass; a row that is wrong there is refused as a whole.
            roles_in_users(row, &user.id, context)?;
        }
        records.push(user);
        Ok(())
    }
}

impl Parse for UserRole {
    const FILE: File = File::Roles;

    fn parse(row: &mut Fields<'_>, context: &Context, records: &mut Vec<Self>) -> Result<(), Bad> {
        if context.roles_in_users {
            User::parse(row, context, &mut Vec::new())?;
            let user: UserId = row.id("sourcedId")?;
            records.append(&mut roles_in_users(row, &user, context)?);
            return Ok(());
        }
        let role = Self {
            id: row.id("sourcedId")?,
            user: row.id("userSourcedId")?,
            primary: row.token("roleType", ROLE_TYPES, false)? == "primary",
            kind: word!(row, "role", RoleKind)?,
            begin: row.maybe_date("beginDate")?,
            end: row.maybe_date("endDate")?,
            org: row.id("orgSourcedId")?,
        };
        in_order("endDate", role.begin, role.end)?;
        records.push(role);
        Ok(())
    }
}

/// The roles that a row of 1.1's `users.csv` holds: one word, at one or more orgs.
fn roles_in_users(row: &mut Fields<'_>, user: &UserId, context: &Context) -> Result<Vec<UserRole>, Bad> {
    let orgs: Vec<OrgId> = row.ids("orgSourcedIds")?;
    if orgs.is_empty() {
        return Err(Bad::new("orgSourcedIds", Reason::Blank, "A value is required."));
    }
    let tokens = USERS_1P1.iter().find_map(|column| match column.format {
        Format::OpenWord(tokens) => Some(tokens),
        _ => None,
    });
    let token = row.token("role", tokens.unwrap_or_default(), true)?;
    let mut roles = Vec::with_capacity(orgs.len());
    for (place, org) in orgs.into_iter().enumerate() {
        let kind = match RoleKind::from_token(token) {
            Some(kind) => kind,
            None if context.high_orgs.contains(&org) => RoleKind::DistrictAdministrator,
            None => RoleKind::SiteAdministrator,
        };
        let id = SourcedId::new(format!("{user}:{org}:{}", kind.as_str())).map_err(|_| {
            Bad::new(
                "orgSourcedIds",
                Reason::Identifier,
                "The person's and the org's identifier are too long together.",
            )
        })?;
        roles.push(UserRole {
            id,
            user: user.clone(),
            kind,
            primary: place == 0,
            org,
            begin: None,
            end: None,
        });
    }
    Ok(roles)
}

impl Parse for Course {
    const FILE: File = File::Courses;

    fn parse(row: &mut Fields<'_>, _: &Context, records: &mut Vec<Self>) -> Result<(), Bad> {
        records.push(Self {
            id: row.id("sourcedId")?,
            school_year: row.maybe_id("schoolYearSourcedId")?,
            title: row.text("title")?,
            code: row.maybe_text("courseCode"),
            grades: row.texts("grades"),
            org: row.id("orgSourcedId")?,
            subjects: row.texts("subjects"),
        });
        Ok(())
    }
}

impl Parse for Class {
    const FILE: File = File::Classes;

    fn parse(row: &mut Fields<'_>, _: &Context, records: &mut Vec<Self>) -> Result<(), Bad> {
        let class = Self {
            id: row.id("sourcedId")?,
            title: row.text("title")?,
            grades: row.texts("grades"),
            course: row.id("courseSourcedId")?,
            code: row.maybe_text("classCode"),
            kind: word!(row, "classType", ClassKind)?,
            location: row.maybe_text("location"),
            school: row.id("schoolSourcedId")?,
            terms: row.ids("termSourcedIds")?,
            subjects: row.texts("subjects"),
            periods: row.texts("periods"),
        };
        if class.terms.is_empty() {
            return Err(Bad::new("termSourcedIds", Reason::Blank, "A value is required."));
        }
        records.push(class);
        Ok(())
    }
}

impl Parse for Enrollment {
    const FILE: File = File::Enrollments;

    fn parse(row: &mut Fields<'_>, _: &Context, records: &mut Vec<Self>) -> Result<(), Bad> {
        let enrollment = Self {
            id: row.id("sourcedId")?,
            class: row.id("classSourcedId")?,
            school: row.id("schoolSourcedId")?,
            user: row.id("userSourcedId")?,
            role: enrollment_role(row)?,
            primary: row.maybe_boolean("primary")?,
            begin: row.maybe_date("beginDate")?,
            end: row.maybe_date("endDate")?,
        };
        in_order("endDate", enrollment.begin, enrollment.end)?;
        records.push(enrollment);
        Ok(())
    }
}

/// `aide` is no word of the standard here, but many write it.
fn enrollment_role(row: &mut Fields<'_>) -> Result<EnrollmentRole, Bad> {
    if row.peek("role").eq_ignore_ascii_case("aide") {
        row.old_word("role", "aide", "ext:aide");
        return Ok(EnrollmentRole::Ext("ext:aide".into()));
    }
    word!(row, "role", EnrollmentRole)
}

impl Parse for Demographics {
    const FILE: File = File::Demographics;

    fn parse(row: &mut Fields<'_>, _: &Context, records: &mut Vec<Self>) -> Result<(), Bad> {
        records.push(Self { user: row.id("sourcedId")?, birth_date: row.maybe_date("birthDate")? });
        Ok(())
    }
}

impl Parse for Category {
    const FILE: File = File::Categories;

    fn parse(row: &mut Fields<'_>, _: &Context, records: &mut Vec<Self>) -> Result<(), Bad> {
        records.push(Self {
            id: row.id("sourcedId")?,
            title: row.text("title")?,
            weight: row.maybe_weight("weight")?,
        });
        Ok(())
    }
}

impl Parse for LineItem {
    const FILE: File = File::LineItems;

    fn parse(row: &mut Fields<'_>, _: &Context, records: &mut Vec<Self>) -> Result<(), Bad> {
        let session = if row.has(GRADING_PERIOD_1P1) { GRADING_PERIOD_1P1 } else { ACADEMIC_SESSION };
        let is_1p1 = row.version == Version::V1p1;
        let item = Self {
            id: row.id("sourcedId")?,
            title: row.text("title")?,
            description: row.maybe_text("description"),
            assign_date: row.date("assignDate")?,
            due_date: row.date("dueDate")?,
            class: row.id("classSourcedId")?,
            category: row.id("categorySourcedId")?,
            session: row.id(session)?,
            value_min: row.maybe_number("resultValueMin")?,
            value_max: row.maybe_number("resultValueMax")?,
            school: if is_1p1 { row.maybe_id("schoolSourcedId")? } else { Some(row.id("schoolSourcedId")?) },
        };
        if let (Some(least), Some(most)) = (item.value_min, item.value_max)
            && least > most
        {
            let sentence = format!("{most} is less than resultValueMin, {least}.");
            return Err(Bad::new("resultValueMax", Reason::Number, sentence));
        }
        records.push(item);
        Ok(())
    }
}

impl Parse for StudentResult {
    const FILE: File = File::Results;

    fn parse(row: &mut Fields<'_>, _: &Context, records: &mut Vec<Self>) -> Result<(), Bad> {
        records.push(Self {
            id: row.id("sourcedId")?,
            line_item: row.id("lineItemSourcedId")?,
            student: row.id("studentSourcedId")?,
            status: word!(row, "scoreStatus", ScoreStatus)?,
            score: row.maybe_number("score")?,
            score_date: row.date("scoreDate")?,
            comment: row.maybe_text("comment"),
            text_score: row.maybe_text("textScore"),
            class: row.maybe_id("classSourcedId")?,
            in_progress: row.maybe_boolean("inProgress")?.unwrap_or(false),
            incomplete: row.maybe_boolean("incomplete")?.unwrap_or(false),
            late: row.maybe_boolean("late")?.unwrap_or(false),
            missing: row.maybe_boolean("missing")?.unwrap_or(false),
        });
        Ok(())
    }
}

/// An end before its begin is refused; on the same day it is an interval without a day, which is allowed.
fn in_order(column: &str, begin: Option<NaiveDate>, end: Option<NaiveDate>) -> Result<(), Bad> {
    match (begin, end) {
        (Some(begin), Some(end)) if end < begin => {
            Err(Bad::new(column, Reason::DatesReversed, format!("{end} is before {begin}.")))
        }
        _ => Ok(()),
    }
}
