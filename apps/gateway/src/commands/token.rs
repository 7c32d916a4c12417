//! `gateway token`: for trying things out, and for services where no identity provider makes tokens for them.

use std::process::ExitCode;

use homeroom_auth::{Grant, Signer};
use homeroom_contract::{Clock as _, SystemClock};

use crate::cli::TokenArgs;
use crate::config::{Config, ConfigError};
use crate::demo;
use crate::stop::Stop;

/// Prints the token and nothing else, so that it can be piped.
pub(crate) fn token(config: &Config, args: TokenArgs) -> Result<ExitCode, Stop> {
    let signer = signer(config)?;
    let scopes = Some(args.scope).filter(|scopes| !scopes.is_empty());
    let now = SystemClock.now();
    let grant = Grant {
        district: args.district,
        scopes,
        issuer: config.jwt_issuer.clone(),
        audience: config.jwt_audience.clone(),
        ..Grant::person(args.user, now.plus(args.ttl)).issued(now)
    };
    let token = signer.sign(&grant).map_err(|error| Stop::failed("the token could not be made", &error))?;
    println!("{token}");
    Ok(ExitCode::SUCCESS)
}

fn signer(config: &Config) -> Result<Signer, Stop> {
    let secret = match &config.jwt_secret {
        Some(secret) => secret.clone(),
        None if config.is_demo() => demo::existing_secret()?,
        None => {
            let problem =
                "tokens can be made only with a secret; with a public key, your identity provider makes them";
            return Err(ConfigError::value("JWT_SECRET", problem).into());
        }
    };
    Signer::new(&secret).map_err(|problem| ConfigError::value("JWT_SECRET", problem).into())
}
