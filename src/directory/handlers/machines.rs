//! What search engines and other machines read.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Data;
use askama::Template;

use crate::clock::{Instant, Span};
use crate::config::Operator;
use crate::db::Db;
use crate::directory::DirectoryEntry;
use crate::error::{Error, Result};
use crate::web::{Path, Reply, RequestTime};

/// Addresses in one file of the sitemap.
const FILE: i64 = 10_000;

#[derive(Template)]
#[template(path = "directory/sitemap_index.xml")]
struct SitemapIndex {
    base_url: String,
    files: i64,
}

#[derive(Template)]
#[template(path = "directory/sitemap.xml")]
struct Sitemap {
    base_url: String,
    rows: Vec<(String, Instant)>,
}

fn xml(page: &impl Template) -> Result<HttpResponse> {
    let body = page.render().map_err(Error::internal)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/xml; charset=utf-8"))
        .body(body))
}

/// `GET /sitemap.xml`: an index; files go by the number of the entry, so they stay stable.
pub async fn sitemap_index(db: Data<Db>, reply: Reply) -> Result<HttpResponse> {
    let last = db.read(|conn, _| DirectoryEntry::last_number(conn)).await?;
    let files = (last.max(1) + FILE - 1) / FILE;
    xml(&SitemapIndex { base_url: reply.shell().base_url.clone(), files })
}

/// `GET /sitemap-{n}.xml`
pub async fn sitemap(db: Data<Db>, reply: Reply, file: Path<i64>) -> Result<HttpResponse> {
    let file = *file;
    if !(1..=1_000_000).contains(&file) {
        return Err(Error::NotFound);
    }
    let rows = db
        .read(move |conn, _| DirectoryEntry::sitemap(conn, (file - 1) * FILE, file * FILE))
        .await?;
    xml(&Sitemap { base_url: reply.shell().base_url.clone(), rows })
}

fn text(body: String) -> HttpResponse {
    HttpResponse::Ok().insert_header((CONTENT_TYPE, "text/plain; charset=utf-8")).body(body)
}

/// `GET /robots.txt`
pub async fn robots(reply: Reply) -> HttpResponse {
    let base_url = &reply.shell().base_url;
    text(format!(
        "User-agent: *\nDisallow: /practice\nDisallow: /settings\nDisallow: /admin\n\
         Disallow: /login\nDisallow: /verify/\nDisallow: /password/\n\nSitemap: {base_url}/sitemap.xml\n"
    ))
}

/// `GET /.well-known/footing-code.json`: what every file of this version must hash to, for whoever
/// wants to know that all browsers get the same.
pub async fn code() -> HttpResponse {
    let files: BTreeMap<&str, String> = crate::web::assets::fingerprints().collect();
    HttpResponse::Ok().json(files)
}

/// `GET /.well-known/security.txt` (RFC 9116)
pub async fn security(
    operator: Data<Operator>,
    RequestTime(now): RequestTime,
    reply: Reply,
) -> HttpResponse {
    let base_url = &reply.shell().base_url;
    let contact = match operator.contact.as_deref() {
        Some(page) if page.starts_with("https://") => page.to_owned(),
        Some(address) => format!("mailto:{address}"),
        None => format!("{base_url}/terms"),
    };
    let expires = (now + Span::days(180)).iso();
    text(format!(
        "Contact: {contact}\nExpires: {expires}\nPreferred-Languages: en\n\
         Canonical: {base_url}/.well-known/security.txt\n"
    ))
}
