#![doc = include_str!("../README.md")]

mod adapter;
mod bus;
mod error;
mod key;
mod memory;
pub mod patience;
mod redis;

pub use adapter::{Disturbance, Held, Latest, StateAdapter, Taken};
pub use bus::{Bus, Class, Heard, MemoryBus, MemoryNode, Subscription, Topic};
pub use error::StateError;
pub use key::Key;
pub use memory::{MemoryOptions, MemoryState};
pub use redis::{
    AddressError, BusCounts, Circuit, RedisAddress, RedisBus, RedisOptions, RedisState, StateCounts,
};
