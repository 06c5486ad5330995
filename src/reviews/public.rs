//! What everybody reads of what clients said.

use diesel::prelude::*;

use super::labels::MoneyBack;
use super::schema::reviews;
use super::{Label, Review, ReviewId, ReviewReply, ShownAs};
use crate::bookings::Attendance;
use crate::bookings::schema::{booking_terms, bookings};
use crate::db::Conn;
use crate::error::Result;
use crate::locale::{DayShape, Locale};
use crate::on_either;
use crate::users::schema::users;
use crate::users::{Status, UserId};

/// A client's review as everybody reads it.
#[derive(Debug, Clone)]
pub struct PublicReview {
    pub review: Review,
    /// "Verified client", "Cy P.", "Former client".
    pub by: String,
    /// Of the service.
    pub title: String,
    pub labels: Vec<Label>,
    pub reply: Option<ReviewReply>,
}

/// A page of them, newest first.
#[derive(Debug, Clone, Default)]
pub struct ReviewsShown {
    pub list: Vec<PublicReview>,
    /// Those of so many stars alone.
    pub stars: Option<i32>,
    /// Where the next page begins.
    pub next: Option<ReviewId>,
    pub is_first: bool,
}

impl PublicReview {
    pub fn stars(&self) -> i32 {
        self.review.stars.unwrap_or(0)
    }

    pub fn text(&self) -> &str {
        self.review.text().unwrap_or("")
    }

    /// "October 2026": the day would tell more than it helps.
    pub fn month_words(&self, locale: impl AsRef<Locale>) -> String {
        self.review.ended_at.day("UTC").shaped(locale, DayShape::Month)
    }

    pub fn month(&self) -> String {
        self.review.ended_at.in_zone("UTC").strftime("%Y-%m").to_string()
    }

    /// The optional marks that were given.
    pub fn marks(&self) -> Vec<(&'static str, i32)> {
        let all = [
            ("Knowledge", self.review.knowledge),
            ("Clear", self.review.clarity),
            ("On time", self.review.punctuality),
        ];
        all.into_iter().filter_map(|(name, mark)| Some((name, mark?))).collect()
    }
}

/// Every list of them begins so; a macro, as the type of such a query has no name.
macro_rules! shown {
    ($about:expr) => {
        reviews::table
            .inner_join(users::table.on(users::id.eq(reviews::author_id)))
            .inner_join(bookings::table.on(bookings::id.eq(reviews::booking_id)))
            .inner_join(booking_terms::table.on(booking_terms::booking_id.eq(reviews::booking_id)))
            .filter(reviews::about_id.eq($about).and(Review::IS_OF_CLIENT))
            .filter(reviews::opened_at.is_not_null().and(reviews::hidden_by.is_null()))
            .filter(reviews::withdrawn_at.is_null())
            .order((reviews::opened_at.desc(), reviews::id.desc()))
            .select((
                Review::as_select(),
                users::name,
                users::status,
                booking_terms::title,
                Attendance::as_select(),
            ))
    };
}

impl ReviewsShown {
    pub const PAGE: i64 = 20;

    /// One page of what is shown of an accountant, from just after a review on; one that is not
    /// among them begins at the start.
    pub fn page(
        conn: &mut Conn,
        about: UserId,
        stars: Option<i32>,
        after: Option<ReviewId>,
    ) -> Result<Self> {
        let last = after.and_then(|id| Review::shown(conn, id).ok());
        let last = last.filter(|last| last.about_id == about);
        let from = last.and_then(|last| Some((last.id, last.opened_at?)));
        let mut rows: Vec<ReviewRow> = on_either!(conn, |c| {
            let mut page = shown!(about).limit(Self::PAGE + 1).into_boxed();
            if let Some(stars) = stars {
                page = page.filter(reviews::stars.eq(stars));
            }
            if let Some((id, at)) = from {
                let same = reviews::opened_at.eq(at).and(reviews::id.lt(id));
                page = page.filter(reviews::opened_at.lt(at).or(same));
            }
            page.load(c)
        })?;
        let most = usize::try_from(Self::PAGE).unwrap_or(20);
        let has_more = rows.len() > most;
        rows.truncate(most);
        let next = rows.last().filter(|_| has_more).map(|(review, ..)| review.id);
        let list = Self::dressed(conn, rows)?;
        Ok(Self { list, stars, next, is_first: from.is_none() })
    }

    /// One of them alone.
    pub fn one(conn: &mut Conn, about: UserId, id: ReviewId) -> Result<Self> {
        let rows: Vec<ReviewRow> = shown!(about).filter(reviews::id.eq(id)).load(conn)?;
        let list = Self::dressed(conn, rows)?;
        Ok(Self { list, is_first: true, ..Self::default() })
    }

    /// With replies and labels, each by one question for all.
    fn dressed(conn: &mut Conn, rows: Vec<ReviewRow>) -> Result<Vec<PublicReview>> {
        if rows.is_empty() {
            return Ok(vec![]);
        }
        let ids: Vec<ReviewId> = rows.iter().map(|(review, ..)| review.id).collect();
        let bookings: Vec<_> = rows.iter().map(|(review, ..)| review.booking_id).collect();
        let mut replies = ReviewReply::to(conn, &ids)?;
        let money = MoneyBack::of(conn, &bookings)?;
        let dress = |(review, name, status, title, attendance): ReviewRow| {
            let reply = replies.iter().position(|reply| reply.review_id == review.id);
            PublicReview {
                by: signature(&review, &name, status),
                labels: money.labels(&review, attendance),
                reply: reply.map(|at| replies.swap_remove(at)),
                review,
                title,
            }
        };
        Ok(rows.into_iter().map(dress).collect())
    }
}

type ReviewRow = (Review, String, Status, String, Attendance);

/// "Verified client", or first name and initial where the client chose so.
fn signature(review: &Review, name: &str, status: Status) -> String {
    if status == Status::Closed {
        return "Former client".to_owned();
    }
    if review.shown_as == ShownAs::Verified {
        return "Verified client".to_owned();
    }
    let mut names = name.split_whitespace();
    let first = names.next().unwrap_or("Verified client");
    match names.next_back().and_then(|last| last.chars().next()) {
        Some(initial) => format!("{first} {}.", initial.to_uppercase()),
        None => first.to_owned(),
    }
}
