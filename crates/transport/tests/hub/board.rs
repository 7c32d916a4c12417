//! A namespace to test with: boards to which notes are pinned, one per class.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use homeroom_contract::{
    Actor, Admission, Call, ClassId, Code, Committed, Delivery, DomainEvent, Failure, Joined, Namespace,
    Role, Room, Routes, Signalled, UserId,
};
use homeroom_journal::Journal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, Semaphore};

/// How long after the last `pen:move` the pen counts as laid down.
pub(crate) const PEN: Duration = Duration::from_millis(300);

#[derive(Clone)]
pub(crate) struct Board {
    pub(crate) journal: Journal,
    pub(crate) rules: Arc<Rules>,
    /// `note:wait` goes on when there is a permit.
    pub(crate) gate: Arc<Semaphore>,
    /// Told when `note:wait` or `note:never` has begun.
    pub(crate) begun: Arc<Notify>,
}

/// Who may be where.
#[derive(Default)]
pub(crate) struct Rules {
    rooms: Mutex<BTreeSet<(UserId, Room)>>,
    /// Rooms from the start, besides `user:{id}`.
    greeted: Mutex<BTreeMap<UserId, BTreeSet<Room>>>,
    /// Whoever is asked about this room the next time is told so, and answers what held then only when let go.
    slow: Mutex<Option<Room>>,
    /// The rule panics over this person.
    pub(crate) bewildered_by: Mutex<Option<UserId>>,
    pub(crate) asked: Notify,
    pub(crate) go: Notify,
}

impl Rules {
    pub(crate) fn allow(&self, user: &str, room: Room) {
        self.rooms.lock().unwrap().insert((UserId::new(user).unwrap(), room));
    }

    pub(crate) fn forbid(&self, user: &str, room: &Room) {
        self.rooms.lock().unwrap().remove(&(UserId::new(user).unwrap(), room.clone()));
    }

    pub(crate) fn slow_for(&self, room: Room) {
        *self.slow.lock().unwrap() = Some(room);
    }

    pub(crate) fn greet(&self, user: &str, room: Room) {
        self.allow(user, room.clone());
        self.greeted.lock().unwrap().entry(UserId::new(user).unwrap()).or_default().insert(room);
    }
}

pub(crate) fn class(id: &str) -> Room {
    Room::class(&ClassId::new(id).unwrap())
}

pub(crate) fn staff(id: &str) -> Room {
    Room::class_staff(&ClassId::new(id).unwrap())
}

/// Enters the class's board, and its staff room where allowed.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct JoinBoard {
    class_id: ClassId,
}

/// Leaves the class's board.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct LeaveBoard {
    class_id: ClassId,
}

/// Pins a note for everyone in the class; staff see by whom.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PinNote {
    class_id: ClassId,
    text: String,
    /// How many entries this makes.
    #[serde(default = "one")]
    copies: u32,
}

fn one() -> u32 {
    1
}

/// Fails in a certain way.
#[derive(Serialize, Deserialize, JsonSchema)]
struct FailNote {
    how: How,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum How {
    Panic,
    Internal,
    Hang,
}

/// Waits until the test lets it go on.
#[derive(Serialize, Deserialize, JsonSchema)]
struct WaitNote {}

/// Never answers.
#[derive(Serialize, Deserialize, JsonSchema)]
struct AskNever {}

/// Moves the pen.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MovePen {
    class_id: ClassId,
    is_moving: bool,
}

/// Moves the pen, and holds it for an hour if nothing more is heard.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct HoldPen {
    class_id: ClassId,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Pinned {
    pinned: u32,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct BoardData {
    topic: String,
}

#[derive(Serialize)]
struct NotePinned {
    class: ClassId,
    text: String,
    by: UserId,
}

/// A note was pinned.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct NotePinnedWsEvent {
    class_id: ClassId,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<UserId>,
}

/// Somebody's pen moves, or lies still.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PenMovedWsEvent {
    user_id: UserId,
    is_moving: bool,
}

homeroom_contract::requests! {
    join JoinBoard = "board:join" => BoardData;
    leave LeaveBoard = "board:leave";
    command PinNote = "note:pin" | "note.pin" => Pinned;
    command FailNote = "note:fail" => Pinned;
    command WaitNote = "note:wait" => Pinned;
    query AskNever = "note:never" => Pinned;
    signal MovePen = "pen:move";
    signal HoldPen = "pen:hold";
}
homeroom_contract::events! {
    durable NotePinnedWsEvent = "note.pinned";
    ephemeral PenMovedWsEvent = "pen.moved";
}

impl DomainEvent for NotePinned {
    const KIND: &'static str = "NotePinned";

    fn deliveries(&self) -> Vec<Delivery> {
        let event = |by| NotePinnedWsEvent { class_id: self.class.clone(), text: self.text.clone(), by };
        vec![
            Delivery::new([Room::class_staff(&self.class)], &event(Some(self.by.clone()))),
            Delivery::new([Room::class(&self.class)], &event(None)),
        ]
    }
}

async fn join(board: Board, call: Call, join: JoinBoard) -> Result<Joined<BoardData>, Failure> {
    let mut rooms = vec![Room::class(&join.class_id)];
    let staff = Room::class_staff(&join.class_id);
    if board.admit(&call.actor, &staff).await?.is_some() {
        rooms.push(staff);
    }
    call.session.enter(&rooms).await?;
    let seq = board.journal.snapshot(&call).await?.seq().await.map_err(Failure::internal)?;
    Ok(Joined { rooms, data: BoardData { topic: format!("Board of {}", join.class_id) }, seq })
}

async fn leave(_: Board, _: Call, leave: LeaveBoard) -> Result<Vec<Room>, Failure> {
    Ok(vec![Room::class(&leave.class_id), Room::class_staff(&leave.class_id)])
}

async fn pin(board: Board, call: Call, pin: PinNote) -> Result<Committed<Pinned>, Failure> {
    let mut tx = board.journal.begin(&call).await?;
    for _ in 0..pin.copies {
        let by = call.actor.subject_id().clone();
        tx.record(&NotePinned { class: pin.class_id.clone(), text: pin.text.clone(), by })?;
    }
    Ok(tx.commit(Pinned { pinned: pin.copies }).await?)
}

async fn fail(board: Board, call: Call, fail: FailNote) -> Result<Committed<Pinned>, Failure> {
    match fail.how {
        How::Panic => panic!("this one always panics"),
        How::Internal => Err(Failure::internal(std::io::Error::other("the cupboard is locked"))),
        How::Hang => {
            // Commits, and then nothing is heard of it any more.
            let mut tx = board.journal.begin(&call).await?;
            let (class, by) = (ClassId::new("c-1").unwrap(), call.actor.subject_id().clone());
            tx.record(&NotePinned { class, text: "late".to_owned(), by })?;
            let _ = tx.commit(Pinned { pinned: 77 }).await?;
            std::future::pending().await
        }
    }
}

async fn wait(board: Board, call: Call, _: WaitNote) -> Result<Committed<Pinned>, Failure> {
    board.begun.notify_one();
    board.gate.acquire().await.map_err(|_| Failure::new(Code::Internal, "closed"))?.forget();
    Ok(board.journal.begin(&call).await?.commit(Pinned { pinned: 0 }).await?)
}

async fn never(board: Board, _: Call, _: AskNever) -> Result<Pinned, Failure> {
    board.begun.notify_one();
    std::future::pending().await
}

async fn move_pen(_: Board, call: Call, pen: MovePen) -> Result<Signalled, Failure> {
    let room = Room::class(&pen.class_id);
    if !call.session.joined().contains(&room) {
        return Err(Failure::new(Code::NotInRoom, "Join the board first."));
    }
    let event = |is_moving| PenMovedWsEvent { user_id: call.actor.subject_id().clone(), is_moving };
    let signalled = Signalled::default().emit(room.clone(), &event(pen.is_moving))?;
    if pen.is_moving { signalled.lapse("pen", PEN, room, &event(false)) } else { Ok(signalled.settle("pen")) }
}

async fn hold_pen(_: Board, call: Call, pen: HoldPen) -> Result<Signalled, Failure> {
    let room = Room::class(&pen.class_id);
    let event = |is_moving| PenMovedWsEvent { user_id: call.actor.subject_id().clone(), is_moving };
    Signalled::default().emit(room.clone(), &event(true))?.lapse(
        "pen",
        Duration::from_hours(1),
        room,
        &event(false),
    )
}

impl Namespace for Board {
    const NAME: &'static str = "board";

    fn routes() -> Routes<Self> {
        Routes::new()
            .join(join)
            .leave(leave)
            .command(pin)
            .command(fail)
            .command(wait)
            .query(never)
            .signal(move_pen)
            .signal(hold_pen)
            .durable::<NotePinnedWsEvent>()
            .ephemeral::<PenMovedWsEvent>()
    }

    async fn greet(&self, actor: &Actor) -> Result<Vec<Room>, Failure> {
        self.recognise(actor);
        let greeted = self.rules.greeted.lock().unwrap();
        let more = greeted.get(actor.subject_id()).into_iter().flatten();
        let more = more.filter(|room| self.allowed(actor, room)).cloned();
        Ok(std::iter::once(Room::user(actor.subject_id())).chain(more).collect())
    }

    async fn admit(&self, actor: &Actor, room: &Room) -> Result<Option<Admission>, Failure> {
        self.recognise(actor);
        if *room == Room::user(actor.subject_id()) {
            return Ok(Some(Admission::silent(Role::Student)));
        }
        let allowed = self.allowed(actor, room);
        let slow = self.rules.slow.lock().unwrap().take_if(|slow| slow == room).is_some();
        if slow {
            self.rules.asked.notify_one();
            self.rules.go.notified().await;
        }
        Ok(allowed.then_some(Admission::announced(Role::Teacher)))
    }
}

impl Board {
    fn recognise(&self, actor: &Actor) {
        let bewildered_by = self.rules.bewildered_by.lock().unwrap().clone();
        assert!(bewildered_by.as_ref() != Some(actor.subject_id()), "who is that?");
    }

    fn allowed(&self, actor: &Actor, room: &Room) -> bool {
        self.rules.rooms.lock().unwrap().contains(&(actor.subject_id().clone(), room.clone()))
    }
}
