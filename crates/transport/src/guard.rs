//! What a namespace's code does wrong fails the call or the question that it was about, and nothing else.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use homeroom_contract::Failure;

/// What the future says; a panic is a failure of ours.
pub(crate) async fn caught<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    // What it may have left half done is its own: what we share with it lives in transactions and behind locks.
    let outcome = AssertUnwindSafe(future).catch_unwind().await;
    outcome.unwrap_or_else(|panic| Err(Failure::internal(Panicked(text(panic.as_ref())))))
}

#[derive(Debug, thiserror::Error)]
#[error("it panicked: {0}")]
struct Panicked(String);

fn text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}
