//! The whiteboard: rights, layers, revisions.

use homeroom_contract::{Role, Room};
use homeroom_live_class::{
    Attendee, BoardChange, DrawMode, Layer, Limits, LiveClassError, Lockable, Locks, Point, Stroke,
    Whiteboard,
};

use crate::support::{ann, bob, class, stroke, student, tina, told, user};

const OPEN: Locks = Locks { chat: false, private_chat: false, mic: false, cam: false, whiteboard: false };

fn draw(board: &mut Whiteboard, who: &Attendee) -> Result<BoardChange, LiveClassError> {
    board.draw(who, vec![stroke(2)], OPEN, &Limits::default())
}

fn granted(rights: &[(Attendee, DrawMode)]) -> Whiteboard {
    let mut board = Whiteboard::default();
    for (who, mode) in rights {
        board.grant(&tina(), who, *mode).unwrap();
    }
    board
}

fn seen(board: &Whiteboard, who: &Attendee) -> Vec<u64> {
    board.view(who).strokes.iter().map(|stroke| stroke.stroke_id).collect()
}

#[test]
fn students_draw_only_once_it_is_granted_and_while_it_is_not_locked() {
    let mut board = Whiteboard::default();
    assert_eq!(draw(&mut board, &ann()), Err(LiveClassError::NotAllowed));
    assert!(draw(&mut board, &tina()).is_ok());
    assert_eq!(board.grant(&ann(), &ann(), DrawMode::Shared), Err(LiveClassError::NotAllowed));
    assert_eq!(board.grant(&tina(), &tina(), DrawMode::Off), Err(LiveClassError::NotAllowed));
    assert_eq!(board.grant(&tina(), &ann(), DrawMode::Shared), Ok(true));
    assert_eq!(board.grant(&tina(), &ann(), DrawMode::Shared), Ok(false));
    assert!(draw(&mut board, &ann()).is_ok());
    let locked = Locks { whiteboard: true, ..OPEN };
    let drawn = board.draw(&ann(), vec![stroke(1)], locked, &Limits::default());
    assert_eq!(drawn, Err(LiveClassError::Locked(Lockable::Whiteboard)));
    assert_eq!(board.undo(&ann(), locked), Err(LiveClassError::Locked(Lockable::Whiteboard)));
    board.grant(&tina(), &ann(), DrawMode::Off).unwrap();
    assert_eq!(board.undo(&ann(), OPEN), Err(LiveClassError::NotAllowed));
}

#[test]
fn an_isolated_student_sees_the_own_layer_and_the_staffs() {
    let mut board = granted(&[
        (ann(), DrawMode::Isolated),
        (bob(), DrawMode::Shared),
        (student("dee"), DrawMode::Isolated),
    ]);
    for who in [tina(), ann(), bob(), student("dee")] {
        draw(&mut board, &who).unwrap();
    }
    assert_eq!(seen(&board, &tina()), [1, 2, 3, 4]);
    assert_eq!(seen(&board, &ann()), [1, 2]);
    assert_eq!(seen(&board, &bob()), [1, 3]);
    assert_eq!(seen(&board, &student("cem")), [1, 3], "who may not draw sees what is shared");
    board.grant(&tina(), &ann(), DrawMode::Shared).unwrap();
    assert_eq!(seen(&board, &ann()), [1, 2, 3], "and what was drawn alone stays one's own");
    assert_eq!(seen(&board, &bob()), [1, 3]);
}

#[test]
fn undo_takes_ones_own_last_stroke() {
    let mut board = granted(&[(ann(), DrawMode::Shared)]);
    draw(&mut board, &ann()).unwrap();
    draw(&mut board, &ann()).unwrap();
    draw(&mut board, &tina()).unwrap();
    let undone = board.undo(&ann(), OPEN).unwrap();
    assert_eq!((undone.undone, undone.layer, undone.strokes.len()), (Some(2), Layer::Shared, 0));
    assert_eq!(seen(&board, &ann()), [1, 3]);
    assert_eq!(board.undo(&ann(), OPEN).unwrap().undone, Some(1));
    assert_eq!(board.undo(&ann(), OPEN), Err(LiveClassError::NotFound("stroke")));
    assert_eq!(draw(&mut board, &ann()).unwrap().strokes[0].stroke_id, 4, "no number comes again");
}

#[test]
fn staff_clear_everything() {
    let mut board = granted(&[(ann(), DrawMode::Isolated)]);
    draw(&mut board, &ann()).unwrap();
    assert_eq!(board.clear(&class(), &ann()), Err(LiveClassError::NotAllowed));
    let cleared = board.clear(&class(), &tina()).unwrap();
    assert_eq!(cleared.rev, 3);
    assert_eq!(told(&cleared)[0].0, [Room::class(&class())]);
    assert!(seen(&board, &ann()).is_empty());
    assert_eq!(board.view(&ann()).mode, DrawMode::Isolated, "rights stay");
    let next = draw(&mut board, &ann()).unwrap();
    assert_eq!((next.rev, next.after), (4, 3), "the clearing comes before it");
}

#[test]
fn what_may_be_on_a_board() {
    let check = |stroke: Stroke| stroke.check(&Limits::default()).is_ok();
    let at = |x, y| Stroke { points: vec![Point(x, y)], ..stroke(1) };
    assert!(check(at(0.0, 1.0)));
    let error = at(0.5, 1.01).check(&Limits::default()).unwrap_err();
    assert_eq!(error.path().as_deref(), Some("points[0][1]"));
    for (x, y) in [(-0.01, 0.5), (0.5, 1.01), (f64::NAN, 0.5), (0.5, f64::INFINITY)] {
        assert!(!check(at(x, y)), "({x}, {y})");
    }
    let width = |width| Stroke { width, ..stroke(1) };
    assert!(check(width(1.0)));
    for bad in [0.0, -0.1, 1.1, f64::NAN] {
        assert_eq!(width(bad).check(&Limits::default()), Err(LiveClassError::BadWidth), "{bad}");
    }
    for bad in ["red", "#fff", "#12345g", "1234567", "#ü234"] {
        let coloured = Stroke { color: bad.to_owned(), ..stroke(1) };
        assert_eq!(coloured.check(&Limits::default()), Err(LiveClassError::BadColor), "{bad}");
    }
    let nothing = stroke(0).check(&Limits::default());
    assert_eq!(nothing, Err(LiveClassError::TooFew { field: "points", least: 1 }));
}

#[test]
fn a_refused_draw_changes_nothing() {
    let mut board = Whiteboard::default();
    let strokes = vec![stroke(1), Stroke { width: 2.0, ..stroke(1) }];
    assert!(board.draw(&tina(), strokes, OPEN, &Limits::default()).is_err());
    assert!(board.draw(&tina(), Vec::new(), OPEN, &Limits::default()).is_err());
    assert_eq!(board, Whiteboard::default());
}

/// Who hears of a change, in the order in which it is told: the rooms, and whether they are told that they are isolated.
fn heard(board: &Whiteboard, change: &BoardChange, students: &[&str]) -> Vec<(Vec<String>, bool)> {
    let told = board.tell(&class(), change, students.iter().map(|who| user(who)));
    told.iter()
        .map(|told| (told.rooms.iter().map(ToString::to_string).collect(), told.event.isolated))
        .collect()
}

fn to(rooms: &[&str], isolated: bool) -> (Vec<String>, bool) {
    (rooms.iter().map(ToString::to_string).collect(), isolated)
}

#[test]
fn one_room_is_enough_while_nobody_is_isolated() {
    let mut board = granted(&[(ann(), DrawMode::Shared)]);
    let change = draw(&mut board, &ann()).unwrap();
    assert_eq!(heard(&board, &change, &["ann", "bob"]), [to(&["class:c1"], false)]);
}

#[test]
fn the_class_room_reaches_nobody_who_is_isolated_whomever_the_caller_knows_of() {
    let mut board = granted(&[(ann(), DrawMode::Isolated), (bob(), DrawMode::Shared)]);
    let shared = draw(&mut board, &bob()).unwrap();
    assert_eq!(
        heard(&board, &shared, &["bob"]),
        [to(&["class:c1:staff", "user:bob"], false)],
        "Ann isn't listed"
    );
    assert_eq!(heard(&board, &shared, &["ann", "bob"]), [to(&["class:c1:staff", "user:bob"], false)]);
    let staffs = draw(&mut board, &tina()).unwrap();
    let all = [to(&["class:c1:staff", "user:bob"], false), to(&["user:ann"], true)];
    assert_eq!(heard(&board, &staffs, &["ann", "bob"]), all);
    let own = draw(&mut board, &ann()).unwrap();
    assert_eq!(
        heard(&board, &own, &["ann", "bob"]),
        [to(&["class:c1:staff"], false), to(&["user:ann"], true)]
    );
}

#[test]
fn who_draws_is_answered_what_others_are_told() {
    let mut board = granted(&[(ann(), DrawMode::Shared)]);
    draw(&mut board, &tina()).unwrap();
    let drawn = board.draw(&ann(), vec![stroke(1), stroke(1)], OPEN, &Limits::default()).unwrap().reply();
    assert_eq!(
        (drawn.rev, drawn.after, drawn.layer),
        (3, 0, Layer::Shared),
        "the grant was the first change"
    );
    assert_eq!((drawn.stroke_ids, drawn.undone), (vec![2, 3], None));
    let undone = board.undo(&ann(), OPEN).unwrap().reply();
    assert_eq!((undone.rev, undone.after, undone.stroke_ids, undone.undone), (4, 3, vec![], Some(3)));
}

#[test]
fn an_isolated_student_takes_nothing_back_that_others_see() {
    let mut board = granted(&[(ann(), DrawMode::Shared)]);
    draw(&mut board, &ann()).unwrap();
    board.grant(&tina(), &ann(), DrawMode::Isolated).unwrap();
    assert_eq!(board.undo(&ann(), OPEN), Err(LiveClassError::NotFound("stroke")));
    draw(&mut board, &ann()).unwrap();
    board.grant(&tina(), &ann(), DrawMode::Shared).unwrap();
    let undone = board.undo(&ann(), OPEN).unwrap();
    assert_eq!((undone.undone, undone.layer), (Some(1), Layer::Shared), "not the later one of her own layer");
    assert_eq!(seen(&board, &ann()), [2]);
}

#[test]
fn a_right_that_becomes_another_one_is_a_revision() {
    let mut board = Whiteboard::default();
    assert_eq!(board.grant(&tina(), &ann(), DrawMode::Off), Ok(false));
    assert_eq!(board.rev(), 0);
    board.grant(&tina(), &ann(), DrawMode::Isolated).unwrap();
    let first = board.view(&ann());
    board.grant(&tina(), &ann(), DrawMode::Off).unwrap();
    let second = board.view(&ann());
    assert!(first.rev < second.rev, "of two snapshots the later one has the higher number");
}

#[test]
fn only_students_are_granted_the_board_and_who_reads_sees_it_all() {
    let mut board = granted(&[(ann(), DrawMode::Isolated)]);
    let reader = Attendee::reader(user("rhea"), Role::SchoolAdmin);
    for who in [reader.clone(), Attendee::new(user("pia"), Role::Proctor), tina()] {
        assert_eq!(board.grant(&tina(), &who, DrawMode::Shared), Err(LiveClassError::NotAllowed), "{who:?}");
    }
    draw(&mut board, &ann()).unwrap();
    assert_eq!(draw(&mut board, &reader), Err(LiveClassError::NotAllowed));
    assert_eq!(board.grant(&reader, &ann(), DrawMode::Off), Err(LiveClassError::NotAllowed));
    assert_eq!(seen(&board, &reader), [1]);
}

#[test]
fn a_board_comes_back_from_its_rows() {
    let mut board = granted(&[(ann(), DrawMode::Isolated), (bob(), DrawMode::Shared)]);
    for who in [tina(), ann(), bob(), ann()] {
        draw(&mut board, &who).unwrap();
    }
    let places = [bob(), ann()].map(|who| board.place(&who.user_id).unwrap().clone());
    let mut strokes = board.view(&tina()).strokes;
    strokes.reverse();
    let mut again = Whiteboard::from_rows(board.head().clone(), places, strokes);
    assert_eq!(again, board);
    assert_eq!(draw(&mut again, &ann()), draw(&mut board, &ann()), "and goes on as it would have");
}
