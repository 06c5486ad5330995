//! `GET /practice`: today.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::bookings::waiting;
use crate::accountants::Accountant;
use crate::availability::Calendar;
use crate::bookings::pages::PracticePage;
use crate::bookings::quotes::Enquiry;
use crate::bookings::{Booking, Side};
use crate::db::Db;
use crate::error::Result;
use crate::listings::{Missing, Service};
use crate::users::Viewer;
use crate::web::Reply;

pub async fn show(db: Data<Db>, viewer: Viewer, reply: Reply) -> Result<HttpResponse> {
    let page = db.read(move |conn, now| -> Result<PracticePage> {
        let accountant = Accountant::owned(conn, viewer.id)?;
        let missing = Missing::of(conn, &accountant, viewer.status)?;
        let services = Service::all(conn, viewer.id)?;
        let ahead = Booking::ahead(conn, viewer.id, Side::Accountant, now)?;
        let (waiting, next) = waiting(&ahead, now);
        let rules = Calendar::rules(conn, &accountant, now.day(&accountant.zone))?;
        Ok(PracticePage {
            name: viewer.name.to_string(),
            hour: now.in_zone(&viewer.zone).hour(),
            has_hours: !rules.is_never(),
            zone: viewer.zone.to_string(),
            accountant,
            missing,
            services,
            waiting,
            enquiries: Enquiry::open(conn, viewer.id, now)?,
            made: vec![],
            next,
        })
    });
    reply.page(&page.await?)
}
