//! Every event of the domain as the journal keeps it, with who receives what of it, and every failure as a client gets it.

use homeroom_assessment::*;
use homeroom_contract::Failure;
use homeroom_testkit::wire::told;

use crate::support::{class, nine, options, sec, user};

/// An assessment whose ids are the same each time.
fn cells() -> Assessment {
    let question = Question {
        question_id: QuestionId::new("q1").unwrap(),
        prompt: "Which?".to_owned(),
        points: 2,
        task: Task::Choice { options: options(), correct: 1 },
    };
    Assessment {
        assessment_id: AssessmentId::new("a1").unwrap(),
        class_id: class(),
        title: "Cells".to_owned(),
        questions: vec![question],
        duration_sec: 1200,
        opens_at: nine(),
        closes_at: sec(3600),
        version: 1,
        on_hold_since: None,
    }
}

#[test]
fn of_an_assessment() {
    let assessment_id = AssessmentId::new("a1").unwrap();
    let assessment = cells();
    let seat = Seat::new(&assessment, user("ann"));
    let attempt_id = AttemptId::new("t1").unwrap();
    let question_id = QuestionId::new("q1").unwrap();
    let receipt_id = ReceiptId::new("r1").unwrap();
    let marked = Marked { earned: 2, possible: 8, by_hand: vec![QuestionId::new("q3").unwrap()] };
    let (ann, paul, tina) = (user("ann"), user("paul"), user("tina"));
    let alert = Alert {
        alert_id: AlertId::new("x1").unwrap(),
        student_id: ann.clone(),
        kind: AlertKind::SeveralSeen,
        detail: Some("Two people".to_owned()),
        raised_by: paul.clone(),
        raised_at: nine(),
    };
    let message = |message_for| ProctorMessageSent {
        class_id: class(),
        assessment_id: assessment_id.clone(),
        message_id: ProctorMessageId::new("m1").unwrap(),
        body: "Please sit down".to_owned(),
        sent_by: paul.clone(),
        message_for,
    };
    let on_hold = Assessment { on_hold_since: Some(sec(60)), ..assessment.clone() };
    let longer = Extension { added_sec: 600, multiplier: None };
    let students = [(ann.clone(), Extension::default()), (user("ben"), longer)];
    let at = || (seat.clone(), attempt_id.clone());
    let told = [
        told(&AssessmentCreated::new(&assessment, tina.clone(), vec![tina.clone(), user("tom")])),
        told(&AssessmentUpdated::new(&on_hold, students, tina.clone())),
        told(&{
            let (seat, attempt_id) = at();
            AttemptStarted { seat, attempt_id, started_at: nine(), expires_at: sec(1200) }
        }),
        told(&{
            let (seat, attempt_id) = at();
            let answer = Answer::Choices([0, 2].into());
            AnswerSaved { seat, attempt_id, question_id: question_id.clone(), answer, rev: 3 }
        }),
        told(&{
            let (seat, attempt_id) = at();
            AttemptExpired { seat, attempt_id, expired_at: sec(1200) }
        }),
        told(&{
            let (seat, attempt_id) = at();
            AttemptSubmitted { seat, attempt_id, receipt_id, submitted_at: sec(1200), auto: true, marked }
        }),
        told(&{
            let (seat, attempt_id) = at();
            TimerWarned { seat, attempt_id, seconds_left: 60, expires_at: sec(1200) }
        }),
        told(&TimeExtended {
            seat: seat.clone(),
            expires_at: Some(sec(1800)),
            extra_sec: 600,
            extended_by: paul.clone(),
        }),
        told(&{
            let (seat, attempt_id) = at();
            AttemptPaused { seat, attempt_id, seconds_left: 590, paused_by: paul.clone() }
        }),
        told(&{
            let (seat, attempt_id) = at();
            AttemptResumed { seat, attempt_id, expires_at: sec(1800), resumed_by: paul.clone() }
        }),
        told(&{
            let (seat, attempt_id) = at();
            AttemptReset { seat, attempt_id, reset_by: tina, reason: "Fire alarm".to_owned() }
        }),
        told(&AlertRaised { class_id: class(), assessment_id: assessment_id.clone(), alert }),
        told(&message(MessageFor::Student(ann.clone()))),
        told(&message(MessageFor::Everyone(vec![ann.clone(), user("ben")]))),
    ];
    insta::assert_json_snapshot!(told);
}

#[test]
fn of_a_quiz() {
    let session_id = QuizSessionId::new("s1").unwrap();
    let question_id = QuestionId::new("q1").unwrap();
    let place = |user_id, rank| Place { user_id, score: 1500, rank };
    let top = vec![place(user("ann"), 1), place(user("ben"), 1)];
    let created = QuizCreated {
        class_id: class(),
        session_id: session_id.clone(),
        total: 4,
        created_by: user("tina"),
        staff_ids: vec![user("tina"), user("tom")],
    };
    let told = [
        told(&created),
        told(&QuizQuestionOpened {
            class_id: class(),
            session_id: session_id.clone(),
            question: QuestionView::of(&cells().questions[0]),
            number: 1,
            total: 4,
            ends_at: sec(30),
        }),
        told(&QuizQuestionClosed {
            class_id: class(),
            session_id: session_id.clone(),
            question_id: question_id.clone(),
            correct: Answer::Whole(1),
            counts: vec![0, 2],
            answered: 2,
            right: 2,
        }),
        told(&QuizScoreUpdated {
            class_id: class(),
            session_id: session_id.clone(),
            question_id,
            user_id: user("ann"),
            score: 3000,
            streak: 2,
            rank: 1,
            earned: 1500,
        }),
        told(&QuizLeaderboardChanged { class_id: class(), session_id: session_id.clone(), top: top.clone() }),
        told(&QuizEnded { class_id: class(), session_id, top, players: 2 }),
    ];
    insta::assert_json_snapshot!(told);
}

/// Every failure as a client gets it.
#[test]
fn failures() {
    let assessment = cells();
    let stands = SavedAnswer { answer: Answer::Whole(1), rev: 3, saved_at: nine() };
    let blank = homeroom_contract::FieldError::Blank { field: "prompt" };
    let failures = [
        AssessmentError::NotFound("attempt"),
        AssessmentError::NotAllowed,
        AssessmentError::Field(blank.clone()),
        blank.under("questions[1]").into(),
        AssessmentError::NeedsMarking { number: 1 },
        AssessmentError::ClosesBeforeItOpens,
        AssessmentError::OneOf { fields: ["addSec", "multiplier"] },
        AssessmentError::Twice(user("ann")),
        AssessmentError::StaleAssessment(Box::new(assessment)),
        AssessmentError::StaleAnswer(Box::new(stands)),
        AssessmentError::StaleQuestion(Box::new(QuizWentOn {
            question_id: Some(QuestionId::new("q2").unwrap()),
            ends_at: Some(sec(60)),
            ended: false,
        })),
        AssessmentError::TooMuchAdded { most_sec: 86_400 },
        AssessmentError::HigherStands { stands: 1.5 },
        AssessmentError::NotHandedIn,
        AssessmentError::InUse,
        AssessmentError::NotOpenYet { opens_at: nine() },
        AssessmentError::Closed,
        AssessmentError::Paused,
        AssessmentError::TimeRanOut { expired_at: sec(1200) },
        AssessmentError::AlreadySubmitted,
        AssessmentError::WasReset,
        AssessmentError::AnswerOfOtherKind(TaskKind::Number),
        AssessmentError::NoAnswer,
        AssessmentError::AlreadyAnswered,
        AssessmentError::QuizNotStarted,
        AssessmentError::QuizStarted,
        AssessmentError::QuizOver,
    ];
    let failures: Vec<Failure> = failures.into_iter().map(Failure::from).collect();
    insta::assert_json_snapshot!(serde_json::to_value(failures).unwrap());
}
