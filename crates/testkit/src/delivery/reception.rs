//! What one subscriber received, held against what it was due.

use std::collections::{BTreeMap, BTreeSet};

use super::{Got, Heard, Problem, Written};

type Entries<'a> = BTreeMap<u64, &'a Written>;

pub(super) fn problems(heard: &Heard, entries: &Entries<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for epoch in &heard.epochs {
        for run in std::iter::once(&epoch.live).chain(&epoch.read) {
            problems.extend(order(heard, run));
        }
    }
    let mut judged = BTreeSet::new();
    for got in all(heard).filter(|got| judged.insert((got.seq, &got.mark))) {
        let (who, seq) = (heard.name.clone(), got.seq);
        match entries.get(&seq) {
            Some(entry) if entry.mark != got.mark => problems.push(Problem::Altered { who, seq }),
            Some(entry) if !entry.audience.contains(&heard.user) => {
                problems.push(Problem::NotEntitled { who, seq });
            }
            Some(_) => {}
            None => problems.push(Problem::Altered { who, seq }),
        }
    }
    problems.extend(lost(heard, entries).map(|seq| Problem::Lost { who: heard.name.clone(), seq }));
    problems
}

/// What it is due, was connected for, and has not.
pub(super) fn lost<'a>(heard: &'a Heard, entries: &'a Entries<'_>) -> impl Iterator<Item = u64> + 'a {
    let got: BTreeSet<u64> = all(heard).map(|got| got.seq).collect();
    let from = heard.from.filter(|_| heard.stays);
    let due = from.into_iter().flat_map(move |from| entries.range(from + 1..));
    due.filter(move |(seq, entry)| entry.audience.contains(&heard.user) && !got.contains(seq))
        .map(|(seq, _)| *seq)
}

/// Numbers that only rise.
fn order(heard: &Heard, run: &[Got]) -> Vec<Problem> {
    let mut seen = BTreeSet::new();
    let mut problems = Vec::new();
    for Got { seq, .. } in run {
        let (who, seq, before) = (heard.name.clone(), *seq, seen.last().copied());
        if !seen.insert(seq) {
            problems.push(Problem::Twice { who, seq });
        } else if let Some(after) = before.filter(|before| *before > seq) {
            problems.push(Problem::OutOfOrder { who, seq, after });
        }
    }
    problems
}

fn all(heard: &Heard) -> impl Iterator<Item = &Got> {
    heard.epochs.iter().flat_map(|epoch| epoch.live.iter().chain(epoch.read.iter().flatten()))
}
