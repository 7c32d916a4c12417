//! The report: as JSON, and as a page to read.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use serde::Serialize;

use crate::cast::Part;
use crate::cli::Cli;
use crate::day::Played;
use crate::tally::{Phase, Spread, Tally, Tries};

/// What the day showed. Times in milliseconds, rates in a second.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    /// Whether all that was promised was kept.
    pub(crate) kept: bool,
    urls: Vec<String>,
    district: String,
    seed: u64,
    people: BTreeMap<&'static str, usize>,
    came: usize,
    in_at_the_end: usize,
    phases: Vec<PhaseReport>,
    connects: Tried,
    commands: Vec<Command>,
    deliveries: Deliveries,
    returns: Returns,
    problems: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PhaseReport {
    phase: Phase,
    took_ms: f64,
    /// Grades that were acknowledged.
    grades: u64,
    /// What there was in a second: connects on arriving, grades otherwise.
    rate: f64,
    /// What was asked for, where something was.
    asked: Option<f64>,
}

#[derive(Debug, Serialize)]
struct Tried {
    times: Spread,
    failures: BTreeMap<String, u64>,
}

#[derive(Debug, Serialize)]
struct Command {
    phase: Phase,
    name: &'static str,
    tried: Tried,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Deliveries {
    changes: u64,
    expected: u64,
    received: u64,
    missing: u64,
    doubled: u64,
    out_of_order: u64,
    leaked: u64,
    unasked: u64,
    contradictory: u64,
    others: u64,
    ephemeral: u64,
    live: BTreeMap<&'static str, Spread>,
    after_return: Spread,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Returns {
    cut: u64,
    lost: u64,
    recovered: Spread,
    began_anew: u64,
    not_back: BTreeMap<String, u64>,
}

impl From<&Tries> for Tried {
    fn from(tries: &Tries) -> Self {
        Self { times: tries.times.spread(), failures: tries.failures.clone() }
    }
}

impl Report {
    /// Puts together what was counted and judged.
    pub(crate) fn new(cli: &Cli, district: &str, parts: &[Part], played: Played, tally: &Tally) -> Self {
        let mut people: BTreeMap<&'static str, usize> = BTreeMap::new();
        for part in parts {
            *people.entry(part.plural()).or_default() += 1;
        }
        let phase = |phase, took: Duration, count: Option<u64>, asked| {
            let grades = tally.grades.get(&phase).copied().unwrap_or_default();
            let rate = per_second(count.unwrap_or(grades), took);
            PhaseReport { phase, took_ms: took.as_secs_f64() * 1000.0, grades, rate, asked }
        };
        let (connects_asked, grades_asked) = (f64::from(cli.connects_per_sec), f64::from(cli.grades_per_sec));
        let commands = tally.commands.iter();
        let mut verdict = played.verdict;
        // Of whom nothing was expected, nobody can say that they received everything.
        let (never_in, outside) = (parts.len() - played.came, played.came - played.stayed);
        let kept = verdict.is_kept() && never_in == 0 && outside == 0;
        if never_in > 0 {
            verdict.problems.push(format!("{never_in} people never got in"));
        }
        if outside > 0 {
            verdict
                .problems
                .push(format!("{outside} who had come were not in, with all of their classes, at the end"));
        }
        Self {
            kept,
            urls: cli.urls.clone(),
            district: district.to_owned(),
            seed: cli.seed,
            people,
            came: played.came,
            in_at_the_end: played.stayed,
            phases: vec![
                phase(Phase::Arriving, played.arriving, Some(played.came as u64), Some(connects_asked)),
                phase(Phase::Lessons, played.lessons, None, Some(grades_asked)),
                phase(Phase::Bell, played.bells, None, None),
            ],
            connects: Tried::from(&tally.connects),
            commands: commands
                .map(|((phase, name), tries)| Command { phase: *phase, name, tried: tries.into() })
                .collect(),
            deliveries: Deliveries {
                changes: verdict.changes,
                expected: verdict.expected,
                received: verdict.received,
                missing: verdict.missing,
                doubled: verdict.doubled,
                out_of_order: verdict.out_of_order,
                leaked: verdict.leaked,
                unasked: verdict.unasked,
                contradictory: verdict.contradictory,
                others: verdict.others,
                ephemeral: tally.ephemeral,
                live: verdict.live.iter().map(|(phase, times)| (phase.name(), times.spread())).collect(),
                after_return: verdict.after_return.spread(),
            },
            returns: Returns {
                cut: tally.interrupted,
                lost: tally.lost,
                recovered: tally.recovered.spread(),
                began_anew: tally.began_anew,
                not_back: tally.not_back.clone(),
            },
            problems: verdict.problems,
        }
    }

    /// Whether anything was acknowledged that somebody had to hear of.
    pub(crate) fn shows_something(&self) -> bool {
        self.deliveries.expected > 0
    }

    /// How often commands failed, by code, on one line.
    pub(crate) fn failures(&self) -> String {
        let mut failures: BTreeMap<&str, u64> = BTreeMap::new();
        for (code, count) in self.commands.iter().flat_map(|command| &command.tried.failures) {
            *failures.entry(code).or_default() += count;
        }
        if failures.is_empty() { "none".to_owned() } else { list(failures) }
    }
}

fn per_second(count: u64, took: Duration) -> f64 {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    if took.is_zero() { 0.0 } else { f64::from(count) / took.as_secs_f64() }
}

/// `2 × BUSY, 1 × INTERNAL`.
fn list<'a>(counts: impl IntoIterator<Item = (&'a str, u64)>) -> String {
    let counts: Vec<String> = counts.into_iter().map(|(what, count)| format!("{count} × {what}")).collect();
    counts.join(", ")
}

fn failed(failures: &BTreeMap<String, u64>) -> String {
    list(failures.iter().map(|(code, count)| (code.as_str(), *count)))
}

/// One line of the table of times.
fn times(f: &mut Formatter<'_>, what: &str, spread: &Spread, failures: &str) -> fmt::Result {
    let Spread { count, p50, p90, p99, max } = spread;
    let line = format!("{what:<28}{count:>9}{p50:>10.1}{p90:>10.1}{p99:>10.1}{max:>10.1}  {failures}");
    writeln!(f, "{}", line.trim_end())
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let people: usize = self.people.values().sum();
        let parts: Vec<String> = self.people.iter().map(|(part, count)| format!("{count} {part}")).collect();
        writeln!(
            f,
            "A school day at {}, district {}, seed {}",
            self.urls.join(", "),
            self.district,
            self.seed
        )?;
        writeln!(
            f,
            "{people} people ({}): {} came, {} were in at the end\n",
            parts.join(", "),
            self.came,
            self.in_at_the_end
        )?;
        for phase in &self.phases {
            let what = if phase.phase == Phase::Arriving { "people" } else { "grades" };
            let asked = phase.asked.map(|asked| format!(" ({asked:.0} asked for)")).unwrap_or_default();
            let (name, seconds) = (phase.phase.name(), phase.took_ms / 1000.0);
            writeln!(f, "{name:<10}{seconds:>8.1} s{:>10.1} {what}/s{asked}", phase.rate)?;
        }
        let head =
            format!("{:<28}{:>9}{:>10}{:>10}{:>10}{:>10}", "\nms", "count", "p50", "p90", "p99", "max");
        writeln!(f, "{head}  failures")?;
        times(f, "to be let in", &self.connects.times, &failed(&self.connects.failures))?;
        for Command { phase, name, tried } in &self.commands {
            times(f, &format!("{} {name}", phase.name()), &tried.times, &failed(&tried.failures))?;
        }
        let Deliveries { live, after_return, .. } = &self.deliveries;
        for (phase, spread) in live {
            times(f, &format!("{phase} sent to received"), spread, "")?;
        }
        times(f, "the same by who is just back", after_return, "")?;
        times(f, "away, until recovered", &self.returns.recovered, &failed(&self.returns.not_back))?;

        let Returns { cut, lost, recovered, began_anew, .. } = &self.returns;
        writeln!(
            f,
            "\nconnections lost {lost} (cut off on purpose {cut}): recovered {}, begun anew {began_anew}",
            recovered.count
        )?;
        let Deliveries { changes, expected, received, missing, doubled, out_of_order, .. } = &self.deliveries;
        let Deliveries { leaked, unasked, contradictory, others, ephemeral, .. } = &self.deliveries;
        writeln!(f, "{changes} changes acknowledged, to be received by {expected}: received {received}")?;
        writeln!(f, "besides {others} events of others or told twice by a join, {ephemeral} ephemeral ones")?;
        writeln!(
            f,
            "missing {missing}, doubled {doubled}, out of order {out_of_order}, leaked {leaked}, unasked {unasked}, \
             contradictory {contradictory}"
        )?;
        for problem in &self.problems {
            writeln!(f, "  {problem}")?;
        }
        writeln!(f, "{}", if self.kept { "KEPT: everyone got what is theirs" } else { "BROKEN" })
    }
}
