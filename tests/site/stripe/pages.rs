//! The pages that people meet at Stripe, as bare as can be: one to pay on, one to fill an account in.

use std::sync::{Arc, Mutex};

use actix_web::HttpResponse;
use actix_web::web::{self, Data, Form, Path, ServiceConfig};
use serde_json::Value;

use super::objects::text;
use super::{Books, Card};

type Shared = Arc<Mutex<Books>>;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .route("/c/pay/{id}", web::get().to(checkout))
        .route("/c/pay/{id}", web::post().to(pay))
        .route("/setup/{id}", web::get().to(set_up))
        .route("/setup/{id}", web::post().to(end_set_up))
        .route("/express/{account}/{link}", web::get().to(dashboard));
}

async fn checkout(id: Path<String>, books: Data<Shared>) -> HttpResponse {
    let mut books = books.lock().unwrap();
    books.pass_time();
    match open_session(&books, &id) {
        Some(session) => page(
            "Pay",
            &format!(
                "<p id=amount>{} {}</p><form method=post><button>Pay</button></form>\
                 <p><a href=\"{}\">Back</a></p>",
                session["amount_total"],
                text(&session["currency"]),
                text(&session["cancel_url"])
            ),
        ),
        None => page("This page is closed", ""),
    }
}

/// The card is held, and its owner led back.
async fn pay(id: Path<String>, books: Data<Shared>) -> HttpResponse {
    let mut books = books.lock().unwrap();
    books.pass_time();
    let Some(session) = open_session(&books, &id) else { return page("This page is closed", "") };
    books.hold(&id, Card { lasts: 7 * 86_400 });
    see_other(&text(&session["success_url"]))
}

fn open_session(books: &Books, id: &str) -> Option<Value> {
    books.objects.get(id).filter(|session| session["status"] == "open").cloned()
}

/// A link is good for one look; an old one leads to where a new one is made.
async fn set_up(id: Path<String>, books: Data<Shared>) -> HttpResponse {
    match books.lock().unwrap().open_link(&id) {
        Some(Ok(_)) => page(
            "Set up payments",
            "<form method=post><button name=as value=done>Done</button> \
             <button name=as value=checked>Done, and Stripe looks at it</button> \
             <button name=as value=later>Later</button></form>",
        ),
        Some(Err(again)) => see_other(&again),
        None => HttpResponse::NotFound().finish(),
    }
}

#[derive(serde::Deserialize)]
struct Ending {
    #[serde(rename = "as")]
    how: String,
}

async fn end_set_up(id: Path<String>, form: Form<Ending>, books: Data<Shared>) -> HttpResponse {
    let mut books = books.lock().unwrap();
    let Some((account, back)) = books.link_ends(&id) else {
        return HttpResponse::NotFound().finish();
    };
    if form.how != "later" {
        books.fill_in(&account, form.how == "done");
    }
    see_other(&back)
}

async fn dashboard() -> HttpResponse {
    page("Your pages at Stripe", "")
}

fn see_other(to: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header(("location", to)).finish()
}

fn page(title: &str, rest: &str) -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(format!(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport \
         content='width=device-width'><link rel=icon href='data:,'><title>{title}</title>\
         <main><h1>{title}</h1>{rest}</main></html>"
    ))
}
