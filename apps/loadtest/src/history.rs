//! What happened on a day, as far as it is judged: what was acknowledged, what the entries tell, and who received which.
//!
//! Instants are microseconds since the day began, of this process's own clock.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use homeroom_contract::{ClassId, LineItemId, OrgId, Room, UserId};
use serde::Deserialize;
use serde_json::Value;

use crate::tally::Phase;

/// What an entry tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    LineItemCreated,
    GradeUpdated,
    GradePosted,
    GradeHidden,
    /// Something else of the staff's, which nobody here causes.
    Other,
}

impl Kind {
    fn of(name: &str) -> Self {
        match name {
            "lineitem.created" => Self::LineItemCreated,
            "grade.updated" => Self::GradeUpdated,
            "grade.posted" => Self::GradePosted,
            "grade.hidden" => Self::GradeHidden,
            _ => Self::Other,
        }
    }
}

/// An entry of the journal, as those know it who received it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) kind: Kind,
    pub(crate) class: ClassId,
    pub(crate) item: Option<LineItemId>,
    pub(crate) student: Option<UserId>,
    pub(crate) version: i64,
}

/// The one thing that an entry says, and that an acknowledgement promises.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Fact {
    pub(crate) kind: Kind,
    pub(crate) item: LineItemId,
    pub(crate) student: Option<UserId>,
    /// The cell's; 1 for a line item that was made.
    pub(crate) version: i64,
}

impl Entry {
    /// Reads an event that has a number; `None` if it is not of a class.
    pub(crate) fn read(name: &str, data: &Value) -> Option<Self> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Told {
            class_id: ClassId,
            line_item_id: Option<LineItemId>,
            student_id: Option<UserId>,
            version: Option<i64>,
        }
        let Told { class_id, line_item_id, student_id, version } = Told::deserialize(data).ok()?;
        let version = version.unwrap_or_default();
        Some(Self { kind: Kind::of(name), class: class_id, item: line_item_id, student: student_id, version })
    }

    pub(crate) fn fact(&self) -> Option<Fact> {
        let is_known = matches!(self.kind, Kind::LineItemCreated | Kind::GradeUpdated | Kind::GradePosted);
        let item = self.item.clone().filter(|_| is_known)?;
        Some(Fact { kind: self.kind, item, student: self.student.clone(), version: self.version })
    }
}

/// A change that was acknowledged.
#[derive(Debug, Clone)]
pub(crate) struct Acked {
    pub(crate) fact: Fact,
    pub(crate) class: ClassId,
    /// Whether the student and the guardians are to hear of it.
    pub(crate) family: bool,
    /// When the command was sent, the first time that was not answered with a refusal.
    pub(crate) sent: u64,
    pub(crate) phase: Phase,
}

/// An event that was received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Got {
    pub(crate) seq: u64,
    pub(crate) at: u64,
    /// Whether it was in the form that only staff may see, with the previous score.
    pub(crate) for_staff: bool,
}

/// What somebody received in one session: from being let in until it could not be taken up again.
#[derive(Debug, Clone, Default)]
pub(crate) struct Epoch {
    /// The rooms that the gateway said were entered.
    pub(crate) rooms: HashSet<Room>,
    /// The position, and the instant, from which everything in these rooms has to come; `None`: not joined yet.
    pub(crate) from: Option<(u64, u64)>,
    /// Whether a join was refused, or nobody knows what became of it: in that class nothing was expected.
    pub(crate) incomplete: bool,
    pub(crate) got: Vec<Got>,
    /// Whether the connection is away. Of what came after the last that was received, nothing is known then.
    pub(crate) away: bool,
}

impl Epoch {
    /// Whether the connection is there and every class joined.
    pub(crate) fn is_whole(&self) -> bool {
        !self.away && self.from.is_some() && !self.incomplete
    }

    /// Whether an entry with that number (`None`: nobody received it), caused at that instant, had to come.
    pub(crate) fn covers(&self, seq: Option<u64>, sent: u64) -> bool {
        let Some((position, entered)) = self.from else { return false };
        match seq {
            Some(seq) => seq > position && (!self.away || self.got.last().is_some_and(|last| seq < last.seq)),
            None => !self.away && sent > entered,
        }
    }
}

/// Somebody who listened.
#[derive(Debug, Clone)]
pub(crate) struct Listener {
    pub(crate) id: UserId,
    /// The rooms that the roster allows.
    pub(crate) may: Arc<HashSet<Room>>,
    pub(crate) epochs: Vec<Epoch>,
    /// From when until when the connection was lost, each time that the session was taken up again.
    pub(crate) absences: Vec<(u64, u64)>,
}

/// All of it.
#[derive(Debug, Default)]
pub(crate) struct History {
    pub(crate) listeners: Vec<Listener>,
    /// By their numbers.
    pub(crate) entries: HashMap<u64, Entry>,
    /// Numbers under which different people received different things.
    pub(crate) contradictions: Vec<u64>,
    pub(crate) acked: Vec<Acked>,
    /// Line items of which it is not known what became of a command.
    pub(crate) unsettled: HashSet<LineItemId>,
    /// The schools of the classes.
    pub(crate) schools: HashMap<ClassId, OrgId>,
}
