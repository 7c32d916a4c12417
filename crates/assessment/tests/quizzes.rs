//! A live quiz: one question after the other, one answer for each person and question, scores, streaks and ranks.

use std::collections::BTreeMap;

use homeroom_assessment::{
    Answer, AssessmentError, Place, Player, QuestionId, Quiz, QuizWentOn, Round, Taken, Task, Turn,
    leaderboard, points_for,
};
use homeroom_contract::{Code, Timestamp};
use proptest::prelude::*;

use crate::support::{class, limits, milli, nine, options, question, questions, quiz, sec, user};

fn id(quiz: &Quiz, number: usize) -> QuestionId {
    quiz.questions[number].question_id.clone()
}

fn answer(
    quiz: &mut Quiz,
    who: &str,
    number: usize,
    answer: Answer,
    at: Timestamp,
) -> Result<Taken, AssessmentError> {
    let question = id(quiz, number);
    quiz.answer(&user(who), &question, answer, at, &limits())
}

/// A quiz of so many questions whose right answer is 1, started at nine.
fn running(count: usize) -> Quiz {
    let asked = vec![question(Task::Choice { options: options(), correct: 1 }); count];
    let mut quiz = Quiz::new(class(), asked, None, nine(), &limits()).unwrap();
    quiz.start(nine()).unwrap();
    quiz
}

fn scores(turn: &Turn) -> Vec<(&str, u64, u32, u32)> {
    turn.scores.iter().map(|score| (score.user_id.as_str(), score.score, score.streak, score.rank)).collect()
}

#[test]
fn a_question_that_a_person_has_to_mark_is_for_no_quiz() {
    let refused = Quiz::new(class(), questions(&[]), None, nine(), &limits());
    assert_eq!(refused, Err(AssessmentError::NeedsMarking { number: 2 }));
}

#[test]
fn questions_come_one_after_the_other_and_then_it_ends() {
    let mut quiz = quiz();
    assert_eq!(quiz.next(None, nine(), &limits()), Err(AssessmentError::QuizNotStarted));
    let mut opened = vec![quiz.start(nine()).unwrap().opened.unwrap()];
    assert_eq!(quiz.start(sec(1)), Err(AssessmentError::QuizStarted));
    for n in 1..4 {
        let turn = quiz.next(None, sec(n * 10), &limits()).unwrap();
        assert_eq!(turn.closed.unwrap().question_id, opened.last().unwrap().question.question_id);
        opened.push(turn.opened.unwrap());
    }
    let numbers: Vec<_> = opened.iter().map(|opened| (opened.number, opened.total)).collect();
    assert_eq!(numbers, [(1, 4), (2, 4), (3, 4), (4, 4)]);
    assert_eq!(opened[3].ends_at, sec(60));
    let last = quiz.next(None, sec(40), &limits()).unwrap();
    assert!(last.closed.is_some() && last.opened.is_none() && last.ended.is_some());
    assert_eq!(QuizWentOn::from(&last), QuizWentOn { question_id: None, ends_at: None, ended: true });
    assert_eq!(quiz.next(None, sec(41), &limits()), Err(AssessmentError::QuizOver));
    assert_eq!(quiz.start(sec(41)), Err(AssessmentError::QuizOver));
}

#[test]
fn who_clicks_twice_skips_no_question() {
    let mut quiz = running(3);
    let (first, second) = (id(&quiz, 0), id(&quiz, 1));
    let opened = quiz.next(Some(&first), sec(5), &limits()).unwrap().opened.unwrap();
    assert_eq!(opened.question.question_id, second);
    let before = quiz.clone();
    let twice = quiz.next(Some(&first), sec(6), &limits()).unwrap_err();
    let stands = QuizWentOn { question_id: Some(second.clone()), ends_at: Some(sec(35)), ended: false };
    assert_eq!(
        (twice.code(), twice),
        (Code::VersionConflict, AssessmentError::StaleQuestion(Box::new(stands)))
    );
    assert_eq!(quiz, before);
    quiz.settle(sec(35), &limits()).unwrap();
    assert!(
        quiz.next(Some(&second), sec(40), &limits()).is_ok(),
        "closed by its time, it was the last one put"
    );
}

#[test]
fn a_quiz_can_be_ended_early_and_what_is_open_counts() {
    let mut quiz = running(3);
    answer(&mut quiz, "ann", 0, Answer::Whole(1), nine()).unwrap();
    let turn = quiz.end(sec(5), &limits()).unwrap();
    assert_eq!(scores(&turn), [("ann", 2000, 1, 1)]);
    assert!(turn.closed.is_some() && turn.opened.is_none() && turn.ended.is_some());
    assert_eq!((quiz.ended_at, quiz.next_moment(&limits())), (Some(sec(5)), None));
    assert_eq!(quiz.end(sec(6), &limits()), Err(AssessmentError::QuizOver));
    let mut never = crate::support::quiz();
    assert!(never.end(nine(), &limits()).unwrap().closed.is_none());
    assert_eq!(never.start(sec(1)), Err(AssessmentError::QuizOver));
}

#[test]
fn a_quiz_whose_last_question_was_over_unseen_ended_then() {
    for end in [
        |quiz: &mut Quiz| quiz.next(None, sec(90), &limits()),
        |quiz: &mut Quiz| quiz.end(sec(90), &limits()),
    ] {
        let mut quiz = running(1);
        assert!(end(&mut quiz).unwrap().ended.is_some());
        assert_eq!(quiz.ended_at, Some(sec(30)));
    }
}

#[test]
fn an_answer_counts_if_it_is_received_before_the_end() {
    let mut quiz = running(1);
    let taken = answer(&mut quiz, "ann", 0, Answer::Whole(1), milli(29_999));
    assert_eq!(taken, Ok(Taken { accepted: true, received_at: milli(29_999), changed: true }));
    let late = answer(&mut quiz, "ben", 0, Answer::Whole(1), sec(30));
    assert_eq!(late, Ok(Taken { accepted: false, received_at: sec(30), changed: false }));
    let turn = quiz.settle(sec(31), &limits()).unwrap();
    assert_eq!(turn.scores.len(), 1, "who came too late is no player");
}

#[test]
fn an_answer_to_a_question_that_was_closed_early_is_late() {
    let mut quiz = running(2);
    quiz.next(None, sec(5), &limits()).unwrap();
    assert!(!answer(&mut quiz, "ann", 0, Answer::Whole(1), sec(6)).unwrap().accepted);
}

#[test]
fn there_is_one_answer_for_each_person_and_question() {
    let mut quiz = running(2);
    answer(&mut quiz, "ann", 0, Answer::Whole(0), sec(1)).unwrap();
    let other = answer(&mut quiz, "ann", 0, Answer::Whole(1), sec(2)).unwrap_err();
    assert_eq!((other.code(), other), (Code::AlreadySubmitted, AssessmentError::AlreadyAnswered));
    let first = Taken { accepted: true, received_at: sec(1), changed: false };
    assert_eq!(answer(&mut quiz, "ann", 0, Answer::Whole(0), sec(3)), Ok(first), "a repeat");
    quiz.next(None, sec(5), &limits()).unwrap();
    assert_eq!(
        answer(&mut quiz, "ann", 0, Answer::Whole(0), sec(6)),
        Ok(first),
        "a repeat when it is closed"
    );
}

#[test]
fn a_question_that_was_not_put_yet_is_as_unknown_as_one_that_does_not_exist() {
    let mut quiz = running(2);
    let unknown = Err(AssessmentError::NotFound("question"));
    assert_eq!(answer(&mut quiz, "ann", 1, Answer::Whole(1), sec(1)), unknown);
    let other = QuestionId::generate(nine());
    assert_eq!(quiz.answer(&user("ann"), &other, Answer::Whole(1), sec(1), &limits()), unknown);
}

#[test]
fn an_answer_says_something_that_the_question_asks_for() {
    let mut quiz = running(1);
    assert_eq!(answer(&mut quiz, "ann", 0, Answer::Blank, sec(1)), Err(AssessmentError::NoAnswer));
    let refused = answer(&mut quiz, "ann", 0, Answer::Whole(3), sec(1)).unwrap_err();
    assert_eq!(refused.code(), Code::ValidationError);
}

#[test]
fn a_closed_question_tells_what_was_right_and_what_was_chosen() {
    let mut quiz = running(1);
    for (who, choice) in [("ann", 1), ("ben", 2), ("cem", 1)] {
        answer(&mut quiz, who, 0, Answer::Whole(choice), sec(1)).unwrap();
    }
    let closed = quiz.settle(sec(30), &limits()).unwrap().closed.unwrap();
    assert_eq!((closed.correct, closed.counts), (Answer::Whole(1), vec![0, 2, 1]));
    assert_eq!((closed.answered, closed.right), (3, 2));
}

#[test]
fn time_that_is_over_closes_a_question_once_however_late_anybody_looks() {
    let mut quiz = running(2);
    assert_eq!(quiz.next_moment(&limits()), Some(milli(30_500)));
    assert_eq!(quiz.settle(milli(29_999), &limits()), None);
    let turn = quiz.settle(sec(9000), &limits()).unwrap();
    assert!(turn.closed.is_some() && turn.ended.is_none(), "it waits for the next question");
    assert_eq!((quiz.settle(sec(9001), &limits()), quiz.next_moment(&limits())), (None, None));
    let next = quiz.next(None, sec(9002), &limits()).unwrap();
    assert!(next.closed.is_none() && next.opened.is_some());
    let last = quiz.settle(sec(20_000), &limits()).unwrap();
    assert!(last.ended.is_some(), "that was the last one");
    assert_eq!(quiz.ended_at, Some(sec(9032)));
}

#[test]
fn a_right_answer_earns_more_the_faster_it_is() {
    let round = Round { opened_at: nine(), ends_at: sec(30), closed: false, answers: BTreeMap::new() };
    assert_eq!(points_for(2, &round, nine()), 2000);
    assert_eq!(points_for(2, &round, sec(15)), 1500);
    assert_eq!(points_for(2, &round, milli(29_999)), 1000);
    assert_eq!(points_for(1, &round, sec(20)), 666);
}

#[test]
fn a_streak_ends_with_a_wrong_answer_and_with_none() {
    let mut quiz = running(4);
    let mut play = |number: usize, ann: Option<i64>| {
        if let Some(ann) = ann {
            answer(&mut quiz, "ann", number, Answer::Whole(ann), quiz_time(number)).unwrap();
        }
        quiz.next(None, quiz_time(number + 1), &limits()).unwrap().scores[0].streak
    };
    assert_eq!([play(0, Some(1)), play(1, Some(1)), play(2, None), play(3, Some(1))], [1, 2, 0, 1]);
}

/// When the n-th question is put.
fn quiz_time(number: usize) -> Timestamp {
    sec(10 * u64::try_from(number).unwrap())
}

#[test]
fn who_has_the_same_score_has_the_same_rank() {
    let mut quiz = running(1);
    for (who, choice, at) in [("ann", 1, 15), ("ben", 1, 15), ("cem", 1, 0), ("dia", 0, 1), ("eva", 2, 1)] {
        answer(&mut quiz, who, 0, Answer::Whole(choice), sec(at)).unwrap();
    }
    let turn = quiz.next(None, sec(20), &limits()).unwrap();
    assert_eq!(
        scores(&turn),
        [("ann", 1500, 1, 2), ("ben", 1500, 1, 2), ("cem", 2000, 1, 1), ("dia", 0, 0, 4), ("eva", 0, 0, 4)]
    );
    let top = turn.leaderboard.unwrap().top;
    let order: Vec<_> = top.iter().map(|place| (place.user_id.as_str(), place.rank)).collect();
    assert_eq!(order, [("cem", 1), ("ann", 2), ("ben", 2), ("dia", 4), ("eva", 4)]);
    assert_eq!(turn.ended.unwrap().players, 5);
}

proptest! {
    #[test]
    fn a_rank_is_one_more_than_there_are_higher_scores(scores in prop::collection::vec(0..5_u64, 0..10)) {
        let players: BTreeMap<_, _> = scores.iter().enumerate()
            .map(|(n, score)| (user(&format!("s{n}")), Player { score: *score, streak: 0 }))
            .collect();
        let top = leaderboard(&players, &limits());
        prop_assert_eq!(top.len(), scores.len());
        for Place { score, rank, .. } in &top {
            prop_assert_eq!(*rank as usize, 1 + scores.iter().filter(|other| *other > score).count());
        }
        prop_assert!(top.is_sorted_by_key(|place| place.rank));
    }

    #[test]
    fn a_right_answer_earns_at_least_half_at_most_all_and_never_more_for_being_slower(
        points in 1..=100_u32, first in 0..60_000_u64, second in 0..60_000_u64,
    ) {
        let round = Round { opened_at: nine(), ends_at: sec(60), closed: false, answers: BTreeMap::new() };
        let (fast, slow) = (first.min(second), first.max(second));
        let (fast, slow) = (points_for(points, &round, milli(fast)), points_for(points, &round, milli(slow)));
        let point = u64::from(points);
        prop_assert!(500 * point <= slow && slow <= fast && fast <= 1000 * point);
    }

    /// A quiz that was stored after each step goes on as one that wasn't.
    #[test]
    fn a_quiz_comes_back_from_being_stored(choices in prop::collection::vec((0..3_usize, 0..3_i64, 0..40_u64), 0..20)) {
        let mut quiz = running(3);
        let mut now = 0;
        for (n, (who, choice, later)) in choices.into_iter().enumerate() {
            now += later;
            let number = quiz.rounds.len() - 1;
            let _ = answer(&mut quiz, ["ann", "ben", "cem"][who], number, Answer::Whole(choice), sec(now));
            if n % 5 == 4 {
                let _ = quiz.next(None, sec(now), &limits());
            }
            let stored = serde_json::to_string(&quiz).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Quiz>(&stored).unwrap(), &quiz);
        }
    }
}
