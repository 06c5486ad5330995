//! One thing that waits for a moderator, with all that was reported about it.

use diesel::prelude::*;

use super::address::TargetAddress;
use super::report::{Reason, Report};
use super::schema::cases;
use crate::accountants::{Accountant, Credential};
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::decisions::{DecisionId, Target, TargetKind};
use crate::error::{Error, Result};
use crate::reviews::{Review, ReviewReply};
use crate::users::{Actor, UserId};
use crate::web::paths;

crate::typed_id!(CaseId);

/// All reports of one thing until they are decided. It is open until `decided_at`, and one thing has
/// one open case at most.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = cases, treat_none_as_default_value = false)]
pub struct Case {
    pub id: CaseId,
    pub target_kind: TargetKind,
    /// The id of the thing in its own table.
    pub target: i64,
    /// Whom it concerns: whose thing it is.
    pub subject_id: UserId,
    /// Path at which it was seen.
    pub address: String,
    pub opened_at: Instant,
    /// When an admin first looked at it.
    pub touched_at: Option<Instant>,
    /// When it was passed to the police.
    pub police_at: Option<Instant>,
    pub decided_at: Option<Instant>,
    pub decision_id: Option<DecisionId>,
}

/// A case as the queue lists it.
#[derive(Debug, Clone)]
pub struct CaseRow {
    pub case: Case,
    pub subject: String,
    /// The most serious reason given.
    pub reason: Reason,
    pub reports: usize,
    /// Whether its only authors are read last.
    pub is_last: bool,
}

impl Case {
    /// Nobody looked: an alarm.
    pub const UNTOUCHED: Span = Span::hours(24);
    /// Nobody decided: another.
    pub const UNDECIDED: Span = Span::hours(72);

    /// The open case about a thing, or a new one.
    pub fn open(conn: &mut Conn, place: &TargetAddress, now: Instant) -> Result<Self> {
        let target = place.target;
        if let Some(known) = Self::find_open(conn, target)? {
            return Ok(known);
        }
        let case = Self {
            id: CaseId::next(now),
            target_kind: target.kind,
            target: target.id,
            subject_id: target.subject,
            address: place.path.chars().take(500).collect(),
            opened_at: now,
            touched_at: None,
            police_at: None,
            decided_at: None,
            decision_id: None,
        };
        crate::on_either!(conn, |c| diesel::insert_into(cases::table)
            .values(&case)
            .on_conflict_do_nothing()
            .execute(c))?;
        // another node may have opened it a moment ago
        Self::find_open(conn, target)?.ok_or(Error::Busy)
    }

    /// Opens a case about what a rule points at, with nobody's report: a review that is held back, a
    /// reply that was sent in spite of the warning, one number claimed by two accounts.
    pub fn take_in(conn: &mut Conn, now: Instant) -> Result<usize> {
        let held = Review::suspects(conn)?.into_iter();
        let held = held.map(|(review, _)| (review.target(), review.about_id));
        let replies = ReviewReply::checked_anyway(conn)?.into_iter();
        let replies = replies.map(|(reply, review)| (reply.target(), review.about_id));
        let found: Vec<(Target, UserId)> = held.chain(replies).collect();
        for (target, about) in &found {
            let slug = Accountant::by_id(conn, *about)?.slug;
            let path = paths::accountant(slug);
            Self::open(conn, &TargetAddress { target: *target, path, is_sealed: false }, now)?;
        }
        let rivals = Credential::take_rivals(conn)?;
        for one in &rivals {
            Self::open(
                conn,
                &TargetAddress {
                    target: one.target(),
                    path: paths::admin_credential(one.id),
                    is_sealed: false,
                },
                now,
            )?;
        }
        Ok(found.len() + rivals.len())
    }

    pub(super) fn find_open(conn: &mut Conn, target: Target) -> Result<Option<Self>> {
        let open = cases::table
            .filter(cases::target_kind.eq(target.kind).and(cases::target.eq(target.id)))
            .filter(cases::decided_at.is_null());
        Ok(open.select(Self::as_select()).first(conn).optional()?)
    }

    pub fn by_id(conn: &mut Conn, id: CaseId) -> Result<Self> {
        Ok(cases::table.find(id).select(Self::as_select()).first(conn)?)
    }

    pub fn target(&self) -> Target {
        Target { kind: self.target_kind, id: self.target, subject: self.subject_id }
    }

    /// The case that a decision ended.
    pub fn of_decision(conn: &mut Conn, decision: DecisionId) -> Result<Option<Self>> {
        let ended = cases::table.filter(cases::decision_id.eq(decision));
        Ok(ended.select(Self::as_select()).first(conn).optional()?)
    }

    /// Notes that an admin looked. True for the first.
    pub fn touch(&self, conn: &mut Conn, now: Instant) -> Result<bool> {
        let untouched = cases::table.find(self.id).filter(cases::touched_at.is_null());
        Ok(diesel::update(untouched).set(cases::touched_at.eq(Some(now))).execute(conn)? == 1)
    }

    pub fn pass_to_police(&self, conn: &mut Conn, now: Instant) -> Result<bool> {
        let first = cases::table.find(self.id).filter(cases::police_at.is_null());
        Ok(diesel::update(first).set(cases::police_at.eq(Some(now))).execute(conn)? == 1)
    }

    /// Ends it by a decision; somebody else's came first is a 409.
    pub fn close(&self, conn: &mut Conn, decision: DecisionId, now: Instant) -> Result<()> {
        let open = cases::table.find(self.id).filter(cases::decided_at.is_null());
        let ended = (cases::decided_at.eq(Some(now)), cases::decision_id.eq(Some(decision)));
        match diesel::update(open).set(ended).execute(conn)? {
            0 => Err(Error::conflict("Somebody has decided this meanwhile.")),
            _ => Ok(()),
        }
    }

    /// Nobody decides about what they reported or what is about them.
    pub fn check_admin(&self, conn: &mut Conn, actor: &Actor) -> Result<()> {
        let own = Report::by_person(conn, self.id, actor.id)?;
        if own.is_some() || self.subject_id == actor.id {
            return Err(Error::forbidden(
                "Somebody else decides what you reported, and about you.",
            ));
        }
        Ok(())
    }

    pub fn decide_by(&self) -> Instant {
        self.opened_at + Self::UNDECIDED
    }
}

impl CaseRow {
    /// What it is about, in a few words.
    pub fn title(&self) -> &'static str {
        match (self.reports, self.case.target_kind) {
            (0, TargetKind::Review) => "Held back by a rule",
            (0, TargetKind::Reply) => "Replied in spite of the warning",
            (0, TargetKind::Credential) => "One number, two accounts",
            _ => self.reason.words(),
        }
    }

    pub fn is_untouched(&self, now: &Instant) -> bool {
        self.case.touched_at.is_none() && self.case.opened_at + Case::UNTOUCHED <= *now
    }

    pub fn is_overdue(&self, now: &Instant) -> bool {
        self.case.decide_by() <= *now
    }
}

impl Reason {
    /// How serious: the first is read first.
    pub(super) fn place(self) -> Option<usize> {
        Self::ALL.iter().position(|one| *one == self)
    }

    /// What is read in its turn whoever reports it.
    pub fn is_never_last(self) -> bool {
        matches!(self, Self::Threat | Self::Personal | Self::Illegal)
    }
}
