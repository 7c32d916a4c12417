//! Plays a school day against a gateway and reports.

mod caller;
mod cast;
mod cli;
mod day;
mod district;
mod history;
mod judge;
mod open_files;
mod present;
mod problem;
mod record;
mod report;
mod tally;
mod teacher;
mod tokens;
mod world;

use std::fs;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser as _;

use crate::cli::Cli;
use crate::district::Export;
use crate::problem::Problem;
use crate::report::Report;
use crate::tokens::Signer;
use crate::world::World;

/// Something that was promised was not kept.
const BROKEN: u8 = 1;
/// There is no verdict.
const NO_VERDICT: u8 = 2;

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(BROKEN),
        Err(problem) => {
            eprintln!("homeroom-loadtest: {problem}");
            ExitCode::from(NO_VERDICT)
        }
    }
}

/// Whether everything was kept.
fn run(cli: &Cli) -> Result<bool, Problem> {
    let district = Export::read(&cli.roster)?.district(cli.district.as_ref(), teacher::today())?;
    let most = usize::try_from(cli.people).unwrap_or(usize::MAX);
    let cast = cast::cast(&district, most, cli.seed)?;
    let signer = Signer::new(cli, district.tenant.clone())?;
    open_files::check(cast.len())?;
    let (tenant, parts) =
        (district.tenant.clone(), cast.iter().map(|person| person.part).collect::<Vec<_>>());
    let world = Arc::new(World::new(cli.urls.clone(), signer, district));

    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Problem::Threads)?;
    let played = runtime.block_on(day::play(&world, cast, cli))?;
    let report = Report::new(cli, tenant.as_str(), &parts, played, &world.record.tally());
    print!("{report}");
    if let Some(path) = &cli.out {
        let json = serde_json::to_vec_pretty(&report).unwrap_or_default();
        fs::write(path, json).map_err(|source| Problem::Unwritable { path: path.clone(), source })?;
    }
    if !report.shows_something() {
        return Err(Problem::NothingAcknowledged(report.failures()));
    }
    Ok(report.kept)
}
