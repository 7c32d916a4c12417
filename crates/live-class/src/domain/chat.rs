//! The class's chat: to everyone, or from one person to another. What was written is kept.
//!
//! Locks bind students. Two students write to each other only while somebody of the staff is in the class.

use homeroom_contract::{ClassId, Timestamp, field};

use crate::domain::{
    Attendee, ChatSent, ChatTo, Limits, LiveClassError, Lockable, Locks, MessageId, SendChat,
};

/// What has to be known about a class before somebody may write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatFacts {
    /// The person whom `toUserId` names, if one of this class.
    pub recipient: Option<Attendee>,
    /// The locks that bind whoever writes.
    pub locks: Locks,
    /// Whether somebody of the staff is present.
    pub staff_present: bool,
}

impl ChatSent {
    /// The message, if it may be sent. `sender_name` is how the sender goes by, after the roster.
    pub fn new(
        class_id: ClassId,
        sender: &Attendee,
        sender_name: String,
        send: SendChat,
        facts: ChatFacts,
        at: Timestamp,
        limits: &Limits,
    ) -> Result<Self, LiveClassError> {
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
                let known = facts.recipient.filter(|recipient| recipient.user_id == user_id);
                let recipient = known.ok_or(LiveClassError::NotFound("person"))?;
                facts.locks.require(Lockable::PrivateChat)?;
                if !sender.is_staff() && !recipient.is_staff() && !facts.staff_present {
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
