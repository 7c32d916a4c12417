//! How much of a source is read at most.
//!
//! An import holds all records of a source at once: some 500 bytes for each, with what they are compared with (measured: 450 bytes for
//! each of 35 records a student; the text of a record that has much of it comes on top). The defaults hold a district of 500,000
//! students with 22 results each, which is 18 million records in 2.3 GB of files and takes 8 GB of memory.

use serde::{Deserialize, Serialize};

/// The limits on a `OneRoster` source. Past one of the first six nothing is read and the whole source is refused; past one
/// of the next two a single row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Entries of the zip, or files in the folder.
    pub max_entries: usize,
    /// Bytes of all files together, uncompressed.
    pub max_total_bytes: u64,
    /// Bytes of one file, uncompressed.
    pub max_file_bytes: u64,
    /// How many times larger than its compressed form a file may be, once it is larger than 1 MiB. Rosters reach 10 to
    /// 30; deflate can reach 1032.
    pub max_ratio: u64,
    /// Records of all files together, with the entries of the lists in them, that are held at once ([`Reader::contents`]).
    ///
    /// [`Reader::contents`]: super::Reader::contents
    pub max_records: u64,
    /// Data rows of one file.
    pub max_rows: u32,
    /// Bytes of one row, its line ends included.
    pub max_row_bytes: usize,
    /// Cells of one row.
    pub max_cells: usize,
    /// Refused rows, over all files, after which reading stops: the report is long enough.
    pub max_refused: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_entries: 100,
            max_total_bytes: 4 << 30,
            max_file_bytes: 3 << 30,
            max_ratio: 100,
            max_records: 20_000_000,
            max_rows: 15_000_000,
            max_row_bytes: 128 << 10,
            max_cells: 500,
            max_refused: 100_000,
        }
    }
}
