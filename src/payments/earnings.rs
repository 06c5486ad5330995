//! What an accountant earned through Footing, by the month in which cards were charged.
//!
//! Each row begins with an invoice, so with a charge in the books; what it came to since stands on
//! the payment, whose figures are those of the books. What clients paid directly is not here.

use diesel::dsl::{max, min, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use jiff::tz::TimeZone;

use super::commission::{Rates, Split};
use super::month::Month;
use super::paper::{PaperId, number_words};
use super::payment::Payment;
use super::schema::{papers, payments};
use crate::bookings::BookingId;
use crate::clock::Instant;
use crate::db::{Conn, PreparedCondition};
use crate::error::Result;
use crate::locale::{DayShape, LocalZone, Locale};
use crate::money::Money;
use crate::users::UserId;
use crate::users::schema::users;

/// Whose earnings, and whether of real money.
#[derive(Debug, Clone, Copy)]
pub struct EarningsOwner {
    pub accountant: UserId,
    pub livemode: bool,
}

impl EarningsOwner {
    /// Of the mode of the site's key. Without one, of real money if there ever was any, else of what
    /// was recorded.
    pub fn of(conn: &mut Conn, accountant: UserId, mode: Option<bool>) -> Result<Self> {
        let own = papers::table.filter(papers::issuer_id.eq(accountant));
        let livemode = match mode {
            Some(livemode) => livemode,
            None => {
                let latest = own.order(papers::livemode.desc()).select(papers::livemode);
                latest.first(conn).optional()?.unwrap_or(true)
            }
        };
        Ok(Self { accountant, livemode })
    }
}

/// Sums in minor units of one currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// What cards were charged.
    pub earned: i64,
    /// What Footing keeps of it, VAT included.
    pub fees: i64,
    /// The VAT within the fees.
    pub fee_vat: i64,
    /// Returned to clients, or lost to their banks.
    pub refunded: i64,
    pub sent: i64,
}

impl Figures {
    fn of(amount: i64, gone: i64, (commission_bps, vat_bps): (i32, i32), sent: i64) -> Self {
        let bps = |value: i32| u16::try_from(value).unwrap_or(0);
        let rates = Rates { commission_bps: bps(commission_bps), vat_bps: bps(vat_bps) };
        let left = Split::new(amount, rates).left(gone);
        let fees = left.commission + left.vat;
        Self { earned: amount, fees, fee_vat: left.vat, refunded: gone, sent }
    }

    /// The accountant's own.
    pub fn net(self) -> i64 {
        self.earned - self.fees - self.refunded
    }

    /// What of it was not sent yet.
    pub fn due(self) -> i64 {
        self.net() - self.sent
    }
}

impl std::ops::AddAssign for Figures {
    fn add_assign(&mut self, more: Self) {
        self.earned += more.earned;
        self.fees += more.fees;
        self.fee_vat += more.fee_vat;
        self.refunded += more.refunded;
        self.sent += more.sent;
    }
}

/// One booking that was charged.
#[derive(Debug, Clone, Queryable)]
pub struct Earning {
    pub paper: PaperId,
    pub number: i64,
    pub title: String,
    pub charged_at: Instant,
    pub client: String,
    pub payment: Payment,
}

/// Where a list of them goes on: behind this charge.
pub type EarningsPlace = (Instant, PaperId);

/// Which of them: of a currency, charged from then to then.
#[derive(Debug, Clone, Default)]
pub struct EarningsFilter {
    pub currency: Option<String>,
    pub within: Option<(Instant, Instant)>,
}

const IS_INVOICE: PreparedCondition = PreparedCondition("papers.kind = 'invoice'");

impl Earning {
    /// The latest first, from behind `after` on; one more than asked for tells that it goes on.
    pub fn page(
        conn: &mut Conn,
        owner: EarningsOwner,
        part: &EarningsFilter,
        after: Option<EarningsPlace>,
        most: i64,
    ) -> Result<(Vec<Self>, Option<EarningsPlace>)> {
        let mut rows = papers::table
            .inner_join(payments::table.on(payments::id.eq(papers::payment_id)))
            .inner_join(users::table.on(users::id.eq(papers::recipient_id)))
            .filter(papers::issuer_id.eq(owner.accountant).and(IS_INVOICE))
            .filter(papers::livemode.eq(owner.livemode))
            .order((papers::moved_at.desc(), papers::id.desc()))
            .limit(most + 1)
            .select((
                papers::id,
                papers::number,
                papers::title,
                papers::moved_at,
                users::name,
                Payment::as_select(),
            ))
            .into_boxed();
        if let Some(currency) = &part.currency {
            rows = rows.filter(papers::currency.eq(currency));
        }
        if let Some((from, to)) = part.within {
            rows = rows.filter(papers::moved_at.ge(from).and(papers::moved_at.lt(to)));
        }
        if let Some((at, id)) = after {
            let same = papers::moved_at.eq(at).and(papers::id.lt(id));
            rows = rows.filter(papers::moved_at.lt(at).or(same));
        }
        let mut rows: Vec<Self> = rows.load(conn)?;
        let has_more = i64::try_from(rows.len()).is_ok_and(|count| count > most);
        if has_more {
            rows.pop();
        }
        let last = rows.last().map(|row| (row.charged_at, row.paper));
        Ok((rows, last.filter(|_| has_more)))
    }

    pub fn figures(&self) -> Figures {
        let payment = &self.payment;
        let rates = (payment.commission_bps, payment.vat_bps);
        let sent = payment.sent_minor - payment.reversed_minor;
        Figures::of(payment.amount_minor, payment.gone_minor(), rates, sent)
    }

    pub fn booking(&self) -> BookingId {
        self.payment.booking_id
    }

    pub fn invoice_words(&self) -> String {
        number_words(false, self.payment.livemode, self.number)
    }

    /// Where its money is, in a word.
    pub fn status(&self) -> &'static str {
        let payment = &self.payment;
        let has_returned = payment.gone_minor() > 0;
        match payment.released_at {
            _ if payment.gone_minor() >= payment.amount_minor => "Refunded",
            _ if payment.frozen.is_some() => "Stopped",
            None if has_returned => "Held, refunded in part",
            None => "Held",
            Some(_) if self.figures().due() > 0 => "Due",
            Some(_) if has_returned => "Sent, refunded in part",
            Some(_) => "Sent",
        }
    }

    /// Modifier of the tag that shows it.
    pub fn tone(&self) -> &'static str {
        match self.status() {
            "Refunded" | "Stopped" => "tag--bad",
            "Sent" | "Sent, refunded in part" => "tag--ok",
            _ => "tag--wait",
        }
    }

    pub fn date(&self, zone: &LocalZone) -> String {
        self.charged_at.day_words(zone, DayShape::Plain)
    }

    /// An amount of it in full.
    pub fn words(
        &self,
        minor: impl std::borrow::Borrow<i64>,
        locale: impl AsRef<Locale>,
    ) -> String {
        in_full(*minor.borrow(), &self.payment.currency, locale)
    }
}

/// An amount as figures are shown: `£85.00`, `−£4.25`.
pub fn in_full(minor: i64, currency: &str, locale: impl AsRef<Locale>) -> String {
    Money::new(minor, currency).map_or(String::new(), |money| money.in_full(locale))
}

/// The currencies that an accountant was ever paid in: the one of the last charge first. Each with
/// its first charge and its last.
pub fn currencies(
    conn: &mut Conn,
    owner: EarningsOwner,
) -> Result<Vec<(String, Instant, Instant)>> {
    let found: Vec<(String, Option<Instant>, Option<Instant>)> = papers::table
        .filter(papers::issuer_id.eq(owner.accountant).and(IS_INVOICE))
        .filter(papers::livemode.eq(owner.livemode))
        .group_by(papers::currency)
        .select((papers::currency, min(papers::moved_at), max(papers::moved_at)))
        .load(conn)?;
    let mut found: Vec<_> = found
        .into_iter()
        .filter_map(|(currency, first, last)| Some((currency, first?, last?)))
        .collect();
    found.sort_by(|(one, _, last), (other, _, later)| later.cmp(last).then(one.cmp(other)));
    Ok(found)
}

/// The figures of so many months up to and with `last`, in order; those without a charge are zero.
pub fn by_month(
    conn: &mut Conn,
    owner: EarningsOwner,
    currency: &str,
    last: Month,
    (count, zone): (i32, &TimeZone),
) -> Result<Vec<(Month, Figures)>> {
    let mut months: Vec<(Month, Figures)> =
        (0..count).rev().map(|back| (last.plus(-back), Figures::default())).collect();
    let from = last.plus(1 - count).begin(zone);
    let to = last.plus(1).begin(zone);
    type Row = (Instant, (i64, i64, i64), (i32, i32), (i64, i64));
    let rows: Vec<Row> = papers::table
        .inner_join(payments::table.on(payments::id.eq(papers::payment_id)))
        .filter(papers::issuer_id.eq(owner.accountant).and(IS_INVOICE))
        .filter(papers::livemode.eq(owner.livemode).and(papers::currency.eq(currency)))
        .filter(papers::moved_at.ge(from).and(papers::moved_at.lt(to)))
        .select((
            papers::moved_at,
            (payments::amount_minor, payments::refunded_minor, payments::lost_minor),
            (payments::commission_bps, payments::vat_bps),
            (payments::sent_minor, payments::reversed_minor),
        ))
        .load(conn)?;
    for (at, (amount, refunded, lost), rates, (sent, reversed)) in rows {
        let month = Month::of(at.day_in(zone));
        if let Some((_, figures)) = months.iter_mut().find(|(of, _)| *of == month) {
            *figures += Figures::of(amount, refunded + lost, rates, sent - reversed);
        }
    }
    Ok(months)
}

/// What cards were charged in a month, by currency.
pub fn charged_in(
    conn: &mut Conn,
    owner: EarningsOwner,
    month: Month,
    zone: &TimeZone,
) -> Result<Vec<(String, i64)>> {
    let (from, to) = (month.begin(zone), month.plus(1).begin(zone));
    Ok(papers::table
        .filter(papers::issuer_id.eq(owner.accountant).and(IS_INVOICE))
        .filter(papers::livemode.eq(owner.livemode))
        .filter(papers::moved_at.ge(from).and(papers::moved_at.lt(to)))
        .group_by(papers::currency)
        .order(papers::currency)
        .select((papers::currency, sql::<BigInt>("CAST(SUM(gross_minor) AS BIGINT)")))
        .load(conn)?)
}
