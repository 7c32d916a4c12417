//! Following the whiteboard: what a client has to do to see what the board shows, and that it notices whatever it missed.

use std::collections::{BTreeMap, BTreeSet};

use homeroom_contract::Room;
use homeroom_live_class::{
    Attendee, BoardChange, BoardChanged, DrawMode, Layer, Limits, Locks, Told, Whiteboard,
    WhiteboardDrawWsEvent,
};
use proptest::prelude::*;

use crate::support::{ann, bob, class, stroke, student, tina};

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
        Deed::Draw(who) => {
            board.draw(&people[*who], vec![stroke(2)], Locks::default(), &Limits::default()).ok()
        }
        Deed::Undo(who) => board.undo(&people[*who], Locks::default()).ok(),
        Deed::Clear | Deed::Grant(..) => None,
    }
}

fn seen(board: &Whiteboard, who: &Attendee) -> BTreeSet<u64> {
    board.view(who).strokes.iter().map(|stroke| stroke.stroke_id).collect()
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
                    let changed = board.grant(&tina(), &people()[*who], *mode).unwrap();
                    prop_assert_eq!(board.rev(), before.rev() + u64::from(changed));
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

    /// Whoever takes a snapshot when joining and when the right changes, every event that reaches the rooms and every reply, sees
    /// what the board shows: nothing less, nothing more. Each event and each snapshot may be lost to each person: then the next
    /// event or reply that tells of what was missed shows that something was, and nothing shows it to whoever missed nothing.
    #[test]
    fn whoever_follows_sees_the_board_and_notices_a_loss(
        deeds in some_deeds(), lost in prop::collection::vec(prop::collection::vec(prop::bool::weighted(0.2), 4), 40),
    ) {
        let mut board = Whiteboard::default();
        let mut eyes: Vec<Eye> = people().into_iter().map(Eye::new).collect();
        for (deed, lost) in deeds.iter().zip(lost) {
            match deed {
                Deed::Clear => {
                    let rev = board.clear(&class(), &tina()).unwrap().rev;
                    for eye in &mut eyes {
                        eye.cleared(rev, &board);
                    }
                }
                Deed::Grant(who, mode) => if board.grant(&tina(), &people()[*who], *mode).unwrap() {
                    if lost[*who] { eyes[*who].sound = false } else { eyes[*who].snapshot(&board) }
                },
                Deed::Draw(by) | Deed::Undo(by) => if let Some(change) = change(&mut board, deed) {
                    let told = board.tell(&class(), &change, people()[1..].iter().map(|who| who.user_id.clone()));
                    eyes[*by].answered(&change.reply(), &board);
                    // The socket that drew has the reply.
                    for (n, eye) in eyes.iter_mut().enumerate().filter(|(n, _)| n != by) {
                        let Some(event) = eye.hears(&told) else { continue };
                        prop_assert!(board.sees(&eye.who, change.layer, &change.user_id), "{:?} may not see it", eye.who);
                        if lost[n] { eye.lose(event) } else { eye.follow(event, &board) }
                    }
                },
            }
        }
        for eye in eyes.iter().filter(|eye| eye.sound) {
            prop_assert_eq!(&eye.strokes, &seen(&board, &eye.who), "{:?}", eye.who);
        }
    }
}

/// One person's picture of the board, as a client keeps it, and beside it what the test knows of its losses.
struct Eye {
    who: Attendee,
    strokes: BTreeSet<u64>,
    isolated: bool,
    /// What was seen last of the layers `staff`, `shared` and, by person, `own`.
    revs: BTreeMap<String, u64>,
    base: u64,
    /// The layers of which something was lost since the last snapshot.
    missed: BTreeSet<String>,
    /// Whether nothing at all was lost since the last snapshot.
    sound: bool,
}

fn layer(layer: Layer, by: &Attendee) -> String {
    if layer == Layer::Own { format!("own:{}", by.user_id) } else { format!("{layer:?}") }
}

impl Eye {
    fn new(who: Attendee) -> Self {
        let (strokes, revs, missed) = (BTreeSet::new(), BTreeMap::new(), BTreeSet::new());
        Self { who, strokes, isolated: false, revs, base: 0, missed, sound: true }
    }

    /// What reaches this person's rooms; at most one of several.
    fn hears<'t>(&self, told: &'t [Told<WhiteboardDrawWsEvent>]) -> Option<&'t WhiteboardDrawWsEvent> {
        let staff = Room::class_staff(&class());
        let mine = |room: &Room| {
            (self.who.is_staff() && *room == staff)
                || *room == Room::class(&class())
                || *room == Room::user(&self.who.user_id)
        };
        let mut heard = told.iter().filter(|told| told.rooms.iter().any(mine));
        let first = heard.next();
        assert!(heard.next().is_none(), "{:?} hears it twice", self.who);
        first.map(|told| &told.event)
    }

    fn snapshot(&mut self, board: &Whiteboard) {
        (self.strokes, self.base) = (seen(board, &self.who), board.view(&self.who).rev);
        self.isolated = board.view(&self.who).mode == DrawMode::Isolated;
        self.missed.clear();
        self.sound = true;
    }

    /// The clearing is kept and sent until it has come. It makes good what was lost of strokes, but not of the right.
    fn cleared(&mut self, rev: u64, board: &Whiteboard) {
        (self.strokes, self.base) = (BTreeSet::new(), rev);
        self.missed.clear();
        self.sound = self.isolated == (board.mode(&self.who) == DrawMode::Isolated);
    }

    fn lose(&mut self, event: &WhiteboardDrawWsEvent) {
        self.missed.insert(layer(event.layer, &Attendee::new(event.user_id.clone(), self.who.role)));
        self.sound = false;
    }

    fn answered(&mut self, reply: &BoardChanged, board: &Whiteboard) {
        let of = layer(reply.layer, &self.who);
        if !self.notices(&of, reply.after, reply.layer == Layer::Own, board) {
            self.take(of, reply.rev, reply.stroke_ids.iter().copied(), reply.undone);
        }
    }

    fn follow(&mut self, event: &WhiteboardDrawWsEvent, board: &Whiteboard) {
        let of = layer(event.layer, &Attendee::new(event.user_id.clone(), self.who.role));
        if !self.notices(&of, event.after, event.isolated, board) {
            self.take(of, event.rev, event.strokes.iter().map(|stroke| stroke.stroke_id), event.undone);
        }
    }

    /// Whether that can't be what comes next; then the client joins again.
    fn notices(&mut self, of: &str, after: u64, isolated: bool, board: &Whiteboard) -> bool {
        let known = self.revs.get(of).copied().unwrap_or_default().max(self.base);
        let noticed = after > known || isolated != self.isolated;
        assert!(noticed || !self.missed.contains(of), "{:?} doesn't notice what it missed of {of}", self.who);
        assert!(
            !noticed || !self.sound,
            "{:?} missed nothing of {of}: after {after}, known {known}",
            self.who
        );
        let mode = board.mode(&self.who) == DrawMode::Isolated;
        assert!(noticed || mode == self.isolated, "{:?} doesn't notice the lost snapshot", self.who);
        if noticed {
            self.snapshot(board);
        }
        noticed
    }

    fn take(&mut self, of: String, rev: u64, strokes: impl Iterator<Item = u64>, undone: Option<u64>) {
        self.revs.insert(of, rev);
        self.strokes.extend(strokes);
        self.strokes.retain(|stroke| Some(*stroke) != undone);
    }
}

#[test]
fn what_others_do_not_see_is_no_gap_to_them() {
    let mut board = Whiteboard::default();
    board.grant(&tina(), &ann(), DrawMode::Isolated).unwrap();
    let first = change(&mut board, &Deed::Draw(0)).unwrap();
    change(&mut board, &Deed::Draw(1)).unwrap();
    let second = change(&mut board, &Deed::Draw(0)).unwrap();
    assert_eq!((first.after, second.after), (0, first.rev), "what Ann draws in between is no gap to Bob");
    assert!(board.view(&bob()).rev >= second.rev, "a newcomer has it all");
}
