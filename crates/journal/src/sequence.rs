//! Putting a stream back in order. No I/O, no time: what comes in any order, twice or not at all goes out in order, once, or
//! is named as missing.

use std::collections::BTreeMap;

/// Where one follower stands in one stream.
///
/// What always holds: what is handed out has the numbers `position + 1, position + 2 …`, each once; what is held is later than
/// that; and no more than `capacity` are held.
#[derive(Debug)]
pub(crate) struct Sequence<T> {
    /// The last that was handed out; none while the starting point is not known.
    position: Option<u64>,
    /// What came too early.
    held: BTreeMap<u64, T>,
    capacity: usize,
    /// The highest number that is known to exist.
    known: u64,
}

/// What has to be read: `count` entries after `after`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Missing {
    pub(crate) after: u64,
    pub(crate) count: u64,
}

impl<T> Sequence<T> {
    /// Holds what comes until [`start`](Self::start) says where to begin.
    pub(crate) fn new(capacity: usize) -> Self {
        Self { position: None, held: BTreeMap::new(), capacity, known: 0 }
    }

    /// Begins after `position`; gives what can be handed out at once.
    pub(crate) fn start(&mut self, position: u64) -> Vec<T> {
        let mut ready = Vec::new();
        if self.position.is_none() {
            self.position = Some(position);
            self.known = self.known.max(position);
            self.drain(&mut ready);
        }
        ready
    }

    /// The last that was handed out, or the starting point.
    pub(crate) fn position(&self) -> Option<u64> {
        self.position
    }

    /// Takes the entry with that number; appends to `ready` what can be handed out now.
    pub(crate) fn offer(&mut self, seq: u64, entry: T, ready: &mut Vec<T>) {
        self.known = self.known.max(seq);
        match self.position {
            Some(position) if seq <= position => {}
            Some(position) if seq == position + 1 => {
                ready.push(entry);
                self.position = Some(seq);
                self.drain(ready);
            }
            Some(_) | None => self.hold(seq, entry),
        }
    }

    /// Learns that the stream has got that far.
    pub(crate) fn reached(&mut self, head: u64) {
        self.known = self.known.max(head);
    }

    /// What has to be read first, if anything is missing.
    pub(crate) fn missing(&self) -> Option<Missing> {
        let after = self.position?;
        let until = self.held.first_key_value().map_or(self.known, |(first, _)| first - 1);
        (until > after).then(|| Missing { after, count: until - after })
    }

    fn hold(&mut self, seq: u64, entry: T) {
        self.held.insert(seq, entry);
        if self.held.len() > self.capacity {
            // The last one, since it is needed last; it is known of, so it will be read.
            self.held.pop_last();
        }
    }

    fn drain(&mut self, ready: &mut Vec<T>) {
        let Some(position) = &mut self.position else { return };
        while let Some(first) = self.held.first_entry() {
            if *first.key() > *position + 1 {
                break;
            }
            let (seq, entry) = first.remove_entry();
            if seq == *position + 1 {
                *position = seq;
                ready.push(entry);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What may happen to a follower of a stream of `0..=head` entries.
    #[derive(Debug, Clone)]
    enum Step {
        Offer(u64),
        Reached(u64),
        Start(u64),
    }

    fn steps() -> impl Strategy<Value = (u64, Vec<Step>)> {
        (1..40_u64).prop_flat_map(|head| {
            let step = prop_oneof![
                8 => (1..=head).prop_map(Step::Offer),
                1 => (0..=head).prop_map(Step::Reached),
                1 => (0..=head).prop_map(Step::Start),
            ];
            (Just(head), proptest::collection::vec(step, 0..120))
        })
    }

    proptest! {
        /// Any order, repeats and losses: out comes start+1, start+2 … without a hole or a repeat, and reading what is named as
        /// missing completes it.
        #[test]
        fn in_order_exactly_once((head, steps) in steps(), capacity in 0..6_usize) {
            let mut sequence = Sequence::new(capacity);
            let mut out = Vec::new();
            let mut begun = None;
            let mut highest = 0;
            for step in steps {
                match step {
                    Step::Offer(seq) => {
                        highest = highest.max(seq);
                        sequence.offer(seq, seq, &mut out);
                    }
                    Step::Reached(seq) => {
                        highest = highest.max(seq);
                        sequence.reached(seq);
                    }
                    Step::Start(at) => {
                        begun.get_or_insert(at);
                        out.extend(sequence.start(at));
                    }
                }
                prop_assert!(sequence.held.len() <= capacity);
            }
            let begun = begun.unwrap_or_else(|| {
                out.extend(sequence.start(0));
                0
            });
            let mut reads = 0;
            while let Some(missing) = sequence.missing() {
                prop_assert!(missing.after + missing.count <= head);
                for seq in missing.after + 1..=missing.after + missing.count {
                    sequence.offer(seq, seq, &mut out);
                }
                reads += 1;
                prop_assert!(reads <= head);
            }
            let expected: Vec<_> = (begun + 1..=highest).collect();
            prop_assert_eq!(out, expected);
        }
    }

    #[test]
    fn nothing_is_missing_while_the_start_is_not_known() {
        let mut sequence = Sequence::new(4);
        sequence.offer(9, 9, &mut Vec::new());
        assert_eq!(sequence.missing(), None);
        assert!(sequence.start(6).is_empty());
        assert_eq!(sequence.missing(), Some(Missing { after: 6, count: 2 }));
    }
}
