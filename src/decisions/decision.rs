//! One decision, and the three ways to one: a restriction, a notice not followed, a restriction lifted.

use diesel::prelude::*;

use super::schema::decisions;
use super::{Ground, Statement, redress, tell};
use crate::audit::Audit;
pub use crate::audit::DecisionId;
use crate::clock::Instant;
use crate::db::{Conn, PreparedCondition};
use crate::decisions::Decider;
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::users::{User, UserId};

/// True of what restricts something, in the words of the index of ends.
const IS_RESTRICTION: PreparedCondition = PreparedCondition("decisions.outcome = 'restrict'");

crate::word_enum! {
    /// What came of it.
    Outcome { Restrict => "restrict", Keep => "keep", Lift => "lift", Uphold => "uphold" }
}

crate::word_enum! {
    /// What is done to the thing, or was, where it is lifted.
    Restriction {
        /// A notice was not followed.
        None => "none",
        /// Not shown for a time, or until it is lifted.
        Hide => "hide",
        /// Taken down for good.
        Remove => "remove",
        /// The words are taken down, the stars still count.
        RemoveText => "remove-text",
        /// Held back by a rule until somebody has looked.
        Quarantine => "quarantine",
        Suspend => "suspend",
        /// A credential is not confirmed.
        Refuse => "refuse",
        /// A credential is no longer confirmed.
        Revoke => "revoke",
        Warn => "warn",
        /// The price of a booking returns to the client.
        Refund => "refund",
    }
}

crate::word_enum! {
    TargetKind {
        Account => "account",
        Profile => "profile",
        Review => "review",
        Reply => "reply",
        Message => "message",
        Credential => "credential",
        Booking => "booking",
    }
}

impl Restriction {
    /// Whether the thing is not shown.
    pub fn hides(self) -> bool {
        matches!(self, Self::Hide | Self::Remove | Self::Quarantine)
    }

    /// What became of the thing.
    pub fn words(self) -> &'static str {
        match self {
            Self::None => "nothing changed",
            Self::Hide => "hidden",
            Self::Remove => "removed",
            Self::RemoveText => "its text removed",
            Self::Quarantine => "held back by a rule",
            Self::Suspend => "suspended",
            Self::Refuse => "not confirmed",
            Self::Revoke => "no longer confirmed",
            Self::Warn => "a warning",
            Self::Refund => "the price returned",
        }
    }
}

impl Outcome {
    pub fn words(self) -> &'static str {
        match self {
            Self::Restrict => "Restricted",
            Self::Keep => "Kept as it was",
            Self::Lift => "Restriction ended",
            Self::Uphold => "Upheld on appeal",
        }
    }
}

impl TargetKind {
    /// As a sentence begins with it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Account => "Account",
            Self::Profile => "Profile",
            Self::Review => "Review",
            Self::Reply => "Reply",
            Self::Message => "Message",
            Self::Credential => "Credential",
            Self::Booking => "Booking",
        }
    }

    /// As a sentence names it: "your profile".
    pub fn words(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Profile => "profile",
            Self::Review => "review",
            Self::Reply => "reply to a review",
            Self::Message => "message",
            Self::Credential => "credential",
            Self::Booking => "booking",
        }
    }
}

crate::word_enum! {
    /// What led to it.
    Source { Notice => "notice", OwnInitiative => "own" }
}

/// What a decision is about, and whom it concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    pub kind: TargetKind,
    /// The id of the thing in its own table.
    pub id: i64,
    pub subject: UserId,
}

/// One decision as it was made. Instants are UTC; `ends_at` without a value is without end.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = decisions, treat_none_as_default_value = false)]
pub struct Decision {
    pub id: DecisionId,
    pub outcome: Outcome,
    pub target_kind: TargetKind,
    pub target: i64,
    pub subject_id: UserId,
    pub restriction: Restriction,
    pub scope: String,
    pub starts_at: Instant,
    pub ends_at: Option<Instant>,
    pub duration: String,
    pub facts: String,
    pub source: Source,
    pub is_automated: bool,
    pub ground: Ground,
    pub explanation: String,
    pub redress: String,
    /// "Moderator 3", or the rule's name.
    pub decider: String,
    pub decided_by: Option<UserId>,
    pub is_emergency: bool,
    /// The restriction that this one lifts.
    pub lifts_id: Option<DecisionId>,
    pub decided_at: Instant,
    /// An appeal is too late from here on.
    pub appeal_until: Instant,
}

/// The rule by which an emergency ends early.
const REPLACED: &str = "a full decision replaces an emergency";

/// What makes a decision out of a statement.
pub struct NewDecision<'a> {
    pub target: Target,
    pub statement: &'a Statement,
    pub outcome: Outcome,
    pub lifts: Option<DecisionId>,
}

/// Restricts something: the decision, its row of the log, and the notice and mail to the person. The
/// owner of the thing hides it when handed what this returns.
pub fn restrict(
    conn: &mut Conn,
    mail: &Mail,
    target: Target,
    statement: &Statement,
    now: Instant,
) -> Result<Decision> {
    let new = NewDecision { target, statement, outcome: Outcome::Restrict, lifts: None };
    Decision::make(conn, mail, &new, now)
}

/// A notice is not followed: the thing stays as it is. Whoever it is about learns nothing of it.
pub fn keep(
    conn: &mut Conn,
    mail: &Mail,
    target: Target,
    statement: &Statement,
    now: Instant,
) -> Result<Decision> {
    let new = NewDecision { target, statement, outcome: Outcome::Keep, lifts: None };
    Decision::make(conn, mail, &new, now)
}

/// A restriction ends before its time, with reasons of its own.
pub fn lift(
    conn: &mut Conn,
    mail: &Mail,
    lifted: &Decision,
    statement: &Statement,
    now: Instant,
) -> Result<Decision> {
    let new = NewDecision {
        target: lifted.target(),
        statement,
        outcome: Outcome::Lift,
        lifts: Some(lifted.id),
    };
    Decision::make(conn, mail, &new, now)
}

/// The restriction of an emergency gives way to the full decision, of which the person is told.
pub fn replace(
    conn: &mut Conn,
    mail: &Mail,
    replaced: &Decision,
    now: Instant,
) -> Result<Decision> {
    let statement = Statement::by_rule(
        replaced.restriction,
        (REPLACED, replaced.ground),
        ("A full decision was made.", "It says the reasons and takes the place of the short one."),
        &replaced.scope,
    );
    lift(conn, mail, replaced, &statement, now)
}

/// An appeal did not change what was decided; the answer has reasons of its own.
pub fn uphold(
    conn: &mut Conn,
    mail: &Mail,
    upheld: &Decision,
    statement: &Statement,
    now: Instant,
) -> Result<Decision> {
    let new =
        NewDecision { target: upheld.target(), statement, outcome: Outcome::Uphold, lifts: None };
    Decision::make(conn, mail, &new, now)
}

impl Decision {
    fn make(conn: &mut Conn, mail: &Mail, new: &NewDecision, now: Instant) -> Result<Self> {
        let subject = User::by_id(conn, new.target.subject)?;
        let row = Self::from_statement(conn, new, &subject, now)?;
        diesel::insert_into(decisions::table).values(&row).execute(conn)?;
        let actor = row.decided_by.map_or_else(|| "rule".to_owned(), |admin| admin.to_string());
        let action = format!("decision.{}", row.outcome.as_str());
        Audit::note(conn, now, &actor, &action, &row.id.to_string(), row.ground.as_str())?;
        if row.is_told() {
            tell::tell(conn, mail, &row, &subject, now)?;
        }
        Ok(row)
    }

    fn from_statement(
        conn: &mut Conn,
        new: &NewDecision,
        subject: &User,
        now: Instant,
    ) -> Result<Self> {
        let NewDecision { target, statement, outcome, lifts } = new;
        let (decider, decided_by) = match statement.decider {
            Decider::Admin(admin) if admin == target.subject => {
                return Err(Error::forbidden("Nobody decides about themselves."));
            }
            Decider::Admin(admin) => (User::by_id(conn, admin)?.moderator_words(), Some(admin)),
            Decider::Rule(rule) => (rule.to_owned(), None),
        };
        let zone = subject.local_zone();
        let until = super::appeal_until(now, &zone);
        let ends_at = statement.ends_at(now);
        Ok(Self {
            id: DecisionId::next(now),
            outcome: *outcome,
            target_kind: target.kind,
            target: target.id,
            subject_id: target.subject,
            restriction: statement.restriction,
            scope: statement.scope.clone(),
            starts_at: now,
            ends_at,
            duration: ends_at
                .map_or("without end".to_owned(), |end| format!("until {}", end.words(&zone))),
            facts: statement.facts.clone(),
            source: statement.source,
            is_automated: decided_by.is_none(),
            ground: statement.ground,
            explanation: statement.explanation.clone(),
            redress: redress::words(until, &zone),
            decider,
            decided_by,
            is_emergency: statement.is_emergency,
            lifts_id: *lifts,
            decided_at: now,
            appeal_until: until,
        })
    }

    /// Whether its subject is told here. A kept notice concerns nobody else; who appealed is told by
    /// whoever answers them; what replaces an emergency is told with the full decision.
    fn is_told(&self) -> bool {
        match self.outcome {
            Outcome::Restrict => true,
            Outcome::Keep | Outcome::Uphold => false,
            Outcome::Lift => self.decider != REPLACED,
        }
    }

    pub fn by_id(conn: &mut Conn, id: DecisionId) -> Result<Self> {
        Ok(decisions::table.find(id).select(Self::as_select()).first(conn)?)
    }

    pub fn target(&self) -> Target {
        Target { kind: self.target_kind, id: self.target, subject: self.subject_id }
    }

    /// Whether a later row lifted it.
    pub fn is_lifted(&self, conn: &mut Conn) -> Result<bool> {
        let lifting = decisions::table.filter(decisions::lifts_id.eq(self.id));
        Ok(diesel::select(diesel::dsl::exists(lifting)).get_result(conn)?)
    }

    /// Restrictions whose time is over and that nothing lifted yet; a job ends them.
    pub fn overdue(conn: &mut Conn, now: Instant) -> Result<Vec<Self>> {
        let lifting = diesel::alias!(decisions as lifting);
        let lifted = lifting
            .filter(lifting.field(decisions::lifts_id).eq(decisions::id.nullable()))
            .select(lifting.field(decisions::id));
        Ok(decisions::table
            .filter(IS_RESTRICTION.and(decisions::ends_at.le(now)))
            .filter(diesel::dsl::not(diesel::dsl::exists(lifted)))
            .order(decisions::ends_at)
            .limit(50)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// The newest, for the public log and the lists of admins.
    pub fn page(conn: &mut Conn, before: Option<DecisionId>, most: i64) -> Result<Vec<Self>> {
        Ok(decisions::table
            .filter(decisions::id.lt(before.unwrap_or(DecisionId(i64::MAX))))
            .order(decisions::id.desc())
            .limit(most)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// What was decided about one person and what is theirs, newest first.
    pub fn concerning(conn: &mut Conn, subject: UserId) -> Result<Vec<Self>> {
        Ok(decisions::table
            .filter(decisions::subject_id.eq(subject))
            .order(decisions::id.desc())
            .limit(50)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// How many of each outcome there are.
    pub fn counts(conn: &mut Conn) -> Result<Vec<(Outcome, i64)>> {
        Ok(decisions::table
            .group_by(decisions::outcome)
            .order(decisions::outcome)
            .select((decisions::outcome, diesel::dsl::count_star()))
            .load(conn)?)
    }

    /// What was decided about one thing, newest first.
    pub fn about(conn: &mut Conn, kind: TargetKind, target: i64) -> Result<Vec<Self>> {
        Ok(decisions::table
            .filter(decisions::target_kind.eq(kind).and(decisions::target.eq(target)))
            .order(decisions::id.desc())
            .limit(20)
            .select(Self::as_select())
            .load(conn)?)
    }
}
