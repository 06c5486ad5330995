//! One booking as a viewer may see it, with all that its page opens for them.

use super::pages::{BookingPage, HistoryEntry};
use super::place::said_of;
use super::{Booking, BookingEvent, BookingId, PaymentSummary, SealedWords, Side, Summaries};
use crate::accountants::Accountant;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::listings::Service;
use crate::messaging::Conversation;
use crate::seal::Seal;
use crate::users::{UserId, Viewer};
use crate::web::FieldErrors;

impl BookingPage {
    pub fn load(
        conn: &mut Conn,
        (seal, summaries): (&Seal, Summaries),
        viewer: &Viewer,
        id: BookingId,
        now: Instant,
    ) -> Result<Self> {
        let line = Booking::seen(conn, id, viewer)?;
        let is_party = [line.booking.client_id, line.booking.accountant_id].contains(&viewer.id);
        let side = is_party.then(|| line.booking.side(viewer.id));
        let history = BookingEvent::of(conn, id)?
            .into_iter()
            .map(|event| HistoryEntry::opened(seal, event, is_party))
            .collect::<Result<_>>()?;
        let (note, answers) = match is_party {
            true => (line.terms.note(seal)?, line.terms.answers(seal)?),
            false => (String::new(), vec![]),
        };
        let zone = viewer.zone.clone();
        let service = Service::by_id(conn, line.booking.service_id)?;
        let usual_place = match side {
            Some(Side::Accountant) => {
                let accountant = Accountant::by_id(conn, line.booking.accountant_id)?;
                said_of(seal, &accountant, &service, line.terms.mode)?
            }
            _ => String::new(),
        };
        let payment = match line.booking.pay_mode.is_online() {
            true => (summaries.0)(conn, id, zone.locale, now)?,
            false => PaymentSummary::default(),
        };
        Ok(Self {
            payment,
            amount_typed: String::new(),
            place: if is_party { line.place(seal)? } else { None },
            phone: if is_party { line.terms.phone(seal)? } else { String::new() },
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
    }

    /// The booking that the viewer and somebody else are about. For who has neither a booking nor a
    /// conversation with that person, there is nothing at all.
    pub fn beside(
        conn: &mut Conn,
        parts: (&Seal, Summaries),
        viewer: &Viewer,
        other: UserId,
        now: Instant,
    ) -> Result<Option<Self>> {
        match Booking::between(conn, viewer.id, other, now)? {
            Some(booking) => Self::load(conn, parts, viewer, booking.id, now).map(Some),
            None => match Conversation::find_between(conn, viewer.id, other)? {
                Some(_) => Ok(None),
                None => Err(Error::NotFound),
            },
        }
    }
}

impl HistoryEntry {
    fn opened(seal: &Seal, event: BookingEvent, is_party: bool) -> Result<Self> {
        let words = match is_party {
            true => SealedWords::open_words(seal, event.words.as_ref())?,
            false => String::new(),
        };
        let BookingEvent { kind, by_whom: by, at, starts_at, .. } = event;
        Ok(Self { kind, by, at, starts_at, words })
    }
}
