//! What each command does.

mod check_config;
mod token;

pub(crate) use check_config::check_config;
pub(crate) use token::token;
