//! What a client may ask for and what it is answered: the same types in the gateway, which reads the requests and writes the
//! replies, and in any other service, which writes the requests and reads the replies.
//!
//! A field that says nothing is left out, so that what is written here is what any other client would send.

mod change;
mod create;
mod history;
mod join;
mod passing;
mod read;
mod report;
mod respond;
mod send;

pub use change::{DeleteMessage, EditMessage, MessageEdited, MessageGone};
pub use create::{About, ConversationOpened, CreateConversation, Invitation};
pub use history::{AskedView, ConversationHistory, HistoryPage, MessageView, OwnAckView};
pub use join::{
    ConversationData, JoinConversation, LeaveConversation, ParticipantView, PresenceView, ReadView,
};
pub use passing::{FileStatus, StartTyping, StopTyping, UpdatePresence, UploadProgress};
pub use read::{ConversationMuted, MuteConversation, ReadMessage, UnreadLeft};
pub use report::{ReportFiled, ReportMessage};
pub use respond::{AcknowledgeMessage, MessageAcked, ReactToMessage, ReactionsLeft};
pub use send::{MessageSent, SendMessage};

homeroom_contract::requests! {
    command CreateConversation = "conversation:create" => ConversationOpened;
    join JoinConversation = "conversation:join" => ConversationData;
    leave LeaveConversation = "conversation:leave";
    query ConversationHistory = "conversation:history" => HistoryPage;
    command MuteConversation = "conversation:mute" => ConversationMuted;
    command SendMessage = "message:send" => MessageSent;
    command ReadMessage = "message:read" => UnreadLeft;
    command EditMessage = "message:edit" => MessageEdited;
    command DeleteMessage = "message:delete" => MessageGone;
    command ReactToMessage = "message:react" => ReactionsLeft;
    command AcknowledgeMessage = "message:ack" => MessageAcked;
    command ReportMessage = "message:report" => ReportFiled;
    signal StartTyping = "user:typing";
    signal StopTyping = "user:stop-typing";
    signal UpdatePresence = "presence:update";
    signal UploadProgress = "upload:progress";
}
