//! Random moments that can be had again: `HOMEROOM_FAULT_SEED` is the seed that a failed test has printed.

use std::env;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// A row of random numbers (splitmix64).
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    /// From the environment, or a new one; says which.
    pub(crate) fn seeded() -> Self {
        let given =
            env::var("HOMEROOM_FAULT_SEED").ok().map(|seed| seed.parse().expect("a number as the seed"));
        let seed = given.unwrap_or_else(|| RandomState::new().hash_one("seed") >> 32);
        println!("HOMEROOM_FAULT_SEED={seed}");
        Self(seed)
    }

    /// Another row, which this one's later numbers have nothing to do with.
    pub(crate) fn split(&mut self) -> Self {
        Self(self.next())
    }

    /// A random moment under load: after so many more commands.
    pub(crate) fn commands(&mut self) -> usize {
        1 + usize::try_from(self.below(40)).unwrap_or_default()
    }

    /// Less than that, which is not 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// Between the two, in milliseconds; the upper one excluded.
    pub(crate) fn millis(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_millis(from + self.below(to - from))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// How often something is done: `HOMEROOM_FAULT_ROUNDS`, for long runs, or else so often.
pub(crate) fn rounds(otherwise: usize) -> usize {
    often("HOMEROOM_FAULT_ROUNDS", otherwise)
}

/// A number from the environment, or else this one.
pub(crate) fn often(variable: &str, otherwise: usize) -> usize {
    env::var(variable).map_or(otherwise, |number| number.parse().expect("a number"))
}
