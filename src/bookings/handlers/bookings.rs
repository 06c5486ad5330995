//! The lists of bookings, and one booking.

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};

use crate::accountants::Accountant;
use crate::bookings::pages::{
    BesideFragment, BookingPage, BookingsPage, CalendarDay, HistoryEntry, PracticeBookingsPage,
};
use crate::bookings::place::said_of;
use crate::bookings::quotes::{Enquiry, Quote};
use crate::bookings::{
    Booking, BookingCursor, BookingEvent, BookingId, BookingRow, PaymentSummary, SealedWords, Side,
    State, Summaries,
};
use crate::clock::Instant;
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::listings::Service;
use crate::messaging::Conversation;
use crate::seal::Seal;
use crate::users::{UserId, Viewer};
use crate::web::{FieldErrors, LayoutContext, Path, Reply, paths};

/// Where a list goes on; a bad value is the first page.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct ListQuery {
    after: String,
}

impl ListQuery {
    fn read(&self) -> Option<BookingCursor> {
        let (at, id) = self.after.split_once('-')?;
        Some((Instant::from_micros(at.parse().ok()?), id.parse().ok()?))
    }

    fn write(path: &str, (at, id): BookingCursor) -> String {
        format!("{path}?after={}-{id}", at.micros())
    }
}

pub async fn index(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    from: Query<ListQuery>,
) -> Result<HttpResponse> {
    if viewer.is_accountant() {
        return reply.see_other(paths::PRACTICE_BOOKINGS);
    }
    let after = from.read();
    let page = db.read(move |conn, now| -> Result<_> {
        let (past, next) = Booking::past(conn, viewer.id, Side::Client, now, after)?;
        let ahead = match after {
            None => Booking::ahead(conn, viewer.id, Side::Client, now)?,
            Some(_) => vec![],
        };
        let next = next.map(|after| ListQuery::write(paths::BOOKINGS, after));
        Ok(BookingsPage {
            offers: Quote::open(conn, viewer.id, now)?,
            enquiries: Enquiry::open(conn, viewer.id, now)?,
            ahead,
            past,
            next,
            zone: viewer.zone.clone(),
            now,
        })
    });
    reply.page(&page.await?)
}

pub async fn practice(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    from: Query<ListQuery>,
) -> Result<HttpResponse> {
    let after = from.read();
    let page = db.read(move |conn, now| practice_page(conn, &viewer, after, now)).await?;
    reply.page(&page)
}

fn practice_page(
    conn: &mut Conn,
    viewer: &Viewer,
    after: Option<BookingCursor>,
    now: Instant,
) -> Result<PracticeBookingsPage> {
    Accountant::owned(conn, viewer.id)?;
    let (past, next) = Booking::past(conn, viewer.id, Side::Accountant, now, after)?;
    let ahead = Booking::ahead(conn, viewer.id, Side::Accountant, now)?;
    let zone = viewer.zone.clone();
    let (waiting, _) = waiting(&ahead, now);
    let today = now.day(&zone);
    let on = |day| ahead.iter().filter(move |line| line.booking.starts_at.day(&zone) == day);
    let days = (0..7)
        .map(|n| today.plus(n))
        .map(|day| CalendarDay { day, lines: on.clone()(day).cloned().collect() })
        .collect();
    let zone = viewer.zone.clone();
    let is_later = |line: &&BookingRow| line.booking.starts_at.day(&zone) >= today.plus(7);
    let later = ahead.iter().filter(is_later).cloned().collect();
    let next = next.map(|after| ListQuery::write(paths::PRACTICE_BOOKINGS, after));
    let enquiries = Enquiry::open(conn, viewer.id, now)?;
    let made = Quote::open(conn, viewer.id, now)?;
    Ok(PracticeBookingsPage { waiting, enquiries, made, days, later, past, next, zone, now })
}

/// Requests by the time that is left to answer them, and the first booking that stands.
pub fn waiting(ahead: &[BookingRow], now: Instant) -> (Vec<BookingRow>, Option<BookingRow>) {
    let in_state = |state| ahead.iter().filter(move |l| l.booking.state_at(now) == state).cloned();
    let mut waiting: Vec<BookingRow> = in_state(State::Pending).collect();
    waiting.sort_by_key(|line| line.booking.deadline);
    (waiting, in_state(State::Confirmed).next())
}

pub async fn show(
    db: Data<Db>,
    seal: Data<Seal>,
    summaries: Data<Summaries>,
    viewer: Viewer,
    reply: Reply,
    id: Path<BookingId>,
) -> Result<HttpResponse> {
    reply.page(&page(&db, (&seal, **summaries), &viewer, *id).await?)
}

/// The page of one booking as this viewer may see it.
pub async fn page(
    db: &Db,
    (seal, summaries): (&Seal, Summaries),
    viewer: &Viewer,
    id: BookingId,
) -> Result<BookingPage> {
    let (seal, viewer) = (seal.clone(), viewer.clone());
    db.read(move |conn, now| {
        let line = Booking::seen(conn, id, &viewer)?;
        let is_party = [line.booking.client_id, line.booking.accountant_id].contains(&viewer.id);
        let side = is_party.then(|| line.booking.side(viewer.id));
        let history = BookingEvent::of(conn, id)?
            .into_iter()
            .map(|event| entry(&seal, event, is_party))
            .collect::<Result<_>>()?;
        let (note, answers) = match is_party {
            true => (line.terms.note(&seal)?, line.terms.answers(&seal)?),
            false => (String::new(), vec![]),
        };
        let zone = viewer.zone.clone();
        let is_accountant = side == Some(Side::Accountant);
        let service = Service::by_id(conn, line.booking.service_id)?;
        let usual_place = match is_accountant {
            true => usual_place(conn, &seal, &line, &service)?,
            false => String::new(),
        };
        let payment = match line.booking.pay_mode.is_online() {
            true => (summaries.0)(conn, id, zone.locale, now)?,
            false => PaymentSummary::default(),
        };
        Ok(BookingPage {
            payment,
            amount_typed: String::new(),
            place: if is_party { line.place(&seal)? } else { None },
            phone: if is_party { line.terms.phone(&seal)? } else { String::new() },
            usual_place,
            category: service.category,
            place_typed: String::new(),
            line,
            side,
            history,
            note,
            answers,
            zone,
            now,
            reason: String::new(),
            errors: FieldErrors::default(),
        })
    })
    .await
}

/// What the accountant always says of this way of meeting.
fn usual_place(
    conn: &mut Conn,
    seal: &Seal,
    line: &BookingRow,
    service: &Service,
) -> Result<String> {
    let accountant = Accountant::by_id(conn, line.booking.accountant_id)?;
    said_of(seal, &accountant, service, line.terms.mode)
}

/// Which of the two parts a conversation asks for.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Beside {
    side: String,
}

/// `GET /bookings/with/{user}`: what a conversation shows beside itself. For who has neither a booking
/// nor a conversation with that person, it is not there.
pub async fn beside(
    db: Data<Db>,
    (seal, summaries): (Data<Seal>, Data<Summaries>),
    viewer: Viewer,
    reply: Reply,
    with: Path<UserId>,
    part: Query<Beside>,
) -> Result<HttpResponse> {
    let (own, with) = (viewer.id, *with);
    let found = db.read(move |conn, now| {
        let found = Booking::between(conn, own, with, now)?;
        if found.is_none() && Conversation::find_between(conn, own, with)?.is_none() {
            return Err(Error::NotFound);
        }
        Ok(found)
    });
    let shown = match found.await? {
        Some(booking) => Some(page(&db, (&seal, **summaries), &viewer, booking.id).await?),
        None => None,
    };
    reply.page(&BesideFragment { page: shown, is_side: !part.side.is_empty() })
}

/// The page's main part for a socket, as it stands after a change. What is being typed stays.
pub async fn push(
    db: &Db,
    seal: (&Seal, Summaries),
    viewer: &Viewer,
    shell: &LayoutContext,
    id: i64,
) -> Result<String> {
    page(db, seal, viewer, BookingId(id)).await?.pushed(shell)
}

fn entry(seal: &Seal, event: BookingEvent, is_party: bool) -> Result<HistoryEntry> {
    let words = match is_party {
        true => SealedWords::open_words(seal, event.words.as_ref())?,
        false => String::new(),
    };
    let BookingEvent { kind, by_whom: by, at, starts_at, .. } = event;
    Ok(HistoryEntry { kind, by, at, starts_at, words })
}
