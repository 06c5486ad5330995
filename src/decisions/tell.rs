//! The person concerned is told in the transaction of the decision: a notice, and a mail with the whole
//! statement, so that it is theirs to keep whatever becomes of the account.

use super::{Decision, Outcome, Restriction};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::mail::{Letter, Mail};
use crate::notifications::{NewNotice, Notice, Topic};
use crate::users::User;
use crate::web::paths;

pub(super) fn tell(
    conn: &mut Conn,
    mail: &Mail,
    decision: &Decision,
    subject: &User,
    now: Instant,
) -> Result<()> {
    let title = title(decision);
    let path = paths::decision(decision.id);
    let paragraphs = paragraphs(decision);
    let paragraphs: Vec<&str> = paragraphs.iter().map(String::as_str).collect();
    let letter = Letter::new(&title, &paragraphs)
        .with_button("Read it and object", format!("{}{path}", mail.base_url));
    let telling = NewNotice {
        kind: "decision",
        topic: Topic::Moderation,
        recipient: subject.id,
        object: decision.id.0,
        version: 1,
        words: title,
        path,
        letter: Some(letter),
    };
    Notice::tell_reader(conn, mail, subject, telling, now)?;
    Ok(())
}

fn title(decision: &Decision) -> String {
    let thing = decision.target_kind.words();
    if decision.outcome == Outcome::Lift {
        return format!("The restriction of your {thing} has ended");
    }
    let done = match decision.restriction {
        Restriction::Suspend => "was suspended",
        Restriction::Hide => "was hidden",
        Restriction::Remove => "was removed",
        Restriction::RemoveText => "lost its text",
        Restriction::Quarantine => "waits to be looked at",
        Restriction::Refuse => "was not confirmed",
        Restriction::Revoke => "is no longer confirmed",
        Restriction::Warn => return "A warning from the moderators".to_owned(),
        Restriction::None => "was looked at",
        Restriction::Refund => "was decided for the client: the price returns",
    };
    format!("Your {thing} {done}")
}

fn paragraphs(decision: &Decision) -> Vec<String> {
    let source = match decision.source {
        super::Source::Notice => "somebody reported it",
        super::Source::OwnInitiative => "we noticed it ourselves",
    };
    let by = match decision.is_automated {
        true => format!("a rule of the program, without a person: {}", decision.decider),
        false => format!("{}, a person", decision.decider),
    };
    vec![
        format!("{}. What is concerned: {}.", title(decision), decision.scope),
        format!("From {} {}.", decision.starts_at.iso(), decision.duration),
        format!("The facts: {}", decision.facts),
        format!("The ground: {}.", decision.ground.words()),
        format!("Why it applies: {}", decision.explanation),
        format!("It was looked at because {source}. Decided by {by}."),
        decision.redress.clone(),
    ]
}
