//! `POST /bookings`: a client asks for a time.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::acts::BookingActContext;
use crate::bookings::asker::Asker;
use crate::bookings::booked_service::{BookFormTarget, BookedService};
use crate::bookings::forms::BookForm;
use crate::bookings::pages::ServicePage;
use crate::bookings::{Booking, BookingRefusal, Notifier, Wish};
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::users::Actor;
use crate::web::{FieldErrors, Form, Reply, paths};

/// A form that was posted, with what is needed to show it again.
pub(super) struct PostedForm {
    pub db: Data<Db>,
    pub reply: Reply,
    pub asker: Asker,
    pub target: BookedService,
    pub form: BookForm,
}

impl PostedForm {
    async fn again(&self, errors: FieldErrors, refusal: Option<String>) -> Result<ServicePage> {
        let (asker, target, form) = (self.asker.clone(), self.target.clone(), self.form.clone());
        let page = self.db.read(move |conn, now| asker.again(conn, &target, form, now));
        Ok(ServicePage { errors, refusal, ..page.await? })
    }

    pub async fn reject(&self, errors: FieldErrors) -> Result<HttpResponse> {
        self.reply.rejected(&self.again(errors, None).await?)
    }

    pub async fn refuse(&self, refusal: BookingRefusal) -> Result<HttpResponse> {
        let words = refusal.to_string();
        match refusal {
            BookingRefusal::Failed(error) => Err(error),
            BookingRefusal::Mode => self.reject(FieldErrors::one("mode", words)).await,
            BookingRefusal::Phone => self.reject(FieldErrors::one("phone", words)).await,
            BookingRefusal::TooMany
            | BookingRefusal::TooManyAsked
            | BookingRefusal::TooManyHeld
            | BookingRefusal::NotPayable => {
                self.reply.rejected(&self.again(FieldErrors::default(), Some(words)).await?)
            }
            _ => self.reply.conflict(&self.again(FieldErrors::default(), Some(words)).await?),
        }
    }
}

pub async fn create(
    parts: BookingActContext,
    asker: Asker,
    reply: Reply,
    Form(form): Form<BookForm>,
) -> Result<HttpResponse> {
    let (typed, viewer) = (form.clone(), parts.viewer.clone());
    let target = parts.db.read(move |conn, _| BookFormTarget::of(conn, &typed, &viewer)).await?;
    let target = match target {
        BookFormTarget::Made(booking) => return reply.see_other(paths::booking(booking.id)),
        BookFormTarget::Service(target) => target,
    };
    let posted = PostedForm { db: parts.db.clone(), reply, asker, target, form };
    let wish = match posted.form.parse(&posted.target.questions) {
        Ok(asked) => posted.target.wish(&posted.asker, &posted.form, asked)?,
        Err(errors) => return posted.reject(errors).await,
    };
    match request(&parts, wish).await {
        Ok(booking) => posted.reply.see_other(paths::booking(booking.id)),
        Err(refusal) => posted.refuse(refusal).await,
    }
}

async fn request(parts: &BookingActContext, wish: Wish) -> Result<Booking, BookingRefusal> {
    let mail = parts.mail.clone();
    let act = move |conn: &mut Conn, actor: &Actor| {
        Booking::request(conn, actor, &Notifier(&mail), &wish)
    };
    let booking = parts.viewer.act(&parts.db, act).await?;
    parts.hint(&booking);
    Ok(booking)
}
