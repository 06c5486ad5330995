//! The visitor's clock.

use actix_web::HttpRequest;

use crate::clock;
use crate::locale::{LocalZone, Locale};
use crate::users::Viewer;

/// The zone to show times in: named in the address, else of the account, else what the browser told
/// (see `static/js/site.js`). Empty where nobody told: then it is the accountant's.
pub fn zone(request: &HttpRequest, viewer: Option<&Viewer>) -> LocalZone {
    let query = form_urlencoded::parse(request.query_string().as_bytes());
    let named = query.filter(|(name, _)| name == "tz").map(|(_, zone)| zone.into_owned()).next();
    let account = viewer.map(|viewer| viewer.zone.to_string());
    let locale = viewer.map_or(Locale::NEUTRAL, |viewer| viewer.zone.locale);
    let cookie = request.cookie("tz").map(|cookie| cookie.value().to_owned());
    let mut known = [named, account, cookie].into_iter().flatten();
    LocalZone::new(known.find(|zone| clock::is_zone(zone)).unwrap_or_default(), locale)
}
