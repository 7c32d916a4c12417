//! Those who listen and lose their connections, and those who come to the class only in the middle of a run.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use homeroom_testkit::Proxy;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::run::{PROGRESS, Run};
use super::subscriber::{Log, Return};
use crate::support::district::Persona;

/// How long it takes to keep what could not be kept, at most, from when that is possible: it is tried every 3 s, and what is kept
/// already is so every 30 s.
const KEPT_AGAIN: Duration = Duration::from_secs(15);

/// Some who are in the other class and will be in this one too when they are told to. They come back with recovery.
pub(crate) struct Latecomers {
    classes: watch::Sender<Vec<String>>,
    numbers: Range<usize>,
    /// Through which they come, to any node.
    pub(crate) wire: Arc<Proxy>,
}

impl Run<'_> {
    /// So many more, who have come when this returns.
    pub(crate) async fn latecomers(&mut self, count: usize) -> Latecomers {
        let district = self.place.district;
        let nodes: Vec<_> = self.place.gateways.iter().map(|gateway| gateway.url()).collect();
        let nodes: Vec<_> = nodes.iter().map(String::as_str).collect();
        let wire = Arc::new(Proxy::before_any(&nodes).await);
        self.wires.push(Arc::clone(&wire));
        let classes = watch::Sender::new(vec![district.other_class()]);
        let first = self.logs.len();
        for _ in 0..count {
            let user = district.user(Persona::Teacher);
            self.listen_to(wire.url().to_owned(), &user, Return::Recovery, classes.subscribe());
        }
        self.everyone().await;
        Latecomers { classes, numbers: first..self.logs.len(), wire }
    }

    /// They join the class as well; waits until all of them are in.
    pub(crate) async fn invite(&self, late: &Latecomers) {
        late.classes.send_modify(|classes| classes.push(self.place.district.class()));
        let are_in = |n, log: &Log| !late.numbers.contains(&n) || log.heard.from.is_some();
        assert!(
            self.each(PROGRESS, are_in).await,
            "not all who came late are in the class after {PROGRESS:?}"
        );
    }

    /// Waits until all of them have been given an offset that leads back to where they are.
    pub(crate) async fn are_saved(&self, late: &Latecomers) {
        let are_saved = |n, log: &Log| !late.numbers.contains(&n) || log.saved;
        assert!(self.each(KEPT_AGAIN, are_saved).await, "not all sessions are kept after {KEPT_AGAIN:?}");
    }

    /// Everyone who came through these wires loses the connection; waits until all are back. How many sessions were taken up.
    pub(crate) async fn cut_off(&self, wires: &[&Proxy]) -> usize {
        let theirs = |log: &Log| log.heard.stays && wires.iter().any(|wire| wire.url() == log.address);
        let before = self.arrivals();
        let taken_up = || {
            self.logs
                .iter()
                .map(|log| log.borrow())
                .filter(|log| theirs(log))
                .map(|log| log.recovered)
                .sum::<usize>()
        };
        let taken_up_before = taken_up();
        for wire in wires {
            wire.reset();
        }
        let is_back = |n: usize, log: &Log| !theirs(log) || (log.arrivals() > before[n] && log.current);
        assert!(self.each(PROGRESS, is_back).await, "not everyone is back after {PROGRESS:?}");
        taken_up() - taken_up_before
    }

    /// Does this; whether a session is taken up after that, in that time.
    pub(crate) async fn takes_up_a_session_after(&self, what: impl FnOnce(), within: Duration) -> bool {
        let mut any = JoinSet::new();
        for log in &self.logs {
            let mut log = log.subscribe();
            let before = log.borrow_and_update().recovered;
            // An error would say that the log is gone, and we have it.
            any.spawn(async move { log.wait_for(|log| log.recovered > before).await.is_ok() });
        }
        what();
        matches!(timeout(within, any.join_next()).await, Ok(Some(Ok(true))))
    }
}
