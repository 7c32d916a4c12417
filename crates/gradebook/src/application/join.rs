//! `gradebook:join`: into a class's gradebook, as staff or as family.

use std::collections::{HashMap, HashSet};

use homeroom_contract::{
    AcademicSessionId, Call, ClassId, Failure, Joined, LineItemId, Room, StudentName, TenantId, UserId,
};
use homeroom_journal::Conn;
use homeroom_roster::ClassStanding;

use super::Gradebook;
use crate::domain::{
    Category, Cell, CellView, FamilyView, GradebookData, GradebookError, GradebookRoom, JoinGradebook,
    LineItem, ResultView, StaffView, StudentAverage, average,
};
use crate::infrastructure::store::{cells, line_items};
use crate::infrastructure::watching::Seen;

pub(crate) async fn join(
    gradebook: Gradebook,
    call: Call,
    join: JoinGradebook,
) -> Result<Joined<GradebookData>, Failure> {
    let class = call.class(join.class_id)?;
    let session = join.session_id.as_ref();
    let (standing, within) = gradebook.standing_to_join(&call, &class, session).await?;
    let rooms = rooms(&standing, session)?;
    call.session.enter(&rooms).await?;

    // Read after entering: what is committed meanwhile is in the data, or comes as an event, or both.
    let all = standing.may_read_all("gradebook");
    let seen = if all { gradebook.watching.seen(&call, &class).await } else { Seen::default() };
    let mut snapshot = gradebook.journal.snapshot(&call).await?;
    let seq = snapshot.seq().await?;
    let data = if all {
        GradebookData::Staff(
            gradebook.for_staff(&mut snapshot, &call, &class, within.as_deref(), seen).await?,
        )
    } else {
        let own: Vec<UserId> = standing.family().cloned().collect();
        GradebookData::Family(
            gradebook.for_family(&mut snapshot, &call, &class, within.as_deref(), own).await?,
        )
    };
    Ok(Joined { rooms, data, seq })
}

/// The rooms that come with a standing; `UNAUTHORIZED` if nothing does.
fn rooms(standing: &ClassStanding, session: Option<&AcademicSessionId>) -> Result<Vec<Room>, GradebookError> {
    if standing.sits_with_staff() {
        let staff = [Room::class_staff(&standing.class)];
        let session =
            session.map(|session| GradebookRoom::Session(standing.class.clone(), session.clone()).room());
        let school = standing.admin.map(|_| Room::school_admins(&standing.school));
        Ok(staff.into_iter().chain(session).chain(school).collect())
    } else if standing.may_read_all("gradebook") {
        Ok(Vec::new())
    } else if standing.is_family() {
        Ok(standing.family().map(Room::student).collect())
    } else {
        Err(GradebookError::NotAllowed)
    }
}

impl Gradebook {
    /// What the actor is to the class, and the sessions that are looked at; without any, all.
    async fn standing_to_join(
        &self,
        call: &Call,
        class: &ClassId,
        session: Option<&AcademicSessionId>,
    ) -> Result<(ClassStanding, Option<Vec<AcademicSessionId>>), Failure> {
        let mut conn = self.journal.database().lookup().await?;
        let standing = self.roster.standing_in(&mut conn, &call.actor, class, call.at).await?;
        let within = match session {
            Some(session) => Some(self.roster.sessions_within(&mut conn, &call.actor.tenant, session).await?),
            None => None,
        };
        Ok((standing, within))
    }

    async fn for_staff(
        &self,
        conn: &mut Conn,
        call: &Call,
        class: &ClassId,
        within: Option<&[AcademicSessionId]>,
        seen: Seen,
    ) -> Result<StaffView, Failure> {
        let tenant = &call.actor.tenant;
        let students = self.roster.students_in(conn, tenant, class, call.at).await?;
        let line_items = line_items_within(conn, tenant, class, within).await?;
        let categories = line_items::categories_of_class(conn, tenant, class).await?;
        let cells = cells::of_class(conn, tenant, class, None).await?;
        let cells = of_line_items(cells, &line_items);
        let ids = students.iter().map(|person| &person.user);
        let averages = averages(ids, &line_items, &cells, &categories);
        Ok(StaffView {
            class_id: class.clone(),
            students: students.into_iter().map(StudentName::from).collect(),
            line_items,
            categories,
            cells: cells.iter().map(CellView::of).collect(),
            averages,
            typing: seen.typing,
            focused: seen.focused,
        })
    }

    async fn for_family(
        &self,
        conn: &mut Conn,
        call: &Call,
        class: &ClassId,
        within: Option<&[AcademicSessionId]>,
        own: Vec<UserId>,
    ) -> Result<FamilyView, Failure> {
        let tenant = &call.actor.tenant;
        let line_items = line_items_within(conn, tenant, class, within).await?;
        let categories = line_items::categories_of_class(conn, tenant, class).await?;
        let mut students = Vec::new();
        let mut posted = Vec::new();
        for student in &own {
            students.push(self.roster.person(conn, tenant, student).await?.into());
            posted.extend(cells::of_class(conn, tenant, class, Some(student)).await?);
        }
        posted.retain(Cell::is_posted);
        let posted = of_line_items(posted, &line_items);
        Ok(FamilyView {
            class_id: class.clone(),
            students,
            results: posted.iter().filter_map(ResultView::of).collect(),
            averages: averages(&own, &line_items, &posted, &categories),
            line_items,
            categories,
        })
    }
}

/// The line items of a class that count for these sessions; without any, all.
async fn line_items_within(
    conn: &mut Conn,
    tenant: &TenantId,
    class: &ClassId,
    within: Option<&[AcademicSessionId]>,
) -> Result<Vec<LineItem>, Failure> {
    let mut items = line_items::of_class(conn, tenant, class).await?;
    items.retain(|item| within.is_none_or(|within| within.contains(&item.academic_session_id)));
    Ok(items)
}

/// Those of the cells that are of one of these line items.
fn of_line_items(cells: Vec<Cell>, line_items: &[LineItem]) -> Vec<Cell> {
    let items: HashSet<&LineItemId> = line_items.iter().map(|item| &item.line_item_id).collect();
    cells.into_iter().filter(|cell| items.contains(&cell.line_item_id)).collect()
}

/// Each student's average over those of the cells that are the student's.
fn averages<'a>(
    students: impl IntoIterator<Item = &'a UserId>,
    line_items: &[LineItem],
    cells: &[Cell],
    categories: &[Category],
) -> Vec<StudentAverage> {
    let items: HashMap<&LineItemId, &LineItem> =
        line_items.iter().map(|item| (&item.line_item_id, item)).collect();
    let mut by_student: HashMap<&UserId, Vec<_>> = HashMap::new();
    for cell in cells {
        if let Some(item) = items.get(&cell.line_item_id) {
            by_student.entry(&cell.student_id).or_default().push((*item, &cell.marks));
        }
    }
    let of = |student: &UserId| StudentAverage {
        student_id: student.clone(),
        average: average(by_student.remove(student).unwrap_or_default(), categories),
    };
    students.into_iter().map(of).collect()
}
