//! `gateway --check-config`.

use std::process::ExitCode;

use homeroom_auth::Keys;

use crate::compose;
use crate::config::Config;
use crate::stop::Stop;

/// Prints what is in force, after checking that it can be served with.
pub(crate) async fn check_config(config: &Config) -> Result<ExitCode, Stop> {
    if config.is_demo() {
        println!(
            "# No database and no key are configured: this is the demo, with its data in ./homeroom-data."
        );
    } else {
        config.database_url()?;
        if let Keys::Set(set) = config.keys().await? {
            let checked = set.check().await;
            checked.map_err(|error| Stop::failed("JWT_JWKS: there are no keys", &error))?;
        }
    }
    config.check_limits(&compose::namespaces_without_data().await?)?;
    print!("{}", config.show());
    Ok(ExitCode::SUCCESS)
}
