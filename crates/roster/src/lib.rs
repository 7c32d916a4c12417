#![doc = include_str!("../README.md")]

mod directory;
mod error;
mod facts;
pub mod generate;
mod import;
pub mod oneroster;
mod roster;
mod rules;
mod settings;
mod vocabulary;

pub use error::RosterError;
pub use facts::{ClassFacts, Person, SessionFacts};
pub use import::{
    Absent, FileOutcome, GradebookFiles, GradebookRows, GradebookTally, ImportError, ImportOptions,
    ImportReport, InvalidLimit, KnownToGradebook, Origin, Outcome, Part, RefusedLimit, Tally,
};
pub use roster::Roster;
pub use rules::{ClassStanding, Grading, HeldRole, OrgStanding, Places, StudentStanding};
pub use settings::Settings;
