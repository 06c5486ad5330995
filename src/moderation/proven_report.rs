//! A report that shows messages: each is compared with what was stored when it came, and kept sealed.

use super::address::TargetAddress;
use super::evidence::{Evidence, Proof, ReportItem, ReportedMessage};
use super::forms::ParsedReport;
use super::report::{NewReport, Report, Reporter};
use crate::db::Conn;
use crate::error::Error;
use crate::mail::Mail;
use crate::messaging::{Conversation, ConversationId, Opening};
use crate::seal::Seal;
use crate::users::Actor;
use crate::web::paths;

/// Why messages were not reported. Nothing of them is stored.
pub enum NotReported {
    Opening,
    Own,
    Failed(Error),
}

impl From<Error> for NotReported {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<diesel::result::Error> for NotReported {
    fn from(cause: diesel::result::Error) -> Self {
        Self::Failed(cause.into())
    }
}

/// Files a report of the last message that is shown.
pub fn file_with_proof(
    conn: &mut Conn,
    (mail, seal): (&Mail, &Seal),
    actor: &Actor,
    (id, openings, parsed): (ConversationId, Vec<Opening>, ParsedReport),
) -> std::result::Result<Report, NotReported> {
    let talk = Conversation::with_member(conn, id, actor.id)?;
    let evidence = Evidence::of(conn, talk.id, openings)?.ok_or(NotReported::Opening)?;
    let (seq, sender) = evidence.reported().ok_or(NotReported::Opening)?;
    if sender == actor.id {
        return Err(NotReported::Own);
    }
    let message = ReportedMessage::ensure(conn, (talk.id, seq), actor.now)?;
    let path = paths::conversation(talk.id);
    let place = TargetAddress { target: message.target(sender), path, is_sealed: true };
    let ParsedReport { reason, note, .. } = parsed;
    let (reporter, proof) = (Reporter::Person(actor.id), Some(Proof::Verified));
    let new = NewReport { place, reason, note, reporter, proof };
    let report = Report::file(conn, (mail, seal), &new, actor.now)?;
    ReportItem::keep(conn, seal, &report, &evidence, actor.now)?;
    Ok(report)
}
