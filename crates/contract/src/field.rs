//! What may be wrong with one field of a payload, and means the same in every namespace: it says nothing, it says too much, or it
//! lies outside of its range.

use std::fmt::Display;
use std::ops::RangeInclusive;

use crate::{Code, Failure};

/// What is wrong with one field, and which one that is: the path within the payload, such as `body` or `items[1].title`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// A text that must say something says nothing: `VALIDATION_ERROR`.
    #[error("{field} must not be blank.")]
    Blank {
        /// The field.
        field: &'static str,
    },
    /// A text is too long: `PAYLOAD_TOO_LARGE`.
    #[error("{field} has more than {most} characters.")]
    TooLong {
        /// The field.
        field: &'static str,
        /// The most characters (Unicode scalar values) that it may have.
        most: usize,
    },
    /// A list is too long: `PAYLOAD_TOO_LARGE`.
    #[error("{field} has more than {most} entries.")]
    TooMany {
        /// The field.
        field: &'static str,
        /// The most entries that it may have.
        most: usize,
    },
    /// A value lies outside of its range: `VALIDATION_ERROR`.
    #[error("{field} must be within {min} and {max}.")]
    OutOfRange {
        /// The field.
        field: &'static str,
        /// The least, inclusive.
        min: String,
        /// The most, inclusive.
        max: String,
    },
    /// It is within something else.
    #[error("{error}")]
    Within {
        /// The path of that, such as `items[1]`.
        outer: String,
        /// What is wrong, with its path from there on.
        error: Box<FieldError>,
    },
}

/// Whether a text says something, in no more than so many characters.
pub fn text(field: &'static str, text: &str, most: usize) -> Result<(), FieldError> {
    if text.trim().is_empty() { Err(FieldError::Blank { field }) } else { chars(field, text, most) }
}

/// Whether a text has no more than so many characters.
pub fn chars(field: &'static str, text: &str, most: usize) -> Result<(), FieldError> {
    if text.chars().count() > most { Err(FieldError::TooLong { field, most }) } else { Ok(()) }
}

/// Whether a list has no more than so many entries.
pub fn count(field: &'static str, count: usize, most: usize) -> Result<(), FieldError> {
    if count > most { Err(FieldError::TooMany { field, most }) } else { Ok(()) }
}

/// Whether a value lies within its range, both ends inclusive.
pub fn within<T>(field: &'static str, value: &T, range: &RangeInclusive<T>) -> Result<(), FieldError>
where
    T: PartialOrd + Display,
{
    if range.contains(value) {
        return Ok(());
    }
    Err(FieldError::OutOfRange { field, min: range.start().to_string(), max: range.end().to_string() })
}

impl FieldError {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::Blank { .. } | Self::OutOfRange { .. } => Code::ValidationError,
            Self::TooLong { .. } | Self::TooMany { .. } => Code::PayloadTooLarge,
            Self::Within { error, .. } => error.code(),
        }
    }

    /// Which field it is.
    pub fn path(&self) -> String {
        match self {
            Self::Blank { field }
            | Self::TooLong { field, .. }
            | Self::TooMany { field, .. }
            | Self::OutOfRange { field, .. } => (*field).to_owned(),
            Self::Within { outer, error } => format!("{outer}.{}", error.path()),
        }
    }

    /// The same, of something that is itself within the payload: `items[1]`.
    #[must_use]
    pub fn under(self, outer: impl Into<String>) -> Self {
        Self::Within { outer: outer.into(), error: Box::new(self) }
    }
}

impl From<FieldError> for Failure {
    fn from(error: FieldError) -> Self {
        Failure::new(error.code(), error.to_string()).at(&error.path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_something_to_say_and_an_end() {
        assert_eq!(text("body", " \n", 5), Err(FieldError::Blank { field: "body" }));
        assert_eq!(text("body", "üüüüü", 5), Ok(()));
        assert_eq!(text("body", "üüüüüü", 5), Err(FieldError::TooLong { field: "body", most: 5 }));
        assert_eq!(chars("comment", "", 5), Ok(()));
    }

    #[test]
    fn both_ends_of_a_range_are_in_it() {
        assert_eq!(within("durationSec", &1, &(1..=60)), Ok(()));
        assert_eq!(within("durationSec", &60, &(1..=60)), Ok(()));
        let failure = Failure::from(within("durationSec", &61, &(1..=60)).unwrap_err());
        assert_eq!(
            serde_json::to_string(&failure).unwrap(),
            r#"{"success":false,"error":"durationSec must be within 1 and 60.","code":"VALIDATION_ERROR","details":{"path":"durationSec"}}"#
        );
        assert_eq!(Failure::from(count("options", 7, 6).unwrap_err()).code, Code::PayloadTooLarge);
    }

    #[test]
    fn what_is_wrong_within_a_list_says_where() {
        let error = text("prompt", "", 5).unwrap_err().under("items[1]").under("quiz");
        assert_eq!((error.path().as_str(), error.code()), ("quiz.items[1].prompt", Code::ValidationError));
        assert_eq!(error.to_string(), "prompt must not be blank.");
    }
}
