//! Chance that is the same on every machine and for ever: xoshiro256++ (Blackman and Vigna, 2019) with sampling of our own,
//! since a library may sample otherwise in its next version.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

/// A source of chance.
#[derive(Debug)]
pub(super) struct Dice(Xoshiro256PlusPlus);

impl Dice {
    /// One for a part of what is made, so that parts don't depend on the order that they are made in.
    pub(super) fn new(seed: u64, part: u64) -> Self {
        let mut key = [0; 32];
        for (place, word) in key.chunks_exact_mut(8).zip([seed, part, 0x9e37_79b9_7f4a_7c15, !seed]) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        let mut dice = Self(Xoshiro256PlusPlus::from_seed(key));
        // Keys that differ in few bits give like numbers at first.
        for _ in 0..16 {
            dice.0.next_u64();
        }
        dice
    }

    /// A number from 0 to below `count`; 0 if there is none.
    #[expect(clippy::cast_possible_truncation, reason = "it is below a usize")]
    pub(super) fn below(&mut self, count: usize) -> usize {
        ((u128::from(self.0.next_u64()) * count as u128) >> 64) as usize
    }

    /// A day count or the like, `first` and `last` included.
    pub(super) fn between(&mut self, first: u32, last: u32) -> u32 {
        let count = last.saturating_sub(first) as usize + 1;
        first + u32::try_from(self.below(count)).unwrap_or_default()
    }

    /// True so many times in a thousand.
    pub(super) fn in_thousand(&mut self, times: usize) -> bool {
        self.below(1000) < times
    }

    /// One of the words.
    pub(super) fn word<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words.get(self.below(words.len())).copied().unwrap_or_default()
    }

    /// Another order (Fisher and Yates).
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for place in (1..items.len()).rev() {
            items.swap(place, self.below(place + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_the_same_for_ever() {
        let mut dice = Dice::new(1, 2);
        let first: Vec<_> = (0..6).map(|_| dice.below(1000)).collect();
        assert_eq!(first, [845, 764, 426, 163, 790, 694]);
    }
}
