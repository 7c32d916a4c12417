//! What the values mean together: the demo or a deployment, which key, which origins.

use std::time::Duration;

use homeroom_auth::{AuthConfig, Jwks, JwksSource, Key, Keys};
use homeroom_contract::BoundNamespace;
use homeroom_state::RedisAddress;
use homeroom_transport::TransportConfig;
use url::Url;

use super::{Config, ConfigError};

/// What every namespace answers by itself, and what stands for everything else: names that may be limited too.
const ALWAYS_LIMITABLE: [&str; 4] = ["default", "sync:since", "server:time", "auth:refresh"];

impl Config {
    /// Whether nothing was configured that makes a deployment: no database, no key, no Redis.
    pub(crate) fn is_demo(&self) -> bool {
        let deployment = [&self.database_url, &self.redis_url, &self.jwt_secret, &self.jwt_jwks];
        deployment.iter().all(|setting| setting.is_none()) && self.jwt_public_key_file.is_none()
    }

    /// The keys that tokens are checked with.
    pub(crate) async fn keys(&self) -> Result<Keys, ConfigError> {
        if let Some(Err(problem)) = self.auth_signing_secret.as_deref().map(Key::secret) {
            return Err(ConfigError::value("AUTH_SIGNING_SECRET", problem));
        }
        match (&self.jwt_secret, &self.jwt_public_key_file, &self.jwt_jwks) {
            (Some(secret), _, _) => {
                let key = Key::secret(secret).map_err(|problem| ConfigError::value("JWT_SECRET", problem))?;
                Ok(key.into())
            }
            (_, Some(file), _) => {
                let refused = |problem: String| ConfigError::value("JWT_PUBLIC_KEY_FILE", problem);
                let pem = std::fs::read_to_string(file)
                    .map_err(|problem| refused(format!("{} can't be read: {problem}", file.display())))?;
                Ok(Key::public_pem(&pem).map_err(|problem| refused(problem.to_string()))?.into())
            }
            (_, _, Some(source)) => {
                let refused = |problem| ConfigError::value("JWT_JWKS", problem);
                let source = source.parse().map_err(refused)?;
                Ok(Jwks::open(source, self.jwks.clone()).await.map_err(refused)?.into())
            }
            (None, None, None) => Err(ConfigError::value(
                "JWT_SECRET",
                "there is no key to check tokens with: set it, or JWT_PUBLIC_KEY_FILE, or JWT_JWKS",
            )),
        }
    }

    /// The secret that the gateway signs its own tokens with, if there is one.
    pub(crate) fn signing_secret(&self) -> Option<&str> {
        self.auth_signing_secret.as_deref().or(self.jwt_secret.as_deref())
    }

    /// What tokens have to be besides signed.
    pub(crate) fn tokens(&self) -> AuthConfig {
        AuthConfig {
            issuer: self.jwt_issuer.clone(),
            audience: self.jwt_audience.clone(),
            leeway: Duration::from_millis(self.jwt_leeway_ms),
            max_token_bytes: self.jwt_max_bytes,
        }
    }

    /// Limits and times of calls, with the limits by name.
    pub(crate) fn transport(&self) -> TransportConfig {
        TransportConfig { limits: self.limits.clone(), ..self.transport.clone() }
    }

    /// Whether every limit is for a request that there is.
    pub(crate) fn check_limits(&self, namespaces: &[BoundNamespace]) -> Result<(), ConfigError> {
        let is_request = |name: &str| {
            let mut declared = namespaces.iter().flat_map(BoundNamespace::routes);
            ALWAYS_LIMITABLE.contains(&name) || declared.any(|route| route.name == name)
        };
        match self.limits.keys().find(|name| !is_request(name)) {
            Some(name) => {
                Err(ConfigError::value(&format!("limits.\"{name}\""), "there is no request of that name"))
            }
            None => Ok(()),
        }
    }

    /// The gradebook's settings, with what is different in single districts.
    pub(crate) fn gradebook(&self) -> homeroom_gradebook::Settings {
        let mut settings = self.gradebook.clone();
        let strict = self.tenants.iter().filter(|(_, tenant)| tenant.require_versions);
        settings.require_versions_in.extend(strict.map(|(id, _)| id.clone()));
        settings
    }

    /// The database of a deployment.
    pub(crate) fn database_url(&self) -> Result<&str, ConfigError> {
        self.database_url.as_deref().ok_or_else(|| {
            ConfigError::value(
                "DATABASE_URL",
                "there is no database: set it to postgres://… or sqlite://PATH",
            )
        })
    }

    /// Everything that can be said about the values together without opening anything; of each number by itself, `bounds` does.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let kinds = [self.jwt_secret.is_some(), self.jwt_public_key_file.is_some(), self.jwt_jwks.is_some()];
        if kinds.into_iter().filter(|kind| *kind).count() > 1 {
            let problem = "set one of JWT_SECRET, JWT_PUBLIC_KEY_FILE and JWT_JWKS, not several";
            return Err(ConfigError::value("JWT_SECRET", problem));
        }
        if let Some(Err(problem)) = self.jwt_jwks.as_deref().map(str::parse::<JwksSource>) {
            return Err(ConfigError::value("JWT_JWKS", problem));
        }
        if self.use_redis_state == Some(true) && self.redis_url.is_none() {
            return Err(ConfigError::value(
                "USE_REDIS_STATE",
                "there is no Redis to keep it in: set REDIS_URL",
            ));
        }
        if let Some(url) = &self.redis_url {
            url.parse::<RedisAddress>().map_err(|error| ConfigError::value("REDIS_URL", error))?;
        }
        if let Some(url) = &self.database_url {
            let known = ["postgres://", "postgresql://", "sqlite:"];
            if !known.iter().any(|scheme| url.starts_with(scheme)) {
                return Err(ConfigError::value("DATABASE_URL", "must begin with postgres:// or sqlite://"));
            }
        }
        if self.engine.allow_localhost_origins {
            let problem = "only the demo does; list the origins in FRONTEND_URL";
            return Err(ConfigError::value("engine.allow_localhost_origins", problem));
        }
        if !self.transport.limits.is_empty() {
            return Err(ConfigError::value("transport.limits", "write it as [limits]"));
        }
        if self.listen == self.admin_listen && self.listen.port() != 0 {
            return Err(ConfigError::value("admin_listen", "must not be the same as listen"));
        }
        self.origins().map(|_| ())
    }

    /// The origins that browsers may connect from, as they send them.
    pub(crate) fn origins(&self) -> Result<Vec<String>, ConfigError> {
        let named = [
            ("FRONTEND_URL", &self.frontend_url),
            ("SOCKET_IO_CORS_ORIGIN", &self.socket_io_cors_origin),
            ("engine.allowed_origins", &self.engine.allowed_origins),
        ];
        let origins = named.into_iter().flat_map(|(key, list)| list.iter().map(move |text| (key, text)));
        origins.map(|(key, text)| origin(key, text)).collect()
    }
}

/// `https://app.school.example/` as browsers say where they come from: `https://app.school.example`.
fn origin(key: &str, text: &str) -> Result<String, ConfigError> {
    let refused = || {
        ConfigError::value(
            key,
            format!("`{text}` is not an origin such as https://app.school.example (and * is not taken)"),
        )
    };
    let url = Url::parse(text).map_err(|_| refused())?;
    let plain = matches!(url.scheme(), "http" | "https") && url.path() == "/" && url.query().is_none();
    if plain { Ok(url.origin().ascii_serialization()) } else { Err(refused()) }
}
