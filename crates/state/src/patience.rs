//! How long one call may wait for the shared state: all its waits together, wherever on its way they are.
//!
//! What always holds: whoever has waited as long as that waits for nothing more. Waits at one time count once.

use std::cell::Cell;
use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, timeout};

tokio::task_local! {
    /// The patience of the call that this task is about.
    static PATIENCE: Patience;
}

struct Patience {
    most: Duration,
    /// In the waits that are over.
    waited: Cell<Duration>,
    /// How many waits there are now, and since when there are any.
    waiting: Cell<u32>,
    since: Cell<Instant>,
}

impl Patience {
    fn left(&self) -> Duration {
        let now = if self.waiting.get() > 0 { self.since.get().elapsed() } else { Duration::ZERO };
        self.most.saturating_sub(self.waited.get()).saturating_sub(now)
    }
}

/// Runs a call that waits for the state no longer than `most`, all its waits together. What it spawns is on its own.
pub async fn within<T>(most: Duration, call: impl Future<Output = T>) -> T {
    let patience = Patience {
        most,
        waited: Cell::default(),
        waiting: Cell::default(),
        since: Cell::new(Instant::now()),
    };
    PATIENCE.scope(patience, call).await
}

/// Waits, no longer than `most`, nor than the call has patience left that this task is about. The error is how long that was.
///
/// Work that is not waited for to its end is dropped; with no patience left it is not begun.
pub async fn wait<T>(most: Duration, work: impl Future<Output = T>) -> Result<T, Duration> {
    let given = PATIENCE.try_with(Patience::left).map_or(most, |left| left.min(most));
    if given.is_zero() {
        return Err(given);
    }
    let _waiting = Waiting::begin();
    timeout(given, work).await.map_err(|_| given)
}

/// A wait that counts, until it is dropped.
struct Waiting;

impl Waiting {
    fn begin() -> Self {
        // Outside of a call nobody counts.
        let _ = PATIENCE.try_with(|patience| {
            let waiting = patience.waiting.get();
            if waiting == 0 {
                patience.since.set(Instant::now());
            }
            patience.waiting.set(waiting + 1);
        });
        Self
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let _ = PATIENCE.try_with(|patience| {
            let waiting = patience.waiting.get().saturating_sub(1);
            patience.waiting.set(waiting);
            if waiting == 0 {
                patience.waited.set(patience.waited.get() + patience.since.get().elapsed());
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use futures_util::future::join3;
    use tokio::time::sleep;

    use super::*;

    const MOST: Duration = Duration::from_millis(240);
    const LONG: Duration = Duration::from_mins(1);

    async fn long(wait: Duration) -> bool {
        super::wait(LONG, sleep(wait)).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn all_waits_of_a_call_together_are_no_longer_than_it_may_wait() {
        within(MOST, async {
            let began = Instant::now();
            assert!(long(MOST / 5).await);
            sleep(LONG).await;
            assert!(long(MOST / 5).await, "what is no wait for the state does not count");
            assert_eq!(wait(LONG, pending::<()>()).await, Err(MOST * 3 / 5), "it is cut short");
            assert_eq!(began.elapsed(), LONG + MOST);
            assert_eq!(
                wait(LONG, async { unreachable!("nothing is begun any more") }).await,
                Err::<(), _>(Duration::ZERO)
            );
            assert_eq!(began.elapsed(), LONG + MOST);
        })
        .await;
    }

    #[tokio::test(start_paused = true)]
    async fn waits_at_one_time_count_once() {
        within(MOST, async {
            let inner = async { long(MOST / 5).await };
            let nested = wait(LONG, inner);
            assert_eq!(join3(long(MOST / 2), nested, long(MOST / 4)).await, (true, Ok(true), true));
            assert!(long(MOST / 4).await);
            assert_eq!(wait(LONG, pending::<()>()).await, Err(MOST / 4));
        })
        .await;
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_has_more_patience_waits_no_longer_than_asked() {
        assert_eq!(wait(MOST, pending::<()>()).await, Err(MOST), "outside of a call");
        within(LONG, async { assert_eq!(wait(MOST, pending::<()>()).await, Err(MOST)) }).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_that_is_given_up_counts_as_long_as_it_was() {
        within(MOST, async {
            assert!(timeout(MOST / 2, wait(LONG, pending::<()>())).await.is_err());
            sleep(LONG).await;
            assert_eq!(wait(LONG, pending::<()>()).await, Err(MOST / 2));
        })
        .await;
    }
}
