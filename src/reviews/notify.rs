//! Who is told what: everybody who was there that they can say how it went, alike and whether or not
//! anybody has; and what opened, once it has.

use super::Review;
use super::reply::ReviewReply;
use super::review::ReviewSide;
use crate::bookings::{Booking, BookingId, BookingRow, Side};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::mail::{Letter, Mail};
use crate::notifications::{NewNotice, Notice, Topic};
use crate::users::User;
use crate::web::paths;

/// An invitation for the first time, or once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Invitation {
    First,
    Again,
}

impl Invitation {
    fn kind(self) -> &'static str {
        match self {
            Self::First => "reviews.invited",
            Self::Again => "reviews.reminded",
        }
    }
}

/// The same words to both, whatever either has written: what is sent tells nobody anything.
pub(super) fn invite(
    conn: &mut Conn,
    mail: &Mail,
    id: BookingId,
    invitation: Invitation,
    now: Instant,
) -> Result<()> {
    let line = BookingRow::by_id(conn, id)?;
    let until = line.booking.review_until();
    if until <= now {
        return Ok(());
    }
    let both = User::two(conn, line.booking.client_id, line.booking.accountant_id)?;
    for (side, reader) in [(Side::Client, &both.0), (Side::Accountant, &both.1)] {
        // whoever missed it has nothing to say of it; that says nothing of reviews either
        if side == Side::Client && line.booking.was_missed(now) {
            continue;
        }
        let other = line.other_called(side);
        let words = match invitation {
            Invitation::First => format!("How was {} with {other}?", line.terms.title),
            Invitation::Again => {
                format!("You can still say how {} with {other} was", line.terms.title)
            }
        };
        let paragraphs = [
            format!(
                "You can say so until {}. What you write opens when both of you have written, or \
                 then; until it opens nobody but you can tell that it is there.",
                until.words(&reader.local_zone())
            ),
            "If you have done so, there is nothing left to do.".to_owned(),
        ];
        let news =
            ReviewNotice { kind: invitation.kind(), object: id.0, words, path: paths::review(id) };
        news.tell(conn, mail, reader, (&paragraphs, "Say how it went", Some(until)), now)?;
    }
    Ok(())
}

/// One thing that is told.
struct ReviewNotice {
    kind: &'static str,
    object: i64,
    words: String,
    path: String,
}

impl ReviewNotice {
    fn tell(
        self,
        conn: &mut Conn,
        mail: &Mail,
        reader: &User,
        (paragraphs, button, until): (&[String], &str, Option<Instant>),
        now: Instant,
    ) -> Result<()> {
        let paragraphs: Vec<&str> = paragraphs.iter().map(String::as_str).collect();
        let address = format!("{}{}", mail.base_url, self.path);
        let letter = Letter::new(&self.words, &paragraphs).with_button(button, address);
        let letter = match until {
            Some(until) => letter.expiring(until),
            None => letter,
        };
        let telling = NewNotice {
            kind: self.kind,
            topic: Topic::Reviews,
            recipient: reader.id,
            object: self.object,
            version: 1,
            words: self.words.chars().take(300).collect(),
            path: self.path,
            letter: Some(letter),
        };
        Notice::tell_reader(conn, mail, reader, telling, now)?;
        Ok(())
    }
}

/// Whoever it is about can read it from now on.
pub(super) fn opened(conn: &mut Conn, mail: &Mail, review: &Review, now: Instant) -> Result<()> {
    let reader = User::by_id(conn, review.about_id)?;
    let line = Booking::by_id(conn, review.booking_id)?.line(conn)?;
    let title = &line.terms.title;
    let (words, path) = match review.side {
        ReviewSide::Client => (
            format!("A client said how {title} was"),
            format!("{}#review-{}", paths::REVIEWS, review.id),
        ),
        ReviewSide::Accountant => (
            format!("{} said how {title} was", line.accountant_called()),
            paths::review(review.booking_id),
        ),
    };
    let news = ReviewNotice { kind: "reviews.opened", object: review.booking_id.0, words, path };
    let paragraphs = [match review.side {
        ReviewSide::Client => "Everybody can read it on your page, and you can reply once.",
        ReviewSide::Accountant => "Only you can read it.",
    }
    .to_owned()];
    news.tell(conn, mail, &reader, (&paragraphs, "Read it", None), now)
}

/// The client is told of the reply to what they wrote.
pub(super) fn replied(
    conn: &mut Conn,
    mail: &Mail,
    (review, reply): (&Review, &ReviewReply),
    now: Instant,
) -> Result<()> {
    let reader = User::by_id(conn, review.author_id)?;
    let line = Booking::by_id(conn, review.booking_id)?.line(conn)?;
    let words = format!("{} replied to what you said", line.accountant_called());
    let path = paths::public_review(&line.slug, review.id);
    let news = ReviewNotice { kind: "reviews.replied", object: reply.id.0, words, path };
    let paragraphs = ["It stands below your review, for everybody to read.".to_owned()];
    news.tell(conn, mail, &reader, (&paragraphs, "Read it", None), now)
}
