//! `GET /places`: names of towns, for whoever types one.

use actix_web::HttpResponse;
use actix_web::web::Query;
use serde::Deserialize;

use crate::accountants::pages::PlacesFragment;
use crate::accountants::places;
use crate::error::Result;
use crate::web::{Reply, text};

/// What is typed, under the name of a search or of the field; within a country, if one is chosen.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct PlaceQuery {
    q: String,
    place: String,
    country: String,
}

const MOST: usize = 8;

pub async fn index(reply: Reply, typed: Query<PlaceQuery>) -> Result<HttpResponse> {
    let text = if typed.q.is_empty() { &typed.place } else { &typed.q };
    let within = Some(typed.country.to_uppercase()).filter(|code| !code.is_empty());
    let towns = match text::line("Place", text, 0, 80) {
        Ok(text) => places::begun(&text, within.as_deref(), MOST),
        Err(_) => vec![],
    };
    reply.page(&PlacesFragment { towns })
}
