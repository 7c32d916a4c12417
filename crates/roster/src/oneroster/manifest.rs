//! `manifest.csv`: what the source says about itself (CSV binding 1.2, section 4.1). It is only believed where the files
//! themselves leave something open.

use std::collections::BTreeMap;
use std::io;

use super::csv::{Cells, Csv};
use super::findings::Part;
use super::report::{Mode, Notice, Version};
use super::source::Source;
use super::{File, Limits, SourceError};

pub(super) const NAME: &str = "manifest.csv";

/// More properties than the standard will ever have.
const MAX_PROPERTIES: usize = 1000;

/// What was read of it.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    pub(super) version: Option<Version>,
    pub(super) modes: BTreeMap<File, Mode>,
}

impl Manifest {
    pub(super) fn read(source: &mut Source, limits: &Limits, part: &mut Part) -> Result<Self, SourceError> {
        let broken = |cause| SourceError::Broken { file: NAME.into(), cause };
        let mut manifest = Self::default();
        let Some(bytes) = source.file(NAME)? else {
            part.warn(NAME, 1, None, Notice::NoManifest, || "There is no manifest; the files decide.".into());
            return Ok(manifest);
        };
        let mut csv = Csv::new(bytes, limits.max_row_bytes, limits.max_cells);
        manifest.fill(&mut csv, part).map_err(broken)?;
        Ok(manifest)
    }

    fn fill(&mut self, csv: &mut Csv<impl io::Read>, part: &mut Part) -> io::Result<()> {
        let mut cells = Cells::default();
        let mut properties = 0;
        while let Some(row) = csv.next(&mut cells)? {
            let (name, value) = (cells.get(0).trim(), cells.get(1).trim());
            if row.is_err() {
                part.warn(NAME, cells.line, None, Notice::ManifestValue, || {
                    "A row that can't be read.".into()
                });
            } else if properties == 0 && (name, value) == ("propertyName", "value") {
                // The header.
            } else if let Some(complaint) = self.property(name, value) {
                part.warn(NAME, cells.line, Some(name), Notice::ManifestValue, || complaint);
            }
            properties += 1;
            if properties > MAX_PROPERTIES {
                part.warn(NAME, cells.line, None, Notice::ManifestValue, || {
                    "The rest of the manifest was not read: it is too long.".into()
                });
                break;
            }
        }
        Ok(())
    }

    /// Takes a property, or says what is wrong with it.
    fn property(&mut self, name: &str, value: &str) -> Option<String> {
        match name {
            "manifest.version" if value == "1.0" => None,
            "oneroster.version" => {
                self.version = match value {
                    "1.1" => Some(Version::V1p1),
                    "1.2" => Some(Version::V1p2),
                    _ => return Some(format!("OneRoster {value:?} is not known; 1.1 and 1.2 are.")),
                };
                None
            }
            "source.systemName" | "source.systemCode" => None,
            _ => {
                let Some(file) = name.strip_prefix("file.").and_then(File::named) else {
                    return Some(format!("{name:?} with the value {value:?} is not known."));
                };
                let mode = match value.to_ascii_lowercase().as_str() {
                    "absent" => Mode::Absent,
                    "bulk" => Mode::Bulk,
                    "delta" => Mode::Delta,
                    _ => return Some(format!("{value:?} is not absent, bulk or delta.")),
                };
                match self.modes.insert(file, mode) {
                    Some(before) if before != mode => Some("It is there twice; the last one counts.".into()),
                    _ => None,
                }
            }
        }
    }
}
