//! The reactions to a message: one of a kind per person, for as long as the message stands.

use std::collections::{BTreeMap, BTreeSet};

use homeroom_contract::{UserId, field};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Limits, Message, MessageReacted, MessagingError, Participants};

/// The reactions to one message.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reactions(BTreeMap<String, BTreeSet<UserId>>);

/// A kind of reaction, and who reacted so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReactionView {
    /// An emoji or a short word.
    pub reaction: String,
    /// Who reacted so, by id.
    pub user_ids: Vec<UserId>,
}

/// A reaction that somebody would add or take away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reaction<'a> {
    /// An emoji or a short word.
    pub reaction: &'a str,
    /// Whether it is added or taken away.
    pub is_set: bool,
}

impl Reactions {
    /// Adds somebody's reaction or takes it away; hands back what is told of it, with the reaction as it is kept (without white
    /// space around it), if that changed anything.
    ///
    /// `NOT_FOUND` or `SUPERVISION_REQUIRED` to who isn't in the message's conversation, `LOCKED` once the message is deleted,
    /// `PAYLOAD_TOO_LARGE` for one more kind than a message may have.
    pub fn react(
        &mut self,
        message: &Message,
        by: &UserId,
        participants: &Participants,
        asked: Reaction<'_>,
        limits: &Limits,
    ) -> Result<Option<MessageReacted>, MessagingError> {
        participants.admit_to(message, by)?;
        message.check_stands()?;
        let reaction = asked.reaction.trim();
        field::text("reaction", reaction, limits.reaction_chars)?;
        let changed =
            if asked.is_set { self.add(by, reaction, limits)? } else { self.take_away(by, reaction) };
        Ok(changed.then(|| MessageReacted {
            conversation_id: message.conversation_id.clone(),
            message_id: message.message_id.clone(),
            user_id: by.clone(),
            reaction: reaction.to_owned(),
            is_set: asked.is_set,
        }))
    }

    fn add(&mut self, by: &UserId, reaction: &str, limits: &Limits) -> Result<bool, MessagingError> {
        if !self.0.contains_key(reaction) {
            field::count("reaction", self.0.len() + 1, limits.reactions)?;
        }
        Ok(self.0.entry(reaction.to_owned()).or_default().insert(by.clone()))
    }

    fn take_away(&mut self, by: &UserId, reaction: &str) -> bool {
        let Some(people) = self.0.get_mut(reaction) else { return false };
        let was_there = people.remove(by);
        if people.is_empty() {
            self.0.remove(reaction);
        }
        was_there
    }

    /// Each kind and who reacted so, by reaction.
    pub fn views(&self) -> Vec<ReactionView> {
        let view = |(reaction, people): (&String, &BTreeSet<UserId>)| ReactionView {
            reaction: reaction.clone(),
            user_ids: people.iter().cloned().collect(),
        };
        self.0.iter().map(view).collect()
    }
}

/// From what is kept: each reaction, and who reacted so.
impl FromIterator<(String, UserId)> for Reactions {
    fn from_iter<I: IntoIterator<Item = (String, UserId)>>(rows: I) -> Self {
        let mut kept = Self::default();
        for (reaction, user) in rows {
            kept.0.entry(reaction).or_default().insert(user);
        }
        kept
    }
}
