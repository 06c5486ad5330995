//! `GET /practice`: today.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::accountants::{Accountant, Credential};
use crate::availability::Calendar;
use crate::bookings::handlers::bookings::waiting;
use crate::bookings::quotes::Enquiry;
use crate::bookings::{Booking, BookingRow, Side, State};
use crate::clock::zone;
use crate::db::Db;
use crate::error::Result;
use crate::listings::{Checklist, Service};
use crate::payments::Gateway;
use crate::payments::advice::CardAdvice;
use crate::payments::billing::BillingDetails;
use crate::payments::earnings::{self, EarningsOwner, in_full};
use crate::payments::month::Month;
use crate::payments::pages::PracticePage;
use crate::users::Viewer;
use crate::web::Reply;

pub async fn show(
    db: Data<Db>,
    gateway: Data<Gateway>,
    viewer: Viewer,
    reply: Reply,
) -> Result<HttpResponse> {
    let (mode, online) = (gateway.mode(), gateway.online_rules());
    let page = db.read(move |conn, now| -> Result<PracticePage> {
        let accountant = Accountant::owned(conn, viewer.id)?;
        let missing = Checklist::of(conn, &accountant, viewer.status)?;
        let services = Service::all(conn, viewer.id)?;
        let ahead = Booking::ahead(conn, viewer.id, Side::Accountant, now)?;
        let (waiting, next) = waiting(&ahead, now);
        let is_placeless = |line: &&BookingRow| {
            line.booking.state_at(now) == State::Confirmed && line.terms.place.is_none()
        };
        let placeless = ahead.iter().filter(is_placeless).cloned().collect();
        let rules = Calendar::rules(conn, &accountant, now.day(&accountant.zone))?;
        let owner = EarningsOwner::of(conn, viewer.id, mode)?;
        let place = zone(&accountant.zone);
        let mut month = Month::of(now.day(&accountant.zone));
        let mut earned = earnings::charged_in(conn, owner, month, &place)?;
        if earned.is_empty() {
            // at the beginning of a month the last one is what there is to see
            let before = earnings::charged_in(conn, owner, month.plus(-1), &place)?;
            if !before.is_empty() {
                (month, earned) = (month.plus(-1), before);
            }
        }
        Ok(PracticePage {
            cards: CardAdvice::of(conn, viewer.id, &services, online.as_ref())?,
            name: viewer.name.to_string(),
            hour: now.in_zone(&viewer.zone).hour(),
            has_hours: !rules.is_never(),
            lacks_credential: Credential::of(conn, viewer.id)?.is_empty(),
            lacks_billing: mode.is_some() && BillingDetails::find(conn, viewer.id)?.is_none(),
            earned: earned
                .iter()
                .map(|(currency, minor)| in_full(*minor, currency, &viewer.zone))
                .collect(),
            month: month.words(&viewer.zone),
            is_test: !owner.livemode,
            zone: viewer.zone.clone(),
            accountant,
            missing,
            services,
            waiting,
            enquiries: Enquiry::open(conn, viewer.id, now)?,
            made: vec![],
            next,
            placeless,
        })
    });
    reply.page(&page.await?)
}
