//! A short lesson through real sockets: a teacher sets a grade, posts it, grades a classmate, corrects the first grade. It
//! goes wrong if anyone receives something else than they should.

use homeroom_client::{Client, Error, Options, Received, Socket};
use homeroom_contract::{Clock as _, LineItemId, Patch, SystemClock, UserId};
use homeroom_gradebook::{CreateLineItem, JoinGradebook, PostGrades, SetGrade};
use serde_json::json;

use super::Demo;
use crate::stop::Stop;

/// The two who belong to the lesson beside the demo's cast.
pub(crate) struct Others {
    /// Another student of the class.
    pub(crate) classmate: UserId,
    /// A guardian of that student and not of the first one.
    pub(crate) other_parent: UserId,
}

/// Who is there, in the order in which they are shown.
const PEOPLE: [&str; 6] = ["teacher", "principal", "student", "parent", "classmate", "other parent"];

/// The step's text, whom it is about, what the teacher does, and who has to receive what because of it.
struct Step<'a> {
    text: &'static str,
    about: &'a UserId,
    does: Does,
    expected: [(&'static [&'static str], &'static str); 2],
}

/// What the teacher does in a step.
enum Does {
    Set(SetGrade),
    Post(PostGrades),
}

/// Those who see everything of a class, and the two families.
const STAFF: &[&str] = &["teacher", "principal"];
const FAMILY: &[&str] = &["student", "parent"];
const OTHER_FAMILY: &[&str] = &["classmate", "other parent"];
const NOBODY: &[&str] = &[];

/// Plays the lesson against the gateway at that address; whether everyone received what they should.
pub(crate) async fn lesson(demo: &Demo, others: &Others, url: &str) -> Result<bool, Stop> {
    let tokens = [
        demo.token(&demo.cast.teacher)?,
        demo.token(&demo.cast.principal)?,
        demo.token(&demo.cast.student)?,
        demo.token(&demo.cast.parent)?,
        demo.token(&others.classmate)?,
        demo.token(&others.other_parent)?,
    ];
    play(demo, others, url, tokens).await.map_err(|error| Stop::failed("the lesson was cut short", &error))
}

async fn play(demo: &Demo, others: &Others, url: &str, tokens: [String; 6]) -> Result<bool, Error> {
    let mut people = Vec::new();
    for (who, token) in PEOPLE.into_iter().zip(tokens) {
        let socket = Client::connect(Options::new(url).token(token)).await?.namespace("/gradebook").await?;
        if who != "principal" {
            // The principal is in the school's own room from CONNECT on.
            socket.join(&JoinGradebook::of(demo.cast.class.clone())).await?;
        }
        people.push((who, socket));
    }
    let Some((_, teacher)) = people.first() else { return Ok(false) };
    let today = SystemClock.now().to_utc().date_naive();
    let fractions = CreateLineItem {
        class_id: Some(demo.cast.class.clone()),
        title: "Fractions".to_owned(),
        category_id: None,
        academic_session_id: demo.cast.session.clone(),
        assign_date: today,
        due_date: today,
        result_value_min: 0.0,
        result_value_max: 20.0,
        reason: None,
    };
    let made = teacher.command(&fractions).await?;
    let steps = steps(&made.line_item_id, &demo.cast.student, &others.classmate);
    received_by(&people).await?;

    let mut right = true;
    for step in steps {
        println!("\n{}", step.text);
        match &step.does {
            Does::Set(grade) => teacher.command(grade).await.map(|_| ())?,
            Does::Post(grades) => teacher.command(grades).await.map(|_| ())?,
        }
        for (who, events) in received_by(&people).await? {
            let expected =
                step.expected.iter().find(|(group, _)| group.contains(&who)).map(|(_, event)| *event);
            let as_expected = expected.into_iter().eq(events.iter().map(|event| event.name.as_str()))
                && events.iter().all(|event| is_fit_for(who, step.about, event));
            right &= as_expected;
            println!(
                "  {who:<13}{}{}",
                show(&events),
                if as_expected { "" } else { "   <- NOT AS IT SHOULD BE" }
            );
        }
    }
    println!("\n{}", if right { "Everyone received what they should." } else { "That was not right." });
    Ok(right)
}

fn steps<'a>(line_item: &LineItemId, student: &'a UserId, classmate: &'a UserId) -> [Step<'a>; 5] {
    let set = |student: &UserId, points| {
        let score = Patch::Set(points);
        Does::Set(SetGrade { score, ..SetGrade::new(line_item.clone(), student.clone()) })
    };
    let post = |student: &UserId| {
        let student_ids = Some(vec![student.clone()]);
        Does::Post(PostGrades { student_ids, ..PostGrades::of(line_item.clone()) })
    };
    [
        Step {
            text: "The teacher sets the student's grade. It is not posted yet, so only staff see it.",
            about: student,
            does: set(student, 17.0),
            expected: [(STAFF, "grade.updated"), (NOBODY, "")],
        },
        Step {
            text: "The teacher posts it. Now the student and the parent see it, and no other family does.",
            about: student,
            does: post(student),
            expected: [(STAFF, "grade.posted"), (FAMILY, "grade.posted")],
        },
        Step {
            text: "The teacher sets the classmate's grade.",
            about: classmate,
            does: set(classmate, 14.0),
            expected: [(STAFF, "grade.updated"), (NOBODY, "")],
        },
        Step {
            text: "The teacher posts that one too: it is the other family's turn.",
            about: classmate,
            does: post(classmate),
            expected: [(STAFF, "grade.posted"), (OTHER_FAMILY, "grade.posted")],
        },
        Step {
            text: "The teacher corrects the first grade. It is posted, so the family sees it at once, but not what it was.",
            about: student,
            does: set(student, 18.0),
            expected: [(STAFF, "grade.updated"), (FAMILY, "grade.updated")],
        },
    ]
}

/// What everyone has received by now. An event is written to its sockets before the command that led to it is answered, and a
/// socket's messages stay in order: what hasn't come before the answer to a question asked afterwards, doesn't come.
async fn received_by<'a>(people: &'a [(&'a str, Socket)]) -> Result<Vec<(&'a str, Vec<Received>)>, Error> {
    let mut all = Vec::new();
    for (who, socket) in people {
        socket.request("server:time", &json!({})).await?;
        let mut events = Vec::new();
        loop {
            tokio::select! {
                biased;
                event = socket.next_event() => match event {
                    Some(event) => events.push(event),
                    None => break,
                },
                () = std::future::ready(()) => break,
            }
        }
        // Who came to watch is told too; it is not what this is about.
        events.retain(|event| !event.name.starts_with("user:"));
        all.push((*who, events));
    }
    Ok(all)
}

/// Whether that event is about the right student, and doesn't tell a family what the grade was before.
fn is_fit_for(who: &str, about: &UserId, event: &Received) -> bool {
    let data = event.data();
    data["studentId"] == about.as_str() && (STAFF.contains(&who) || data.get("previousScore").is_none())
}

fn show(events: &[Received]) -> String {
    let texts: Vec<_> = events.iter().map(show_one).collect();
    if texts.is_empty() { "-".to_owned() } else { texts.join(", ") }
}

fn show_one(event: &Received) -> String {
    let data = event.data();
    let mut text =
        format!("{} {}: {}", event.name, data["studentId"].as_str().unwrap_or_default(), data["score"]);
    if let Some(before) = data.get("previousScore") {
        text = format!("{text} (before: {before})");
    }
    text
}
