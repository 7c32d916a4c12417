//! What has to be done again and again, on any node: replies, sessions and bans that are over are deleted, grading periods that
//! have closed are told of.

use std::sync::Arc;
use std::time::Duration;

use homeroom_auth::Gate;
use homeroom_contract::Clock;
use homeroom_gradebook::Gradebook;
use homeroom_journal::Journal;
use tokio::time::MissedTickBehavior;

/// Sweeps at once and then that often, until it is dropped. What fails is logged, and done the next time.
pub(crate) async fn sweep(
    journal: Journal,
    gradebook: Gradebook,
    gate: Arc<Gate>,
    clock: Arc<dyn Clock>,
    every: Duration,
) {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let now = clock.now();
        match journal.sweep(now).await {
            Ok(0) => {}
            Ok(deleted) => tracing::debug!(deleted, "deleted expired replies"),
            Err(error) => tracing::warn!(%error, "expired replies could not be deleted"),
        }
        match gate.purge().await {
            Ok(0) => {}
            Ok(deleted) => tracing::debug!(deleted, "deleted sessions, bans and revocations that are over"),
            Err(error) => tracing::warn!(%error, "what is over of sessions and bans could not be deleted"),
        }
        match gradebook.close_periods(now).await {
            Ok(0) => {}
            Ok(classes) => tracing::info!(classes, "told of closed grading periods"),
            Err(error) => tracing::warn!(%error, "closed grading periods could not be told of"),
        }
    }
}
