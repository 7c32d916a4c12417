//! A small class, played well once; then one thing at a time goes wrong, and each has to be found.

use homeroom_contract::{ClassId, OrgId};

use super::*;

/// Entry 11: the line item; 12 and 13: grades for two students; 14 and 15: posted; 16: the first one corrected.
fn school() -> History {
    let entry = |kind, student: Option<&str>, version| Entry {
        kind,
        class: class(),
        item: Some(item()),
        student: student.map(user),
        version,
    };
    let entries = HashMap::from([
        (11, entry(Kind::LineItemCreated, None, 1)),
        (12, entry(Kind::GradeUpdated, Some("ann"), 1)),
        (13, entry(Kind::GradeUpdated, Some("bob"), 1)),
        (14, entry(Kind::GradePosted, Some("ann"), 1)),
        (15, entry(Kind::GradePosted, Some("bob"), 1)),
        (16, entry(Kind::GradeUpdated, Some("ann"), 2)),
    ]);
    let mut acked: Vec<Acked> = entries
        .iter()
        .map(|(seq, entry)| Acked {
            fact: entry.fact().unwrap(),
            class: class(),
            family: *seq >= 14,
            sent: seq * 1000,
            phase: if *seq == 16 { Phase::Bell } else { Phase::Lessons },
        })
        .collect();
    acked.sort_unstable_by_key(|acked| acked.sent);
    let staff = Room::class_staff(&class());
    let listener = |id: &str, room: Room, seqs: &[u64]| {
        let got = seqs.iter().map(|seq| Got { seq: *seq, at: seq * 1000 + 500, for_staff: id == "teacher" });
        let epoch = Epoch {
            rooms: HashSet::from([room.clone()]),
            from: Some((10, 5)),
            got: got.collect(),
            ..Epoch::default()
        };
        let may = std::sync::Arc::new(HashSet::from([room]));
        Listener { id: user(id), may, epochs: vec![epoch], absences: Vec::new() }
    };
    History {
        listeners: vec![
            listener("teacher", staff, &[11, 12, 13, 14, 15, 16]),
            listener("ann", Room::student(&user("ann")), &[14, 16]),
            listener("bob", Room::student(&user("bob")), &[15]),
            listener("principal", Room::school_admins(&school_id()), &[11, 12, 13, 14, 15, 16]),
        ],
        entries,
        acked,
        schools: HashMap::from([(class(), school_id())]),
        ..History::default()
    }
}

fn user(id: &str) -> UserId {
    UserId::new(id).unwrap()
}

fn class() -> ClassId {
    ClassId::new("c-1").unwrap()
}

fn school_id() -> OrgId {
    OrgId::new("o-1").unwrap()
}

fn item() -> LineItemId {
    LineItemId::new("l-1").unwrap()
}

fn is_at(listener: &str) -> usize {
    ["teacher", "ann", "bob", "principal"].iter().position(|id| *id == listener).unwrap()
}

/// What somebody received, to be spoilt.
fn got<'a>(history: &'a mut History, listener: &str) -> &'a mut Vec<Got> {
    &mut history.listeners[is_at(listener)].epochs[0].got
}

/// Missing, doubled, out of order, leaked, unasked.
fn counts(history: &History) -> [u64; 5] {
    let verdict = judge(history);
    assert_eq!(verdict.expected, verdict.received + verdict.missing);
    let counts = [verdict.missing, verdict.doubled, verdict.out_of_order, verdict.leaked, verdict.unasked];
    let broken = counts.iter().sum::<u64>() + verdict.contradictory;
    assert_eq!(verdict.is_kept(), broken == 0);
    assert_eq!(verdict.problems.len() as u64, broken, "{:?}", verdict.problems);
    counts
}

/// How many times were taken in lessons, at the bell, and of people just back.
fn times(verdict: &Verdict) -> [u64; 3] {
    let live = [Phase::Lessons, Phase::Bell].map(|phase| verdict.live[&phase].spread().count);
    [live[0], live[1], verdict.after_return.spread().count]
}

#[test]
fn a_good_day_has_no_problems() {
    let verdict = judge(&school());
    assert!(verdict.is_kept(), "{:?}", verdict.problems);
    assert_eq!((verdict.changes, verdict.expected, verdict.received, verdict.others), (6, 15, 15, 0));
    assert_eq!(times(&verdict), [12, 3, 0]);
    assert!((verdict.live[&Phase::Lessons].spread().p50 - 0.5).abs() < 0.01);
}

#[test]
fn what_one_did_not_receive_is_missing() {
    let mut history = school();
    got(&mut history, "ann").retain(|got| got.seq != 14);
    assert_eq!(counts(&history), [1, 0, 0, 0, 0]);
}

#[test]
fn what_nobody_received_is_missing_for_all() {
    let mut history = school();
    history.entries.remove(&15);
    history.listeners.iter_mut().for_each(|listener| listener.epochs[0].got.retain(|got| got.seq != 15));
    assert_eq!(counts(&history), [3, 0, 0, 0, 0]);
}

#[test]
fn what_came_twice_is_doubled() {
    let mut history = school();
    let again = got(&mut history, "principal")[2];
    got(&mut history, "principal").push(again);
    assert_eq!(counts(&history), [0, 1, 0, 0, 0]);
}

#[test]
fn what_was_overtaken_is_out_of_order() {
    let mut history = school();
    got(&mut history, "teacher").swap(2, 3);
    assert_eq!(counts(&history), [0, 0, 1, 0, 0]);
}

#[test]
fn another_students_grade_is_leaked() {
    let mut history = school();
    got(&mut history, "bob").push(Got { seq: 16, at: 20_000, for_staff: false });
    assert_eq!(counts(&history), [0, 0, 0, 1, 0]);
}

#[test]
fn a_line_item_is_not_for_families() {
    let mut history = school();
    got(&mut history, "ann").insert(0, Got { seq: 11, at: 20_000, for_staff: false });
    assert_eq!(counts(&history), [0, 0, 0, 1, 0]);
}

#[test]
fn a_grade_that_is_not_posted_is_leaked_to_its_own_student() {
    let mut history = school();
    got(&mut history, "ann").insert(0, Got { seq: 12, at: 20_000, for_staff: false });
    assert_eq!(counts(&history), [0, 0, 0, 1, 0]);
}

#[test]
fn the_previous_score_is_not_for_families() {
    let mut history = school();
    got(&mut history, "ann")[1].for_staff = true;
    assert_eq!(counts(&history), [0, 0, 0, 1, 0]);
}

#[test]
fn a_room_that_the_roster_does_not_give_is_leaked() {
    let mut history = school();
    history.listeners[is_at("bob")].epochs[0].rooms.insert(Room::of("gradebook", "c-1"));
    assert_eq!(counts(&history), [0, 0, 0, 1, 0]);
}

#[test]
fn an_entry_that_nobody_asked_for_is_found_and_so_is_one_command_twice() {
    let mut history = school();
    history.acked.retain(|acked| acked.fact.version != 2);
    assert_eq!(counts(&history), [0, 0, 0, 0, 1]);
    // Unless it is not known what became of that command.
    history.unsettled.insert(item());
    assert_eq!(counts(&history), [0, 0, 0, 0, 0]);

    let mut history = school();
    let same = history.entries[&16].clone();
    history.entries.insert(17, same);
    assert_eq!(counts(&history), [0, 0, 0, 0, 1]);
}

#[test]
fn different_words_under_one_number_are_found() {
    let mut history = school();
    history.contradictions.push(12);
    assert_eq!(counts(&history), [0, 0, 0, 0, 0]);
    assert_eq!(judge(&history).contradictory, 1);
}

#[test]
fn who_joined_later_is_not_owed_what_the_join_told() {
    let mut history = school();
    let teacher = &mut history.listeners[is_at("teacher")].epochs[0];
    teacher.from = Some((13, 13_000));
    teacher.got.retain(|got| got.seq > 13);
    assert_eq!(counts(&history), [0, 0, 0, 0, 0]);
    assert_eq!(judge(&history).expected, 12);
    got(&mut history, "teacher").remove(0);
    assert_eq!(counts(&history), [1, 0, 0, 0, 0]);
}

#[test]
fn who_is_away_is_owed_what_lies_before_the_last_that_came() {
    let mut history = school();
    let teacher = &mut history.listeners[is_at("teacher")].epochs[0];
    teacher.away = true;
    teacher.got.truncate(4);
    assert_eq!(counts(&history), [0, 0, 0, 0, 0]);
    got(&mut history, "teacher").remove(1);
    assert_eq!(counts(&history), [1, 0, 0, 0, 0]);
}

#[test]
fn a_recovered_session_is_owed_everything_and_timed_apart() {
    let mut history = school();
    history.listeners[is_at("teacher")].absences.push((12_100, 13_200));
    assert_eq!(counts(&history), [0, 0, 0, 0, 0]);
    let verdict = judge(&history);
    assert_eq!(times(&verdict), [10, 3, 2]);
}

#[test]
fn a_session_that_begins_anew_may_tell_again_and_is_owed_from_there_on() {
    let mut history = school();
    let teacher = &mut history.listeners[is_at("teacher")];
    let mut second = teacher.epochs[0].clone();
    let first = &mut teacher.epochs[0];
    first.got.truncate(2);
    first.away = true;
    second.from = Some((14, 14_900));
    second.got.retain(|got| got.seq > 13);
    teacher.epochs.push(second);
    assert_eq!(counts(&history), [0, 0, 0, 0, 0]);
    history.listeners[is_at("teacher")].epochs[1].got.retain(|got| got.seq != 15);
    assert_eq!(counts(&history), [1, 0, 0, 0, 0]);
}
