//! The day: everyone arrives, lessons with a bell at the end of each, a moment for what is still on its way, and home.

use std::sync::Arc;
use std::time::Duration;

use homeroom_client::Error;
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;

use crate::cast::Person;
use crate::cli::Cli;
use crate::judge::{Verdict, judge};
use crate::present::Present;
use crate::problem::Problem;
use crate::tally::Phase;
use crate::teacher::Teacher;
use crate::world::World;

/// Between two looks at whether everything has come.
const LOOK: Duration = Duration::from_millis(500);

/// How many go home at a time.
const DOOR: usize = 200;

/// What the day was like.
pub(crate) struct Played {
    pub(crate) verdict: Verdict,
    pub(crate) arriving: Duration,
    pub(crate) lessons: Duration,
    pub(crate) bells: Duration,
    /// Who was in when it began.
    pub(crate) came: usize,
    /// Who was in at its end.
    pub(crate) stayed: usize,
}

/// Plays it. Says on standard error what it is at.
pub(crate) async fn play(world: &Arc<World>, cast: Vec<Person>, cli: &Cli) -> Result<Played, Problem> {
    let began = Instant::now();
    let present = arrive(world, cast, cli.connects_per_sec).await?;
    let arriving = began.elapsed();
    let came = present.len();
    let mut teachers = teachers(world, &present, cli)?;

    let stop_cutting = CancellationToken::new();
    let cutting = cut(Arc::clone(&present), cli.lost_per_min, cli.seed, stop_cutting.clone());
    let cutting = world.tasks.spawn(cutting);
    let (mut lessons, mut bells) = (Duration::ZERO, Duration::ZERO);
    for number in 1..=cli.lessons {
        eprintln!("lesson {number} of {}: {} teachers", cli.lessons, teachers.len());
        world.record.begin(Phase::Lessons);
        let began = Instant::now();
        let until = began + cli.lasts / cli.lessons;
        teachers = all(teachers, Work::Lesson(until)).await;
        lessons += began.elapsed();
        world.record.begin(Phase::Bell);
        let began = Instant::now();
        teachers = all(teachers, Work::Bell).await;
        bells += began.elapsed();
    }
    stop_cutting.cancel();
    world.record.tally().interrupted = cutting.await.unwrap_or_default();

    let verdict = settle(world, &present, cli.settle).await;
    let stayed = present.iter().filter(|present| present.is_in()).count();
    drop(teachers);
    go_home(world, present).await;
    Ok(Played { verdict, arriving, lessons, bells, came, stayed })
}

/// The first comes alone: if a teacher isn't let in, nobody is.
async fn arrive(world: &Arc<World>, cast: Vec<Person>, rate: u32) -> Result<Arc<Vec<Present>>, Problem> {
    eprintln!("arriving: {} people, {rate} in a second", cast.len());
    let mut people = cast.into_iter().map(Arc::new);
    let mut urls = world.urls.iter().cycle();
    let mut node = || urls.next().cloned().unwrap_or_default();
    let first = people.next().ok_or(Problem::NoLessons("nobody can log in"))?;
    let first =
        Present::arrive(world, first, &node()).await.map_err(|error| Problem::NobodyIn(error.to_string()))?;
    let mut present = vec![first];

    let mut ticks = interval(Duration::from_secs(1) / rate);
    // A machine that can't keep up is late, and not in a hurry.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut arrivals: JoinSet<Result<Present, Error>> = JoinSet::new();
    for person in people {
        ticks.tick().await;
        let (world, node) = (Arc::clone(world), node());
        arrivals.spawn(async move { Present::arrive(&world, person, &node).await });
    }
    while let Some(arrived) = arrivals.join_next().await {
        // Who failed is in the tally.
        present.extend(arrived.ok().and_then(Result::ok));
    }
    Ok(Arc::new(present))
}

fn teachers(world: &Arc<World>, present: &[Present], cli: &Cli) -> Result<Vec<Teacher>, Problem> {
    let teaching: Vec<&Present> =
        present.iter().filter(|present| !present.person.teaches.is_empty()).collect();
    let count = u32::try_from(teaching.len()).unwrap_or(u32::MAX);
    if count == 0 {
        return Err(Problem::NoLessons("no teacher is in"));
    }
    let pace = Duration::from_secs(1) * count / cli.grades_per_sec;
    let seeds = cli.seed..;
    Ok(teaching
        .into_iter()
        .zip(seeds)
        .map(|(present, seed)| {
            let classes = present.person.teaches.clone();
            Teacher::new(world, present.caller.clone(), classes, pace, seed)
        })
        .collect())
}

/// What teachers do.
#[derive(Clone, Copy)]
enum Work {
    /// Until that instant.
    Lesson(Instant),
    Bell,
}

/// All of them do the same, at once; gives them back when the last is done.
async fn all(teachers: Vec<Teacher>, work: Work) -> Vec<Teacher> {
    let mut working = JoinSet::new();
    for mut teacher in teachers {
        working.spawn(async move {
            match work {
                Work::Lesson(until) => teacher.lesson(until).await,
                Work::Bell => teacher.bell().await,
            }
            teacher
        });
    }
    working.join_all().await
}

/// Cuts off so many of a hundred connections in each minute until it is stopped: how many it were.
async fn cut(present: Arc<Vec<Present>>, percent: u32, seed: u64, stop: CancellationToken) -> u64 {
    let people = u32::try_from(present.len()).unwrap_or(u32::MAX);
    let cuts_per_sec = f64::from(people) * f64::from(percent) / 100.0 / 60.0;
    let mut dice = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut cuts = 0;
    loop {
        // Random moments that don't depend on each other, so many on average; without any, never.
        let pause = Duration::try_from_secs_f64(-(1.0 - dice.random::<f64>()).ln() / cuts_per_sec);
        tokio::select! {
            () = stop.cancelled() => return cuts,
            () = sleep(pause.unwrap_or(Duration::MAX)) => {}
        }
        if let Some(present) = present.choose(&mut dice) {
            present.interrupt();
            cuts += 1;
        }
    }
}

/// Waits until everything has come and everyone is back, or the time for it is over.
async fn settle(world: &Arc<World>, present: &[Present], patience: Duration) -> Verdict {
    eprintln!("settling: at most {} s", patience.as_secs());
    let until = Instant::now() + patience;
    loop {
        let listeners = present.iter().map(Present::listener).collect();
        let verdict = judge(&world.record.history(listeners, world.schools.clone()));
        let is_quiet = verdict.missing == 0 && present.iter().all(Present::is_in);
        if is_quiet || Instant::now() >= until {
            return verdict;
        }
        sleep(LOOK).await;
    }
}

async fn go_home(world: &Arc<World>, present: Arc<Vec<Present>>) {
    eprintln!("going home");
    world.leaving.cancel();
    world.tasks.close();
    world.tasks.wait().await;
    let mut waiting = Arc::into_inner(present).unwrap_or_default().into_iter();
    let mut going: JoinSet<()> = waiting.by_ref().take(DOOR).map(Present::leave).collect();
    while going.join_next().await.is_some() {
        waiting.next().map(|present| going.spawn(present.leave()));
    }
}
