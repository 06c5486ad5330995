//! With a key, with half of what a key needs, and without one.

use footing::bookings::State;
use footing::clock::Span;
use footing::payments::{Gateway, PaymentState};
use footing::site::Site;

use crate::commands::{footing, said};
use crate::database::raw;
use crate::hours::service_path;
use crate::stripe::{FakeStripe, Fault, SECRET};
use crate::support::Person;
use crate::till::Till;

const REFUSED: Fault = Fault::Refused { status: 400, code: "parameter_invalid" };

#[actix_web::test]
async fn a_page_that_stripe_refuses_after_the_acceptance_is_asked_for_again_under_a_new_key() {
    let till = Till::start().await;
    till.stripe.fail("/checkout/sessions", REFUSED);
    let booking = till.ask(200).await;
    till.ben.post(&format!("{booking}/acceptance"), &[]).await.assert_status(303);
    till.site.work().await;
    till.forward(Span::seconds(5)).await;
    let payment = till.payment(&booking).await;
    assert_eq!((payment.attempt, payment.state), (2, PaymentState::Open));
    let keys = till.stripe.with(|books| {
        let made = books.requests.iter().filter(|one| one.path.ends_with("/checkout/sessions"));
        made.map(|one| one.key.clone().unwrap()).collect::<Vec<_>>()
    });
    assert!(keys.len() == 2 && keys[0] != keys[1], "{keys:?}");
    assert_eq!(till.state(&booking).await, State::Held);
    till.pay(&booking).await;
    till.forward(Span::seconds(2)).await;
    assert_eq!(till.state(&booking).await, State::Confirmed);
    till.assert_books().await;
}

#[actix_web::test]
async fn a_page_that_stripe_refuses_three_times_is_asked_for_no_more_and_the_hold_ends() {
    let till = Till::start().await;
    for _ in 0..9 {
        till.stripe.fail("/checkout/sessions", REFUSED);
    }
    let booking = till.ask(200).await;
    till.ben.post(&format!("{booking}/acceptance"), &[]).await.assert_status(303);
    for _ in 0..5 {
        till.forward(Span::minutes(6)).await;
    }
    assert_eq!(till.stripe.asked("POST", "/checkout/sessions"), 3);
    assert_eq!(till.state(&booking).await, State::Held);
    till.forward(Span::hours(24)).await;
    assert_eq!(till.state(&booking).await, State::Expired);
    let told = till.site.mails_to(&till.ana.email).await.join("\n");
    assert!(told.contains("Not paid in time: "), "{told}");
}

#[actix_web::test]
async fn where_payments_are_required_a_price_is_not_bookable_before_its_owner_can_be_paid() {
    for is_required in [true, false] {
        let till =
            Till::with(|settings| footing::config::StripeSettings { is_required, ..settings })
                .await;
        raw(&till.site, "DELETE FROM payees".to_owned()).await.unwrap();
        let page = till.ana.get(&service_path(&till.site).await).await;
        let form = [("service", till.service.as_str()), ("start", till.starts[60].as_str())];
        let answer = till.ana.post("/bookings", &form).await;
        match is_required {
            true => {
                page.assert_text("main", "cannot take paid bookings at present");
                assert!(!page.has("button.btn--go.btn--wide"));
                answer.assert_status(422);
                assert_eq!(till.count("bookings").await, 0);
            }
            false => {
                answer.assert_status(303);
                let booking = till.booking(answer.location()).await;
                assert_eq!(booking.pay_mode, footing::bookings::PayMode::Direct);
            }
        }
    }
}

#[test]
fn the_doctor_says_how_payments_stand() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    assert!(footing(&data, &["migrate"]).status().unwrap().success());
    let now = footing::clock::Clock::system(folder.path()).now().seconds();
    let stripe = FakeStripe::start_beside(now);
    let doctor = |key: &str| {
        let mut command = footing(&data, &["doctor"]);
        if !key.is_empty() {
            command.env("STRIPE_SECRET_KEY", key).env("STRIPE_WEBHOOK_SECRETS", SECRET);
            command.env("STRIPE_API_BASE", &stripe.base);
        }
        said(&command.output().unwrap())
    };
    let has = |text: &str, line: &str| {
        assert!(text.contains(&format!("payments     {line}")), "{line} in:\n{text}");
    };
    has(&doctor(""), "ok   off: people pay each other directly");
    assert!(stripe.with(|books| books.requests.is_empty()), "nothing is asked without a key");
    let key = "sk_test_of_the_tests";
    has(&doctor(key), "ok   in test mode");
    stripe.with(|books| books.settle_in(&["gbp", "eur"]));
    has(&doctor(key), "FAIL Stripe has no balance in USD, CHF, JPY: ");
    stripe.with(|books| books.settle_in(&["gbp", "eur", "usd", "chf", "jpy"]));
    stripe.with(|books| books.now = now + 7_200);
    has(&doctor(key), "FAIL our clock and Stripe's are more than a minute apart");
    stripe.with(|books| books.now = now);
    stripe.fail("/balance", Fault::Unauthorised);
    let refused = doctor(key);
    has(&refused, "FAIL Stripe refuses STRIPE_SECRET_KEY (401)");
    assert!(!refused.contains(key), "{refused}");
}

/// The same people at the site without its key.
fn at(person: &Person, site: &crate::support::TestSite) -> Person {
    Person { site: site.clone(), ..person.clone() }
}

#[actix_web::test]
async fn without_its_key_a_site_connects_to_nothing_whatever_waits_and_people_pay_each_other() {
    let till = Till::start().await;
    let waiting = till.near().await;
    till.pay(&waiting).await;
    let charged = till.ask(60).await;
    till.pay(&charged).await;
    till.ben.post(&format!("{charged}/acceptance"), &[]).await.assert_status(303);
    till.forward(Span::seconds(2)).await;
    till.forward(Span::seconds(2)).await;
    let root = till.root().await;
    let before = till.stripe.with(|books| books.requests.len());

    let site = till.site.with(|site| Site { payments: Gateway::Disabled, ..site }).await;
    let (ana, ben, root) = (at(&till.ana, &site), at(&till.ben, &site), at(&root, &site));
    let path = service_path(&site).await;
    let start = crate::hours::offered(&ana, &path, 6).await.pop().unwrap();
    let form = [("service", till.service.as_str()), ("start", start.as_str())];
    let asked = ana.post("/bookings", &form).await;
    asked.assert_status(303);
    let booking = asked.location().to_owned();
    ben.post(&format!("{booking}/acceptance"), &[]).await.assert_status(303);
    ben.post(&format!("{waiting}/acceptance"), &[]).await;
    ana.get(&booking).await.assert_text("main", "directly");
    site.work().await;
    let left = till.booking(&booking).await.ends_at.elapsed_since(site.site.db.now());
    for _ in 0..3 {
        site.forward(Span::seconds(left.as_seconds() / 3 + 60));
        site.work().await;
    }
    assert_eq!(till.state(&booking).await, State::Completed);
    ben.sign_in().await;
    for page in ["/practice", "/practice/earnings", "/practice/earnings.csv"] {
        ben.get(page).await.assert_status(200);
    }
    ben.get("/practice/payouts").await.assert_status(404);
    root.sign_in().await;
    site.forward(Span::hours(60));
    site.work().await;
    let after = till.stripe.with(|books| books.requests.len());
    assert_eq!(after, before, "Stripe was asked without a key");
    assert!(till.stripe.all("transfer").is_empty());
}
