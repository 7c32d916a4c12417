//! Members that have fallen behind: their socket had no room for an entry, or it was in doubt whether they might hear it, or they
//! have come back and missed some. They are brought up from the stream's past and then hear again what is delivered.
//!
//! What always holds: while a member is behind, nobody but its one task sends it entries, so they stay in order; it goes live
//! between two deliveries, so nothing is left out and nothing comes twice.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::select;
use homeroom_journal::JournalError;
use tokio::time::sleep;
use tokio_util::task::TaskTracker;

use super::Member;
use crate::engine::CloseReason;
use crate::metrics::Metrics;

/// How long to wait before asking a journal again that did not answer.
const RETRY: Duration = Duration::from_millis(250);

/// How long to wait where nothing more is to be read and the member has not got to where this node is: the node has yet to hear of
/// an entry that the client has had from another one, or is about to notice that the database has gone back.
const BREATH: Duration = Duration::from_millis(20);

/// Brings members up.
#[derive(Debug, Clone)]
pub(crate) struct CatchUp {
    tasks: TaskTracker,
    /// How long a socket may take nothing at all.
    patience: Duration,
    metrics: Arc<Metrics>,
}

/// How far it has got.
enum Step {
    Live,
    /// The next entry needs this many bytes of room, as far as it is known.
    Further(usize),
    /// Nothing more is to be read now.
    Ahead,
    /// It is in doubt what it may be sent.
    Doubtful,
}

impl CatchUp {
    pub(crate) fn new(tasks: TaskTracker, patience: Duration, metrics: Arc<Metrics>) -> Self {
        Self { tasks, patience, metrics }
    }

    /// Begins, for a member that is behind, unless somebody has.
    pub(super) fn begin(&self, member: &Arc<Member>) {
        if !member.reached.take_on() {
            return;
        }
        let (member, catch_up) = (Arc::clone(member), self.clone());
        self.tasks.spawn(async move {
            catch_up.metrics.behind(member.namespace.name(), 1);
            catch_up.run(&member).await;
            catch_up.metrics.behind(member.namespace.name(), -1);
        });
    }

    async fn run(&self, member: &Arc<Member>) {
        let mut needed = 0;
        loop {
            if !member.socket.connection().outbox().room(needed, self.patience).await {
                member.link.connection.close(CloseReason::SlowConsumer);
                return;
            }
            if !member.socket.is_connected() {
                return;
            }
            if member.is_of_another_history() {
                member.link.connection.close(CloseReason::Server);
                return;
            }
            match step(member).await {
                Ok(Step::Live) => return,
                Ok(Step::Further(next)) => needed = next,
                Ok(Step::Ahead) => sleep(BREATH).await,
                Ok(Step::Doubtful) => doubtful(member).await,
                Err(error) => {
                    tracing::warn!(%error, cause = ?error, "what a client missed can't be read");
                    sleep(RETRY).await;
                }
            }
        }
    }
}

/// Waits until somebody has looked what it may, or it is gone.
async fn doubtful(member: &Member) {
    let sight = member.table.sight();
    let (mut looked, mut again) = (pin!(member.link.doubt.looked()), pin!(sight.again()));
    looked.as_mut().enable();
    again.as_mut().enable();
    if member.is_withheld(sight.moment()) && member.socket.is_connected() {
        select(looked, again).await;
    }
}

async fn step(member: &Arc<Member>) -> Result<Step, JournalError> {
    let (table, after) = (&member.table, member.reached.seq());
    if member.is_withheld(table.sight().moment()) {
        return Ok(Step::Doubtful);
    }
    let entries = table.following().read(after).await?;
    if member.is_withheld(table.sight().moment()) {
        return Ok(Step::Doubtful);
    }
    if !entries.is_empty() {
        return Ok(Step::Further(table.bring(member, &entries)));
    }
    let live = table.following().if_at(after, || member.reached.go_live());
    Ok(if live { Step::Live } else { Step::Ahead })
}
