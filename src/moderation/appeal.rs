//! An objection to a decision: by the person concerned, or by who reported and was not heard.

use diesel::prelude::*;

use super::case::Case;
use super::complaint::{Complaint, Verdict};
use super::report::{Report, ReportId};
use super::schema::appeals;
use super::{notify, restriction};
use crate::bookings::{Booking, BookingId};
use crate::clock::Instant;
use crate::db::{Conn, SealedColumn};
use crate::decisions::{self, Decision, DecisionId, Outcome, Statement, TargetKind};
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::reviews::ReportRecord;
use crate::seal::Seal;
use crate::users::{Actor, User, UserId};

crate::typed_id!(AppealId);

const WORDS: &str = "footing/appeal/v1";

pub(super) const SEALED: SealedColumn =
    SealedColumn { table: "appeals", key: "id", column: "words", purpose: WORDS };

/// One appeal; open until `decided_at`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = appeals, treat_none_as_default_value = false)]
pub struct Appeal {
    pub id: AppealId,
    pub decision_id: DecisionId,
    pub appellant_id: Option<UserId>,
    /// The report of whoever was not heard.
    pub report_id: Option<ReportId>,
    /// Sealed.
    pub words: Option<Vec<u8>>,
    pub made_at: Instant,
    /// Who decided first, and so cannot decide this.
    pub first_decider: Option<UserId>,
    pub answer_id: Option<DecisionId>,
    pub decided_by: Option<UserId>,
    pub decided_at: Option<Instant>,
}

/// Who is looking at a decision, and by what right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecisionReader {
    Subject(UserId),
    /// Somebody whose report it answers; without an account only by the token of a mail.
    Reporter(Option<UserId>, ReportId),
    /// The client whose complaint it answers.
    Complainant(UserId),
    Admin,
}

impl DecisionReader {
    /// Whether this reader may object to such a decision.
    pub fn may_appeal(self, decision: &Decision) -> bool {
        match self {
            Self::Subject(_) => decision.outcome == Outcome::Restrict,
            Self::Reporter(..) => matches!(decision.outcome, Outcome::Keep | Outcome::Lift),
            Self::Complainant(_) => decision.outcome == Outcome::Keep,
            Self::Admin => false,
        }
    }
}

impl Appeal {
    /// Objects to a decision. The same once more changes nothing.
    pub fn make(
        conn: &mut Conn,
        seal: &Seal,
        (decision, reader): (&Decision, DecisionReader),
        words: &str,
        now: Instant,
    ) -> Result<Self> {
        if !reader.may_appeal(decision) {
            return Err(Error::forbidden("There is nothing to object to here."));
        }
        if let Some(known) = Self::of_decision(conn, decision.id)? {
            return Ok(known);
        }
        if now >= decision.appeal_until {
            return Err(Error::conflict("The time to object to this is over."));
        }
        let (appellant_id, report_id) = match reader {
            DecisionReader::Subject(person) | DecisionReader::Complainant(person) => {
                (Some(person), None)
            }
            DecisionReader::Reporter(person, report) => (person, Some(report)),
            DecisionReader::Admin => (None, None),
        };
        let sealed = match words.is_empty() {
            true => None,
            false => Some(seal.seal(WORDS, words.as_bytes())?),
        };
        let appeal = Self {
            id: AppealId::next(now),
            decision_id: decision.id,
            appellant_id,
            report_id,
            words: sealed,
            made_at: now,
            first_decider: decision.decided_by,
            answer_id: None,
            decided_by: None,
            decided_at: None,
        };
        diesel::insert_into(appeals::table).values(&appeal).execute(conn)?;
        Ok(appeal)
    }

    pub fn of_decision(conn: &mut Conn, decision: DecisionId) -> Result<Option<Self>> {
        let own = appeals::table.filter(appeals::decision_id.eq(decision));
        Ok(own.select(Self::as_select()).first(conn).optional()?)
    }

    pub fn by_id(conn: &mut Conn, id: AppealId) -> Result<Self> {
        Ok(appeals::table.find(id).select(Self::as_select()).first(conn)?)
    }

    pub fn words(&self, seal: &Seal) -> Result<String> {
        let Some(sealed) = &self.words else { return Ok(String::new()) };
        Ok(String::from_utf8_lossy(&seal.open(WORDS, sealed)?).into_owned())
    }

    /// Whether this admin may decide: somebody else than the first, whom it does not concern.
    pub fn may_be_decided_by(&self, decision: &Decision, admin: UserId) -> bool {
        self.first_decider != Some(admin)
            && self.appellant_id != Some(admin)
            && decision.subject_id != admin
    }

    /// Whether a second admin is missing: of those there are, only the first decider could.
    pub fn waits_for_another(&self, conn: &mut Conn) -> Result<bool> {
        Ok(self.first_decider.is_some() && User::active_admins(conn)? <= 1)
    }

    /// Answers it. What was restricted and should not have been is lifted; what was kept and should
    /// not have been is restricted as the statement says.
    pub fn decide(
        &self,
        conn: &mut Conn,
        (mail, seal): (&Mail, &Seal),
        (answer, statement): (Answer, &Statement),
        actor: &Actor,
    ) -> Result<Decision> {
        let decision = Decision::by_id(conn, self.decision_id)?;
        if !self.may_be_decided_by(&decision, actor.id) {
            return Err(Error::forbidden("Somebody else than the first decides an appeal."));
        }
        let now = actor.now;
        let made = match (answer, decision.outcome) {
            (Answer::Uphold, _) => decisions::uphold(conn, mail, &decision, statement, now)?,
            (Answer::Restore, Outcome::Restrict) => {
                restriction::lift(conn, mail, &decision, statement, now)?
            }
            (Answer::Restore, _) if decision.target_kind == TargetKind::Booking => {
                let complaint = Complaint::of(conn, BookingId(decision.target))?;
                complaint.carry_out(conn, mail, (Verdict::Refund, statement), actor)?
            }
            (Answer::Restore, _) => {
                if let Some(case) = Case::of_decision(conn, decision.id)? {
                    case.check_proof(conn)?;
                }
                restriction::restrict(conn, mail, decision.target(), statement, now)?
            }
        };
        let open = appeals::table.find(self.id).filter(appeals::decided_at.is_null());
        let decided = (
            appeals::decided_at.eq(Some(now)),
            appeals::decided_by.eq(Some(actor.id)),
            appeals::answer_id.eq(Some(made.id)),
        );
        if diesel::update(open).set(decided).execute(conn)? == 0 {
            return Err(Error::conflict("Somebody has answered this meanwhile."));
        }
        if answer == Answer::Restore {
            ReportRecord::replace(conn, decision.id, made.id)?;
        }
        notify::appeal_answered(conn, (mail, seal), self, &made, now)?;
        Ok(made)
    }
}

crate::word_enum! {
    /// What an appeal comes to: the first decision stands, or it does not.
    Answer { Uphold => "uphold", Restore => "restore" }
}

/// Who this is to a decision: its subject, somebody whose report it answers, or an admin. A stranger
/// learns nothing of it.
pub fn reader(
    conn: &mut Conn,
    decision: &Decision,
    viewer: Option<(UserId, bool)>,
    token: Option<ReportId>,
) -> Result<DecisionReader> {
    let case = Case::of_decision(conn, decision.id)?;
    if let (Some(report), Some(case)) = (token, &case) {
        let report = Report::by_id(conn, report)?;
        if report.case_id == case.id {
            return Ok(DecisionReader::Reporter(report.reporter_id, report.id));
        }
    }
    let (person, is_admin) = viewer.ok_or(Error::NotFound)?;
    let is_subject = decision.subject_id == person && decision.outcome != Outcome::Keep;
    if is_subject {
        return Ok(DecisionReader::Subject(person));
    }
    if let Some(case) = case
        && let Some(report) = Report::by_person(conn, case.id, person)?
    {
        return Ok(DecisionReader::Reporter(Some(person), report.id));
    }
    if let Some(appeal) = Appeal::of_answer(conn, decision.id)?
        && appeal.appellant_id == Some(person)
    {
        return Ok(DecisionReader::Subject(person));
    }
    if decision.target_kind == TargetKind::Booking {
        let booking = Booking::by_id(conn, BookingId(decision.target))?;
        if booking.client_id == person {
            return Ok(DecisionReader::Complainant(person));
        }
    }
    if is_admin { Ok(DecisionReader::Admin) } else { Err(Error::NotFound) }
}

impl Appeal {
    fn of_answer(conn: &mut Conn, answer: DecisionId) -> Result<Option<Self>> {
        let own = appeals::table.filter(appeals::answer_id.eq(answer));
        Ok(own.select(Self::as_select()).first(conn).optional()?)
    }
}
