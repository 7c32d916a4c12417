//! Shared state and the bus: one suite for every implementation.
#![cfg(test)]

mod adapter;
mod bus;
mod circuit;
mod failover;
mod memory;
mod redis;
