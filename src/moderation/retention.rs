//! How long it is kept what reports showed of messages: until the time to object is over and every
//! objection answered, then 30 days, and no longer.

use diesel::prelude::*;

use super::appeal::Appeal;
use super::case::Case;
use super::evidence::{ReportItem, ReportedMessage};
use super::schema::{cases, message_report_items, reports};
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::decisions::schema::decisions;
use crate::decisions::{Decision, DecisionId, TargetKind};
use crate::error::Result;
use crate::messaging::Message;

/// How long beyond the last day to object.
const BEYOND: Span = Span::days(30);

/// Cases with words that nobody needs any more, some at a time.
pub fn ended(conn: &mut Conn, now: Instant) -> Result<Vec<Case>> {
    let open = message_report_items::table
        .inner_join(reports::table.on(reports::id.eq(message_report_items::report_id)))
        .filter(message_report_items::opening.is_not_null())
        .select(reports::case_id);
    let old: Vec<Case> = cases::table
        .inner_join(decisions::table.on(decisions::id.nullable().eq(cases::decision_id)))
        .filter(decisions::appeal_until.le(now - BEYOND))
        .filter(cases::id.eq_any(open))
        .order(cases::id)
        .limit(200)
        .select(Case::as_select())
        .load(conn)?;
    let mut ended = vec![];
    for case in old {
        if let Some(decision) = case.decision_id
            && stands_for_good(conn, decision, now)?
        {
            ended.push(case);
        }
    }
    Ok(ended)
}

/// Whether nobody can object any more: to the decision, to the answer to an objection, and so on.
fn stands_for_good(conn: &mut Conn, decision: DecisionId, now: Instant) -> Result<bool> {
    let mut next = Some(decision);
    while let Some(id) = next {
        if now < Decision::by_id(conn, id)?.appeal_until + BEYOND {
            return Ok(false);
        }
        next = match Appeal::of_decision(conn, id)? {
            None => None,
            Some(appeal) if appeal.decided_at.is_none() => return Ok(false),
            Some(appeal) => appeal.answer_id,
        };
    }
    Ok(true)
}

/// Deletes the words, and for good the message that is still removed, unless another decision about
/// it may yet be lifted.
pub fn forget(conn: &mut Conn, case: &Case, now: Instant) -> Result<()> {
    ReportItem::forget(conn, case)?;
    if case.target_kind != TargetKind::Message {
        return Ok(());
    }
    for other in Decision::about(conn, case.target_kind, case.target)? {
        if !stands_for_good(conn, other.id, now)? {
            return Ok(());
        }
    }
    let message = ReportedMessage::by_id(conn, case.target)?;
    Message::forget_removed(conn, message.place(), now)
}
