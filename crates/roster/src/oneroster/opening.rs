//! What is decided about a source before its rows are read: which files there are, which version they follow, and how each
//! is to be taken. Where the manifest and the files disagree, the files are believed.

use std::collections::BTreeMap;

use super::csv::{Cells, Csv};
use super::files::{ACADEMIC_SESSION, GRADING_PERIOD_1P1, USERS_1P1};
use super::findings::Part;
use super::header::Header;
use super::manifest::{self, Manifest};
use super::report::{Mode, Notice, Version};
use super::source::Source;
use super::{File, Limits, SourceError};

/// What was decided.
#[derive(Debug)]
pub(super) struct Opening {
    pub(super) version: Version,
    /// The files that are there.
    pub(super) modes: BTreeMap<File, Mode>,
    pub(super) has_roles: bool,
}

/// The beginning of a file.
struct Head {
    header: Cells,
    /// Whether the first row has both status and dateLastModified; `None` if there is no row.
    is_stamped: Option<bool>,
}

impl Opening {
    pub(super) fn look(source: &mut Source, limits: &Limits, part: &mut Part) -> Result<Self, SourceError> {
        let manifest = Manifest::read(source, limits, part)?;
        let present = present(source, part);
        if present.is_empty() {
            return Err(SourceError::Empty);
        }
        let mut heads = BTreeMap::new();
        for file in present.iter().copied().filter(|file| file.is_read()) {
            heads.insert(file, Head::read(source, file, limits)?);
        }
        let found = found_version(&heads);
        let version = found.or(manifest.version).unwrap_or(Version::V1p2);
        if let Some(said) = manifest.version.filter(|said| *said != version) {
            part.warn(manifest::NAME, 1, Some("oneroster.version"), Notice::ManifestDisagrees, || {
                format!("It says {said}, but the files are of {version}.")
            });
        }
        let mut modes = BTreeMap::new();
        for file in present {
            let said = manifest.modes.get(&file).copied();
            let mode = match heads.get(&file) {
                Some(head) => head.mode(file, version, said, part),
                None => said.unwrap_or(Mode::Bulk),
            };
            modes.insert(file, mode);
        }
        for (file, said) in manifest.modes {
            let property = format!("file.{}", file.name());
            match (said, modes.contains_key(&file)) {
                (Mode::Absent, true) => {
                    part.warn(manifest::NAME, 1, Some(&property), Notice::ManifestDisagrees, || {
                        format!("It says absent, but there is a {file}.")
                    });
                }
                (Mode::Bulk | Mode::Delta, false) => {
                    part.warn(manifest::NAME, 1, Some(&property), Notice::ManifestDisagrees, || {
                        format!("There is no {file}.")
                    });
                }
                _ => {}
            }
        }
        let has_roles = heads.contains_key(&File::Roles);
        Ok(Self { version, modes, has_roles })
    }
}

/// The standard's files among those of the source.
fn present(source: &Source, part: &mut Part) -> Vec<File> {
    let mut present = Vec::new();
    for name in source.names().filter(|name| *name != manifest::NAME) {
        let stem = name.strip_suffix(".csv");
        if let Some(file) = stem.and_then(File::named) {
            present.push(file);
            continue;
        }
        let meant = File::ALL.iter().find(|file| file.file_name().eq_ignore_ascii_case(name));
        part.warn(name, 1, None, Notice::UnknownFile, || match meant {
            Some(file) => format!("It was not read: names are case-sensitive, and the standard's is {file}."),
            None => "It was not read: it is none of the standard's files.".into(),
        });
    }
    present.sort_unstable();
    present
}

/// The version that the files themselves show, if they do.
fn found_version(heads: &BTreeMap<File, Head>) -> Option<Version> {
    let has = |file: File, name: &str| {
        heads.get(&file).is_some_and(|head| head.header.iter().any(|cell| cell.trim() == name))
    };
    let has_old_users = USERS_1P1.iter().all(|column| has(File::Users, column.name));
    if heads.contains_key(&File::Roles) {
        Some(Version::V1p2)
    } else if has_old_users || has(File::LineItems, GRADING_PERIOD_1P1) {
        Some(Version::V1p1)
    } else if has(File::LineItems, ACADEMIC_SESSION) {
        Some(Version::V1p2)
    } else {
        None
    }
}

impl Head {
    fn read(source: &mut Source, file: File, limits: &Limits) -> Result<Self, SourceError> {
        let name = file.file_name();
        let broken = |cause| SourceError::Broken { file: name.clone(), cause };
        let mut head = Self { header: Cells::default(), is_stamped: None };
        let Some(bytes) = source.file(&name)? else { return Ok(head) };
        let mut csv = Csv::new(bytes, limits.max_row_bytes, limits.max_cells);
        if !matches!(csv.next(&mut head.header).map_err(broken)?, Some(Ok(()))) {
            head.header = Cells::default();
            return Ok(head);
        }
        let mut row = Cells::default();
        head.is_stamped = csv.next(&mut row).map_err(broken)?.map(|_| {
            let place = |column: &str| head.header.iter().position(|cell| cell.trim() == column);
            ["status", "dateLastModified"]
                .iter()
                .all(|column| place(column).is_some_and(|place| !row.get(place).trim().is_empty()))
        });
        Ok(head)
    }

    /// What the manifest says, if it does and the file is there to be taken; else what the first row looks like.
    fn mode(&self, file: File, version: Version, said: Option<Mode>, part: &mut Part) -> Mode {
        let Some(is_stamped) = self.is_stamped else {
            if self.header.len() > 0 {
                part.warn(&file.file_name(), 1, None, Notice::NoRows, || {
                    "There are no rows; the file was taken as absent.".into()
                });
            }
            return Mode::Absent;
        };
        let mode = match said {
            Some(Mode::Bulk) => Mode::Bulk,
            Some(Mode::Delta) => Mode::Delta,
            _ if is_stamped => Mode::Delta,
            _ => Mode::Bulk,
        };
        // What is wrong is said when the file is read.
        match Header::read(&self.header, file, version, mode, &mut Part::default()) {
            Ok(_) => mode,
            Err(_) => Mode::Absent,
        }
    }
}
