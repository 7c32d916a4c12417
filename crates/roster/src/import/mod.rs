//! Importing a `OneRoster` source: everything in one transaction, or nothing.
//!
//! A source is read as a whole ([`source`]); the tenants follow from its orgs ([`districts`], [`hierarchy`]) and every row
//! goes to its tenant ([`split`]); references are checked across files and with the database ([`references`]); what differs
//! is written, many rows at a time ([`table`], [`plan`]); and whose rights that touched is written down ([`affected`]).

mod affected;
mod districts;
mod gradebook;
mod hierarchy;
mod options;
mod plan;
mod references;
mod report;
mod rows;
mod run;
mod source;
mod split;
mod table;
mod tenant;

pub use gradebook::{
    Absent, GradebookFiles, GradebookRows, GradebookTally, KnownToGradebook, Origin, Part, Tally,
};
pub use options::{ImportOptions, InvalidLimit, RefusedLimit};
pub use report::{FileOutcome, ImportError, ImportReport, Outcome};
