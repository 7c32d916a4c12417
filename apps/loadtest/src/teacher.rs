//! A teacher at work: makes a line item, types, sets grades one by one and in bulk, corrects some, posts them, and corrects
//! one that families see already. Everything that is acknowledged is written down with what it promises.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{Days, NaiveDate};
use homeroom_contract::{ClassId, ClientId, Clock as _, Command, LineItemId, Patch, SystemClock, UserId};
use homeroom_gradebook::{
    BulkSetGrades, CellSaved, CellToSet, CreateLineItem, FocusCell, PostGrades, SetGrade, Typing,
};
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep_until};

use crate::caller::{Caller, Outcome};
use crate::history::{Acked, Fact, Kind};
use crate::world::World;

/// Grades that a teacher sets one by one, before the rest of the class in bulk.
const ONE_BY_ONE: usize = 5;

/// Cells in one `grade:bulk-set`.
const BULK: usize = 25;

/// The highest score of our line items.
const MAXIMUM: u8 = 100;

pub(crate) struct Teacher {
    world: Arc<World>,
    caller: Caller,
    classes: Vec<ClassId>,
    dice: Xoshiro256PlusPlus,
    /// From one grade to the next.
    pace: Duration,
    /// When the next one is due.
    next: Instant,
    /// Counts line items.
    items: usize,
}

/// A line item with its cells, as far as they are known.
struct Column {
    class: ClassId,
    item: LineItemId,
    students: Vec<UserId>,
    versions: HashMap<UserId, i64>,
    /// Whose cells the families see.
    posted: HashSet<UserId>,
}

/// Nothing more is to be done with this line item: the time is over, or a command failed.
struct Over;

impl Teacher {
    pub(crate) fn new(
        world: &Arc<World>,
        caller: Caller,
        classes: Vec<ClassId>,
        pace: Duration,
        seed: u64,
    ) -> Self {
        let mut dice = Xoshiro256PlusPlus::seed_from_u64(seed);
        // Not all at once.
        let next = Instant::now() + pace.mul_f64(dice.random_range(0.0..5.0));
        let world = Arc::clone(world);
        Self { world, caller, classes, dice, pace, next, items: 0 }
    }

    /// Works until that instant.
    pub(crate) async fn lesson(&mut self, until: Instant) {
        while Instant::now() < until {
            if self.one_line_item(until).await.is_err() {
                // What fails at once is not to be tried without end.
                self.next += self.pace;
            }
        }
    }

    async fn one_line_item(&mut self, until: Instant) -> Result<(), Over> {
        self.in_time(0, until).await?;
        let mut column = self.create().await?;
        let students = column.students.clone();
        let (singly, rest) = students.split_at(students.len().min(ONE_BY_ONE));
        for student in singly {
            self.in_time(1, until).await?;
            self.look_at(&column, student).await;
            self.set(&mut column, student).await?;
        }
        for some in rest.chunks(BULK) {
            self.in_time(some.len(), until).await?;
            self.set_all(&mut column, some).await?;
        }
        let corrected: Vec<&UserId> = students.iter().filter(|_| self.dice.random_ratio(1, 8)).collect();
        for student in corrected {
            self.in_time(1, until).await?;
            self.set(&mut column, student).await?;
        }
        self.post(&mut column).await?;
        for student in students.iter().take(1) {
            self.in_time(1, until).await?;
            self.set(&mut column, student).await?;
        }
        Ok(())
    }

    /// Everyone does this at once: a whole class is graded and posted as fast as it goes.
    pub(crate) async fn bell(&mut self) {
        let Ok(mut column) = self.create().await else { return };
        for some in column.students.clone().chunks(BULK) {
            if self.set_all(&mut column, some).await.is_err() {
                return;
            }
        }
        drop(self.post(&mut column).await);
    }

    /// Waits for the turn of so many grades; the next turn is so much later.
    async fn in_time(&mut self, grades: usize, until: Instant) -> Result<(), Over> {
        sleep_until(self.next.min(until)).await;
        let now = Instant::now();
        if now >= until {
            return Err(Over);
        }
        // Who is late doesn't hurry.
        self.next = self.next.max(now) + self.pace * u32::try_from(grades).unwrap_or(u32::MAX);
        Ok(())
    }

    async fn create(&mut self) -> Result<Column, Over> {
        let class = self.classes.get(self.items % self.classes.len().max(1)).cloned().ok_or(Over)?;
        self.items += 1;
        let today = today();
        let create = CreateLineItem {
            class_id: Some(class.clone()),
            title: format!("Load test {}, {}", self.world.run, self.items),
            category_id: None,
            academic_session_id: self.world.session.clone(),
            assign_date: today,
            due_date: today + Days::new(7),
            result_value_min: 0.0,
            result_value_max: f64::from(MAXIMUM),
            reason: None,
        };
        let (sent, outcome) = self.command(&create).await;
        let Outcome::Done(made) = outcome else { return Err(Over) };
        let mut students = self.world.students.get(&class).cloned().unwrap_or_default();
        students.shuffle(&mut self.dice);
        let item = made.line_item_id;
        let column = Column { class, item, students, versions: HashMap::new(), posted: HashSet::new() };
        self.acknowledged(&column, sent, Kind::LineItemCreated, [(None, 1)]);
        Ok(column)
    }

    /// What staff see while somebody works on a cell.
    async fn look_at(&self, column: &Column, student: &UserId) {
        let focus = FocusCell {
            class_id: Some(column.class.clone()),
            line_item_id: column.item.clone(),
            student_id: Some(student.clone()),
        };
        self.caller.signal(&focus).await;
        let typing = Typing {
            class_id: Some(column.class.clone()),
            line_item_id: column.item.clone(),
            student_id: student.clone(),
            is_typing: true,
        };
        self.caller.signal(&typing).await;
    }

    async fn set(&mut self, column: &mut Column, student: &UserId) -> Result<(), Over> {
        let grade = SetGrade {
            expected_version: Some(column.version(student)),
            score: self.score(),
            ..SetGrade::new(column.item.clone(), student.clone())
        };
        let (sent, outcome) = self.command(&grade).await;
        let version = self.settled(column, outcome)?.version;
        self.saved(column, sent, vec![CellSaved { student_id: student.clone(), version }]);
        Ok(())
    }

    async fn set_all(&mut self, column: &mut Column, students: &[UserId]) -> Result<(), Over> {
        let cell = |student: &UserId| CellToSet {
            expected_version: Some(column.version(student)),
            score: self.score(),
            ..CellToSet::new(student.clone())
        };
        let bulk = BulkSetGrades::new(column.item.clone(), students.iter().map(cell).collect());
        let (sent, outcome) = self.command(&bulk).await;
        let saved = self.settled(column, outcome)?.saved;
        self.saved(column, sent, saved);
        Ok(())
    }

    async fn post(&mut self, column: &mut Column) -> Result<(), Over> {
        let (sent, outcome) = self.command(&PostGrades::of(column.item.clone())).await;
        self.settled(column, outcome)?;
        column.posted = column.versions.keys().cloned().collect();
        let shown: Vec<_> =
            column.versions.iter().map(|(student, version)| (Some(student.clone()), *version)).collect();
        self.acknowledged(column, sent, Kind::GradePosted, shown);
        Ok(())
    }

    fn score(&mut self) -> Patch<f64> {
        Patch::Set(self.dice.random_range(0..=MAXIMUM).into())
    }

    /// Sends a command under a key of its own: since when it may have happened, and what became of it.
    async fn command<R>(&self, command: &R) -> (u64, Outcome<R::Reply>)
    where
        R: Command + Serialize + Sync,
        R::Reply: DeserializeOwned,
    {
        self.caller.command(&ClientId::generate(SystemClock.now()), command).await
    }

    fn settled<T>(&self, column: &Column, outcome: Outcome<T>) -> Result<T, Over> {
        match outcome {
            Outcome::Done(data) => Ok(data),
            Outcome::Refused => Err(Over),
            Outcome::Unknown => {
                self.world.record.unsettled(&column.item);
                Err(Over)
            }
        }
    }

    fn saved(&self, column: &mut Column, sent: u64, saved: Vec<CellSaved>) {
        self.world.record.grades(saved.len());
        let cells: Vec<_> =
            saved.iter().map(|saved| (Some(saved.student_id.clone()), saved.version)).collect();
        column.versions.extend(saved.into_iter().map(|saved| (saved.student_id, saved.version)));
        self.acknowledged(column, sent, Kind::GradeUpdated, cells);
    }

    fn acknowledged(
        &self,
        column: &Column,
        sent: u64,
        kind: Kind,
        cells: impl IntoIterator<Item = (Option<UserId>, i64)>,
    ) {
        let phase = self.world.record.phase();
        self.world.record.acknowledged(cells.into_iter().map(|(student, version)| Acked {
            family: student.as_ref().is_some_and(|student| column.posted.contains(student)),
            fact: Fact { kind, item: column.item.clone(), student, version },
            class: column.class.clone(),
            sent,
            phase,
        }));
    }
}

impl Column {
    /// The version of that student's cell; 0 if it was never set.
    fn version(&self, student: &UserId) -> i64 {
        self.versions.get(student).copied().unwrap_or_default()
    }
}

/// The day in UTC.
pub(crate) fn today() -> NaiveDate {
    SystemClock.now().to_utc().date_naive()
}
