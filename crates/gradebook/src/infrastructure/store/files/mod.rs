//! Taking over OneRoster's `categories.csv`, `lineItems.csv` and `results.csv`. What is just so already is not written again.

pub(crate) mod categories;
pub(crate) mod line_items;
pub(crate) mod results;

pub(crate) use categories::known as known_categories;
pub(crate) use line_items::known as known_line_items;

use homeroom_roster::{Origin, Part, oneroster};

/// Where a row came from.
fn origin(imported: bool) -> Origin {
    if imported { Origin::Import } else { Origin::Gateway }
}

/// Whether the row says that its thing is gone.
fn is_gone<R>(row: &oneroster::Row<R>) -> bool {
    row.status == oneroster::Status::ToBeDeleted
}

/// The rows of things that stand.
fn standing<R>(part: &Part<R>) -> impl Iterator<Item = &R> {
    part.rows.iter().filter(|row| !is_gone(row)).map(|row| &row.record)
}
