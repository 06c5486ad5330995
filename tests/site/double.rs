//! The small Stripe itself, asked over HTTP as Stripe is: what others build on, and what is compared
//! with Stripe's document.

use serde_json::{Value, json};

use crate::stripe::{Card, DISPUTE_FEE, Dice, FakeStripe, Fault, Pending, Weather};

const START: i64 = 1_795_000_000;

/// Somebody with a key of Stripe's.
struct Caller {
    stripe: FakeStripe,
    client: reqwest::Client,
}

impl Caller {
    async fn start() -> Self {
        // a second one is refused and changes nothing
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        Self { stripe: FakeStripe::start(START).await, client: client.build().unwrap() }
    }

    async fn ask(&self, request: reqwest::RequestBuilder) -> (u16, Value) {
        let request = request
            .header("authorization", "Bearer sk_test_of_the_tests")
            .header("stripe-version", "2026-09-30.endive");
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let body = answer.bytes().await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.try_get(path).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    async fn try_get(&self, path: &str) -> (u16, Value) {
        self.ask(self.client.get(format!("{}/v1{path}", self.stripe.base))).await
    }

    async fn post(&self, path: &str, key: &str, body: &str) -> (u16, Value) {
        let request = self
            .client
            .post(format!("{}/v1{path}", self.stripe.base))
            .header("idempotency-key", key)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.to_owned());
        self.ask(request).await
    }

    /// A held card of so much; its intent.
    async fn held(&self, currency: &str, amount: i64) -> String {
        let body = format!(
            "mode=payment&success_url=https://footing.example/a&line_items[0][quantity]=1\
             &line_items[0][price_data][currency]={currency}\
             &line_items[0][price_data][unit_amount]={amount}\
             &line_items[0][price_data][product_data][name]=An+hour&metadata[footing]=P1\
             &payment_intent_data[capture_method]=manual&payment_intent_data[metadata][footing]=P1\
             &payment_intent_data[transfer_group]=bk_1"
        );
        let key = format!("session {currency} {amount}");
        let (status, session) = self.post("/checkout/sessions", &key, &body).await;
        assert_eq!(status, 200, "{session}");
        self.stripe.pay(session["id"].as_str().unwrap())
    }

    /// The same, charged.
    async fn charged(&self, currency: &str, amount: i64) -> String {
        let intent = self.held(currency, amount).await;
        let path = format!("/payment_intents/{intent}/capture");
        let (status, captured) = self.post(&path, &path, "").await;
        assert_eq!((status, &captured["status"]), (200, &json!("succeeded")));
        intent
    }

    async fn codes(&self, path: &str, body: &str) -> (u16, String) {
        let (status, answer) = self.post(path, &format!("{path} {body}"), body).await;
        (status, answer["error"]["code"].as_str().unwrap_or_default().to_owned())
    }
}

const ACCOUNT: &str = "controller[fees][payer]=application\
    &controller[losses][payments]=application&controller[requirement_collection]=stripe\
    &controller[stripe_dashboard][type]=express&capabilities[transfers][requested]=true&country=DE";

#[actix_web::test]
async fn an_account_is_made_filled_in_over_a_link_of_one_use_and_given_up() {
    let caller = Caller::start().await;
    let (_, account) = caller.post("/accounts", "account 1", ACCOUNT).await;
    let id = account["id"].as_str().unwrap();
    assert_eq!(account["capabilities"]["transfers"], "inactive");
    assert!(!account["requirements"]["currently_due"].as_array().unwrap().is_empty());
    assert_eq!(caller.codes(&format!("/accounts/{id}/login_links"), "").await.0, 400);

    let body = format!(
        "account={id}&type=account_onboarding&collection_options[fields]=eventually_due\
         &refresh_url=https://footing.example/again&return_url=https://footing.example/back"
    );
    let (_, link) = caller.post("/account_links", "link 1", &body).await;
    let url = link["url"].as_str().unwrap();
    assert_eq!(caller.client.get(url).send().await.unwrap().status(), 200);
    let done = caller
        .client
        .post(url)
        .header("content-type", "application/x-www-form-urlencoded")
        .body("as=done");
    let done = done.send().await.unwrap();
    assert_eq!(done.headers()["location"], "https://footing.example/back");
    let again = caller.client.get(url).send().await.unwrap();
    assert_eq!(again.headers()["location"], "https://footing.example/again");
    let account = caller.get(&format!("/accounts/{id}")).await;
    assert_eq!(account["capabilities"]["transfers"], "active");
    assert_eq!(account["requirements"]["currently_due"], json!([]));
    let (status, _) = caller.post(&format!("/accounts/{id}/login_links"), "login 1", "").await;
    assert_eq!(status, 200);

    let (_, link) = caller.post("/account_links", "link 2", &body).await;
    caller.stripe.with(|books| books.now += 301);
    let late = caller.client.get(link["url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(late.headers()["location"], "https://footing.example/again");

    assert_eq!(caller.get("/accounts?limit=5").await["data"][0]["id"], id);
    caller.stripe.with(|books| books.deauthorise(id));
    let (status, gone) = caller.try_get(&format!("/accounts/{id}")).await;
    assert_eq!((status, &gone["error"]["code"]), (403, &json!("account_invalid")));
    let told: Vec<Value> = caller.stripe.all("event");
    assert!(told.iter().all(|event| event["account"] == id), "each at its own account");
    assert_eq!(caller.get("/events").await["data"], json!([]), "none is the platform's");
}

#[actix_web::test]
async fn every_movement_is_a_line_and_lists_are_read_a_page_at_a_time() {
    let caller = Caller::start().await;
    let first = caller.charged("eur", 8_500).await;
    caller.stripe.with(|books| books.now += 100);
    caller.charged("gbp", 1_000).await;
    let balance = caller.get("/balance").await;
    let sums = caller.stripe.with(|books| books.balances());
    assert_eq!(sums["eur"], 8_500 - 128 - 25);
    let stands = |code| {
        json!({"amount": sums[code], "currency": code,
        "source_types": {"card": sums[code]}})
    };
    assert!(
        ["eur", "gbp"]
            .iter()
            .all(|code| { balance["available"].as_array().unwrap().contains(&stands(*code)) })
    );

    let lines = caller.get(&format!("/balance_transactions?created[gte]={}", START + 1)).await;
    assert_eq!(lines["data"].as_array().unwrap().len(), 1);
    let page = caller.get("/balance_transactions?limit=1&type=charge").await;
    assert_eq!((&page["has_more"], &page["data"][0]["currency"]), (&json!(true), &json!("gbp")));
    let last = page["data"][0]["id"].as_str().unwrap();
    let rest = caller.get(&format!("/balance_transactions?limit=1&starting_after={last}")).await;
    assert_eq!((&rest["has_more"], &rest["data"][0]["currency"]), (&json!(false), &json!("eur")));

    let payout = caller.stripe.with(|books| books.pay_out("eur"));
    assert_eq!(caller.stripe.with(|books| books.balances())["eur"], 0);
    let of = caller.get(&format!("/balance_transactions?payout={payout}")).await;
    assert_eq!(of["data"].as_array().unwrap().len(), 2);
    caller.stripe.with(|books| books.fail_payout(&payout));
    assert_eq!(caller.get(&format!("/payouts/{payout}")).await["status"], "failed");
    let line = caller.stripe.with(|books| books.objects[&first]["latest_charge"].clone());
    let line = format!("/balance_transactions?source={}", line.as_str().unwrap());
    assert_eq!(caller.get(&line).await["data"][0]["currency"], "eur");

    let events = caller.get("/events?types[0]=payout.paid&types[1]=payout.failed").await;
    assert_eq!(events["data"][0]["type"], "payout.failed");
    assert_eq!(caller.get("/events?type=payout.paid").await["data"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn a_payout_of_an_account_is_seen_as_that_account_alone() {
    let caller = Caller::start().await;
    let (account, payout) = caller.stripe.with(|books| {
        let account = books.account(true);
        let payout = books.pay_out_of(&account, "eur", 8_075);
        books.fail_payout(&payout);
        (account, payout)
    });
    assert_eq!(caller.try_get(&format!("/payouts/{payout}")).await.0, 404);
    let own = caller.client.get(format!("{}/v1/payouts/{payout}", caller.stripe.base));
    let (status, seen) = caller.ask(own.header("stripe-account", account)).await;
    assert_eq!((status, &seen["status"]), (200, &json!("failed")));
    assert!(caller.stripe.with(|books| books.balances()).is_empty(), "our balance is not touched");
}

#[actix_web::test]
async fn a_refund_waits_succeeds_or_fails_and_comes_from_the_dashboard_too() {
    let caller = Caller::start().await;
    let intent = caller.charged("eur", 8_500).await;
    let held = caller.held("eur", 900).await;
    let body = |amount: i64, of: &str| format!("payment_intent={of}&amount={amount}");
    assert_eq!(caller.codes("/refunds", &body(900, &held)).await.0, 400, "nothing is charged yet");
    caller.stripe.with(|books| books.refunds_wait = Some(Pending::Unmoved));
    let (_, refund) = caller.post("/refunds", "refund 1", &body(500, &intent)).await;
    assert_eq!(
        (&refund["status"], &refund["balance_transaction"]),
        (&json!("pending"), &json!(null))
    );
    let id = refund["id"].as_str().unwrap();
    let before = caller.stripe.balance();
    caller.stripe.with(|books| books.end_refund(id, "succeeded"));
    assert_eq!(caller.stripe.balance(), before - 500);

    caller.stripe.with(|books| books.refunds_wait = Some(Pending::Moved));
    let (_, refund) = caller.post("/refunds", "refund 2", &body(700, &intent)).await;
    assert_eq!(caller.stripe.balance(), before - 1_200);
    caller.stripe.with(|books| books.end_refund(refund["id"].as_str().unwrap(), "failed"));
    assert_eq!(caller.stripe.balance(), before - 500);
    caller.stripe.with(|books| books.refunds_wait = None);
    let path =
        format!("/refunds?payment_intent={intent}&expand[0]=data.failure_balance_transaction");
    let failed = &caller.get(&path).await["data"][0];
    assert_eq!(failed["failure_balance_transaction"]["amount"], 700);

    let by_hand = caller.stripe.with(|books| books.refund_by_hand(&intent, 8_000));
    assert_eq!(caller.get(&format!("/refunds/{by_hand}")).await["metadata"], json!({}));
    let (status, code) = caller.codes("/refunds", &body(1, &intent)).await;
    assert_eq!((status, code.as_str()), (400, "charge_already_refunded"));

    let path = format!("/payment_intents/{held}/cancel");
    caller.post(&path, "cancel", "").await;
    let let_go = &caller.get(&format!("/refunds?payment_intent={held}")).await["data"][0];
    assert_eq!((&let_go["amount"], &let_go["balance_transaction"]), (&json!(900), &json!(null)));
}

#[actix_web::test]
async fn a_dispute_takes_the_money_with_a_fee_and_gives_it_back_without() {
    let caller = Caller::start().await;
    let intent = caller.charged("eur", 8_500).await;
    let before = caller.stripe.balance();
    let stands = |at: &'static str| (at, caller.stripe.balance() - before);
    let dispute =
        caller.stripe.with(|books| books.dispute(&intent, 8_500, "warning_needs_response"));
    assert_eq!(stands("an inquiry"), ("an inquiry", 0));
    for (state, moved) in [
        ("warning_under_review", 0),
        ("needs_response", -8_500 - DISPUTE_FEE),
        ("under_review", -8_500 - DISPUTE_FEE),
        ("won", -DISPUTE_FEE),
    ] {
        caller.stripe.with(|books| books.move_dispute(&dispute, state));
        assert_eq!(stands(state), (state, moved));
        let listed = caller.get(&format!("/disputes?payment_intent={intent}")).await;
        assert_eq!(listed["data"][0]["status"], state);
    }
    let body = format!("payment_intent={intent}&amount=1");
    let dispute = caller.stripe.with(|books| books.dispute(&intent, 100, "needs_response"));
    let (status, code) = caller.codes("/refunds", &body).await;
    assert_eq!((status, code.as_str()), (400, "charge_disputed"), "nothing is returned beside it");
    caller.stripe.with(|books| books.move_dispute(&dispute, "won"));
    for state in ["warning_closed", "prevented", "lost"] {
        let id = caller.stripe.with(|books| books.dispute(&intent, 100, "needs_response"));
        caller.stripe.with(|books| books.move_dispute(&id, state));
        let seen = caller.get(&format!("/disputes/{id}")).await;
        let lines = if state == "prevented" { 2 } else { 1 };
        assert_eq!(seen["balance_transactions"].as_array().unwrap().len(), lines);
    }
}

#[actix_web::test]
async fn a_transfer_is_at_most_its_charge_and_comes_back_unless_it_is_spent() {
    let caller = Caller::start().await;
    let intent = caller.charged("eur", 8_500).await;
    let charge = caller.stripe.with(|books| books.objects[&intent]["latest_charge"].clone());
    let account = caller.stripe.with(|books| books.account(true));
    let body = |amount: i64, currency: &str| {
        let charge = charge.as_str().unwrap();
        format!(
            "amount={amount}&currency={currency}&destination={account}\
             &source_transaction={charge}&transfer_group=bk_1"
        )
    };
    assert_eq!(caller.codes("/transfers", &body(8_075, "gbp")).await.0, 400);
    let (_, transfer) = caller.post("/transfers", "transfer", &body(8_075, "eur")).await;
    let (status, code) = caller.codes("/transfers", &body(426, "eur")).await;
    assert_eq!((status, code.as_str()), (400, "balance_insufficient"));
    let back = format!("/transfers/{}/reversals", transfer["id"].as_str().unwrap());
    assert_eq!(caller.codes(&back, "amount=75").await.0, 200);
    caller.stripe.with(|books| books.spent.insert(account.clone()));
    let (status, code) = caller.codes(&back, "amount=80").await;
    assert_eq!((status, code.as_str()), (400, "balance_insufficient"));
    assert_eq!(caller.get(&back).await["data"][0]["amount"], 75);
    let listed = caller.get("/transfers?transfer_group=bk_1").await;
    assert_eq!(listed["data"][0]["amount_reversed"], 75);
}

#[actix_web::test]
async fn a_currency_without_a_balance_is_changed_and_the_line_names_the_rate() {
    let caller = Caller::start().await;
    caller.stripe.with(|books| books.settle_in(&["gbp"]));
    let intent = caller.charged("usd", 1_000).await;
    let path = format!("/payment_intents/{intent}?expand[0]=latest_charge.balance_transaction");
    let charge = &caller.get(&path).await["latest_charge"];
    let line = &charge["balance_transaction"];
    assert_eq!((&charge["currency"], &line["currency"]), (&json!("usd"), &json!("gbp")));
    assert_eq!((&line["amount"], &line["exchange_rate"]), (&json!(1_250), &json!(1.25)));
}

#[actix_web::test]
async fn a_key_gives_its_first_answer_for_a_day_and_one_answer_at_a_time() {
    let caller = Caller::start().await;
    caller.stripe.unrecorded();
    let intent = caller.held("eur", 900).await;
    let cancel = format!("/payment_intents/{intent}/cancel");
    caller.stripe.fail("/cancel", Fault::Refused { status: 402, code: "card_declined" });
    for _ in 0..2 {
        let (status, answer) = caller.post(&cancel, "one", "").await;
        assert_eq!((status, &answer["error"]["code"]), (402, &json!("card_declined")));
    }
    assert_eq!(caller.post("/refunds", "one", "amount=5").await.0, 400, "one key, two bodies");
    caller.stripe.fail("/cancel", Fault::Stall { millis: 300 });
    let slow = caller.post(&cancel, "two", "");
    let second = async {
        actix_web::rt::time::sleep(std::time::Duration::from_millis(100)).await;
        caller.post(&cancel, "two", "").await
    };
    let ((status, _), (in_use, _)) = futures_util::future::join(slow, second).await;
    assert_eq!((status, in_use), (200, 409));
    caller.stripe.with(|books| books.now += 86_400);
    assert_eq!(caller.codes(&cancel, "").await.1, "payment_intent_unexpected_state");
    let (status, answer) = caller.post(&cancel, "one", "").await;
    assert_eq!(
        (status, &answer["error"]["code"]),
        (400, &json!("payment_intent_unexpected_state"))
    );
}

#[actix_web::test]
async fn time_closes_pages_and_ends_holds_by_itself() {
    let caller = Caller::start().await;
    let intent = caller.held("eur", 900).await;
    let body = "mode=payment&success_url=https://footing.example/a&line_items[0][quantity]=1\
        &line_items[0][price_data][currency]=eur&line_items[0][price_data][unit_amount]=5";
    let (_, session) = caller.post("/checkout/sessions", "session", body).await;
    caller.stripe.with(|books| books.now += 8 * 86_400);
    let path = format!("/checkout/sessions/{}", session["id"].as_str().unwrap());
    assert_eq!(caller.get(&path).await["status"], "expired");
    let ended = caller.get(&format!("/payment_intents/{intent}")).await;
    assert_eq!(ended["cancellation_reason"], "automatic");
    caller.stripe.unrecorded();
    let answer = caller.client.get(&caller.stripe.base).send().await.unwrap();
    let date = answer.headers()["date"].to_str().unwrap();
    assert_eq!(date, "Thu, 26 Nov 2026 11:06:40 GMT", "the clock of the test");
}

#[actix_web::test]
async fn notices_are_kept_until_they_are_sent_and_the_weather_is_that_of_its_seed() {
    let caller = Caller::start().await;
    let short = caller.stripe.with(|books| books.now);
    caller.charged("eur", 500).await;
    let notices = caller.stripe.take_notices();
    let kinds: Vec<String> = notices
        .iter()
        .map(|(body, _)| serde_json::from_str::<Value>(body).unwrap()["type"].to_string())
        .collect();
    assert_eq!(
        kinds,
        [
            "\"payment_intent.amount_capturable_updated\"",
            "\"checkout.session.completed\"",
            "\"payment_intent.succeeded\""
        ]
    );
    assert!(notices.iter().all(|(_, signature)| signature.starts_with(&format!("t={short},v1="))));
    assert!(caller.stripe.take_notices().is_empty());

    caller.charged("eur", 600).await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let fair = Weather::default();
    assert_eq!(caller.stripe.deliver(closed, fair, &mut Dice(1)), 0);
    assert_eq!(caller.stripe.take_notices().len(), 3, "nobody took them, so they wait");
    caller.charged("eur", 700).await;
    caller.stripe.deliver(closed, Weather { lost: 100, ..fair }, &mut Dice(1));
    assert!(caller.stripe.take_notices().is_empty(), "lost for good");
    let rolls = |seed| (0..9).map(|_| Dice(seed).roll()).collect::<Vec<_>>();
    assert_eq!(rolls(7), rolls(7));
    assert_ne!(rolls(7), rolls(8));
}

#[actix_web::test]
async fn without_a_key_nothing_is_told() {
    let caller = Caller::start().await;
    caller.stripe.unrecorded();
    let answer = caller.client.get(format!("{}/v1/balance", caller.stripe.base)).send().await;
    assert_eq!(answer.unwrap().status(), 401);
    let intent = caller.held("eur", 500).await;
    let before = caller.stripe.with(|books| books.objects[&intent].clone());
    assert_eq!(before["of_hold"], START + Card { lasts: 7 * 86_400 }.lasts);
    let shown = caller.get(&format!("/payment_intents/{intent}")).await;
    assert!(shown.get("of_hold").is_none(), "notes of the test's own are not shown");
}
