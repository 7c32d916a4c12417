//! One binary for all tests: what is said on the wire, and the rules by name.
#![cfg(test)]

mod access;
mod answers;
mod assessments;
mod attempts;
mod countdown;
mod deeds;
mod extensions;
mod limits;
mod quizzes;
mod recipients;
mod support;
mod told;
mod views;
mod wire;
