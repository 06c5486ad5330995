//! Notices that are manifestly unfounded: after three in 90 days their author is warned, after two more
//! theirs are read last. Those about threats and personal data are not: being wrong about such a thing
//! must cost nobody the next report.

use super::case::Case;
use super::report::Report;
use crate::clock::Instant;
use crate::db::Conn;
use crate::decisions::{self, Ground, Restriction, Statement, Target, TargetKind};
use crate::error::Result;
use crate::mail::Mail;
use crate::users::UserId;

/// Marks every report of a case, and warns whoever sent the third.
pub fn mark(conn: &mut Conn, mail: &Mail, case: &Case, now: Instant) -> Result<()> {
    Report::for_each(conn, case.id, |conn, report| {
        let is_new = report.mark_unfounded(conn, now)?;
        let Some(author) = report.reporter_id.filter(|_| is_new) else { return Ok(()) };
        match Report::unfounded_of(conn, author, now)? == Report::WARNED_AT {
            true => warn(conn, mail, author, now),
            false => Ok(()),
        }
    })
}

fn warn(conn: &mut Conn, mail: &Mail, author: UserId, now: Instant) -> Result<()> {
    let statement = Statement::by_rule(
        Restriction::Warn,
        ("three unfounded notices in 90 days", Ground::UnfoundedNotices),
        (
            "Three of your notices within 90 days were marked by moderators as manifestly unfounded.",
            "Whoever goes on like this is read last for 90 days. Notices about threats and about \
             personal data are always read in their turn.",
        ),
        "the account",
    );
    let target = Target { kind: TargetKind::Account, id: author.0, subject: author };
    decisions::restrict(conn, mail, target, &statement, now).map(drop)
}
