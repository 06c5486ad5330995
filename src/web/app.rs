//! Footing as an app on somebody's screen: the manifest, the service worker and the page that it
//! shows without a connection.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use askama::Template;
use serde_json::json;

use super::{Reply, assets, paths};
use crate::error::Result;

#[derive(Template)]
#[template(path = "offline.html")]
struct OfflinePage;

/// `GET /manifest.webmanifest`
pub async fn manifest() -> HttpResponse {
    let icon = |name: &str, size: u16, purpose: &str| {
        json!({
            "src": assets::address(name),
            "sizes": format!("{size}x{size}"),
            "type": "image/png",
            "purpose": purpose,
        })
    };
    let shortcut = |name: &str, url: &str| json!({"name": name, "url": url});
    let manifest = json!({
        "id": "/",
        "name": "Footing",
        "short_name": "Footing",
        "description": "Find an accountant you can trust, talk in private, book an hour.",
        "lang": "en",
        "dir": "ltr",
        "start_url": paths::HOME,
        "scope": "/",
        "display": "standalone",
        "background_color": "#10242B",
        "theme_color": "#10242B",
        "categories": ["business", "finance"],
        "icons": [
            icon("app/icon-192.png", 192, "any"),
            icon("app/icon-512.png", 512, "any"),
            icon("app/maskable-512.png", 512, "maskable"),
        ],
        "shortcuts": [
            shortcut("Bookings", paths::BOOKINGS),
            shortcut("Messages", paths::MESSAGES),
        ],
    });
    looked_at_anew("application/manifest+json", manifest.to_string())
}

/// `GET /sw.js`: at this address, as a worker sees to what lies beside it and below.
pub async fn show_worker() -> HttpResponse {
    looked_at_anew("text/javascript; charset=utf-8", assets::worker())
}

/// `GET /offline`
pub async fn offline(reply: Reply) -> Result<HttpResponse> {
    reply.page(&OfflinePage)
}

fn looked_at_anew(kind: &'static str, body: impl Into<String>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, kind))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(body.into())
}
