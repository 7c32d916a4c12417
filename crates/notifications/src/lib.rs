#![doc = include_str!("../README.md")]

mod domain;

pub use domain::*;
