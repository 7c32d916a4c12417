//! How far somebody has read a conversation, and what is unread there.
//!
//! Every position only moves forward, whatever order requests come in. Unread is what came after the position, is not one's own
//! and was not deleted. What was read privately is told to nobody, until the person reads on openly.

use homeroom_contract::UserId;
use serde::{Deserialize, Serialize};

use crate::domain::{Arrivals, Batch, Circle, Message, MessageId};

/// A message and its place in the journal's order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mark {
    /// The number of the journal's entry.
    pub seq: u64,
    /// The message.
    pub message_id: MessageId,
}

/// How far one person is in one conversation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reading {
    /// The position in the journal from which on the person counts; what is older is to be read, but not unread.
    pub since_seq: u64,
    /// Up to where the person has read.
    pub read: Option<Mark>,
    /// Up to where others know that the person has read.
    pub shown: Option<Mark>,
    /// What has reached a device of the person.
    pub arrived: Arrivals,
    /// Whether the conversation is left out of the person's total.
    pub is_muted: bool,
}

impl Mark {
    /// The mark of that message, whose `message.new` is the journal's entry of that number.
    pub fn of(seq: u64, message: &Message) -> Self {
        Self { seq, message_id: message.message_id.clone() }
    }
}

/// What reading up to a message changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOn {
    /// Whether the position moved: the person's devices are told what is unread now.
    pub is_further: bool,
    /// Up to where the others are told; nothing if they aren't.
    pub told: Option<Mark>,
}

impl Reading {
    /// Of somebody who counts from that position on.
    pub fn since(seq: u64) -> Self {
        Self { since_seq: seq, arrived: Arrivals::up_to(seq), ..Self::default() }
    }

    /// Of somebody in such a conversation, before anything was read. Who is named counts from its opening on. In the conversation
    /// of a whole class one counts from the first join on, whenever one was enrolled: before it there is no reading, nothing is
    /// unread, and the person's devices are told of nothing.
    pub fn begins(circle: &Circle, opened_seq: u64, joined_seq: Option<u64>) -> Option<Self> {
        match circle {
            Circle::People { .. } | Circle::ClassGroup { .. } => Some(Self::since(opened_seq)),
            Circle::Class { .. } => joined_seq.map(Self::since),
        }
    }

    /// The person has read everything up to that message. If `private`, nobody is told.
    pub fn read_to(&mut self, mark: &Mark, private: bool) -> ReadOn {
        let is_further = mark.seq > self.position();
        if is_further {
            self.read = Some(mark.clone());
        }
        let shown = self.shown.as_ref().map_or(self.since_seq, |shown| shown.seq.max(self.since_seq));
        let told = (!private && mark.seq > shown).then(|| mark.clone());
        if told.is_some() {
            self.shown.clone_from(&told);
            // Who has read it has it: that needs no telling any more.
            self.arrived.add(0, mark.seq);
        }
        ReadOn { is_further, told }
    }

    /// These messages have reached a device of the person; hands back those that hadn't before.
    pub fn deliver<'a>(&mut self, batch: Batch<'a>) -> Vec<&'a Message> {
        let new = batch.messages.iter().filter(|(seq, _)| !self.arrived.has(*seq));
        let new = new.map(|(_, message)| *message).collect();
        if let Some((last, _)) = batch.messages.last() {
            self.arrived.add(batch.after_seq, *last);
        }
        new
    }

    /// Up to where nothing is unread.
    pub fn position(&self) -> u64 {
        self.read.as_ref().map_or(self.since_seq, |read| read.seq.max(self.since_seq))
    }

    /// Whether a message is unread by that person, whose reading this is.
    pub fn is_unread(&self, reader: &UserId, seq: u64, message: &Message) -> bool {
        seq > self.position() && message.sender_id != *reader && !message.is_deleted()
    }

    /// How many of these messages are unread by that person.
    pub fn unread<'a>(&self, reader: &UserId, messages: impl IntoIterator<Item = (u64, &'a Message)>) -> u64 {
        let unread = messages.into_iter().filter(|(seq, message)| self.is_unread(reader, *seq, message));
        unread.fold(0, |count, _| count + 1)
    }
}

/// How many messages are unread over all of a person's conversations, each with what is unread there; muted ones don't count.
pub fn total_unread<'a>(conversations: impl IntoIterator<Item = (&'a Reading, u64)>) -> u64 {
    let heard = conversations.into_iter().filter(|(reading, _)| !reading.is_muted);
    heard.map(|(_, unread)| unread).sum()
}
