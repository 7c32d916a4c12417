//! A zip with the CSV files at its root (`APPNOTE.TXT` of PKWARE; deflate or stored).
//!
//! The directory is checked before any entry is read, and an entry that then turns out larger than the directory says
//! fails: so the limits hold for what is really unpacked.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use ::zip::ZipArchive;

use super::entries::count_entries;
use super::{AtMost, Bytes};
use crate::oneroster::{Limits, SourceError};

/// A file that is smaller than this may grow as it likes.
const HARMLESS_BYTES: u64 = 1 << 20;

/// Where macOS puts what only it needs.
const MACOS_FOLDER: &str = "__MACOSX/";

/// An open zip.
#[derive(Debug)]
pub(crate) struct Zip {
    archive: ZipArchive<BufReader<File>>,
    names: Vec<String>,
}

impl Zip {
    pub(super) fn open(path: &Path, limits: &Limits) -> Result<Self, SourceError> {
        let open = |cause| SourceError::Open { path: path.to_owned(), cause };
        let mut file = File::open(path).map_err(open)?;
        // Looked up first, since reading the directory takes memory for each entry.
        if count_entries(&mut file).map_err(open)?.is_some_and(|count| count > limits.max_entries as u64) {
            return Err(SourceError::TooManyEntries(limits.max_entries));
        }
        let archive = ZipArchive::new(BufReader::new(file)).map_err(SourceError::NotAZip)?;
        if archive.has_duplicate_names() {
            return Err(SourceError::SameName);
        }
        let names = check(&archive, limits)?;
        Ok(Self { archive, names })
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    pub(super) fn file(&mut self, name: &str) -> Result<Option<Bytes<'_>>, SourceError> {
        if !self.names.iter().any(|known| known == name) {
            return Ok(None);
        }
        let entry = self.archive.by_name(name).map_err(SourceError::NotAZip)?;
        let size = entry.size();
        Ok(Some(Box::new(AtMost::new(entry, size))))
    }
}

/// Checks every entry of the directory, and gives the names of the files.
fn check(archive: &ZipArchive<BufReader<File>>, limits: &Limits) -> Result<Vec<String>, SourceError> {
    if archive.len() > limits.max_entries {
        return Err(SourceError::TooManyEntries(limits.max_entries));
    }
    let (mut names, mut total) = (Vec::new(), 0_u64);
    for index in 0..archive.len() {
        let entry = archive.by_index_data(index).map_err(SourceError::NotAZip)?;
        let name = entry.name().map_err(SourceError::NotAZip)?.into_owned();
        check_name(&name)?;
        if entry.is_symlink() {
            return Err(SourceError::Link(name));
        }
        if entry.encrypted() {
            return Err(SourceError::Encrypted(name));
        }
        let (size, packed) = (entry.size(), entry.compressed_size());
        if size > HARMLESS_BYTES && size / packed.max(1) > limits.max_ratio {
            return Err(SourceError::Bomb { file: name, limit: limits.max_ratio });
        }
        if size > limits.max_file_bytes {
            return Err(SourceError::TooLarge { what: name, limit: limits.max_file_bytes });
        }
        total = total.saturating_add(size);
        if !name.starts_with(MACOS_FOLDER) {
            names.push(name);
        }
    }
    if total > limits.max_total_bytes {
        return Err(SourceError::TooLarge { what: "the source".into(), limit: limits.max_total_bytes });
    }
    Ok(names)
}

/// Refuses a name that leads anywhere but to the root of the zip.
fn check_name(name: &str) -> Result<(), SourceError> {
    let is_separator = |c| matches!(c, '/' | '\\');
    let has_drive = name.chars().nth(1) == Some(':');
    if name.starts_with(is_separator)
        || has_drive
        || name.contains('\0')
        || name.split(is_separator).any(|part| part == "..")
    {
        return Err(SourceError::Climbs(name.to_owned()));
    }
    if name.contains(is_separator) && !name.starts_with(MACOS_FOLDER) {
        return Err(SourceError::InFolder(name.to_owned()));
    }
    Ok(())
}
