//! Another time for a booking: `/bookings/{id}/time` moves it, `/bookings/{id}/proposal` proposes.

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};

use super::acts::{BookingActContext, BookingPath};
use crate::bookings::forms::{self, TimeForm, WeekQuery};
use crate::bookings::pages::TimePage;
use crate::bookings::{Booking, BookingId, BookingRefusal, Notifier, Side};
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::users::{Actor, Viewer};
use crate::web::{FieldErrors, Flash, Form, Reply, paths};

/// One booking from one side.
#[derive(Clone, Copy)]
struct BookingSide(BookingId, Side);

impl BookingSide {
    async fn page(self, db: &Db, viewer: &Viewer, look: WeekQuery) -> Result<TimePage> {
        let (Self(id, side), viewer) = (self, viewer.clone());
        db.read(move |conn, now| TimePage::load(conn, &viewer, (id, side), look, now)).await
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
        // a stranger is refused before anything typed is looked at
        let page = self.page(db, viewer, form.look()).await?;
        let start = match forms::start(&form.start) {
            Ok(start) => start,
            Err(words) => {
                let errors = FieldErrors::one("start", words);
                return reply.rejected(&TimePage { errors, ..page });
            }
        };
        let mail = mail.clone();
        let act = move |conn: &mut Conn, actor: &Actor| {
            Booking::change_time(conn, &Notifier(&mail), actor, (id, side), start)
        };
        let said = if side == Side::Client { Flash::BookingMoved } else { Flash::TimeProposed };
        match viewer.act(db, act).await {
            Ok(()) => {
                parts.push(id).await?;
                reply.done(paths::booking(id), said)
            }
            Err(BookingRefusal::Failed(error)) => Err(error),
            Err(refusal) => {
                let fresh = self.page(db, viewer, form.look()).await?;
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
