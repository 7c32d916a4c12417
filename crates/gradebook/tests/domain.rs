//! The rules, for all inputs: averages, marks, versions, and what a family may know.

use homeroom_contract::{
    AcademicSessionId, CategoryId, ClassId, DomainEvent, FieldError, LineItemId, OrgId, Patch, Room,
    Timestamp, UserId,
};
use homeroom_gradebook::{
    Author, Category, Cell, GradeHidden, GradePosted, GradeUpdated, GradebookError, History, Limits,
    LineItem, Marks, MarksPatch, Place, ScoreStatus, SetCell, SetRules, average,
};
use proptest::prelude::*;

fn item(id: usize, category: Option<usize>, max: f64) -> LineItem {
    LineItem {
        line_item_id: LineItemId::new(format!("li{id}")).unwrap(),
        class_id: ClassId::new("c1").unwrap(),
        academic_session_id: AcademicSessionId::new("gp2").unwrap(),
        category_id: category.map(|n| CategoryId::new(format!("cat{n}")).unwrap()),
        title: "Proofs".to_owned(),
        assign_date: "2026-11-02".parse().unwrap(),
        due_date: "2026-11-09".parse().unwrap(),
        result_value_min: Some(0.0),
        result_value_max: Some(max),
        version: 1,
    }
}

fn graded(score: f64) -> Marks {
    Marks { score: Some(score), score_status: ScoreStatus::FullyGraded, ..Marks::default() }
}

fn categories(weights: &[Option<f64>]) -> Vec<Category> {
    let one = |(n, weight): (usize, &Option<f64>)| Category {
        category_id: CategoryId::new(format!("cat{n}")).unwrap(),
        title: format!("Category {n}"),
        weight: *weight,
    };
    weights.iter().enumerate().map(one).collect()
}

fn mean(cells: &[(LineItem, Marks)], categories: &[Category]) -> Option<f64> {
    average(cells.iter().map(|(item, marks)| (item, marks)), categories)
}

fn close(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-6,
        (a, b) => a == b,
    }
}

/// Cells of up to three categories or none, with any status; scores within 0 and the maximum.
fn some_cells() -> impl Strategy<Value = Vec<(LineItem, Marks)>> {
    let status = prop::sample::select(ScoreStatus::ALL.to_vec());
    let cell = (prop::option::of(0..3_usize), 1.0..200.0_f64, 0.0..=1.0_f64, status, any::<bool>());
    let cell = cell.prop_map(|(category, max, share, score_status, scored)| {
        let score = scored.then_some(max * share);
        (item(0, category, max), Marks { score, score_status, ..Marks::default() })
    });
    prop::collection::vec(cell, 0..20)
}

fn some_weights() -> impl Strategy<Value = Vec<Option<f64>>> {
    prop::collection::vec(prop::option::of(0.0..100.0_f64), 3)
}

#[test]
fn categories_are_weighted_among_those_that_have_any() {
    let cells = [(item(0, Some(0), 10.0), graded(5.0)), (item(1, Some(1), 100.0), graded(90.0))];
    let weights = categories(&[Some(40.0), Some(60.0), Some(500.0)]);
    assert!(close(mean(&cells, &weights), Some(50.0 * 0.4 + 90.0 * 0.6)));
    assert!(close(mean(&cells[..1], &weights), Some(50.0)), "the tests have no cell yet");
}

#[test]
fn without_weights_all_points_count_alike() {
    let cells = [(item(0, Some(0), 10.0), graded(5.0)), (item(1, None, 90.0), graded(90.0))];
    assert!(close(mean(&cells, &categories(&[None])), Some(95.0)));
    assert!(close(mean(&cells, &[]), Some(95.0)));
}

#[test]
fn nothing_that_counts_has_no_average() {
    let submitted = Marks { score_status: ScoreStatus::Submitted, ..Marks::default() };
    let unbounded = LineItem { result_value_max: None, ..item(0, None, 1.0) };
    assert_eq!(mean(&[(item(0, None, 10.0), submitted), (unbounded, graded(3.0))], &[]), None);
}

proptest! {
    #[test]
    fn an_average_lies_within_0_and_100(cells in some_cells(), weights in some_weights()) {
        if let Some(average) = mean(&cells, &categories(&weights)) {
            prop_assert!((0.0..=100.0 + 1e-9).contains(&average), "{average}");
        }
    }

    #[test]
    fn an_exempt_cell_changes_no_average(
        cells in some_cells(), weights in some_weights(), category in prop::option::of(0..3_usize), score in 0.0..10.0_f64,
    ) {
        let categories = categories(&weights);
        let before = mean(&cells, &categories);
        let exempt = Marks { score_status: ScoreStatus::Exempt, ..graded(score) };
        let with: Vec<_> = cells.into_iter().chain([(item(9, category, 10.0), exempt)]).collect();
        prop_assert_eq!(before, mean(&with, &categories));
    }

    #[test]
    fn only_the_ratio_of_weights_counts(cells in some_cells(), weights in some_weights(), factor in 0.1..10.0_f64) {
        let scaled: Vec<_> = weights.iter().map(|weight| weight.map(|weight| weight * factor)).collect();
        prop_assert!(close(mean(&cells, &categories(&weights)), mean(&cells, &categories(&scaled))));
    }

    #[test]
    fn the_order_of_cells_does_not_count(cells in some_cells(), weights in some_weights()) {
        let categories = categories(&weights);
        let reversed: Vec<_> = cells.iter().rev().cloned().collect();
        prop_assert!(close(mean(&cells, &categories), mean(&reversed, &categories)));
    }

    #[test]
    fn one_category_alone_weighs_everything(scores in prop::collection::vec(0.0..=10.0_f64, 1..9), weight in 1.0..99.0_f64) {
        let cells: Vec<_> = scores.iter().map(|score| (item(0, Some(1), 10.0), graded(*score))).collect();
        let weighted = mean(&cells, &categories(&[Some(50.0), Some(weight)]));
        prop_assert!(close(weighted, mean(&cells, &[])));
    }
}

fn teacher() -> Author {
    Author { by: UserId::new("tina").unwrap(), reason: None }
}

fn now() -> Timestamp {
    Timestamp::from_unix_millis(1_790_000_000_000)
}

fn score(score: f64) -> MarksPatch {
    MarksPatch { score: Patch::Set(score), ..MarksPatch::default() }
}

fn set(cell: &mut Cell, marks: MarksPatch, expected_version: Option<i64>) -> Result<(), GradebookError> {
    let limits = Limits::default();
    let rules = SetRules { limits: &limits, versions_required: false };
    let set = SetCell { student_id: cell.student_id.clone(), expected_version, marks };
    cell.set(set, &item(0, None, 20.0), &teacher(), now(), rules).map(|_| ())
}

fn blank() -> Cell {
    Cell::blank(&item(0, None, 20.0).line_item_id, UserId::new("ann").unwrap())
}

#[test]
fn each_set_raises_the_version_by_one_and_posting_and_hiding_do_not() {
    let mut cell = blank();
    assert!(cell.post(&teacher(), now()).is_none(), "there is nothing to post yet");
    set(&mut cell, score(5.0), Some(0)).unwrap();
    assert!(cell.post(&teacher(), now()).is_some());
    assert!(cell.post(&teacher(), now()).is_none(), "it is posted already");
    set(&mut cell, score(5.0), Some(1)).unwrap();
    assert!(cell.hide(&teacher(), now()).is_some());
    assert_eq!((cell.version, cell.revision), (2, 4));
}

#[test]
fn a_stale_version_is_refused_with_what_stands_and_changes_nothing() {
    let mut cell = blank();
    set(&mut cell, score(5.0), None).unwrap();
    let before = cell.clone();
    let Err(GradebookError::StaleCell(current)) = set(&mut cell, score(6.0), Some(0)) else {
        panic!("accepted")
    };
    assert_eq!((current.version, current.marks.score), (1, Some(5.0)));
    assert_eq!(cell, before);
}

#[test]
fn a_district_may_require_versions() {
    let limits = Limits::default();
    let mut cell = blank();
    let set = SetCell { student_id: cell.student_id.clone(), expected_version: None, marks: score(1.0) };
    let rules = SetRules { limits: &limits, versions_required: true };
    let refused = cell.set(set, &item(0, None, 20.0), &teacher(), now(), rules);
    assert_eq!(refused, Err(GradebookError::VersionNeeded));
}

#[test]
fn a_score_is_a_number_within_the_range() {
    for bad in [-0.1, 20.1, f64::NAN, f64::INFINITY] {
        let refused = set(&mut blank(), score(bad), None);
        assert_eq!(refused, Err(GradebookError::OutOfRange { min: Some(0.0), max: Some(20.0) }), "{bad}");
    }
    for good in [0.0, 20.0] {
        set(&mut blank(), score(good), None).unwrap();
    }
}

#[test]
fn texts_are_bounded() {
    let limits = Limits::default();
    let with = |comment: usize, text_score: usize| MarksPatch {
        comment: Patch::Set("ü".repeat(comment)),
        text_score: Patch::Set("ü".repeat(text_score)),
        ..MarksPatch::default()
    };
    let most = set(&mut blank(), with(limits.comment_chars, limits.text_score_chars), None);
    assert_eq!(most, Ok(()));
    let comment = set(&mut blank(), with(limits.comment_chars + 1, 1), None);
    assert_eq!(comment, Err(FieldError::TooLong { field: "comment", most: 2000 }.into()));
    let text_score = set(&mut blank(), with(1, limits.text_score_chars + 1), None);
    assert_eq!(text_score, Err(FieldError::TooLong { field: "textScore", most: 255 }.into()));
}

#[test]
fn a_date_is_of_a_year_that_every_client_can_read_and_every_database_keep() {
    let dated = |assign: &str, due: &str| LineItem {
        assign_date: assign.parse().unwrap(),
        due_date: due.parse().unwrap(),
        ..item(0, None, 10.0)
    };
    let check = |assign, due| dated(assign, due).checked(&Limits::default()).map(drop);
    assert_eq!(check("1800-01-01", "2999-12-31"), Ok(()));
    for bad in ["-4713-01-01", "1799-12-31"] {
        assert_eq!(check(bad, "2026-01-01"), Err(GradebookError::BadYear { field: "assignDate" }), "{bad}");
    }
    for bad in ["3000-01-01", "+12345-06-07"] {
        assert_eq!(check("2026-01-01", bad), Err(GradebookError::BadYear { field: "dueDate" }), "{bad}");
    }
}

#[test]
fn the_status_follows_the_score_unless_it_is_said() {
    let status = |patches: Vec<MarksPatch>| {
        let mut cell = blank();
        for patch in patches {
            set(&mut cell, patch, None).unwrap();
        }
        cell.marks.score_status
    };
    let said = |score_status| MarksPatch { score_status: Patch::Set(score_status), ..MarksPatch::default() };
    let clear = || MarksPatch { score: Patch::Clear, ..MarksPatch::default() };
    assert_eq!(status(vec![score(1.0)]), ScoreStatus::FullyGraded);
    assert_eq!(status(vec![score(1.0), clear()]), ScoreStatus::NotSubmitted);
    assert_eq!(status(vec![said(ScoreStatus::Exempt), score(1.0)]), ScoreStatus::Exempt);
    assert_eq!(status(vec![said(ScoreStatus::PartiallyGraded), score(1.0)]), ScoreStatus::PartiallyGraded);
    assert_eq!(status(vec![said(ScoreStatus::Submitted), clear()]), ScoreStatus::Submitted);
    let only_late = MarksPatch { late: Patch::Set(true), ..MarksPatch::default() };
    assert_eq!(status(vec![said(ScoreStatus::Submitted), only_late]), ScoreStatus::Submitted);
}

/// What may be done to a cell.
#[derive(Debug, Clone)]
enum Deed {
    Set(f64),
    Post,
    Hide,
}

fn some_deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        3 => (0..=20_u8).prop_map(|score| Deed::Set(f64::from(score))),
        1 => Just(Deed::Post),
        1 => Just(Deed::Hide),
    ];
    prop::collection::vec(deed, 0..12)
}

proptest! {
    /// A family's history never tells a score that the family couldn't see when it stood, and staff's tells all.
    #[test]
    fn a_family_learns_only_what_was_posted(deeds in some_deeds()) {
        let limits = Limits::default();
        let rules = SetRules { limits: &limits, versions_required: false };
        let (mut cell, mut changes, mut seen, mut sets) = (blank(), Vec::new(), Vec::new(), 0);
        for deed in deeds {
            let change = match deed {
                Deed::Set(to) => {
                    sets += 1;
                    let set = SetCell { student_id: cell.student_id.clone(), expected_version: None, marks: score(to) };
                    Some(cell.set(set, &item(0, None, 20.0), &teacher(), now(), rules).unwrap())
                }
                Deed::Post => cell.post(&teacher(), now()),
                Deed::Hide => cell.hide(&teacher(), now()),
            };
            changes.extend(change);
            if cell.is_posted() {
                seen.push(cell.marks.score);
            }
        }
        let family = History::for_family(&cell, changes.clone());
        prop_assert!(family.postings.is_empty());
        if cell.is_posted() {
            prop_assert_eq!(family.changes.last().map(|change| change.new.score), Some(cell.marks.score));
            for change in &family.changes {
                prop_assert!(seen.contains(&change.new.score));
                prop_assert!(change.old == Marks::default() || seen.contains(&change.old.score));
            }
        } else {
            prop_assert!(family.changes.is_empty());
        }
        prop_assert_eq!(History::for_staff(changes).changes.len(), sets);
    }

    /// Whatever is set: the previous score goes to no family, nothing goes to the class, and an unposted grade to staff only.
    #[test]
    fn who_receives_a_grade(first in 0..=20_u8, second in 0..=20_u8, posted in any::<bool>()) {
        let place = Place { class_id: ClassId::new("c1").unwrap(), school_id: OrgId::new("s1").unwrap() };
        let (item, limits) = (item(0, None, 20.0), Limits::default());
        let rules = SetRules { limits: &limits, versions_required: false };
        let mut cell = blank();
        set(&mut cell, score(f64::from(first)), None).unwrap();
        let mut deliveries = Vec::new();
        if posted {
            let change = cell.post(&teacher(), now()).unwrap();
            deliveries.extend(GradePosted::new(&place, &item, &cell, &change).deliveries());
        }
        let again = SetCell { student_id: cell.student_id.clone(), expected_version: None, marks: score(f64::from(second)) };
        let change = cell.set(again, &item, &teacher(), now(), rules).unwrap();
        deliveries.extend(GradeUpdated::new(&place, &item, &cell, &change).deliveries());
        if let Some(change) = cell.hide(&teacher(), now()) {
            deliveries.extend(GradeHidden::new(&place, &item, &cell, &change).deliveries());
        }

        let family = Room::student(&cell.student_id);
        let everyone = Room::class(&place.class_id);
        let to_family: Vec<_> = deliveries.iter().filter(|delivery| delivery.rooms.contains(&family)).collect();
        prop_assert_eq!(to_family.len(), if posted { 3 } else { 0 });
        for delivery in to_family {
            let payload = delivery.payload.as_ref().unwrap().get();
            prop_assert!(!payload.contains("previousScore"), "{}", payload);
        }
        prop_assert!(deliveries.iter().all(|delivery| !delivery.rooms.contains(&everyone)));
    }
}
