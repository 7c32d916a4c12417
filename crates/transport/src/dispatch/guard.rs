//! A handler that panics fails its call, and nothing else.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use homeroom_contract::{Answer, BoundNamespace, Call, Failure};
use serde_json::value::RawValue;

/// How long to look for the reply of a command that has failed.
pub(super) const SECOND_LOOK: Duration = Duration::from_secs(2);

/// What the handler says; a panic is a failure of ours.
pub(super) async fn handle(
    namespace: &Arc<BoundNamespace>,
    call: Call,
    payload: Box<RawValue>,
) -> Result<Answer, Failure> {
    // What a handler may have left half done is its own: shared state lives in transactions and behind locks.
    let handled = AssertUnwindSafe(async { namespace.handle(call, payload).await }).catch_unwind().await;
    handled.unwrap_or_else(|panic| Err(Failure::internal(Panicked(text(panic.as_ref())))))
}

#[derive(Debug, thiserror::Error)]
#[error("the handler panicked: {0}")]
struct Panicked(String);

fn text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}
