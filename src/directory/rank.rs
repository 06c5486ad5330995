//! The ranking, as the page `/ranking` prints it.
//!
//! `R = 700·(W − 1000) div 4000 + 300·(a + 4) div (r + 5)`, ties by more reviews, then by who has
//! weekly hours, then by the newer profile. All of it is packed into one number, so that reading rows
//! in its order needs no sort.

use crate::reviews;

/// What a profile's place depends on. No input drifts: each changes by an act.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Inputs {
    /// Reviews that count, and the sum of their stars.
    pub reviews: i64,
    pub stars: i64,
    /// The latest 50 requests that were accepted, declined or lapsed, and those that were not.
    pub requests: i64,
    pub answered: i64,
    /// Whether any weekly hours are set.
    pub has_hours: bool,
}

impl Inputs {
    /// W, in thousandths.
    pub fn score(self) -> i64 {
        reviews::score(self.reviews, self.stars)
    }

    /// R, from 0 to 1000.
    pub fn rank(self) -> i64 {
        (700 * (self.score() - 1000)).div_euclid(4000)
            + (300 * (self.answered + 4)).div_euclid(self.requests + 5)
    }

    /// 63 bits: R (10), reviews (20), hours (1), the profile's number (32), newer ones greater.
    pub fn packed(self, number: i64) -> i64 {
        let rank = self.rank().clamp(0, 1023);
        let reviews = self.reviews.clamp(0, (1 << 20) - 1);
        let hours = i64::from(self.has_hours);
        (rank << 53) | (reviews << 33) | (hours << 32) | (number & ((1 << 32) - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_without_reviews_and_requests_has_765() {
        assert_eq!(Inputs::default().rank(), 765);
        let known =
            Inputs { reviews: 127, stars: 620, requests: 50, answered: 49, has_hours: true };
        assert_eq!((known.score(), known.rank()), (4830, 959));
    }

    #[test]
    fn order_is_by_rank_then_reviews_then_hours_then_the_newer_profile() {
        let with = |reviews, stars| Inputs { reviews, stars, ..Inputs::default() };
        assert!(with(10, 50).packed(1) > with(0, 0).packed(9));
        assert!(with(1, 4).packed(1) > with(0, 0).packed(2));
        let hours = Inputs { has_hours: true, ..with(0, 0) };
        assert!(with(1, 4).packed(1) > hours.packed(1) && hours.packed(1) > with(0, 0).packed(2));
        assert!(with(0, 0).packed(2) > with(0, 0).packed(1));
        let best = Inputs {
            reviews: i64::from(u32::MAX),
            stars: 5 * i64::from(u32::MAX),
            requests: 50,
            answered: 50,
            has_hours: true,
        };
        assert!(best.packed((1 << 32) - 1) > 0);
    }
}
