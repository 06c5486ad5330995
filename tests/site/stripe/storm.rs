//! Faults by chance, from a seed, so that a run that failed can be made again.

use super::Fault;

/// Numbers that look random, always the same ones for a seed (splitmix64).
#[derive(Debug, Clone)]
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.roll() % end
    }

    pub fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for at in (1..all.len()).rev() {
            let other = self.below(at as u64 + 1) as usize;
            all.swap(at, other);
        }
    }
}

/// How often an answer goes wrong, and by which dice.
#[derive(Debug, Clone)]
pub struct Storm {
    pub dice: Dice,
    /// Of a hundred requests.
    pub percent: u64,
}

impl Storm {
    pub(super) fn fault(&mut self) -> Option<Fault> {
        if !self.dice.percent(self.percent) {
            return None;
        }
        Some(match self.dice.below(40) {
            0..12 => Fault::LostAnswer,
            12..18 => Fault::Kept500 { is_done: true },
            18..24 => Fault::Kept500 { is_done: false },
            24..32 => Fault::TooMany,
            32..39 => Fault::Stall { millis: 100 + self.dice.below(900) },
            _ => Fault::Unauthorised,
        })
    }
}
