//! The effective configuration as TOML, for `--check-config`; secrets are masked.

use std::fmt;

use homeroom_state::RedisAddress;
use toml::{Table, Value};

use super::Config;

const MASK: &str = "********";

impl Config {
    /// Every key with the value in force.
    pub(crate) fn show(&self) -> String {
        let mut shown = self.clone();
        shown.jwt_secret = shown.jwt_secret.map(|_| MASK.to_owned());
        shown.auth_signing_secret = shown.auth_signing_secret.map(|_| MASK.to_owned());
        shown.database_url = shown.database_url.as_deref().map(mask_password);
        shown.redis_url = shown.redis_url.as_deref().map(|url| {
            url.parse::<RedisAddress>().map_or_else(|_| MASK.to_owned(), |address| address.to_string())
        });
        match Table::try_from(&shown) {
            Ok(mut table) => {
                drop_empty(&mut table);
                table.to_string()
            }
            Err(error) => format!("# {error}\n"),
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.show())
    }
}

/// A URL with its password masked; what isn't a URL could be anything, and is masked as a whole.
pub(crate) fn mask_password(text: &str) -> String {
    if text.starts_with("sqlite:") {
        return text.to_owned();
    }
    match url::Url::parse(text) {
        Ok(mut url) => {
            if url.password().is_some() && url.set_password(Some(MASK)).is_err() {
                return MASK.to_owned();
            }
            let query: Vec<_> = url
                .query_pairs()
                .map(|(key, value)| {
                    let value = if key == "password" { MASK.into() } else { value };
                    (key.into_owned(), value.into_owned())
                })
                .collect();
            if !query.is_empty() {
                url.query_pairs_mut().clear().extend_pairs(query);
            }
            url.to_string()
        }
        Err(_) => MASK.to_owned(),
    }
}

fn drop_empty(table: &mut Table) {
    table.retain(|_, value| !matches!(value, Value::Table(inner) if inner.is_empty()));
    for (_, value) in table.iter_mut() {
        if let Value::Table(inner) = value {
            drop_empty(inner);
        }
    }
}
