//! What each command does.

mod check_config;
mod demo;
mod generate;
mod import;
mod migrate;
mod moderate;
mod schema;
mod serve;
mod token;

pub(crate) use check_config::check_config;
pub(crate) use demo::demo;
pub(crate) use generate::generate;
pub(crate) use import::import;
pub(crate) use migrate::migrate;
pub(crate) use moderate::{ban, pardon, revoke};
pub(crate) use schema::schema;
pub(crate) use serve::serve;
pub(crate) use token::token;
