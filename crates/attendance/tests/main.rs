//! One binary for all tests: the rules, and what goes over the wire.
#![cfg(test)]

mod bulk;
mod checkin;
mod interventions;
mod patterns;
mod records;
mod school;
mod told;
mod who_hears;
mod wire;
