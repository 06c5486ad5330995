//! The addresses of the small Stripe: keys, kept answers and faults.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use actix_web::http::StatusCode;
use actix_web::http::header::{Date, HttpDate};
use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use serde_json::{Value, json};

use super::lists::{fields, kind_at};
use super::objects::Refused;
use super::{Books, Fault, Kept, Recorded};

type Shared = Arc<Mutex<Books>>;

/// Listens on this machine; where, and how to stop it.
pub fn serve(books: Shared) -> (String, actix_web::dev::ServerHandle) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(Data::new(books.clone()))
            .app_data(web::PayloadConfig::new(1 << 20))
            .configure(super::pages::configure)
            .default_service(web::to(answer))
    })
    .workers(1)
    .disable_signals()
    .listen(listener)
    .unwrap()
    .run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    (base, handle)
}

async fn answer(request: HttpRequest, body: Bytes, books: Data<Shared>) -> HttpResponse {
    let header = |name: &str| {
        request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
    };
    let recorded = Recorded {
        method: request.method().to_string(),
        path: request.path().to_owned(),
        query: request.query_string().to_owned(),
        body: String::from_utf8(body.to_vec()).unwrap(),
        key: header("idempotency-key"),
        version: header("stripe-version"),
        account: header("stripe-account"),
    };
    let has_key = header("authorization").is_some_and(|value| value.starts_with("Bearer sk_test_"));
    // Stripe goes on though whoever asked has gone
    actix_web::rt::spawn(take(books.get_ref().clone(), recorded, has_key)).await.unwrap()
}

async fn take(books: Shared, asked: Recorded, has_key: bool) -> HttpResponse {
    let mut fault = books.lock().unwrap().begin(&asked);
    if !has_key {
        fault = Some(Fault::Unauthorised);
    }
    if let Some(Fault::Stall { millis }) = fault {
        if !books.lock().unwrap().is_free(&asked) {
            let words = "There is currently another in-progress request using this key.";
            let refused = error("idempotency_error", "idempotency_key_in_use", words);
            return books.lock().unwrap().reply(&asked, 409, &refused);
        }
        actix_web::rt::time::sleep(Duration::from_millis(millis)).await;
    }
    let mut books = books.lock().unwrap();
    let (status, answer) = books.take(&asked, fault);
    if fault == Some(Fault::LostAnswer) {
        books.records.answer(&asked, 502, &Value::Null);
        return HttpResponse::BadGateway().body("<html>bad gateway</html>");
    }
    books.reply(&asked, status, &answer)
}

fn error(kind: &str, code: &str, words: &str) -> Value {
    match code {
        "" => json!({"error": {"type": kind, "message": words}}),
        code => json!({"error": {"type": kind, "code": code, "message": words}}),
    }
}

impl Books {
    fn begin(&mut self, asked: &Recorded) -> Option<Fault> {
        self.requests.push(asked.clone());
        self.pass_time();
        let told = self.faults.iter().position(|(part, _)| asked.path.contains(part.as_str()));
        let told = told.and_then(|at| self.faults.remove(at)).map(|(_, fault)| fault);
        told.or_else(|| self.storm.as_mut()?.fault())
    }

    /// Whether nothing else is under way under its key; from now on this is.
    fn is_free(&mut self, asked: &Recorded) -> bool {
        asked.key.as_ref().is_none_or(|key| self.under_way.insert(key.clone()))
    }

    fn reply(&mut self, asked: &Recorded, status: u16, answer: &Value) -> HttpResponse {
        self.records.answer(asked, status, answer);
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(self.now.unsigned_abs());
        HttpResponse::build(StatusCode::from_u16(status).unwrap())
            .insert_header(Date(HttpDate::from(now)))
            .json(answer)
    }

    fn take(&mut self, asked: &Recorded, fault: Option<Fault>) -> (u16, Value) {
        match fault {
            Some(Fault::TooMany) => {
                let words = "Too many requests";
                return (429, error("invalid_request_error", "rate_limit", words));
            }
            Some(Fault::Unauthorised) => {
                let words = "Invalid API Key provided";
                return (401, error("invalid_request_error", "", words));
            }
            _ => {}
        }
        match &asked.key {
            Some(key) => self.once(key, asked, fault),
            None => self.work(asked, fault),
        }
    }

    /// The first answer under a key is the answer, for a day.
    fn once(&mut self, key: &str, asked: &Recorded, fault: Option<Fault>) -> (u16, Value) {
        if matches!(fault, Some(Fault::Stall { .. })) {
            self.under_way.remove(key);
        } else if self.under_way.contains(key) {
            let words = "There is currently another in-progress request using this key.";
            return (409, error("idempotency_error", "idempotency_key_in_use", words));
        }
        let text = format!("{} {} {}", asked.method, asked.path, asked.body);
        let is_kept = |kept: &&Kept| kept.at + 86_400 > self.now;
        if let Some(kept) = self.answers.get(key).filter(is_kept) {
            if kept.asked == text {
                return (kept.status, kept.answer.clone());
            }
            let words = "Keys for idempotent requests can only be used with the same parameters.";
            return (400, error("idempotency_error", "", words));
        }
        let (status, answer) = self.work(asked, fault);
        let kept = Kept { asked: text, status, answer: answer.clone(), at: self.now };
        self.answers.insert(key.to_owned(), kept);
        (status, answer)
    }

    fn work(&mut self, asked: &Recorded, fault: Option<Fault>) -> (u16, Value) {
        match fault {
            Some(Fault::Kept500 { is_done }) => {
                if is_done {
                    self.do_it(asked);
                }
                (500, error("api_error", "", "An error of our own"))
            }
            Some(Fault::Refused { status, code }) => {
                let kind = if status == 402 { "card_error" } else { "invalid_request_error" };
                (status, error(kind, code, "Refused as the test wants"))
            }
            _ => self.do_it(asked),
        }
    }

    fn do_it(&mut self, asked: &Recorded) -> (u16, Value) {
        match self.find_and_do(asked) {
            Ok(object) => (200, self.expanded(object, &asked.query)),
            Err((status, kind, code, words)) => (status, error(kind, code, &words)),
        }
    }

    fn find_and_do(&mut self, asked: &Recorded) -> Result<Value, Refused> {
        let form = fields(&asked.body);
        let path: Vec<&str> = asked.path.trim_start_matches("/v1/").split('/').collect();
        match (asked.method.as_str(), path.as_slice()) {
            ("POST", ["checkout", "sessions"]) => self.create_session(&form),
            ("GET", ["checkout", "sessions", id]) => self.get_of("checkout.session", id),
            ("POST", ["checkout", "sessions", id, "expire"]) => self.expire_session(id),
            ("POST", ["payment_intents", id, "capture"]) => self.capture(id),
            ("POST", ["payment_intents", id, "cancel"]) => self.cancel(id),
            ("POST", ["refunds"]) => self.create_refund(&form),
            ("POST", ["transfers"]) => self.create_transfer(&form),
            ("POST", ["transfers", id, "reversals"]) => self.reverse(id, &form),
            ("GET", ["transfers", id, "reversals"]) => self.reversals(id, &asked.query),
            ("POST", ["accounts"]) => self.create_account(&form),
            ("POST", ["accounts", id, "login_links"]) => self.create_login(id),
            ("POST", ["account_links"]) => self.create_link(&form),
            ("GET", ["accounts", id]) => self.get_account(id),
            ("GET", ["payouts", id]) => self.get_payout(id, asked.account.as_deref()),
            ("GET", ["balance"]) => Ok(self.balance_object()),
            ("GET", [kind, rest @ ..]) if rest.len() <= 1 => match (kind_at(kind), rest) {
                (Some(kind), [id]) => self.get_of(kind, id),
                (Some(of), _) => self.list(of, &asked.path, &asked.query),
                (None, _) => Err(nowhere(asked)),
            },
            _ => Err(nowhere(asked)),
        }
    }
}

fn nowhere(asked: &Recorded) -> Refused {
    let words = format!("Unrecognized request URL ({} {})", asked.method, asked.path);
    (404, "invalid_request_error", "", words)
}
