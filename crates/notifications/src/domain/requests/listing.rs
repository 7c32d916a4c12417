//! `notification:list`: what is in the sender's own inbox, a page at a time.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Cursor, Filter, ItemView};

/// Lists what is in the inbox, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListNotifications {
    /// Where the last page ended: its `nextCursor`, as it came. Without it, from the newest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<Cursor>,
    /// Which items are shown; without it, what has come and wasn't dismissed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Filter>,
    /// The most items of the page, from 1 to 100 (`notifications.limits.page_items`); 100 without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
}

/// A page of the inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationsListed {
    /// The items, newest first.
    pub items: Vec<ItemView>,
    /// How many are unread in all of the inbox, whatever was asked for.
    pub unread: usize,
    /// Where the next page begins; left out if this is the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<Cursor>,
}
