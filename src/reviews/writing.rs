//! Saying how it went, once and in time; changing one's mind before it opens; taking it back.

use diesel::prelude::*;

use super::schema::reviews;
use super::{Review, ReviewId, ReviewSide, ReviewWords, ShownAs, Totals, WrittenReview};
use crate::bookings::{Booking, BookingId, State};
use crate::clock::{Instant, Span};
use crate::db::{self, Conn};
use crate::decisions::Decision;
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::on_either;
use crate::users::{Actor, UserId};

impl Review {
    /// Writes one's own, or puts it in the place of what one wrote before it opened. The second of the
    /// two opens both. Touches nothing that anybody else reads.
    pub fn write(
        conn: &mut Conn,
        mail: &Mail,
        actor: &Actor,
        booking: BookingId,
        said: &WrittenReview,
    ) -> Result<()> {
        let booking = Booking::held(conn, booking, actor)?;
        only_taken_place(&booking, actor.now)?;
        booking.complete(conn, actor.now)?;
        match Self::own(conn, booking.id, actor.id)? {
            Some(own) => own.replace(conn, actor, said)?,
            None => Self::begin(conn, actor, &booking, said)?,
        }
        Self::open_if_due(conn, mail, &booking, actor.now)
    }

    fn begin(
        conn: &mut Conn,
        actor: &Actor,
        booking: &Booking,
        said: &WrittenReview,
    ) -> Result<()> {
        let side = ReviewSide::from(booking.side(actor.id));
        if let Some(words) = barred(conn, booking, actor.id, actor.now)? {
            return Err(Error::conflict(words));
        }
        let about_id = match side {
            ReviewSide::Client => booking.accountant_id,
            ReviewSide::Accountant => booking.client_id,
        };
        let row = Self {
            id: ReviewId::random(),
            booking_id: booking.id,
            author_id: actor.id,
            about_id,
            side,
            ended_at: booking.ends_at,
            opens_at: booking.review_until(),
            ..Self::said(said, actor.now)
        };
        on_either!(conn, |c| diesel::insert_into(reviews::table).values(&row).execute(c))?;
        Ok(())
    }

    /// A row of nothing, which its caller fills.
    fn blank(now: Instant) -> Self {
        Self {
            id: ReviewId(0),
            booking_id: BookingId(0),
            author_id: UserId(0),
            about_id: UserId(0),
            side: ReviewSide::Accountant,
            stars: None,
            knowledge: None,
            clarity: None,
            punctuality: None,
            words: None,
            shown_as: ShownAs::Verified,
            is_incentive: false,
            appeared: None,
            documents: None,
            respectful: None,
            ended_at: now,
            opens_at: now,
            written_at: now,
            opened_at: None,
            withdrawn_at: None,
            hidden_by: None,
            text_hidden_by: None,
            shares_card: false,
            shares_browser: false,
            shares_mail: false,
            shares_other: false,
            is_counted: false,
        }
    }

    /// A row of what is said, and of nothing else.
    fn said(said: &WrittenReview, now: Instant) -> Self {
        let blank = Self::blank(now);
        match said {
            WrittenReview::Client(ReviewWords {
                stars,
                knowledge,
                clarity,
                punctuality,
                words,
                shown_as,
                is_incentive,
            }) => Self {
                stars: Some(*stars),
                knowledge: *knowledge,
                clarity: *clarity,
                punctuality: *punctuality,
                words: Some(words.clone()),
                shown_as: *shown_as,
                is_incentive: *is_incentive,
                ..blank
            },
            WrittenReview::Accountant { appeared, documents, respectful } => Self {
                appeared: Some(*appeared),
                documents: Some(*documents),
                respectful: Some(*respectful),
                ..blank
            },
        }
    }

    fn replace(&self, conn: &mut Conn, actor: &Actor, said: &WrittenReview) -> Result<()> {
        let new = Self::said(said, actor.now);
        let own = reviews::table.find(self.id);
        let unopened = own
            .filter(reviews::opened_at.is_null().and(reviews::withdrawn_at.is_null()))
            .filter(reviews::opens_at.gt(actor.now));
        let set = (
            (
                reviews::stars.eq(new.stars),
                reviews::knowledge.eq(new.knowledge),
                reviews::clarity.eq(new.clarity),
                reviews::punctuality.eq(new.punctuality),
                reviews::words.eq(new.words),
            ),
            reviews::shown_as.eq(new.shown_as),
            reviews::is_incentive.eq(new.is_incentive),
            reviews::appeared.eq(new.appeared),
            reviews::documents.eq(new.documents),
            reviews::respectful.eq(new.respectful),
            reviews::written_at.eq(new.written_at),
        );
        match db::update(unopened, set).execute(conn)? {
            0 if self.withdrawn_at.is_some() => {
                Err(Error::conflict("You have withdrawn what you wrote, and that is final."))
            }
            0 => Err(Error::conflict("It has opened: it stays as you wrote it.")),
            _ => Ok(()),
        }
    }

    /// From the first name to "Verified client", at any time; never the other way once it is open.
    pub fn hide_name(conn: &mut Conn, actor: &Actor, booking: BookingId) -> Result<()> {
        let own = Self::own(conn, booking, actor.id)?.ok_or(Error::NotFound)?;
        if own.side != ReviewSide::Client || own.withdrawn_at.is_some() {
            return Err(Error::conflict("There is no name to take away."));
        }
        db::update(reviews::table.find(own.id), reviews::shown_as.eq(ShownAs::Verified))
            .execute(conn)?;
        Ok(())
    }

    /// Takes one's own back for good; what it said goes with it.
    pub fn withdraw(conn: &mut Conn, actor: &Actor, booking: BookingId) -> Result<()> {
        Booking::held(conn, booking, actor)?;
        let own = Self::own(conn, booking, actor.id)?
            .ok_or(Error::conflict("You have written nothing that could be withdrawn."))?;
        let standing = reviews::table.find(own.id).filter(reviews::withdrawn_at.is_null());
        let set = (
            reviews::withdrawn_at.eq(Some(actor.now)),
            (
                reviews::stars.eq(None::<i32>),
                reviews::knowledge.eq(None::<i32>),
                reviews::clarity.eq(None::<i32>),
                reviews::punctuality.eq(None::<i32>),
                reviews::words.eq(None::<String>),
            ),
            reviews::appeared.eq(None::<bool>),
            reviews::documents.eq(None::<bool>),
            reviews::respectful.eq(None::<bool>),
            reviews::is_counted.eq(false),
        );
        let changed = db::update(standing, set).execute(conn)?;
        if changed == 1 && own.opened_at.is_some() && own.side == ReviewSide::Client {
            Totals::recompute(conn, own.about_id, actor.now)?;
        }
        Ok(())
    }
}

/// What has not taken place cannot be spoken of: the two may know that.
pub fn only_taken_place(booking: &Booking, now: Instant) -> Result<()> {
    match booking.state_at(now) {
        State::Completed => Ok(()),
        _ => Err(Error::forbidden("You can say how it went once the hour is over.")),
    }
}

/// Why somebody who has not written yet no longer can.
pub fn barred(
    conn: &mut Conn,
    booking: &Booking,
    author: UserId,
    now: Instant,
) -> Result<Option<&'static str>> {
    let side = ReviewSide::from(booking.side(author));
    if side == ReviewSide::Client && booking.was_missed(now) {
        return Ok(Some(match booking.no_show_upheld_at {
            Some(_) => "An admin found that you did not appear, so you cannot say how it went.",
            None => {
                "You were marked as absent and said nothing against it within 48 hours, so you \
                 cannot say how it went."
            }
        }));
    }
    let until = booking.review_until();
    if now < until
        || (now < until + lost_hours(conn, booking, author, now)? && !has_opened(conn, booking.id)?)
    {
        return Ok(None);
    }
    Ok(Some("That could be said for 14 days after the end."))
}

/// How much of the time to write somebody was suspended for and could not; they get it back.
fn lost_hours(conn: &mut Conn, booking: &Booking, author: UserId, now: Instant) -> Result<Span> {
    let (from, to) = (booking.ends_at, booking.review_until());
    let lost = Decision::suspensions(conn, author)?.into_iter().map(|(begun, ended)| {
        let (begun, ended) = (begun.max(from), ended.unwrap_or(now).min(to));
        ended.elapsed_since(begun).as_seconds().max(0)
    });
    Ok(Span::seconds(lost.sum()))
}

/// Whether anything about this booking can be read by now.
fn has_opened(conn: &mut Conn, booking: BookingId) -> Result<bool> {
    let opened = reviews::booking_id.eq(booking).and(reviews::opened_at.is_not_null());
    Ok(diesel::select(diesel::dsl::exists(reviews::table.filter(opened))).get_result(conn)?)
}
