//! When a student's absences call for somebody: several in a row, or a share of all days, with a threshold for each tier.
//!
//! A tier is told once when it is reached. It stands until a correction (or a mark of a day before) removes what it was told for;
//! then it is withdrawn, and can be reached anew. What comes later withdraws nothing: the absences have been.
//!
//! - **In a row**: it was told for a run of absences. It stands as long as a run of that many touches those days, and that run
//!   isn't told of again, however long it grows. Only the run that the last records are is told of.
//! - **Share**: it was told as of a day. It stands as long as the records up to that day reach it; if they don't any more, but all
//!   that there are now do, it stands as of the last of these.
//!
//! Whoever settles holds one lock for each student and class (as for marking the day), from reading the records and what stands
//! until both are kept: of two who settle side by side, each would tell what the other tells.

use chrono::NaiveDate;
use homeroom_contract::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::runs::{Run, Runs};
use crate::domain::{Days, ExcusedDays, InterventionId};

/// What calls for an intervention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum InterventionRule {
    /// The last records of the student in the class are `ABSENT`. Its tier is how many.
    ConsecutiveAbsences,
    /// The share of days away, excused or not, among the days with a record. Its tier is in percent.
    AbsenceRate,
}

/// The thresholds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InterventionRules {
    /// Absences in a row, for each tier (3).
    pub consecutive: Vec<u32>,
    /// What excused days are among absences in a row (`skip`: they neither count nor interrupt; `count`; `interrupt`).
    pub excused: ExcusedDays,
    /// Shares of absences, excused or not, in percent, for each tier (5, 10, 20).
    pub percents: Vec<u32>,
    /// Days with a record from which on shares are looked at (10).
    pub from_days: u32,
}

impl Default for InterventionRules {
    fn default() -> Self {
        Self { consecutive: vec![3], excused: ExcusedDays::Skip, percents: vec![5, 10, 20], from_days: 10 }
    }
}

/// An intervention that was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Intervention {
    /// Its id.
    pub intervention_id: InterventionId,
    /// What calls for it.
    pub rule: InterventionRule,
    /// The threshold that was reached: absences in a row, or percent.
    pub tier: u32,
    /// How many absences there were as of `until`.
    pub count: u32,
    /// Among how many days with a record; none with absences in a row.
    pub enrolled_days: Option<u32>,
    /// The first of the days that it was told for.
    pub since: NaiveDate,
    /// The last of them, inclusive.
    pub until: NaiveDate,
}

/// What stands for one student in one class.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Interventions(Vec<Intervention>);

/// What is to be told, and kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settled {
    /// What was reached.
    pub triggered: Vec<Intervention>,
    /// What has no cause any more.
    pub withdrawn: Vec<Intervention>,
    /// What stands on with other numbers, to be kept and told to nobody: a correction took away what a share was told for, and by
    /// now another day has made up for it.
    pub changed: Vec<Intervention>,
}

impl Interventions {
    /// Those that were kept, in the order in which they were told.
    pub fn of(kept: impl IntoIterator<Item = Intervention>) -> Self {
        Self(kept.into_iter().collect())
    }

    /// All that stand, in the order in which they were told.
    pub fn standing(&self) -> &[Intervention] {
        &self.0
    }

    /// Looks at the records again, after any change. Doing so twice tells nothing the second time.
    pub fn settle(&mut self, days: &Days, rules: &InterventionRules, at: Timestamp) -> Settled {
        let runs = Runs::of(days, rules.excused);
        let mut settled = Settled::default();
        self.0.retain_mut(|told| match told.fate(days, &runs, rules) {
            Fate::Stands => true,
            Fate::Moved => {
                settled.changed.push(told.clone());
                true
            }
            Fate::Gone => {
                settled.withdrawn.push(told.clone());
                false
            }
        });
        let before = self.0.len();
        for tier in rules.consecutive.iter().copied().filter(|tier| *tier > 0) {
            if let Some(run) = runs.open.filter(|run| run.count >= tier && !self.has_told_of(run, tier)) {
                self.0.push(Intervention {
                    intervention_id: InterventionId::generate(at),
                    rule: InterventionRule::ConsecutiveAbsences,
                    tier,
                    count: run.count,
                    enrolled_days: None,
                    since: run.first,
                    until: run.last,
                });
            }
        }
        let now = Share::of(days, None);
        for tier in rules.percents.iter().copied().filter(|tier| *tier > 0) {
            if let Some(share) = now.filter(|share| share.reaches(tier, rules) && !self.has_reached(tier)) {
                self.0.push(Intervention {
                    intervention_id: InterventionId::generate(at),
                    rule: InterventionRule::AbsenceRate,
                    tier,
                    count: share.away,
                    enrolled_days: Some(share.days),
                    since: share.first,
                    until: share.last,
                });
            }
        }
        settled.triggered.extend(self.0.iter().skip(before).cloned());
        settled
    }

    fn has_told_of(&self, run: &Run, tier: u32) -> bool {
        self.told(InterventionRule::ConsecutiveAbsences, tier).any(|told| run.touches(told.since, told.until))
    }

    fn has_reached(&self, percent: u32) -> bool {
        self.told(InterventionRule::AbsenceRate, percent).next().is_some()
    }

    fn told(&self, rule: InterventionRule, tier: u32) -> impl Iterator<Item = &Intervention> {
        self.0.iter().filter(move |told| told.rule == rule && told.tier == tier)
    }
}

/// What has become of an intervention.
enum Fate {
    Stands,
    Moved,
    Gone,
}

impl Intervention {
    /// Whether there is a cause left. A share that isn't reached as of its day any more, but is now, is told for now.
    fn fate(&mut self, days: &Days, runs: &Runs, rules: &InterventionRules) -> Fate {
        match self.rule {
            InterventionRule::ConsecutiveAbsences => {
                let cause = |run: &Run| run.count >= self.tier && run.touches(self.since, self.until);
                if runs.all().any(cause) { Fate::Stands } else { Fate::Gone }
            }
            InterventionRule::AbsenceRate => {
                let reaches = |share: &Share| share.reaches(self.tier, rules);
                if Share::of(days, Some(self.until)).as_ref().is_some_and(reaches) {
                    return Fate::Stands;
                }
                let Some(now) = Share::of(days, None).filter(reaches) else { return Fate::Gone };
                self.count = now.away;
                self.enrolled_days = Some(now.days);
                (self.since, self.until) = (now.first, now.last);
                Fate::Moved
            }
        }
    }
}

/// How many days there are with a record, and on how many of them the student was away.
#[derive(Debug, Clone, Copy)]
struct Share {
    away: u32,
    days: u32,
    first: NaiveDate,
    last: NaiveDate,
}

impl Share {
    /// Over all records, or those up to a day, inclusive; none if there are none.
    fn of(days: &Days, until: Option<NaiveDate>) -> Option<Self> {
        let mut share: Option<Self> = None;
        for (date, status) in days.iter().take_while(|(date, _)| until.is_none_or(|until| **date <= until)) {
            let share = share.get_or_insert(Self { away: 0, days: 0, first: *date, last: *date });
            share.away += u32::from(status.is_away());
            share.days += 1;
            share.last = *date;
        }
        share
    }

    fn reaches(&self, percent: u32, rules: &InterventionRules) -> bool {
        let enough = u64::from(self.away) * 100 >= u64::from(percent) * u64::from(self.days);
        self.days >= rules.from_days && enough
    }
}
