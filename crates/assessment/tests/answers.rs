//! Answers: how they are read, whether they may stand under a question, and what they are worth.

use homeroom_assessment::{Answer, AssessmentError, Mark, Task, TaskKind, marked};
use homeroom_contract::{Code, Failure, FieldError};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::support::{exam, options};

fn choice() -> Task {
    Task::Choice { options: options(), correct: 1 }
}

fn several() -> Task {
    Task::MultipleChoice { options: options(), correct: [0, 2].into() }
}

fn text(accepted: &[&str]) -> Task {
    Task::Text { accepted: accepted.iter().map(|text| (*text).to_owned()).collect() }
}

fn number() -> Task {
    Task::Number { correct: 6.5, tolerance: 0.5 }
}

fn read(value: Value) -> Answer {
    serde_json::from_value(value).unwrap()
}

/// Anything that can be written.
fn any_answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        Just(Answer::Blank),
        any::<i64>().prop_map(Answer::Whole),
        (-1e9..1e9_f64).prop_map(Answer::Decimal),
        ".{0,20}".prop_map(Answer::Text),
        prop::collection::btree_set(any::<u32>(), 0..5).prop_map(Answer::Choices),
    ]
}

/// Something near to what is right under one of the questions, and now and then anything.
fn some_answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        4 => (-1..9_i64).prop_map(Answer::Whole),
        4 => (55..75_i32).prop_map(|tenths| Answer::Decimal(f64::from(tenths) / 10.0)),
        4 => prop::sample::select(vec!["osmosis", " OSMOSIS ", "Osmose", ""]).prop_map(|text| Answer::Text(text.to_owned())),
        4 => prop::collection::btree_set(0..4_u32, 0..4).prop_map(Answer::Choices),
        1 => any_answer(),
    ]
}

fn some_task() -> impl Strategy<Value = Task> {
    prop::sample::select(vec![choice(), several(), text(&["osmosis"]), text(&[]), number()])
}

proptest! {
    #[test]
    fn an_answer_is_read_as_it_was_written(answer in any_answer()) {
        let written = serde_json::to_string(&answer).unwrap();
        prop_assert_eq!(serde_json::from_str::<Answer>(&written).unwrap(), answer, "{}", written);
    }

    #[test]
    fn what_may_not_stand_under_a_question_is_never_right(task in some_task(), answer in some_answer()) {
        if task.check_answer(&answer, 500).is_err() {
            prop_assert_ne!(task.mark(&answer), Mark::Right);
        }
    }

    #[test]
    fn no_points_beyond_what_is_possible(answers in prop::collection::vec(some_answer(), 4)) {
        let exam = exam();
        let of = |id: &_| exam.questions.iter().position(|question| question.question_id == *id).map(|n| &answers[n]);
        let marked = marked(&exam.questions, of);
        let by_hand = 2 * u32::try_from(marked.by_hand.len()).unwrap();
        prop_assert_eq!(marked.possible, 8);
        prop_assert!(marked.earned + by_hand <= marked.possible);
    }

    /// However the tenths and hundredths come out as binary fractions: what is as far off as it may be is right, and what is one
    /// further off is wrong.
    #[test]
    fn a_tolerance_is_inclusive_in_decimals(
        correct in -100_000..100_000_i32, within in 1..1000_i32, places in 1..4_u32,
    ) {
        let read = |n: i32| format!("{n}e-{places}").parse::<f64>().unwrap();
        let task = Task::Number { correct: read(correct), tolerance: read(within) };
        for (off, mark) in [(within, Mark::Right), (within + 1, Mark::Wrong)] {
            prop_assert_eq!(task.mark(&Answer::Decimal(read(correct + off))), mark);
            prop_assert_eq!(task.mark(&Answer::Decimal(read(correct - off))), mark);
        }
    }

    #[test]
    fn each_option_is_counted_as_often_as_it_was_chosen(answers in prop::collection::vec(0..3_u32, 0..20)) {
        let given: Vec<_> = answers.iter().map(|choice| Answer::Whole(i64::from(*choice))).collect();
        let counts = choice().counts(&given);
        for (option, count) in (0_u32..).zip(counts) {
            prop_assert_eq!(count as usize, answers.iter().filter(|choice| **choice == option).count());
        }
    }
}

#[test]
fn what_is_drawn_is_right_often_enough_to_say_something() {
    let mut runner = TestRunner::deterministic();
    let drawn = (some_task(), some_answer());
    let mut right = 0;
    for _ in 0..1000 {
        let (task, answer) = drawn.new_tree(&mut runner).unwrap().current();
        right += u32::from(task.mark(&answer) == Mark::Right);
    }
    assert!(right > 50, "{right} of 1000");
}

#[test]
fn the_type_on_the_wire_says_what_an_answer_is() {
    assert_eq!(read(json!(2)), Answer::Whole(2));
    assert_eq!(read(json!(2.0)), Answer::Decimal(2.0));
    assert_eq!(read(json!("2")), Answer::Text("2".to_owned()));
    assert_eq!(read(json!([2, 0, 2])), Answer::Choices([0, 2].into()));
    assert_eq!(read(json!(null)), Answer::Blank);
    for other in [json!(true), json!({}), json!([-1]), json!(["a"]), json!([[1]]), json!(u64::MAX)] {
        assert!(serde_json::from_value::<Answer>(other.clone()).is_err(), "{other}");
    }
}

#[test]
fn the_right_answer_is_right() {
    for task in [choice(), several(), text(&["osmosis"]), number()] {
        let right = task.right_answer().unwrap();
        assert_eq!(task.check_answer(&right, 500), Ok(()));
        assert_eq!(task.mark(&right), Mark::Right, "{task:?}");
    }
    assert_eq!(text(&[]).right_answer(), None);
}

#[test]
fn several_options_are_all_or_nothing() {
    assert_eq!(several().mark(&read(json!([2, 0]))), Mark::Right);
    for part in [json!([0]), json!([0, 1, 2]), json!([])] {
        assert_eq!(several().mark(&read(part.clone())), Mark::Wrong, "{part}");
    }
}

#[test]
fn letter_case_and_blanks_do_not_matter_in_a_text() {
    let task = text(&["Cell  wall"]);
    assert_eq!(task.mark(&read(json!("  cell\nWALL "))), Mark::Right);
    assert_eq!(task.mark(&read(json!("cellwall"))), Mark::Wrong);
}

#[test]
fn a_number_is_right_within_its_tolerance_inclusive() {
    for (answer, mark) in [
        (json!(6), Mark::Right),
        (json!(7.0), Mark::Right),
        (json!(7.001), Mark::Wrong),
        (json!(5), Mark::Wrong),
    ] {
        assert_eq!(number().mark(&read(answer.clone())), mark, "{answer}");
    }
}

#[test]
fn a_tolerance_is_inclusive_where_binary_fractions_are_a_little_off() {
    for (correct, answer) in [(0.3, 0.4), (6.1, 6.2), (6.1, 6.0), (0.2, 0.1)] {
        let task = Task::Number { correct, tolerance: 0.1 };
        assert_eq!(task.mark(&Answer::Decimal(answer)), Mark::Right, "{answer} for {correct}");
    }
    let exact = Task::Number { correct: 0.3, tolerance: 0.0 };
    assert_eq!(exact.mark(&Answer::Decimal(0.3)), Mark::Right);
    assert_eq!(exact.mark(&Answer::Decimal(0.300_000_000_000_000_04)), Mark::Wrong, "no tolerance is none");
}

#[test]
fn a_text_that_no_list_can_judge_is_for_a_person_unless_it_is_blank() {
    assert_eq!(text(&[]).mark(&read(json!("An essay"))), Mark::ByHand);
    assert_eq!(text(&[]).mark(&read(json!(" "))), Mark::Wrong);
}

#[test]
fn an_answer_is_what_the_question_asks_for() {
    let wrong = |task: Task, answer: Value| {
        let refused = task.check_answer(&read(answer), 5).unwrap_err();
        Failure::from(refused).code
    };
    assert_eq!(wrong(choice(), json!("Nucleus")), Code::ValidationError);
    assert_eq!(wrong(choice(), json!(3)), Code::ValidationError);
    assert_eq!(wrong(choice(), json!(-1)), Code::ValidationError);
    assert_eq!(wrong(several(), json!([0, 3])), Code::ValidationError);
    assert_eq!(wrong(several(), json!(0)), Code::ValidationError);
    assert_eq!(wrong(number(), json!("6.5")), Code::ValidationError);
    assert_eq!(wrong(text(&[]), json!("üüüüüü")), Code::PayloadTooLarge);
    assert_eq!(text(&[]).check_answer(&read(json!("üüüüü")), 5), Ok(()));
    assert_eq!(choice().check_answer(&read(json!(2)), 5), Ok(()));
    assert_eq!(
        choice().check_answer(&read(json!(1.5)), 5),
        Err(AssessmentError::AnswerOfOtherKind(TaskKind::Choice))
    );
    let outside = FieldError::OutOfRange { field: "answer", min: "0".to_owned(), max: "2".to_owned() };
    assert_eq!(choice().check_answer(&read(json!(3)), 5), Err(outside.into()));
}
