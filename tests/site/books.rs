//! `payments check` on books, rows and papers that somebody has tampered with.

use footing::payments::audit;
use footing::payments::journals::{Account, Journal, Movement, Outlet};
use footing::payments::{RefundCause, ledger};

use crate::database::raw;
use crate::papers::settle_twice;
use crate::till::Till;

async fn wrong(till: &Till) -> String {
    till.site.read(|conn, _| audit::check(conn)).await.join("\n")
}

/// What the check says while a row of the payment is another.
async fn with(till: &Till, change: &str) -> String {
    let save = "UPDATE payments SET closed_at = NULL";
    raw(&till.site, save.to_owned()).await.unwrap();
    raw(&till.site, format!("UPDATE payments SET {change}")).await.unwrap();
    wrong(till).await
}

#[actix_web::test]
async fn a_figure_of_a_row_that_is_not_that_of_the_books_is_named_whichever_is_more() {
    let till = Till::start().await;
    let booking = till.sent().await;
    assert!(till.refund(&booking, RefundCause::Accountant, 4_000).await);
    settle_twice(&till).await;
    assert_eq!(wrong(&till).await, "");
    let reserve = "UPDATE payments SET reserved_minor = reserved_minor + 5";
    raw(&till.site, reserve.to_owned()).await.unwrap();
    for (column, word) in [
        ("refunded_minor", "returned"),
        ("lost_minor", "lost"),
        ("sent_minor", "sent"),
        ("reversed_minor", "taken back"),
    ] {
        for (there, back) in [("+", "-"), ("-", "+")] {
            if column == "lost_minor" && there == "-" {
                continue; // the database takes none below zero
            }
            let said = with(&till, &format!("{column} = {column} {there} 1")).await;
            assert!(said.contains(&format!("{word} ")) && said.contains("by the books"), "{said}");
            let said = with(&till, &format!("{column} = {column} {back} 1")).await;
            assert_eq!(said, "", "{column} is mended");
        }
    }
}

fn movement(till: &Till, id: &str, booking: footing::bookings::BookingId) -> Movement {
    Movement {
        source_id: id.to_owned(),
        livemode: false,
        at: till.site.site.db.now(),
        currency: "GBP".to_owned(),
        booking: Some(booking),
    }
}

#[actix_web::test]
async fn a_cent_that_nobody_has_and_money_left_in_a_closed_payment_are_named() {
    let till = Till::start().await;
    let booking = till.sent().await;
    let id = till.booking(&booking).await.id;
    let given_up = Journal::write_off(movement(&till, "odd 1", id), 5);
    till.site.write(move |conn, now| ledger::post(conn, &given_up, now)).await;
    let said = wrong(&till).await;
    assert!(said.contains("8500 was charged and 8505 is accounted for"), "{said}");
    assert!(said.contains("over, and") && said.contains("is left"), "{said}");
}

#[actix_web::test]
async fn a_movement_without_its_paper_is_named() {
    let till = Till::start().await;
    let booking = till.confirmed().await;
    assert_eq!(wrong(&till).await, "");
    let id = till.booking(&booking).await.id;
    let journal = Journal::refund(
        movement(&till, "re_odd", id),
        0,
        vec![(Account::Held, 20), (Account::Commission, 3), (Account::Vat, 1)],
        Outlet::Stripe,
    );
    till.site.write(move |conn, now| ledger::post(conn, &journal, now)).await;
    let said = wrong(&till).await;
    assert!(said.contains("no credit_note for re_odd"), "{said}");
    assert!(said.contains("no commission_credit_note for re_odd"), "{said}");
    assert!(!said.contains("invoice for ch_"), "{said}");
}

#[actix_web::test]
async fn a_paper_over_another_amount_or_over_nothing_is_named() {
    let till = Till::start().await;
    let booking = till.confirmed().await;
    let payment = till.payment(&booking).await;
    let charge = payment.charge_id.clone().unwrap();
    let odd = movement(&till, "re_odd", payment.booking_id);
    till.site
        .write(move |conn, now| {
            footing::payments::issue::returned(conn, &payment, &odd, 70, now)?;
            let less = Movement { source_id: "re_less".to_owned(), ..odd.clone() };
            footing::payments::issue::returned(conn, &payment, &less, 70, now)?;
            let drawn = vec![(Account::Held, 60)];
            ledger::post(conn, &Journal::refund(less, 0, drawn, Outlet::Stripe), now)?;
            let more = Journal::release(
                odd.clone(),
                footing::payments::Share { payable: 0, commission: 7, vat: 2 },
            );
            ledger::post(conn, &more, now)
        })
        .await;
    let said = wrong(&till).await;
    assert!(said.contains("a credit_note for re_odd, which moved nothing"), "{said}");
    assert!(said.contains("the credit_note for re_less says 70 and the books 60"), "{said}");
    assert!(said.contains("no commission_invoice for re_odd"), "{said}");
    assert!(!said.contains(&charge), "{said}");
}
