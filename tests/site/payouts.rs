//! How accountants come to be paid: the account, Stripe's questions, and what becomes of it later.

use footing::clock::Span;
use futures_util::future::join;

use crate::stripe::Fault;
use crate::support::{Answer, Person, TestSite};
use crate::till::Till;

/// Somebody who lists services and has not set up payments.
async fn newcomer(till: &Till) -> Person {
    till.site.dot().await
}

/// A press of the button that waits for Stripe, while the work is done beside it.
async fn press(till: &Till, who: &Person, path: &str, fields: &[(&str, &str)]) -> Answer {
    let work = async {
        for _ in 0..8 {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            till.site.work().await;
        }
    };
    join(who.post(path, fields), work).await.0
}

#[actix_web::test]
async fn an_account_is_made_once_filled_in_at_stripe_and_believed_only_when_fetched() {
    let till = Till::start().await;
    let dot = newcomer(&till).await;
    let page = dot.get("/practice/payouts").await;
    page.assert_text("h2", "Be paid by card");
    assert_eq!(page.attribute("[data-payouts]", "data-payouts"), "none");
    let wrong = dot.post("/practice/payouts/account", &[("country", "Atlantis")]).await;
    wrong.assert_rejected("country");
    let gone = press(&till, &dot, "/practice/payouts/account", &[("country", "GB")]).await;
    gone.assert_status(303);
    let link = gone.location().to_owned();
    assert!(link.starts_with(&format!("{}/setup/", till.stripe.base)), "{link}");
    // half-way: coming back proves nothing
    let back = dot.get("/practice/payouts").await;
    assert_eq!(back.attribute("[data-payouts]", "data-payouts"), "started");
    back.assert_text("main", "Your bank account");
    let again = dot.post("/practice/payouts/link", &[]).await;
    let fresh = again.location().rsplit('/').next().unwrap().to_owned();
    assert_ne!(again.location(), link, "each click has a link of its own");
    let returned = till.stripe.with(|books| books.follow_link(&fresh)).unwrap();
    assert!(returned.ends_with("/practice/payouts"));
    let ready = dot.get("/practice/payouts").await;
    assert_eq!(ready.attribute("[data-payouts]", "data-payouts"), "ready");
    let pages = dot.post("/practice/payouts/dashboard", &[]).await;
    assert!(pages.location().contains("/express/"), "{}", pages.location());
    // pressed again, there is still one
    press(&till, &dot, "/practice/payouts/account", &[("country", "FR")]).await;
    assert_eq!(till.stripe.all("account").len(), 2, "Ben's and this one");
}

#[actix_web::test]
async fn a_country_that_stripe_refuses_is_told_as_such_and_another_can_be_chosen() {
    let till = Till::start().await;
    let dot = newcomer(&till).await;
    let refused = Fault::Refused { status: 400, code: "country_unsupported" };
    till.stripe.fail("/accounts", refused);
    let answer = press(&till, &dot, "/practice/payouts/account", &[("country", "IR")]).await;
    assert_eq!(answer.location(), "/practice/payouts");
    let page = dot.get("/practice/payouts").await;
    page.assert_text("h2", "Stripe opens no account there");
    assert!(page.has("select[name=country]") && !page.has("form[action$='/link']"));
    let gone = press(&till, &dot, "/practice/payouts/account", &[("country", "GB")]).await;
    assert!(gone.location().starts_with(&till.stripe.base), "{}", gone.location());
    assert_eq!(till.stripe.all("account").len(), 2, "Ben's and this one");
}

#[actix_web::test]
async fn nobody_else_reaches_an_accountants_payouts_and_without_a_key_there_are_none() {
    let till = Till::start().await;
    for path in ["/practice/payouts", "/practice/payouts/account", "/practice/payouts/link"] {
        till.site.stranger().post(path, &[]).await;
        till.ana.post(path, &[]).await;
    }
    till.ana.get("/practice/payouts").await.assert_status(403);
    till.site.stranger().get("/practice/payouts").await.assert_status(303);
    assert_eq!(till.stripe.all("account").len(), 1);
    let plain = TestSite::start().await;
    plain.ben().await.get("/practice/payouts").await.assert_status(404);
}

#[actix_web::test]
async fn an_old_proof_is_asked_for_again_and_leads_back_to_the_button() {
    let till = Till::start().await;
    let dot = newcomer(&till).await;
    till.forward(Span::minutes(11)).await;
    let asked = dot.post("/practice/payouts/account", &[("country", "GB")]).await;
    asked.assert_status(303);
    assert!(asked.location().starts_with("/reauthenticate?next=%2Fpractice%2Fpayouts"));
    let back = dot
        .post(
            "/reauthenticate",
            &[("password", crate::support::PASSWORD), ("next", "/practice/payouts?proven=1")],
        )
        .await;
    assert_eq!(back.location(), "/practice/payouts?proven=1");
    dot.get(back.location()).await.assert_text("[role=status]", "Press the button once more");
}

#[actix_web::test]
async fn links_are_five_an_hour() {
    let till = Till::start().await;
    for _ in 0..5 {
        till.ben.post("/practice/payouts/link", &[]).await.assert_status(303);
    }
    till.ben.post("/practice/payouts/link", &[]).await.assert_status(429);
    till.forward(Span::minutes(61)).await;
    till.ben.post("/practice/payouts/link", &[]).await.assert_status(303);
}

#[actix_web::test]
async fn an_account_that_stripe_restricts_or_its_owner_closes_is_told_once_and_takes_no_bookings() {
    let till = Till::start().await;
    let account = till.stripe.only("account")["id"].as_str().unwrap().to_owned();
    let due = ["individual.verification.document"];
    till.stripe.with(|books| {
        books.allow(&account, false, &due, Some("requirements.past_due"));
    });
    till.tell_all().await;
    let page = till.ben.get("/practice/payouts").await;
    assert_eq!(page.attribute("[data-payouts]", "data-payouts"), "restricted");
    page.assert_text("main", "A document or number that shows who you are");
    page.assert_text("main", "overdue");
    let path = crate::hours::service_path(&till.site).await;
    let service = till.ana.get(&path).await;
    service.assert_text("main", "cannot take paid bookings at present");
    assert!(!service.has("button.btn--go.btn--wide"));
    let form = [("service", till.service.as_str()), ("start", till.starts[0].as_str())];
    till.ana.post("/bookings", &form).await.assert_status(422);
    till.stripe.with(|books| books.allow(&account, false, &[], Some("under_review")));
    till.tell_all().await;
    let told = |mails: Vec<String>| mails.iter().filter(|m| m.contains("cannot pay you")).count();
    assert_eq!(told(till.site.mails_to("ben@example.com").await), 1, "told once");
    till.stripe.with(|books| books.deauthorise(&account));
    till.tell_all().await;
    let closed = till.ben.get("/practice/payouts").await;
    assert_eq!(closed.attribute("[data-payouts]", "data-payouts"), "closed");
    closed.assert_text("h2", "closed");
}

#[actix_web::test]
async fn a_payout_that_comes_back_is_told_and_forgotten_when_the_next_arrives() {
    let till = Till::start().await;
    let account = till.stripe.only("account")["id"].as_str().unwrap().to_owned();
    let first = till.stripe.with(|books| books.pay_out_of(&account, "gbp", 8_075));
    till.tell_all().await;
    till.stripe.with(|books| books.fail_payout(&first));
    till.tell_all().await;
    assert!(till.ben.get("/practice/payouts").await.has("[data-payout-failed]"));
    till.stripe.with(|books| books.pay_out_of(&account, "gbp", 8_075));
    till.tell_all().await;
    assert!(!till.ben.get("/practice/payouts").await.has("[data-payout-failed]"));
}

#[actix_web::test]
async fn what_waits_after_an_account_is_closed_goes_to_the_next_one() {
    let till = Till::start().await;
    let booking = till.confirmed().await;
    let account = till.stripe.only("account")["id"].as_str().unwrap().to_owned();
    till.stripe.with(|books| books.deauthorise(&account));
    till.tell_all().await;
    till.take_place(&booking).await;
    till.forward(Span::hours(49)).await;
    assert!(till.stripe.all("transfer").is_empty());
    till.ben.sign_in().await;
    press(&till, &till.ben, "/practice/payouts/account", &[("country", "GB")]).await;
    let next = till.stripe.all("account").pop().unwrap()["id"].as_str().unwrap().to_owned();
    assert_ne!(next, account);
    till.stripe.with(|books| books.fill_in(&next, true));
    till.tell_all().await;
    till.forward(Span::seconds(2)).await;
    assert_eq!(till.stripe.only("transfer")["destination"], next.as_str());
    till.assert_books().await;
}

#[actix_web::test]
async fn the_practice_leads_to_payouts_and_names_what_no_card_can_pay() {
    let till = Till::start().await;
    assert!(!till.ben.get("/practice").await.has("[data-advice=payouts]"), "he can be paid");
    let dot = newcomer(&till).await;
    let page = dot.get("/practice").await;
    assert_eq!(page.attribute("[data-advice=payouts] a", "href"), "/practice/payouts");
    assert!(!page.has("[data-advice=unpayable]"));
    let ben = till.ben.id;
    till.site
        .write(move |conn, _| {
            let sql =
                format!("UPDATE services SET currency = 'PLN' WHERE accountant_id = {}", ben.0);
            diesel::RunQueryDsl::execute(diesel::sql_query(sql), conn).map_err(Into::into)
        })
        .await;
    let page = till.ben.get("/practice").await;
    page.assert_text("[data-advice=unpayable]", "clients pay it directly");
    page.assert_text("[data-advice=unpayable]", "Cards take EUR, USD, GBP, CHF, JPY");
    let path = crate::hours::service_path(&till.site).await;
    till.ana.get(&path).await.assert_text("[data-pay-plan]", "directly");
}

#[actix_web::test]
async fn a_page_with_a_price_to_pay_by_card_says_that_it_is_a_test() {
    let till = Till::start().await;
    let path = crate::hours::service_path(&till.site).await;
    let page = till.ana.get(&path).await;
    assert!(page.has("[data-test-mode]"));
    page.assert_text("[data-pay-plan]", "Your card is held next and charged when Ben accepts");
    let plain = TestSite::start().await;
    let ben = plain.ben().await;
    ben.post("/practice/hours", &crate::hours::WEEK).await.assert_status(303);
    let path = crate::hours::service_path(&plain).await;
    assert!(!plain.ana().await.get(&path).await.has("[data-test-mode]"));
}
