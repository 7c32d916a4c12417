//! The gateway. Without a command it serves; without any configuration it serves the demo.

mod cli;
mod commands;
mod compose;
mod config;
mod demo;
mod listen;
mod measures;
mod node;
mod stop;
mod sweep;
mod telemetry;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::{Cli, Command, RosterCommand};
use crate::config::Config;
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
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Stop::failed("no threads to run on", &error))?;
    if cli.check_config {
        return runtime.block_on(commands::check_config(&config));
    }
    telemetry::start(config.log_format);
    runtime.block_on(command(&config, cli.command.unwrap_or(Command::Serve)))
}

async fn command(config: &Config, command: Command) -> Result<ExitCode, Stop> {
    match command {
        Command::Serve => commands::serve(config).await,
        Command::Demo => commands::demo().await,
        Command::Token(args) => commands::token(config, args),
        Command::Roster(RosterCommand::Import(args)) => commands::import(config, args).await,
        Command::Roster(RosterCommand::Generate(args)) => commands::generate(&args),
        Command::Ban(args) => commands::ban(config, args).await,
        Command::Pardon(args) => commands::pardon(config, args).await,
        Command::Revoke(args) => commands::revoke(config, args).await,
        Command::Migrate => commands::migrate(config).await,
        Command::Schema { out } => commands::schema(&out).await,
    }
}
