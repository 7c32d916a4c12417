//! `/gradebook` as clients see it: what it answers and how often, what it sends, and who may be in which room.

use homeroom_contract::{Actor, Admission, Failure, Limit, Namespace, Role, Room, Routes};
use homeroom_roster::RosterError;

use crate::application::{
    Gradebook, bulk_set_grades, create_line_item, focus_cell, grade_history, hide_grades, join, leave,
    post_grades, set_grade, typing, update_line_item,
};
use crate::domain::{
    CellFocusedWsEvent, GradeHiddenWsEvent, GradePostedWsEvent, GradeUpdatedWsEvent, GradebookRoom,
    GradebookTypingWsEvent, LineItemCreatedWsEvent, LineItemUpdatedWsEvent, PeriodClosedWsEvent,
};

impl Namespace for Gradebook {
    const NAME: &'static str = "gradebook";

    fn routes() -> Routes<Self> {
        Routes::new()
            .join(join)
            .leave(leave)
            .signal(typing)
            .signal(focus_cell)
            .command(set_grade)
            .command(bulk_set_grades)
            .limit(Limit::per_10s(20))
            .command(post_grades)
            .command(hide_grades)
            .command(create_line_item)
            .command(update_line_item)
            .query(grade_history)
            .durable::<GradePostedWsEvent>()
            .durable::<GradeUpdatedWsEvent>()
            .durable::<GradeHiddenWsEvent>()
            .durable::<LineItemCreatedWsEvent>()
            .durable::<LineItemUpdatedWsEvent>()
            .durable::<PeriodClosedWsEvent>()
            .ephemeral::<GradebookTypingWsEvent>()
            .ephemeral::<CellFocusedWsEvent>()
    }

    async fn greet(&self, actor: &Actor) -> Result<Vec<Room>, Failure> {
        let mut conn = self.journal.database().lookup().await?;
        let places = self.roster.places_of(&mut conn, actor, self.clock.now()).await?;
        let own = actor.user().map(Room::user);
        let family = places.family().map(Room::student);
        let schools = places.schools(Role::SchoolAdmin).map(Room::school_admins);
        Ok(own.into_iter().chain(family).chain(schools).collect())
    }

    async fn admit(&self, actor: &Actor, room: &Room) -> Result<Option<Admission>, Failure> {
        match self.admission(actor, room).await {
            Ok(admission) => Ok(admission),
            Err(RosterError::NotFound(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

impl Gradebook {
    async fn admission(&self, actor: &Actor, room: &Room) -> Result<Option<Admission>, RosterError> {
        let Some(room) = GradebookRoom::read(room) else { return Ok(None) };
        let at = self.clock.now();
        let mut conn = self.journal.database().lookup().await?;
        Ok(match room {
            GradebookRoom::User(user) => {
                (actor.user() == Some(&user)).then(|| Admission::silent(Role::Guest))
            }
            GradebookRoom::Student(student) => {
                let standing = self.roster.see_student(&mut conn, actor, &student, at).await?;
                let role = if standing.itself { Role::Student } else { Role::Parent };
                standing.is_family().then(|| Admission::silent(role))
            }
            GradebookRoom::Staff(class) => {
                let standing = self.roster.standing_in(&mut conn, actor, &class, at).await?;
                standing.role().filter(|_| standing.sits_with_staff()).map(Admission::announced)
            }
            GradebookRoom::Session(class, _) => {
                let standing = self.roster.standing_in(&mut conn, actor, &class, at).await?;
                standing.role().filter(|_| standing.sits_with_staff()).map(Admission::silent)
            }
            GradebookRoom::SchoolAdmins(school) => {
                let standing = self.roster.standing_at(&mut conn, actor, &school, at).await?;
                standing.admin.map(Admission::silent)
            }
        })
    }
}
