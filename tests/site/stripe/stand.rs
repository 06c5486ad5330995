//! The small Stripe as a process of its own, for the journeys in browsers: they start this test by
//! its name and read from its output where Stripe and its controls are. It ends with its input.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use actix_web::web::{self, Data, Path, Query};
use actix_web::{App, HttpResponse, HttpServer};
use serde_json::{Value, json};

use super::storm::Dice;
use super::{FakeStripe, Weather};

/// How far ahead of the system's clock this one is, in seconds.
type Ahead = Data<std::sync::atomic::AtomicI64>;
type Words = Query<BTreeMap<String, String>>;

#[actix_web::test]
#[ignore = "the journeys in browsers start it"]
async fn stands_for_journeys() {
    let stripe = FakeStripe::start(now()).await;
    stripe.unrecorded();
    let ahead = Ahead::default();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let control = listener.local_addr().unwrap();
    let (shared, clock) = (Data::new(stripe.clone()), ahead.clone());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .app_data(clock.clone())
            .route("/{act}", web::post().to(act))
            .route("/all/{kind}", web::get().to(all))
    })
    .workers(1)
    .disable_signals()
    .listen(listener)
    .unwrap()
    .run();
    actix_web::rt::spawn(server);
    let base = stripe.base.clone();
    actix_web::rt::spawn(async move {
        loop {
            set_clock(&stripe, &ahead);
            actix_web::rt::time::sleep(Duration::from_millis(50)).await;
        }
    });
    println!("stripe {base} control http://{control}");
    web::block(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink()))
        .await
        .unwrap()
        .unwrap();
}

fn now() -> i64 {
    #[allow(clippy::disallowed_methods)] // Stripe's clock is not the program's
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

fn set_clock(stripe: &FakeStripe, ahead: &Ahead) {
    let ahead = ahead.load(std::sync::atomic::Ordering::Relaxed);
    stripe.with(|books| {
        books.now = now() + ahead;
        books.pass_time();
    });
}

/// Everything of a kind, oldest first.
async fn all(kind: Path<String>, stripe: Data<FakeStripe>) -> HttpResponse {
    HttpResponse::Ok().json(stripe.all(&kind))
}

/// What somebody does at Stripe or at a bank; what comes of it in JSON.
async fn act(
    act: Path<String>,
    words: Words,
    stripe: Data<FakeStripe>,
    ahead: Ahead,
) -> HttpResponse {
    let of = |name: &str| words.get(name).cloned().unwrap_or_default();
    let done = match act.as_str() {
        "clock" => {
            let seconds = of("ahead").parse().unwrap();
            ahead.store(seconds, std::sync::atomic::Ordering::Relaxed);
            set_clock(&stripe, &ahead);
            json!(seconds)
        }
        "pay" => json!(stripe.pay(&of("session"))),
        "fill_in" => {
            stripe.with(|books| books.fill_in(&of("account"), of("ready") != "no"));
            Value::Null
        }
        "dispute" => {
            let amount = of("amount").parse().unwrap();
            json!(stripe.with(|books| books.dispute(&of("intent"), amount, &of("status"))))
        }
        "decide" => {
            stripe.with(|books| books.move_dispute(&of("dispute"), &of("status")));
            Value::Null
        }
        "deliver" => {
            let (to, stripe) = (of("to"), stripe.clone());
            let send = move || stripe.deliver(to, Weather::default(), &mut Dice(1));
            json!(web::block(send).await.unwrap())
        }
        _ => return HttpResponse::NotFound().finish(),
    };
    HttpResponse::Ok().json(done)
}
