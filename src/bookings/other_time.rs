//! The picker of another time for a booking: the client moves it, the accountant proposes.

use super::forms::{BookForm, WeekQuery};
use super::pages::TimePage;
use super::week::{PickerWeek, Viewpoint};
use super::{Booking, BookingId, BookingRefusal, Side, clash};
use crate::accountants::Accountant;
use crate::clock::{Day, Instant};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::listings::Service;
use crate::listings::complete::find_at_work;
use crate::users::Viewer;
use crate::web::FieldErrors;

impl TimePage {
    /// The picker of one side; the other side's address is a 403.
    pub fn load(
        conn: &mut Conn,
        viewer: &Viewer,
        (id, side): (BookingId, Side),
        look: WeekQuery,
        now: Instant,
    ) -> Result<Self> {
        let booking = Booking::for_party(conn, id, viewer)?;
        if booking.side(viewer.id) != side {
            return Err(Error::forbidden(match side {
                Side::Client => "Only the client can move a booking. Propose another time.",
                Side::Accountant => "Only the accountant can propose another time.",
            }));
        }
        let accountant = Accountant::by_id(conn, booking.accountant_id)?;
        let service = Service::by_id(conn, booking.service_id)?;
        let mut asking = booking.asking(&accountant, &service, now);
        let is_away = side == Side::Client && find_at_work(conn, accountant.user_id)?.is_none();
        let refusal = is_away.then(|| BookingRefusal::NotAtWork.to_string());
        if is_away {
            asking.most_days = -1;
        }
        let view = Viewpoint::choose(&look.tz, Some(&viewer.zone), None, &accountant.zone);
        let mut week = PickerWeek::look(conn, asking, &view, Day::parse(&look.from), now)?;
        if side == Side::Client {
            clash::warn(conn, &mut week, viewer.id, Some(id), now)?;
        }
        let line = booking.line(conn)?;
        let wants_zones = !look.zones.is_empty();
        let form = BookForm { from: look.from, tz: look.tz, ..BookForm::default() };
        let errors = FieldErrors::default();
        Ok(Self { line, side, week, form, errors, refusal, wants_zones })
    }
}
