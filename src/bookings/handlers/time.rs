//! Another time for a booking: `/bookings/{id}/time` moves it, `/bookings/{id}/proposal` proposes.

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};

use super::acts::{BookingActContext, BookingPath};
use super::services::WeekQuery;
use crate::accountants::Accountant;
use crate::bookings::forms::{self, BookForm, TimeForm};
use crate::bookings::pages::TimePage;
use crate::bookings::week::{PickerWeek, Viewpoint};
use crate::bookings::{Booking, BookingId, BookingRefusal, Notifier, Side, clash};
use crate::clock::Day;
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::listings::Service;
use crate::listings::complete::find_at_work;
use crate::users::{Actor, Viewer};
use crate::web::{FieldErrors, Flash, Form, Reply, paths};

/// One booking from one side.
#[derive(Clone, Copy)]
struct BookingSide(BookingId, Side);

impl BookingSide {
    /// The picker; the other side's address is a 403.
    async fn page(self, db: &Db, viewer: &Viewer, look: WeekQuery) -> Result<TimePage> {
        let (Self(id, side), viewer) = (self, viewer.clone());
        db.read(move |conn, now| {
            let booking = Booking::for_party(conn, id, &viewer)?;
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
            Ok(TimePage { line, side, week, form, errors, refusal, wants_zones })
        })
        .await
    }

    async fn show(
        self,
        db: &Db,
        viewer: &Viewer,
        reply: &Reply,
        look: WeekQuery,
    ) -> Result<HttpResponse> {
        let page = self.page(db, viewer, look).await?;
        reply.page_or_part(&page, page.as_week())
    }

    async fn put(
        self,
        parts: &BookingActContext,
        reply: &Reply,
        form: TimeForm,
    ) -> Result<HttpResponse> {
        let Self(id, side) = self;
        let BookingActContext { db, mail, viewer, .. } = parts;
        let look =
            || WeekQuery { from: form.from.clone(), tz: form.tz.clone(), ..WeekQuery::default() };
        // a stranger is refused before anything typed is looked at
        let page = self.page(db, viewer, look()).await?;
        let start = match forms::start(&form.start) {
            Ok(start) => start,
            Err(words) => {
                let errors = FieldErrors::one("start", words);
                return reply.rejected(&TimePage { errors, ..page });
            }
        };
        let mail = mail.clone();
        let act = move |conn: &mut Conn, actor: &Actor| -> Result<(), BookingRefusal> {
            let booking = Booking::held(conn, id, actor)?;
            match side {
                Side::Client => booking.move_to(conn, &Notifier(&mail), actor, start),
                Side::Accountant => booking.propose(conn, &Notifier(&mail), actor, start),
            }
        };
        let said = if side == Side::Client { Flash::BookingMoved } else { Flash::TimeProposed };
        match viewer.act(db, act).await {
            Ok(()) => {
                parts.push(id).await?;
                reply.done(paths::booking(id), said)
            }
            Err(BookingRefusal::Failed(error)) => Err(error),
            Err(refusal) => {
                let fresh = self.page(db, viewer, look()).await?;
                reply.conflict(&TimePage { refusal: Some(refusal.to_string()), ..fresh })
            }
        }
    }
}

pub async fn edit(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    id: BookingPath,
    look: Query<WeekQuery>,
) -> Result<HttpResponse> {
    BookingSide(*id, Side::Client).show(&db, &viewer, &reply, look.into_inner()).await
}

pub async fn new(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    id: BookingPath,
    look: Query<WeekQuery>,
) -> Result<HttpResponse> {
    BookingSide(*id, Side::Accountant).show(&db, &viewer, &reply, look.into_inner()).await
}

pub async fn update(
    parts: BookingActContext,
    reply: Reply,
    id: BookingPath,
    Form(form): Form<TimeForm>,
) -> Result<HttpResponse> {
    BookingSide(*id, Side::Client).put(&parts, &reply, form).await
}

pub async fn create(
    parts: BookingActContext,
    reply: Reply,
    id: BookingPath,
    Form(form): Form<TimeForm>,
) -> Result<HttpResponse> {
    BookingSide(*id, Side::Accountant).put(&parts, &reply, form).await
}
