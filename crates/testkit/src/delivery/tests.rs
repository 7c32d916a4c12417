use std::time::Duration;

use super::*;

fn got(seq: u64) -> Got {
    Got { seq, mark: Some(format!("c-{seq}")) }
}

fn written(seq: u64, audience: &[&str]) -> Written {
    Written {
        seq,
        mark: Some(format!("c-{seq}")),
        sets: Some("cell".to_owned()),
        audience: audience.iter().map(ToString::to_string).collect(),
    }
}

fn sent(client_id: &str, attempts: &[Attempt]) -> Sent {
    let attempts = attempts.iter().map(|attempt| (attempt.clone(), Duration::ZERO)).collect();
    Sent { writer: "w".to_owned(), client_id: client_id.to_owned(), attempts }
}

fn acked() -> Attempt {
    Attempt::Acked("1".to_owned())
}

fn heard(user: &str, live: &[u64]) -> Heard {
    let epoch = Epoch { live: live.iter().copied().map(got).collect(), read: Vec::new() };
    Heard { name: user.to_owned(), user: user.to_owned(), from: Some(1), stays: true, epochs: vec![epoch] }
}

/// Five commands that went well; a teacher heard all of them from the second on, a parent those that were for families.
fn well() -> History {
    let both = ["teacher", "parent"];
    let entries = [&both[..1], &both, &both[..1], &both, &both];
    let entries: Vec<_> = (1..).zip(entries).map(|(seq, audience)| written(seq, audience)).collect();
    let ids = || entries.iter().filter_map(|entry| entry.mark.clone());
    History {
        head: 5,
        replies: ids().map(|id| (id, "1".to_owned())).collect(),
        cells: [("cell".to_owned(), Cell { version: 5, mark: ids().next_back() })].into(),
        commands: ids().map(|id| sent(&id, &[acked()])).collect(),
        subscribers: vec![heard("teacher", &[2, 3, 4, 5]), heard("parent", &[2, 4, 5])],
        entries,
    }
}

#[track_caller]
fn finds(history: &History, expected: &[Problem]) {
    assert_eq!(history.problems(), expected);
}

fn who(user: &str) -> String {
    user.to_owned()
}

#[test]
fn nothing_is_wrong_where_nothing_is() {
    finds(&well(), &[]);
    let mut history = well();
    history.commands[2].attempts.insert(0, (Attempt::Unknown("OUTCOME_UNKNOWN".to_owned()), Duration::ZERO));
    history.commands[3].attempts.insert(0, (Attempt::Refused("UNAVAILABLE".to_owned()), Duration::ZERO));
    history.commands.push(sent("given up", &[Attempt::Refused("UNAVAILABLE".to_owned())]));
    finds(&history, &[]);
}

#[test]
fn a_lost_event() {
    let mut history = well();
    history.subscribers[1].epochs[0].live.remove(1);
    assert_eq!(history.lacking(&history.subscribers[1]), 1);
    finds(&history, &[Problem::Lost { who: who("parent"), seq: 4 }]);
    history.subscribers[1].stays = false;
    finds(&history, &[]);
}

#[test]
fn an_event_that_came_twice() {
    let mut history = well();
    history.subscribers[0].epochs[0].live.insert(2, got(3));
    finds(&history, &[Problem::Twice { who: who("teacher"), seq: 3 }]);
}

#[test]
fn an_order_that_was_turned_round() {
    let mut history = well();
    history.subscribers[0].epochs[0].live.swap(1, 2);
    finds(&history, &[Problem::OutOfOrder { who: who("teacher"), seq: 3, after: 4 }]);
}

#[test]
fn somebody_who_returns_may_read_again_what_was_received_but_nothing_may_be_missing() {
    let mut history = well();
    let late = &mut history.subscribers[0];
    late.epochs[0].live.truncate(2);
    let read = vec![vec![got(3), got(4)], vec![got(5)]];
    late.epochs.push(Epoch { live: vec![got(4), got(5)], read });
    finds(&history, &[]);
    history.subscribers[0].epochs[1] = Epoch { live: vec![got(5)], read: Vec::new() };
    finds(&history, &[Problem::Lost { who: who("teacher"), seq: 4 }]);
}

#[test]
fn an_event_for_somebody_else() {
    let mut history = well();
    history.subscribers[1].epochs[0].live.insert(1, got(3));
    finds(&history, &[Problem::NotEntitled { who: who("parent"), seq: 3 }]);
}

#[test]
fn an_event_that_the_journal_does_not_have_so() {
    let mut history = well();
    history.subscribers[0].epochs[0].live[3].mark = Some("c-4".to_owned());
    history.subscribers[0].epochs[0].live.push(got(6));
    let altered = |seq| Problem::Altered { who: who("teacher"), seq };
    finds(&history, &[altered(5), altered(6)]);
}

#[test]
fn a_false_ack_and_a_false_refusal() {
    let mut history = well();
    history.commands.push(sent("nowhere", &[acked()]));
    history.replies.insert("nowhere".to_owned(), "1".to_owned());
    history.commands[0].attempts[0].0 = Attempt::Refused("UNAVAILABLE".to_owned());
    let false_ack = Problem::FalseAck { client_id: "nowhere".to_owned() };
    finds(&history, &[Problem::FalseRefusal { client_id: "c-1".to_owned(), seq: 1 }, false_ack]);
}

#[test]
fn a_command_that_took_effect_twice() {
    let mut history = well();
    history.entries[4].mark = Some("c-1".to_owned());
    for heard in &mut history.subscribers {
        heard.epochs[0].live.last_mut().unwrap().mark = Some("c-1".to_owned());
    }
    history.cells.get_mut("cell").unwrap().mark = Some("c-1".to_owned());
    let doubled = Problem::Doubled { client_id: "c-1".to_owned(), entries: [1, 5] };
    finds(&history, &[doubled, Problem::FalseAck { client_id: "c-5".to_owned() }]);
}

#[test]
fn a_command_that_was_never_settled() {
    let mut history = well();
    history.commands[4].attempts[0].0 = Attempt::Unknown("no answer".to_owned());
    history.commands.push(sent("who knows", &[Attempt::Unknown("no answer".to_owned())]));
    let unsettled = |id: &str| Problem::Unsettled { client_id: id.to_owned() };
    finds(&history, &[unsettled("c-5"), unsettled("who knows")]);
}

#[test]
fn replies_that_differ() {
    let mut history = well();
    history.commands[0].attempts.push((Attempt::Acked("2".to_owned()), Duration::ZERO));
    history.replies.remove("c-2");
    let other = |id: &str| Problem::OtherReply { client_id: id.to_owned() };
    finds(&history, &[other("c-1"), other("c-2")]);
}

#[test]
fn a_journal_with_a_gap_or_another_head() {
    let mut history = well();
    history.head = 6;
    finds(&history, &[Problem::Gap { expected: 6, found: Some(5) }]);
    history.head = 4;
    finds(&history, &[Problem::Gap { expected: 4, found: Some(5) }]);
    history.head = 5;
    history.entries.remove(2);
    assert_eq!(history.problems()[0], Problem::Gap { expected: 3, found: Some(4) });
}

#[test]
fn a_cell_that_stands_otherwise() {
    let mut history = well();
    history.cells.get_mut("cell").unwrap().version = 4;
    finds(&history, &[Problem::OtherState { cell: "cell".to_owned() }]);
}

#[test]
fn a_writers_commands_in_another_order() {
    let mut history = well();
    history.commands.swap(1, 2);
    let (earlier, later) = ("c-3".to_owned(), "c-2".to_owned());
    finds(&history, &[Problem::Overtaken { earlier, later }]);
}

#[test]
fn an_entry_of_nobodys() {
    let mut history = well();
    history.commands.remove(0);
    finds(&history, &[Problem::Invented { client_id: "c-1".to_owned(), seq: 1 }]);
}
