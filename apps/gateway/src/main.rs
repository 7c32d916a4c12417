//! The gateway. Without a command it serves; without any configuration it serves the demo.

mod cli;
mod commands;
mod config;
mod demo;
mod stop;
mod telemetry;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::{Cli, Command, RosterCommand};
use crate::stop::Stop;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(answer) => return stop::usage(&answer),
    };
    match run(cli) {
        Ok(code) => code,
        Err(stop) => stop.report(),
    }
}

fn run(cli: Cli) -> Result<ExitCode, Stop> {
    let config = config::load(cli.config.as_deref(), std::env::vars_os())?;
    if cli.check_config {
        return commands::check_config(&config);
    }
    telemetry::start(config.log_format);
    match cli.command.unwrap_or(Command::Serve) {
        Command::Token(args) => commands::token(&config, args),
        _ => Ok(ExitCode::SUCCESS),
    }
}
