//! The roster on both databases.
#![cfg(test)]

mod directory;
mod district;
mod generated;
mod gradebook;
mod import;
mod model;
mod older_version;
mod rules;
