//! Who is told what about quotes. Prices and dates are told; what the two wrote is not.

use super::Quote;
use crate::accountants::Accountant;
use crate::bookings::Notifier;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::listings::{Service, ServiceId};
use crate::mail::Letter;
use crate::notifications::{NewNotice, Notice, Topic};
use crate::users::{User, UserId};
use crate::web::paths;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuoteEvent {
    Asked,
    Declined,
    Offered,
    Withdrawn,
}

/// All that the words are made of.
pub struct QuoteNotice {
    pub news: QuoteEvent,
    pub object: i64,
    pub service: Service,
    pub accountant: Accountant,
    pub client: User,
    pub quote: Option<Quote>,
}

impl QuoteNotice {
    pub fn of(
        conn: &mut Conn,
        news: QuoteEvent,
        object: i64,
        service: ServiceId,
        client: UserId,
    ) -> Result<Self> {
        let service = Service::by_id(conn, service)?;
        let accountant = Accountant::by_id(conn, service.accountant_id)?;
        let client = User::by_id(conn, client)?;
        Ok(Self { news, object, service, accountant, client, quote: None })
    }

    fn kind(&self) -> &'static str {
        match self.news {
            QuoteEvent::Asked => "quotes.asked",
            QuoteEvent::Declined => "quotes.declined",
            QuoteEvent::Offered => "quotes.offered",
            QuoteEvent::Withdrawn => "quotes.withdrawn",
        }
    }

    /// Title, what follows it, and where it is to be seen.
    fn said(&self) -> (String, String, String) {
        let (them, title) = (&self.accountant.display_name, &self.service.title);
        let page = || paths::public_service(&self.accountant.slug, self.service.id);
        let offer = || self.quote.as_ref().map_or_else(page, |quote| paths::offer(quote.id));
        match self.news {
            QuoteEvent::Asked => (
                format!("{} asks for an offer: {title}", self.client.name),
                "Their words are on the page where you make it.".to_owned(),
                paths::offers(self.service.id, self.client.id),
            ),
            QuoteEvent::Declined => (
                format!("{them} makes no offer for {title}"),
                "You can ask somebody else.".to_owned(),
                page(),
            ),
            QuoteEvent::Offered => (
                format!("{them} offers you {title}{}", self.terms()),
                "To accept it, pick a time on its page.".to_owned(),
                offer(),
            ),
            QuoteEvent::Withdrawn => (
                format!("{them} withdrew an offer: {title}"),
                "It can no longer be accepted. You can ask again.".to_owned(),
                offer(),
            ),
        }
    }

    /// ": £400, 60 minutes, valid until Thu 3 Dec 2026, 00:00 GMT".
    fn terms(&self) -> String {
        self.quote.as_ref().map_or(String::new(), |quote| {
            let reader = self.client.local_zone();
            let (price, until) = (quote.price_words(&reader), quote.valid_until.words(&reader));
            format!(": {price}, {} minutes, valid until {until}", quote.duration)
        })
    }

    /// A notice and a mail, rows of the same transaction.
    pub fn tell(&self, conn: &mut Conn, desk: &Notifier, now: Instant) -> Result<()> {
        let (title, more, path) = self.said();
        let button = if self.news == QuoteEvent::Asked { "Make an offer" } else { "Open the page" };
        let address = format!("{}{path}", desk.0.base_url);
        let letter =
            Letter::new(&title, &[&format!("{title}."), &more]).with_button(button, address);
        let letter = match &self.quote {
            Some(quote) if self.news == QuoteEvent::Offered => letter.expiring(quote.valid_until),
            _ => letter,
        };
        let telling = NewNotice {
            kind: self.kind(),
            topic: Topic::Offers,
            recipient: match self.news {
                QuoteEvent::Asked => self.accountant.user_id,
                _ => self.client.id,
            },
            object: self.object,
            version: now.micros(),
            words: title.chars().take(300).collect(),
            path,
            letter: Some(letter),
        };
        Notice::tell(conn, desk.0, telling, now).map(|_| ())
    }
}
