#![doc = include_str!("../README.md")]

mod conn;
mod database;
mod entry;
mod error;
mod failure;
mod follower;
mod journal;
mod options;
mod pages;
mod past;
mod read;
mod reads;
mod replies;
mod sequence;
mod snapshot;
#[doc(hidden)]
pub mod sql;
mod tail;
mod tx;
mod write;

pub use conn::{Conn, Dialect};
pub use database::Database;
pub use entry::{Entry, Place, StoredDelivery, Stream};
pub use error::DatabaseError;
pub use failure::JournalError;
pub use follower::{Follower, Following, Sink};
pub use journal::{Journal, Outlet, OutletTaken};
pub use options::{DatabaseOptions, FollowerOptions, JournalOptions};
pub use reads::RangeReads;
pub use snapshot::Snapshot;
pub use tx::Tx;
