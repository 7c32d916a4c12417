//!

pub mod generate;
pub mod oneroster;
