//! Carrying out what was decided: each kind of thing by the verb of its owner.

use super::evidence::ReportedMessage;
use crate::accountants::{Accountant, Credential, CredentialId};
use crate::bookings::{Booking, BookingId, Notifier};
use crate::clock::Instant;
use crate::db::Conn;
use crate::decisions::{self, Decision, Outcome, Restriction, Statement, Target, TargetKind};
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::messaging::Message;
use crate::reviews::{ReplyId, Review, ReviewId, ReviewReply, ReviewScope};
use crate::users::User;

/// Restricts something: the only way. An emergency's restriction gives way to the full decision.
pub fn restrict(
    conn: &mut Conn,
    mail: &Mail,
    target: Target,
    statement: &Statement,
    now: Instant,
) -> Result<Decision> {
    end_provisional(conn, mail, (target, statement.hides()), now)?;
    let decision = decisions::restrict(conn, mail, target, statement, now)?;
    apply(conn, mail, &decision, now)?;
    Ok(decision)
}

/// Lifts a restriction, with reasons of its own: what it hid is shown again, unless something else
/// hides it.
pub fn lift(
    conn: &mut Conn,
    mail: &Mail,
    lifted: &Decision,
    statement: &Statement,
    now: Instant,
) -> Result<Decision> {
    if lifted.is_lifted(conn)? {
        return Err(Error::conflict("That restriction has ended already."));
    }
    let decision = decisions::lift(conn, mail, lifted, statement, now)?;
    undo(conn, lifted, now)?;
    if lifted.restriction == Restriction::Quarantine {
        // held back until now, it has been told to nobody
        Review::for_admin(conn, ReviewId(lifted.target))?.tell_shown(conn, mail, now)?;
    }
    Ok(decision)
}

/// Ends a restriction whose time is over.
pub(super) fn lapse(
    conn: &mut Conn,
    mail: &Mail,
    decision: &Decision,
    now: Instant,
) -> Result<Decision> {
    let statement = Statement::by_rule(
        decision.restriction,
        ("restrictions end on time", decision.ground),
        ("The time that the decision named is over.", "A restriction lasts as long as it says."),
        &decision.scope,
    );
    lift(conn, mail, decision, &statement, now)
}

/// What hides this thing for the time being, in an emergency or by a rule, ends without a word: the full
/// decision follows at once.
fn end_provisional(
    conn: &mut Conn,
    mail: &Mail,
    (target, hides_again): (Target, bool),
    now: Instant,
) -> Result<()> {
    // the two would be told of a message that it is back and gone in one moment
    let stays = target.kind == TargetKind::Message && hides_again;

    for decision in standing(conn, target)? {
        if decision.is_emergency || decision.restriction == Restriction::Quarantine {
            decisions::replace(conn, mail, &decision, now)?;
            if !stays {
                undo(conn, &decision, now)?;
            }
        }
    }
    Ok(())
}

/// The restrictions of a thing that nothing has lifted.
fn standing(conn: &mut Conn, target: Target) -> Result<Vec<Decision>> {
    let mut standing = vec![];
    for decision in Decision::about(conn, target.kind, target.id)? {
        if decision.outcome == Outcome::Restrict && !decision.is_lifted(conn)? {
            standing.push(decision);
        }
    }
    Ok(standing)
}

/// What a rule holds back is shown after all: somebody has looked at it.
pub(super) fn release(
    conn: &mut Conn,
    mail: &Mail,
    target: Target,
    statement: &Statement,
    now: Instant,
) -> Result<Option<Decision>> {
    for decision in standing(conn, target)? {
        if decision.restriction == Restriction::Quarantine {
            return lift(conn, mail, &decision, statement, now).map(Some);
        }
    }
    Ok(None)
}

fn apply(conn: &mut Conn, mail: &Mail, decision: &Decision, now: Instant) -> Result<()> {
    match (decision.target_kind, decision.restriction) {
        (_, Restriction::Warn | Restriction::None | Restriction::Refund) => Ok(()),
        (TargetKind::Profile, Restriction::Hide | Restriction::Remove) => {
            Accountant::hide(conn, decision, now)
        }
        (TargetKind::Review, Restriction::RemoveText) => {
            Review::hide(conn, ReviewId(decision.target), ReviewScope::Words, decision, now)
        }
        (TargetKind::Review, Restriction::Hide | Restriction::Remove | Restriction::Quarantine) => {
            Review::hide(conn, ReviewId(decision.target), ReviewScope::Whole, decision, now)
        }
        (TargetKind::Reply, Restriction::Hide | Restriction::Remove) => {
            ReviewReply::hide(conn, ReplyId(decision.target), decision)
        }
        (TargetKind::Message, Restriction::Hide | Restriction::Remove) => {
            let message = ReportedMessage::by_id(conn, decision.target)?;
            Message::remove(conn, message.place(), decision.id, now)
        }
        (TargetKind::Credential, Restriction::Refuse | Restriction::Revoke) => {
            Credential::reject(conn, decision, now)
        }
        (_, Restriction::Suspend) => {
            User::suspend(conn, decision.subject_id, decision.id, now)?;
            Booking::end_open(conn, &Notifier(mail), decision.subject_id, now).map(drop)
        }
        _ => Err(Error::conflict("That cannot be done to this.")),
    }
}

fn undo(conn: &mut Conn, lifted: &Decision, now: Instant) -> Result<()> {
    match (lifted.target_kind, lifted.restriction) {
        (TargetKind::Profile, Restriction::Hide | Restriction::Remove) => {
            Accountant::show_again(conn, lifted.subject_id, lifted.id, now)?;
        }
        (TargetKind::Review, _) => {
            Review::restore(conn, ReviewId(lifted.target), lifted.id, now)?;
        }
        (TargetKind::Reply, _) => {
            ReviewReply::restore(conn, ReplyId(lifted.target), lifted.id)?;
        }
        (TargetKind::Message, Restriction::Hide | Restriction::Remove) => {
            let message = ReportedMessage::by_id(conn, lifted.target)?;
            // another decision may hold it back as well
            if standing(conn, lifted.target())?.iter().all(|one| !one.restriction.hides()) {
                Message::show_again(conn, message.place(), now)?;
            }
        }
        (TargetKind::Credential, _) => {
            Credential::restore(conn, CredentialId(lifted.target), lifted.id, now)?;
        }
        // the price has gone back; what was found about who came stands no longer
        (TargetKind::Booking, Restriction::Refund) => {
            let booking = Booking::by_id(conn, BookingId(lifted.target))?;
            booking.note_accountant_absent(conn, None)?;
        }
        (_, Restriction::Suspend) => {
            User::restore(conn, lifted.subject_id, lifted.id, now)?;
        }
        _ => {}
    }
    Ok(())
}
