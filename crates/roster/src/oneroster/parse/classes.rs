//! Orgs, sessions, courses, classes, enrollments.

use super::{Context, Parse, in_order};
use crate::oneroster::fields::Fields;
use crate::oneroster::findings::Bad;
use crate::oneroster::records::{
    AcademicSession, Class, ClassKind, Course, Enrollment, EnrollmentRole, Org, OrgKind, SessionKind,
};
use crate::oneroster::{File, Reason};

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

impl Parse for Course {
    const FILE: File = File::Courses;

    fn entries(&self) -> usize {
        self.grades.len() + self.subjects.len()
    }

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

    fn entries(&self) -> usize {
        self.terms.len() + self.grades.len() + self.subjects.len() + self.periods.len()
    }

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
