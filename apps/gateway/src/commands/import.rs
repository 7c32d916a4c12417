//! `gateway roster import`.

use std::process::ExitCode;

use homeroom_contract::{Clock as _, SystemClock};
use homeroom_roster::{ImportOptions, Outcome};

use crate::cli::ImportArgs;
use crate::compose;
use crate::config::Config;
use crate::stop::{self, Stop};

/// Imports, and prints the report to standard output.
pub(crate) async fn import(config: &Config, args: ImportArgs) -> Result<ExitCode, Stop> {
    let database = compose::database(config, config.database_url()?).await?;
    let roster = compose::roster(config, &database);
    let gradebook = compose::gradebook_import(config);
    let options = ImportOptions {
        tenant: args.district,
        max_refused: args.max_refused,
        dry_run: args.dry_run,
        limits: config.import,
        ..ImportOptions::default()
    };
    let report = roster.import(&args.path, &options, Some(&gradebook), SystemClock.now()).await;
    database.close().await;
    let report = report
        .map_err(|error| Stop::failed(format!("{} could not be imported", args.path.display()), &error))?;
    if args.json {
        let json = serde_json::to_string_pretty(&report)
            .map_err(|error| Stop::failed("the report could not be written", &error))?;
        println!("{json}");
    } else {
        print!("{report}");
    }
    Ok(if report.outcome == Outcome::Refused { stop::refused() } else { ExitCode::SUCCESS })
}
