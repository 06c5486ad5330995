//! Who reported is told: a receipt at once, the decision, and what their appeal came to. With an account
//! by notice and mail, without one by mail alone, if they left an address.

use super::appeal::Appeal;
use super::case::Case;
use super::link;
use super::report::Report;
use crate::bookings::BookingRow;
use crate::clock::Instant;
use crate::db::Conn;
use crate::decisions::{Decision, Outcome};
use crate::error::Result;
use crate::mail::{Letter, Mail, Outgoing, Timing};
use crate::notifications::{NewNotice, Notice, Topic};
use crate::seal::Seal;
use crate::users::{Email, UserId};
use crate::web::paths;

/// What somebody is told, before it is known how they can be reached.
struct ModerationNotice {
    kind: &'static str,
    /// Makes it one of a kind, with the version.
    object: i64,
    title: String,
    more: Vec<String>,
    path: String,
}

/// "We have your report": what it was about, and what happens now.
pub(super) fn receipt(
    conn: &mut Conn,
    desk: (&Mail, &Seal),
    report: &Report,
    address: &str,
    now: Instant,
) -> Result<()> {
    let message = ModerationNotice {
        kind: "report.receipt",
        object: report.id.0,
        title: "We have your report".to_owned(),
        more: vec![
            format!("It is about {address}. A person reads it, within three days."),
            "You are told what was decided and why, and can object.".to_owned(),
        ],
        path: address.to_owned(),
    };
    tell_reporter(conn, desk, report, &message, now)
}

/// Tells everybody who reported what came of it.
pub(super) fn decided(
    conn: &mut Conn,
    (mail, seal): (&Mail, &Seal),
    case: &Case,
    decision: &Decision,
    now: Instant,
) -> Result<()> {
    let title = match decision.outcome {
        Outcome::Restrict => "What you reported has been acted on",
        // kept as it was, or shown again after a rule had held it back
        _ => "What you reported stays as it is",
    };
    Report::for_each(conn, case.id, |conn, report| {
        let path = decision_path(seal, decision, report);
        let message = ModerationNotice {
            kind: "report.decided",
            object: report.id.0,
            title: title.to_owned(),
            more: reasons(decision),
            path,
        };
        tell_reporter(conn, (mail, seal), report, &message, now)
    })
}

/// Tells whoever appealed. A restriction that is lifted or made is told to its subject besides, by the
/// decision itself.
pub(super) fn appeal_answered(
    conn: &mut Conn,
    (mail, seal): (&Mail, &Seal),
    appeal: &Appeal,
    answer: &Decision,
    now: Instant,
) -> Result<()> {
    let title = match answer.outcome {
        Outcome::Uphold => "Your objection was looked at: the decision stands",
        _ => "Your objection was looked at: the decision was changed",
    };
    let mut message = ModerationNotice {
        kind: "appeal.answered",
        object: appeal.id.0,
        title: title.to_owned(),
        more: reasons(answer),
        path: paths::decision(answer.id),
    };
    if let Some(report) = appeal.report_id {
        let report = Report::by_id(conn, report)?;
        if report.reporter_id.is_none() {
            message.path = paths::decision(appeal.decision_id);
        }
        return tell_reporter(conn, (mail, seal), &report, &message, now);
    }
    match appeal.appellant_id {
        Some(person) => tell_person(conn, mail, person, &message, now),
        None => Ok(()),
    }
}

/// Tells the client who complained. The accountant is told by the decision where the price returns, and
/// here where the money stays.
pub(super) fn complaint_decided(
    conn: &mut Conn,
    mail: &Mail,
    line: &BookingRow,
    decision: &Decision,
    now: Instant,
) -> Result<()> {
    let (title, is_refund) = match decision.outcome {
        Outcome::Restrict => ("Your complaint was followed: the price returns", true),
        _ => ("Your complaint was not followed", false),
    };
    let mut message = ModerationNotice {
        kind: "complaint.decided",
        object: line.booking.id.0,
        title: title.to_owned(),
        more: reasons(decision),
        path: paths::decision(decision.id),
    };
    tell_person(conn, mail, line.booking.client_id, &message, now)?;
    if is_refund {
        return Ok(());
    }
    message.title = "The complaint about your booking was not followed".to_owned();
    message.path = paths::booking(line.booking.id);
    tell_person(conn, mail, line.booking.accountant_id, &message, now)
}

fn reasons(decision: &Decision) -> Vec<String> {
    vec![
        format!("The facts: {}", decision.facts),
        format!("The ground: {}.", decision.ground.words()),
        format!("Why: {}", decision.explanation),
        decision.redress.clone(),
    ]
}

/// The page of a decision, with a token for whoever cannot sign in.
fn decision_path(seal: &Seal, decision: &Decision, report: &Report) -> String {
    let path = paths::decision(decision.id);
    match report.reporter_id {
        Some(_) => path,
        None => format!("{path}?token={}", link::token(seal, report.id)),
    }
}

fn tell_reporter(
    conn: &mut Conn,
    (mail, seal): (&Mail, &Seal),
    report: &Report,
    message: &ModerationNotice,
    now: Instant,
) -> Result<()> {
    if let Some(person) = report.reporter_id {
        return tell_person(conn, mail, person, message, now);
    }
    let Some(contact) = report.contact(seal)? else { return Ok(()) };
    let Ok(email) = Email::parse(&contact.email) else { return Ok(()) };
    let outgoing = Outgoing {
        kind: message.kind,
        recipient: &email.key,
        address: &email.address(),
        object: message.object,
        version: 1,
        letter: letter(mail, message),
        timing: Timing::AtOnce,
    };
    mail.enqueue(conn, now, &outgoing)?;
    Ok(())
}

fn tell_person(
    conn: &mut Conn,
    mail: &Mail,
    person: UserId,
    message: &ModerationNotice,
    now: Instant,
) -> Result<()> {
    let telling = NewNotice {
        kind: message.kind,
        recipient: person,
        topic: Topic::Moderation,
        object: message.object,
        version: 1,
        words: message.title.clone(),
        path: message.path.clone(),
        letter: Some(letter(mail, message)),
    };
    Notice::tell(conn, mail, telling, now)?;
    Ok(())
}

fn letter(mail: &Mail, message: &ModerationNotice) -> Letter {
    let paragraphs: Vec<&str> = message.more.iter().map(String::as_str).collect();
    let paragraphs = [&[message.title.as_str()], paragraphs.as_slice()].concat();
    Letter::new(&message.title, &paragraphs)
        .with_button("Open it", format!("{}{}", mail.base_url, message.path))
}
