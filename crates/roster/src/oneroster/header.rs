//! The header: which cell of a row holds which column.
//!
//! Names are case-sensitive. A header that lacks what is needed, or has a name that was probably meant to be one of the
//! standard's, refuses its file: to take such a column as absent would end every link that it holds.

use super::File;
use super::csv::Cells;
use super::files::{ACADEMIC_SESSION, BEFORE_1P1, Column, GRADING_PERIOD_1P1, Need, USERS_1P1};
use super::findings::{Bad, Part};
use super::report::{Mode, Notice, Reason, Version};

/// Where the columns are.
#[derive(Debug)]
pub(super) struct Header {
    /// Every column that a row of this file may have, with its place in the row.
    pub(super) columns: Vec<(Column, Option<usize>)>,
    /// The least number of cells: the named ones.
    pub(super) least: usize,
    /// The greatest: those without a name at the end may be there or not.
    pub(super) greatest: usize,
}

/// The columns that a row of a file has in that version. Those that are new in 1.2 are not asked for in 1.1.
fn columns(file: File, version: Version, names: &[&str]) -> Vec<Column> {
    let mut columns = file.columns().to_vec();
    if version == Version::V1p1 {
        for column in columns.iter_mut().filter(|column| column.is_new(file)) {
            column.need = Need::Never;
        }
        if file == File::Users {
            let behind = columns.iter().take_while(|column| column.name != BEFORE_1P1).count() + 1;
            columns.splice(behind.min(columns.len())..behind.min(columns.len()), USERS_1P1.iter().copied());
        }
    }
    if file == File::LineItems && names.contains(&GRADING_PERIOD_1P1) {
        for column in columns.iter_mut().filter(|column| column.name == ACADEMIC_SESSION) {
            column.name = GRADING_PERIOD_1P1;
        }
    }
    columns
}

impl Header {
    /// Understands a header, or says why its file is refused.
    pub(super) fn read(
        cells: &Cells,
        file: File,
        version: Version,
        mode: Mode,
        part: &mut Part,
    ) -> Result<Self, Bad> {
        let name = file.file_name();
        let names: Vec<&str> = cells.iter().map(str::trim).collect();
        let least = names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
        let greatest = names.len();
        if least < greatest {
            part.warn(&name, cells.line, None, Notice::EmptyColumns, || {
                format!("{} cells without a name at the end of the header.", greatest - least)
            });
        }
        let known = columns(file, version, &names);
        let mut places = Vec::with_capacity(known.len());
        for column in known {
            let mut found =
                names.iter().enumerate().filter(|(_, name)| **name == column.name).map(|(place, _)| place);
            let place = found.next();
            if found.next().is_some() {
                return Err(Bad::new(
                    column.name,
                    Reason::RepeatedColumn,
                    "The header has this column twice.",
                ));
            }
            places.push((column, place));
        }
        let header = Self { columns: places, least, greatest };
        header.judge(&names, file, version, mode, cells.line, part)?;
        Ok(header)
    }

    /// Looks for what is missing, what is strange and what is out of order.
    fn judge(
        &self,
        names: &[&str],
        file: File,
        version: Version,
        mode: Mode,
        line: u32,
        part: &mut Part,
    ) -> Result<(), Bad> {
        let strange: Vec<&str> = names
            .iter()
            .copied()
            .filter(|name| !name.is_empty() && !name.starts_with("metadata."))
            .filter(|name| self.columns.iter().all(|(column, _)| column.name != *name))
            .collect();
        let is_needed = |need: Need| need == Need::Always || (need == Need::Delta && mode == Mode::Delta);
        let lacking: Vec<&Column> =
            self.columns.iter().filter(|(_, place)| place.is_none()).map(|(column, _)| column).collect();
        if let Some(first) = lacking.iter().find(|column| is_needed(column.need)) {
            if let Some(other) = other_file(file, names) {
                return Err(Bad::row(Reason::OtherFile, format!("This is the header of {other}.")));
            }
            if strange.iter().all(|name| !is_near(name, first.name)) {
                let all: Vec<_> = lacking
                    .iter()
                    .filter(|column| is_needed(column.need))
                    .map(|column| column.name)
                    .collect();
                return Err(Bad::new(
                    first.name,
                    Reason::MissingColumn,
                    format!(
                        "The header lacks what is required: {}. Names are case-sensitive.",
                        all.join(", ")
                    ),
                ));
            }
        }
        let file_name = file.file_name();
        for column in &lacking {
            if let Some(near) = strange.iter().find(|name| is_near(name, column.name))
                && (column.kept || is_needed(column.need))
            {
                let sentence = format!("The header has {near:?}; did you mean {:?}?", column.name);
                return Err(Bad::new(column.name, Reason::MisspeltColumn, sentence));
            }
            let is_news = version == Version::V1p1 && column.is_new(file);
            if column.kept && !is_news && !is_needed(column.need) {
                part.warn(&file_name, line, Some(column.name), Notice::AbsentColumn, || {
                    "The column is not there; it was taken as blank.".into()
                });
            }
        }
        for name in strange {
            part.warn(&file_name, line, Some(name), Notice::UnknownColumn, || {
                "The standard doesn't have this column; it was left alone.".into()
            });
        }
        if !self.columns.iter().filter_map(|(_, place)| *place).is_sorted() {
            part.warn(&file_name, line, None, Notice::ColumnOrder, || {
                "The columns are in another order than the standard's.".into()
            });
        }
        Ok(())
    }
}

/// The other file that this header fits entirely, if there is one.
fn other_file(file: File, names: &[&str]) -> Option<File> {
    let own: Vec<&str> =
        names.iter().copied().filter(|name| !name.is_empty() && !name.starts_with("metadata.")).collect();
    File::ALL.iter().copied().filter(|other| *other != file).find(|other| {
        let columns = other.columns();
        columns.iter().filter(|column| column.need == Need::Always).all(|column| own.contains(&column.name))
            && own.iter().all(|name| columns.iter().any(|column| column.name == *name))
    })
}

/// Whether a name was probably meant to be another: the same but for case and separators, or for one or two letters.
fn is_near(name: &str, meant: &str) -> bool {
    let plain = |name: &str| {
        name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<Vec<char>>()
    };
    let (name, meant) = (plain(name), plain(meant));
    let allowed = if meant.len() < 6 { 1 } else { 2 };
    name.len().abs_diff(meant.len()) <= allowed && distance(&name, &meant) <= allowed
}

/// How many letters to insert, delete or change (Levenshtein).
fn distance(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, left) in one.iter().enumerate() {
        let mut diagonal = i;
        let mut before = i + 1;
        for (right, cell) in other.iter().zip(row.iter_mut().skip(1)) {
            let change = diagonal + usize::from(left != right);
            diagonal = *cell;
            before = change.min(before + 1).min(*cell + 1);
            *cell = before;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_miss_is_seen_and_a_different_name_is_not() {
        for (name, meant) in [
            ("sourceId", "sourcedId"),
            ("SourcedID", "sourcedId"),
            ("user_sourced_id", "userSourcedId"),
            ("agentSourcedId", "agentSourcedIds"),
            ("enableduser", "enabledUser"),
        ] {
            assert!(is_near(name, meant), "{name} {meant}");
        }
        for (name, meant) in
            [("startDate", "endDate"), ("role", "roleType"), ("email", "grades"), ("phone", "sms")]
        {
            assert!(!is_near(name, meant), "{name} {meant}");
        }
    }
}
