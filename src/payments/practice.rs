//! What an accountant sees first: today, what waits for them, what is missing, what was earned.

use super::advice::CardAdvice;
use super::billing::BillingDetails;
use super::earnings::{self, EarningsOwner, in_full};
use super::month::Month;
use super::pages::PracticePage;
use crate::accountants::{Accountant, Credential};
use crate::availability::Calendar;
use crate::bookings::quotes::Enquiry;
use crate::bookings::{Booking, BookingRow, OnlineRules, Side, State, waiting};
use crate::clock::{Instant, zone};
use crate::db::Conn;
use crate::error::Result;
use crate::listings::{Checklist, Service};
use crate::users::Viewer;

impl PracticePage {
    /// `mode` and `online` say how cards are taken here, if they are.
    pub fn load(
        conn: &mut Conn,
        viewer: &Viewer,
        (mode, online): (Option<bool>, Option<&OnlineRules>),
        now: Instant,
    ) -> Result<Self> {
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
        let (month, earned) = earned_lately(conn, owner, &accountant.zone, now)?;
        Ok(Self {
            cards: CardAdvice::of(conn, viewer.id, &services, online)?,
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
    }
}

/// What cards were charged this month; at the beginning of one the last is what there is to see.
fn earned_lately(
    conn: &mut Conn,
    owner: EarningsOwner,
    zone_name: &str,
    now: Instant,
) -> Result<(Month, Vec<(String, i64)>)> {
    let place = zone(zone_name);
    let month = Month::of(now.day(zone_name));
    let earned = earnings::charged_in(conn, owner, month, &place)?;
    if earned.is_empty() {
        let before = earnings::charged_in(conn, owner, month.plus(-1), &place)?;
        if !before.is_empty() {
            return Ok((month.plus(-1), before));
        }
    }
    Ok((month, earned))
}
