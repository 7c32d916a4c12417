//! How much of a source is read at most.

use serde::{Deserialize, Serialize};

/// The limits on a `OneRoster` source. Past one of the first five nothing is read and the whole source is refused; past one
/// of the next two a single row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
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
            max_total_bytes: 16 << 30,
            max_file_bytes: 8 << 30,
            max_ratio: 200,
            max_rows: 50_000_000,
            max_row_bytes: 128 << 10,
            max_cells: 500,
            max_refused: 100_000,
        }
    }
}
