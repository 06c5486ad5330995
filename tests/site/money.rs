//! Money after the charge: returned by whom and how much, disputed, decided by admins, and in every
//! case accounted for.

use footing::bookings::{Booking, Notifier, State};
use footing::clock::Span;
use footing::payments::journals::Account;
use footing::payments::{RefundCause, tasks};

use crate::stripe::{Fault, Pending};
use crate::till::Till;

const WHY: &str = "They could not be reached at the time.";

#[actix_web::test]
async fn the_accountant_returns_a_part_and_nobody_more_than_is_left() {
    let till = Till::start().await;
    let booking = till.confirmed().await;
    let refund = format!("{booking}/refund");
    let form = [("amount", "10.00"), ("reason", "As we said on the phone")];
    till.ana.post(&refund, &form).await.assert_status(403);
    till.site.cy().await.post(&refund, &form).await.assert_status(404);
    till.site.stranger().post(&refund, &form).await.assert_status(303);
    let page = till.ben.get(&booking).await;
    assert_eq!(page.attribute("input[name=amount]", "value"), "85");
    for (amount, typed) in [("85.01", "85.01"), ("", "85"), ("ten", "ten"), ("0", "0")] {
        let again = till.ben.post(&refund, &[("amount", amount), ("reason", "kept")]).await;
        again.assert_status(422);
        assert!(again.has("#amount-error"), "{amount}");
        assert_eq!(again.attribute("input[name=amount]", "value"), typed);
        again.assert_text("#refund-reason", "kept");
    }
    till.ben.post(&refund, &form).await.assert_status(303);
    till.ben.get(&booking).await.assert_text("[data-money=refunding]", "\u{a3}10");
    till.forward(Span::seconds(2)).await;
    till.forward(Span::seconds(2)).await;
    till.ana.get(&booking).await.assert_text("[data-money=refunded]", "\u{2212}\u{a3}10");
    assert_eq!(till.stripe.only("refund")["amount"], 1_000);
    till.assert_books().await;
    assert!(
        till.site
            .mails_to("ana@example.com")
            .await
            .iter()
            .any(|mail| mail.contains("10 is on its way"))
    );
}

#[actix_web::test]
async fn two_refunds_at_once_return_at_most_the_price() {
    let till = Till::start().await;
    let booking = till.confirmed().await;
    let both = futures_util::future::join(
        till.refund(&booking, RefundCause::Accountant, 5_000),
        till.refund(&booking, RefundCause::Admin, 5_000),
    );
    let (one, other) = both.await;
    assert!(one != other, "one of them only");
    till.forward(Span::seconds(2)).await;
    till.forward(Span::seconds(2)).await;
    assert_eq!(till.payment(&booking).await.refunded_minor, 5_000);
    till.assert_books().await;
}

#[actix_web::test]
async fn a_refund_made_by_hand_at_stripe_is_found_and_split_alike() {
    let till = Till::start().await;
    let booking = till.sent().await;
    let intent = till.intent(&booking).await;
    till.stripe.with(|books| books.refund_by_hand(&intent, 4_000));
    till.tell_all().await;
    assert_eq!(till.payment(&booking).await.refunded_minor, 4_000);
    assert_eq!(till.stripe.only("transfer_reversal")["amount"], 3_800);
    assert_eq!(till.on(Account::Commission).await, -225);
    till.assert_books().await;
}

#[actix_web::test]
async fn a_refund_that_comes_back_from_the_bank_is_owed_until_it_is_paid_again() {
    let till = Till::start().await;
    let booking = till.confirmed().await;
    assert!(till.refund(&booking, RefundCause::Accountant, 2_000).await);
    till.forward(Span::seconds(2)).await;
    till.forward(Span::seconds(2)).await;
    let id = till.stripe.only("refund")["id"].as_str().unwrap().to_owned();
    till.stripe.with(|books| books.end_refund(&id, "failed"));
    till.tell_all().await;
    assert_eq!(till.on(Account::OwedClient).await, -2_000);
    till.assert_books().await;
    till.ana.get(&booking).await.assert_text("[data-money=refund-failed]", "we see to it");
    let root = till.root().await;
    let path = format!("/admin/payments/{}", till.payment(&booking).await.id);
    root.get("/admin/payments").await.assert_text("[data-task]", "did not arrive");
    root.post(&format!("{path}/retry"), &[("reason", WHY)]).await.assert_status(303);
    till.tell_all().await;
    assert_eq!(till.on(Account::OwedClient).await, 0);
    assert_eq!(till.payment(&booking).await.refunded_minor, 2_000, "the accountant pays once");
    till.assert_books().await;
    assert!(!root.get("/admin/payments").await.has("[data-task]"));
    root.post(&format!("{path}/retry"), &[("reason", WHY)]).await.assert_rejected("reason");
}

#[actix_web::test]
async fn a_refund_repeated_by_hand_pays_what_is_owed_first_and_one_by_bank_ends_the_task() {
    for by_hand_at_stripe in [true, false] {
        let till = Till::start().await;
        let root = till.root().await;
        let booking = till.confirmed().await;
        assert!(till.refund(&booking, RefundCause::Accountant, 2_000).await);
        till.forward(Span::seconds(2)).await;
        till.forward(Span::seconds(2)).await;
        let id = till.stripe.only("refund")["id"].as_str().unwrap().to_owned();
        till.stripe.with(|books| books.end_refund(&id, "failed"));
        till.tell_all().await;
        let path = format!("/admin/payments/{}/settle", till.payment(&booking).await.id);
        match by_hand_at_stripe {
            true => {
                let intent = till.intent(&booking).await;
                till.stripe.with(|books| books.refund_by_hand(&intent, 2_000));
                till.tell_all().await;
                let money = till.payment(&booking).await;
                assert_eq!((money.refunded_minor, money.reserved_minor), (2_000, 2_000));
            }
            false => {
                root.post(&path, &[("reason", WHY)]).await.assert_status(303);
                till.forward(Span::seconds(2)).await;
                assert_eq!(till.on(Account::Bank).await, -2_000);
            }
        }
        assert_eq!(till.on(Account::OwedClient).await, 0);
        assert!(!root.get("/admin/payments").await.has("[data-task]"), "nobody is owed anything");
        till.assert_books().await;
    }
}

#[actix_web::test]
async fn a_refund_that_takes_days_is_on_its_way_until_the_bank_says_so() {
    let till = Till::start().await;
    let booking = till.confirmed().await;
    till.stripe.with(|books| books.refunds_wait = Some(Pending::Moved));
    assert!(till.refund(&booking, RefundCause::Accountant, 2_000).await);
    till.forward(Span::seconds(2)).await;
    till.forward(Span::seconds(2)).await;
    till.ana.get(&booking).await.assert_text("[data-money=refunding]", "\u{a3}20");
    let id = till.stripe.only("refund")["id"].as_str().unwrap().to_owned();
    till.stripe.with(|books| books.end_refund(&id, "succeeded"));
    till.tell_all().await;
    till.ana.get(&booking).await.assert_text("[data-money=refunded]", "\u{a3}20");
    till.assert_books().await;
}

#[actix_web::test]
async fn a_refund_during_a_transfer_takes_back_what_was_sent_too_much() {
    let till = Till::start().await;
    let booking = till.confirmed().await;
    till.take_place(&booking).await;
    till.stripe.fail("/transfers", Fault::TooMany);
    till.forward(Span::seconds(48 * 3600 + 5)).await;
    assert!(till.stripe.all("transfer").is_empty(), "it is under way");
    assert!(till.refund(&booking, RefundCause::Accountant, 4_000).await);
    for _ in 0..6 {
        till.forward(Span::seconds(5)).await;
    }
    let payment = till.payment(&booking).await;
    assert_eq!(payment.sent_minor - payment.reversed_minor, 8_075 - 3_800);
    assert_eq!(payment.refunded_minor, 4_000);
    assert_eq!(till.on(Account::Payable).await, 0);
    till.assert_books().await;
}

#[actix_web::test]
async fn a_refused_reversal_never_delays_the_client_and_is_asked_for_again_each_day() {
    let till = Till::start().await;
    let booking = till.sent().await;
    let account = till.stripe.only("account")["id"].as_str().unwrap().to_owned();
    till.stripe.with(|books| books.spent.insert(account.clone()));
    assert!(till.refund(&booking, RefundCause::Accountant, 8_500).await);
    for _ in 0..3 {
        till.forward(Span::seconds(2)).await;
    }
    assert_eq!(till.stripe.only("refund")["amount"], 8_500, "the client has it");
    assert_eq!(till.stripe.asked("POST", "/reversals"), 1);
    till.forward(Span::hours(1)).await;
    assert_eq!(till.stripe.asked("POST", "/reversals"), 1);
    assert_eq!(till.on(Account::Payable).await, 8_075, "the accountant owes it");
    till.forward(Span::hours(24)).await;
    assert_eq!(till.stripe.asked("POST", "/reversals"), 2);
    for _ in 0..30 {
        till.forward(Span::hours(24)).await;
    }
    let asked = till.stripe.asked("POST", "/reversals");
    assert!((29..=31).contains(&asked), "{asked}");
    let root = till.root().await;
    root.get("/admin/payments").await.assert_text("[data-task]", "write it off");
    let path = format!("/admin/payments/{}/write-off", till.payment(&booking).await.id);
    let too_much = root.post(&path, &[("reason", WHY), ("amount", "80.76")]).await;
    too_much.assert_rejected("amount");
    root.post(&path, &[("reason", WHY), ("amount", "80.75")]).await.assert_status(303);
    till.forward(Span::seconds(2)).await;
    assert_eq!((till.on(Account::Loss).await, till.on(Account::Payable).await), (8_075, 0));
    assert!(till.payment(&booking).await.closed_at.is_some());
    till.assert_books().await;
}

#[actix_web::test]
async fn a_dispute_before_the_transfer_keeps_the_money_and_won_it_goes_its_way() {
    let till = Till::start().await;
    let booking = till.confirmed().await;
    till.take_place(&booking).await;
    let intent = till.intent(&booking).await;
    let dispute = till.stripe.with(|books| books.dispute(&intent, 8_500, "needs_response"));
    till.tell_all().await;
    till.forward(Span::hours(50)).await;
    assert!(till.stripe.all("transfer").is_empty());
    assert_eq!(till.on(Account::Dispute).await, 8_500);
    let form = [("amount", "10"), ("reason", "")];
    till.ben.post(&format!("{booking}/refund"), &form).await.assert_status(409);
    till.ben.get(&booking).await.assert_text("[data-money=dispute]", "Disputed");
    let root = till.root().await;
    root.get("/admin/payments").await.assert_text("[data-task]", "file evidence");
    till.assert_books().await;
    till.stripe.with(|books| books.move_dispute(&dispute, "won"));
    till.tell_all().await;
    till.forward(Span::seconds(2)).await;
    assert_eq!(till.stripe.only("transfer")["amount"], 8_075);
    assert_eq!(till.on(Account::Dispute).await, 0);
    till.assert_books().await;
}

#[actix_web::test]
async fn a_dispute_after_the_transfer_takes_it_back_and_lost_it_is_a_refund_of_the_banks() {
    let till = Till::start().await;
    let booking = till.sent().await;
    let intent = till.intent(&booking).await;
    let dispute = till.stripe.with(|books| books.dispute(&intent, 8_500, "needs_response"));
    till.tell_all().await;
    assert_eq!(till.stripe.only("transfer_reversal")["amount"], 8_075);
    till.stripe.with(|books| books.move_dispute(&dispute, "lost"));
    till.tell_all().await;
    let payment = till.payment(&booking).await;
    assert_eq!((payment.lost_minor, payment.refunded_minor), (8_500, 0));
    for account in [Account::Dispute, Account::Payable, Account::Commission, Account::Held] {
        assert_eq!(till.on(account).await, 0, "{account:?}");
    }
    assert!(till.on(Account::DisputeFees).await > 0, "the platform bears it");
    till.assert_books().await;
}

#[actix_web::test]
async fn a_dispute_won_after_the_transfer_sends_the_money_again() {
    let till = Till::start().await;
    let booking = till.sent().await;
    let intent = till.intent(&booking).await;
    let dispute = till.stripe.with(|books| books.dispute(&intent, 8_500, "needs_response"));
    till.tell_all().await;
    till.stripe.with(|books| books.move_dispute(&dispute, "won"));
    till.tell_all().await;
    till.forward(Span::seconds(2)).await;
    let payment = till.payment(&booking).await;
    let root = till.root().await;
    let has_task = root.get("/admin/payments").await.has("[data-task]");
    // Stripe refuses a second transfer beyond what the charge has: then an admin is told
    assert!(payment.sent_minor - payment.reversed_minor == 8_075 || has_task, "{payment:?}");
    till.assert_books().await;
}

#[actix_web::test]
async fn an_inquiry_keeps_the_money_and_a_refund_ends_it() {
    let till = Till::start().await;
    let booking = till.confirmed().await;
    till.take_place(&booking).await;
    let intent = till.intent(&booking).await;
    let id = till.stripe.with(|books| books.dispute(&intent, 8_500, "warning_needs_response"));
    till.tell_all().await;
    till.forward(Span::hours(50)).await;
    assert!(till.stripe.all("transfer").is_empty());
    let root = till.root().await;
    root.get("/admin/payments").await.assert_text("[data-task]", "a refund now ends that");
    let path = format!("/admin/payments/{}/refund", till.payment(&booking).await.id);
    root.post(&path, &[("reason", WHY), ("amount", "85")]).await.assert_status(303);
    till.forward(Span::seconds(2)).await;
    till.stripe.with(|books| books.move_dispute(&id, "warning_closed"));
    till.tell_all().await;
    assert_eq!(till.payment(&booking).await.refunded_minor, 8_500);
    assert_eq!(till.on(Account::Held).await, 0);
    till.assert_books().await;
}

#[actix_web::test]
async fn an_admin_decides_a_complaint_by_refund_or_release_with_a_reason_that_is_logged() {
    for act in ["refund", "release"] {
        let till = Till::start().await;
        let booking = till.confirmed().await;
        till.take_place(&booking).await;
        let words = [("reason", "Nobody was there at the time we had agreed.")];
        till.ana.post(&format!("{booking}/complaint"), &words).await.assert_status(303);
        till.forward(Span::hours(60)).await;
        let root = till.root().await;
        let path = format!("/admin/payments/{}", till.payment(&booking).await.id);
        root.get("/admin/payments").await.assert_text("[data-task]", "complains");
        till.ben.post(&format!("{path}/{act}"), &[("reason", WHY)]).await.assert_status(404);
        till.ana.get(&path).await.assert_status(404);
        root.post(&format!("{path}/{act}"), &[("amount", "85")]).await.assert_rejected("reason");
        let form = [("reason", WHY), ("amount", "85")];
        root.post(&format!("{path}/{act}"), &form).await.assert_status(303);
        till.forward(Span::seconds(5)).await;
        till.forward(Span::seconds(5)).await;
        let payment = till.payment(&booking).await;
        match act {
            "refund" => assert_eq!((payment.refunded_minor, payment.sent_minor), (8_500, 0)),
            _ => assert_eq!((payment.refunded_minor, payment.sent_minor), (0, 8_075)),
        }
        assert_eq!(till.count("audit_log").await, 1);
        till.assert_books().await;
        root.get(&path).await.assert_text("[data-journal=charge]", "\u{a3}85");
    }
}

#[actix_web::test]
async fn a_complaint_that_nobody_decides_is_overdue_after_two_weeks_and_releases_nothing() {
    let till = Till::start().await;
    let booking = till.confirmed().await;
    till.take_place(&booking).await;
    let words = [("reason", "Nobody was there at the time we had agreed.")];
    till.ana.post(&format!("{booking}/complaint"), &words).await.assert_status(303);
    for _ in 0..13 {
        till.forward(Span::hours(24)).await;
    }
    let root = till.root().await;
    assert!(!root.get("/admin/payments").await.has("[data-overdue]"));
    till.forward(Span::hours(25)).await;
    assert!(till.payment(&booking).await.released_at.is_none());
    let late = till.site.read(|conn, now| tasks::overdue(conn, false, now)).await;
    assert_eq!(late, 1);
    let told = till.site.mails_to("root@example.com").await;
    assert!(told.iter().any(|mail| mail.contains("complaint")), "{told:?}");
}

#[actix_web::test]
async fn an_admins_cancelling_returns_all_and_a_suspension_ends_what_waits() {
    let till = Till::start().await;
    let booking = till.confirmed().await;
    let id = till.booking(&booking).await.id;
    let mail = till.site.site.mail.clone();
    till.site
        .write(move |conn, now| Booking::cancel_as_admin(conn, &Notifier(&mail), id, None, now))
        .await;
    till.forward(Span::seconds(2)).await;
    till.forward(Span::seconds(2)).await;
    assert_eq!(till.payment(&booking).await.refunded_minor, 8_500);
    till.assert_books().await;

    let (asked, held) = (till.ask(54).await, till.ask(58).await);
    till.pay(&asked).await;
    assert_eq!(till.state(&asked).await, State::Pending);
    let (mail, ben) = (till.site.site.mail.clone(), till.ben.id);
    till.site.write(move |conn, now| Booking::end_open(conn, &Notifier(&mail), ben, now)).await;
    till.forward(Span::seconds(2)).await;
    till.forward(Span::seconds(2)).await;
    assert_eq!(till.state(&asked).await, State::Declined);
    assert_eq!(till.state(&held).await, State::Expired);
    // what comes on top of five mails comes five minutes later
    till.forward(Span::minutes(6)).await;
    for (side, words) in [
        (&till.ana, "takes no bookings at present"),
        (&till.ben, "Your account is suspended, so it can no longer be paid for"),
    ] {
        let told = till.site.mails_to(&side.email).await.join("\n");
        assert!(told.contains(words) && !told.contains("lapsed"), "{told}");
        assert!(!told.contains("Not paid in time"), "{told}");
        let page = side.get(&held).await;
        page.assert_text("#actions", "It ended, as an account was suspended");
    }
    let answered = till.site.read(move |conn, _| Booking::answered(conn, ben)).await;
    assert_eq!(answered, (2, 2), "what was never paid for was never asked");
    let open = till.stripe.all("payment_intent");
    assert!(open.iter().all(|intent| intent["status"] != "requires_capture"), "{open:?}");
    till.assert_books().await;
}

#[actix_web::test]
async fn what_was_settled_in_another_currency_is_sent_by_nobody_and_told() {
    let till = Till::start().await;
    till.stripe.with(|books| books.settle_in(&["eur"]));
    let booking = till.confirmed().await;
    till.take_place(&booking).await;
    till.forward(Span::hours(50)).await;
    assert!(till.stripe.all("transfer").is_empty());
    assert_eq!(till.payment(&booking).await.settled_in.as_deref(), Some("EUR"));
    let root = till.root().await;
    root.get("/admin/payments").await.assert_text("[data-task]", "another currency");
}
