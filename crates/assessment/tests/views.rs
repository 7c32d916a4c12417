//! What a newcomer sees, and above all what not.

use homeroom_assessment::{
    Alert, AlertKind, Answer, AttemptRunning, QuizView, Right, SittingView, StaffView, Standing, StudentView,
};
use serde_json::Value;

use crate::support::{ann, exam, hand_in, id_of, limits, nine, quiz, save, sec, started, user, write};

fn json(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

/// Whether anything in it could tell what is right.
fn tells(value: &impl serde::Serialize) -> bool {
    let text = json(value).to_string();
    ["correct", "accepted", "tolerance", "task"].iter().any(|word| text.contains(word))
}

#[test]
fn a_student_sees_questions_only_while_the_attempt_runs_and_never_what_is_right() {
    let exam = exam();
    let limits = limits();
    let view = |sitting: &_, at| StudentView::of(&exam, sitting, at, &limits);
    let mut sitting = ann(&exam);
    let before = view(&sitting, nine());
    assert_eq!((before.questions.len(), before.standing, before.attempt_id), (0, None, None));

    sitting.start(&exam, nine(), &limits).unwrap();
    save(sitting.current_mut().unwrap(), &exam, 2, 3, sec(1)).unwrap();
    let running = view(&sitting, sec(2));
    assert_eq!((running.questions.len(), running.standing), (4, Some(Standing::Running)));
    assert_eq!((running.answers[0].answer.clone(), running.rev), (Answer::Whole(2), 3));
    assert_eq!((running.expires_at, running.server_now), (Some(sec(1200)), sec(2)));
    assert_eq!(running.receipt_id, None);
    assert!(!tells(&running), "{}", json(&running));

    sitting.current_mut().unwrap().pause(sec(3), &limits).unwrap();
    let paused = view(&sitting, sec(4));
    assert_eq!((paused.questions.len(), paused.answers.len(), paused.expires_at), (0, 0, None));
    sitting.current_mut().unwrap().resume(sec(5), &limits).unwrap();

    let late = view(&sitting, sec(2000));
    assert_eq!((late.questions.len(), late.standing), (0, Some(Standing::Expired)));
    assert_eq!(late.submitted_at, Some(sec(1202)), "nobody has written it down yet");
    sitting.current_mut().unwrap().settle(sec(2000), &limits);
    assert_eq!(view(&sitting, sec(2000)), late, "and it is the same afterwards");
}

#[test]
fn a_start_is_answered_with_the_questions_but_not_while_it_is_paused() {
    let exam = exam();
    let mut sitting = started(&exam, nine());
    let attempt = sitting.current_mut().unwrap();
    let running = AttemptRunning::of(&exam, attempt, sec(1), &limits());
    assert_eq!(
        (running.questions.len(), running.expires_at, running.server_now),
        (4, Some(sec(1200)), sec(1))
    );
    assert_eq!(running.standing, Standing::Running);
    assert!(!tells(&running), "{}", json(&running));
    attempt.pause(sec(2), &limits()).unwrap();
    let paused = AttemptRunning::of(&exam, attempt, sec(3), &limits());
    assert_eq!((paused.questions.len(), paused.standing, paused.expires_at), (0, Standing::Paused, None));
}

#[test]
fn saved_answers_come_in_the_order_of_the_questions() {
    let exam = exam();
    let mut sitting = started(&exam, nine());
    for (question, rev) in [(3, 1), (0, 2)] {
        write(sitting.current_mut().unwrap(), &exam, question, Answer::Whole(1), rev, sec(1)).unwrap();
    }
    let view = StudentView::of(&exam, &sitting, sec(2), &limits());
    let order: Vec<_> = view.answers.iter().map(|answer| answer.question_id.clone()).collect();
    assert_eq!(order, [id_of(&exam, 0), id_of(&exam, 3)]);
}

#[test]
fn a_student_sees_when_it_closes_for_oneself() {
    let exam = exam();
    let mut sitting = ann(&exam);
    sitting.extend(&exam, homeroom_assessment::Extra::AddSec(60), nine(), &limits()).unwrap();
    let view = StudentView::of(&exam, &sitting, nine(), &limits());
    assert_eq!((view.assessment.closes_at, view.assessment.extra_sec), (sec(3660), 60));
}

#[test]
fn only_who_may_write_an_assessment_sees_what_is_right() {
    let exam = exam();
    let alert = Alert::new(user("ann"), AlertKind::TabHidden, None, user("ann"), nine(), &limits()).unwrap();
    let view = |rights: &[Right]| {
        StaffView::of(&exam, &[started(&exam, nine())], vec![alert.clone()], rights, sec(1), &limits())
    };
    let proctor = view(&[Right::Watch, Right::Invigilate]);
    assert!(!tells(&proctor), "{}", json(&proctor));
    assert_eq!((proctor.progress.len(), proctor.alerts.len()), (1, 1));
    assert_eq!(view(&[Right::Watch, Right::Author]).questions, exam.questions);
}

#[test]
fn staff_see_how_far_somebody_is_and_not_what_was_answered() {
    let exam = exam();
    let mut sitting = started(&exam, nine());
    let attempt = sitting.current_mut().unwrap();
    save(attempt, &exam, 2, 1, sec(1)).unwrap();
    attempt.alerted();
    let view = SittingView::of(&exam, &sitting, sec(100), &limits());
    assert_eq!((view.questions_answered, view.total_questions), (1, 4));
    assert_eq!((view.time_elapsed, view.proctor_alerts, view.resets), (100, 1, 0));
    assert_eq!(json(&view).get("answers"), None);
    sitting.current_mut().unwrap().reset(&user("tina"), "Ill", sec(100), &limits()).unwrap();
    let view = SittingView::of(&exam, &sitting, sec(100), &limits());
    assert_eq!((view.attempt_id, view.questions_answered, view.resets), (None, 0, 1));
}

#[test]
fn time_stops_when_it_is_handed_in() {
    let exam = exam();
    let mut sitting = started(&exam, nine());
    assert_eq!(SittingView::of(&exam, &sitting, sec(9000), &limits()).time_elapsed, 1200, "it ran out");
    hand_in(sitting.current_mut().unwrap(), sec(70));
    assert_eq!(SittingView::of(&exam, &sitting, sec(9000), &limits()).time_elapsed, 70);
}

#[test]
fn who_joins_a_quiz_sees_the_open_question_without_the_answer() {
    let mut quiz = quiz();
    let view = |quiz: &_, at| QuizView::of(quiz, &user("ann"), at, &limits());
    let waiting = view(&quiz, nine());
    assert_eq!((waiting.question, waiting.started, waiting.number), (None, false, 0));
    quiz.start(nine()).unwrap();
    let question = quiz.questions[0].question_id.clone();
    quiz.answer(&user("ann"), &question, Answer::Whole(1), nine(), &limits()).unwrap();
    let open = view(&quiz, sec(1));
    assert!(!tells(&open), "{}", json(&open));
    assert_eq!((open.question.unwrap().question_id, open.answered), (question, true));
    assert_eq!((open.score, open.streak), (0, 0), "nothing tells yet whether that was right");
    assert_eq!(view(&quiz, sec(30)).question, None, "its time is over");
    quiz.settle(sec(30), &limits()).unwrap();
    let closed = view(&quiz, sec(31));
    assert_eq!((closed.score, closed.streak, closed.answered), (2000, 1, false));
    assert_eq!((closed.started, closed.number), (true, 1), "the second has not been put");
    assert_eq!((closed.top[0].user_id.clone(), closed.rank), (user("ann"), Some(1)));
    assert_eq!(QuizView::of(&quiz, &user("tina"), sec(31), &limits()).rank, None, "she doesn't play");
}
