//! The queue of raised hands.
//!
//! The order is the server's: by when a hand was raised, and among those of one instant by which came first. Nobody stands in
//! it twice, and raising again keeps the place. Positions count from 1.

use homeroom_contract::{Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Attendee, LiveClassError, Participants};

/// A hand that is up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RaisedHand {
    /// Whose.
    pub user_id: UserId,
    /// Since when, by the server's clock.
    pub raised_at: Timestamp,
}

/// The hands that are up, the next one first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hands(Vec<RaisedHand>);

/// What raising a hand came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raised {
    /// The hand, with when it was first raised.
    pub hand: RaisedHand,
    /// Its place in the queue, from 1.
    pub position: u32,
    /// Whether the queue is another one than before; not if the hand was up already.
    pub changed: bool,
}

impl Hands {
    /// Puts the hand up of somebody who is there. An instant that lies before others', as another node's clock may have it, takes
    /// its place by time; among equals the last to arrive is the last.
    pub fn raise(
        &mut self,
        by: &Attendee,
        people: &Participants,
        at: Timestamp,
    ) -> Result<Raised, LiveClassError> {
        people.require_here(by)?;
        if let Some((position, hand)) = self.find(&by.user_id) {
            return Ok(Raised { hand: hand.clone(), position, changed: false });
        }
        let hand = RaisedHand { user_id: by.user_id.clone(), raised_at: at };
        let place = self.0.partition_point(|before| before.raised_at <= at);
        self.0.insert(place, hand.clone());
        Ok(Raised { hand, position: position(place), changed: true })
    }

    /// Takes a hand down: one's own, or as staff anybody's. Returns the place that it had; none if it wasn't up.
    pub fn lower(&mut self, by: &Attendee, user: &UserId) -> Result<Option<u32>, LiveClassError> {
        by.require_staff_or_self(user)?;
        Ok(self.drop_out(user))
    }

    /// Takes down the hand of somebody who is gone. Returns the place that it had; none if it wasn't up.
    pub fn drop_out(&mut self, user: &UserId) -> Option<u32> {
        let (position, _) = self.find(user)?;
        self.0.retain(|hand| hand.user_id != *user);
        Some(position)
    }

    /// Takes all hands down; staff only. Returns whose they were, in their order.
    pub fn lower_all(&mut self, by: &Attendee) -> Result<Vec<UserId>, LiveClassError> {
        by.require_staff()?;
        Ok(std::mem::take(&mut self.0).into_iter().map(|hand| hand.user_id).collect())
    }

    /// Somebody's place in the queue, from 1; none if the hand isn't up.
    pub fn position(&self, user: &UserId) -> Option<u32> {
        self.find(user).map(|(position, _)| position)
    }

    /// The queue, as `hands.changed` and a newcomer's data have it.
    pub fn order(&self) -> &[RaisedHand] {
        &self.0
    }

    fn find(&self, user: &UserId) -> Option<(u32, &RaisedHand)> {
        let (place, hand) = self.0.iter().enumerate().find(|(_, hand)| hand.user_id == *user)?;
        Some((position(place), hand))
    }
}

fn position(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX).saturating_add(1)
}
