//! What an accountant's reviews come to: worked out from all rows, never counted up or down.

use diesel::prelude::*;

use super::Review;
use super::decided::removed_stars;
use super::schema::{review_totals, reviews};
use crate::accountants::Accountant;
use crate::clock::Instant;
use crate::db::{self, Conn, PreparedCondition};
use crate::error::Result;
use crate::locale::Locale;
use crate::on_either;
use crate::users::{Stale, UserId};

/// The score in thousandths: `round_half_up(1000·(32 + stars) / (8 + n))`, 4000 without reviews. It
/// starts as if eight people had given four stars.
pub fn score(counted: i64, stars: i64) -> i64 {
    let (sum, count) = (1000 * (32 + stars), 8 + counted);
    (2 * sum + count).div_euclid(2 * count)
}

/// "4.83" of 4830.
pub fn score_words(score: i64, locale: impl AsRef<Locale>) -> String {
    locale.as_ref().figure(&hundredths(score, 1000))
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = review_totals)]
pub struct Totals {
    pub accountant_id: UserId,
    /// How many count, and the sum of their stars.
    pub counted: i64,
    pub stars: i64,
    /// W, in thousandths.
    pub score: i64,
    /// How many can be read.
    pub shown: i64,
    pub ones: i64,
    pub twos: i64,
    pub threes: i64,
    pub fours: i64,
    pub fives: i64,
    pub removed_ones: i64,
    pub removed_twos: i64,
    pub removed_threes: i64,
    pub removed_fours: i64,
    pub removed_fives: i64,
}

/// What counts: open, neither hidden nor withdrawn, not of an incentive, and without a newer one of
/// the same client that could count itself, of a booking that ended within 90 days after.
macro_rules! counts {
    () => {
        "reviews.opened_at IS NOT NULL AND reviews.hidden_by IS NULL \
         AND reviews.withdrawn_at IS NULL AND NOT reviews.is_incentive \
         AND NOT EXISTS (SELECT 1 FROM reviews newer \
           WHERE newer.author_id = reviews.author_id AND newer.about_id = reviews.about_id \
             AND newer.side = 'client' AND newer.opened_at IS NOT NULL \
             AND newer.hidden_by IS NULL AND newer.withdrawn_at IS NULL \
             AND NOT newer.is_incentive AND newer.ended_at > reviews.ended_at \
             AND newer.ended_at <= reviews.ended_at + 7776000000000)"
    };
}

const COUNTS: PreparedCondition = PreparedCondition(counts!());
const COUNTS_NOT: PreparedCondition = PreparedCondition(concat!("NOT (", counts!(), ")"));

/// A number of reviews for each number of stars, one star first.
type ByStars = [i64; 5];

fn by_stars(rows: Vec<(Option<i32>, i64)>) -> ByStars {
    let mut counts = ByStars::default();
    for (stars, count) in rows {
        let place = stars.and_then(|stars| usize::try_from(stars - 1).ok());
        if let Some(slot) = place.and_then(|place| counts.get_mut(place)) {
            *slot = count;
        }
    }
    counts
}

impl Totals {
    /// Of somebody nobody has said anything about.
    fn none(accountant_id: UserId) -> Self {
        Self::from_counts(accountant_id, ByStars::default(), ByStars::default(), 0)
    }

    fn from_counts(accountant_id: UserId, counted: ByStars, removed: ByStars, shown: i64) -> Self {
        let [ones, twos, threes, fours, fives] = counted;
        let [removed_ones, removed_twos, removed_threes, removed_fours, removed_fives] = removed;
        let stars = ones + 2 * twos + 3 * threes + 4 * fours + 5 * fives;
        let counted = counted.iter().sum();
        Self {
            accountant_id,
            counted,
            stars,
            score: score(counted, stars),
            shown,
            ones,
            twos,
            threes,
            fours,
            fives,
            removed_ones,
            removed_twos,
            removed_threes,
            removed_fours,
            removed_fives,
        }
    }

    pub fn of(conn: &mut Conn, accountant: UserId) -> Result<Self> {
        let kept = review_totals::table.find(accountant);
        let kept = on_either!(conn, |c| kept.select(Self::as_select()).first(c)).optional()?;
        Ok(kept.unwrap_or_else(|| Self::none(accountant)))
    }

    /// Works them out anew in the transaction of what changed; the accountant's row is held, so that
    /// of two such changes the second sees the first.
    pub fn recompute(conn: &mut Conn, accountant: UserId, now: Instant) -> Result<()> {
        Accountant::lock(conn, accountant)?;
        Self::judge(conn, accountant)?;
        let opened = reviews::table
            .filter(reviews::about_id.eq(accountant))
            .filter(Review::IS_OF_CLIENT.and(reviews::opened_at.is_not_null()));
        let counted = opened
            .filter(reviews::is_counted)
            .group_by(reviews::stars)
            .select((reviews::stars, diesel::dsl::count_star()));
        let counted: Vec<(Option<i32>, i64)> = counted.load(conn)?;
        let removed = removed_stars(conn, accountant)?;
        let shown = opened
            .filter(reviews::hidden_by.is_null().and(reviews::withdrawn_at.is_null()))
            .count()
            .get_result(conn)?;
        let totals = Self::from_counts(accountant, by_stars(counted), by_stars(removed), shown);
        on_either!(conn, |c| diesel::insert_into(review_totals::table)
            .values(&totals)
            .on_conflict(review_totals::accountant_id)
            .do_update()
            .set(&totals)
            .execute(c))?;
        Stale::mark(conn, accountant, now)
    }

    /// Says of each row whether it counts, and writes those alone of which that changed.
    fn judge(conn: &mut Conn, accountant: UserId) -> Result<()> {
        let own = reviews::table
            .filter(reviews::about_id.eq(accountant).and(Review::IS_OF_CLIENT))
            .filter(reviews::opened_at.is_not_null());
        let gained = own.filter(diesel::dsl::not(reviews::is_counted)).filter(COUNTS);
        let lost = own.filter(reviews::is_counted).filter(COUNTS_NOT);
        db::update(lost, reviews::is_counted.eq(false)).execute(conn)?;
        db::update(gained, reviews::is_counted.eq(true)).execute(conn)?;
        Ok(())
    }

    pub fn has_any(&self) -> bool {
        self.counted > 0
    }

    pub fn score_words(&self, locale: impl AsRef<Locale>) -> String {
        score_words(self.score, locale)
    }

    /// "4.831", for machines.
    pub fn score_figure(&self) -> String {
        format!("{}.{:03}", self.score / 1000, self.score % 1000)
    }

    /// The plain mean: "4.88".
    pub fn mean_words(&self, locale: impl AsRef<Locale>) -> String {
        locale.as_ref().figure(&hundredths(self.stars, self.counted.max(1)))
    }

    /// Stars and how many gave them, the most first.
    pub fn histogram(&self) -> [(i64, i64); 5] {
        [(5, self.fives), (4, self.fours), (3, self.threes), (2, self.twos), (1, self.ones)]
    }

    /// Stars and how many of them were removed, those of which any were.
    pub fn removals(&self) -> Vec<(i64, i64)> {
        let all = [
            (5, self.removed_fives),
            (4, self.removed_fours),
            (3, self.removed_threes),
            (2, self.removed_twos),
            (1, self.removed_ones),
        ];
        all.into_iter().filter(|(_, count)| *count > 0).collect()
    }
}

/// A ratio rounded half up to two places.
fn hundredths(over: i64, under: i64) -> String {
    let rounded = (200 * over + under).div_euclid(2 * under);
    format!("{}.{:02}", rounded / 100, rounded % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_those_of_the_worked_examples() {
        assert_eq!(score(0, 0), 4000);
        assert_eq!(score(1, 5), 4111);
        assert_eq!(score(3, 3), 3182);
        assert_eq!(score(50, 225), 4431);
        assert_eq!(score(102, 504), 4873);
    }

    #[test]
    fn figures_are_rounded_half_up_to_what_is_shown() {
        let totals = Totals::from_counts(UserId(1), [1, 0, 2, 7, 117], [1, 0, 0, 0, 0], 127);
        assert_eq!((totals.counted, totals.stars), (127, 620));
        assert_eq!((totals.score, &*totals.score_words(Locale::NEUTRAL)), (4830, "4.83"));
        assert_eq!(totals.mean_words(Locale::NEUTRAL), "4.88");
        assert_eq!(totals.score_figure(), "4.830");
        assert_eq!(totals.removals(), [(1, 1)]);
    }
}
