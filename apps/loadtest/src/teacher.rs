//! A teacher at work: makes a line item, types, sets grades one by one and in bulk, corrects some, posts them, and corrects
//! one that families see already. Everything that is acknowledged is written down with what it promises.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{Days, NaiveDate};
use homeroom_contract::{ClassId, Clock as _, LineItemId, SystemClock, UserId};
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep_until};

use crate::caller::{Caller, Outcome, under};
use crate::history::{Acked, Fact, Kind};
use crate::world::World;

/// Grades that a teacher sets one by one, before the rest of the class in bulk.
const ONE_BY_ONE: usize = 5;

/// Cells in one `grade:bulk-set`.
const BULK: usize = 25;

/// The highest score of our line items.
const MAXIMUM: u32 = 100;

pub(crate) struct Teacher {
    world: Arc<World>,
    id: UserId,
    caller: Caller,
    classes: Vec<ClassId>,
    dice: Xoshiro256PlusPlus,
    /// From one grade to the next.
    pace: Duration,
    /// When the next one is due.
    next: Instant,
    /// Counts commands, for their keys.
    commands: u64,
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

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Saved {
    student_id: UserId,
    version: i64,
}

impl Teacher {
    pub(crate) fn new(
        world: &Arc<World>,
        id: UserId,
        caller: Caller,
        classes: Vec<ClassId>,
        pace: Duration,
        seed: u64,
    ) -> Self {
        let mut dice = Xoshiro256PlusPlus::seed_from_u64(seed);
        // Not all at once.
        let next = Instant::now() + pace.mul_f64(dice.random_range(0.0..5.0));
        let world = Arc::clone(world);
        Self { world, id, caller, classes, dice, pace, next, commands: 0, items: 0 }
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
        let create = json!({
            "classId": class, "title": format!("Load test {}, {}", self.world.run, self.items),
            "academicSessionId": self.world.session, "assignDate": today, "dueDate": today + Days::new(7),
            "resultValueMin": 0, "resultValueMax": MAXIMUM,
        });
        let (sent, outcome) = self.command("lineitem:create", create).await;
        let Outcome::Done(data) = outcome else { return Err(Over) };
        let item: LineItemId = read(&data, "lineItemId").ok_or(Over)?;
        let mut students = self.world.students.get(&class).cloned().unwrap_or_default();
        students.shuffle(&mut self.dice);
        let column = Column { class, item, students, versions: HashMap::new(), posted: HashSet::new() };
        self.acknowledged(&column, sent, Kind::LineItemCreated, [(None, 1)]);
        Ok(column)
    }

    /// What staff see while somebody works on a cell.
    async fn look_at(&self, column: &Column, student: &UserId) {
        let cell = json!({ "classId": column.class, "lineItemId": column.item, "studentId": student });
        self.caller.signal("cell:focus", &cell).await;
        let mut typing = cell;
        if let Value::Object(fields) = &mut typing {
            fields.insert("isTyping".to_owned(), json!(true));
        }
        self.caller.signal("gradebook:typing", &typing).await;
    }

    async fn set(&mut self, column: &mut Column, student: &UserId) -> Result<(), Over> {
        let mut grade = self.cell(column, student);
        if let Value::Object(fields) = &mut grade {
            fields.insert("lineItemId".to_owned(), json!(column.item));
        }
        let (sent, outcome) = self.command("grade:set", grade).await;
        let data = self.settled(column, outcome)?;
        let version = read(&data, "version").ok_or(Over)?;
        self.saved(column, sent, vec![Saved { student_id: student.clone(), version }]);
        Ok(())
    }

    async fn set_all(&mut self, column: &mut Column, students: &[UserId]) -> Result<(), Over> {
        let items: Vec<Value> = students.iter().map(|student| self.cell(column, student)).collect();
        let (sent, outcome) =
            self.command("grade:bulk-set", json!({ "lineItemId": column.item, "items": items })).await;
        let data = self.settled(column, outcome)?;
        self.saved(column, sent, read(&data, "saved").ok_or(Over)?);
        Ok(())
    }

    async fn post(&mut self, column: &mut Column) -> Result<(), Over> {
        let (sent, outcome) = self.command("grades:post", json!({ "lineItemId": column.item })).await;
        self.settled(column, outcome)?;
        column.posted = column.versions.keys().cloned().collect();
        let shown: Vec<_> =
            column.versions.iter().map(|(student, version)| (Some(student.clone()), *version)).collect();
        self.acknowledged(column, sent, Kind::GradePosted, shown);
        Ok(())
    }

    fn cell(&mut self, column: &Column, student: &UserId) -> Value {
        let version = column.versions.get(student).copied().unwrap_or_default();
        json!({
            "studentId": student, "score": self.dice.random_range(0..=MAXIMUM), "expectedVersion": version,
        })
    }

    /// Sends a command under a key of its own: since when it may have happened, and what became of it.
    async fn command(&mut self, name: &'static str, command: Value) -> (u64, Outcome) {
        self.commands += 1;
        let key = format!("{}-{}-{}", self.world.run, self.id, self.commands);
        self.caller.insist(name, &under(&key, command)).await
    }

    fn settled(&self, column: &Column, outcome: Outcome) -> Result<Value, Over> {
        match outcome {
            Outcome::Done(data) => Ok(data),
            Outcome::Refused => Err(Over),
            Outcome::Unknown => {
                self.world.record.unsettled(&column.item);
                Err(Over)
            }
        }
    }

    fn saved(&self, column: &mut Column, sent: u64, saved: Vec<Saved>) {
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

fn read<T: serde::de::DeserializeOwned>(data: &Value, field: &str) -> Option<T> {
    T::deserialize(data.get(field)?).ok()
}

/// The day in UTC.
pub(crate) fn today() -> NaiveDate {
    SystemClock.now().to_utc().date_naive()
}
