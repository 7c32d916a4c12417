//! The rows of one file, read one by one.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};

use super::csv::{Cells, Csv, Fault};
use super::fields::Fields;
use super::findings::{Bad, Findings, Part};
use super::header::Header;
use super::parse::{Context, Parse};
use super::records::{Row, Status};
use super::report::{Mode, Reason, Version};
use super::source::Bytes;
use super::{File, Limits, SourceError};

/// What is being read, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) file: File,
    pub(super) mode: Mode,
    pub(super) version: Version,
    pub(super) limits: Limits,
    /// What is wrong is (or will be) said by the pass that the file is meant for.
    pub(super) is_second_pass: bool,
}

/// The records of one file. An error ends it: nothing of the source is to be used then.
pub struct Rows<'a, R> {
    /// Nothing if the file isn't there, or is refused, or is over.
    open: Option<(Csv<Bytes<'a>>, Header)>,
    place: Place,
    name: String,
    context: &'a Context,
    findings: &'a mut Findings,
    /// Where a second pass leaves what it finds.
    aside: Part,
    aside_refused: usize,
    seen: Seen,
    cells: Cells,
    records: Vec<R>,
    queue: VecDeque<Row<R>>,
    count: u32,
}

impl<'a, R: Parse> Rows<'a, R> {
    pub(super) fn new(
        bytes: Option<Bytes<'a>>,
        place: Place,
        context: &'a Context,
        findings: &'a mut Findings,
    ) -> Result<Self, SourceError> {
        let mut rows = Self {
            open: None,
            name: place.file.file_name(),
            place,
            context,
            findings,
            aside: Part::default(),
            aside_refused: 0,
            seen: Seen::default(),
            cells: Cells::default(),
            records: Vec::new(),
            queue: VecDeque::new(),
            count: 0,
        };
        if let Some(bytes) = bytes {
            rows.begin(Csv::new(bytes, place.limits.max_row_bytes, place.limits.max_cells))?;
        }
        Ok(rows)
    }

    fn begin(&mut self, mut csv: Csv<Bytes<'a>>) -> Result<(), SourceError> {
        let Place { file, mode, version, .. } = self.place;
        let read = csv.next(&mut self.cells).map_err(|cause| self.broken(cause))?;
        let part = if self.place.is_second_pass { &mut self.aside } else { self.findings.file(file) };
        let header = match read {
            None => Err(Bad::row(Reason::NoHeader, "The file is empty.")),
            Some(Err(fault)) => Err(Bad { column: None, ..explain(fault, None, &self.place.limits) }),
            Some(Ok(())) => Header::read(&self.cells, file, version, mode, part),
        };
        match header {
            Ok(header) => self.open = Some((csv, header)),
            Err(bad) => self.refuse(1, None, bad)?,
        }
        Ok(())
    }

    fn broken(&self, cause: std::io::Error) -> SourceError {
        SourceError::Broken { file: self.name.clone(), cause }
    }

    fn refuse(&mut self, line: u32, sourced_id: Option<String>, bad: Bad) -> Result<(), SourceError> {
        let is_too_many = if self.place.is_second_pass {
            self.aside_refused += 1;
            self.aside_refused > self.place.limits.max_refused
        } else {
            self.findings.refuse(self.place.file, line, sourced_id, bad)
        };
        if !is_too_many {
            return Ok(());
        }
        let report = Box::new(self.findings.report(self.place.version));
        Err(SourceError::TooManyRefused { limit: self.place.limits.max_refused, report })
    }

    /// Reads the next row into the queue, or refuses it. `false` at the end.
    fn step(&mut self) -> Result<bool, SourceError> {
        let Some((csv, header)) = &mut self.open else { return Ok(false) };
        let read = csv.next(&mut self.cells);
        let Some(read) = read.map_err(|cause| SourceError::Broken { file: self.name.clone(), cause })? else {
            return Ok(false);
        };
        self.count += 1;
        if self.count > self.place.limits.max_rows {
            return Err(SourceError::TooManyRows {
                file: self.name.clone(),
                limit: self.place.limits.max_rows,
            });
        }
        let part =
            if self.place.is_second_pass { &mut self.aside } else { self.findings.file(self.place.file) };
        let line = self.cells.line;
        let mut fields = Fields {
            cells: &self.cells,
            header,
            mode: self.place.mode,
            version: self.place.version,
            file: &self.name,
            part,
            cursor: 0,
        };
        let is_cut = read.is_ok();
        let outcome = match read {
            Ok(()) => take_row(&mut fields, &mut self.seen, self.context, &mut self.records),
            Err(fault) => Err(explain(fault, Some(header), &self.place.limits)),
        };
        let sourced_id =
            is_cut.then(|| fields.peek("sourcedId")).filter(|id| !id.is_empty() && outcome.is_err());
        let sourced_id = sourced_id.map(|id| id.chars().take(255).collect());
        if let Some(report) = &mut part.report {
            report.rows += 1;
            report.accepted += u32::from(outcome.is_ok());
        }
        match outcome {
            Ok((status, modified)) => {
                let rows = self.records.drain(..).map(|record| Row { line, status, modified, record });
                self.queue.extend(rows);
            }
            Err(bad) => {
                self.records.clear();
                self.refuse(line, sourced_id, bad)?;
            }
        }
        Ok(true)
    }
}

/// Reads one row that could be cut into cells.
fn take_row<R: Parse>(
    fields: &mut Fields<'_>,
    seen: &mut Seen,
    context: &Context,
    records: &mut Vec<R>,
) -> Result<(Status, Option<homeroom_contract::Timestamp>), Bad> {
    let (count, least, greatest) = (fields.cells.len(), fields.header.least, fields.header.greatest);
    if count < least {
        return Err(Bad::row(
            Reason::TooFewCells,
            format!("There are {count} cells; the header has {least}."),
        ));
    }
    if count > greatest {
        return Err(Bad::row(
            Reason::TooManyCells,
            format!("There are {count} cells; the header has {greatest}."),
        ));
    }
    let id: super::SourcedId = fields.id("sourcedId")?;
    if let Some(line) = seen.before(id.as_str(), fields.cells.line) {
        return Err(Bad::new("sourcedId", Reason::Repeated, format!("Line {line} has the same sourcedId.")));
    }
    let (is_gone, modified) = fields.stamp()?;
    R::parse(fields, context, records)?;
    fields.glance();
    Ok((if is_gone { Status::ToBeDeleted } else { Status::Active }, modified))
}

impl<R: Parse> Iterator for Rows<'_, R> {
    type Item = Result<Row<R>, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.queue.pop_front() {
                return Some(Ok(row));
            }
            match self.step() {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => {
                    self.open = None;
                    return Some(Err(error));
                }
            }
        }
    }
}

impl<R> std::fmt::Debug for Rows<'_, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows")
            .field("file", &self.name)
            .field("line", &self.cells.line)
            .finish_non_exhaustive()
    }
}

fn explain(fault: Fault, header: Option<&Header>, limits: &Limits) -> Bad {
    let column = |cell: usize| {
        let columns = header.map(|header| header.columns.as_slice()).unwrap_or_default();
        columns.iter().find(|(_, place)| *place == Some(cell)).map(|(column, _)| column.name.to_owned())
    };
    match fault {
        Fault::Encoding(cell) => {
            Bad { column: column(cell), reason: Reason::Encoding, message: "This is not UTF-8.".into() }
        }
        Fault::Nul(cell) => Bad {
            column: column(cell),
            reason: Reason::Encoding,
            message: "There is a NUL character, which no text has.".into(),
        },
        Fault::Quotes(cell) => Bad {
            column: column(cell),
            reason: Reason::Quotes,
            message: "A quote stands where none may, or is never closed.".into(),
        },
        Fault::TooLong => {
            Bad::row(Reason::RowTooLong, format!("The row has more than {} bytes.", limits.max_row_bytes))
        }
        Fault::TooManyCells => {
            Bad::row(Reason::TooManyCells, format!("The row has more than {} cells.", limits.max_cells))
        }
    }
}

/// The identifiers that a file had so far, as keyed fingerprints of 128 bits: a tenth of the memory of the words.
#[derive(Default)]
struct Seen {
    lines: HashMap<[u32; 4], u32>,
    one: RandomState,
    other: RandomState,
}

impl Seen {
    /// The line that had it before; otherwise it is remembered with this one.
    #[expect(clippy::cast_possible_truncation, reason = "each half of the hash is taken")]
    fn before(&mut self, id: &str, line: u32) -> Option<u32> {
        let (one, other) = (self.one.hash_one(id), self.other.hash_one(id));
        let key = [one as u32, (one >> 32) as u32, other as u32, (other >> 32) as u32];
        let first = *self.lines.entry(key).or_insert(line);
        (first != line).then_some(first)
    }
}
