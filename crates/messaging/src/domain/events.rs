//! What happened in conversations, and who hears of it.
//!
//! What is said goes to those who have joined the conversation (`conversation:{id}`), and to nobody else but the moderators
//! whom it was reported to. What concerns one person goes to all of that person's devices (`user:{id}`): that there is a new
//! conversation, that one's message arrived or was acknowledged. What a deleted or edited message said before is kept here and goes
//! to nobody.

use std::collections::BTreeSet;

use homeroom_contract::{Delivery, DomainEvent, Room, Timestamp, UserId};
use serde::Serialize;

use crate::domain::wire::{
    ConversationCreatedWsEvent, MessageAcknowledgedWsEvent, MessageDeletedWsEvent, MessageDeliveredWsEvent,
    MessageNewWsEvent, MessageReactedWsEvent, MessageReadWsEvent, MessageReportedWsEvent,
    MessageUpdatedWsEvent,
};
use crate::domain::{
    About, Acknowledgements, Circle, Conversation, ConversationId, Message, MessageId, MessagingRoom, Report,
    Revision,
};

fn everyone_in(conversation: &ConversationId) -> [Room; 1] {
    [MessagingRoom::Conversation(conversation.clone()).room()]
}

/// A conversation was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConversationCreated {
    /// The conversation.
    pub conversation: Conversation,
    /// Everyone who is in it now, the opener too.
    pub participants: BTreeSet<UserId>,
}

impl DomainEvent for ConversationCreated {
    const KIND: &'static str = "ConversationCreated";

    fn deliveries(&self) -> Vec<Delivery> {
        let conversation = &self.conversation;
        let named = conversation.circle.named();
        let event = ConversationCreatedWsEvent {
            conversation_id: conversation.conversation_id.clone(),
            title: conversation.title.clone(),
            class_id: conversation.circle.class_id().cloned(),
            about: conversation.about.clone().map(|student_id| About { student_id }),
            participant_ids: named.map(|named| named.iter().cloned().collect()),
            created_by: conversation.opened_by.clone(),
        };
        vec![Delivery::new(self.participants.iter().map(Room::user), &event)]
    }
}

/// Something was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MessagePosted {
    /// What.
    pub message: Message,
    /// To whom: whoever is in the conversation, joined or not.
    pub circle: Circle,
}

impl DomainEvent for MessagePosted {
    const KIND: &'static str = "MessagePosted";

    fn deliveries(&self) -> Vec<Delivery> {
        let message = self.message.clone();
        let rooms = everyone_in(&message.conversation_id);
        let event = MessageNewWsEvent {
            message_id: message.message_id,
            conversation_id: message.conversation_id,
            sender_id: message.sender_id,
            sender_name: message.sender_name,
            body: message.body,
            attachments: message.attachments,
            reply_to: message.reply_to,
            mentions: message.mentions,
            priority: message.priority,
            require_ack: message.require_ack,
        };
        vec![Delivery::new(rooms, &event)]
    }
}

/// Somebody has read a conversation up to a message, and lets it be known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageRead {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The last message that was read.
    pub message_id: MessageId,
    /// Who read it.
    pub user_id: UserId,
}

impl DomainEvent for MessageRead {
    const KIND: &'static str = "MessageRead";

    fn deliveries(&self) -> Vec<Delivery> {
        let Self { conversation_id, message_id, user_id } = self.clone();
        let rooms = everyone_in(&conversation_id);
        vec![Delivery::new(rooms, &MessageReadWsEvent { conversation_id, message_id, user_id })]
    }
}

/// What was said up to a message has reached a device of somebody for the first time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageDelivered {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The last message that arrived.
    pub message_id: MessageId,
    /// Whom it has reached.
    pub user_id: UserId,
    /// Who sent something that is among what arrived.
    pub sender_ids: BTreeSet<UserId>,
}

impl MessageDelivered {
    /// What it means that these messages of one conversation have reached that person, oldest first; nothing if all are the
    /// person's own.
    pub fn of<'a>(reached: &UserId, arrived: impl IntoIterator<Item = &'a Message>) -> Option<Self> {
        let mut told: Option<Self> = None;
        for message in arrived.into_iter().filter(|message| message.sender_id != *reached) {
            let told = told.get_or_insert_with(|| Self {
                conversation_id: message.conversation_id.clone(),
                message_id: message.message_id.clone(),
                user_id: reached.clone(),
                sender_ids: BTreeSet::new(),
            });
            told.message_id = message.message_id.clone();
            told.sender_ids.insert(message.sender_id.clone());
        }
        told
    }
}

impl DomainEvent for MessageDelivered {
    const KIND: &'static str = "MessageDelivered";

    fn deliveries(&self) -> Vec<Delivery> {
        let Self { conversation_id, message_id, user_id, sender_ids } = self.clone();
        let event = MessageDeliveredWsEvent { conversation_id, message_id, user_id };
        vec![Delivery::new(sender_ids.iter().map(Room::user), &event)]
    }
}

/// A message says something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageUpdated {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The message.
    pub message_id: MessageId,
    /// What it says.
    pub body: String,
    /// What it said before; for the export, and for nobody else.
    pub previous_body: String,
    /// When it was edited.
    pub edited_at: Timestamp,
}

impl MessageUpdated {
    /// What it means that this message was edited, with what it said before.
    pub fn new(message: &Message, before: &Revision) -> Self {
        Self {
            conversation_id: message.conversation_id.clone(),
            message_id: message.message_id.clone(),
            body: message.body.clone(),
            previous_body: before.body.clone(),
            edited_at: before.until,
        }
    }
}

impl DomainEvent for MessageUpdated {
    const KIND: &'static str = "MessageUpdated";

    fn deliveries(&self) -> Vec<Delivery> {
        let Self { conversation_id, message_id, body, edited_at, .. } = self.clone();
        let rooms = everyone_in(&conversation_id);
        vec![Delivery::new(rooms, &MessageUpdatedWsEvent { conversation_id, message_id, body, edited_at })]
    }
}

/// A message was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageDeleted {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The message.
    pub message_id: MessageId,
    /// Who deleted it: its sender or somebody who moderates.
    pub deleted_by: UserId,
}

impl MessageDeleted {
    /// What it means that this message was deleted by that person.
    pub fn new(message: &Message, deleted_by: &UserId) -> Self {
        Self {
            conversation_id: message.conversation_id.clone(),
            message_id: message.message_id.clone(),
            deleted_by: deleted_by.clone(),
        }
    }
}

impl DomainEvent for MessageDeleted {
    const KIND: &'static str = "MessageDeleted";

    fn deliveries(&self) -> Vec<Delivery> {
        let Self { conversation_id, message_id, .. } = self.clone();
        let rooms = everyone_in(&conversation_id);
        vec![Delivery::new(rooms, &MessageDeletedWsEvent { conversation_id, message_id })]
    }
}

/// Somebody reacted to a message, or took a reaction away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageReacted {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The message.
    pub message_id: MessageId,
    /// Who.
    pub user_id: UserId,
    /// An emoji or a short word.
    pub reaction: String,
    /// Whether it was added or taken away.
    pub is_set: bool,
}

impl DomainEvent for MessageReacted {
    const KIND: &'static str = "MessageReacted";

    fn deliveries(&self) -> Vec<Delivery> {
        let Self { conversation_id, message_id, user_id, reaction, is_set } = self.clone();
        let rooms = everyone_in(&conversation_id);
        let event = MessageReactedWsEvent { conversation_id, message_id, user_id, reaction, is_set };
        vec![Delivery::new(rooms, &event)]
    }
}

/// Somebody acknowledged a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageAcknowledged {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The message.
    pub message_id: MessageId,
    /// Who sent it.
    pub sender_id: UserId,
    /// Who acknowledged it.
    pub user_id: UserId,
    /// When.
    pub acknowledged_at: Timestamp,
    /// How many have acknowledged it by now.
    pub acknowledged: usize,
    /// How many were asked.
    pub asked: usize,
}

impl MessageAcknowledged {
    /// What it means that this person acknowledged the message; nothing before that.
    pub fn of(message: &Message, acks: &Acknowledgements, by: &UserId) -> Option<Self> {
        Some(Self {
            conversation_id: message.conversation_id.clone(),
            message_id: message.message_id.clone(),
            sender_id: message.sender_id.clone(),
            user_id: by.clone(),
            acknowledged_at: acks.acknowledged_at(by)?,
            acknowledged: acks.acknowledged(),
            asked: acks.asked(),
        })
    }
}

impl DomainEvent for MessageAcknowledged {
    const KIND: &'static str = "MessageAcknowledged";

    fn deliveries(&self) -> Vec<Delivery> {
        let for_person = MessageAcknowledgedWsEvent {
            conversation_id: self.conversation_id.clone(),
            message_id: self.message_id.clone(),
            user_id: self.user_id.clone(),
            acknowledged_at: self.acknowledged_at,
            acknowledged: None,
            asked: None,
        };
        let for_sender = MessageAcknowledgedWsEvent {
            acknowledged: Some(self.acknowledged),
            asked: Some(self.asked),
            ..for_person.clone()
        };
        vec![
            Delivery::new([Room::user(&self.sender_id)], &for_sender),
            Delivery::new([Room::user(&self.user_id)], &for_person),
        ]
    }
}

/// A message was reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct MessageReported(pub Report);

impl DomainEvent for MessageReported {
    const KIND: &'static str = "MessageReported";

    fn deliveries(&self) -> Vec<Delivery> {
        let Report { report_id, conversation_id, message_id, sender_id, .. } = self.0.clone();
        let Report { sender_name, body, reported_by, reason, moderators, .. } = self.0.clone();
        let event = MessageReportedWsEvent {
            report_id,
            conversation_id,
            message_id,
            sender_id,
            sender_name,
            body,
            reported_by,
            reason,
        };
        vec![Delivery::new([moderators.room()], &event)]
    }
}
