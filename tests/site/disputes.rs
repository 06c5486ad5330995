//! Refunds and disputes of one payment that cross each other: whoever has the money, nobody is paid
//! twice, and what is left is sent to the cent.

use footing::payments::journals::Account;
use footing::payments::{Payment, PaymentId, RefundCause};
use serde_json::json;

use crate::papers::settle_twice;
use crate::support::Person;
use crate::till::{Till, worker};

pub const WHY: &str = "The bank has told us so.";

pub async fn dispute(till: &Till, booking: &str, amount: i64) -> String {
    let intent = till.intent(booking).await;
    let dispute = till.stripe.with(|books| books.dispute(&intent, amount, "needs_response"));
    till.tell_all().await;
    dispute
}

pub async fn decide(till: &Till, dispute: &str, status: &str) {
    till.stripe.with(|books| books.move_dispute(dispute, status));
    till.tell_all().await;
    till.tell_all().await;
}

/// Returns so much, as far as Stripe does it.
pub async fn refund(till: &Till, booking: &str, amount: i64) {
    assert!(till.refund(booking, RefundCause::Accountant, amount).await);
    settle_twice(till).await;
}

pub async fn act(till: &Till, root: &Person, booking: &str, act: &str, amount: &str) -> u16 {
    let path = format!("/admin/payments/{}/{act}", till.payment(booking).await.id);
    let form = [("reason", WHY), ("amount", amount)];
    let answer = root.post(&path, &form).await;
    settle_twice(till).await;
    answer.status.as_u16()
}

fn with_accountant(payment: &Payment) -> i64 {
    payment.sent_minor - payment.reversed_minor
}

#[actix_web::test]
async fn what_a_bank_takes_beyond_the_rest_is_the_platforms_loss_and_is_counted_once() {
    let till = Till::start().await;
    let booking = till.sent().await;
    refund(&till, &booking, 2_000).await;
    let bank = dispute(&till, &booking, 8_500).await;
    decide(&till, &bank, "lost").await;
    let payment = till.payment(&booking).await;
    assert_eq!((payment.refunded_minor, payment.lost_minor), (2_000, 6_500));
    assert_eq!(till.on(Account::Loss).await, 2_000);
    assert_eq!(with_accountant(&payment), 0);
    worker(&till.site).look_now(payment.id).await.unwrap();
    let again = till.payment(&booking).await;
    assert_eq!(
        (again.refunded_minor, again.lost_minor),
        (2_000, 6_500),
        "another look adds nothing"
    );
    assert!(!till.refund(&booking, RefundCause::Admin, 1).await, "nothing is left to return");
    till.assert_books().await;
}

#[actix_web::test]
async fn a_bank_that_takes_what_the_client_was_owed_after_a_failed_refund_ends_the_debt() {
    let till = Till::start().await;
    let booking = till.confirmed().await;
    refund(&till, &booking, 2_000).await;
    let id = till.stripe.only("refund")["id"].as_str().unwrap().to_owned();
    till.stripe.with(|books| books.end_refund(&id, "failed"));
    till.tell_all().await;
    assert_eq!(till.on(Account::OwedClient).await, -2_000);
    till.stripe.change(&id, "status", json!("succeeded"));
    worker(&till.site).look_now(till.payment(&booking).await.id).await.unwrap();
    till.ana.get(&booking).await.assert_text("[data-money=refund-failed]", "we see to it");

    let bank = dispute(&till, &booking, 8_500).await;
    decide(&till, &bank, "lost").await;
    assert_eq!(till.payment(&booking).await.lost_minor, 6_500);
    for account in [Account::OwedClient, Account::Loss, Account::Dispute, Account::Held] {
        assert_eq!(till.on(account).await, 0, "{account:?}");
    }
    worker(&till.site).look_now(till.payment(&booking).await.id).await.unwrap();
    assert_eq!(till.on(Account::Loss).await, 0, "another look adds nothing");
    let root = till.root().await;
    assert!(!root.get("/admin/payments").await.has("[data-task]"), "nobody is owed anything");
    assert_eq!(act(&till, &root, &booking, "retry", "").await, 422);
    assert_eq!(act(&till, &root, &booking, "settle", "").await, 422);
    assert!(!till.ana.get(&booking).await.has("[data-money=refund-failed]"));
    till.assert_books().await;
}

/// A refund that Stripe refused, as it knew of a dispute before we did.
pub async fn refused_for_a_dispute(till: &Till) -> (String, String) {
    let booking = till.confirmed().await;
    let intent = till.intent(&booking).await;
    let bank = till.stripe.with(|books| books.dispute(&intent, 8_500, "needs_response"));
    let late = till.stripe.take_notices();
    refund(till, &booking, 2_000).await;
    assert!(till.stripe.all("refund").is_empty());
    for (body, signature) in late {
        till.send(&body, &signature).await.assert_status(200);
    }
    settle_twice(till).await;
    (booking, bank)
}

#[actix_web::test]
async fn a_refund_refused_during_a_dispute_is_paid_again_once_it_is_won() {
    let till = Till::start().await;
    let root = till.root().await;
    let (booking, bank) = refused_for_a_dispute(&till).await;
    root.get("/admin/payments").await.assert_text("main", "did not arrive");
    assert_eq!(act(&till, &root, &booking, "refund", "10").await, 409, "not beside a dispute");
    decide(&till, &bank, "won").await;
    assert_eq!(act(&till, &root, &booking, "retry", "").await, 303);
    assert_eq!(till.stripe.only("refund")["amount"], 2_000);
    assert_eq!(till.payment(&booking).await.refunded_minor, 2_000);
    assert!(!root.get("/admin/payments").await.has("[data-task]"));
    till.assert_books().await;
}

#[actix_web::test]
async fn a_refund_refused_during_a_dispute_is_owed_no_more_once_it_is_lost() {
    let till = Till::start().await;
    let root = till.root().await;
    let (booking, bank) = refused_for_a_dispute(&till).await;
    decide(&till, &bank, "lost").await;
    assert!(!root.get("/admin/payments").await.has("[data-task]"), "the client has it all");
    assert_eq!(act(&till, &root, &booking, "settle", "").await, 422);
    till.take_place(&booking).await;
    till.forward(footing::clock::Span::hours(49)).await;
    let payment = till.payment(&booking).await;
    assert_eq!((payment.lost_minor, with_accountant(&payment)), (8_500, 0));
    assert!(payment.closed_at.is_some());
    till.assert_books().await;
}

#[actix_web::test]
async fn what_was_sent_in_parts_is_taken_back_from_the_last_of_them_first_and_never_twice() {
    let till = Till::start().await;
    let booking = till.sent().await;
    let bank = dispute(&till, &booking, 4_000).await;
    assert_eq!(till.stripe.only("transfer_reversal")["amount"], 3_800);
    decide(&till, &bank, "won").await;
    assert_eq!(with_accountant(&till.payment(&booking).await), 8_075);
    let mut least = vec![3_800];
    for (amount, back, left) in [(2_000, vec![1_900], 6_175), (4_500, vec![1_900, 2_375], 1_900)] {
        refund(&till, &booking, amount).await;
        settle_twice(&till).await;
        least.extend(back);
        let mut all: Vec<i64> = till
            .stripe
            .all("transfer_reversal")
            .iter()
            .map(|one| one["amount"].as_i64().unwrap())
            .collect();
        all.sort_unstable();
        least.sort_unstable();
        assert_eq!(all, least);
        assert_eq!(with_accountant(&till.payment(&booking).await), left);
    }
    till.assert_books().await;
}

#[actix_web::test]
async fn a_refund_that_stripe_refused_is_settled_by_bank_from_what_is_held() {
    let till = Till::start().await;
    let root = till.root().await;
    let booking = till.confirmed().await;
    let refused = crate::stripe::Fault::Refused { status: 400, code: "expired_or_canceled_card" };
    till.stripe.fail("/refunds", refused);
    refund(&till, &booking, 2_000).await;
    assert_eq!(till.on(Account::OwedClient).await, 0, "nothing has left");
    assert_eq!(act(&till, &root, &booking, "settle", "").await, 303);
    assert_eq!(till.payment(&booking).await.refunded_minor, 2_000);
    assert_eq!((till.on(Account::Bank).await, till.on(Account::Held).await), (-2_000, -6_500));
    assert_eq!(till.on(Account::OwedClient).await, 0);
    assert_eq!(act(&till, &root, &booking, "settle", "").await, 422, "once");
    till.assert_books().await;
}

#[actix_web::test]
async fn a_refund_by_hand_that_never_left_is_reserved_when_somebody_sees_to_it() {
    for (act_word, sees) in [("retry", Account::Stripe), ("settle", Account::Bank)] {
        let till = Till::start().await;
        let root = till.root().await;
        let booking = till.confirmed().await;
        let intent = till.intent(&booking).await;
        let before = till.on(sees).await;
        till.stripe.with(|books| {
            books.refunds_wait = Some(crate::stripe::Pending::Unmoved);
            let refund = books.refund_by_hand(&intent, 2_000);
            books.end_refund(&refund, "failed");
            books.refunds_wait = None;
        });
        till.tell_all().await;
        let payment = till.payment(&booking).await;
        assert_eq!((payment.reserved_minor, payment.refunded_minor), (0, 0));
        assert_eq!(act(&till, &root, &booking, act_word, "").await, 303);
        let payment = till.payment(&booking).await;
        assert_eq!((payment.reserved_minor, payment.refunded_minor), (2_000, 2_000));
        assert_eq!(till.on(sees).await, before - 2_000, "{act_word}");
        assert!(!root.get("/admin/payments").await.has("[data-task]"));
        till.assert_books().await;
    }
}

#[actix_web::test]
async fn of_a_refund_that_was_refused_as_too_much_the_rest_is_paid_again() {
    let till = Till::start().await;
    let booking = till.confirmed().await;
    let intent = till.intent(&booking).await;
    till.stripe.with(|books| books.refund_by_hand(&intent, 2_000));
    let late = till.stripe.take_notices();
    till.ben.post(&format!("{booking}/cancellation"), &[]).await.assert_status(303);
    settle_twice(&till).await;
    assert_eq!(till.stripe.all("refund").len(), 1, "all of it is more than is left");
    for (body, signature) in late {
        till.send(&body, &signature).await.assert_status(200);
    }
    till.forward(footing::clock::Span::hours(50)).await;
    settle_twice(&till).await;
    assert!(till.payment(&booking).await.closed_at.is_none(), "somebody is owed something");
    let root = till.root().await;
    assert_eq!(act(&till, &root, &booking, "retry", "").await, 303);
    settle_twice(&till).await;
    let payment = till.payment(&booking).await;
    assert_eq!((payment.refunded_minor, payment.reserved_minor), (8_500, 8_500));
    assert_eq!(with_accountant(&payment), 0);
    assert!(payment.closed_at.is_some());
    till.assert_books().await;
}

#[actix_web::test]
async fn a_refund_beyond_what_is_left_pays_what_came_back_of_another() {
    let till = Till::start().await;
    let booking = till.confirmed().await;
    let intent = till.intent(&booking).await;
    till.stripe.with(|books| {
        let by_hand = books.refund_by_hand(&intent, 8_500);
        books.end_refund(&by_hand, "failed");
    });
    let late = till.stripe.take_notices();
    refund(&till, &booking, 8_500).await;
    for (body, signature) in late {
        till.send(&body, &signature).await.assert_status(200);
    }
    settle_twice(&till).await;
    let payment = till.payment(&booking).await;
    assert_eq!((payment.refunded_minor, payment.reserved_minor), (8_500, 8_500));
    assert_eq!((till.on(Account::OwedClient).await, till.on(Account::Held).await), (0, 0));
    assert!(!till.root().await.get("/admin/payments").await.has("[data-task]"));
    till.assert_books().await;
}

#[actix_web::test]
async fn a_complaint_that_is_decided_by_a_part_lets_the_rest_go_its_way() {
    let till = Till::start().await;
    let booking = till.confirmed().await;
    till.take_place(&booking).await;
    let words = [("reason", "Nobody was there at the time we had agreed.")];
    till.ana.post(&format!("{booking}/complaint"), &words).await.assert_status(303);
    till.forward(footing::clock::Span::hours(60)).await;
    let root = till.root().await;
    assert_eq!(act(&till, &root, &booking, "refund", "40").await, 303);
    settle_twice(&till).await;
    let payment = till.payment(&booking).await;
    assert_eq!((payment.refunded_minor, payment.sent_minor), (4_000, 4_275));
    assert_eq!(act(&till, &root, &booking, "release", "").await, 422, "it is decided");
    assert!(!root.get("/admin/payments").await.has("[data-task]"));
    till.assert_books().await;
}

#[actix_web::test]
async fn only_a_complaint_is_decided_by_releasing_and_a_fee_for_a_refund_is_the_platforms() {
    let till = Till::start().await;
    let root = till.root().await;
    let booking = till.confirmed().await;
    assert_eq!(act(&till, &root, &booking, "release", "").await, 422, "nobody complained");
    let before = till.on(Account::StripeFees).await;
    till.stripe.with(|books| books.refund_fee = 30);
    refund(&till, &booking, 2_000).await;
    assert_eq!(till.on(Account::StripeFees).await, before + 30);
    assert_eq!(till.on(Account::Held).await, -6_500);
    till.assert_books().await;
    let id: PaymentId = till.payment(&booking).await.id;
    worker(&till.site).look_now(id).await.unwrap();
    till.assert_books().await;
    let told = till.site.mails_to(&till.ana.email).await;
    let about = told.iter().filter(|mail| mail.contains("20 is on its way back to you"));
    assert_eq!(about.count(), 1, "another look is no news");
}

#[actix_web::test]
async fn a_part_that_a_bank_took_before_the_release_is_not_sent() {
    let till = Till::start().await;
    let booking = till.confirmed().await;
    let bank = dispute(&till, &booking, 4_000).await;
    decide(&till, &bank, "lost").await;
    till.take_place(&booking).await;
    till.forward(footing::clock::Span::hours(49)).await;
    settle_twice(&till).await;
    let payment = till.payment(&booking).await;
    assert_eq!((payment.lost_minor, payment.sent_minor), (4_000, 4_275));
    assert_eq!(till.on(Account::Held).await, 0);
    till.assert_books().await;
}

#[actix_web::test]
async fn a_dispute_lost_after_the_bank_gave_the_money_back_takes_nothing() {
    let till = Till::start().await;
    let booking = till.sent().await;
    let bank = dispute(&till, &booking, 8_500).await;
    decide(&till, &bank, "won").await;
    decide(&till, &bank, "lost").await;
    let payment = till.payment(&booking).await;
    assert_eq!((payment.lost_minor, with_accountant(&payment)), (0, 8_075));
    till.assert_books().await;
}

#[actix_web::test]
async fn what_a_notice_that_got_lost_would_have_told_is_found_though_later_ones_came() {
    let till = Till::start().await;
    let booking = till.confirmed().await;
    let refuse = || {
        for _ in 0..60 {
            till.stripe.fail("/events", crate::stripe::Fault::TooMany);
        }
    };
    till.forward(footing::clock::Span::minutes(6)).await;
    refuse();
    let intent = till.intent(&booking).await;
    till.stripe.with(|books| books.refund_by_hand(&intent, 1_000));
    till.stripe.take_notices();
    for _ in 0..6 {
        till.forward(footing::clock::Span::minutes(6)).await;
    }
    let other = till.near().await;
    till.pay(&other).await;
    till.stripe.calm();
    till.forward(footing::clock::Span::minutes(6)).await;
    till.forward(footing::clock::Span::seconds(5)).await;
    assert_eq!(till.payment(&booking).await.refunded_minor, 1_000);
    till.assert_books().await;
}
