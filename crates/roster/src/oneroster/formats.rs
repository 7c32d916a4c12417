//! What a value of each format may look like. Only what can be read in one way is taken.

use chrono::{DateTime, Datelike, NaiveDate};
use homeroom_contract::Timestamp;

use super::files::{Column, Format};

/// Years that a date in a school may be of.
const YEARS: std::ops::RangeInclusive<i32> = 1800..=2999;

/// Whether an unkept value has the format of its column. A password is never looked at.
pub(super) fn fits(column: &Column, value: &str) -> bool {
    match column.format {
        Format::Id => is_id(value),
        Format::Ids => value.split(',').all(|id| is_id(id.trim())),
        Format::Date => parse_date(value).is_some(),
        Format::DateTime => parse_instant(value).is_some(),
        Format::Year => parse_year(value).is_some(),
        Format::Integer => value.parse::<i64>().is_ok(),
        Format::Float => parse_number(value).is_some(),
        Format::Word(tokens) => spelling(value, tokens, false).is_some(),
        Format::OpenWord(tokens) => spelling(value, tokens, true).is_some(),
        Format::OpenWords(tokens) => {
            value.split(',').all(|word| spelling(word.trim(), tokens, true).is_some())
        }
        Format::Text | Format::Texts => true,
    }
}

fn is_id(text: &str) -> bool {
    super::SourcedId::new(text).is_ok()
}

/// The token that a word stands for.
pub(super) fn spelling<'a>(word: &'a str, tokens: &[&'static str], open: bool) -> Option<&'a str> {
    if open && is_extension(word) {
        return Some(word);
    }
    tokens.iter().copied().find(|token| token.eq_ignore_ascii_case(word))
}

/// `ext:` and letters, digits, dots, hyphens or underscores.
fn is_extension(word: &str) -> bool {
    let own = word.strip_prefix("ext:").unwrap_or_default();
    (1..=64).contains(&own.len())
        && own.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
}

pub(super) fn parse_date(text: &str) -> Option<NaiveDate> {
    // chrono would also take a month of one digit and a year with a sign.
    let is_plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| is_plain)?;
    YEARS.contains(&date.year()).then_some(date)
}

pub(super) fn parse_instant(text: &str) -> Option<Timestamp> {
    let instant = DateTime::parse_from_rfc3339(text).ok()?;
    YEARS.contains(&instant.year()).then(|| Timestamp::new(instant.to_utc()))
}

pub(super) fn parse_year(text: &str) -> Option<i32> {
    let is_plain = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|year| is_plain && YEARS.contains(year))
}

pub(super) fn parse_number(text: &str) -> Option<f64> {
    // Rust would also take "inf" and "NaN".
    let is_plain = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'+' | b'-' | b'e' | b'E'));
    text.parse().ok().filter(|number: &f64| is_plain && number.is_finite())
}

/// As much of a value as a sentence bears.
pub(super) fn shown(text: &str) -> String {
    const MOST: usize = 60;
    if text.chars().count() <= MOST {
        text.to_owned()
    } else {
        text.chars().take(MOST).chain(['…']).collect()
    }
}
