//! Reading `OneRoster` sources: clean ones, dirty ones, old ones, malicious ones, and arbitrary bytes.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can't go on fails")]

mod clean;
mod csv_rules;
mod dirty;
mod guards;
mod manifest;
mod old_version;
mod properties;
mod source;
