//! The use cases, one file each.

mod join;
mod pin_notice;

use std::sync::Arc;

use homeroom_contract::Clock;
use homeroom_journal::Journal;
use homeroom_roster::Roster;

use crate::domain::Limits;

pub(crate) use join::join;
pub(crate) use pin_notice::pin_notice;

/// The notice boards: what the handlers work with.
#[derive(Clone)]
pub(crate) struct Noticeboard {
    pub(crate) journal: Journal,
    pub(crate) roster: Roster,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) limits: Limits,
}
