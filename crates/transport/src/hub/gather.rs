//! Which member gets which of several events, so that everyone is written to once. Pure.

use std::sync::Arc;

/// One event for the members of one room.
#[derive(Debug)]
pub(super) struct Part<'a, M> {
    /// The entry that it belongs to.
    pub(super) seq: u64,
    /// Its name.
    pub(super) event: &'a str,
    /// Where its frame is.
    pub(super) frame: usize,
    /// Each once, by `id`.
    pub(super) members: Arc<Vec<M>>,
}

/// Who gets what: all of one member together, in the order of `parts`; of the parts of one entry, which stand together, a
/// member gets the first that concerns it.
pub(super) fn gather<'p, 'e, M>(
    parts: &'p [Part<'e, M>],
    id: impl Fn(&M) -> u64,
) -> Vec<(&'p M, &'p Part<'e, M>)> {
    let mut hits: Vec<_> =
        parts.iter().flat_map(|part| part.members.iter().map(move |member| (member, part))).collect();
    // Stable: for one member the order stays that of the parts.
    hits.sort_by_key(|(member, _)| id(member));
    hits.dedup_by(|(later, of), (member, first)| id(later) == id(member) && of.seq == first.seq);
    hits
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Against a plain model: member by member, entry by entry, the first part that names it.
        #[test]
        fn everyone_gets_the_first_part_of_every_entry_in_order(
            entries in proptest::collection::vec(
                proptest::collection::vec(proptest::collection::btree_set(0_u64..8, 0..6), 0..4),
                0..5,
            ),
        ) {
            let mut parts = Vec::new();
            for (seq, rooms) in (1..).zip(&entries) {
                for members in rooms {
                    let members = Arc::new(members.iter().copied().collect());
                    parts.push(Part { seq, event: "e", frame: parts.len(), members });
                }
            }
            let mut model: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
            for member in 0..8 {
                let mut seen = BTreeSet::new();
                for part in parts.iter().filter(|part| part.members.contains(&member)) {
                    if seen.insert(part.seq) {
                        model.entry(member).or_default().push(part.frame);
                    }
                }
            }
            let hits = gather(&parts, |member| *member);
            let mut got: Vec<(u64, Vec<usize>)> = Vec::new();
            for hits in hits.chunk_by(|(member, _), (other, _)| member == other) {
                got.push((*hits[0].0, hits.iter().map(|(_, part)| part.frame).collect()));
            }
            prop_assert_eq!(got, model.into_iter().collect::<Vec<_>>());
        }
    }
}
