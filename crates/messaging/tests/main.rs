//! One binary for all tests: what goes over the wire, and the rules alone.
#![cfg(test)]

mod arrivals;
mod errors;
mod history;
mod limits;
mod messages;
mod opening;
mod participants;
mod presence;
mod reading;
mod reports;
mod rooms;
mod school;
mod told;
mod wire;
