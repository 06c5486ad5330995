//! One side's word on one booking, and who may find it.

use diesel::prelude::*;

use super::schema::reviews;
use crate::bookings::{BookingId, Side};
use crate::clock::{Instant, Span};
use crate::db::{Conn, PreparedCondition};
use crate::decisions::DecisionId;
use crate::error::{Error, Result};
use crate::seal;
use crate::users::UserId;

crate::typed_id!(ReviewId);

impl ReviewId {
    /// Tells nothing, unlike other ids, which tell when: of two it would say who wrote first.
    pub fn random() -> Self {
        Self(i64::from_be_bytes(seal::random()) & i64::MAX)
    }
}

crate::word_enum! {
    /// Which of the two wrote it.
    ReviewSide { Client => "client", Accountant => "accountant" }
}

crate::word_enum! {
    /// What a client's review is signed with.
    ShownAs { Verified => "verified", FirstName => "first_name" }
}

/// What one side says of an hour: a client in stars and words, an accountant in three answers. A
/// withdrawn one has neither. Its author can write it anew until it opens; until then nobody else can
/// learn that it exists.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = reviews, treat_none_as_default_value = false)]
pub struct Review {
    pub id: ReviewId,
    pub booking_id: BookingId,
    pub author_id: UserId,
    pub about_id: UserId,
    pub side: ReviewSide,
    /// 1 to 5; the three below it are the client’s as well, and may be left out.
    pub stars: Option<i32>,
    pub knowledge: Option<i32>,
    pub clarity: Option<i32>,
    pub punctuality: Option<i32>,
    /// 20 to 1,500 characters.
    pub words: Option<String>,
    pub shown_as: ShownAs,
    pub is_incentive: bool,
    /// The accountant’s answers, which the client alone reads.
    pub appeared: Option<bool>,
    pub documents: Option<bool>,
    pub respectful: Option<bool>,
    /// When the booking ended.
    pub ended_at: Instant,
    /// When it opens at the latest.
    pub opens_at: Instant,
    pub written_at: Instant,
    pub opened_at: Option<Instant>,
    pub withdrawn_at: Option<Instant>,
    /// The decisions that hide all of it, or its text.
    pub hidden_by: Option<DecisionId>,
    pub text_hidden_by: Option<DecisionId>,
    /// What author and accountant had in common when it opened (`signs`).
    pub shares_card: bool,
    pub shares_browser: bool,
    pub shares_mail: bool,
    pub shares_other: bool,
    /// Whether its stars are in the score; worked out, see `totals`.
    pub is_counted: bool,
}

impl From<Side> for ReviewSide {
    fn from(side: Side) -> Self {
        match side {
            Side::Client => Self::Client,
            Side::Accountant => Self::Accountant,
        }
    }
}

impl Review {
    /// True of one that a client wrote, in the words of the index that finds it: SQLite does not see
    /// that a value handed over would be the same.
    pub const IS_OF_CLIENT: PreparedCondition = PreparedCondition("reviews.side = 'client'");

    /// What was written opens so long after the end at the latest.
    pub const WINDOW: Span = Span::hours(336);

    /// One's own of a booking, open or not.
    pub fn own(conn: &mut Conn, booking: BookingId, author: UserId) -> Result<Option<Self>> {
        let own = reviews::booking_id.eq(booking).and(reviews::author_id.eq(author));
        Ok(reviews::table.filter(own).select(Self::as_select()).first(conn).optional()?)
    }

    /// What the other side says of it, once that is open. A client's that is hidden is hidden from
    /// the accountant, too.
    pub fn of_other(conn: &mut Conn, booking: BookingId, reader: UserId) -> Result<Option<Self>> {
        let theirs = reviews::booking_id.eq(booking).and(reviews::about_id.eq(reader));
        let is_there = reviews::opened_at
            .is_not_null()
            .and(reviews::withdrawn_at.is_null())
            .and(reviews::hidden_by.is_null());
        Ok(reviews::table
            .filter(theirs)
            .filter(is_there)
            .select(Self::as_select())
            .first(conn)
            .optional()?)
    }

    /// A client's that opened, hidden or not; an unopened one is not there.
    pub fn for_admin(conn: &mut Conn, id: ReviewId) -> Result<Self> {
        let opened = reviews::table.find(id).filter(reviews::opened_at.is_not_null());
        Ok(opened
            .filter(reviews::side.eq(ReviewSide::Client))
            .select(Self::as_select())
            .first(conn)?)
    }

    /// A client's that everybody can read.
    pub fn shown(conn: &mut Conn, id: ReviewId) -> Result<Self> {
        let review = Self::for_admin(conn, id)?;
        if review.is_shown() { Ok(review) } else { Err(Error::NotFound) }
    }

    /// Everything that one person wrote, for them alone.
    pub fn of_author(conn: &mut Conn, author: UserId) -> Result<Vec<Self>> {
        Ok(reviews::table
            .filter(reviews::author_id.eq(author))
            .order((reviews::ended_at.desc(), reviews::id.desc()))
            .select(Self::as_select())
            .load(conn)?)
    }

    /// Whether it is among what everybody can read.
    pub fn is_shown(&self) -> bool {
        self.opened_at.is_some() && self.withdrawn_at.is_none() && self.hidden_by.is_none()
    }

    /// Whether others may know of it by now; then it is no longer its author's to change.
    pub fn is_open(&self, now: Instant) -> bool {
        self.opened_at.is_some() || self.opens_at <= now
    }

    /// The words, unless they were taken down.
    pub fn text(&self) -> Option<&str> {
        self.words.as_deref().filter(|_| self.text_hidden_by.is_none())
    }

    /// How many signs its author shares with the accountant.
    pub fn signs(&self) -> usize {
        [self.shares_card, self.shares_browser, self.shares_mail]
            .into_iter()
            .filter(|is_shared| *is_shared)
            .count()
    }
}
