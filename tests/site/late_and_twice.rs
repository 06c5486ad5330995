//! What comes late, twice, at once or in another order: the end is the same, and it is told once.

use footing::bookings::{State, returns};
use footing::clock::{Instant, Span, zone};
use footing::db::Conn;
use footing::listings::Policy;
use footing::payments::journals::Account;
use footing::payments::{Payment, PaymentState, Urgency};
use futures_util::future::{join, join_all};
use serde_json::json;

use crate::stripe::{Fault, SECRET};
use crate::till::{Till, worker};

#[actix_web::test]
async fn one_notice_ten_times_at_once_and_another_of_the_same_thing_are_one_change_and_one_mail() {
    let till = Till::start().await;
    let booking = till.near().await;
    let session = till.payment(&booking).await.session_id.unwrap();
    till.stripe.pay(&session);
    let object = till.stripe.with(|books| books.objects[&session].clone());
    let (body, signature) = till.stripe.notice("checkout.session.completed", &object);
    let all = join_all((0..10).map(|_| till.send(&body, &signature))).await;
    assert!(all.iter().all(|answer| answer.status == 200));
    assert_eq!(till.count("stripe_events").await, 1);
    let intent = till.stripe.only("payment_intent");
    till.notice("payment_intent.amount_capturable_updated", &intent).await.assert_status(200);
    till.forward(Span::seconds(2)).await;
    till.forward(Span::seconds(2)).await;
    assert_eq!(till.state(&booking).await, State::Pending);
    let asked = till.site.mails_to("ben@example.com").await;
    assert_eq!(asked.iter().filter(|mail| mail.contains("asks for")).count(), 1);
}

#[actix_web::test]
async fn an_old_notice_after_a_newer_state_changes_nothing() {
    let till = Till::start().await;
    let booking = till.confirmed().await;
    let before = till.payment(&booking).await;
    let session = till.stripe.only("checkout.session");
    let intent = till.stripe.only("payment_intent");
    till.notice("checkout.session.expired", &session).await.assert_status(200);
    till.notice("payment_intent.canceled", &intent).await.assert_status(200);
    till.notice("payment_intent.amount_capturable_updated", &intent).await.assert_status(200);
    till.forward(Span::seconds(2)).await;
    assert_eq!(till.payment(&booking).await.state, before.state);
    assert_eq!(till.state(&booking).await, State::Confirmed);
    till.assert_books().await;
}

#[actix_web::test]
async fn another_page_with_our_mark_on_it_ends_nothing_of_ours() {
    let till = Till::start().await;
    let booking = till.near().await;
    let own = till.stripe.only("checkout.session");
    let mut orphan = own.clone();
    orphan["id"] = json!("cs_test_orphan");
    orphan["status"] = json!("expired");
    till.stripe.with(|books| books.objects.insert("cs_test_orphan".to_owned(), orphan.clone()));
    till.notice("checkout.session.expired", &orphan).await.assert_status(200);
    till.forward(Span::seconds(5)).await;
    assert_eq!(till.payment(&booking).await.state, PaymentState::Open);
    assert_eq!(till.state(&booking).await, State::Held);
}

/// Paid in the last minutes, while Stripe could not be asked: the hold has ended meanwhile.
async fn held_late(till: &Till) -> String {
    let booking = till.near().await;
    till.forward(Span::minutes(30)).await;
    let session = till.payment(&booking).await.session_id.unwrap();
    till.stripe.pay(&session);
    for _ in 0..40 {
        till.stripe.fail(&format!("/checkout/sessions/{session}"), Fault::TooMany);
    }
    for _ in 0..3 {
        till.forward(Span::minutes(4)).await;
    }
    assert_eq!(till.state(&booking).await, State::Expired);
    booking
}

#[actix_web::test]
async fn a_card_held_late_gets_its_time_if_it_is_still_free() {
    let till = Till::start().await;
    let booking = held_late(&till).await;
    till.stripe.calm();
    till.tell_all().await;
    till.forward(Span::minutes(2)).await;
    assert_eq!(till.state(&booking).await, State::Pending, "as if it had come in time");
    till.ben.post(&format!("{booking}/acceptance"), &[]).await.assert_status(303);
    till.forward(Span::seconds(3)).await;
    till.forward(Span::seconds(3)).await;
    assert_eq!(till.state(&booking).await, State::Confirmed);
    till.assert_books().await;
}

#[actix_web::test]
async fn a_card_held_late_is_let_go_if_somebody_else_has_the_time() {
    let till = Till::start().await;
    let booking = held_late(&till).await;
    let start = till.booking(&booking).await.starts_at.minute();
    let cy = till.site.cy().await;
    let form = [("service", till.service.as_str()), ("start", start.as_str())];
    cy.post("/bookings", &form).await.assert_status(303);
    till.stripe.calm();
    till.tell_all().await;
    till.forward(Span::minutes(2)).await;
    till.forward(Span::seconds(5)).await;
    assert_eq!(till.state(&booking).await, State::Expired);
    assert_eq!(till.payment(&booking).await.state, PaymentState::Voided);
    assert_eq!(till.stripe.asked("POST", "/capture"), 0);
    till.ana.get(&booking).await.assert_text("[data-money=voided]", "not charged");
}

#[actix_web::test]
async fn who_leaves_the_page_and_books_again_pays_for_the_second_alone() {
    let till = Till::start().await;
    let first = till.near().await;
    till.ana.post(&format!("{first}/cancellation"), &[]).await.assert_status(303);
    till.forward(Span::seconds(3)).await;
    let second = till.near().await;
    assert_ne!(first, second);
    let back = till.ana.get(&format!("{first}/paid")).await;
    back.assert_status(303);
    till.site.cy().await.get(&format!("{second}/paid")).await.assert_status(404);
    assert_eq!(till.state(&first).await, State::Cancelled);
    till.pay(&second).await;
    assert_eq!(till.state(&second).await, State::Pending);
    assert_eq!(till.state(&first).await, State::Cancelled);
    assert_eq!(till.payment(&first).await.state, PaymentState::Lapsed);
}

#[actix_web::test]
async fn an_answer_a_second_before_the_deadline_counts_and_one_a_second_after_does_not() {
    for (off, status, state) in [(-1, 303, State::Confirmed), (1, 409, State::Expired)] {
        let till = Till::start().await;
        let booking = till.near().await;
        till.pay(&booking).await;
        let deadline = till.booking(&booking).await.deadline.unwrap();
        till.site.forward(deadline.elapsed_since(till.site.site.db.now()));
        till.site.forward(Span::seconds(off));
        let answer = till.ben.post(&format!("{booking}/acceptance"), &[]).await;
        answer.assert_status(status);
        till.stripe.with(|books| books.now = till.site.site.db.now().seconds());
        till.forward(Span::seconds(3)).await;
        till.forward(Span::seconds(3)).await;
        assert_eq!(till.state(&booking).await, state, "{off}");
        till.assert_books().await;
    }
}

#[actix_web::test]
async fn accepting_twice_charges_once_and_accepting_against_cancelling_ends_with_nothing_kept() {
    let till = Till::start().await;
    let booking = till.near().await;
    till.pay(&booking).await;
    let accept = format!("{booking}/acceptance");
    let (one, other) = join(till.ben.post(&accept, &[]), till.ben.post(&accept, &[])).await;
    assert_eq!((one.status.as_u16(), other.status.as_u16()), (303, 303));
    till.forward(Span::seconds(3)).await;
    assert_eq!(till.stripe.asked("POST", "/capture"), 1);

    let booking = till.ask(60).await;
    till.pay(&booking).await;
    let accept = format!("{booking}/acceptance");
    let cancel = format!("{booking}/cancellation");
    let (_, cancelled) = join(till.ben.post(&accept, &[]), till.ana.post(&cancel, &[])).await;
    if cancelled.status != 303 {
        till.ana.post(&cancel, &[]).await.assert_status(303);
    }
    for _ in 0..4 {
        till.forward(Span::seconds(3)).await;
    }
    assert_eq!(till.state(&booking).await, State::Cancelled);
    let payment = till.payment(&booking).await;
    let is_returned = payment.refunded_minor == payment.amount_minor;
    assert!(payment.state == PaymentState::Voided || is_returned, "{payment:?}");
    till.assert_books().await;
}

#[actix_web::test]
async fn a_hold_that_the_bank_lets_go_before_the_charge_ends_the_booking_and_both_are_told() {
    let till = Till::start().await;
    let booking = till.near().await;
    till.pay(&booking).await;
    let intent = till.intent(&booking).await;
    till.stripe.with(|books| books.cancel(&intent).map(drop)).unwrap();
    till.ben.post(&format!("{booking}/acceptance"), &[]).await.assert_status(303);
    for _ in 0..3 {
        till.forward(Span::seconds(3)).await;
    }
    assert_eq!(till.state(&booking).await, State::Expired);
    assert_eq!(till.payment(&booking).await.state, PaymentState::Voided);
    for who in ["ana@example.com", "ben@example.com"] {
        let mails = till.site.mails_to(who).await;
        assert!(mails.iter().any(|mail| mail.contains("could not be charged")), "{who}");
    }
}

#[test]
fn the_bounds_of_a_policy_are_elapsed_hours_across_a_change_of_the_clock() {
    // on 28 March 2027 London goes from 01:00 to 02:00: from noon to noon are 23 hours
    let london = zone("Europe/London");
    let noon = |day: i8| -> Instant {
        let date = jiff::civil::date(2027, 3, day).at(12, 0, 0, 0);
        Instant::from_micros(date.to_zoned(london.clone()).unwrap().timestamp().as_microsecond())
    };
    let start = noon(28);
    assert_eq!(returns(Policy::Standard, noon(27), start), 0, "23 hours before");
    assert_eq!(returns(Policy::Standard, noon(27) - Span::hours(1), start), 50);
    assert_eq!(returns(Policy::Standard, noon(26), start), 50, "47 hours before");
    assert_eq!(returns(Policy::Standard, noon(26) - Span::hours(1), start), 100);
    assert_eq!(returns(Policy::Flexible, start, start), 50);
    assert_eq!(returns(Policy::Flexible, start + Span::seconds(1), start), 0);
}

#[actix_web::test]
async fn without_commission_all_is_sent_and_with_nothing_else_nothing() {
    for (bps, sent) in [(0, 8_500), (10_000, 0)] {
        let till = Till::with(|settings| footing::config::StripeSettings {
            commission_bps: bps,
            ..settings
        })
        .await;
        let booking = till.sent().await;
        let payment = till.payment(&booking).await;
        assert_eq!(payment.sent_minor, sent);
        assert!(payment.closed_at.is_some() && till.on(Account::Payable).await == 0);
        till.assert_books().await;
    }
}

#[actix_web::test]
async fn a_price_that_changes_after_the_request_changes_nothing_of_it() {
    let till = Till::start().await;
    let booking = till.ask(200).await;
    let id = till.booking(&booking).await.service_id;
    till.site
        .write(move |conn, _| {
            let sql = format!("UPDATE services SET price_minor = 99900 WHERE id = {}", id.0);
            diesel::RunQueryDsl::execute(diesel::sql_query(sql), conn).map_err(Into::into)
        })
        .await;
    till.ben.post(&format!("{booking}/acceptance"), &[]).await.assert_status(303);
    till.site.work().await;
    assert_eq!(till.payment(&booking).await.amount_minor, 8_500);
    assert_eq!(till.stripe.only("checkout.session")["amount_total"], 8_500);
}

#[actix_web::test]
async fn while_stripe_stalls_pages_answer_and_what_is_written_is_written() {
    let till = Till::start().await;
    let booking = till.near().await;
    till.stripe.fail("/checkout/sessions", Fault::Stall { millis: 6_000 });
    let least = (till.site.site.db.now() + Span::hours(60)).minute();
    let start = till.starts.iter().find(|start| **start >= least).unwrap();
    let form = [("service", till.service.as_str()), ("start", start.as_str())];
    let second = till.ana.post("/bookings", &form).await.location().to_owned();
    let stalled = async {
        till.site.work().await;
    };
    let others = async {
        let begun = std::time::Instant::now();
        till.site.stranger().get("/accountants").await.assert_status(200);
        till.ben.post("/practice/hours", &crate::hours::WEEK).await.assert_status(303);
        let pay = till.ana.post(&format!("{second}/pay"), &[]).await;
        pay.assert_status(303);
        till.ana.get(&booking).await.assert_status(200);
        begun.elapsed()
    };
    let ((), took) = join(stalled, others).await;
    assert!(took < std::time::Duration::from_secs(5), "{took:?}");
}

#[actix_web::test]
async fn two_workers_at_one_queue_make_nothing_twice() {
    let till = Till::start().await;
    let least = (till.site.site.db.now() + Span::hours(50)).minute();
    let free: Vec<_> = till.starts.iter().filter(|start| **start >= least).take(3).collect();
    for start in free {
        let form = [("service", till.service.as_str()), ("start", start.as_str())];
        till.ana.post("/bookings", &form).await.assert_status(303);
    }
    let (one, other) = (worker(&till.site), worker(&till.site));
    let (first, second) = join(one.reconcile(Urgency::Now), other.reconcile(Urgency::Now)).await;
    first.and(second).unwrap();
    one.reconcile(Urgency::Now).await.unwrap();
    assert_eq!(till.stripe.all("checkout.session").len(), 3);
}

/// Every text that a table holds.
fn words_of(conn: &mut Conn, table: &str) -> String {
    #[derive(diesel::QueryableByName)]
    struct Word {
        #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
        word: Option<String>,
    }
    let is_postgres = matches!(conn, Conn::Postgres(_));
    let mut ask = |sql: String| -> Vec<Word> {
        diesel::RunQueryDsl::load(diesel::sql_query(sql), conn).unwrap()
    };
    let sql = match is_postgres {
        true => format!("SELECT string_agg(t::text, ' ') AS word FROM {table} t"),
        false => {
            let columns = ask(format!("SELECT name AS word FROM pragma_table_info('{table}')"));
            let parts: Vec<String> = columns
                .into_iter()
                .filter_map(|column| column.word)
                .map(|name| format!("quote(\"{name}\")"))
                .collect();
            format!("SELECT group_concat({}) AS word FROM {table}", parts.join(" || ' ' || "))
        }
    };
    ask(sql).into_iter().filter_map(|row| row.word).collect()
}

#[actix_web::test]
async fn no_secret_and_no_detail_of_a_card_is_in_the_database_or_on_a_page() {
    let till = Till::start().await;
    let booking = till.sent().await;
    till.tell_all().await;
    let session = till.payment(&booking).await.session_id.unwrap();
    let hidden = [
        "a secret that is never read",
        "Xt5EWLLDS7FJjR1c",
        "sk_test_of_the_tests",
        SECRET,
        "\"last4\"",
        &format!("/c/pay/{session}"),
    ];
    const TABLES: [&str; 9] = [
        "payments",
        "stripe_operations",
        "stripe_events",
        "refunds",
        "transfers",
        "payout_accounts",
        "journals",
        "jobs",
        "notices",
    ];
    for table in TABLES {
        let words = till.site.read(move |conn, _| Ok(words_of(conn, table))).await;
        assert!(!hidden.iter().any(|secret| words.contains(secret)), "{table}: {words}");
    }
    let root = till.root().await;
    let id = till.payment(&booking).await.id;
    for page in [
        till.ana.get(&booking).await,
        till.ben.get(&booking).await,
        till.ben.get("/practice/payouts").await,
        root.get(&format!("/admin/payments/{id}")).await,
        root.get("/admin/payments").await,
    ] {
        let text = page.page();
        assert!(!hidden.iter().any(|secret| text.contains(secret)), "{text}");
    }
    let shown = till.site.read(move |conn, _| Payment::by_id(conn, id)).await;
    assert!(!format!("{shown:?}").contains("/c/pay/"), "sealed");
}
