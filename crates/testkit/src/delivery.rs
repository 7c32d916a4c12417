//! Whether what was promised was kept: what writers sent and were told, what the database says, and what subscribers received,
//! held against each other. Pure: whoever runs the gateways fills in a [`History`].
//!
//! What is promised: an acknowledged command took effect once, one that was refused did not, and one whose outcome was not
//! known took effect once when it was repeated; and every entry reaches everyone whom it concerns and who stays or returns, in
//! order, once, and nobody else.

mod history;
mod problem;
mod reception;

use std::collections::{BTreeMap, BTreeSet};

pub use history::{Attempt, Cell, Epoch, Got, Heard, History, Sent, Written};
pub use problem::Problem;

impl History {
    /// Everything that is not as it was promised; empty if all is well.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = self.numbering();
        problems.extend(self.commands());
        problems.extend(self.orders());
        problems.extend(self.state());
        let entries: BTreeMap<u64, &Written> = self.entries.iter().map(|entry| (entry.seq, entry)).collect();
        problems.extend(self.subscribers.iter().flat_map(|heard| reception::problems(heard, &entries)));
        problems
    }

    /// How many deliveries somebody who stays still waits for.
    pub fn lacking(&self, heard: &Heard) -> usize {
        let entries: BTreeMap<u64, &Written> = self.entries.iter().map(|entry| (entry.seq, entry)).collect();
        reception::lost(heard, &entries).count()
    }

    /// 1, 2, 3 … up to the head.
    fn numbering(&self) -> Vec<Problem> {
        let numbers: Vec<u64> = self.entries.iter().map(|entry| entry.seq).collect();
        let wrong = (1..).zip(&numbers).find(|(expected, found)| expected != *found);
        match wrong {
            Some((expected, found)) => vec![Problem::Gap { expected, found: Some(*found) }],
            None if numbers.len() as u64 != self.head => {
                vec![Problem::Gap { expected: self.head, found: numbers.last().copied() }]
            }
            None => Vec::new(),
        }
    }

    /// What each command was answered with, and what became of it.
    fn commands(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let marks = self.marks();
        let mut asked = BTreeSet::new();
        for sent in &self.commands {
            let client_id = sent.client_id.clone();
            asked.insert(sent.client_id.as_str());
            let entries = marks.get(sent.client_id.as_str()).map_or(&[][..], Vec::as_slice);
            let replies: BTreeSet<&str> = sent.replies().collect();
            if let [first, second, ..] = entries {
                problems.push(Problem::Doubled { client_id: client_id.clone(), entries: [*first, *second] });
            }
            match (replies.first(), entries.first()) {
                (Some(_), None) => problems.push(Problem::FalseAck { client_id: client_id.clone() }),
                (None, Some(seq)) if !sent.is_unsettled() => {
                    problems.push(Problem::FalseRefusal { client_id: client_id.clone(), seq: *seq });
                }
                (None, _) if sent.is_unsettled() => {
                    problems.push(Problem::Unsettled { client_id: client_id.clone() });
                }
                _ => {}
            }
            let stored = self.replies.get(&client_id).map(String::as_str);
            if replies.len() > 1 || replies.first().is_some_and(|reply| stored != Some(*reply)) {
                problems.push(Problem::OtherReply { client_id });
            }
        }
        let invented = marks.iter().filter(|(mark, _)| !asked.contains(*mark));
        problems.extend(invented.filter_map(|(mark, entries)| {
            Some(Problem::Invented { client_id: (*mark).to_owned(), seq: *entries.first()? })
        }));
        problems
    }

    /// A writer who waits for each answer before the next command finds them in that order in the journal.
    fn orders(&self) -> Vec<Problem> {
        let marks = self.marks();
        let mut last: BTreeMap<&str, (u64, &str)> = BTreeMap::new();
        let mut problems = Vec::new();
        for sent in self.commands.iter().filter(|sent| sent.replies().next().is_some()) {
            let Some(seq) = marks.get(sent.client_id.as_str()).and_then(|entries| entries.first()) else {
                continue;
            };
            if let Some((before, earlier)) = last.insert(&sent.writer, (*seq, &sent.client_id))
                && before > *seq
            {
                let (earlier, later) = (earlier.to_owned(), sent.client_id.clone());
                problems.push(Problem::Overtaken { earlier, later });
            }
        }
        problems
    }

    /// Every cell stands as the last entry about it says, and was set as often as there are entries.
    fn state(&self) -> Vec<Problem> {
        let mut told: BTreeMap<&str, Cell> = BTreeMap::new();
        for entry in &self.entries {
            if let Some(cell) = &entry.sets {
                let told = told.entry(cell).or_default();
                told.version += 1;
                told.mark.clone_from(&entry.mark);
            }
        }
        let cells =
            told.keys().copied().chain(self.cells.keys().map(String::as_str)).collect::<BTreeSet<_>>();
        let differs = |cell: &&str| self.cells.get(*cell) != told.get(*cell);
        cells.into_iter().filter(differs).map(|cell| Problem::OtherState { cell: cell.to_owned() }).collect()
    }

    /// The entries that each mark is found in.
    fn marks(&self) -> BTreeMap<&str, Vec<u64>> {
        let mut marks: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
        for entry in &self.entries {
            if let Some(mark) = &entry.mark {
                marks.entry(mark).or_default().push(entry.seq);
            }
        }
        marks
    }
}

#[cfg(test)]
mod tests;
