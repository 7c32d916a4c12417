//! Tokens as the platform's identity provider would sign them (RFC 7519, HS256).

use std::fs;
use std::time::Duration;

use homeroom_contract::{Clock as _, SystemClock, TenantId, UserId};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;

use crate::cli::Cli;
use crate::problem::Problem;

/// What is left of a token's life when the lessons are over: time to arrive, to settle and to go home.
const SPARE: Duration = Duration::from_mins(15);

/// Signs tokens for the people of one district.
pub(crate) struct Signer {
    key: EncodingKey,
    tenant: TenantId,
    lifetime: Duration,
    issuer: Option<String>,
    audience: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Claims<'a> {
    sub: &'a UserId,
    district_id: &'a TenantId,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<&'a str>,
}

impl Signer {
    /// With the secret of the command line or of the environment.
    pub(crate) fn new(cli: &Cli, tenant: TenantId) -> Result<Self, Problem> {
        let secret = match &cli.secret_file {
            Some(path) => {
                let text = fs::read_to_string(path);
                text.map_err(|source| Problem::Unreadable { path: path.clone(), source })?
            }
            None => std::env::var("JWT_SECRET").map_err(|_| Problem::NoSecret)?,
        };
        // A file ends with a line break that belongs to nobody's secret.
        let secret = secret.trim_end_matches(['\r', '\n']);
        if secret.is_empty() {
            return Err(Problem::NoSecret);
        }
        if secret.len() < 32 {
            return Err(Problem::ShortSecret);
        }
        Ok(Self {
            key: EncodingKey::from_secret(secret.as_bytes()),
            tenant,
            lifetime: cli.lasts + SPARE,
            issuer: cli.issuer.clone(),
            audience: cli.audience.clone(),
        })
    }

    /// A fresh token for a person; `None` if it can't be made.
    pub(crate) fn token(&self, person: &UserId) -> Option<String> {
        let claims = Claims {
            sub: person,
            district_id: &self.tenant,
            exp: SystemClock.now().plus(self.lifetime).unix_millis() / 1000,
            iss: self.issuer.as_deref(),
            aud: self.audience.as_deref(),
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.key).ok()
    }
}
