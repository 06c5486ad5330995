//! What waits for the admins of the demo world, and what they have decided: reports of profiles, one
//! that was followed, and the objection to that.

use crate::accountants::Accountant;
use crate::clock::Span;
use crate::db::Conn;
use crate::decisions::{Decider, Restriction, Source, StatementDraft, Target, TargetKind};
use crate::error::{Error, Result};
use crate::listings::complete;
use crate::moderation::Reporter;
use crate::moderation::{
    Appeal, Case, DecisionReader, NewReport, ParsedDecision, Reason, Report, TargetAddress,
};
use crate::site::Site;
use crate::users::{Actor, Role, User, UserId};
use crate::web::paths;

/// Hours ago, reason, and what was written about somebody's profile.
const REPORTS: [(i64, Reason, &str); 3] = [
    (80, Reason::Fraud, "The membership named here ended last year; I was in the same office."),
    (30, Reason::Spam, "Half of the text advertises a course on another site."),
    (5, Reason::Personal, "It names my firm and what we pay. We never agreed to that."),
];

pub async fn put_in_order(site: &Site, clients: &[UserId], ben: UserId) -> Result<()> {
    let (mail, seal) = (site.mail.clone(), site.seal.clone());
    let clients = clients.to_vec();
    site.db
        .write(move |conn, now| -> Result<()> {
            let subjects = subjects(conn, ben)?;
            let mut subjects = subjects.into_iter();
            for ((hours, reason, note), reporter) in REPORTS.into_iter().zip(clients.iter().cycle())
            {
                let Some(profile) = subjects.next() else { return Ok(()) };
                let new = report(&profile, reason, note, *reporter);
                Report::file(conn, (&mail, &seal), &new, now - Span::hours(hours))?;
            }
            let (Some(profile), Some(reporter)) = (subjects.next(), clients.first()) else {
                return Ok(());
            };
            let note = "It calls another accountant of our town a crook.";
            let new = report(&profile, Reason::Insult, note, *reporter);
            let report = Report::file(conn, (&mail, &seal), &new, now - Span::hours(60))?;
            let admin = User::admins(conn)?.into_iter().next().ok_or(Error::NotFound)?;
            let actor = Actor { id: admin.id, role: Role::Admin, now: now - Span::hours(50) };
            let parsed = ParsedDecision::Restrict(hiding(admin.id)?);
            let ended = (report.case_id, &parsed, false);
            let decision = Case::decide(conn, (&mail, &seal), ended, &actor)?;
            let words = "I took the sentence out the same day. Please look again.";
            let reader = DecisionReader::Subject(profile.user_id);
            let at = now - Span::hours(20);
            Appeal::make(conn, &seal, (&decision, reader), words, at).map(drop)
        })
        .await
}

/// Listed accountants of whom no other story is told, the newest first.
fn subjects(conn: &mut Conn, ben: UserId) -> Result<Vec<Accountant>> {
    let mut found = vec![];
    for accountant in Accountant::newest(conn, 20)? {
        if accountant.user_id != ben && complete::is_listed(conn, accountant.user_id)? {
            found.push(accountant);
        }
    }
    Ok(found)
}

fn report(profile: &Accountant, reason: Reason, note: &str, reporter: UserId) -> NewReport {
    let id = profile.user_id;
    let target = Target { kind: TargetKind::Profile, id: id.0, subject: id };
    NewReport {
        place: TargetAddress { target, path: paths::accountant(&profile.slug), is_sealed: false },
        reason,
        note: note.to_owned(),
        reporter: Reporter::Person(reporter),
        proof: None,
    }
}

fn hiding(admin: UserId) -> Result<crate::decisions::Statement> {
    let draft = StatementDraft {
        restriction: Restriction::Hide,
        scope: "The whole profile".to_owned(),
        duration: "30".to_owned(),
        ground: "2.1".to_owned(),
        facts: "The text about the practice calls another accountant of the town a crook."
            .to_owned(),
        explanation:
            "That is an insult, whatever happened between the two. Without the sentence the \
                      profile can be shown again."
                .to_owned(),
        source: Source::Notice,
        decider: Decider::Admin(admin),
    };
    draft.complete().map_err(|_| Error::internal("the demo's statement lacks something"))
}
