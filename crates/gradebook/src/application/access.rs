//! Who may write what, and what a call is about.

use std::collections::BTreeSet;

use homeroom_contract::{AcademicSessionId, Call, CategoryId, ClassId, Failure, LineItemId, UserId, field};
use homeroom_journal::Conn;
use homeroom_roster::{ClassStanding, Grading, RosterError, SessionFacts};

use super::Gradebook;
use crate::domain::{Author, Cell, GradebookError, LineItem, Place};
use crate::infrastructure::store::{cells, line_items};

/// Somebody isn't a student of the class.
pub(super) const NO_STUDENT: GradebookError = GradebookError::NotFound("student in this class");

/// A line item that the actor may write grades of, held until COMMIT.
pub(super) struct OpenLineItem {
    pub(super) item: LineItem,
    pub(super) place: Place,
    pub(super) author: Author,
}

impl Gradebook {
    /// Opens a line item for writing, or says why not: `NOT_FOUND`, `UNAUTHORIZED`, `PERIOD_CLOSED`.
    pub(super) async fn open(
        &self,
        conn: &mut Conn,
        call: &Call,
        id: &LineItemId,
        reason: Option<String>,
    ) -> Result<OpenLineItem, Failure> {
        let item = line_items::hold(conn, &call.actor.tenant, id).await?;
        let item = item.ok_or(GradebookError::NotFound("line item"))?;
        let (place, author) = self.open_class(conn, call, &item.class_id, reason).await?;
        // A period that has left the roster is closed from its end on as any other; of one that was never there none is known.
        let session = &item.academic_session_id;
        if let Some(facts) = self.roster.last_known_session(conn, &call.actor.tenant, session).await? {
            self.require_open(call, &facts)?;
        }
        Ok(OpenLineItem { item, place, author })
    }

    /// Opens a class's gradebook for writing, or says why not: `NOT_FOUND`, `UNAUTHORIZED`.
    pub(super) async fn open_class(
        &self,
        conn: &mut Conn,
        call: &Call,
        class: &ClassId,
        reason: Option<String>,
    ) -> Result<(Place, Author), Failure> {
        let standing = self.roster.standing_in(conn, &call.actor, class, call.at).await?;
        let author = author(call, &standing, reason, self.settings.limits.reason_chars)?;
        Ok((Place { class_id: standing.class, school_id: standing.school }, author))
    }

    /// `PERIOD_CLOSED` if grades of that academic session can't be changed any more, `NOT_FOUND` if there is none.
    pub(super) async fn require_open_period(
        &self,
        conn: &mut Conn,
        call: &Call,
        session: &AcademicSessionId,
    ) -> Result<(), Failure> {
        let facts = self.roster.session(conn, &call.actor.tenant, session).await?;
        Ok(self.require_open(call, &facts)?)
    }

    fn require_open(&self, call: &Call, session: &SessionFacts) -> Result<(), GradebookError> {
        let today = self.roster.today(&call.actor.tenant, call.at);
        if session.closed(today) { Err(GradebookError::PeriodClosed) } else { Ok(()) }
    }

    /// `NOT_FOUND` if the district has no such category.
    pub(super) async fn require_category(
        &self,
        conn: &mut Conn,
        call: &Call,
        category: Option<&CategoryId>,
    ) -> Result<(), Failure> {
        let Some(category) = category else { return Ok(()) };
        let known = line_items::category(conn, &call.actor.tenant, category).await?;
        known.map(|_| ()).ok_or(GradebookError::NotFound("category").into())
    }

    /// `NOT_FOUND` if the student isn't enrolled in the class today.
    pub(super) async fn require_student(
        &self,
        conn: &mut Conn,
        call: &Call,
        class: &ClassId,
        student: &UserId,
    ) -> Result<(), Failure> {
        let enrolled = self.roster.is_student_in(conn, &call.actor.tenant, class, student, call.at).await?;
        if enrolled { Ok(()) } else { Err(NO_STUDENT)? }
    }

    /// The cells of a line item that were ever set: all, or those of these students, all of whom must be enrolled.
    pub(super) async fn choose(
        &self,
        conn: &mut Conn,
        call: &Call,
        item: &LineItem,
        students: Option<Vec<UserId>>,
    ) -> Result<Vec<Cell>, Failure> {
        let mut chosen = cells::of_line_item(conn, &call.actor.tenant, &item.line_item_id).await?;
        if let Some(students) = students {
            field::count("studentIds", students.len(), self.settings.limits.items)?;
            let enrolled = self.students(conn, call, &item.class_id).await?;
            let students = BTreeSet::from_iter(students);
            if !students.is_subset(&enrolled) {
                Err(NO_STUDENT)?;
            }
            chosen.retain(|cell| students.contains(&cell.student_id));
        }
        Ok(chosen)
    }

    /// Those who are enrolled in the class as students today.
    pub(super) async fn students(
        &self,
        conn: &mut Conn,
        call: &Call,
        class: &ClassId,
    ) -> Result<BTreeSet<UserId>, RosterError> {
        let students = self.roster.students_in(conn, &call.actor.tenant, class, call.at).await?;
        Ok(students.into_iter().map(|person| person.user).collect())
    }
}

/// In whose name somebody of that standing writes: teachers in their own, administrators with a reason, others not at all.
fn author(
    call: &Call,
    standing: &ClassStanding,
    reason: Option<String>,
    reason_chars: usize,
) -> Result<Author, GradebookError> {
    let reason = reason.filter(|reason| !reason.trim().is_empty());
    field::chars("reason", reason.as_deref().unwrap_or_default(), reason_chars)?;
    match standing.may_grade() {
        Grading::Denied => Err(GradebookError::NotAllowed),
        Grading::WithReason if reason.is_none() => Err(GradebookError::ReasonNeeded),
        Grading::WithReason | Grading::Allowed => Ok(Author { by: call.actor.subject_id().clone(), reason }),
    }
}
