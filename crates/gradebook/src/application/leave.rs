//! `gradebook:leave`: out of a class's gradebook.

use std::collections::BTreeSet;

use homeroom_contract::{Call, ClassId, Failure, Namespace, Room, TenantId};
use homeroom_roster::RosterError;

use super::Gradebook;
use crate::domain::{GradebookRoom, LeaveGradebook};
use crate::infrastructure::watching::Watcher;

pub(crate) async fn leave(
    gradebook: Gradebook,
    call: Call,
    leave: LeaveGradebook,
) -> Result<Vec<Room>, Failure> {
    let class = call.class(leave.class_id)?;
    let class_worked_in = |room: &Room| GradebookRoom::read(room).and_then(|room| room.class().cloned());
    let (mut left, rest): (Vec<Room>, Vec<Room>) =
        call.session.joined().into_iter().partition(|room| class_worked_in(room).as_ref() == Some(&class));
    // A district's administrator came into a school's room through a class of it, and leaves it with its last class.
    let schools: Vec<Room> = rest.iter().filter(|room| is_of_admins(room)).cloned().collect();
    if !left.is_empty() && !schools.is_empty() {
        let classes: BTreeSet<ClassId> = rest.iter().filter_map(class_worked_in).collect();
        let mut kept = gradebook.greet(&call.actor).await?;
        kept.extend(gradebook.schools_of(&call.actor.tenant, classes).await?);
        left.extend(schools.into_iter().filter(|room| !kept.contains(room)));
    }
    if !left.is_empty() {
        gradebook.watching.left(Watcher { actor: &call.actor, class: &class }).await;
    }
    Ok(left)
}

fn is_of_admins(room: &Room) -> bool {
    matches!(GradebookRoom::read(room), Some(GradebookRoom::SchoolAdmins(_)))
}

impl Gradebook {
    /// The rooms of the administrators of these classes' schools; a class that is no longer held keeps nobody in one.
    async fn schools_of(
        &self,
        tenant: &TenantId,
        classes: BTreeSet<ClassId>,
    ) -> Result<Vec<Room>, RosterError> {
        let mut conn = self.journal.database().lookup().await.map_err(RosterError::from)?;
        let mut rooms = Vec::new();
        for class in classes {
            match self.roster.class(&mut conn, tenant, &class).await {
                Ok(class) => rooms.push(Room::school_admins(&class.school)),
                Err(RosterError::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(rooms)
    }
}
