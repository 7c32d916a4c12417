#![doc = include_str!("../README.md")]

mod database;
mod error;
mod gateway;
mod place;
mod postgres;
mod process;
mod tokens;

pub use database::TestDatabase;
pub use gateway::{Answer, Gateway, GatewayOptions};
pub use postgres::Postgres;
pub use tokens::Tokens;

pub(crate) use error::Error;
