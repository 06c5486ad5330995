//! `/practice/earnings`, as a page and as a file.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Data, Query};

use crate::accountants::Accountant;
use crate::clock::{Instant, zone};
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::locale::{LocalZone, Locale};
use crate::payments::Gateway;
use crate::payments::earnings::{
    self, Earning, EarningsFilter, EarningsOwner, EarningsPlace, Figures,
};
use crate::payments::month::Month;
use crate::payments::pages::{EarningsPage, MonthFigures};
use crate::payments::spreadsheet::Spreadsheet;
use crate::users::Viewer;
use crate::web::Reply;

/// Rows on a page.
const PAGE: i64 = 50;
const MONTHS_SHOWN: i32 = 12;
/// How far back a month can be chosen: twenty years.
const MOST_MONTHS: usize = 240;

/// What is to be seen; a bad value is as if it were not there.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct EarningsQuery {
    month: String,
    currency: String,
    after: String,
}

impl EarningsQuery {
    fn after(&self) -> Option<EarningsPlace> {
        let (at, id) = self.after.split_once('-')?;
        Some((Instant::from_micros(at.parse().ok()?), id.parse().ok()?))
    }
}

pub async fn show(
    db: Data<Db>,
    gateway: Data<Gateway>,
    viewer: Viewer,
    reply: Reply,
    query: Query<EarningsQuery>,
) -> Result<HttpResponse> {
    let mode = gateway.mode();
    let page = db.read(move |conn, now| {
        let owner = EarningsOwner::of(conn, viewer.id, mode)?;
        page(conn, (owner, viewer.zone.locale), mode.is_some(), &query, now)
    });
    let page = page.await?;
    reply.page(&page)
}

fn page(
    conn: &mut Conn,
    (owner, locale): (EarningsOwner, Locale),
    takes_cards: bool,
    query: &EarningsQuery,
    now: Instant,
) -> Result<EarningsPage> {
    let accountant = Accountant::owned(conn, owner.accountant)?;
    let place = zone(&accountant.zone);
    let known = earnings::currencies(conn, owner)?;
    let chosen = known.iter().find(|(currency, ..)| *currency == query.currency);
    let currency = chosen.or(known.first()).map(|(currency, ..)| currency.clone());
    let present = Month::of(now.day_in(&place));
    let first = known.iter().map(|(_, first, _)| *first).min();
    let first = first.map_or(present, |first| Month::of(first.day_in(&place)));
    let month = Month::parse(&query.month).filter(|month| (first..=present).contains(month));
    let month = month.unwrap_or(present);
    let (mut months, mut rows, mut next) = (vec![], vec![], None);
    if let Some(currency) = &currency {
        let last = if month > present.plus(-MONTHS_SHOWN) { present } else { month };
        months = earnings::by_month(conn, owner, currency, last, (MONTHS_SHOWN, &place))?;
        let within = Some((month.begin(&place), month.plus(1).begin(&place)));
        let filter = EarningsFilter { currency: Some(currency.clone()), within };
        (rows, next) = Earning::page(conn, owner, &filter, query.after(), PAGE)?;
    }
    let total = months.iter().find(|(of, _)| *of == month);
    let back = |month: &Month| (*month > first).then(|| month.plus(-1));
    Ok(EarningsPage {
        total: total.map_or(Figures::default(), |(_, figures)| *figures),
        choices: std::iter::successors(Some(present), back).take(MOST_MONTHS).collect(),
        months: months.into_iter().map(|(of, figures)| MonthFigures { of, figures }).collect(),
        month,
        currency: currency.unwrap_or_default(),
        currencies: known.into_iter().map(|(currency, ..)| currency).collect(),
        rows,
        is_first: query.after().is_none(),
        next: next.map(|(at, id)| format!("{}-{id}", at.micros())),
        zone: LocalZone::new(accountant.zone, locale),
        takes_cards,
        is_test: !owner.livemode,
    })
}

/// `GET /practice/earnings.csv`: of a month, or all that there ever was.
pub async fn file(
    db: Data<Db>,
    gateway: Data<Gateway>,
    viewer: Viewer,
    query: Query<EarningsQuery>,
) -> Result<HttpResponse> {
    let mode = gateway.mode();
    let month = Month::parse(&query.month);
    let name = month.map_or("earnings.csv".to_owned(), |month| format!("earnings-{month}.csv"));
    let body = db.read(move |conn, _| -> Result<_> {
        let owner = EarningsOwner::of(conn, viewer.id, mode)?;
        let accountant = Accountant::owned(conn, owner.accountant)?;
        let place = zone(&accountant.zone);
        let within = month.map(|month| (month.begin(&place), month.plus(1).begin(&place)));
        let currency = Some(query.currency.clone()).filter(|currency| !currency.is_empty());
        Spreadsheet::of(conn, owner, &EarningsFilter { currency, within })
    });
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(body.await?))
}
