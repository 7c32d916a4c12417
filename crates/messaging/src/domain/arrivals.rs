//! Which messages of a conversation have reached somebody: the history is paged back from the newest, so what arrived may have
//! gaps.

use serde::{Deserialize, Serialize};

use crate::domain::Message;

/// The messages that have reached a device of one person, as stretches of the journal's order that neither overlap nor touch,
/// oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Arrivals(Vec<Stretch>);

/// A stretch of a conversation without a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stretch {
    /// Everything after this number …
    after_seq: u64,
    /// … up to this one.
    to_seq: u64,
}

/// Consecutive messages of one conversation that reach a device together, by a push or in an answer.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a> {
    /// The number of the message that comes right before them; 0 if they are the first.
    pub after_seq: u64,
    /// The messages with their numbers, oldest first, none left out in between.
    pub messages: &'a [(u64, &'a Message)],
}

impl Arrivals {
    /// Everything up to there, and nothing after it.
    pub fn up_to(seq: u64) -> Self {
        let mut arrivals = Self::default();
        arrivals.add(0, seq);
        arrivals
    }

    /// Whether the message of that number has arrived.
    pub fn has(&self, seq: u64) -> bool {
        self.0.iter().any(|stretch| stretch.after_seq < seq && seq <= stretch.to_seq)
    }

    /// Everything after the first number, up to the second, has arrived.
    pub(crate) fn add(&mut self, after_seq: u64, to_seq: u64) {
        if to_seq <= after_seq {
            return;
        }
        let touches = |stretch: &Stretch| stretch.after_seq <= to_seq && after_seq <= stretch.to_seq;
        let (touching, mut apart): (Vec<Stretch>, Vec<Stretch>) =
            self.0.iter().copied().partition(|stretch| touches(stretch));
        apart.push(touching.iter().fold(Stretch { after_seq, to_seq }, |whole, part| Stretch {
            after_seq: whole.after_seq.min(part.after_seq),
            to_seq: whole.to_seq.max(part.to_seq),
        }));
        apart.sort_unstable();
        self.0 = apart;
    }
}
