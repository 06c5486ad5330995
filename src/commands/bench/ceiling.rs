//! The smallest program that does the same physical work: actix, one query of twenty joined rows,
//! an askama page of as many bytes. No session, no headers, no search.

use std::net::SocketAddr;
use std::sync::Mutex;

use actix_web::web::Data;
use actix_web::{App, HttpResponse, HttpServer, web};
use askama::Template;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::commands::{Failure, Outcome};
use crate::db::{Conn, DatabaseUrl};
use crate::directory::Card;

#[derive(clap::Args)]
pub struct CeilingBenchOptions {
    #[arg(long)]
    at: SocketAddr,
    #[arg(long)]
    url: String,
    /// Bytes that the page is filled up to
    #[arg(long)]
    bytes: usize,
    #[arg(long)]
    threads: usize,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = "<!DOCTYPE html><title>Bare</title><ul>{% for card in cards %}<li>{{ card.name }} {{ \
        card.headline }} {{ card.place }} {{ card.price }}{% for word in card.specialisms %} {{ \
        word }}{% endfor %}</li>{% endfor %}</ul><!--{{ filler }}-->"
)]
struct BarePage {
    cards: Vec<Card>,
    filler: String,
}

#[derive(QueryableByName)]
struct CardRow {
    #[diesel(sql_type = Text)]
    card: String,
}

struct BareDirectory {
    target: DatabaseUrl,
    bytes: usize,
    conns: Mutex<Vec<Conn>>,
}

const QUERY: &str = "SELECT e.card FROM entries e JOIN accountants a ON a.user_id = e.user_id \
                     JOIN users u ON u.id = e.user_id ORDER BY e.rank DESC LIMIT 20";

async fn page(bare: Data<BareDirectory>) -> HttpResponse {
    let kept = bare.conns.lock().ok().and_then(|mut conns| conns.pop());
    let Some(mut conn) = kept.or_else(|| bare.target.connect().ok()) else {
        return HttpResponse::ServiceUnavailable().finish();
    };
    let rows: Vec<CardRow> = diesel::sql_query(QUERY).load(&mut conn).unwrap_or_default();
    if let Ok(mut conns) = bare.conns.lock() {
        conns.push(conn);
    }
    let cards: Vec<Card> =
        rows.iter().filter_map(|row| serde_json::from_str(&row.card).ok()).collect();
    let written = BarePage { cards: cards.clone(), filler: String::new() }.render();
    let missing = bare.bytes.saturating_sub(written.map_or(0, |text| text.len()));
    let body = BarePage { cards, filler: "x".repeat(missing) }.render().unwrap_or_default();
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(body)
}

pub async fn run(options: CeilingBenchOptions) -> Outcome {
    let bare = Data::new(BareDirectory {
        target: DatabaseUrl::parse(&options.url)?,
        bytes: options.bytes,
        conns: Mutex::default(),
    });
    HttpServer::new(move || App::new().app_data(bare.clone()).route("/", web::get().to(page)))
        .workers(options.threads)
        .tcp_nodelay(true)
        .bind(options.at)?
        .run()
        .await
        .map_err(Failure::from)
}
