//! Paying by card: held, charged when the accountant accepts, let go or returned; and every cent of it
//! in the books.

use footing::bookings::{Booking, State};
use footing::clock::Span;
use footing::payments::journals::Account;
use footing::payments::{PaymentState, RefundCause, Urgency};
use serde_json::json;

use crate::stripe::{Fault, SECRET};
use crate::support::TestSite;
use crate::till::{Till, worker};

#[actix_web::test]
async fn a_near_hour_is_held_then_asked_for_then_charged_and_only_then_confirmed() {
    let till = Till::start().await;
    let booking = till.near().await;
    assert_eq!(till.state(&booking).await, State::Held);
    assert_eq!(till.payment(&booking).await.state, PaymentState::Open);
    till.pay(&booking).await;
    assert_eq!(till.state(&booking).await, State::Pending);
    assert_eq!(till.payment(&booking).await.state, PaymentState::Authorised);
    assert_eq!(till.on(Account::Held).await, 0, "a held card moves no money");

    till.ben.post(&format!("{booking}/acceptance"), &[]).await.assert_status(303);
    assert_eq!(till.state(&booking).await, State::Pending, "not confirmed before it is charged");
    till.site.work().await;
    till.forward(Span::seconds(2)).await;
    assert_eq!(till.state(&booking).await, State::Confirmed);
    assert_eq!(till.payment(&booking).await.state, PaymentState::Captured);
    assert_eq!(till.on(Account::Held).await, -8_500);
    till.assert_books().await;
    assert_eq!(till.stripe.asked("POST", "/capture"), 1);
}

#[actix_web::test]
async fn the_client_alone_pays_and_reads_before_what_happens_to_the_card() {
    let till = Till::start().await;
    let booking = till.near().await;
    let page = till.ana.get(&booking).await;
    assert_eq!(page.attribute("#actions a.btn--go", "href"), format!("{booking}/pay"));
    let pay = format!("{booking}/pay");
    till.ben.get(&pay).await.assert_status(403);
    till.ben.post(&pay, &[]).await.assert_status(403);
    till.site.cy().await.get(&pay).await.assert_status(404);
    till.site.stranger().get(&pay).await.assert_status(303);
    let page = till.ana.get(&pay).await;
    page.assert_status(200);
    page.assert_text("main", "held now, and charged when Ben accepts");
    page.assert_text("main", "\u{a3}4.25, out of the price");
    assert!(page.has("[data-test-mode]"));
    let policy = page.headers.get("content-security-policy").unwrap().to_str().unwrap();
    assert!(policy.contains(&format!("form-action 'self' {}", till.stripe.base)), "{policy}");

    let gone = till.ana.post(&pay, &[]).await;
    gone.assert_status(303);
    assert!(gone.location().starts_with(&till.stripe.base), "{}", gone.location());
    let back = till.ana.get(&format!("{booking}/paid")).await;
    back.assert_status(200);
    back.assert_text("h1", "Checking your payment");
    assert_eq!(till.state(&booking).await, State::Held, "coming back proves nothing");
    till.stripe.pay(&till.payment(&booking).await.session_id.unwrap());
    let back = till.ana.get(&format!("{booking}/paid")).await;
    back.assert_status(303);
    assert_eq!(till.state(&booking).await, State::Pending);
    till.ana.get(&pay).await.assert_status(303);
    till.ben.get(&booking).await.assert_text("#actions", "This charges Ana’s card now");
}

#[actix_web::test]
async fn while_stripe_does_not_answer_the_way_to_pay_says_so_and_goes_on_by_itself() {
    let till = Till::start().await;
    till.stripe.fail("/checkout/sessions", Fault::TooMany);
    let booking = till.near().await;
    let pay = format!("{booking}/pay");
    let waits = till.ana.post(&pay, &[]).await;
    assert_eq!(waits.location(), booking);
    till.forward(Span::seconds(6)).await;
    let gone = till.ana.post(&pay, &[]).await;
    assert!(gone.location().starts_with(&till.stripe.base), "{}", gone.location());
}

#[actix_web::test]
async fn a_far_hour_is_accepted_first_and_charged_when_the_card_is_held() {
    let till = Till::start().await;
    let booking = till.ask(200).await;
    assert_eq!(till.state(&booking).await, State::Pending);
    assert!(till.stripe.all("checkout.session").is_empty(), "nothing is held before the yes");
    till.ben.post(&format!("{booking}/acceptance"), &[]).await.assert_status(303);
    till.site.work().await;
    assert_eq!(till.state(&booking).await, State::Held);
    till.pay(&booking).await;
    till.forward(Span::seconds(2)).await;
    assert_eq!(till.state(&booking).await, State::Confirmed);
    till.assert_books().await;
}

#[actix_web::test]
async fn a_card_is_let_go_when_the_request_is_declined_taken_back_or_lapses() {
    let till = Till::start().await;
    for (nth, act) in ["decline", "cancellation", "lapse"].into_iter().enumerate() {
        let booking = till.ask(50 + 2 * nth as i64).await;
        till.pay(&booking).await;
        assert_eq!(till.state(&booking).await, State::Pending);
        match act {
            "decline" => till.ben.post(&format!("{booking}/decline"), &[]).await,
            "cancellation" => till.ana.post(&format!("{booking}/cancellation"), &[]).await,
            _ => {
                till.forward(Span::hours(49)).await;
                till.ana.get(&booking).await
            }
        };
        till.site.work().await;
        till.forward(Span::seconds(2)).await;
        assert_eq!(till.payment(&booking).await.state, PaymentState::Voided, "{act}");
    }
    assert_eq!(till.stripe.asked("POST", "/capture"), 0);
    assert!(till.stripe.all("balance_transaction").is_empty(), "no money moved");
}

#[actix_web::test]
async fn a_hold_that_nobody_pays_ends_and_its_page_closes() {
    let till = Till::start().await;
    let booking = till.near().await;
    till.forward(Span::minutes(41)).await;
    assert_eq!(till.state(&booking).await, State::Expired);
    till.forward(Span::seconds(2)).await;
    assert_eq!(till.stripe.only("checkout.session")["status"], "expired");
    assert_eq!(till.payment(&booking).await.state, PaymentState::Lapsed);
    for side in [&till.ana, &till.ben] {
        let page = side.get(&booking).await;
        page.assert_text("#actions", "It was not paid in time. Nothing is owed");
        assert!(page.text("body").contains("Not paid in time"), "its steps say so too");
        let mails = till.site.mails_to(&side.email).await.join("\n");
        assert!(mails.contains("Not paid in time: "), "{mails}");
        assert!(!mails.contains("lower your place"), "nobody was waited for but the client");
    }
    let ben = till.ben.id;
    let answered = till.site.read(move |conn, _| Booking::answered(conn, ben)).await;
    assert_eq!(answered, (0, 0), "it says nothing of how the accountant answers");
}

#[actix_web::test]
async fn a_card_that_was_let_go_is_told_of_as_such() {
    let till = Till::start().await;
    let declined = till.near().await;
    till.pay(&declined).await;
    let page = till.ana.get(&declined).await;
    page.assert_text("#actions", "Your card is not charged; your bank can take some days");
    till.ben.post(&format!("{declined}/decline"), &[]).await.assert_status(303);
    till.site.work().await;
    let page = till.ana.get(&declined).await;
    page.assert_text("#actions", "The request was declined. Your card was not charged");
    let unpaid = till.near().await;
    let page = till.ana.get(&unpaid).await;
    page.assert_text("#actions", "You have not paid, so nothing is owed.");
}

#[actix_web::test]
async fn a_page_that_stripe_refuses_to_make_counts_as_not_paid_and_the_hold_ends() {
    let till = Till::start().await;
    let refused = Fault::Refused { status: 400, code: "parameter_invalid" };
    till.stripe.fail("/checkout/sessions", refused);
    let booking = till.near().await;
    assert_eq!(till.payment(&booking).await.state, PaymentState::Lapsed);
    till.forward(Span::minutes(41)).await;
    assert_eq!(till.state(&booking).await, State::Expired);
    assert!(till.stripe.all("checkout.session").is_empty());
}

#[actix_web::test]
async fn a_cancelled_hour_returns_what_the_policy_said_and_the_books_show_it() {
    let till = Till::start().await;
    let booking = till.confirmed().await;
    let left = till.booking(&booking).await.starts_at.elapsed_since(till.site.site.db.now());
    // standard: half from 48 hours to 24 before the start
    till.forward(Span::seconds(left.as_seconds() - 30 * 3600)).await;
    till.ana.post(&format!("{booking}/cancellation"), &[]).await.assert_status(303);
    till.site.work().await;
    till.forward(Span::seconds(2)).await;
    assert_eq!(till.state(&booking).await, State::Cancelled);
    assert_eq!(till.stripe.only("refund")["amount"], 4_250);
    assert_eq!(till.payment(&booking).await.refunded_minor, 4_250);
    assert_eq!(till.on(Account::Held).await, -4_250);
    till.assert_books().await;
}

#[actix_web::test]
async fn two_days_after_the_hour_the_money_is_sent_less_the_commission() {
    let till = Till::start().await;
    let booking = till.confirmed().await;
    let ends = till.booking(&booking).await.ends_at;
    till.forward(ends.elapsed_since(till.site.site.db.now())).await;
    till.forward(Span::hours(47)).await;
    assert!(till.stripe.all("transfer").is_empty(), "it waits for a complaint");
    till.forward(Span::seconds(3605)).await;
    till.forward(Span::seconds(2)).await;
    assert_eq!(till.stripe.only("transfer")["amount"], 8_075);
    assert_eq!(till.payment(&booking).await.sent_minor, 8_075);
    assert_eq!(till.on(Account::Held).await, 0);
    assert_eq!(till.on(Account::Payable).await, 0);
    assert_eq!(till.on(Account::Commission).await, -425);
    till.assert_books().await;
}

#[actix_web::test]
async fn a_complaint_keeps_the_money_where_it_is() {
    let till = Till::start().await;
    let booking = till.confirmed().await;
    let ends = till.booking(&booking).await.ends_at;
    till.forward(ends.elapsed_since(till.site.site.db.now())).await;
    let words = [("reason", "Nobody was there at the time we had agreed.")];
    till.ana.post(&format!("{booking}/complaint"), &words).await.assert_status(303);
    till.forward(Span::hours(100)).await;
    till.forward(Span::hours(100)).await;
    assert!(till.stripe.all("transfer").is_empty());
    assert_eq!(till.on(Account::Held).await, -8_500);
}

#[actix_web::test]
async fn a_refund_after_the_transfer_takes_back_the_accountants_part_first() {
    let till = Till::start().await;
    let booking = till.sent().await;
    assert!(till.refund(&booking, RefundCause::Admin, 4_000).await);
    till.forward(Span::seconds(2)).await;
    till.forward(Span::seconds(2)).await;
    assert_eq!(till.stripe.only("transfer_reversal")["amount"], 3_800);
    assert_eq!(till.stripe.only("refund")["amount"], 4_000);
    assert_eq!(till.on(Account::Commission).await, -225);
    assert_eq!(till.on(Account::Payable).await, 0);
    till.assert_books().await;
    assert!(!till.refund(&booking, RefundCause::Admin, 4_501).await, "so much is not left");
    assert!(till.refund(&booking, RefundCause::Admin, 4_500).await);
    till.forward(Span::seconds(2)).await;
    till.forward(Span::seconds(2)).await;
    assert_eq!(till.on(Account::Commission).await, 0, "all of it returned to the cent");
    till.assert_books().await;
}

#[actix_web::test]
async fn money_waits_for_an_accountant_who_cannot_be_paid_and_is_sent_when_they_can() {
    let till = Till::start().await;
    let booking = till.confirmed().await;
    let account = till.stripe.only("account")["id"].as_str().unwrap().to_owned();
    till.stripe.change(&account, "capabilities", json!({"transfers": "inactive"}));
    till.look_at_account().await;
    let ends = till.booking(&booking).await.ends_at;
    till.forward(ends.elapsed_since(till.site.site.db.now())).await;
    till.forward(Span::hours(49)).await;
    assert_eq!(till.stripe.asked("POST", "/transfers"), 0, "Stripe is not asked in vain");
    assert_eq!(till.on(Account::Payable).await, -8_075);
    let form = [("service", till.service.as_str()), ("start", till.starts.last().unwrap())];
    till.ana.post("/bookings", &form).await.assert_status(422);

    till.stripe.change(&account, "capabilities", json!({"transfers": "active"}));
    till.look_at_account().await;
    till.forward(Span::seconds(6)).await;
    assert_eq!(till.stripe.only("transfer")["amount"], 8_075);
    till.assert_books().await;
}

#[actix_web::test]
async fn every_request_names_the_version_and_every_post_has_a_key_with_one_body() {
    let till = Till::start().await;
    till.sent().await;
    let requests = till.stripe.with(|books| books.requests.clone());
    let mut bodies = std::collections::BTreeMap::new();
    for request in &requests {
        assert_eq!(request.version.as_deref(), Some("2026-09-30.endive"), "{request:?}");
        if request.method == "POST" {
            let key = request.key.clone().expect("a key");
            assert!(key.starts_with("ftg:"), "{key}");
            let known = bodies.entry(key).or_insert_with(|| request.body.clone());
            assert_eq!(*known, request.body);
        }
    }
    assert!(bodies.len() >= 3, "{bodies:?}");
}

#[actix_web::test]
async fn an_answer_that_was_lost_or_an_error_that_stripe_kept_makes_nothing_twice() {
    for fault in [
        Fault::LostAnswer,
        Fault::Kept500 { is_done: true },
        Fault::Kept500 { is_done: false },
        Fault::TooMany,
        Fault::Unauthorised,
    ] {
        let till = Till::start().await;
        let booking = till.near().await;
        till.pay(&booking).await;
        till.stripe.fail("/capture", fault);
        till.ben.post(&format!("{booking}/acceptance"), &[]).await.assert_status(303);
        for _ in 0..12 {
            till.forward(Span::seconds(75)).await;
        }
        assert_eq!(till.state(&booking).await, State::Confirmed, "{fault:?}");
        assert_eq!(till.stripe.only("balance_transaction")["amount"], 8_500, "{fault:?}");
        till.assert_books().await;
    }
}

#[actix_web::test]
async fn without_a_notice_the_next_look_finds_what_was_paid() {
    let till = Till::start().await;
    let booking = till.near().await;
    let session = till.payment(&booking).await.session_id.unwrap();
    till.stripe.pay(&session);
    till.forward(Span::minutes(36)).await;
    assert_eq!(till.state(&booking).await, State::Pending);
}

#[actix_web::test]
async fn with_every_notice_lost_one_reconciliation_reaches_the_same_state() {
    let till = Till::start().await;
    let booking = till.near().await;
    till.stripe.pay(&till.payment(&booking).await.session_id.unwrap());
    let worker = worker(&till.site);
    assert!(worker.reconcile(Urgency::Now).await.unwrap().is_empty());
    assert_eq!(till.state(&booking).await, State::Pending);
    till.ben.post(&format!("{booking}/acceptance"), &[]).await.assert_status(303);
    assert!(worker.reconcile(Urgency::Now).await.unwrap().is_empty());
    assert_eq!(till.state(&booking).await, State::Confirmed);
    till.assert_books().await;
}

#[actix_web::test]
async fn a_notice_is_taken_only_as_stripe_signed_it_and_lately() {
    let till = Till::start().await;
    let object = json!({"id": "cs_test_1", "object": "checkout.session", "livemode": false});
    let (body, signature) = till.stripe.notice("checkout.session.completed", &object);
    let now = till.site.site.db.now().seconds();
    let long = format!("{{\"id\":\"evt_1\",\"x\":\"{}\"}}", "y".repeat(256 * 1024));
    for (body, signature, status) in [
        (body.as_str(), String::new(), 400),
        (&body, crate::stripe::sign(&body, "whsec_of_somebody", now), 400),
        (&body, crate::stripe::sign(&body, SECRET, now - 302), 400),
        (&body.replace("completed", "completes"), signature.clone(), 400),
        (&body, signature.replace("v1=", "v0="), 400),
        ("not json", crate::stripe::sign("not json", SECRET, now), 400),
        (&long, crate::stripe::sign(&long, SECRET, now), 413),
    ] {
        till.send(body, &signature).await.assert_status(status);
    }
    assert_eq!(till.count("stripe_events").await, 0, "none of them leaves a row");
    till.send(&body, &signature).await.assert_status(200);
    till.send(&body, &signature).await.assert_status(200);
    let both = format!("{},v1={}", signature.replace("v1=", "v1=00,v1="), "0".repeat(64));
    till.send(&body, &both).await.assert_status(200);
    assert_eq!(till.count("stripe_events").await, 1);
    let live = json!({"id": "cs_live_1", "object": "checkout.session", "livemode": true});
    till.notice("checkout.session.completed", &live).await.assert_status(200);
    assert_eq!(till.count("stripe_events").await, 1, "the other mode is answered and dropped");
}

#[actix_web::test]
async fn without_a_key_there_is_no_address_for_notices_and_people_pay_each_other() {
    let site = TestSite::start().await;
    let request = actix_web::test::TestRequest::post()
        .uri("/webhooks/stripe")
        .insert_header(("host", crate::support::HOST))
        .set_payload("{}");
    site.send(request).await.assert_status(404);
}
