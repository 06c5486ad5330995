//! Hiding a review or its words, which takes a decision about this very thing, and showing it again,
//! which works everything out as it was.

use diesel::prelude::*;

use super::schema::{review_replies, reviews};
use super::signs::SharedSigns;
use super::{ReplyId, Review, ReviewId, ReviewReply, Totals};
use crate::clock::Instant;
use crate::db::{self, Conn};
use crate::decisions::{
    self, Decision, DecisionId, Ground, Outcome, Restriction, Statement, Target, TargetKind,
};
use crate::error::{Error, Result};
use crate::mail::Mail;

/// What of a review a decision takes down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewScope {
    Whole,
    /// The stars still count.
    Words,
}

const RULE: &str = "reviews that share two signs with the accountant wait to be looked at";

/// Holds one back that shares two signs with the accountant: by rule, and no longer than 72 hours.
pub(super) fn quarantine(
    conn: &mut Conn,
    mail: &Mail,
    review: &Review,
    shared: SharedSigns,
    now: Instant,
) -> Result<()> {
    let facts = format!("Your account and the accountant's have {} in common.", shared.words());
    let statement = Statement::by_rule(
        Restriction::Quarantine,
        (RULE, Ground::Close),
        (
            &facts,
            "Whoever is close to an accountant cannot review them. Two things in common are a sign \
             of that, and no proof: a person looks at it within 72 hours. If nobody has by then, \
             your review is shown.",
        ),
        "the whole review",
    );
    let decision = decisions::restrict(conn, mail, review.target(), &statement, now)?;
    Review::hide(conn, review.id, ReviewScope::Whole, &decision, now)
}

impl Review {
    /// What a decision about it names.
    pub fn target(&self) -> Target {
        Target { kind: TargetKind::Review, id: self.id.0, subject: self.author_id }
    }

    /// Takes it, or its words, down. A later decision stands in the place of an earlier one.
    pub fn hide(
        conn: &mut Conn,
        id: ReviewId,
        scope: ReviewScope,
        decision: &Decision,
        now: Instant,
    ) -> Result<()> {
        let review = Self::for_admin(conn, id)?;
        only_about(decision, review.target())?;
        let own = reviews::table.find(id);
        match scope {
            ReviewScope::Whole => db::update(
                own,
                (reviews::hidden_by.eq(Some(decision.id)), reviews::is_counted.eq(false)),
            )
            .execute(conn)?,
            ReviewScope::Words => {
                db::update(own, reviews::text_hidden_by.eq(Some(decision.id))).execute(conn)?
            }
        };
        Totals::recompute(conn, review.about_id, now)
    }

    /// Shows again what one decision took down, and nothing that another did.
    pub fn restore(
        conn: &mut Conn,
        id: ReviewId,
        restored: DecisionId,
        now: Instant,
    ) -> Result<()> {
        let review = Self::for_admin(conn, id)?;
        let own = reviews::table.find(id);
        let whole = own.filter(reviews::hidden_by.eq(Some(restored)));
        db::update(whole, reviews::hidden_by.eq(None::<DecisionId>)).execute(conn)?;
        let words = own.filter(reviews::text_hidden_by.eq(Some(restored)));
        db::update(words, reviews::text_hidden_by.eq(None::<DecisionId>)).execute(conn)?;
        Totals::recompute(conn, review.about_id, now)
    }
}

impl ReviewReply {
    pub fn target(&self) -> Target {
        Target { kind: TargetKind::Reply, id: self.id.0, subject: self.author_id }
    }

    pub fn hide(conn: &mut Conn, id: ReplyId, decision: &Decision) -> Result<()> {
        let reply = Self::by_id(conn, id)?;
        only_about(decision, reply.target())?;
        let own = review_replies::table.find(id);
        db::update(own, review_replies::hidden_by.eq(Some(decision.id))).execute(conn)?;
        Ok(())
    }

    pub fn restore(conn: &mut Conn, id: ReplyId, restored: DecisionId) -> Result<()> {
        let hidden =
            review_replies::table.find(id).filter(review_replies::hidden_by.eq(Some(restored)));
        db::update(hidden, review_replies::hidden_by.eq(None::<DecisionId>)).execute(conn)?;
        Ok(())
    }
}

/// A decision about something else hides nothing here.
fn only_about(decision: &Decision, target: Target) -> Result<()> {
    match decision.outcome == Outcome::Restrict && decision.target() == target {
        true => Ok(()),
        false => Err(Error::internal("a decision about something else")),
    }
}
