//! The journal on real databases: everything that a statement does is shown on both.
#![cfg(test)]

mod database;
mod following;
mod numbering;
mod outages;
mod reading;
mod reads;
mod replies;
mod setup;
