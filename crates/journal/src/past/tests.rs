use homeroom_contract::{EventId, TenantId, Timestamp, UserId};
use proptest::prelude::*;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::*;
use crate::Stream;

/// What an entry of these tests takes.
const SIZE: usize = 512 + 2;

fn entry(seq: u64) -> Entry {
    Entry {
        stream: Stream::new(TenantId::new("d-1").unwrap(), "gradebook"),
        seq,
        event_id: EventId(Uuid::nil()),
        at: Timestamp::from_unix_millis(0),
        actor: UserId::new("t-1").unwrap(),
        kind: "Noted".to_owned(),
        body: RawValue::from_string("{}".to_owned()).unwrap(),
        deliveries: Vec::new(),
    }
}

fn entries(numbers: impl IntoIterator<Item = u64>) -> Vec<Arc<Entry>> {
    numbers.into_iter().map(|seq| Arc::new(entry(seq))).collect()
}

fn numbers(entries: &[Arc<Entry>]) -> Vec<u64> {
    entries.iter().map(|entry| entry.seq).collect()
}

/// A stream whose journal holds as much as was delivered and some more, and what it costs to be brought up in it.
struct Model {
    past: Past,
    position: u64,
    now: Instant,
    reads: usize,
}

impl Model {
    fn new(tail: usize, pages: usize, batch: u32, position: u64) -> Self {
        let options = FollowerOptions {
            tail_bytes: tail * SIZE,
            past_bytes: pages * SIZE * batch as usize,
            batch,
            ..FollowerOptions::default()
        };
        Self { past: Past::new(&options), position, now: Instant::now(), reads: 0 }
    }

    fn deliver(&mut self, count: u64) {
        self.past.delivered(&entries(self.position + 1..=self.position + count));
        self.position += count;
    }

    /// As one does who was sent everything up to `after`; what came out.
    fn bring_up(&mut self, after: u64) -> Vec<u64> {
        let mut out = Vec::new();
        let mut reached = after;
        while reached < self.position {
            let known = self.past.after(reached, self.now).unwrap_or_else(|| {
                let (start, count) = self.past.page(reached);
                // There may be more by now than has been delivered here.
                let read = (start + 1..=start + u64::from(count)).take_while(|seq| *seq <= self.position + 3);
                self.past.keep(start, read.map(entry).collect(), self.position, self.now);
                self.reads += 1;
                self.past.after(reached, self.now).expect("it was read just now")
            });
            out.extend(numbers(&known));
            reached = *out.last().unwrap();
        }
        out
    }
}

#[derive(Debug, Clone)]
enum Step {
    Deliver(u64),
    BringUp(u64),
    Wait(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (1..9_u64).prop_map(Step::Deliver),
        4 => (0..200_u64).prop_map(Step::BringUp),
        1 => (0..5_u64).prop_map(Step::Wait),
    ];
    proptest::collection::vec(step, 0..60)
}

proptest! {
    /// However much is kept, and whoever asks when: everything comes, in order and once.
    #[test]
    fn who_is_brought_up_misses_nothing(
        (tail, pages, batch, begin) in (0..12_usize, 0..8_usize, 1..9_u32, 0..30_u64),
        steps in steps(),
    ) {
        let mut model = Model::new(tail, pages, batch, begin);
        for step in steps {
            match step {
                Step::Deliver(count) => model.deliver(count),
                Step::BringUp(after) => {
                    let after = after.min(model.position);
                    let expected: Vec<_> = (after + 1..=model.position).collect();
                    prop_assert_eq!(model.bring_up(after), expected);
                }
                Step::Wait(secs) => {
                    model.now += Duration::from_secs(secs);
                    model.past.forget_unasked(model.now, Duration::from_secs(3));
                }
            }
        }
    }

    /// A crowd comes back while the stream goes on: every page of what there was when it began is read once, and what is
    /// delivered meanwhile is not read at all.
    #[test]
    fn a_crowd_reads_each_page_once(
        (tail, batch, begin) in (0..12_usize, 1..9_u32, 0..40_u64),
        crowd in proptest::collection::vec((0..40_u64, 0..6_u64), 1..40),
    ) {
        let mut model = Model::new(tail, 1_000, batch, begin);
        let lowest = crowd.iter().map(|(after, _)| *after.min(&begin)).min().unwrap_or_default();
        let mut first_read_at = None;
        for (after, delivered) in crowd {
            model.bring_up(after.min(begin));
            if model.reads > 0 {
                first_read_at.get_or_insert(model.position);
            }
            model.deliver(delivered);
        }
        let page = |seq: u64| seq / u64::from(batch);
        let missed = first_read_at.map_or(0, |until| page(until - 1) - page(lowest) + 1);
        prop_assert!(model.reads as u64 <= missed, "{} reads of {missed} pages", model.reads);
    }
}

#[test]
fn what_the_tail_has_no_room_for_goes_on_where_a_page_ends() {
    let mut model = Model::new(2, 10, 4, 6);
    assert_eq!(model.bring_up(5), [6]);
    model.deliver(6);
    assert_eq!(model.bring_up(4), [5, 6, 7, 8, 9, 10, 11, 12]);
    assert_eq!(model.reads, 1);
}

#[test]
fn pages_that_nobody_asks_for_are_let_go_and_do_not_grow_any_more() {
    let mut model = Model::new(0, 10, 4, 6);
    model.bring_up(5);
    model.now += Duration::from_secs(30);
    model.past.forget_unasked(model.now, Duration::from_secs(30));
    model.deliver(2);
    assert!(model.past.after(5, model.now).is_none());
    assert!(model.past.after(7, model.now).is_none());
}

#[test]
fn no_more_bytes_are_kept_than_may_be() {
    let mut model = Model::new(0, 6, 4, 40);
    for after in (0..40).step_by(4) {
        model.now += Duration::from_secs(1);
        model.bring_up(after);
    }
    let kept = (0..40).step_by(4).filter(|after| model.past.after(*after, model.now).is_some());
    assert_eq!(kept.collect::<Vec<_>>(), [16, 20, 24, 28, 32, 36]);
}
