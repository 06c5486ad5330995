//! Refunds that did not arrive and are paid again, whatever happens to the second one.

use footing::payments::journals::Account;
use footing::payments::{Refund, RefundState};
use serde_json::json;

use crate::disputes::{act, decide, refund, refused_for_a_dispute};
use crate::papers::settle_twice;
use crate::stripe::Pending;
use crate::till::Till;

async fn come_back(till: &Till, id: &str) {
    till.stripe.with(|books| books.end_refund(id, "failed"));
    till.tell_all().await;
}

/// A refund of so much that the client's bank has sent back.
async fn came_back(till: &Till, booking: &str, amount: i64) {
    refund(till, booking, amount).await;
    let id = till.stripe.only("refund")["id"].as_str().unwrap().to_owned();
    come_back(till, &id).await;
    assert_eq!(till.on(Account::OwedClient).await, -amount);
}

async fn refund_by_hand(till: &Till, booking: &str, amount: i64) -> String {
    let intent = till.intent(booking).await;
    let id = till.stripe.with(|books| books.refund_by_hand(&intent, amount));
    till.tell_all().await;
    id
}

async fn refunds(till: &Till, booking: &str) -> Vec<Refund> {
    let id = till.payment(booking).await.id;
    till.site.read(move |conn, _| Refund::of(conn, id)).await
}

#[actix_web::test]
async fn what_was_to_pay_again_what_came_back_is_owed_itself_when_stripe_refuses_it() {
    let till = Till::start().await;
    let root = till.root().await;
    let booking = till.confirmed().await;
    came_back(&till, &booking, 8_500).await;
    till.stripe.with(|books| books.refunds_wait = Some(Pending::Unmoved));
    let by_hand = refund_by_hand(&till, &booking, 2_000).await;
    till.stripe.with(|books| books.refunds_wait = None);
    assert_eq!(act(&till, &root, &booking, "retry", "").await, 303);
    let all = refunds(&till, &booking).await;
    assert!(all.iter().any(|one| one.pays_owed && one.state == RefundState::Failed), "{all:?}");
    come_back(&till, &by_hand).await;
    assert_eq!(till.on(Account::OwedClient).await, -8_500);

    root.get("/admin/payments").await.assert_text("[data-task]", "did not arrive");
    assert_eq!(act(&till, &root, &booking, "retry", "").await, 303);
    assert_eq!(till.on(Account::OwedClient).await, 0);
    assert_eq!(till.payment(&booking).await.refunded_minor, 8_500, "the accountant pays once");
    assert!(!root.get("/admin/payments").await.has("[data-task]"));
    till.assert_books().await;
}

#[actix_web::test]
async fn what_came_back_and_was_refused_the_second_time_is_settled_by_bank() {
    let till = Till::start().await;
    let root = till.root().await;
    let booking = till.confirmed().await;
    came_back(&till, &booking, 2_000).await;
    let intent = till.intent(&booking).await;
    let bank = till.stripe.with(|books| books.dispute(&intent, 8_500, "needs_response"));
    let late = till.stripe.take_notices();
    assert_eq!(act(&till, &root, &booking, "retry", "").await, 303);
    for (body, signature) in late {
        till.send(&body, &signature).await.assert_status(200);
    }
    decide(&till, &bank, "won").await;
    assert_eq!(act(&till, &root, &booking, "settle", "").await, 303);
    assert_eq!(till.on(Account::OwedClient).await, 0);
    assert_eq!(till.on(Account::Bank).await, -2_000);
    let payment = till.payment(&booking).await;
    assert_eq!((payment.refunded_minor, payment.reserved_minor), (2_000, 2_000));
    assert!(!root.get("/admin/payments").await.has("[data-task]"));
    till.assert_books().await;
}

#[actix_web::test]
async fn what_came_back_is_not_paid_again_beside_a_refund_that_is_on_its_way() {
    let till = Till::start().await;
    let root = till.root().await;
    let booking = till.confirmed().await;
    came_back(&till, &booking, 2_000).await;
    till.stripe.with(|books| books.refunds_wait = Some(Pending::Unmoved));
    assert_eq!(act(&till, &root, &booking, "retry", "").await, 303);
    till.stripe.with(|books| books.refunds_wait = None);
    let by_hand = refund_by_hand(&till, &booking, 2_000).await;
    assert_eq!(till.on(Account::OwedClient).await, 0, "it pays what is owed first");
    come_back(&till, &by_hand).await;
    assert_eq!(till.on(Account::OwedClient).await, -2_000);
    assert_eq!(act(&till, &root, &booking, "retry", "").await, 422);
    assert_eq!(till.stripe.all("refund").len(), 3, "the first, its repeat and the one by hand");
    till.assert_books().await;
}

#[actix_web::test]
async fn a_refund_whose_second_request_was_refused_counts_once_stripe_has_it() {
    let till = Till::start().await;
    let root = till.root().await;
    let (booking, bank) = refused_for_a_dispute(&till).await;
    decide(&till, &bank, "won").await;
    let ours = refunds(&till, &booking).await.remove(0);
    assert_eq!((ours.state, &ours.stripe_id), (RefundState::Failed, &None));
    // the first request was done after all, late
    let intent = till.intent(&booking).await;
    let made = till.stripe.with(|books| books.refund_by_hand(&intent, 2_000));
    till.stripe.change(&made, "metadata", json!({ "footing": ours.id.to_string() }));
    till.tell_all().await;
    settle_twice(&till).await;
    let all = refunds(&till, &booking).await;
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!((all[0].state, &all[0].stripe_id), (RefundState::Succeeded, &Some(made.clone())));
    assert!(all[0].ended_at > ours.ended_at, "it ended when it arrived");
    assert!(!root.get("/admin/payments").await.has("[data-task]"), "the client has it");

    come_back(&till, &made).await;
    assert_eq!(till.on(Account::OwedClient).await, -2_000);
    root.get("/admin/payments").await.assert_text("[data-task]", "did not arrive");
    assert_eq!(act(&till, &root, &booking, "retry", "").await, 303);
    assert_eq!(till.on(Account::OwedClient).await, 0);
    till.assert_books().await;
}
