//! Who is free within two days, for the home page: first those whose day is the visitor's, then any,
//! each by the ranking.

use super::expression::Expression;
use super::query::{Badges, Scope};
use super::tokens::FilterMark;
use super::{Card, DirectoryCounts, Stand};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;

/// What the home page shows of the directory.
#[derive(Debug, Clone)]
pub struct Soon {
    pub cards: Vec<Card>,
    /// Free within two days; else the best, where nobody is free so soon.
    pub is_soon: bool,
    pub total: i64,
}

/// Hours between two walls whose days are nearly the same.
const REACH: i64 = 3;

impl Soon {
    pub const MOST: usize = 6;

    pub fn of(
        conn: &mut Conn,
        counts: &DirectoryCounts,
        zone: &str,
        stand: Stand,
        now: Instant,
    ) -> Result<Self> {
        let badges = Badges::Unasked;
        let scope = Scope {
            ceiling: None,
            currency: "",
            is_priced: false,
            kind: None,
            badges,
            is_free: true,
            stand,
            now,
        };
        let everybody = Expression::All(vec![]);
        let total = scope.remembered(conn, counts, &everybody)?;
        let mut cards: Vec<Card> = vec![];
        for group in groups(zone, now) {
            let left = Self::MOST - cards.len();
            if left > 0 {
                let count = scope.remembered(conn, counts, &group)?;
                let most = i64::try_from(left).unwrap_or(0);
                let rows = scope.by_rank(conn, (&group, count), i64::MAX, most)?;
                cards.extend(rows.into_iter().filter_map(|row| row.card(now)));
            }
        }
        let is_soon = !cards.is_empty();
        if !is_soon {
            let scope = Scope { is_free: false, ..scope };
            let most = i64::try_from(Self::MOST).unwrap_or(0);
            let best = scope.by_rank(conn, (&everybody, total), i64::MAX, most)?;
            cards.extend(best.into_iter().filter_map(|row| row.card(now)));
        }
        Card::put_badges(conn, cards.iter_mut(), now)?;
        Ok(Self { cards, is_soon, total })
    }
}

fn groups(zone: &str, now: Instant) -> Vec<Expression> {
    let soon = Expression::Whole(FilterMark::Free.token("2"));
    if zone.is_empty() {
        return vec![soon];
    }
    let here = now.hours_ahead(zone);
    let hours = (here - REACH..=here + REACH)
        .map(|hours| FilterMark::Zone.token(&FilterMark::hours(hours)));
    let near = Expression::Any(hours.map(Expression::Whole).collect());
    vec![soon.clone().and(near.clone()), soon.but(near)]
}
