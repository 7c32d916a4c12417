//! `gateway --check-config`.

use std::process::ExitCode;

use crate::config::Config;
use crate::stop::Stop;

/// Prints what is in force, after checking that it can be served with.
pub(crate) fn check_config(config: &Config) -> Result<ExitCode, Stop> {
    if config.is_demo() {
        println!(
            "# No database and no key are configured: this is the demo, with its data in ./homeroom-data."
        );
    } else {
        config.database_url()?;
        config.key()?;
    }
    print!("{}", config.show());
    Ok(ExitCode::SUCCESS)
}
