//! Set-up and tests of the whole tree: `cargo xtask help`.

mod beside;
mod mutants;
mod setup;
mod steps;
mod terminal;

use std::process::ExitCode;
use std::time::Instant;

use clap::{Parser, Subcommand};

use steps::Step;

/// What is done with the whole tree.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", disable_version_flag = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Sets up what is missing on this machine, then runs everything that has to hold.
    Test {
        /// Only these steps, with commas between.
        #[arg(long, value_delimiter = ',', value_enum)]
        only: Vec<Step>,
        /// Stops at the first step that fails.
        #[arg(long)]
        fail_fast: bool,
    },
    /// Installs what the tests need, or says what is missing.
    Setup,
    /// Switches off what delivery stands on, one thing at a time, and sees a test fail for each.
    Mutants,
    /// Runs an older gateway beside this tree's in the fault tests, each in the other's place.
    Beside {
        /// A revision that Git knows, such as a tag.
        revision: String,
        /// Which tests; rolling restarts if none is named.
        tests: Vec<String>,
    },
}

fn main() -> ExitCode {
    let (only, fail_fast) = match Cli::parse().command {
        Command::Test { only, fail_fast } => (only, fail_fast),
        Command::Setup => (vec![Step::Setup, Step::Clients], true),
        Command::Mutants => return exit_code("mutants", mutants::run()),
        Command::Beside { revision, tests } => return exit_code("beside", beside::run(&revision, &tests)),
    };
    let chosen = |step: &Step| only.is_empty() || only.contains(step);
    let began = Instant::now();
    let mut results = Vec::new();
    for step in Step::ALL.into_iter().filter(chosen) {
        terminal::heading(step.name(), step.about());
        let began = Instant::now();
        let result = step.run();
        if let Err(problem) = &result {
            terminal::failed(step.name(), problem);
        }
        let stop = result.is_err() && (fail_fast || step == Step::Setup);
        results.push((step, result, began.elapsed()));
        if stop {
            break;
        }
    }
    terminal::summary(&results, began.elapsed());
    if results.iter().all(|(_, result, _)| result.is_ok()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn exit_code(name: &str, result: Result<(), String>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            terminal::failed(name, &problem);
            ExitCode::FAILURE
        }
    }
}
