//! Writing a district as a `OneRoster` 1.2 bulk source: RFC 4180, every column of the standard in its order, status and
//! dateLastModified blank.

use std::borrow::{Borrow, Cow};
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use chrono::NaiveDate;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::oneroster::File;

/// Something that is a row of a file.
pub(super) trait Sheet {
    const FILE: File;

    /// Puts its values into the row, in about the order of the columns.
    fn fill<'a>(&'a self, row: &mut Line<'a>);
}

/// A row that is being filled.
pub(super) struct Line<'a> {
    names: Vec<&'static str>,
    values: Vec<Cow<'a, str>>,
    cursor: usize,
}

impl<'a> Line<'a> {
    fn new(file: File) -> Self {
        let names: Vec<_> = file.columns().iter().map(|column| column.name).collect();
        Self { values: vec![Cow::Borrowed(""); names.len()], names, cursor: 0 }
    }

    pub(super) fn set(&mut self, name: &str, value: impl Into<Cow<'a, str>>) {
        let count = self.names.len();
        let place = (0..count)
            .map(|step| (self.cursor + step) % count)
            .find(|place| self.names.get(*place) == Some(&name));
        debug_assert!(place.is_some(), "there is no column {name}");
        if let Some(place) = place {
            self.cursor = place + 1;
            if let Some(cell) = self.values.get_mut(place) {
                *cell = value.into();
            }
        }
    }

    pub(super) fn maybe(&mut self, name: &str, value: Option<&'a str>) {
        self.set(name, value.unwrap_or_default());
    }

    pub(super) fn date(&mut self, name: &str, value: Option<NaiveDate>) {
        self.set(name, value.map(|date| date.format("%Y-%m-%d").to_string()).unwrap_or_default());
    }

    pub(super) fn number(&mut self, name: &str, value: Option<f64>) {
        self.set(name, value.map(|number| number.to_string()).unwrap_or_default());
    }

    pub(super) fn truth(&mut self, name: &str, value: bool) {
        self.set(name, if value { "true" } else { "false" });
    }

    pub(super) fn list(&mut self, name: &str, values: impl IntoIterator<Item: AsRef<str>>) {
        let mut text = String::new();
        for value in values {
            if !text.is_empty() {
                text.push(',');
            }
            text.push_str(value.as_ref());
        }
        self.set(name, text);
    }
}

/// Where the files go.
pub(super) trait Target {
    /// Begins a file; what is written next is in it.
    fn begin(&mut self, name: &str) -> io::Result<&mut dyn Write>;
}

impl Target for ZipWriter<BufWriter<fs::File>> {
    fn begin(&mut self, name: &str) -> io::Result<&mut dyn Write> {
        // No time of day, so that the same district is the same zip.
        let options = SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Deflated)
            .large_file(true);
        self.start_file(name, options)?;
        Ok(self)
    }
}

/// A folder, and the file in it that is being written.
pub(super) struct Folder<'a> {
    pub(super) path: &'a Path,
    pub(super) file: Option<BufWriter<fs::File>>,
}

impl Target for Folder<'_> {
    fn begin(&mut self, name: &str) -> io::Result<&mut dyn Write> {
        if let Some(mut before) = self.file.take() {
            before.flush()?;
        }
        Ok(self.file.insert(BufWriter::new(fs::File::create(self.path.join(name))?)))
    }
}

/// Writes one file, if it has any rows, and says which.
pub(super) fn write_sheet<S: Sheet>(
    target: &mut dyn Target,
    rows: impl IntoIterator<Item: Borrow<S>>,
) -> io::Result<Option<File>> {
    let mut rows = rows.into_iter().peekable();
    if rows.peek().is_none() {
        return Ok(None);
    }
    let file = target.begin(&S::FILE.file_name())?;
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(file);
    csv.write_record(S::FILE.columns().iter().map(|column| column.name))?;
    for row in rows {
        let mut line = Line::new(S::FILE);
        row.borrow().fill(&mut line);
        csv.write_record(line.values.iter().map(|value| value.as_bytes()))?;
    }
    csv.flush()?;
    Ok(Some(S::FILE))
}

/// Writes the manifest, which names all files of the standard.
pub(super) fn write_manifest(target: &mut dyn Target, written: &[File]) -> io::Result<()> {
    let file = target.begin("manifest.csv")?;
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(file);
    csv.write_record(["propertyName", "value"])?;
    csv.write_record(["manifest.version", "1.0"])?;
    csv.write_record(["oneroster.version", "1.2"])?;
    let mut files = File::ALL.to_vec();
    files.sort_unstable_by_key(|file| file.name());
    for file in files {
        let mode = if written.contains(&file) { "bulk" } else { "absent" };
        csv.write_record([format!("file.{}", file.name()).as_str(), mode])?;
    }
    csv.write_record(["source.systemName", "Homeroom"])?;
    csv.write_record(["source.systemCode", "homeroom-generate"])?;
    csv.flush()
}
