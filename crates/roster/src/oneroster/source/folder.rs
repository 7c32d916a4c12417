//! A folder of CSV files. Folders in it are left alone; a link counts as what it leads to, as long as that is in the folder.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::{AtMost, Bytes};
use crate::oneroster::{Limits, SourceError};

/// An open folder.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    names: Vec<String>,
    max_file_bytes: u64,
}

impl Folder {
    pub(super) fn open(path: &Path, limits: &Limits) -> Result<Self, SourceError> {
        let open = |cause| SourceError::Open { path: path.to_owned(), cause };
        let root = fs::canonicalize(path).map_err(open)?;
        let (mut names, mut total) = (Vec::new(), 0_u64);
        for (count, entry) in fs::read_dir(&root).map_err(open)?.enumerate() {
            if count >= limits.max_entries {
                return Err(SourceError::TooManyEntries(limits.max_entries));
            }
            let entry = entry.map_err(open)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let target = fs::canonicalize(entry.path()).map_err(|_| SourceError::Link(name.clone()))?;
            if target.parent() != Some(root.as_path()) {
                return Err(SourceError::Link(name));
            }
            let about = fs::metadata(&target).map_err(open)?;
            if about.is_dir() {
                continue;
            }
            if !about.is_file() {
                return Err(SourceError::NotAFile(name));
            }
            if about.len() > limits.max_file_bytes {
                return Err(SourceError::TooLarge { what: name, limit: limits.max_file_bytes });
            }
            total = total.saturating_add(about.len());
            names.push(name);
        }
        if total > limits.max_total_bytes {
            return Err(SourceError::TooLarge { what: "the source".into(), limit: limits.max_total_bytes });
        }
        Ok(Self { path: root, names, max_file_bytes: limits.max_file_bytes })
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    pub(super) fn file(&mut self, name: &str) -> Result<Option<Bytes<'_>>, SourceError> {
        if !self.names.iter().any(|known| known == name) {
            return Ok(None);
        }
        let path = self.path.join(name);
        let file = File::open(&path).map_err(|cause| SourceError::Open { path, cause })?;
        Ok(Some(Box::new(AtMost::new(file, self.max_file_bytes))))
    }
}
