//! Taking over OneRoster's `categories.csv`, `lineItems.csv` and `results.csv`. What is just so already is not written again.

pub(crate) mod categories;
pub(crate) mod line_items;
pub(crate) mod results;

pub(crate) use categories::known as known_categories;
pub(crate) use line_items::known as known_line_items;

use std::collections::{HashMap, HashSet};

use homeroom_roster::{Origin, Part, Tally, oneroster};

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

/// A thing as it is kept, beside the record of an import that may replace it.
trait Kept<R> {
    /// Its `sourcedId`.
    fn id(&self) -> &str;
    /// Whether it came from an import.
    fn is_imported(&self) -> bool;
    /// Whether it isn't to be deleted.
    fn is_active(&self) -> bool;
    /// Whether it is just as the record says.
    fn is_as(&self, record: &R) -> bool;
}

/// What a file changes.
struct Changes<'a, K, R> {
    /// To be written, each with what is kept under its `sourcedId` now.
    written: Vec<(&'a R, Option<&'a K>)>,
    /// The `sourcedId`s of what is to be deleted.
    gone: Vec<&'a str>,
    tally: Tally,
}

impl<'a, K: Kept<R>, R> Changes<'a, K, R> {
    /// Compares. What was made or changed in the gateway is let be.
    fn between(kept: &'a [K], part: &'a Part<R>, id: impl Fn(&R) -> &str) -> Self {
        let by_id: HashMap<&str, &K> = kept.iter().map(|kept| (kept.id(), kept)).collect();
        let mut changes = Self { written: Vec::new(), gone: Vec::new(), tally: Tally::default() };
        for record in standing(part) {
            let kept = by_id.get(id(record)).copied();
            match kept {
                None => changes.tally.added += 1,
                Some(kept) if kept.is_imported() && !(kept.is_active() && kept.is_as(record)) => {
                    changes.tally.changed += 1;
                }
                Some(_) => {
                    changes.tally.unchanged += 1;
                    continue;
                }
            }
            changes.written.push((record, kept));
        }
        let listed: HashSet<&str> = part.rows.iter().map(|row| id(&row.record)).collect();
        let told: HashSet<&str> =
            part.rows.iter().filter(|row| is_gone(row)).map(|row| id(&row.record)).collect();
        let is_gone = |id: &str| told.contains(id) || (!listed.contains(id) && part.absent.is_gone(id));
        let imported = kept.iter().filter(|kept| kept.is_imported() && kept.is_active());
        changes.gone = imported.map(Kept::id).filter(|id| is_gone(id)).collect();
        changes
    }
}
