//! The class's chat: to everyone, or from one person to another. What was written is kept.
//!
//! Whoever writes is there. Locks bind students. Two students write to each other only while somebody of the staff is in the class.

use homeroom_contract::{ClassId, Timestamp, field};

use crate::domain::{
    Attendee, ChatSent, ChatTo, Limits, LiveClassError, Lockable, Locks, MessageId, Part, Participants,
    SendChat,
};

/// What has to be known about a class before somebody may write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatFacts<'c> {
    /// Who is there.
    pub people: &'c Participants,
    /// The person whom `toUserId` names, if one of this class, there or not.
    pub recipient: Option<Attendee>,
    /// The locks that bind whoever writes.
    pub locks: Locks,
}

impl ChatSent {
    /// The message, if it may be sent. `sender_name` is how the sender goes by, after the roster.
    pub fn new(
        class_id: ClassId,
        sender: &Attendee,
        sender_name: String,
        send: SendChat,
        facts: ChatFacts<'_>,
        at: Timestamp,
        limits: &Limits,
    ) -> Result<Self, LiveClassError> {
        facts.people.require_here(sender)?;
        field::text("body", &send.body, limits.message_chars)?;
        let to = match send.to_user_id {
            None => {
                facts.locks.require(Lockable::Chat)?;
                ChatTo::Class
            }
            Some(user_id) => {
                if user_id == sender.user_id {
                    return Err(LiveClassError::ToOneself);
                }
                let reached = |recipient: &Attendee| {
                    let out = facts.people.is_removed(&user_id) || recipient.part == Part::Outsider;
                    recipient.user_id == user_id && !out
                };
                let known = facts.recipient.filter(reached);
                let recipient = known.ok_or(LiveClassError::NotFound("person"))?;
                facts.locks.require(Lockable::PrivateChat)?;
                if !sender.is_staff() && !recipient.is_staff() && !facts.people.has_staff() {
                    return Err(LiveClassError::SupervisionRequired);
                }
                ChatTo::Person { user_id }
            }
        };
        Ok(Self {
            message_id: MessageId::generate(at),
            class_id,
            sender_id: sender.user_id.clone(),
            sender_name,
            body: send.body,
            to,
        })
    }
}
