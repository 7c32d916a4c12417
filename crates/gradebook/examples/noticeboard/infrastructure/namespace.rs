//! `/noticeboard`: what it answers and how often, what it sends, and who may be in which room.

use homeroom_contract::{Actor, Admission, Failure, Limit, Namespace, Room, Routes};
use homeroom_roster::RosterError;

use crate::application::{Noticeboard, join, pin_notice};
use crate::domain::NoticePinnedWsEvent;

impl Namespace for Noticeboard {
    const NAME: &'static str = "noticeboard";

    fn routes() -> Routes<Self> {
        Routes::new()
            .join(join)
            .command(pin_notice)
            .limit(Limit::per_minute(10))
            .durable::<NoticePinnedWsEvent>()
    }

    async fn greet(&self, actor: &Actor) -> Result<Vec<Room>, Failure> {
        Ok(actor.user().map(Room::user).into_iter().collect())
    }

    async fn admit(&self, actor: &Actor, room: &Room) -> Result<Option<Admission>, Failure> {
        if actor.user().map(Room::user).as_ref() == Some(room) {
            return Ok(Some(Admission::silent(homeroom_contract::Role::Guest)));
        }
        // Only the class's own room: nobody is in a room below it here.
        let Some(class) = room.class_id().filter(|class| Room::class(class) == *room) else {
            return Ok(None);
        };
        let mut conn = self.journal.database().lookup().await?;
        match self.roster.standing_in(&mut conn, actor, &class, self.clock.now()).await {
            Ok(standing) => Ok(standing.role().filter(|_| standing.takes_part()).map(Admission::silent)),
            Err(RosterError::NotFound(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
