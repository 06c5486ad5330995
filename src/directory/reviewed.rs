//! What clients said, as a part of an accountant's public page.

use super::pages::AccountantPage;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::reviews::{ReportRecord, ReviewId, ReviewsShown, Totals};
use crate::users::UserId;
use crate::web::paths;

/// Totals, one page of reviews, and what became of the accountant's reports of them.
pub struct Reviewed {
    pub totals: Totals,
    pub shown: ReviewsShown,
    pub record: Option<ReportRecord>,
}

impl Reviewed {
    /// As the address asks: `stars` alone, from `after` on. What means nothing is left out.
    pub fn of(conn: &mut Conn, accountant: UserId, query: &str, now: Instant) -> Result<Self> {
        let named = |wanted: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
        };
        let stars = named("stars").and_then(|stars| stars.parse().ok());
        let stars = stars.filter(|stars| (1..=5).contains(stars));
        let after: Option<ReviewId> = named("after").and_then(|id| id.parse().ok());
        Ok(Self {
            totals: Totals::of(conn, accountant)?,
            shown: ReviewsShown::page(conn, accountant, stars, after)?,
            record: ReportRecord::of(conn, accountant, now)?,
        })
    }
}

impl AccountantPage {
    pub(super) fn report_path(&self, id: &ReviewId) -> String {
        crate::reviews::report_path(&self.base_url, &self.accountant.slug, *id)
    }

    pub(super) fn reviews_path(&self) -> String {
        paths::accountant(&self.accountant.slug)
    }

    /// Where the list goes on, with the stars that are looked at.
    pub(super) fn more_reviews(&self) -> Option<String> {
        let next = self.shown.next?;
        let stars = self.shown.stars.map_or(String::new(), |stars| format!("stars={stars}&"));
        Some(format!("{}?{stars}after={next}#reviews", self.reviews_path()))
    }
}
