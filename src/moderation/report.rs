//! One person's report of one thing.

use diesel::prelude::*;

use super::case::{Case, CaseId};
use super::contact::Contact;
use super::evidence::Proof;
use super::schema::reports;
use super::{address::TargetAddress, notify};
use crate::clock::{Instant, Span};
use crate::db::{Conn, SealedColumn};
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::seal::Seal;
use crate::users::UserId;

crate::typed_id!(ReportId);

const NOTE: &str = "footing/report-note/v1";

pub(super) const SEALED: SealedColumn =
    SealedColumn { table: "reports", key: "id", column: "note", purpose: NOTE };

crate::word_enum! {
    /// Why something is reported.
    Reason {
        Threat => "threat",
        Insult => "insult",
        Fraud => "fraud",
        Personal => "personal",
        Spam => "spam",
        Illegal => "illegal",
        Other => "other",
    }
}

impl Reason {
    pub fn words(self) -> &'static str {
        match self {
            Self::Threat => "A threat",
            Self::Insult => "An insult",
            Self::Fraud => "Fraud or pretending to be somebody else",
            Self::Personal => "Personal data of somebody",
            Self::Spam => "Advertising, or written unasked",
            Self::Illegal => "Illegal content",
            Self::Other => "Something else",
        }
    }

    /// Whether the page of who reported counts it: of a threat or one's own data nobody should have to
    /// think twice.
    pub fn is_counted(self) -> bool {
        !matches!(self, Self::Threat | Self::Personal)
    }
}

/// A checked report.
pub struct NewReport {
    pub place: TargetAddress,
    pub reason: Reason,
    /// In the reporter's words, 10 to 2,000 characters.
    pub note: String,
    pub reporter: Reporter,
    /// None where admins can look at the thing themselves.
    pub proof: Option<Proof>,
}

#[derive(Debug, Clone)]
pub enum Reporter {
    Person(UserId),
    /// Signed out, with what they said of themselves.
    Stranger(Contact),
}

/// What one person says is wrong with one thing. Whoever is signed out can report what is illegal
/// alone, and leaves a contact; whoever is signed in needs none.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = reports, treat_none_as_default_value = false)]
pub struct Report {
    pub id: ReportId,
    pub case_id: CaseId,
    pub reporter_id: Option<UserId>,
    pub reason: Reason,
    /// Sealed.
    pub note: Vec<u8>,
    /// Sealed: name and address of whoever was signed out.
    pub contact: Option<Vec<u8>>,
    pub made_at: Instant,
    /// When an admin called it manifestly unfounded.
    pub unfounded_at: Option<Instant>,
    /// Where it shows messages: whether their words were proven.
    pub proof: Option<Proof>,
}

impl Report {
    /// Of one person in 24 hours.
    pub const A_DAY: i64 = 20;

    /// Files a report: the thing's open case, or a new one. The same person about the same open case
    /// is one report. Whoever can be answered gets a receipt.
    pub fn file(
        conn: &mut Conn,
        (mail, seal): (&Mail, &Seal),
        new: &NewReport,
        now: Instant,
    ) -> Result<Self> {
        let case = Case::open(conn, &new.place, now)?;
        let (reporter_id, contact) = match &new.reporter {
            Reporter::Person(id) => (Some(*id), None),
            Reporter::Stranger(contact) => (None, Some(contact.seal(seal)?)),
        };
        if let Some(person) = reporter_id {
            if let Some(known) = Self::by_person(conn, case.id, person)? {
                return known.with_proof(conn, new.proof);
            }
            Self::check_limit(conn, person, now)?;
        }
        let report = Self {
            id: ReportId::next(now),
            case_id: case.id,
            reporter_id,
            reason: new.reason,
            note: seal.seal(NOTE, new.note.as_bytes())?,
            contact,
            made_at: now,
            unfounded_at: None,
            proof: new.proof,
        };
        diesel::insert_into(reports::table).values(&report).execute(conn)?;
        notify::receipt(conn, (mail, seal), &report, &new.place.path, now)?;
        Ok(report)
    }

    /// A proof that comes later counts as well.
    fn with_proof(self, conn: &mut Conn, proof: Option<Proof>) -> Result<Self> {
        if (self.proof, proof) != (Some(Proof::Missing), Some(Proof::Verified)) {
            return Ok(self);
        }
        diesel::update(reports::table.find(self.id)).set(reports::proof.eq(proof)).execute(conn)?;
        Ok(Self { proof, ..self })
    }

    /// One person's own about a case.
    pub fn by_person(conn: &mut Conn, case: CaseId, person: UserId) -> Result<Option<Self>> {
        let own =
            reports::table.filter(reports::case_id.eq(case).and(reports::reporter_id.eq(person)));
        Ok(own.select(Self::as_select()).first(conn).optional()?)
    }

    fn check_limit(conn: &mut Conn, person: UserId, now: Instant) -> Result<()> {
        let day = Span::days(1);
        let recent = reports::table
            .filter(reports::reporter_id.eq(person).and(reports::made_at.gt(now - day)));
        if recent.count().get_result::<i64>(conn)? < Self::A_DAY {
            return Ok(());
        }
        let first: Option<Instant> =
            recent.select(diesel::dsl::min(reports::made_at)).first(conn)?;
        let until = first.map_or(now, |first| first + day);
        let wait = until.elapsed_since(now).as_seconds().max(1);
        Err(Error::TooMany(u64::try_from(wait).unwrap_or(1)))
    }

    pub fn by_id(conn: &mut Conn, id: ReportId) -> Result<Self> {
        Ok(reports::table.find(id).select(Self::as_select()).first(conn)?)
    }

    /// The next 100 of one case after a report, the first one first.
    pub fn of_case(conn: &mut Conn, case: CaseId, after: Option<ReportId>) -> Result<Vec<Self>> {
        Ok(reports::table
            .filter(reports::case_id.eq(case))
            .filter(reports::id.gt(after.unwrap_or(ReportId(0))))
            .order(reports::id)
            .limit(100)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// Does something for each report of a case, however many there are.
    pub fn for_each(
        conn: &mut Conn,
        case: CaseId,
        mut act: impl FnMut(&mut Conn, &Self) -> Result<()>,
    ) -> Result<()> {
        let mut after = None;
        loop {
            let some = Self::of_case(conn, case, after)?;
            let Some(last) = some.last() else { return Ok(()) };
            after = Some(last.id);
            some.iter().try_for_each(|report| act(conn, report))?;
        }
    }

    pub fn note(&self, seal: &Seal) -> Result<String> {
        let note = seal.open(NOTE, &self.note)?;
        Ok(String::from_utf8_lossy(&note).into_owned())
    }

    pub fn contact(&self, seal: &Seal) -> Result<Option<Contact>> {
        self.contact.as_ref().map(|sealed| Contact::open(seal, sealed)).transpose()
    }

    /// Marks one as manifestly unfounded. False if it is marked already.
    pub fn mark_unfounded(&self, conn: &mut Conn, now: Instant) -> Result<bool> {
        let open = reports::table.find(self.id).filter(reports::unfounded_at.is_null());
        Ok(diesel::update(open).set(reports::unfounded_at.eq(Some(now))).execute(conn)? == 1)
    }

    /// How many of a person's were marked so in the last 90 days.
    pub fn unfounded_of(conn: &mut Conn, person: UserId, now: Instant) -> Result<i64> {
        let marked = reports::table
            .filter(reports::reporter_id.eq(person))
            .filter(reports::unfounded_at.gt(now - Self::UNFOUNDED_COUNT));
        Ok(marked.count().get_result(conn)?)
    }

    /// How long an unfounded notice counts against its author.
    pub const UNFOUNDED_COUNT: Span = Span::days(90);
    /// Its author is warned at so many, and read last at so many.
    pub const WARNED_AT: i64 = 3;
    pub const LAST_AT: i64 = 5;
}
