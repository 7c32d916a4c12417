//! What a reader of the output sees around that of the commands.

use std::time::Duration;

use crate::steps::Step;

/// Announces a step.
pub(crate) fn heading(name: &str, about: &str) {
    println!("\n=== {name}: {about}");
}

/// Shows a command as it could be typed.
pub(crate) fn command(line: &str) {
    println!("  $ {line}");
}

/// Says at once that a step failed.
pub(crate) fn failed(name: &str, problem: &str) {
    println!("\n!!! {name} failed: {problem}");
}

/// The last lines: what was run, how long it took, what failed.
pub(crate) fn summary(results: &[(Step, Result<(), String>, Duration)], total: Duration) {
    println!("\n=== summary");
    for (step, result, took) in results {
        let mark = if result.is_ok() { "ok    " } else { "FAILED" };
        println!("  {mark} {:<7} {:>5} s  {}", step.name(), took.as_secs(), step.about());
    }
    let failed: Vec<_> = results.iter().filter(|(_, result, _)| result.is_err()).collect();
    for (step, result, _) in &failed {
        if let Err(problem) = result {
            println!("\n  {}: {problem}", step.name());
            println!("  again, alone: cargo xtask test --only {}", step.name());
        }
    }
    let verdict = if failed.is_empty() { "everything holds" } else { "not everything holds" };
    println!("\n{verdict} ({} s)", total.as_secs());
}
