//! The demo: a generated district in `./homeroom-data`, with a key beside it, and people to log in as.

mod banner;
mod data;
mod lesson;

pub(crate) use banner::banner;
pub(crate) use data::{Demo, FOLDER, existing_secret};
pub(crate) use lesson::{Others, lesson};
