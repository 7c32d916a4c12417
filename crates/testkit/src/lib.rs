#![doc = include_str!("../README.md")]

mod database;
mod error;
mod place;
mod postgres;
mod process;

pub use database::TestDatabase;
pub use postgres::Postgres;

pub(crate) use error::Error;
