//! One binary for all tests: what goes over the wire, and the rules.
#![cfg(test)]

mod decision;
mod digest;
mod inbox;
mod job;
mod limits;
mod list;
mod notification;
mod preferences;
mod put;
mod quiet_hours;
mod rooms;
mod sending;
mod soundness;
mod support;
mod telling;
mod wire;
