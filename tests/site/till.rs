//! Somebody with a card and somebody who can be paid, beside a small Stripe on this machine.

use std::sync::Arc;

use footing::bookings::{Booking, BookingId, State};
use footing::clock::Span;
use footing::config::StripeSettings;
use footing::payments::journals::Account;
use footing::payments::{
    Gateway, NewRefund, Payment, PayoutAccount, RefundCause, StripeGateway, Worker, audit, ledger,
};
use footing::site::Site;
use serde_json::Value;

use crate::hours::{WEEK, offered, service_path};
use crate::stripe::{FakeStripe, SECRET};
use crate::support::{Answer, Person, TestSite};

/// Ben, who can be paid, and ana with a card.
pub struct Till {
    pub site: TestSite,
    pub stripe: FakeStripe,
    pub ana: Person,
    pub ben: Person,
    pub service: String,
    pub starts: Vec<String>,
}

impl Till {
    pub async fn start() -> Self {
        Self::with(|settings| settings).await
    }

    /// The same with other settings.
    pub async fn with(change: impl FnOnce(StripeSettings) -> StripeSettings) -> Self {
        let plain = TestSite::start().await;
        let stripe = FakeStripe::start(plain.site.db.now().seconds()).await;
        let gateway = StripeGateway::open(&change(settings(&stripe))).unwrap();
        let site =
            plain.with(|site| Site { payments: Gateway::Stripe(Arc::new(gateway)), ..site }).await;
        let (ana, ben) = (site.ana().await, site.ben().await);
        ben.post("/practice/hours", &WEEK).await.assert_status(303);
        let accountant = ben.id;
        let account = stripe.with(|books| books.account(true));
        let own = site
            .write(move |conn, now| {
                let own = PayoutAccount::begin(conn, accountant, false, "GB", now)?;
                own.note_made(conn, &account)?;
                Ok(own.id)
            })
            .await;
        worker(&site).look_at_account(own).await.unwrap();
        let path = service_path(&site).await;
        let service = path.rsplit('/').next().unwrap().to_owned();
        let starts = offered(&ana, &path, 6).await;
        Self { site, stripe, ana, ben, service, starts }
    }

    /// Ana asks for a time so many hours ahead at least; the booking's address.
    pub async fn ask(&self, hours: i64) -> String {
        let least = (self.site.site.db.now() + Span::hours(hours)).minute();
        let start = self.starts.iter().find(|start| **start >= least).expect("a time so far");
        let form = [("service", self.service.as_str()), ("start", start)];
        let answer = self.ana.post("/bookings", &form).await;
        answer.assert_status(303);
        self.site.work().await;
        answer.location().to_owned()
    }

    /// Fetches Ben's account, as a notice about it would.
    pub async fn look_at_account(&self) {
        let ben = self.ben.id;
        let own = self.site.read(move |conn, _| PayoutAccount::last_of(conn, ben, false)).await;
        worker(&self.site).look_at_account(own.unwrap().id).await.unwrap();
    }

    /// Returns a part of the price on nobody's word. Whether so much was left.
    pub async fn refund(&self, path: &str, cause: RefundCause, amount_minor: i64) -> bool {
        let id = self.payment(path).await.id;
        self.site
            .write(move |conn, now| {
                footing::payments::return_money(conn, id, &NewRefund::of(cause, amount_minor), now)
            })
            .await
    }

    pub async fn near(&self) -> String {
        self.ask(50).await
    }

    /// Moves both clocks and does what is due.
    pub async fn forward(&self, span: Span) {
        self.site.forward(span);
        self.stripe.with(|books| books.now += span.as_seconds());
        self.site.work().await;
    }

    pub async fn booking(&self, path: &str) -> Booking {
        let id: BookingId = path.rsplit('/').next().unwrap().parse().unwrap();
        self.site.read(move |conn, _| Booking::by_id(conn, id)).await
    }

    /// An hour that is paid and stands.
    pub async fn confirmed(&self) -> String {
        let booking = self.near().await;
        self.pay(&booking).await;
        self.ben.post(&format!("{booking}/acceptance"), &[]).await.assert_status(303);
        self.site.work().await;
        self.forward(Span::seconds(2)).await;
        assert_eq!(self.state(&booking).await, State::Confirmed);
        booking
    }

    pub async fn state(&self, path: &str) -> State {
        self.booking(path).await.state
    }

    pub async fn payment(&self, path: &str) -> Payment {
        let id = self.booking(path).await.id;
        self.site.read(move |conn, _| Payment::last_of(conn, id)).await.expect("a payment")
    }

    /// Ana pays on the page of the booking; the notice comes.
    pub async fn pay(&self, path: &str) {
        let session = self.payment(path).await.session_id.expect("a page to pay on");
        self.stripe.pay(&session);
        self.notice(
            "checkout.session.completed",
            &self.stripe.with(|b| b.objects[&session].clone()),
        )
        .await
        .assert_status(200);
        self.forward(Span::seconds(2)).await;
    }

    pub async fn notice(&self, kind: &str, object: &Value) -> Answer {
        let (body, signature) = self.stripe.notice(kind, object);
        self.send(&body, &signature).await
    }

    pub async fn send(&self, body: &str, signature: &str) -> Answer {
        let request = actix_web::test::TestRequest::post()
            .uri("/webhooks/stripe")
            .insert_header(("host", crate::support::HOST))
            .insert_header(("stripe-signature", signature))
            .set_payload(body.to_owned());
        self.site.send(request).await
    }

    /// An admin who signs in with two steps.
    pub async fn root(&self) -> Person {
        let root = self.site.root().await;
        root.two_steps().await;
        root
    }

    /// Sends every notice that waits, as Stripe would, and does what follows.
    pub async fn tell_all(&self) {
        for (body, signature) in self.stripe.take_notices() {
            self.send(&body, &signature).await.assert_status(200);
        }
        self.forward(Span::seconds(2)).await;
        self.forward(Span::seconds(2)).await;
    }

    /// The intent of a booking's payment.
    pub async fn intent(&self, path: &str) -> String {
        self.payment(path).await.intent_id.expect("an intent")
    }

    /// An hour that was paid, took place, and whose money was sent.
    pub async fn sent(&self) -> String {
        let booking = self.confirmed().await;
        self.take_place(&booking).await;
        self.forward(Span::seconds(48 * 3600 + 5)).await;
        self.forward(Span::seconds(2)).await;
        booking
    }

    /// The hour of a booking comes and goes.
    pub async fn take_place(&self, path: &str) {
        let ends = self.booking(path).await.ends_at;
        // clocks move by whole seconds
        let left = ends.elapsed_since(self.site.site.db.now()).as_seconds();
        self.forward(Span::seconds(left + 1)).await;
    }

    /// What stands on an account, in minor units; debits above zero.
    pub async fn on(&self, account: Account) -> i64 {
        let all = self.site.read(|conn, _| ledger::balances(conn, false)).await;
        all.iter().filter(|(of, ..)| *of == account).map(|(.., amount)| amount).sum()
    }

    pub async fn assert_books(&self) {
        let wrong = self.site.read(|conn, _| audit::check(conn)).await;
        assert!(wrong.is_empty(), "{wrong:?}");
        assert_eq!(self.on(Account::Stripe).await, self.stripe.balance());
    }
}

/// What does the work of payments on a site with a key.
pub fn worker(site: &TestSite) -> Worker {
    let gateway = site.site.payments.stripe().expect("a key").clone();
    Worker::new(site.site.db.clone(), site.site.mail.clone(), gateway)
}

pub fn settings(stripe: &FakeStripe) -> StripeSettings {
    StripeSettings {
        key: "sk_test_of_the_tests".to_owned(),
        webhook_secrets: vec!["whsec_an_older_one".to_owned(), SECRET.to_owned()],
        api_base: Some(stripe.base.clone()),
        commission_bps: 500,
        commission_vat_bps: 0,
        currencies: vec!["EUR", "USD", "GBP", "CHF", "JPY"],
        is_required: false,
    }
}

impl Till {
    pub async fn count(&self, table: &'static str) -> i64 {
        #[derive(diesel::QueryableByName)]
        struct Count {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            number: i64,
        }
        use diesel::RunQueryDsl;
        let sql = format!("SELECT count(*) AS number FROM {table}");
        let rows: Vec<Count> =
            self.site.read(move |conn, _| Ok(diesel::sql_query(sql).load(conn)?)).await;
        rows[0].number
    }
}
