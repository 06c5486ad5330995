//! The buttons of a booking: each is one act, after which the booking is shown again.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};

use super::bookings::page;
use crate::bookings::forms::ReasonForm;
use crate::bookings::pages::BookingPage;
use crate::bookings::{
    Booking, BookingId, MeetingPlace, Notifier, Online, SealedWords, Summaries, Terms,
};
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::live::{Hint, HintKind, Live};
use crate::mail::Mail;
use crate::seal::Seal;
use crate::users::{Actor, Viewer};
use crate::web::{EmptyForm, FieldErrors, Flash, Form, Path, Reply, paths};

/// What every act needs.
#[derive(Clone)]
pub struct BookingActContext {
    pub db: Data<Db>,
    pub mail: Data<Mail>,
    pub seal: Data<Seal>,
    pub live: Data<Live>,
    pub online: Data<Online>,
    pub summaries: Data<Summaries>,
    pub viewer: Viewer,
}

impl FromRequest for BookingActContext {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let db = Data::<Db>::from_request(request, payload);
        let mail = Data::<Mail>::from_request(request, payload);
        let seal = Data::<Seal>::from_request(request, payload);
        let live = Data::<Live>::from_request(request, payload);
        let online = Data::<Online>::from_request(request, payload);
        let summaries = Data::<Summaries>::from_request(request, payload);
        let viewer = Viewer::from_request(request, payload);
        Box::pin(async move {
            let viewer = viewer.await?;
            let (db, mail) = (db.await?, mail.await?);
            let (seal, live, online) = (seal.await?, live.await?, online.await?);
            let summaries = summaries.await?;
            Ok(Self { db, mail, seal, live, online, summaries, viewer })
        })
    }
}

impl BookingActContext {
    /// The page as it stands.
    pub async fn page(&self, id: BookingId) -> Result<BookingPage> {
        page(&self.db, (&self.seal, **self.summaries), &self.viewer, id).await
    }

    /// The page with what was typed, and what is wrong with it.
    async fn rejected(
        &self,
        reply: &Reply,
        id: BookingId,
        form: ReasonForm,
        errors: FieldErrors,
    ) -> Result<HttpResponse> {
        let page = self.page(id).await?;
        let (reason, place_typed) = (form.reason, form.place);
        reply.rejected(&BookingPage { reason, place_typed, errors, ..page })
    }

    /// A stranger's booking is a 404 before anything typed is looked at.
    async fn load(&self, id: BookingId) -> Result<()> {
        let viewer = self.viewer.clone();
        self.db.read(move |conn, _| Booking::for_party(conn, id, &viewer)).await.map(drop)
    }

    /// The same with what was agreed.
    async fn terms(&self, id: BookingId) -> Result<Terms> {
        let viewer = self.viewer.clone();
        let line = self.db.read(move |conn, _| Booking::for_party(conn, id, &viewer)?.line(conn));
        Ok(line.await?.terms)
    }

    async fn act<F>(&self, id: BookingId, work: F) -> Result<()>
    where
        F: FnOnce(Booking, &mut Conn, &Notifier, &Actor) -> Result<()> + Send + 'static,
    {
        let mail = self.mail.clone();
        let act = move |conn: &mut Conn, actor: &Actor| {
            work(Booking::held(conn, id, actor)?, conn, &Notifier(&mail), actor)
        };
        self.viewer.act(&self.db, act).await?;
        self.push(id).await
    }

    /// Tells the open pages of both, after the commit.
    pub async fn push(&self, id: BookingId) -> Result<()> {
        let booking = self.db.read(move |conn, _| Booking::by_id(conn, id)).await?;
        self.hint(&booking);
        Ok(())
    }

    /// The same with the booking at hand.
    pub(super) fn hint(&self, booking: &Booking) {
        let people = [booking.client_id.0, booking.accountant_id.0];
        self.live.publish(&people, Hint::new(HintKind::Booking, booking.id.0, 0));
    }
}

pub(super) type BookingPath = Path<BookingId>;

/// `POST /bookings/{id}/acceptance`, with another place to meet than the usual one or without.
pub async fn acceptance(
    parts: BookingActContext,
    reply: Reply,
    id: BookingPath,
    Form(form): Form<ReasonForm>,
) -> Result<HttpResponse> {
    let terms = parts.terms(*id).await?;
    let place = match MeetingPlace::parse(&terms, &form.place) {
        Ok(place) => place,
        Err(words) => {
            return parts.rejected(&reply, *id, form, FieldErrors::one("place", words)).await;
        }
    };
    parts.act(*id, |booking, conn, desk, actor| booking.accept(conn, desk, actor, place)).await?;
    reply.done(paths::booking(*id), Flash::BookingAccepted)
}

/// `POST /bookings/{id}/place`
pub async fn place(
    parts: BookingActContext,
    reply: Reply,
    id: BookingPath,
    Form(form): Form<ReasonForm>,
) -> Result<HttpResponse> {
    let terms = parts.terms(*id).await?;
    let place = match MeetingPlace::parse_said(&terms, &form.place) {
        Ok(place) => place,
        Err(words) => {
            return parts.rejected(&reply, *id, form, FieldErrors::one("place", words)).await;
        }
    };
    let act = move |booking: Booking, conn: &mut Conn, desk: &Notifier, actor: &Actor| {
        booking.set_place(conn, desk, actor, &place)
    };
    parts.act(*id, act).await?;
    reply.done(paths::booking(*id), Flash::PlaceSaved)
}

pub async fn decline(
    parts: BookingActContext,
    reply: Reply,
    id: BookingPath,
    Form(form): Form<ReasonForm>,
) -> Result<HttpResponse> {
    parts.load(*id).await?;
    let words = match form.parse(0) {
        Ok(words) => SealedWords::words(&parts.seal, &words)?,
        Err(errors) => return parts.rejected(&reply, *id, form, errors).await,
    };
    parts.act(*id, |booking, conn, desk, actor| booking.decline(conn, desk, actor, words)).await?;
    reply.done(paths::booking(*id), Flash::BookingDeclined)
}

/// The suspended may still cancel.
pub async fn cancellation(
    parts: BookingActContext,
    reply: Reply,
    id: BookingPath,
    Form(form): Form<ReasonForm>,
) -> Result<HttpResponse> {
    parts.load(*id).await?;
    let words = match form.parse(0) {
        Ok(words) => SealedWords::words(&parts.seal, &words)?,
        Err(errors) => return parts.rejected(&reply, *id, form, errors).await,
    };
    let (id, mail) = (*id, parts.mail.clone());
    let act = move |conn: &mut Conn, actor: &Actor| -> Result<()> {
        let booking = Booking::held_even_suspended(conn, id, actor.id)?;
        booking.cancel(conn, &Notifier(&mail), actor, words)
    };
    parts.viewer.act_even_suspended(&parts.db, act).await?;
    parts.push(id).await?;
    reply.done(paths::booking(id), Flash::BookingCancelled)
}

pub async fn no_show(
    parts: BookingActContext,
    reply: Reply,
    id: BookingPath,
    _: Form<EmptyForm>,
) -> Result<HttpResponse> {
    parts.load(*id).await?;
    parts.act(*id, |booking, conn, desk, actor| booking.mark_no_show(conn, desk, actor)).await?;
    reply.done(paths::booking(*id), Flash::BookingNoted)
}

/// `POST /bookings/{id}/no-show/objection`: "I was there".
pub async fn objection(
    parts: BookingActContext,
    reply: Reply,
    id: BookingPath,
    _: Form<EmptyForm>,
) -> Result<HttpResponse> {
    parts.load(*id).await?;
    parts.act(*id, |booking, conn, desk, actor| booking.object(conn, desk, actor)).await?;
    reply.done(paths::booking(*id), Flash::BookingNoted)
}

pub async fn complaint(
    parts: BookingActContext,
    reply: Reply,
    id: BookingPath,
    Form(form): Form<ReasonForm>,
) -> Result<HttpResponse> {
    parts.load(*id).await?;
    let words = match form.parse(10) {
        Ok(words) => SealedWords::words(&parts.seal, &words)?,
        Err(errors) => return parts.rejected(&reply, *id, form, errors).await,
    };
    parts.act(*id, |booking, conn, desk, actor| booking.complain(conn, desk, actor, words)).await?;
    reply.done(paths::booking(*id), Flash::ComplaintSent)
}

pub async fn paid_directly(
    parts: BookingActContext,
    reply: Reply,
    id: BookingPath,
    _: Form<EmptyForm>,
) -> Result<HttpResponse> {
    parts.load(*id).await?;
    parts.act(*id, |booking, conn, _, actor| booking.note_paid(conn, actor)).await?;
    reply.done(paths::booking(*id), Flash::BookingNoted)
}

/// `POST /bookings/{id}/proposal/answer`
pub async fn answer(
    parts: BookingActContext,
    reply: Reply,
    id: BookingPath,
    Form(form): Form<ReasonForm>,
) -> Result<HttpResponse> {
    parts.load(*id).await?;
    let answer = match form.proposal_answer() {
        Ok(answer) => answer,
        Err(errors) => return parts.rejected(&reply, *id, form, errors).await,
    };
    let shown = form.shown();
    let act = move |booking: Booking, conn: &mut Conn, desk: &Notifier, actor: &Actor| {
        Ok(booking.answer_proposal(conn, desk, actor, (answer, shown))?)
    };
    parts.act(*id, act).await?;
    reply.done(paths::booking(*id), Flash::BookingNoted)
}
