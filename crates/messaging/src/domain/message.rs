//! A message: what may be said, and what becomes of it.
//!
//! A message has no number of its own: the order is that in which the journal has them. What was said before an edit is handed
//! back to be kept. What a deleted message said stays in it, for the export and the moderators: no answer to those in the
//! conversation and no new event for them carries it. The journal still has the `message.new` of before.

use std::collections::BTreeSet;

use homeroom_contract::{Timestamp, UserId, field};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Attachment, ConversationId, FileId, Limits, MessageId, MessagingError, Participants};

/// How urgent a message is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// For whoever has time.
    Low,
    /// As most.
    #[default]
    Normal,
    /// To be seen soon.
    High,
    /// To be seen now; for staff to say only.
    Urgent,
}

impl Priority {
    /// Whether there is nothing to say about it.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
    pub(crate) fn is_normal(&self) -> bool {
        *self == Self::Normal
    }
}

/// Who sends a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The person.
    pub user_id: UserId,
    /// The name by which the person goes.
    pub name: String,
}

/// What somebody wants to say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// What is said, 1 to 10,000 characters, not blank.
    pub body: String,
    /// The files that go with it.
    pub attachments: Vec<Attachment>,
    /// The message that it answers.
    pub reply_to: Option<MessageId>,
    /// Who is mentioned in it.
    pub mentions: Vec<UserId>,
    /// How urgent it is.
    pub priority: Priority,
    /// Whether those who get it are asked to acknowledge it.
    pub require_ack: bool,
}

/// Where a message goes, and what is known there.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// Those who are in the conversation now.
    pub participants: &'a Participants,
    /// The message that is to be answered, if the draft names one and there is one.
    pub replied_to: Option<&'a Message>,
}

/// A message, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// The message.
    pub message_id: MessageId,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// Who sent it.
    pub sender_id: UserId,
    /// The name by which the sender went then.
    pub sender_name: String,
    /// What it says now; of a deleted message, what it said last.
    pub body: String,
    /// The files that go with it.
    pub attachments: Vec<Attachment>,
    /// The message that it answers.
    pub reply_to: Option<MessageId>,
    /// Who is mentioned in it.
    pub mentions: Vec<UserId>,
    /// How urgent it is.
    pub priority: Priority,
    /// Whether those who were there were asked to acknowledge it.
    pub require_ack: bool,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// When it was edited last.
    pub edited_at: Option<Timestamp>,
    /// By whom and when it was deleted.
    pub deleted: Option<Deletion>,
}

/// That a message was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Deletion {
    /// Who deleted it.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
}

/// What a message said until it was edited, to be kept for the export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    /// What it said.
    pub body: String,
    /// Until when.
    pub until: Timestamp,
}

impl Draft {
    /// The message, if it may be said there.
    ///
    /// `NOT_FOUND` or `SUPERVISION_REQUIRED` where the sender isn't in it ([`Participants::admit`]); `NOT_FOUND` for a message to
    /// answer that isn't of this conversation; `UNAUTHORIZED` for `urgent` and `requireAck` by anyone but staff.
    pub fn send(
        self,
        message_id: MessageId,
        sender: &Sender,
        setting: Setting<'_>,
        at: Timestamp,
        limits: &Limits,
    ) -> Result<Message, MessagingError> {
        let conversation_id = setting.participants.conversation_id();
        let is_staff = setting.participants.admit(&sender.user_id)?.is_staff();
        self.check_texts(limits)?;
        self.check_mentions(setting.participants, limits)?;
        if self.priority == Priority::Urgent && !is_staff {
            return Err(MessagingError::StaffOnly("priority"));
        }
        if self.require_ack && !is_staff {
            return Err(MessagingError::StaffOnly("requireAck"));
        }
        if let Some(reply_to) = &self.reply_to {
            let of_here = |message: &&Message| {
                message.message_id == *reply_to && message.conversation_id == *conversation_id
            };
            setting.replied_to.filter(of_here).ok_or(MessagingError::NotFound("message"))?;
        }
        Ok(Message {
            message_id,
            conversation_id: conversation_id.clone(),
            sender_id: sender.user_id.clone(),
            sender_name: sender.name.clone(),
            body: self.body,
            attachments: self.attachments,
            reply_to: self.reply_to,
            mentions: self.mentions,
            priority: self.priority,
            require_ack: self.require_ack,
            sent_at: at,
            edited_at: None,
            deleted: None,
        })
    }

    fn check_texts(&self, limits: &Limits) -> Result<(), MessagingError> {
        field::text("body", &self.body, limits.body_chars)?;
        field::count("attachments", self.attachments.len(), limits.attachments)?;
        for (number, attachment) in self.attachments.iter().enumerate() {
            attachment.check(limits).map_err(|error| error.under(format!("attachments[{number}]")))?;
        }
        each_once("attachments", self.attachments.iter().map(|attachment| attachment.file_id.as_str()))
    }

    fn check_mentions(&self, participants: &Participants, limits: &Limits) -> Result<(), MessagingError> {
        field::count("mentions", self.mentions.len(), limits.mentions)?;
        each_once("mentions", self.mentions.iter().map(UserId::as_str))?;
        match self.mentions.iter().find(|mentioned| !participants.contains(mentioned)) {
            Some(stranger) => Err(MessagingError::NotParticipant(stranger.clone())),
            None => Ok(()),
        }
    }
}

impl Message {
    /// Whether it was deleted.
    pub fn is_deleted(&self) -> bool {
        self.deleted.is_some()
    }

    /// Says something else instead; hands back what it said before, and nothing if it says the same already. Who is mentioned and
    /// which files go with it stays.
    ///
    /// `NOT_FOUND` or `SUPERVISION_REQUIRED` to who isn't in its conversation, `UNAUTHORIZED` to anyone but the sender, `LOCKED`
    /// once it is deleted.
    pub fn edit(
        &mut self,
        by: &UserId,
        participants: &Participants,
        body: String,
        at: Timestamp,
        limits: &Limits,
    ) -> Result<Option<Revision>, MessagingError> {
        participants.admit_to(self, by)?;
        if *by != self.sender_id {
            return Err(MessagingError::NotSender);
        }
        self.check_stands()?;
        field::text("body", &body, limits.body_chars)?;
        if body == self.body {
            return Ok(None);
        }
        let before = std::mem::replace(&mut self.body, body);
        self.edited_at = Some(at);
        Ok(Some(Revision { body: before, until: at }))
    }

    /// Deletes it, and says whether that changed anything. `moderates` says whether the person may delete what others say
    /// ([`Conversation::is_moderated_by`](crate::Conversation::is_moderated_by)): being in it is not needed then.
    ///
    /// To anyone else `NOT_FOUND` or `SUPERVISION_REQUIRED` if they aren't in its conversation, and `UNAUTHORIZED` if they didn't
    /// send it.
    pub fn delete(
        &mut self,
        by: &UserId,
        participants: &Participants,
        moderates: bool,
        at: Timestamp,
    ) -> Result<bool, MessagingError> {
        if !moderates {
            participants.admit_to(self, by)?;
            if *by != self.sender_id {
                return Err(MessagingError::NotSender);
            }
        }
        if self.is_deleted() {
            return Ok(false);
        }
        self.deleted = Some(Deletion { by: by.clone(), at });
        Ok(true)
    }

    /// What it says to those who are in the conversation: nothing once it is deleted.
    pub fn said(&self) -> Option<&str> {
        if self.is_deleted() { None } else { Some(&self.body) }
    }

    /// The files that go with it, for those who are in the conversation: none once it is deleted.
    pub fn files(&self) -> impl Iterator<Item = &FileId> {
        let attachments = if self.is_deleted() { &[] } else { self.attachments.as_slice() };
        attachments.iter().map(|attachment| &attachment.file_id)
    }

    /// `LOCKED` once it is deleted.
    pub(crate) fn check_stands(&self) -> Result<(), MessagingError> {
        if self.is_deleted() { Err(MessagingError::Deleted) } else { Ok(()) }
    }
}

/// Whether nothing in a list is there twice.
fn each_once<'a>(field: &'static str, ids: impl Iterator<Item = &'a str>) -> Result<(), MessagingError> {
    let mut seen = BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(MessagingError::Twice { field, id: id.to_owned() });
        }
    }
    Ok(())
}
