//! Who was asked to acknowledge a message, and who did. Asked are those who were in the conversation when it was sent; who comes
//! later reads it without being asked.

use std::collections::{BTreeMap, BTreeSet};

use homeroom_contract::{Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::domain::{Message, MessagingError, Participants};

/// The acknowledgements of one message.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Acknowledgements {
    asked: BTreeSet<UserId>,
    done: BTreeMap<UserId, Timestamp>,
}

impl Acknowledgements {
    /// What that message asks for, with those in the conversation when it is sent: of everyone but the sender, or of nobody.
    pub fn asked_by(message: &Message, participants: &Participants) -> Self {
        let everyone = participants.user_ids().into_iter();
        let asked = everyone.filter(|user| message.require_ack && *user != message.sender_id);
        asked.map(|user| (user, None)).collect()
    }

    /// Notes that somebody acknowledged the message, and says whether that is new. Of several times the first counts.
    ///
    /// `NOT_FOUND` or `SUPERVISION_REQUIRED` to who isn't in its conversation, `VALIDATION_ERROR` for somebody who wasn't asked,
    /// `LOCKED` once the message is deleted.
    pub fn acknowledge(
        &mut self,
        message: &Message,
        by: &UserId,
        participants: &Participants,
        at: Timestamp,
    ) -> Result<bool, MessagingError> {
        participants.admit_to(message, by)?;
        if !self.asked.contains(by) {
            return Err(MessagingError::NotAsked);
        }
        if self.done.contains_key(by) {
            return Ok(false);
        }
        message.check_stands()?;
        self.done.insert(by.clone(), at);
        Ok(true)
    }

    /// Whether that person was asked.
    pub fn is_asked(&self, user: &UserId) -> bool {
        self.asked.contains(user)
    }

    /// When that person acknowledged it.
    pub fn acknowledged_at(&self, user: &UserId) -> Option<Timestamp> {
        self.done.get(user).copied()
    }

    /// Who was asked, by id, and when each acknowledged it.
    pub fn each(&self) -> impl Iterator<Item = (&UserId, Option<Timestamp>)> {
        self.asked.iter().map(|user| (user, self.acknowledged_at(user)))
    }

    /// How many were asked.
    pub fn asked(&self) -> usize {
        self.asked.len()
    }

    /// How many of them acknowledged it.
    pub fn acknowledged(&self) -> usize {
        self.done.len()
    }
}

/// From what is kept: who was asked, and when each acknowledged it. It is what [`Acknowledgements::each`] hands out.
impl FromIterator<(UserId, Option<Timestamp>)> for Acknowledgements {
    fn from_iter<I: IntoIterator<Item = (UserId, Option<Timestamp>)>>(rows: I) -> Self {
        let mut kept = Self::default();
        for (user, at) in rows {
            if let Some(at) = at {
                kept.done.insert(user.clone(), at);
            }
            kept.asked.insert(user);
        }
        kept
    }
}
