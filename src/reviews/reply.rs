//! The accountant's answer to what a client said: one, for everybody to read.

use diesel::prelude::*;

use super::schema::{review_replies, reviews};
use super::{Review, ReviewId, notify};
use crate::clock::Instant;
use crate::db::{Conn, PreparedCondition, one_of};
use crate::decisions::DecisionId;
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::on_either;
use crate::users::{Actor, UserId};

crate::typed_id!(ReplyId);

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = review_replies, treat_none_as_default_value = false)]
pub struct ReviewReply {
    pub id: ReplyId,
    pub review_id: ReviewId,
    pub author_id: UserId,
    pub words: String,
    /// Written in spite of what the lint found.
    pub is_checked: bool,
    pub written_at: Instant,
    pub hidden_by: Option<DecisionId>,
}

/// A moderator has looked at it, whatever came of that.
const WAS_DECIDED: PreparedCondition = PreparedCondition(
    "EXISTS (SELECT 1 FROM decisions d WHERE d.target_kind = 'reply' \
     AND d.target = review_replies.id)",
);

impl ReviewReply {
    /// Replies to a review about oneself that everybody can read.
    pub fn write(
        conn: &mut Conn,
        mail: &Mail,
        actor: &Actor,
        review: ReviewId,
        (words, is_checked): (&str, bool),
    ) -> Result<()> {
        let review = Review::shown(conn, review)?;
        if review.about_id != actor.id {
            return Err(Error::NotFound);
        }
        let kept = Self::words_to(conn, review.id)?;
        if kept.is_some() {
            return only_again(kept, words);
        }
        let reply = Self {
            id: ReplyId::next(actor.now),
            review_id: review.id,
            author_id: actor.id,
            words: words.to_owned(),
            is_checked,
            written_at: actor.now,
            hidden_by: None,
        };
        let added = on_either!(conn, |c| diesel::insert_into(review_replies::table)
            .values(&reply)
            .on_conflict(review_replies::review_id)
            .do_nothing()
            .execute(c))?;
        if added == 0 {
            return only_again(Self::words_to(conn, review.id)?, words);
        }
        notify::replied(conn, mail, (&review, &reply), actor.now)
    }

    /// What was replied to one.
    fn words_to(conn: &mut Conn, review: ReviewId) -> Result<Option<String>> {
        let kept = review_replies::table.filter(review_replies::review_id.eq(review));
        Ok(kept.select(review_replies::words).first(conn).optional()?)
    }

    pub fn by_id(conn: &mut Conn, id: ReplyId) -> Result<Self> {
        Ok(review_replies::table.find(id).select(Self::as_select()).first(conn)?)
    }

    /// Those to some reviews, hidden ones left out.
    pub(super) fn to(conn: &mut Conn, ids: &[ReviewId]) -> Result<Vec<Self>> {
        let replies = review_replies::table
            .filter(one_of(review_replies::review_id, ids.iter().map(|id| id.0)))
            .filter(review_replies::hidden_by.is_null());
        Ok(on_either!(conn, |c| replies.select(Self::as_select()).load(c))?)
    }

    /// Those that were written with "I have checked" and that no moderator has decided about, the
    /// longest waiting first.
    pub fn checked_anyway(conn: &mut Conn) -> Result<Vec<(Self, Review)>> {
        Ok(review_replies::table
            .inner_join(reviews::table.on(reviews::id.eq(review_replies::review_id)))
            .filter(review_replies::is_checked.and(diesel::dsl::not(WAS_DECIDED)))
            .order((review_replies::written_at, review_replies::id))
            .limit(100)
            .select((Self::as_select(), Review::as_select()))
            .load(conn)?)
    }
}

/// There is one reply; the same words again are a double click.
fn only_again(kept: Option<String>, words: &str) -> Result<()> {
    match kept.as_deref() == Some(words) {
        true => Ok(()),
        false => Err(Error::conflict("You have replied to this review already.")),
    }
}
