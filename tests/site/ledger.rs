//! The ledger beside raw SQL: what stands there is never said twice or otherwise, and the check finds
//! whatever the triggers would have stopped.

use diesel::connection::SimpleConnection;
use footing::bookings::BookingId;
use footing::clock::{Instant, Span};
use footing::error::Result;
use footing::payments::journals::{Account, Journal, Movement, Outlet};
use footing::payments::{Urgency, ledger};
use serde_json::json;

use crate::bookings::Scene;
use crate::database::raw;
use crate::stripe::Fault;
use crate::support::TestSite;
use crate::till::{Till, worker};

fn movement(booking: Option<BookingId>) -> Movement {
    Movement {
        source_id: "ch_1".to_owned(),
        livemode: false,
        at: Instant::from_micros(1_795_000_000_000_000),
        currency: "GBP".to_owned(),
        booking,
    }
}

async fn post(site: &TestSite, journal: Journal) -> Result<bool> {
    site.site.db.write(move |conn, now| ledger::post(conn, &journal, now)).await
}

async fn booking(scene: &Scene, hours: usize) -> BookingId {
    scene.pending(hours).await.rsplit('/').next().unwrap().parse().unwrap()
}

#[actix_web::test]
async fn the_same_movement_again_does_nothing_and_with_anything_else_it_is_refused() {
    let scene = Scene::start().await;
    let (own, other) = (booking(&scene, 40).await, booking(&scene, 44).await);
    let site = &scene.site;
    let charge = Journal::charge(movement(Some(own)), 8_500);
    assert!(post(site, charge.clone()).await.unwrap());
    assert!(!post(site, charge).await.unwrap(), "again, and nothing is written");
    let usual = movement(Some(own));
    for (what, journal) in [
        ("another amount", Journal::charge(usual.clone(), 8_501)),
        ("another booking", Journal::charge(movement(Some(other)), 8_500)),
        ("no booking", Journal::charge(movement(None), 8_500)),
        (
            "another currency",
            Journal::charge(Movement { currency: "EUR".to_owned(), ..usual.clone() }, 8_500),
        ),
        ("real money", Journal::charge(Movement { livemode: true, ..usual.clone() }, 8_500)),
    ] {
        assert!(post(site, journal).await.is_err(), "{what}");
    }
    let drawn = vec![(Account::Held, 10)];
    assert!(post(site, Journal::refund(usual, 0, drawn, Outlet::Stripe)).await.unwrap());
    let held = |sums: Vec<(Account, String, i64)>| -> i64 {
        sums.iter().filter(|(of, ..)| *of == Account::Held).map(|(.., minor)| minor).sum()
    };
    let own = site.read(move |conn, _| ledger::of_booking(conn, own, false)).await;
    let other = site.read(move |conn, _| ledger::of_booking(conn, other, false)).await;
    assert_eq!((held(own), held(other)), (-8_490, 0), "each booking has its own");
    let real = site.read(|conn, _| ledger::balances(conn, true)).await;
    assert!(real.is_empty(), "{real:?}");
}

#[actix_web::test]
async fn the_check_names_a_journal_that_does_not_balance_and_lines_without_one() {
    let site = TestSite::start().await;
    assert!(post(&site, Journal::charge(movement(None), 8_500)).await.unwrap());
    assert!(site.read(|conn, _| ledger::check(conn)).await.is_empty());
    let wrong = site
        .write(|conn, _| {
            let off = match conn.is_sqlite() {
                true => "DROP TRIGGER journals_balance;",
                false => "ALTER TABLE journals DISABLE TRIGGER ALL;",
            };
            let odd = |id: i64, minor: i64| {
                format!(
                    "INSERT INTO postings (journal_id, line, account, currency, amount_minor) \
                     VALUES ({id}, 1, 'held', 'GBP', {minor});"
                )
            };
            let journal = |id: i64| {
                format!(
                    "INSERT INTO journals (id, source_id, kind, livemode, at) \
                     VALUES ({id}, 'odd {id}', 'other', false, 0);"
                )
            };
            let both = [odd(1, 5), odd(2, -5), journal(1), journal(2)].concat();
            conn.batch_execute(&format!("{off}{both}"))?;
            let unbalanced = ledger::check(conn)?;
            conn.batch_execute(&odd(3, 1))?;
            Ok((unbalanced, ledger::check(conn)?))
        })
        .await;
    let (unbalanced, with_orphan) = wrong;
    assert_eq!(unbalanced.len(), 2, "{unbalanced:?}");
    assert!(unbalanced.iter().all(|line| line.contains("GBP does not balance")), "{unbalanced:?}");
    let orphans = with_orphan.iter().filter(|line| line.contains("lines without a journal"));
    assert_eq!(orphans.count(), 1, "{with_orphan:?}");
}

#[actix_web::test]
async fn stripes_own_books_are_read_whole_though_it_fell_silent_in_between() {
    let till = Till::start().await;
    till.stripe.with(|books| {
        for nth in 0..250 {
            let line = json!({
                "id": format!("txn_fee_{nth:03}"), "object": "balance_transaction",
                "type": "stripe_fee", "source": null, "currency": "gbp", "amount": -3, "fee": 0,
                "net": -3, "created": books.now - 90_000 + 300 * nth, "available_on": books.now,
                "status": "available", "balance_type": "payments", "description": null,
                "exchange_rate": null, "fee_details": [], "reporting_category": "fee",
            });
            books.objects.insert(format!("txn_fee_{nth:03}"), line);
        }
    });
    // the first page comes, the second does not
    till.stripe.fail("/balance_transactions", Fault::Stall { millis: 0 });
    till.stripe.fail("/balance_transactions", Fault::LostAnswer);
    for _ in 0..2 {
        worker(&till.site).reconcile_all(Urgency::Now).await.unwrap();
        till.forward(Span::hours(24)).await;
    }
    let all = till.site.read(|conn, _| ledger::balances(conn, false)).await;
    let entered: i64 =
        all.iter().filter(|(of, ..)| *of == Account::Other).map(|(.., minor)| minor).sum();
    assert_eq!(entered.abs(), 250 * 3);
}

#[actix_web::test]
async fn what_nobody_told_for_long_is_read_in_pieces_though_stripe_falls_silent_again_and_again() {
    const MISSED: i64 = 900;
    let till = Till::start().await;
    till.stripe.with(|books| {
        for nth in 0..MISSED {
            let id = format!("evt_missed_{nth:03}");
            let event = json!({
                "id": id, "object": "event", "type": "charge.updated", "livemode": false,
                "created": books.now - 30 * (MISSED - nth), "pending_webhooks": 0,
                "api_version": "2026-09-30.endive", "request": null,
                "data": {"object": {"id": format!("ch_missed_{nth:03}"), "object": "charge"}},
            });
            books.objects.insert(id, event);
        }
    });
    let kept = || async { till.count("stripe_events WHERE kind = 'charge.updated'").await };
    for _ in 0..20 {
        // never are nine pages answered one after the other
        (0..5).for_each(|_| till.stripe.fail("/events", Fault::Stall { millis: 0 }));
        till.stripe.fail("/events", Fault::LostAnswer);
        worker(&till.site).reconcile(Urgency::Due).await.unwrap();
        till.stripe.calm();
    }
    assert_eq!(kept().await, MISSED, "each silence ends only what it ends");
}

#[actix_web::test]
async fn nothing_of_test_money_hangs_on_real_money_or_the_other_way_round() {
    let till = Till::start().await;
    till.confirmed().await;
    let rows = |mode: &str| {
        [
            format!(
                "INSERT INTO refunds (id, payment_id, livemode, cause, amount_minor, state, \
                 created_at) SELECT 1, id, {mode}, 'admin', 1, 'wanted', 0 FROM payments"
            ),
            format!(
                "INSERT INTO disputes (id, payment_id, livemode, stripe_id, status, amount_minor, \
                 opened_at) SELECT 1, id, {mode}, 'dp_1', 'open', 1, 0 FROM payments"
            ),
            format!(
                "INSERT INTO transfers (id, payment_id, livemode, account_id, amount_minor, \
                 created_at) SELECT 1, p.id, {}, a.id, 1, 0 FROM payments p, payout_accounts a",
                mode.replace("livemode", "p.livemode")
            ),
            format!(
                "INSERT INTO reversals (id, transfer_id, livemode, amount_minor, created_at) \
                 SELECT 1, id, {mode}, 1, 0 FROM transfers WHERE id = 1"
            ),
        ]
    };
    for (other, own) in rows("NOT livemode").into_iter().zip(rows("livemode")) {
        let refused = raw(&till.site, other.clone()).await.unwrap_err();
        assert!(refused.to_lowercase().contains("foreign"), "{other}: {refused}");
        assert_eq!(raw(&till.site, own.clone()).await, Ok(1), "{own}");
    }
}
