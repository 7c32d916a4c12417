//! The promises, seen from outside: gateways as processes of their own, on both databases, with real clients.
#![cfg(test)]

mod access;
mod faults;
mod support;
mod typed;
