//! Whether everyone received what is theirs, once, in order, and nobody anything else. Pure.
//!
//! What has to come is what the gateway acknowledged; who has to hear of it follows from the rooms that it said were entered;
//! who may hear of it, from the roster alone. An entry is known by its number, and a change by what it says (line item,
//! student, version), since an acknowledgement has no number.

use std::collections::hash_map::Entry as Slot;
use std::collections::{BTreeMap, HashMap, HashSet};

use homeroom_contract::{LineItemId, Room, UserId};

use crate::history::{Acked, Entry, Epoch, Fact, Got, History, Kind, Listener};
use crate::tally::{Phase, Times};

/// How many problems are told one by one.
const TOLD: usize = 20;

/// What came of it. Deliveries are counted by person: one entry for three people is three.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// Acknowledged changes.
    pub(crate) changes: u64,
    pub(crate) expected: u64,
    pub(crate) received: u64,
    pub(crate) missing: u64,
    /// The same entry twice in one session.
    pub(crate) doubled: u64,
    pub(crate) out_of_order: u64,
    /// Received by somebody who must not, or in a form that the person must not see; rooms entered against the roster.
    pub(crate) leaked: u64,
    /// Entries about our own line items that no acknowledgement tells of, a second one for one acknowledgement included.
    pub(crate) unasked: u64,
    /// Entries that say different things to different people.
    pub(crate) contradictory: u64,
    /// Received, and nothing that was acknowledged here: other people's work, or what a join had told already.
    pub(crate) others: u64,
    /// From sending the command to receiving the event, by people who were connected all the while.
    pub(crate) live: BTreeMap<Phase, Times>,
    /// The same, by people who were away for a part of it.
    pub(crate) after_return: Times,
    /// The first problems, as sentences.
    pub(crate) problems: Vec<String>,
}

impl Verdict {
    /// Whether nothing was broken.
    pub(crate) fn is_kept(&self) -> bool {
        let Self { missing, doubled, out_of_order, leaked, unasked, contradictory, .. } = self;
        [missing, doubled, out_of_order, leaked, unasked, contradictory].into_iter().all(|count| *count == 0)
    }

    fn tell(&mut self, problem: impl FnOnce() -> String) {
        if self.problems.len() < TOLD {
            self.problems.push(problem());
        }
    }
}

/// Judges a day.
pub(crate) fn judge(history: &History) -> Verdict {
    let mut verdict = Verdict { changes: history.acked.len() as u64, ..Verdict::default() };
    let index = Index::new(history, &mut verdict);
    for seq in &history.contradictions {
        verdict.contradictory += 1;
        verdict.tell(|| format!("contradictory: entry {seq} says different things to different people"));
    }
    for listener in &history.listeners {
        order(listener, &mut verdict);
        index.rights(listener, &mut verdict);
    }
    index.deliveries(&mut verdict);
    verdict
}

/// Increasing numbers within each session.
fn order(listener: &Listener, verdict: &mut Verdict) {
    for epoch in &listener.epochs {
        let mut seen = HashSet::with_capacity(epoch.got.len());
        let mut highest = 0;
        for got in &epoch.got {
            if !seen.insert(got.seq) {
                verdict.doubled += 1;
                verdict.tell(|| format!("doubled: {} received entry {} twice", listener.id, got.seq));
            } else if got.seq < highest {
                verdict.out_of_order += 1;
                verdict
                    .tell(|| format!("out of order: {} received {} after {highest}", listener.id, got.seq));
            }
            highest = highest.max(got.seq);
        }
    }
}

/// The history as it is looked things up in.
struct Index<'a> {
    history: &'a History,
    /// The number of each change.
    numbers: HashMap<Fact, u64>,
    /// From which number on a cell is shown to the family.
    posted: HashMap<(&'a LineItemId, &'a UserId), u64>,
    /// The line items that were made here.
    own: HashSet<&'a LineItemId>,
    /// Who sat where.
    members: HashMap<&'a Room, Vec<(&'a Listener, &'a Epoch)>>,
    /// What each session received, by number.
    got: HashMap<*const Epoch, HashMap<u64, Got>>,
}

impl<'a> Index<'a> {
    fn new(history: &'a History, verdict: &mut Verdict) -> Self {
        let created = history.acked.iter().filter(|acked| acked.fact.kind == Kind::LineItemCreated);
        let own: HashSet<&LineItemId> = created.map(|acked| &acked.fact.item).collect();
        let promised: HashSet<&Fact> = history.acked.iter().map(|acked| &acked.fact).collect();

        let mut entries: Vec<(&u64, &Entry)> = history.entries.iter().collect();
        entries.sort_unstable_by_key(|(seq, _)| **seq);
        let mut numbers: HashMap<Fact, u64> = HashMap::new();
        let mut posted = HashMap::new();
        for (seq, entry) in entries {
            if let (Kind::GradePosted, Some(item), Some(student)) = (entry.kind, &entry.item, &entry.student)
            {
                posted.entry((item, student)).or_insert(*seq);
            }
            let Some(fact) = entry.fact().filter(|fact| own.contains(&fact.item)) else { continue };
            let is_promised = promised.contains(&fact);
            let is_settled = !history.unsettled.contains(&fact.item);
            let again = match numbers.entry(fact) {
                Slot::Occupied(_) => true,
                Slot::Vacant(slot) => {
                    slot.insert(*seq);
                    false
                }
            };
            if again || (!is_promised && is_settled) {
                verdict.unasked += 1;
                verdict.tell(|| format!("unasked: no acknowledgement tells of entry {seq}, {entry:?}"));
            }
        }

        let mut members: HashMap<&Room, Vec<(&Listener, &Epoch)>> = HashMap::new();
        let mut got = HashMap::new();
        for listener in &history.listeners {
            for epoch in &listener.epochs {
                epoch.rooms.iter().for_each(|room| members.entry(room).or_default().push((listener, epoch)));
                let by_number = epoch.got.iter().rev().map(|got| (got.seq, *got)).collect();
                got.insert(std::ptr::from_ref(epoch), by_number);
            }
        }
        Self { history, numbers, posted, own, members, got }
    }

    /// Nobody hears of what the roster doesn't give them.
    fn rights(&self, listener: &Listener, verdict: &mut Verdict) {
        for room in listener.epochs.iter().flat_map(|epoch| &epoch.rooms) {
            if !listener.may.contains(room) {
                verdict.leaked += 1;
                verdict.tell(|| format!("leaked: {} was let into {room}", listener.id));
            }
        }
        for got in listener.epochs.iter().flat_map(|epoch| &epoch.got) {
            let Some(entry) = self.history.entries.get(&got.seq) else { continue };
            if !self.may_receive(listener, entry, got) {
                verdict.leaked += 1;
                verdict.tell(|| format!("leaked: {} received entry {}, {entry:?}", listener.id, got.seq));
            }
        }
    }

    fn may_receive(&self, listener: &Listener, entry: &Entry, got: &Got) -> bool {
        if self.staff_rooms(&entry.class).any(|room| listener.may.contains(&room)) {
            return true;
        }
        let Some(student) = &entry.student else { return false };
        if got.for_staff || !listener.may.contains(&Room::student(student)) {
            return false;
        }
        match (entry.kind, &entry.item) {
            (Kind::GradePosted | Kind::GradeHidden, _) => true,
            // Of what others have made it isn't known since when families see it.
            (Kind::GradeUpdated, Some(item)) => {
                !self.own.contains(item)
                    || self.posted.get(&(item, student)).is_some_and(|posted| *posted < got.seq)
            }
            _ => false,
        }
    }

    fn staff_rooms(&self, class: &homeroom_contract::ClassId) -> impl Iterator<Item = Room> {
        let school = self.history.schools.get(class);
        [Room::class_staff(class)].into_iter().chain(school.map(Room::school_admins))
    }

    /// What was acknowledged has reached everyone whom it concerns.
    fn deliveries(&self, verdict: &mut Verdict) {
        let everything: u64 = self
            .history
            .listeners
            .iter()
            .flat_map(|listener| &listener.epochs)
            .map(|epoch| epoch.got.len() as u64)
            .sum();
        let mut known = 0;
        for acked in &self.history.acked {
            let seq = self.numbers.get(&acked.fact).copied();
            for (listener, epoch) in self.concerned(acked) {
                let got = seq.and_then(|seq| self.got.get(&std::ptr::from_ref(epoch))?.get(&seq));
                known += u64::from(got.is_some());
                if !epoch.covers(seq, acked.sent) {
                    continue;
                }
                verdict.expected += 1;
                let Some(got) = got else {
                    verdict.missing += 1;
                    verdict.tell(|| {
                        format!("missing: {} did not receive {:?} (entry {seq:?})", listener.id, acked.fact)
                    });
                    continue;
                };
                verdict.received += 1;
                let was_away =
                    listener.absences.iter().any(|(lost, back)| *lost <= got.at && acked.sent <= *back);
                let times = if was_away {
                    &mut verdict.after_return
                } else {
                    verdict.live.entry(acked.phase).or_default()
                };
                times.note_micros(got.at.saturating_sub(acked.sent));
            }
        }
        verdict.others = everything.saturating_sub(known);
    }

    /// The sessions in whose rooms it is told, each once.
    fn concerned(&self, acked: &Acked) -> impl Iterator<Item = (&'a Listener, &'a Epoch)> {
        let family = acked.fact.student.as_ref().filter(|_| acked.family).map(Room::student);
        let mut once = HashSet::new();
        let rooms: Vec<Room> = self.staff_rooms(&acked.class).chain(family).collect();
        let members = rooms.into_iter().flat_map(|room| self.members.get(&room).into_iter().flatten());
        let members: Vec<_> =
            members.copied().filter(|(_, epoch)| once.insert(std::ptr::from_ref(*epoch))).collect();
        members.into_iter()
    }
}

#[cfg(test)]
mod tests;
