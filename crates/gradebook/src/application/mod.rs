//! The use cases, one file each: the function that handles the request. The requests and their replies are the domain's.

mod access;
mod bulk_set_grades;
mod close_periods;
mod create_line_item;
mod focus_cell;
mod grade_history;
mod hide_grades;
mod import;
mod join;
mod leave;
mod post_grades;
mod set_grade;
#[cfg(test)]
mod tests;
mod typing;
mod update_line_item;

use std::sync::Arc;

use homeroom_contract::Clock;
use homeroom_journal::Journal;
use homeroom_roster::Roster;
use homeroom_state::StateAdapter;

pub use import::GradebookImport;

pub(crate) use bulk_set_grades::bulk_set_grades;
pub(crate) use create_line_item::create_line_item;
pub(crate) use focus_cell::focus_cell;
pub(crate) use grade_history::grade_history;
pub(crate) use hide_grades::hide_grades;
pub(crate) use join::join;
pub(crate) use leave::leave;
pub(crate) use post_grades::post_grades;
pub(crate) use set_grade::set_grade;
pub(crate) use typing::typing;
pub(crate) use update_line_item::update_line_item;

use crate::Settings;
use crate::infrastructure::watching::Watching;

/// The gradebook: what its handlers work with. Cheap to clone.
#[derive(Clone)]
pub struct Gradebook {
    pub(crate) journal: Journal,
    pub(crate) roster: Roster,
    pub(crate) watching: Watching,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) settings: Arc<Settings>,
}

impl Gradebook {
    /// The gradebook of all districts in the journal's database.
    pub fn new(
        journal: Journal,
        roster: Roster,
        state: Arc<dyn StateAdapter>,
        clock: Arc<dyn Clock>,
        settings: Settings,
    ) -> Self {
        let watching = Watching::new(state);
        Self { journal, roster, watching, clock, settings: Arc::new(settings) }
    }
}
