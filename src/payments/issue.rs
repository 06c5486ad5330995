//! Which papers a movement of money makes, in the transaction that enters it into the books. The
//! caller has just entered it, and holds the booking: nothing here is issued twice.

use super::billing::{BillingDetails, Party};
use super::commission::Share;
use super::journals::Movement;
use super::paper::{PLATFORM, Paper, PaperId, PaperKind, vat_in};
use super::payment::Payment;
use crate::bookings::BookingRow;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::users::UserId;

/// A card was charged: the accountant's invoice to the client, which is also the receipt.
pub fn charged(
    conn: &mut Conn,
    payment: &Payment,
    movement: &Movement,
    now: Instant,
) -> Result<Paper> {
    let line = BookingRow::by_id(conn, payment.booking_id)?;
    let BillingDetails { party, vat_bps } = BillingDetails::of(conn, &line)?;
    let client = Party::client(conn, &line)?;
    let (accountant, to) = (line.booking.accountant_id, line.booking.client_id);
    let mut paper = begin(payment, &line, PaperKind::Invoice, (accountant, to), movement, now);
    paper.name(&party, &client);
    paper.gross_minor = payment.amount_minor;
    paper.vat_bps = vat_bps;
    paper.vat_minor = vat_in(paper.gross_minor, vat_bps);
    paper.put(conn)
}

/// Money returned to the client: a credit note by the terms of the invoice. The tax is worked out
/// from all that has returned so far, so that credit notes which reach the invoice return its tax.
pub fn returned(
    conn: &mut Conn,
    payment: &Payment,
    movement: &Movement,
    amount_minor: i64,
    now: Instant,
) -> Result<Option<Paper>> {
    let invoices = Paper::of_payment(conn, payment.id, PaperKind::Invoice)?;
    let Some(invoice) = invoices.first().filter(|_| amount_minor > 0) else { return Ok(None) };
    let before = Paper::of_payment(conn, payment.id, PaperKind::CreditNote)?;
    let gross: i64 = before.iter().map(|note| note.gross_minor).sum();
    let vat: i64 = before.iter().map(|note| note.vat_minor).sum();
    let mut note = invoice.credit(PaperKind::CreditNote, &movement.source_id, now);
    note.moved_at = movement.at;
    note.gross_minor = amount_minor;
    let tax = vat_in(gross + amount_minor, invoice.vat_bps) - vat;
    note.vat_minor = tax.clamp(0, amount_minor);
    note.put(conn).map(Some)
}

/// The money has its owners: the platform's invoice to the accountant for what it keeps.
pub fn released(
    conn: &mut Conn,
    payment: &Payment,
    movement: &Movement,
    share: Share,
    platform: &Party,
    now: Instant,
) -> Result<Option<Paper>> {
    if share.commission + share.vat == 0 {
        return Ok(None);
    }
    let line = BookingRow::by_id(conn, payment.booking_id)?;
    let BillingDetails { party, .. } = BillingDetails::of(conn, &line)?;
    let parties = (PLATFORM, line.booking.accountant_id);
    let mut paper = begin(payment, &line, PaperKind::CommissionInvoice, parties, movement, now);
    paper.name(platform, &party);
    paper.gross_minor = share.commission + share.vat;
    paper.vat_bps = payment.vat_bps;
    paper.vat_minor = share.vat;
    paper.commission_bps = Some(payment.commission_bps);
    paper.put(conn).map(Some)
}

/// Of a commission that was charged, something returns to the accountant.
pub fn commission_returned(
    conn: &mut Conn,
    payment: &Payment,
    movement: &Movement,
    back: Share,
    now: Instant,
) -> Result<Option<Paper>> {
    let gross = back.commission + back.vat;
    let invoices = Paper::of_payment(conn, payment.id, PaperKind::CommissionInvoice)?;
    let Some(invoice) = invoices.first().filter(|_| gross > 0) else { return Ok(None) };
    let mut note = invoice.credit(PaperKind::CommissionCreditNote, &movement.source_id, now);
    note.moved_at = movement.at;
    note.gross_minor = gross;
    note.vat_minor = back.vat;
    note.put(conn).map(Some)
}

/// A paper about a booking, whose amounts and parties are still to be said.
fn begin(
    payment: &Payment,
    line: &BookingRow,
    kind: PaperKind,
    (issuer, recipient): (UserId, UserId),
    movement: &Movement,
    now: Instant,
) -> Paper {
    Paper {
        id: PaperId::next(now),
        kind,
        source_id: movement.source_id.clone(),
        payment_id: payment.id,
        booking_id: payment.booking_id,
        corrects_id: None,
        livemode: payment.livemode,
        issuer_id: issuer,
        number: 0,
        recipient_id: recipient,
        issuer_name: String::new(),
        issuer_address: String::new(),
        issuer_vat_id: String::new(),
        recipient_name: String::new(),
        recipient_address: String::new(),
        recipient_vat_id: String::new(),
        title: line.terms.title.clone(),
        starts_at: line.booking.starts_at,
        ends_at: line.booking.ends_at,
        zone: line.booking.zone.clone(),
        currency: payment.currency.clone(),
        gross_minor: 0,
        vat_bps: 0,
        vat_minor: 0,
        commission_bps: None,
        moved_at: movement.at,
        issued_at: now,
    }
}
