//! The demo: a generated district in `./homeroom-data`, with a key beside it.

mod data;

pub(crate) use data::existing_secret;
