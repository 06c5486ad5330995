//! The ranking, as the page `/ranking` prints it.
//!
//! `R = 700·(W − 1000) div 4000 + 300·(a + 4) div (r + 5)`, ties by more reviews, then by the newer
//! profile. All of it is packed into one number, so that reading rows in its order needs no sort.

/// What a profile's place depends on. No input drifts: each changes by an act.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Inputs {
    /// Reviews that count, and the sum of their stars.
    pub reviews: i64,
    pub stars: i64,
    /// The latest 50 requests that were accepted, declined or lapsed, and those that were not.
    pub requests: i64,
    pub answered: i64,
}

impl Inputs {
    /// The score in thousandths: `round_half_up(1000·(32 + stars) / (8 + n))`, 4000 without reviews.
    pub fn score(self) -> i64 {
        let (sum, count) = (1000 * (32 + self.stars), 8 + self.reviews);
        (2 * sum + count).div_euclid(2 * count)
    }

    /// R, from 0 to 1000.
    pub fn rank(self) -> i64 {
        (700 * (self.score() - 1000)).div_euclid(4000)
            + (300 * (self.answered + 4)).div_euclid(self.requests + 5)
    }

    /// 63 bits: R (10), reviews (20), the number of the entry (33), newer ones greater.
    pub fn packed(self, seq: i64) -> i64 {
        let rank = self.rank().clamp(0, 1023);
        let reviews = self.reviews.clamp(0, (1 << 20) - 1);
        (rank << 53) | (reviews << 33) | (seq & ((1 << 33) - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(reviews: i64, stars: i64) -> i64 {
        Inputs { reviews, stars, ..Inputs::default() }.score()
    }

    #[test]
    fn scores_are_those_of_the_worked_examples() {
        assert_eq!(score(0, 0), 4000);
        assert_eq!(score(1, 5), 4111);
        assert_eq!(score(3, 3), 3182);
        assert_eq!(score(50, 225), 4431);
        assert_eq!(score(102, 504), 4873);
    }

    #[test]
    fn a_profile_without_reviews_and_requests_has_765() {
        assert_eq!(Inputs::default().rank(), 765);
    }

    #[test]
    fn order_is_by_rank_then_reviews_then_the_newer_profile() {
        let with = |reviews, stars| Inputs { reviews, stars, ..Inputs::default() };
        assert!(with(10, 50).packed(1) > with(0, 0).packed(9));
        assert!(with(1, 4).packed(1) > with(0, 0).packed(2));
        assert!(with(0, 0).packed(2) > with(0, 0).packed(1));
        let best = Inputs {
            reviews: i64::from(u32::MAX),
            stars: 5 * i64::from(u32::MAX),
            requests: 50,
            answered: 50,
        };
        assert!(best.packed((1 << 33) - 1) > 0);
    }
}
