//! The binary as an operator meets it: commands, exit codes, and the one line that says what is wrong.
#![cfg(test)]

mod commands;
mod configuration;
mod demo;
mod moderation;
mod nodes;
mod rosters;
mod support;
mod three_nodes;
