//! The whiteboard: rights, layers, revisions.

use std::collections::BTreeMap;

use homeroom_contract::Room;
use homeroom_live_class::{
    Attendee, BoardChange, DrawMode, Layer, Limits, LiveClassError, Lockable, Locks, Point, Stroke,
    Whiteboard,
};
use proptest::prelude::*;

use crate::support::{ann, bob, class, stroke, student, tina, told};

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
    assert_eq!(cleared.rev, 2);
    assert_eq!(told(&cleared)[0].0, [Room::class(&class())]);
    assert!(seen(&board, &ann()).is_empty());
    assert_eq!(board.view(&ann()).mode, DrawMode::Isolated, "rights stay");
    let next = draw(&mut board, &ann()).unwrap();
    assert_eq!((next.rev, next.after), (3, 2), "the clearing comes before it");
}

#[test]
fn what_may_be_on_a_board() {
    let check = |stroke: Stroke| stroke.check(&Limits::default()).is_ok();
    let at = |x, y| Stroke { points: vec![Point(x, y)], ..stroke(1) };
    assert!(check(at(0.0, 1.0)));
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

#[test]
fn one_room_is_enough_while_nobody_is_isolated() {
    let mut board = granted(&[(ann(), DrawMode::Shared)]);
    let change = draw(&mut board, &ann()).unwrap();
    let rooms = board.audience(&class(), &change, &[ann(), bob()]);
    assert_eq!(rooms, [Room::class(&class())]);
}

#[derive(Debug, Clone)]
enum Deed {
    Draw(usize),
    Undo(usize),
    Clear,
    Grant(usize, DrawMode),
}

/// Tina, who teaches, and three students.
fn people() -> [Attendee; 4] {
    [tina(), ann(), bob(), student("cem")]
}

fn some_deeds() -> impl Strategy<Value = Vec<Deed>> {
    let mode = prop::sample::select(vec![DrawMode::Off, DrawMode::Shared, DrawMode::Isolated]);
    let deed = prop_oneof![
        6 => (0..4_usize).prop_map(Deed::Draw),
        2 => (0..4_usize).prop_map(Deed::Undo),
        1 => Just(Deed::Clear),
        3 => (1..4_usize, mode).prop_map(|(who, mode)| Deed::Grant(who, mode)),
    ];
    prop::collection::vec(deed, 0..40)
}

fn change(board: &mut Whiteboard, deed: &Deed) -> Option<BoardChange> {
    let people = people();
    match deed {
        Deed::Draw(who) => draw(board, &people[*who]).ok(),
        Deed::Undo(who) => board.undo(&people[*who], OPEN).ok(),
        Deed::Clear | Deed::Grant(..) => None,
    }
}

proptest! {
    /// Every accepted change raises the revision by one, what is refused leaves everything as it was, and what is kept comes back.
    #[test]
    fn revisions_rise_by_one_per_accepted_change(deeds in some_deeds()) {
        let mut board = Whiteboard::default();
        for deed in deeds {
            let before = board.clone();
            match &deed {
                Deed::Clear => prop_assert_eq!(board.clear(&class(), &tina()).unwrap().rev, before.rev() + 1),
                Deed::Grant(who, mode) => {
                    board.grant(&tina(), &people()[*who], *mode).unwrap();
                    prop_assert_eq!(board.rev(), before.rev());
                }
                _ => if let Some(change) = change(&mut board, &deed) {
                    prop_assert_eq!((change.rev, board.rev()), (before.rev() + 1, before.rev() + 1));
                } else {
                    prop_assert_eq!(&board, &before);
                },
            }
        }
        let again: Whiteboard = serde_json::from_str(&serde_json::to_string(&board).unwrap()).unwrap();
        prop_assert_eq!(again, board);
    }

    /// Whoever takes a snapshot when joining and when the right changes, and every event that reaches the rooms they are in, sees
    /// what the board shows them: nothing less, nothing more. And no event comes after one that is missing to them.
    #[test]
    fn whoever_follows_the_events_sees_the_board(deeds in some_deeds(), lost in prop::option::of(0..40_usize)) {
        let mut board = Whiteboard::default();
        let mut eyes: Vec<Eye> = people().into_iter().map(Eye::new).collect();
        for (n, deed) in deeds.iter().enumerate() {
            match deed {
                Deed::Clear => {
                    let rev = board.clear(&class(), &tina()).unwrap().rev;
                    for eye in &mut eyes {
                        eye.cleared(rev);
                    }
                }
                Deed::Grant(who, mode) => {
                    board.grant(&tina(), &people()[*who], *mode).unwrap();
                    eyes[*who].snapshot(&board);
                }
                _ => if let Some(change) = change(&mut board, deed) {
                    let rooms = board.audience(&class(), &change, &people()[1..]);
                    for eye in &mut eyes {
                        if eye.is_in(&rooms) {
                            prop_assert!(board.sees(&eye.who, change.layer, &change.user_id), "{:?} may not see it", eye.who);
                            if lost == Some(n) { eye.lose(&change) } else { eye.follow(&change, &board) }
                        }
                    }
                },
            }
        }
        for mut eye in eyes {
            // A loss shows with the next change of that layer; whoever hasn't heard one yet joins again.
            if eye.missed {
                eye.snapshot(&board);
            }
            prop_assert_eq!(&eye.strokes, &seen(&board, &eye.who), "{:?}", eye.who);
        }
    }
}

/// One person's picture of the board, as a client keeps it.
struct Eye {
    who: Attendee,
    strokes: Vec<u64>,
    /// What was seen last of the layers `staff`, `shared` and, by person, `own`.
    revs: BTreeMap<String, u64>,
    base: u64,
    missed: bool,
}

impl Eye {
    fn new(who: Attendee) -> Self {
        Self { who, strokes: Vec::new(), revs: BTreeMap::new(), base: 0, missed: false }
    }

    fn is_in(&self, rooms: &[Room]) -> bool {
        let staff = self.who.is_staff() && rooms.contains(&Room::class_staff(&class()));
        staff || rooms.contains(&Room::class(&class())) || rooms.contains(&Room::user(&self.who.user_id))
    }

    fn snapshot(&mut self, board: &Whiteboard) {
        (self.strokes, self.base, self.missed) = (seen(board, &self.who), board.rev(), false);
    }

    fn cleared(&mut self, rev: u64) {
        (self.strokes, self.base, self.missed) = (Vec::new(), rev, false);
    }

    fn lose(&mut self, _: &BoardChange) {
        self.missed = true;
    }

    fn follow(&mut self, change: &BoardChange, board: &Whiteboard) {
        let layer = match change.layer {
            Layer::Own => format!("own:{}", change.user_id),
            other => format!("{other:?}"),
        };
        let known = self.revs.get(&layer).copied().unwrap_or_default().max(self.base);
        if change.after > known {
            assert!(self.missed, "nothing was lost: {change:?} after {known}");
            self.snapshot(board);
            return;
        }
        self.revs.insert(layer, change.rev);
        self.strokes.retain(|stroke| Some(*stroke) != change.undone);
        self.strokes.extend(change.strokes.iter().map(|stroke| stroke.stroke_id));
    }
}

#[test]
fn a_lost_stroke_shows_with_the_next_of_its_layer() {
    let mut board = granted(&[(ann(), DrawMode::Isolated)]);
    let first = draw(&mut board, &tina()).unwrap();
    draw(&mut board, &ann()).unwrap();
    let second = draw(&mut board, &tina()).unwrap();
    assert_eq!((first.after, second.after), (0, first.rev), "what Ann draws in between is no gap to Bob");
    assert!(board.view(&bob()).rev >= second.rev, "a newcomer has it all");
}
