//! One binary for all tests: what is on the wire, and the rules by name.
#![cfg(test)]

mod breakouts;
mod chat;
mod following;
mod hands;
mod lesson;
mod limits;
mod locks;
mod participants;
mod polls;
mod removal;
mod support;
mod told;
mod whiteboard;
mod wire;
