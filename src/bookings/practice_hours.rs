//! The hours of a practice as they are saved, what they come to, and which bookings lie outside.

use super::pages::{CalendarRow, HoursPage, PreviewDay};
use super::{Booking, BookingRow, Side};
use crate::accountants::Accountant;
use crate::availability::{
    Calendar, CalendarForm, DatesForm, Exception, HoursForm, Outside, Rules,
};
use crate::clock::{Day, Instant};
use crate::db::Conn;
use crate::error::Result;
use crate::locale::LocalZone;
use crate::seal::Seal;
use crate::users::Viewer;
use crate::web::FieldErrors;

impl HoursPage {
    pub fn load(conn: &mut Conn, seal: &Seal, viewer: &Viewer, now: Instant) -> Result<Self> {
        let accountant = Accountant::owned(conn, viewer.id)?;
        let zone = viewer.zone.elsewhere(&*accountant.zone);
        let today = now.day(&accountant.zone);
        let calendar = Calendar::of(conn, viewer.id)?;
        let week = Calendar::week(conn, viewer.id)?;
        let exceptions = Exception::of(conn, viewer.id, today)?;
        let rules = Calendar::rules(conn, &accountant, today)?;
        let ahead = Booking::ahead(conn, viewer.id, Side::Accountant, now)?;
        Ok(Self {
            form: HoursForm::of(&calendar, &week, &accountant.zone),
            dates: DatesForm::default(),
            calendar: CalendarForm::default(),
            calendars: Outside::of(conn, viewer.id)?
                .into_iter()
                .map(|outside| CalendarRow::new(outside, seal))
                .collect(),
            errors: FieldErrors::default(),
            is_changed: false,
            preview: (0..14)
                .map(|n| today.plus(n))
                .map(|day| PreviewDay { day, hours: hours(&rules, day, &zone) })
                .collect(),
            outside: ahead.into_iter().filter(|line| !is_within(&rules, line)).collect(),
            today,
            now,
            exceptions,
            past_exceptions: Exception::past(conn, viewer.id, today)?,
            zone,
        })
    }
}

fn hours(rules: &Rules, day: Day, zone: &LocalZone) -> Vec<String> {
    rules
        .pieces(day)
        .into_iter()
        .map(|(from, to)| {
            let (from, to) = (from.in_zone(zone), to.in_zone(zone));
            zone.locale.window(from.time(), to.time())
        })
        .collect()
}

fn is_within(rules: &Rules, line: &BookingRow) -> bool {
    let (start, end) = (line.booking.starts_at, line.booking.ends_at);
    let pieces = rules.pieces(start.day_in(&rules.zone));
    pieces.iter().any(|(from, to)| *from <= start && end <= *to)
}
