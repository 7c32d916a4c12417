//! Polls: who may vote, when and how often, and who gets to know what of it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use homeroom_contract::{Code, Role};
use homeroom_live_class::{
    Attendee, Audience, ClosePoll, Limits, LiveClassError, LivePollResultsWsEvent, Poll, StartPoll, VoteRow,
    Votes,
};
use proptest::prelude::*;

use crate::support::{ann, at, bob, class, names, student, tina, told, user};

fn question(options: usize) -> StartPoll {
    StartPoll {
        class_id: None,
        question: "Which is prime?".to_owned(),
        options: (0..options).map(|n| format!("Option {n}")).collect(),
        multiple: false,
        anonymous: false,
        correct: None,
        duration_sec: None,
    }
}

fn started(start: StartPoll) -> Result<Poll, LiveClassError> {
    Poll::start(class(), start, &tina(), None, at(0), &Limits::default()).map(|(poll, _)| poll)
}

fn close(publish: bool, reveal: bool, poll: &Poll) -> ClosePoll {
    ClosePoll { poll_id: poll.poll_id.clone(), publish, reveal }
}

#[test]
fn staff_start_one_poll_at_a_time() {
    let limits = Limits::default();
    let by_ann = Poll::start(class(), question(2), &ann(), None, at(0), &limits);
    assert_eq!(by_ann, Err(LiveClassError::NotAllowed));
    let mut first = started(question(2)).unwrap();
    let again = Poll::start(class(), question(2), &tina(), Some(&first), at(1), &limits);
    assert_eq!(again, Err(LiveClassError::PollOpen));
    first.close(&close(false, false, &first), &tina(), &Votes::none(&first), at(2)).unwrap();
    assert!(Poll::start(class(), question(2), &tina(), Some(&first), at(3), &limits).is_ok());
}

#[test]
fn right_options_are_among_the_options_and_none_twice() {
    let correct = |correct: &[u32]| started(StartPoll { correct: Some(correct.to_vec()), ..question(3) });
    assert_eq!(correct(&[2, 0]).unwrap().correct, [0, 2]);
    let refused = |list: &[u32]| correct(list).unwrap_err().to_string();
    assert_eq!(refused(&[1, 1]), "correct has an entry twice.");
    assert_eq!(refused(&[3]), "correct must be within 0 and 2.");
}

#[test]
fn choices_are_indices_from_0_none_twice_and_one_unless_several_may_be_chosen() {
    let single = started(question(3)).unwrap();
    let several = started(StartPoll { multiple: true, ..question(3) }).unwrap();
    assert_eq!(single.choices(&[0]), Ok(vec![0]));
    assert_eq!(single.choices(&[0, 1]), Err(LiveClassError::OneChoice));
    assert_eq!(several.choices(&[2, 0]), Ok(vec![0, 2]));
    for poll in [&single, &several] {
        assert_eq!(poll.choices(&[]), Err(LiveClassError::TooFew { field: "choices", least: 1 }));
        assert_eq!(poll.choices(&[1, 1]).unwrap_err().to_string(), "choices has an entry twice.");
        assert_eq!(poll.choices(&[3]).unwrap_err().code(), Code::ValidationError);
    }
}

#[test]
fn a_poll_takes_votes_until_the_instant_at_which_its_time_ends() {
    let poll = started(StartPoll { duration_sec: Some(60), ..question(2) }).unwrap();
    let mut votes = Votes::none(&poll);
    assert!(votes.cast(&poll, &ann(), &[0], at(59)).is_ok());
    let late = votes.cast(&poll, &bob(), &[0], at(60)).unwrap_err();
    assert_eq!((late.clone(), late.code()), (LiveClassError::PollExpired, Code::Expired));
    assert_eq!(votes.tally(&poll).total, 1);
}

#[test]
fn a_closed_poll_is_locked_even_before_its_time_ends() {
    let mut poll = started(StartPoll { duration_sec: Some(60), ..question(2) }).unwrap();
    let mut votes = Votes::none(&poll);
    poll.close(&close(false, false, &poll), &tina(), &votes, at(10)).unwrap();
    let late = votes.cast(&poll, &ann(), &[0], at(11)).unwrap_err();
    assert_eq!((late.clone(), late.code()), (LiveClassError::PollClosed, Code::Locked));
}

#[test]
fn staff_do_not_vote_and_students_do_not_close() {
    let mut poll = started(question(2)).unwrap();
    let mut votes = Votes::none(&poll);
    assert_eq!(votes.cast(&poll, &tina(), &[0], at(1)), Err(LiveClassError::NotAllowed));
    let closed = poll.close(&close(true, true, &poll), &ann(), &votes, at(2));
    assert_eq!(closed.unwrap_err(), LiveClassError::NotAllowed);
    assert!(poll.closed_at.is_none() && !poll.published && !poll.revealed, "nothing has changed");
}

#[test]
fn only_students_vote_and_who_reads_sees_what_staff_see() {
    let poll = started(question(2)).unwrap();
    let mut votes = Votes::none(&poll);
    let reader = Attendee::reader(user("rhea"), Role::SchoolAdmin);
    let roles = [Role::Guest, Role::Parent, Role::Proctor, Role::Aide, Role::Counselor, Role::SchoolAdmin];
    for who in roles.map(|role| Attendee::new(user("x"), role)).iter().chain([&reader]) {
        assert_eq!(votes.cast(&poll, who, &[0], at(1)), Err(LiveClassError::NotAllowed), "{who:?}");
    }
    votes.cast(&poll, &ann(), &[0], at(1)).unwrap();
    assert_eq!(poll.view(&votes, &reader), poll.view(&votes, &tina()));
    assert_eq!(poll.view(&votes, &Attendee::new(user("x"), Role::Proctor)).counts, None);
}

#[test]
fn live_counts_go_to_staff_alone() {
    let poll = started(question(2)).unwrap();
    let mut votes = Votes::none(&poll);
    let live = LivePollResultsWsEvent::of(&poll, votes.cast(&poll, &ann(), &[1], at(1)).unwrap());
    assert_eq!((live.counts.as_slice(), live.total), (&[0, 1][..], 1));
    assert_eq!(names(&live.audience()), ["class:c1:staff"]);
}

#[test]
fn a_vote_is_one_row_and_votes_come_back_from_their_rows() {
    for anonymous in [false, true] {
        let poll = started(StartPoll { multiple: true, anonymous, ..question(3) }).unwrap();
        let (mut votes, mut rows, mut counts) = (Votes::none(&poll), Vec::<VoteRow>::new(), vec![0; 3]);
        for (who, choices) in [(bob(), &[2, 0][..]), (ann(), &[0])] {
            votes.cast(&poll, &who, choices, at(1)).unwrap();
            let vote = poll.vote(&who, choices, at(1)).unwrap();
            assert_eq!(vote.row.choices.is_none(), anonymous, "nothing beside the voter");
            vote.counted.iter().for_each(|option| counts[*option as usize] += 1);
            rows.push(vote.row);
        }
        let mut again = Votes::from_rows(&poll, rows, counts);
        assert_eq!(again, votes);
        assert_eq!(again.cast(&poll, &ann(), &[1], at(2)), Err(LiveClassError::AlreadyVoted));
        assert_eq!(poll.vote(&tina(), &[0], at(1)), Err(LiveClassError::NotAllowed));
    }
    let poll = started(StartPoll { anonymous: true, ..question(3) }).unwrap();
    assert_eq!(Votes::from_rows(&poll, [], Vec::new()), Votes::none(&poll), "before the first vote");
}

#[test]
fn a_vote_repeated_after_the_end_hears_that_it_was_taken() {
    let poll = started(StartPoll { duration_sec: Some(60), ..question(2) }).unwrap();
    let mut votes = Votes::none(&poll);
    votes.cast(&poll, &ann(), &[0], at(1)).unwrap();
    let again = votes.cast(&poll, &ann(), &[0], at(99)).unwrap_err();
    assert_eq!(again.code(), Code::AlreadySubmitted);
}

#[test]
fn what_is_right_is_told_only_once_it_is_revealed() {
    let start = StartPoll { correct: Some(vec![1]), ..question(3) };
    let (mut poll, event) = Poll::start(class(), start, &tina(), None, at(0), &Limits::default()).unwrap();
    let says = |text: &str| text.contains("correct");
    assert!(!serde_json::to_string(&event).unwrap().contains("correct"), "not in the journal either");
    assert!(told(&event).iter().all(|(_, payload)| !says(payload)));
    let votes = Votes::none(&poll);
    let live = serde_json::to_string(&LivePollResultsWsEvent::of(&poll, votes.tally(&poll))).unwrap();
    assert!(!says(&live), "{live}");
    assert_eq!(poll.view(&votes, &ann()).correct, None);
    assert_eq!(poll.view(&votes, &tina()).correct, Some(vec![1]), "staff set it");

    let published = poll.close(&close(true, false, &poll), &tina(), &votes, at(1)).unwrap();
    let told_of = [told(&published.closed.unwrap()), told(&published.published.unwrap())].concat();
    assert!(told_of.iter().all(|(_, payload)| !says(payload)), "{told_of:?}");
    assert_eq!(published.results.correct, None);

    let revealed = poll.close(&close(false, true, &poll), &tina(), &votes, at(2)).unwrap();
    let told_of = [told(&revealed.closed.unwrap()), told(&revealed.published.unwrap())].concat();
    assert!(told_of.iter().all(|(_, payload)| payload.contains(r#""correct":[1]"#)), "{told_of:?}");
    assert_eq!(poll.view(&votes, &ann()).correct, Some(vec![1]));
}

#[test]
fn students_see_counts_once_they_are_published_and_closing_again_takes_nothing_back() {
    let mut poll = started(question(2)).unwrap();
    let mut votes = Votes::none(&poll);
    votes.cast(&poll, &ann(), &[1], at(1)).unwrap();
    assert_eq!(poll.view(&votes, &bob()).counts, None);
    assert_eq!(poll.view(&votes, &tina()).counts, Some(vec![0, 1]), "staff see votes live");
    let closing = poll.close(&close(false, false, &poll), &tina(), &votes, at(2)).unwrap();
    assert!(closing.closed.is_some() && closing.published.is_none());
    assert_eq!(poll.view(&votes, &bob()).total, None);
    let closing = poll.close(&close(true, false, &poll), &tina(), &votes, at(3)).unwrap();
    assert!(closing.closed.is_some() && closing.published.is_some());
    let nothing_new = poll.close(&close(false, false, &poll), &tina(), &votes, at(4)).unwrap();
    assert_eq!((nothing_new.closed, nothing_new.published), (None, None));
    assert_eq!((poll.view(&votes, &bob()).counts, poll.closed_at), (Some(vec![0, 1]), Some(at(2))));
}

#[test]
fn who_voted_what_is_for_staff_alone_and_for_nobody_if_anonymous() {
    for anonymous in [false, true] {
        let mut poll = started(StartPoll { anonymous, ..question(2) }).unwrap();
        let mut votes = Votes::none(&poll);
        votes.cast(&poll, &ann(), &[1], at(1)).unwrap();
        let closing = poll.close(&close(true, true, &poll), &tina(), &votes, at(2)).unwrap();
        assert_eq!(closing.results.votes.is_none(), anonymous);
        assert_eq!(poll.view(&votes, &tina()).votes.is_none(), anonymous);
        assert_eq!(poll.view(&votes, &ann()).votes, None);
        assert!(poll.view(&votes, &ann()).voted && !poll.view(&votes, &bob()).voted);
        let events = [told(&closing.closed.unwrap()), told(&closing.published.unwrap())].concat();
        assert!(events.iter().all(|(_, payload)| !payload.contains("ann")), "{events:?}");
    }
}

/// Who votes for what: some more than once.
fn some_votes() -> impl Strategy<Value = Vec<(usize, Vec<u32>)>> {
    let choices = prop::sample::subsequence((0..4_u32).collect::<Vec<_>>(), 1..=4);
    prop::collection::vec((0..6_usize, choices), 0..20)
}

fn voter(n: usize) -> Attendee {
    student(&format!("student{n}"))
}

proptest! {
    /// Each person counts once, with the first vote; every counted choice was made.
    #[test]
    fn one_person_has_one_vote(cast in some_votes(), anonymous in any::<bool>()) {
        let poll = started(StartPoll { multiple: true, anonymous, ..question(4) }).unwrap();
        let (mut votes, mut first) = (Votes::none(&poll), BTreeMap::new());
        for (n, choices) in cast {
            let before = votes.clone();
            let answer = votes.cast(&poll, &voter(n), &choices, at(1));
            if let Entry::Vacant(place) = first.entry(n) {
                prop_assert!(answer.is_ok());
                place.insert(choices);
            } else {
                prop_assert_eq!(answer, Err(LiveClassError::AlreadyVoted));
                prop_assert_eq!(&votes, &before);
            }
        }
        let tally = votes.tally(&poll);
        prop_assert_eq!(tally.total as usize, first.len());
        for (option, count) in (0_u32..).zip(tally.counts) {
            let chosen = first.values().filter(|choices| choices.contains(&option)).count();
            prop_assert_eq!(count as usize, chosen);
        }
    }

    /// Whoever reads what is kept of an anonymous poll reads the same, whichever voter made which of the choices and in whatever
    /// order; and still nobody votes twice once it was read again.
    #[test]
    fn what_is_kept_of_an_anonymous_poll_does_not_tell_whose_vote_is_which(
        choices in prop::collection::vec(0..3_u32, 1..8), seed in any::<prop::sample::Index>(), backwards in any::<bool>(),
    ) {
        let poll = started(StartPoll { anonymous: true, ..question(3) }).unwrap();
        let keep = |choices: &[u32], backwards: bool| {
            let mut votes = Votes::none(&poll);
            let mut cast: Vec<_> = choices.iter().enumerate().collect();
            if backwards {
                cast.reverse();
            }
            for (n, choice) in cast {
                votes.cast(&poll, &voter(n), &[*choice], at(1)).unwrap();
            }
            serde_json::to_string(&votes).unwrap()
        };
        let mut others = choices.clone();
        others.rotate_left(seed.index(choices.len()));
        let kept = keep(&choices, false);
        prop_assert_eq!(&kept, &keep(&others, backwards));
        let mut read: Votes = serde_json::from_str(&kept).unwrap();
        prop_assert_eq!(read.cast(&poll, &voter(0), &[0], at(2)), Err(LiveClassError::AlreadyVoted));
    }
}

#[test]
fn a_poll_and_its_votes_come_back_as_they_were_kept() {
    let poll = started(StartPoll { correct: Some(vec![1]), duration_sec: Some(5), ..question(2) }).unwrap();
    let mut votes = Votes::none(&poll);
    votes.cast(&poll, &ann(), &[1], at(1)).unwrap();
    let again = serde_json::from_str::<Poll>(&serde_json::to_string(&poll).unwrap()).unwrap();
    assert_eq!(again, poll);
    let again = serde_json::from_str::<Votes>(&serde_json::to_string(&votes).unwrap()).unwrap();
    assert_eq!(again, votes);
}
