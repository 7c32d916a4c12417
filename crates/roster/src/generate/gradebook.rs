//! The gradebook: made when it is written, class by class, since a large district has millions of results.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use homeroom_contract::CategoryId;

use crate::oneroster::{Category, LineItem, ScoreStatus, StudentResult};

use super::calendar::Calendar;
use super::dice::Dice;
use super::ids::id;
use super::people::student_id;
use super::teaching::Section;

/// Code, title, weight, what an item is called, highest score.
const CATEGORIES: [(&str, &str, f64, &str, f64); 4] = [
    ("HW", "Homework", 20.0, "Homework", 10.0),
    ("QUIZ", "Quizzes", 25.0, "Quiz", 20.0),
    ("TEST", "Tests", 40.0, "Test", 100.0),
    ("PROJ", "Projects", 15.0, "Project", 50.0),
];
/// Line items of a class in one grading period.
const ITEMS: u64 = 3;
/// A line item is given so many days after the one before, and due so many days after it was given: whole weeks, so that
/// all of a grading period fall on one and the same school day.
const PACE: Days = Days::new(21);
const TIME: Days = Days::new(7);
/// Line items are prepared so far ahead.
const AHEAD: Days = Days::new(10);

const COMMENTS: [&str; 8] = [
    "Well done!",
    "See me after class, please.",
    "Good ideas; check your units.",
    "You wrote \"their\" for \"there\" twice.",
    "¡Excelente trabajo!",
    "很好,继续努力。",
    "Сильна робота.",
    "أحسنت",
];

fn category_id(district: &str, code: &str) -> CategoryId {
    id(format!("{district}-CAT-{code}"))
}

pub(super) fn categories(district: &str) -> Vec<Category> {
    let category = |(code, title, weight, ..): (&str, &str, f64, &str, f64)| Category {
        id: category_id(district, code),
        title: title.to_owned(),
        weight: Some(weight),
    };
    CATEGORIES.into_iter().map(category).collect()
}

/// The line items of one class, those of the grading periods that have begun.
pub(super) fn line_items(district: &str, calendar: &Calendar, section: &Section) -> Vec<LineItem> {
    let mut items = Vec::new();
    if !section.is_graded {
        return items;
    }
    let begun = calendar.periods.iter().filter(|period| {
        period.start <= calendar.today && period.start < section.end && section.begin < period.end
    });
    for (nth_period, period) in begun.enumerate() {
        for nth in 0..ITEMS {
            let assign_date = (0..nth).fold(school_day(period.start + Days::new(3)), |day, _| day + PACE);
            if assign_date > calendar.today + AHEAD {
                break;
            }
            let number = items.len();
            let (code, _, _, name, most) =
                CATEGORIES.get((number + nth_period) % CATEGORIES.len()).copied().unwrap_or(CATEGORIES[0]);
            items.push(LineItem {
                id: id(format!("{}-L{:02}", section.class, number + 1)),
                title: format!("{name} {}", number + 1),
                description: (number % 2 == 0)
                    .then(|| format!("{name} on what we did in {}, pages 1, 2 and 3", period.title)),
                assign_date,
                due_date: assign_date + TIME,
                class: section.class.clone(),
                category: category_id(district, code),
                session: period.id.clone(),
                school: Some(section.school.clone()),
                value_min: Some(0.0),
                value_max: Some(most),
            });
        }
    }
    items
}

/// That day, or the Monday after it if it is on a weekend.
fn school_day(day: NaiveDate) -> NaiveDate {
    match day.weekday() {
        Weekday::Sat => day + Days::new(2),
        Weekday::Sun => day + Days::new(1),
        _ => day,
    }
}

/// The results of one class as of today.
pub(super) fn results(
    dice: &mut Dice,
    calendar: &Calendar,
    section: &Section,
    items: &[LineItem],
) -> Vec<StudentResult> {
    let today = calendar.today;
    let mut results = Vec::new();
    for item in items.iter().filter(|item| item.assign_date <= today) {
        for student in section.students.clone().filter(|student| !section.away.contains(student)) {
            let mut result = blank(item, student, today);
            if item.due_date <= today {
                grade(dice, item, &mut result);
            } else if dice.in_thousand(250) {
                result.status = ScoreStatus::Submitted;
            } else if dice.in_thousand(300) {
                result.in_progress = true;
            } else {
                continue;
            }
            results.push(result);
        }
    }
    results
}

fn blank(item: &LineItem, student: u32, today: NaiveDate) -> StudentResult {
    let student = student_id(student);
    StudentResult {
        id: id(format!("{}.{student}", item.id)),
        line_item: item.id.clone(),
        student,
        status: ScoreStatus::NotSubmitted,
        score: None,
        score_date: item.due_date.min(today),
        comment: None,
        text_score: None,
        class: Some(item.class.clone()),
        in_progress: false,
        incomplete: false,
        late: false,
        missing: false,
    }
}

/// Decides what came of an item that is due.
fn grade(dice: &mut Dice, item: &LineItem, result: &mut StudentResult) {
    let most = item.value_max.unwrap_or(100.0);
    // From half of the points to all of them, in halves.
    let halves = f64::from(dice.between(50, 100)) * most / 50.0;
    let score = Some(halves.round() / 2.0);
    match dice.below(1000) {
        0..30 => result.status = ScoreStatus::Exempt,
        30..70 => result.missing = true,
        70..90 => {
            (result.status, result.score, result.incomplete) = (ScoreStatus::PartiallyGraded, score, true);
        }
        90..110 => result.status = ScoreStatus::Submitted,
        roll => {
            (result.status, result.score, result.late) = (ScoreStatus::FullyGraded, score, roll < 150);
            result.text_score = dice.in_thousand(20).then(|| dice.word(&["A", "B+", "B", "C"]).to_owned());
        }
    }
    if dice.in_thousand(80) {
        result.comment = Some(dice.word(&COMMENTS).to_owned());
    }
}
