//! The rooms of conversations.

use homeroom_contract::{OrgId, UserId};

use crate::domain::ConversationId;

homeroom_contract::rooms! {
    /// A room of messaging.
    pub enum MessagingRoom {
        /// `user:{id}`: one person's devices.
        User(user: UserId) = ["user", user];
        /// `conversation:{id}`: who is in a conversation ([`Participants`](crate::Participants)) and has joined it.
        Conversation(conversation: ConversationId) = ["conversation", conversation];
        /// `school:{id}:admins`: the school's own administrators, who moderate its conversations; in messaging nobody else.
        SchoolAdmins(school: OrgId) = ["school", school, "admins"];
        /// `district:{id}:admins`: the district's administrators, who moderate where a school's own can't.
        DistrictAdmins(district: OrgId) = ["district", district, "admins"];
    }
}

impl MessagingRoom {
    /// The conversation that is held there.
    pub fn conversation(&self) -> Option<&ConversationId> {
        match self {
            Self::Conversation(conversation) => Some(conversation),
            Self::User(_) | Self::SchoolAdmins(_) | Self::DistrictAdmins(_) => None,
        }
    }
}
