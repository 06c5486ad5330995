//! What is always in reach on a profile: to write, and the way to an hour or the sentence why not.

use super::pages::AccountantPage;
use crate::accountants::Accepting;
use crate::listings::Service;
use crate::web::paths;

/// How a visitor comes to an hour from the profile.
pub enum WayToBook {
    /// The page of the service that is free first, and when, if that is known here: "Mon 09:00".
    Book(String, Option<String>),
    /// All is by quote: the page of the first service.
    Quote(String),
    /// There is none, and why; one can write.
    Barred(String),
}

impl AccountantPage {
    pub fn has_bar(&self) -> bool {
        self.is_for_clients && !self.is_preview
    }

    pub fn way_to_book(&self) -> WayToBook {
        let called = self.accountant.called();
        let page = |service: &Service| paths::public_service(&self.accountant.slug, service.id);
        let quote = self.services.iter().find(|service| service.is_quote());
        let times = self.services.iter().find(|service| !service.is_quote());
        let first = self
            .services
            .iter()
            .filter_map(|service| Some((self.next_free.first(&service.id)?, service)));
        if self.accountant.accepting == Accepting::None {
            return WayToBook::Barred(format!("{called} takes no bookings at present."));
        }
        if !self.is_taken {
            return WayToBook::Barred(format!(
                "{called} takes only clients who have booked before."
            ));
        }
        match (first.min_by_key(|(at, _)| *at), quote) {
            (Some((at, service)), _) => {
                let day = crate::locale::weekday(at.day(&self.zone).date());
                let when = format!("{day} {}", at.time(&self.zone));
                WayToBook::Book(page(service), Some(when))
            }
            (None, Some(quote)) if times.is_none() => WayToBook::Quote(page(quote)),
            (None, _) if self.accountant.accepting == Accepting::Known => match times {
                Some(service) => WayToBook::Book(page(service), None),
                None => WayToBook::Barred(format!("{called} has no free time at present.")),
            },
            _ => WayToBook::Barred(format!("{called} has no free time at present.")),
        }
    }
}
