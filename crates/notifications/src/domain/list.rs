//! Listing an inbox: newest first, a page at a time.
//!
//! Each item has its place for good: where it stands doesn't change when it is read, put off or comes back. A cursor names such
//! a place, so what comes or goes between two pages neither repeats an item nor hides one.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use homeroom_contract::{Timestamp, field};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::domain::{
    Inbox, Item, ItemView, Limits, ListNotifications, NotificationError, NotificationId, NotificationType,
    NotificationsListed, Priority, State,
};

/// A place in an inbox. Clients hand it back as they got it; what it is made of may change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cursor {
    /// When the item came into the inbox.
    pub received_at: Timestamp,
    /// The item; tells apart what came in the same millisecond.
    pub notification_id: NotificationId,
}

/// Not a cursor that was handed out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is not a cursor of notification:list")]
pub struct InvalidCursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.received_at.unix_millis(), self.notification_id)
    }
}

impl FromStr for Cursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, InvalidCursor> {
        let (millis, id) = text.split_once('.').ok_or(InvalidCursor)?;
        let received_at = Timestamp::from_unix_millis(millis.parse().map_err(|_| InvalidCursor)?);
        let cursor = Self { received_at, notification_id: id.parse().map_err(|_| InvalidCursor)? };
        if cursor.to_string() == text { Ok(cursor) } else { Err(InvalidCursor) }
    }
}

impl TryFrom<String> for Cursor {
    type Error = InvalidCursor;

    fn try_from(text: String) -> Result<Self, InvalidCursor> {
        text.parse()
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.to_string()
    }
}

impl JsonSchema for Cursor {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Cursor".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}

/// Which items are shown, by what has become of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Shown {
    /// Unread and read: what has come, and wasn't dismissed.
    #[default]
    Active,
    /// What has come, and was neither read nor dismissed.
    Unread,
    /// What was read.
    Read,
    /// What was put off, or waits for the end of quiet hours or for a digest.
    Waiting,
    /// What was dismissed.
    Dismissed,
}

/// Which items are shown; each field narrows it further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Filter {
    /// By what has become of them; `active` if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<Shown>,
    /// Of this type only.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<NotificationType>,
    /// Of this priority only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
}

impl Filter {
    /// Whether it lets that item through.
    pub fn shows(&self, item: &Item) -> bool {
        let state = match self.state.unwrap_or_default() {
            Shown::Active => matches!(item.state, State::Unread | State::Read(_)),
            Shown::Unread => item.state == State::Unread,
            Shown::Read => matches!(item.state, State::Read(_)),
            Shown::Waiting => matches!(item.state, State::Waiting(_)),
            Shown::Dismissed => matches!(item.state, State::Dismissed(_)),
        };
        let told = &item.notification;
        state
            && self.kind.is_none_or(|kind| kind == told.kind)
            && self.priority.is_none_or(|priority| priority == told.priority)
    }
}

impl Inbox {
    /// A page of the inbox, and how many are unread in all of it.
    pub fn list(
        &self,
        list: &ListNotifications,
        limits: &Limits,
    ) -> Result<NotificationsListed, NotificationError> {
        let most = limits.page_items.max(1);
        let limit = list.limit.unwrap_or(most);
        field::within("limit", &limit, &(1..=most))?;
        let filter = list.filter.unwrap_or_default();
        let older = |item: &&Item| list.cursor.as_ref().is_none_or(|cursor| item.position() < *cursor);
        let mut found = self.items().filter(older).filter(|item| filter.shows(item)).peekable();
        let mut items = Vec::new();
        let mut end = None;
        while items.len() < limit
            && let Some(item) = found.next()
        {
            items.push(ItemView::of(item));
            end = Some(item.position());
        }
        let next_cursor = end.filter(|_| found.peek().is_some());
        Ok(NotificationsListed { items, unread: self.unread(), next_cursor })
    }
}
