#![doc = include_str!("../README.md")]

mod conn;
mod database;
mod entry;
mod error;
mod failure;
mod follower;
mod journal;
mod options;
mod past;
mod read;
mod replies;
mod sequence;
mod snapshot;
#[doc(hidden)]
pub mod sql;
mod tx;
mod write;

pub use conn::{Conn, Dialect};
pub use database::Database;
pub use entry::{Entry, StoredDelivery, Stream};
pub use error::DatabaseError;
pub use failure::JournalError;
pub use follower::{Follower, Following, Sink};
pub use journal::{Journal, Outlet, OutletTaken};
pub use options::{DatabaseOptions, FollowerOptions, JournalOptions};
pub use snapshot::Snapshot;
pub use tx::Tx;
