#![doc = include_str!("../README.md")]

mod cast;
mod database;
pub mod delivery;
mod error;
mod example;
mod gateway;
mod nginx;
mod place;
mod postgres;
mod process;
mod proxy;
mod redis;
mod stock;
mod tokens;
pub mod wire;

pub use cast::Cast;
pub use database::TestDatabase;
pub use example::Example;
pub use gateway::{Answer, Gateway, GatewayOptions};
pub use nginx::Nginx;
pub use place::open_files;
pub use postgres::Postgres;
pub use proxy::{AtCommit, Direction, Proxy};
pub use redis::{Redis, RedisCluster, RedisSentinels};
pub use stock::StockClient;
pub use tokens::Tokens;

pub(crate) use error::Error;
