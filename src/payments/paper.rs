//! One paper: an invoice or a credit note, with everything it said when it was issued.
//!
//! Whatever changes later on profiles, prices or settings, a paper stays as it is: the database
//! refuses a change. Numbers run per issuer without gaps, as the counter moves in the transaction
//! that inserts the paper, and the database takes no number but the next.
//!
//! Not here: what is issued when (`issue`).

use diesel::prelude::*;

use super::billing::Party;
use super::payment::PaymentId;
use super::schema::{paper_counters, papers};
use crate::bookings::BookingId;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::locale::Locale;
use crate::money::Money;
use crate::on_either;
use crate::users::{UserId, Viewer};

crate::typed_id!(PaperId);

crate::word_enum! {
    PaperKind {
        /// Of the accountant to the client, with receipt.
        Invoice => "invoice",
        CreditNote => "credit_note",
        /// Of the platform to the accountant.
        CommissionInvoice => "commission_invoice",
        CommissionCreditNote => "commission_credit_note",
    }
}

impl PaperKind {
    pub fn words(self) -> &'static str {
        match self {
            Self::Invoice => "Invoice",
            Self::CreditNote => "Credit note",
            Self::CommissionInvoice => "Invoice for commission",
            Self::CommissionCreditNote => "Credit note for commission",
        }
    }

    /// Whether it takes back what another paper charged.
    pub fn is_credit(self) -> bool {
        matches!(self, Self::CreditNote | Self::CommissionCreditNote)
    }

    pub fn is_commission(self) -> bool {
        matches!(self, Self::CommissionInvoice | Self::CommissionCreditNote)
    }
}

/// The platform, where an issuer is named: nobody has this id.
pub const PLATFORM: UserId = UserId(0);

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = papers, treat_none_as_default_value = false)]
pub struct Paper {
    pub id: PaperId,
    pub kind: PaperKind,
    /// What moved the money, as the books name it.
    pub source_id: String,
    pub payment_id: PaymentId,
    pub booking_id: BookingId,
    pub corrects_id: Option<PaperId>,
    pub livemode: bool,
    pub issuer_id: UserId,
    pub number: i64,
    pub recipient_id: UserId,
    pub issuer_name: String,
    pub issuer_address: String,
    pub issuer_vat_id: String,
    pub recipient_name: String,
    pub recipient_address: String,
    pub recipient_vat_id: String,
    /// Of the service.
    pub title: String,
    pub starts_at: Instant,
    pub ends_at: Instant,
    pub zone: String,
    pub currency: String,
    pub gross_minor: i64,
    pub vat_bps: i32,
    /// Contained in it.
    pub vat_minor: i64,
    pub commission_bps: Option<i32>,
    pub moved_at: Instant,
    pub issued_at: Instant,
}

impl Paper {
    /// A paper that names the viewer, or any for an admin. Everybody else's is not there.
    pub fn seen(conn: &mut Conn, id: PaperId, viewer: &Viewer) -> Result<Self> {
        let found = papers::table.find(id).select(Self::as_select()).into_boxed();
        let named = papers::issuer_id.eq(viewer.id).or(papers::recipient_id.eq(viewer.id));
        let found = if viewer.has_oversight() { found } else { found.filter(named) };
        Ok(found.first(conn)?)
    }

    /// Those of a booking that the viewer may see, in the order they were issued.
    pub fn of_booking(conn: &mut Conn, booking: BookingId, viewer: &Viewer) -> Result<Vec<Self>> {
        let all = papers::table
            .filter(papers::booking_id.eq(booking))
            .order(papers::id)
            .select(Self::as_select())
            .into_boxed();
        let named = papers::issuer_id.eq(viewer.id).or(papers::recipient_id.eq(viewer.id));
        let all = if viewer.has_oversight() { all } else { all.filter(named) };
        Ok(all.load(conn)?)
    }

    /// All of one kind that a payment led to, oldest first.
    pub fn of_payment(conn: &mut Conn, payment: PaymentId, kind: PaperKind) -> Result<Vec<Self>> {
        Ok(papers::table
            .filter(papers::payment_id.eq(payment).and(papers::kind.eq(kind)))
            .order(papers::id)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// What a credit note takes back.
    pub fn corrected(&self, conn: &mut Conn) -> Result<Option<Self>> {
        let Some(id) = self.corrects_id else { return Ok(None) };
        Ok(Some(papers::table.find(id).select(Self::as_select()).first(conn)?))
    }

    /// Issues it under the next number of its issuer. The counter's row is held until the commit, so
    /// that papers of one issuer come one after another, and a rollback gives the number back.
    pub(super) fn put(mut self, conn: &mut Conn) -> Result<Self> {
        let first = (
            paper_counters::issuer_id.eq(self.issuer_id),
            paper_counters::livemode.eq(self.livemode),
            paper_counters::last.eq(1_i64),
        );
        self.number = on_either!(conn, |c| diesel::insert_into(paper_counters::table)
            .values(first)
            .on_conflict((paper_counters::issuer_id, paper_counters::livemode))
            .do_update()
            .set(paper_counters::last.eq(paper_counters::last + 1_i64))
            .returning(paper_counters::last)
            .get_result(c))?;
        on_either!(conn, |c| diesel::insert_into(papers::table).values(&self).execute(c))?;
        Ok(self)
    }

    /// The same parties, times and rates, for a paper that takes a part of this one back.
    pub(super) fn credit(&self, kind: PaperKind, source_id: &str, now: Instant) -> Self {
        Self {
            id: PaperId::next(now),
            kind,
            source_id: source_id.to_owned(),
            corrects_id: Some(self.id),
            issued_at: now,
            ..self.clone()
        }
    }

    pub(super) fn name(&mut self, issuer: &Party, recipient: &Party) {
        self.issuer_name.clone_from(&issuer.name);
        self.issuer_address.clone_from(&issuer.address);
        self.issuer_vat_id.clone_from(&issuer.vat_id);
        self.recipient_name.clone_from(&recipient.name);
        self.recipient_address.clone_from(&recipient.address);
        self.recipient_vat_id.clone_from(&recipient.vat_id);
    }

    /// As it stands on the paper.
    pub fn number_words(&self) -> String {
        number_words(self.issuer_id == PLATFORM, self.livemode, self.number)
    }

    pub fn title_words(&self) -> String {
        format!("{} {}", self.kind.words(), self.number_words())
    }

    pub fn net_minor(&self) -> i64 {
        self.gross_minor - self.vat_minor
    }

    /// An amount of it in full, as `€85.00`.
    pub fn words(&self, minor: impl std::borrow::Borrow<i64>) -> String {
        Money::new(*minor.borrow(), &self.currency)
            .map_or(String::new(), |money| money.in_full(Locale::NEUTRAL))
    }

    pub fn gross_words(&self) -> String {
        self.words(self.gross_minor)
    }
}

/// "FT-000012" of an accountant, "FC-000012" of the platform; those of tests say so.
pub fn number_words(is_platform: bool, livemode: bool, number: i64) -> String {
    let test = if livemode { "" } else { "TEST-" };
    let series = if is_platform { "FC" } else { "FT" };
    format!("{test}{series}-{number:06}")
}

/// The VAT that an amount contains, half up.
pub fn vat_in(gross_minor: i64, vat_bps: i32) -> i64 {
    let (gross, bps) = (i128::from(gross_minor), i128::from(vat_bps));
    let whole = 10_000 + bps;
    i64::try_from((2 * gross * bps + whole) / (2 * whole)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tax_within_a_price_is_rounded_half_up() {
        assert_eq!(vat_in(12_000, 2_000), 2_000);
        assert_eq!(vat_in(8_500, 2_000), 1_417); // 1416.67
        assert_eq!(vat_in(8_500, 0), 0);
        assert_eq!(vat_in(3, 2_000), 1); // 0.5
        assert_eq!(vat_in(9_800, 1_000), 891); // yen: 890.9
    }

    #[test]
    fn a_number_says_whose_it_is_and_whether_it_counts() {
        assert_eq!(number_words(false, true, 12), "FT-000012");
        assert_eq!(number_words(true, false, 1_234_567), "TEST-FC-1234567");
    }
}
