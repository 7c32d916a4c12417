//! Where the files are: a zip or a folder, checked as a whole before anything is read.
//!
//! What always holds once it is open: every name is one at the root, no file is larger than its limit or than it says it
//! is, and nothing outside of the zip or folder is ever opened.

mod entries;
mod folder;
mod zip;

use std::io::{self, Read};
use std::path::Path;

use self::folder::Folder;
use self::zip::Zip;
use super::{Limits, SourceError};

/// A stream of one file's bytes.
pub(super) type Bytes<'a> = Box<dyn Read + Send + 'a>;

/// An open source.
#[derive(Debug)]
pub(super) enum Source {
    Zip(Zip),
    Folder(Folder),
}

impl Source {
    pub(super) fn open(path: &Path, limits: &Limits) -> Result<Self, SourceError> {
        let open = |cause| SourceError::Open { path: path.to_owned(), cause };
        if std::fs::metadata(path).map_err(open)?.is_dir() {
            Folder::open(path, limits).map(Self::Folder)
        } else {
            Zip::open(path, limits).map(Self::Zip)
        }
    }

    /// The names of the files, in no order that means anything.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let names = match self {
            Self::Zip(zip) => zip.names(),
            Self::Folder(folder) => folder.names(),
        };
        names.iter().map(String::as_str)
    }

    /// The bytes of one file, nothing if there is none of that name.
    pub(super) fn file(&mut self, name: &str) -> Result<Option<Bytes<'_>>, SourceError> {
        match self {
            Self::Zip(zip) => zip.file(name),
            Self::Folder(folder) => folder.file(name),
        }
    }
}

/// Fails a reader that gives more bytes than it may.
struct AtMost<R> {
    inner: R,
    left: u64,
}

impl<R> AtMost<R> {
    fn new(inner: R, bytes: u64) -> Self {
        Self { inner, left: bytes }
    }
}

impl<R: Read> Read for AtMost<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(count as u64).ok_or_else(|| {
            io::Error::new(io::ErrorKind::FileTooLarge, "there are more bytes than were announced")
        })?;
        Ok(count)
    }
}
