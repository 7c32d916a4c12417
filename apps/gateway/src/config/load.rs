//! Reads the file, puts the environment over it, and checks every value.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use serde::de::IntoDeserializer as _;
use toml::{Table, Value};

use super::keys::{FREE, OPTIONAL_FLAGS, all, defaults, leaves, variable};
use super::{Config, ConfigError, bounds};

/// The variable that names the file.
const FILE_VARIABLE: &str = "GATEWAY_CONFIG";

/// Reads the configuration. `file` wins over `GATEWAY_CONFIG`; the environment is handed in so that a test can.
pub(crate) fn load(
    file: Option<&Path>,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Config, ConfigError> {
    let environment = known_variables(environment)?;
    let named = environment.get(FILE_VARIABLE).map(Path::new);
    let defaults = defaults();
    let keys = all(&defaults);

    let mut merged = Table::new();
    if let Some(path) = file.or(named) {
        merged = read(path)?;
        refuse_unknown(path, &merged, &keys)?;
    }
    let mut origins = BTreeMap::new();
    for (key, default) in &keys {
        let variable = variable(key);
        if let Some(text) = environment.get(&variable) {
            put(&mut merged, key, coerce(text, key, default.as_ref()));
            origins.insert(key.clone(), variable);
        }
    }
    let origin = |key: &str| origins.get(key).cloned().unwrap_or_else(|| key.to_owned());

    let merged = Value::Table(merged);
    let config: Config = serde_path_to_error::deserialize(merged.into_deserializer()).map_err(|error| {
        let key = error.path().to_string();
        // The list index of a value that came as one variable is of no use to anyone.
        let key = key.split('[').next().unwrap_or_default();
        ConfigError::Value { origin: origin(key), problem: one_line(&error.into_inner().to_string()) }
    })?;
    bounds::check(&config, origin)?;
    config.check()?;
    Ok(config)
}

/// The variables that are ours, those with nothing in them left out. One that begins like ours and isn't is refused.
fn known_variables(
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<BTreeMap<String, String>, ConfigError> {
    let ours: Vec<_> = all(&defaults()).into_keys().map(|key| variable(&key)).collect();
    let mut found = BTreeMap::new();
    for (name, value) in environment {
        let Ok(name) = name.into_string() else { continue };
        if name != FILE_VARIABLE && !ours.contains(&name) {
            if name.starts_with("GATEWAY_") {
                return Err(ConfigError::Unknown { origin: name });
            }
            continue;
        }
        let value = value.into_string().map_err(|_| ConfigError::value(&name, "is not UTF-8"))?;
        if !value.is_empty() {
            found.insert(name, value);
        }
    }
    Ok(found)
}

fn read(path: &Path) -> Result<Table, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|problem| ConfigError::Unreadable { path: path.to_owned(), problem })?;
    text.parse().map_err(|error: toml::de::Error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = 1 + text.bytes().take(start).filter(|byte| *byte == b'\n').count();
        ConfigError::Syntax { path: path.to_owned(), line, problem: one_line(error.message()) }
    })
}

fn refuse_unknown(
    path: &Path,
    table: &Table,
    keys: &BTreeMap<String, Option<Value>>,
) -> Result<(), ConfigError> {
    // A section that is given as a plain value gets past this, and is refused for its type.
    let is_section = |key: &str| {
        keys.keys().any(|known| known.strip_prefix(key).is_some_and(|rest| rest.starts_with('.')))
    };
    let unknown = leaves(table)
        .into_iter()
        .find(|(key, _)| !keys.contains_key(key) && !FREE.contains(&key.as_str()) && !is_section(key));
    match unknown {
        Some((key, _)) => Err(ConfigError::Unknown { origin: format!("{key} in {}", path.display()) }),
        None => Ok(()),
    }
}

fn put(table: &mut Table, key: &str, value: Value) {
    let Some((section, rest)) = key.split_once('.') else {
        table.insert(key.to_owned(), value);
        return;
    };
    if let Value::Table(section) = table.entry(section).or_insert_with(|| Value::Table(Table::new())) {
        put(section, rest, value);
    }
}

/// A variable's text as the type that the key has. What can't be read as that stays text, so that the error says so.
fn coerce(text: &str, key: &str, default: Option<&Value>) -> Value {
    let is_flag = matches!(default, Some(Value::Boolean(_))) || OPTIONAL_FLAGS.contains(&key);
    let parsed = match default {
        Some(Value::Integer(_)) => text.trim().parse().ok().map(Value::Integer),
        _ if is_flag => match text.trim() {
            "true" | "1" => Some(Value::Boolean(true)),
            "false" | "0" => Some(Value::Boolean(false)),
            _ => None,
        },
        Some(Value::Array(_)) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Some(Value::Array(items.map(|item| Value::String(item.to_owned())).collect()))
        }
        _ => None,
    };
    parsed.unwrap_or_else(|| Value::String(text.to_owned()))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
