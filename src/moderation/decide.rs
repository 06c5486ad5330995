//! A case ends: the decision, what follows from it, and everybody who is told, in one transaction.

use super::case::{Case, CaseId};
use super::forms::ParsedDecision;
use super::report::Report;
use super::{notify, restriction, unfounded};
use crate::db::Conn;
use crate::decisions::{self, Decision, TargetKind};
use crate::error::Result;
use crate::mail::Mail;
use crate::reviews::{ReportRecord, Review, ReviewId};
use crate::seal::Seal;
use crate::users::Actor;

impl Case {
    /// Decides a case. With `is_unfounded` a kept thing's reports count against their authors.
    pub fn decide(
        conn: &mut Conn,
        (mail, seal): (&Mail, &Seal),
        (id, parsed, is_unfounded): (CaseId, &ParsedDecision, bool),
        actor: &Actor,
    ) -> Result<Decision> {
        let (case, now) = (Self::by_id(conn, id)?, actor.now);
        case.check_admin(conn, actor)?;
        let decision = match parsed {
            ParsedDecision::Keep(statement) => {
                match restriction::release(conn, mail, case.target(), statement, now)? {
                    Some(released) => released,
                    None => decisions::keep(conn, mail, case.target(), statement, now)?,
                }
            }
            ParsedDecision::Restrict(statement) => {
                case.check_proof(conn)?;
                restriction::restrict(conn, mail, case.target(), statement, now)?
            }
        };
        case.close(conn, decision.id, now)?;
        case.note_for_profile(conn, &decision)?;
        if is_unfounded && matches!(parsed, ParsedDecision::Keep(_)) {
            unfounded::mark(conn, mail, &case, now)?;
        }
        notify::decided(conn, (mail, seal), &case, &decision, now)?;
        Ok(decision)
    }

    /// What came of an accountant's report of a review of theirs is counted on their page.
    fn note_for_profile(&self, conn: &mut Conn, decision: &Decision) -> Result<()> {
        if self.target_kind != TargetKind::Review {
            return Ok(());
        }
        let about = Review::for_admin(conn, ReviewId(self.target))?.about_id;
        match Report::by_person(conn, self.id, about)? {
            Some(report) if report.reason.is_counted() => {
                ReportRecord::note(conn, about, decision.id)
            }
            _ => Ok(()),
        }
    }
}
