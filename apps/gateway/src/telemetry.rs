//! The log: to standard error, for people or as JSON, at the levels that `RUST_LOG` says (`info` if it says nothing).

use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::PanicHookInfo;

use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// Starts it. Once per process.
pub(crate) fn start(format: LogFormat) {
    let levels = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let log = tracing_subscriber::fmt().with_env_filter(levels).with_writer(std::io::stderr);
    // A second call, as in a test, changes nothing.
    let started = match format {
        LogFormat::Text => {
            log.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).with_target(false).try_init()
        }
        LogFormat::Json => log.json().flatten_event(true).with_current_span(false).try_init(),
    };
    started.ok();
    std::panic::set_hook(Box::new(panicked));
}

/// A panic is a line of the log too, and not something between the lines.
fn panicked(panic: &PanicHookInfo<'_>) {
    let backtrace = Backtrace::capture();
    if backtrace.status() == BacktraceStatus::Captured {
        tracing::error!(%panic, %backtrace, "panicked");
    } else {
        tracing::error!(%panic, "panicked");
    }
}
