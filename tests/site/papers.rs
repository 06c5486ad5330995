//! Invoices and credit notes: right to the cent, numbered without gaps, read by those they name, and
//! never changed.

use std::sync::Arc;

use footing::clock::Span;
use footing::db::{Conn, Db};
use footing::error::{Error, Result};
use footing::payments::journals::Movement;
use footing::payments::{NewPayment, Paper, PaperKind, Payment, Rates, RefundCause, issue};
use footing::site::Site;

use crate::bookings::Scene;
use crate::database::raw;
use crate::stripe::FakeStripe;
use crate::support::TestSite;
use crate::till::{Till, settings};

/// Ben's details, with 20 % of VAT.
pub const DETAILS: [(&str, &str); 4] = [
    ("legal_name", "Northgate Tax Ltd"),
    ("legal_address", "1 North Gate\nLeeds LS1"),
    ("vat_id", "GB123456789"),
    ("vat_bps", "2000"),
];

async fn with_details() -> Till {
    let till = Till::start().await;
    till.ben.post("/practice/billing", &DETAILS).await.assert_status(303);
    till
}

/// The papers of a booking by kind, as the database has them.
pub async fn papers(till: &Till, booking: &str, kind: PaperKind) -> Vec<Paper> {
    let payment = till.payment(booking).await.id;
    till.site.read(move |conn, _| Paper::of_payment(conn, payment, kind)).await
}

pub async fn only(till: &Till, booking: &str, kind: PaperKind) -> Paper {
    let mut all = papers(till, booking, kind).await;
    assert_eq!(all.len(), 1, "{kind:?}: {all:?}");
    all.remove(0)
}

pub fn address(paper: &Paper) -> String {
    format!("/papers/{}", paper.id)
}

pub async fn settle_twice(till: &Till) {
    till.forward(Span::seconds(2)).await;
    till.forward(Span::seconds(2)).await;
}

/// An hour that was paid, took place, and whose money was sent.
pub async fn sent(till: &Till) -> String {
    let booking = till.confirmed().await;
    let ends = till.booking(&booking).await.ends_at;
    till.forward(ends.elapsed_since(till.site.site.db.now())).await;
    till.forward(Span::seconds(48 * 3600 + 5)).await;
    till.forward(Span::seconds(2)).await;
    booking
}

async fn refund(till: &Till, booking: &str, amount: i64) {
    assert!(till.refund(booking, RefundCause::Admin, amount).await);
    settle_twice(till).await;
}

#[actix_web::test]
async fn a_charged_card_makes_an_invoice_with_receipt_that_both_read_and_no_stranger() {
    let till = with_details().await;
    let booking = till.near().await;
    till.pay(&booking).await;
    let waits = till.ana.get(&format!("{booking}/papers")).await;
    waits.assert_text("main", "stands here as soon as the card is charged");
    assert!(!till.ana.get(&booking).await.has(&format!("a[href='{booking}/papers']")));
    till.ben.post(&format!("{booking}/acceptance"), &[]).await.assert_status(303);
    till.site.work().await;
    till.forward(Span::seconds(2)).await;

    let invoice = only(&till, &booking, PaperKind::Invoice).await;
    let path = address(&invoice);
    for party in [&till.ana, &till.ben] {
        assert!(party.get(&booking).await.has(&format!("a[href='{booking}/papers']")));
        let list = party.get(&format!("{booking}/papers")).await;
        assert_eq!(list.attributes("[data-paper] a", "href"), [path.as_str()]);
        assert_eq!(party.get(&format!("{booking}/invoice")).await.location(), path);
        let page = party.get(&path).await;
        page.assert_text("h1", "Invoice")
            .assert_text("[data-number]", "TEST-FT-000001")
            .assert_text("[data-issuer]", "Northgate Tax Ltd")
            .assert_text("[data-issuer]", "GB123456789")
            .assert_text("[data-recipient]", "Ana")
            .assert_text("tbody", "First-year consultation")
            .assert_text("[data-net]", "\u{a3}70.83")
            .assert_text("[data-vat]", "\u{a3}14.17")
            .assert_text("[data-gross]", "\u{a3}85.00")
            .assert_text("[data-receipt]", "Paid by card");
        assert!(page.has("[data-test-mode]"), "no real money");
    }
    let (cy, dot, root) = (till.site.cy().await, till.site.dot().await, till.site.root().await);
    root.get(&path).await.assert_status(404);
    root.two_steps().await;
    root.get(&path).await.assert_status(200);
    for stranger in [&cy, &dot] {
        for page in [path.clone(), format!("{booking}/papers"), format!("{booking}/invoice")] {
            stranger.get(&page).await.assert_status(404);
        }
    }
    till.site.stranger().get(&path).await.assert_status(303);
}

#[actix_web::test]
async fn a_paper_stays_as_it_was_issued_whatever_changes_later() {
    let till = with_details().await;
    let booking = till.confirmed().await;
    let invoice = only(&till, &booking, PaperKind::Invoice).await;
    let new = [("legal_name", "Another Ltd"), ("legal_address", "Elsewhere"), ("vat_bps", "500")];
    till.ben.post("/practice/billing", &new).await.assert_status(303);
    raw(&till.site, "UPDATE users SET name = 'Somebody Else'".to_owned()).await.unwrap();
    raw(&till.site, "UPDATE services SET title = 'Another service'".to_owned()).await.unwrap();
    assert_eq!(only(&till, &booking, PaperKind::Invoice).await, invoice);
    till.ana.get(&address(&invoice)).await.assert_text("[data-recipient]", "Ana");
    // a credit note goes by the invoice that it corrects
    refund(&till, &booking, 1_000).await;
    let note = only(&till, &booking, PaperKind::CreditNote).await;
    assert_eq!((&*note.issuer_name, note.vat_bps), ("Northgate Tax Ltd", 2_000));
}

#[actix_web::test]
async fn a_refund_before_the_money_has_its_owner_makes_one_credit_note() {
    let till = with_details().await;
    let booking = till.confirmed().await;
    let left = till.booking(&booking).await.starts_at.elapsed_since(till.site.site.db.now());
    // standard: half from 48 hours to 24 before the start
    till.forward(Span::seconds(left.as_seconds() - 30 * 3600)).await;
    till.ana.post(&format!("{booking}/cancellation"), &[]).await.assert_status(303);
    till.site.work().await;
    settle_twice(&till).await;
    let note = only(&till, &booking, PaperKind::CreditNote).await;
    assert_eq!((note.gross_minor, note.vat_minor, note.number), (4_250, 708, 2));
    let invoice = only(&till, &booking, PaperKind::Invoice).await;
    assert_eq!(note.corrects_id, Some(invoice.id));
    till.ana
        .get(&address(&note))
        .await
        .assert_text("h1", "Credit note")
        .assert_text("main", "Invoice TEST-FT-000001")
        .assert_text("[data-gross]", "\u{a3}42.50");
    assert!(papers(&till, &booking, PaperKind::CommissionCreditNote).await.is_empty());
    // the rest is released two days later, with the commission of the rest
    till.forward(Span::seconds(48 * 3600 + 5)).await;
    settle_twice(&till).await;
    let commission = only(&till, &booking, PaperKind::CommissionInvoice).await;
    assert_eq!(commission.gross_minor, 212); // 425 less half of it, 213
}

#[actix_web::test]
async fn the_commission_is_invoiced_at_the_release_and_credited_when_it_returns() {
    let till = Till::with(settings_with_vat).await;
    till.ben.post("/practice/billing", &DETAILS).await.assert_status(303);
    let booking = sent(&till).await;
    let commission = only(&till, &booking, PaperKind::CommissionInvoice).await;
    assert_eq!((commission.gross_minor, commission.vat_minor), (425, 68)); // 19 % within
    assert_eq!(commission.commission_bps, Some(500));
    till.ben
        .get(&address(&commission))
        .await
        .assert_text("[data-number]", "TEST-FC-000001")
        .assert_text("[data-issuer]", "Footing (test)")
        .assert_text("[data-issuer]", "Test address")
        .assert_text("[data-recipient]", "Northgate Tax Ltd")
        .assert_text("tbody", "Commission of 5 % for First-year consultation")
        .assert_text("[data-vat]", "\u{a3}0.68");
    till.ana.get(&address(&commission)).await.assert_status(404);
    let own = till.ana.get(&format!("{booking}/papers")).await;
    assert_eq!(own.attributes("[data-paper]", "data-paper"), ["invoice"]);

    refund(&till, &booking, 4_000).await;
    refund(&till, &booking, 4_500).await;
    let notes = papers(&till, &booking, PaperKind::CreditNote).await;
    let sums = |of: fn(&Paper) -> i64, notes: &[Paper]| notes.iter().map(of).sum::<i64>();
    assert_eq!(notes.iter().map(|note| note.gross_minor).collect::<Vec<_>>(), [4_000, 4_500]);
    assert_eq!(notes[0].vat_minor, 667);
    assert_eq!(sums(|note| note.vat_minor, &notes), 1_417, "all of the invoice's tax");
    let back = papers(&till, &booking, PaperKind::CommissionCreditNote).await;
    assert_eq!(back.len(), 2);
    assert_eq!(sums(|note| note.gross_minor, &back), 425, "all of the commission");
    assert_eq!(sums(|note| note.vat_minor, &back), 68);
    assert!(back.iter().all(|note| note.corrects_id == Some(commission.id)));
    let numbers: Vec<i64> = back.iter().map(|note| note.number).collect();
    assert_eq!(numbers, [2, 3], "one row of numbers for each issuer");
    till.ben.get(&address(&back[0])).await.assert_text("main", "Commission of 5 % returned for");
    till.assert_books().await;
}

fn settings_with_vat(kept: footing::config::StripeSettings) -> footing::config::StripeSettings {
    footing::config::StripeSettings { commission_vat_bps: 1_900, ..kept }
}

#[actix_web::test]
async fn the_tax_of_credit_notes_is_worked_out_from_all_of_them() {
    let till = with_details().await;
    let booking = till.confirmed().await;
    refund(&till, &booking, 1).await;
    refund(&till, &booking, 2).await;
    let notes = papers(&till, &booking, PaperKind::CreditNote).await;
    let taxes: Vec<i64> = notes.iter().map(|note| note.vat_minor).collect();
    assert_eq!(taxes, [0, 1], "a sixth of three is a half, and that is rounded up");
    till.assert_books().await;
}

#[actix_web::test]
async fn whoever_paid_is_told_once_that_the_invoice_is_there() {
    let till = Till::start().await;
    let booking = till.confirmed().await;
    let invoice = only(&till, &booking, PaperKind::Invoice).await;
    settle_twice(&till).await;
    let about = |mails: Vec<String>| -> Vec<String> {
        mails.into_iter().filter(|mail| mail.contains("Your invoice from Ben")).collect()
    };
    let told = about(till.site.mails_to(&till.ana.email).await);
    assert_eq!(told.len(), 1);
    assert!(told[0].contains(&address(&invoice)), "{}", told[0]);
    assert!(told[0].contains("85 was charged to your card"), "{}", told[0]);
    assert!(about(till.site.mails_to(&till.ben.email).await).is_empty());
    let page = till.ana.get("/notifications").await;
    let link = format!("a[href*='{}']", invoice.id);
    assert!(page.has(&link) || page.text("main").contains("Your invoice from Ben"));
}

#[actix_web::test]
async fn a_price_without_decimals_is_whole_on_its_papers() {
    let till = with_details().await;
    let yen = "UPDATE services SET currency = 'JPY', price_minor = 9800";
    raw(&till.site, yen.to_owned()).await.unwrap();
    let booking = sent(&till).await;
    let invoice = only(&till, &booking, PaperKind::Invoice).await;
    assert_eq!((invoice.gross_minor, invoice.vat_minor), (9_800, 1_633)); // 1633.33
    till.ana
        .get(&address(&invoice))
        .await
        .assert_text("[data-vat]", "¥1,633")
        .assert_text("[data-gross]", "¥9,800");
    assert_eq!(only(&till, &booking, PaperKind::CommissionInvoice).await.gross_minor, 490);
}

#[actix_web::test]
async fn the_operator_is_named_on_the_papers_of_the_platform() {
    let plain = TestSite::start().await;
    let stripe = FakeStripe::start(plain.site.db.now().seconds()).await;
    let named = plain
        .with_flags(&["--operator-name", "Footing Ltd", "--operator-address", "3 East Gate"])
        .await;
    let operator = named.site.config.operator.clone();
    let gateway = footing::payments::Gateway::open(Some(&settings(&stripe)), &operator).unwrap();
    let site = named.with(|site| Site { payments: gateway, ..site }).await;
    let platform = &site.site.payments.stripe().unwrap().platform;
    assert_eq!((&*platform.name, &*platform.address), ("Footing Ltd", "3 East Gate"));
}

/// Somebody's payment, and what moved its money.
pub async fn payment(site: &TestSite, booking: &str) -> Payment {
    let booking = booking.rsplit('/').next().unwrap().parse().unwrap();
    site.write(move |conn, now| {
        let new = NewPayment {
            booking,
            livemode: true,
            currency: "GBP".to_owned(),
            amount_minor: 8_500,
            rates: Rates { commission_bps: 500, vat_bps: 0 },
            expires_at: now,
        };
        Payment::begin(conn, &new, now)
    })
    .await
}

pub fn movement(payment: &Payment, id: &str, at: footing::clock::Instant) -> Movement {
    Movement {
        source_id: id.to_owned(),
        livemode: payment.livemode,
        at,
        currency: payment.currency.clone(),
        booking: Some(payment.booking_id),
    }
}

#[actix_web::test]
async fn fifty_papers_at_once_are_numbered_without_a_gap() {
    let scene = Scene::start().await;
    let booking = scene.pending(42).await;
    let payment = Arc::new(payment(&scene.site, &booking).await);
    let config = &scene.site.site.config;
    // as another process would have it
    let other = Db::open(&config.database_url, 4, config.clock.clone()).unwrap();
    let issue = |nth: usize| {
        let payment = payment.clone();
        let db = if nth.is_multiple_of(2) { scene.site.site.db.clone() } else { other.clone() };
        async move {
            db.write(move |conn: &mut Conn, now| -> Result<()> {
                let movement = movement(&payment, &format!("ch_{nth}"), now);
                issue::charged(conn, &payment, &movement, now)?;
                // every fifth is undone, and its number is given again
                if nth.is_multiple_of(5) { Err(Error::conflict("undone")) } else { Ok(()) }
            })
            .await
        }
    };
    let mut issued = 0;
    for round in 0..4 {
        let batch = (0..63).filter(|nth| nth % 4 == round).map(issue);
        issued += futures_util::future::join_all(batch)
            .await
            .into_iter()
            .filter(|outcome| match outcome {
                Ok(()) => true,
                Err(Error::Conflict(_)) => false,
                Err(error) => panic!("{error:?}"),
            })
            .count();
    }
    assert_eq!(issued, 50);
    let id = payment.id;
    let all = scene.site.read(move |conn, _| Paper::of_payment(conn, id, PaperKind::Invoice)).await;
    let mut numbers: Vec<i64> = all.iter().map(|paper| paper.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=50).collect::<Vec<i64>>());
}

#[actix_web::test]
async fn the_database_takes_no_number_but_the_next_and_changes_no_paper() {
    let scene = Scene::start().await;
    let booking = scene.pending(42).await;
    let payment = payment(&scene.site, &booking).await;
    let site = &scene.site;
    site.write(move |conn, now| {
        issue::charged(conn, &payment, &movement(&payment, "ch_1", now), now)
    })
    .await;
    for sql in
        ["UPDATE papers SET gross_minor = 1", "UPDATE papers SET number = 2", "DELETE FROM papers"]
    {
        let refused = raw(site, sql.to_owned()).await.expect_err(sql);
        assert!(refused.contains("paper_kept"), "{refused}");
    }
    raw(site, "UPDATE paper_counters SET last = 7".to_owned()).await.unwrap();
    let payment = Payment::last_of;
    let id = booking.rsplit('/').next().unwrap().parse().unwrap();
    let gap = site.site.db.write(move |conn: &mut Conn, now| -> Result<_> {
        let payment = payment(conn, id)?.unwrap();
        issue::charged(conn, &payment, &movement(&payment, "ch_2", now), now)
    });
    let refused = format!("{:?}", gap.await.unwrap_err());
    assert!(refused.contains("paper_number"), "{refused}");
}
