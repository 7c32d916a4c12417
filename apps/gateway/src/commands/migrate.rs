//! `gateway migrate`: for deployments where nodes may not change the schema themselves, or to do it ahead of time.

use std::process::ExitCode;

use crate::compose;
use crate::config::Config;
use crate::stop::Stop;

/// Brings the schema up to date.
pub(crate) async fn migrate(config: &Config) -> Result<ExitCode, Stop> {
    let database = compose::database(config, config.database_url()?).await?;
    database.close().await;
    println!("The schema is up to date.");
    Ok(ExitCode::SUCCESS)
}
