//! One row with its columns by name: every value is asked for in the format that it should have.

use std::str::FromStr;

use chrono::NaiveDate;
use homeroom_contract::Timestamp;

use super::csv::Cells;
use super::files::BOOLEAN;
use super::findings::{Bad, Part};
use super::formats::{fits, parse_date, parse_instant, parse_number, parse_year, shown, spelling};
use super::header::Header;
use super::report::{Mode, Notice, Reason, Version};

/// A row being read. The accessors want the columns in about the order of the file.
pub struct Fields<'a> {
    pub(super) cells: &'a Cells,
    pub(super) header: &'a Header,
    pub(super) mode: Mode,
    pub(super) version: Version,
    pub(super) file: &'a str,
    pub(super) part: &'a mut Part,
    /// Where in the columns the last one was found.
    pub(super) cursor: usize,
}

impl<'a> Fields<'a> {
    fn warn(&mut self, column: &str, notice: Notice, message: impl FnOnce() -> String) {
        self.part.warn(self.file, self.cells.line, Some(column), notice, message);
    }

    /// Whether the file may have such a column.
    pub(super) fn has(&self, name: &str) -> bool {
        self.header.columns.iter().any(|(column, _)| column.name == name)
    }

    fn value(&mut self, name: &str) -> &'a str {
        let columns = &self.header.columns;
        let places = (self.cursor..columns.len()).chain(0..self.cursor.min(columns.len()));
        for place in places {
            if let Some((column, cell)) = columns.get(place)
                && column.name == name
            {
                self.cursor = place + 1;
                return cell.map_or("", |cell| self.cells.get(cell));
            }
        }
        ""
    }

    /// Text that may be blank, without the spaces around it.
    pub(super) fn maybe_text(&mut self, name: &str) -> Option<String> {
        Some(self.value(name).trim()).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    pub(super) fn text(&mut self, name: &str) -> Result<String, Bad> {
        self.maybe_text(name).ok_or_else(|| blank(name))
    }

    /// A value without the spaces around it, which are counted; `None` if it is blank.
    fn word(&mut self, name: &str) -> Option<&'a str> {
        let value = self.value(name);
        let trimmed = value.trim();
        if trimmed.len() != value.len() && !trimmed.is_empty() {
            self.warn(name, Notice::Spaces, || format!("There are spaces around {trimmed:?}."));
        }
        (!trimmed.is_empty()).then_some(trimmed)
    }

    /// A reference or the like; with a name of its own for the contract's types.
    pub(super) fn maybe_id<I: FromStr>(&mut self, name: &str) -> Result<Option<I>, Bad> {
        self.word(name).map(|text| text.parse().map_err(|_| bad_id(name, text))).transpose()
    }

    pub(super) fn id<I: FromStr>(&mut self, name: &str) -> Result<I, Bad> {
        self.maybe_id(name)?.ok_or_else(|| blank(name))
    }

    /// A list, by commas; blank entries are left out and counted.
    pub(super) fn texts(&mut self, name: &str) -> Vec<String> {
        self.entries(name).into_iter().map(str::to_owned).collect()
    }

    pub(super) fn ids<I: FromStr + PartialEq>(&mut self, name: &str) -> Result<Vec<I>, Bad> {
        let mut ids = Vec::new();
        for text in self.entries(name) {
            let id = text.parse().map_err(|_| bad_id(name, text))?;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok(ids)
    }

    fn entries(&mut self, name: &str) -> Vec<&'a str> {
        let value = self.value(name).trim();
        if value.is_empty() {
            return Vec::new();
        }
        let entries: Vec<_> = value.split(',').map(str::trim).filter(|entry| !entry.is_empty()).collect();
        if entries.len() != value.split(',').count() {
            self.warn(name, Notice::BlankEntries, || format!("{value:?} has blank entries."));
        }
        entries
    }

    /// A word of an enumeration, in the standard's spelling; one in another case is counted.
    pub(super) fn maybe_token(
        &mut self,
        name: &str,
        tokens: &[&'static str],
        open: bool,
    ) -> Result<Option<&'a str>, Bad> {
        let Some(word) = self.word(name) else { return Ok(None) };
        match spelling(word, tokens, open) {
            Some(token) if token == word => Ok(Some(token)),
            Some(token) => {
                self.warn(name, Notice::Case, || format!("{word:?} was taken as {token:?}."));
                Ok(Some(token))
            }
            None => {
                let list = tokens.join(", ");
                let sentence = format!("{:?} is not one of {list}.", shown(word));
                Err(Bad::new(name, Reason::Enumeration, sentence))
            }
        }
    }

    pub(super) fn token(&mut self, name: &str, tokens: &[&'static str], open: bool) -> Result<&'a str, Bad> {
        self.maybe_token(name, tokens, open)?.ok_or_else(|| blank(name))
    }

    pub(super) fn maybe_boolean(&mut self, name: &str) -> Result<Option<bool>, Bad> {
        Ok(self.maybe_token(name, BOOLEAN, false)?.map(|token| token == "true"))
    }

    pub(super) fn boolean(&mut self, name: &str) -> Result<bool, Bad> {
        self.maybe_boolean(name)?.ok_or_else(|| blank(name))
    }

    pub(super) fn maybe_date(&mut self, name: &str) -> Result<Option<NaiveDate>, Bad> {
        self.word(name).map(|text| parse_date(text).ok_or_else(|| bad_date(name, text))).transpose()
    }

    pub(super) fn date(&mut self, name: &str) -> Result<NaiveDate, Bad> {
        self.maybe_date(name)?.ok_or_else(|| blank(name))
    }

    pub(super) fn maybe_instant(&mut self, name: &str) -> Result<Option<Timestamp>, Bad> {
        self.word(name).map(|text| parse_instant(text).ok_or_else(|| bad_instant(name, text))).transpose()
    }

    pub(super) fn year(&mut self, name: &str) -> Result<i32, Bad> {
        let text = self.word(name).ok_or_else(|| blank(name))?;
        parse_year(text).ok_or_else(|| {
            Bad::new(name, Reason::Year, format!("{:?} is not a year of four digits.", shown(text)))
        })
    }

    pub(super) fn maybe_number(&mut self, name: &str) -> Result<Option<f64>, Bad> {
        let Some(text) = self.word(name) else { return Ok(None) };
        match parse_number(text) {
            Some(number) => Ok(Some(number)),
            None => Err(Bad::new(name, Reason::Number, format!("{:?} is not a number.", shown(text)))),
        }
    }

    /// A whole number that isn't negative; a fraction is counted.
    pub(super) fn maybe_weight(&mut self, name: &str) -> Result<Option<f64>, Bad> {
        let weight = self.maybe_number(name)?;
        match weight {
            Some(weight) if weight < 0.0 => {
                return Err(Bad::new(name, Reason::Number, format!("{weight} is negative.")));
            }
            Some(weight) if weight.fract() != 0.0 => {
                self.warn(name, Notice::Fraction, || format!("{weight} is not a whole number."));
            }
            _ => {}
        }
        Ok(weight)
    }

    /// Says that a word is an old one that is understood.
    pub(super) fn old_word(&mut self, name: &str, word: &str, taken_as: &str) {
        self.warn(name, Notice::OldWord, || format!("{word:?} was taken as {taken_as:?}."));
    }

    /// The value of a column as it stands, for what is decided from it before it is read.
    pub(super) fn peek(&mut self, name: &str) -> &'a str {
        self.value(name).trim()
    }

    /// The row's `status` and `dateLastModified`, which a delta file must have and a bulk file should not.
    pub(super) fn stamp(&mut self) -> Result<(bool, Option<Timestamp>), Bad> {
        let is_delta = self.mode == Mode::Delta;
        let word = if self.peek("status").eq_ignore_ascii_case("inactive") {
            self.old_word("status", "inactive", "tobedeleted");
            Some("tobedeleted")
        } else {
            self.maybe_token("status", super::records::Status::TOKENS, false)?
        };
        let modified = match self.maybe_instant("dateLastModified") {
            Err(bad) if !is_delta => {
                self.warn("dateLastModified", Notice::Unkept, || bad.message);
                None
            }
            modified => modified?,
        };
        if is_delta {
            word.ok_or_else(|| blank("status"))?;
            modified.ok_or_else(|| blank("dateLastModified"))?;
        } else if word.is_some() {
            self.warn("status", Notice::StatusInBulk, || "A bulk file leaves this blank.".into());
        }
        Ok((word == Some("tobedeleted"), modified))
    }

    /// Looks at the values that aren't kept; what is wrong there is only counted.
    pub(super) fn glance(&mut self) {
        let header = self.header;
        for (column, cell) in header.columns.iter().filter(|(column, _)| !column.kept) {
            let Some(value) = cell.map(|cell| self.cells.get(cell).trim()).filter(|value| !value.is_empty())
            else {
                continue;
            };
            if !fits(column, value) {
                self.warn(column.name, Notice::Unkept, || {
                    format!("{:?} is not what the standard has there; it isn't kept anyway.", shown(value))
                });
            }
        }
    }
}

fn blank(name: &str) -> Bad {
    Bad::new(name, Reason::Blank, "A value is required.")
}

fn bad_id(name: &str, text: &str) -> Bad {
    let sentence = format!("{:?} is not an identifier of 1 to 255 characters.", shown(text));
    Bad::new(name, Reason::Identifier, sentence)
}

fn bad_date(name: &str, text: &str) -> Bad {
    Bad::new(name, Reason::Date, format!("{:?} is not a date such as 2026-03-02.", shown(text)))
}

fn bad_instant(name: &str, text: &str) -> Bad {
    let sentence = format!("{:?} is not an instant such as 2026-03-02T08:15:00Z.", shown(text));
    Bad::new(name, Reason::DateTime, sentence)
}
