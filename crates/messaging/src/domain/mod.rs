//! The rules of conversations: pure, without I/O, clock or runtime.

mod acknowledgements;
mod arrivals;
mod attachment;
mod circle;
mod conversation;
mod errors;
mod events;
mod history;
mod ids;
mod limits;
mod message;
mod participants;
mod party;
mod presence;
mod reactions;
mod reading;
mod report;
mod requests;
mod rooms;
mod wire;

pub use acknowledgements::Acknowledgements;
pub use arrivals::{Arrivals, Batch};
pub use attachment::Attachment;
pub use circle::{Candidate, Circle, InClass};
pub use conversation::{Classroom, Conversation, Opening};
pub use errors::MessagingError;
pub use events::{
    ConversationCreated, MessageAcknowledged, MessageDeleted, MessageDelivered, MessagePosted,
    MessageReacted, MessageRead, MessageReported, MessageUpdated,
};
pub use history::Page;
pub use ids::{ConversationId, FileId, MessageId, ReportId};
pub use limits::Limits;
pub use message::{Deletion, Draft, Message, Priority, Revision, Sender, Setting};
pub use participants::Participants;
pub use party::{AboutStudent, Party, is_staff};
pub use presence::{Presence, PresenceStatus};
pub use reactions::{Reaction, ReactionView, Reactions};
pub use reading::{Mark, ReadOn, Reading, total_unread};
pub use report::{Administrators, Moderators, Report, Reporting};
pub use requests::{
    About, AcknowledgeMessage, AskedView, ConversationData, ConversationHistory, ConversationMuted,
    ConversationOpened, CreateConversation, DeleteMessage, EditMessage, FileStatus, HistoryPage, Invitation,
    JoinConversation, LeaveConversation, MessageAcked, MessageEdited, MessageGone, MessageSent, MessageView,
    MuteConversation, OwnAckView, ParticipantView, PresenceView, ReactToMessage, ReactionsLeft, ReadMessage,
    ReadView, ReportFiled, ReportMessage, SendMessage, StartTyping, StopTyping, UnreadLeft, UpdatePresence,
    UploadProgress,
};
pub use rooms::MessagingRoom;
pub use wire::{
    ConversationCreatedWsEvent, FileProgressWsEvent, MessageAcknowledgedWsEvent, MessageDeletedWsEvent,
    MessageDeliveredWsEvent, MessageNewWsEvent, MessageReactedWsEvent, MessageReadWsEvent,
    MessageReportedWsEvent, MessageUpdatedWsEvent, PresenceUpdateWsEvent, UnreadChangedWsEvent,
    UserStopTypingWsEvent, UserTypingWsEvent,
};
