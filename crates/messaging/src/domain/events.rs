//! What happened in conversations, and who hears of it.
//!
//! What is said goes to those who have joined the conversation (`conversation:{id}`), and to nobody else but the moderators
//! whom it was reported to. What concerns one person goes to all of that person's devices (`user:{id}`): that there is a new
//! conversation, that one's message arrived or was acknowledged; to nobody who is no longer in it. From an edit or a deletion on no
//! new event for those in the conversation carries what was said before. The entries of before stay in the journal as they were:
//! whoever replays them has to take it out.

use std::collections::BTreeSet;

use homeroom_contract::{Delivery, DomainEvent, Room, Timestamp, UserId};
use serde::Serialize;

use crate::domain::wire::{
    ConversationCreatedWsEvent, MessageAcknowledgedWsEvent, MessageDeletedWsEvent, MessageDeliveredWsEvent,
    MessageNewWsEvent, MessageReactedWsEvent, MessageReadWsEvent, MessageReportedWsEvent,
    MessageUpdatedWsEvent,
};
use crate::domain::{
    About, Acknowledgements, Conversation, ConversationId, Message, MessageId, MessagingRoom, Participants,
    ReadOn, Report, Revision,
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

impl ConversationCreated {
    /// What it means that this conversation was opened, with those who are in it.
    pub fn new(conversation: Conversation, participants: &Participants) -> Self {
        Self { conversation, participants: participants.user_ids() }
    }
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
    /// To whom: everyone who was in the conversation then, joined or not, the sender too.
    pub participants: BTreeSet<UserId>,
}

impl MessagePosted {
    /// What it means that this was said to those who are in the conversation.
    pub fn new(message: Message, participants: &Participants) -> Self {
        Self { message, participants: participants.user_ids() }
    }
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

impl MessageRead {
    /// What is told of reading on; nothing if that was private, or no news.
    pub fn of(conversation: &ConversationId, user: &UserId, on: &ReadOn) -> Option<Self> {
        on.told.as_ref().map(|mark| Self {
            conversation_id: conversation.clone(),
            message_id: mark.message_id.clone(),
            user_id: user.clone(),
        })
    }
}

impl DomainEvent for MessageRead {
    const KIND: &'static str = "MessageRead";

    fn deliveries(&self) -> Vec<Delivery> {
        let Self { conversation_id, message_id, user_id } = self.clone();
        let rooms = everyone_in(&conversation_id);
        vec![Delivery::new(rooms, &MessageReadWsEvent { conversation_id, message_id, user_id })]
    }
}

/// Messages of one sender have reached a device of somebody for the first time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageDelivered {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The messages that arrived, oldest first: these and no others.
    pub message_ids: Vec<MessageId>,
    /// Whom they have reached.
    pub user_id: UserId,
    /// Who sent them.
    pub sender_id: UserId,
}

impl MessageDelivered {
    /// What is told of messages that reach that person for the first time ([`Reading::deliver`](crate::Reading::deliver)): to each
    /// sender who is still in the conversation, of their own; nothing of the person's own messages.
    pub fn of(reached: &UserId, participants: &Participants, arrived: &[&Message]) -> Vec<Self> {
        let mut told: Vec<Self> = Vec::new();
        for message in arrived {
            let sender = &message.sender_id;
            if sender == reached || participants.admit_to(message, sender).is_err() {
                continue;
            }
            match told.iter_mut().find(|told| told.sender_id == *sender) {
                Some(told) => told.message_ids.push(message.message_id.clone()),
                None => told.push(Self {
                    conversation_id: message.conversation_id.clone(),
                    message_ids: vec![message.message_id.clone()],
                    user_id: reached.clone(),
                    sender_id: sender.clone(),
                }),
            }
        }
        told
    }
}

impl DomainEvent for MessageDelivered {
    const KIND: &'static str = "MessageDelivered";

    fn deliveries(&self) -> Vec<Delivery> {
        let Self { conversation_id, message_ids, user_id, sender_id } = self.clone();
        let event = MessageDeliveredWsEvent { conversation_id, message_ids, user_id };
        vec![Delivery::new([Room::user(&sender_id)], &event)]
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
    /// Who sent it, if still in the conversation.
    pub sender_id: Option<UserId>,
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
    pub fn of(
        message: &Message,
        acks: &Acknowledgements,
        by: &UserId,
        participants: &Participants,
    ) -> Option<Self> {
        let sender = participants.admit_to(message, &message.sender_id).ok();
        Some(Self {
            conversation_id: message.conversation_id.clone(),
            message_id: message.message_id.clone(),
            sender_id: sender.map(|sender| sender.user_id.clone()),
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
        let to_sender =
            self.sender_id.as_ref().map(|sender| Delivery::new([Room::user(sender)], &for_sender));
        let to_person = Delivery::new([Room::user(&self.user_id)], &for_person);
        to_sender.into_iter().chain([to_person]).collect()
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
        let Report { sender_name, body, attachments, deleted_at, .. } = self.0.clone();
        let Report { reported_by, reason, moderators, .. } = self.0.clone();
        let event = MessageReportedWsEvent {
            report_id,
            conversation_id,
            message_id,
            sender_id,
            sender_name,
            body,
            attachments,
            deleted_at,
            reported_by,
            reason,
        };
        vec![Delivery::new([moderators.room()], &event)]
    }
}
