//! The page where an accountant makes an offer, and what a client sees of one.

use askama::Template;

use super::forms::{MOST_DAYS, MOST_TEXT};
use super::{EnquiryId, QuoteForm, QuoteLine, QuoteState};
use crate::bookings::Answer;
use crate::clock::Instant;
use crate::listings::Service;
use crate::locale::LocalZone;
use crate::users::UserId;
use crate::web::FieldErrors;

/// What one client asked, opened for the accountant.
pub struct OpenedEnquiry {
    pub id: EnquiryId,
    pub at: Instant,
    pub name: String,
    pub note: String,
    pub answers: Vec<Answer>,
}

/// The accountant's form.
#[derive(Template)]
#[template(path = "quotes/quote_form.html")]
pub struct QuoteFormPage {
    pub service: Service,
    pub people: Vec<(UserId, String)>,
    /// The question that this offer would answer.
    pub asked: Option<OpenedEnquiry>,
    pub form: QuoteForm,
    pub errors: FieldErrors,
    pub zone: LocalZone,
}

impl QuoteFormPage {
    fn options(&self) -> Vec<(String, &str)> {
        let people = self.people.iter().map(|(id, name)| (id.to_string(), &**name));
        [(String::new(), "Choose one")].into_iter().chain(people).collect()
    }

    fn most_text(&self) -> usize {
        MOST_TEXT
    }

    fn until_hint(&self) -> String {
        format!("At most {MOST_DAYS} days ahead; the day is included.")
    }

    fn amount_hint(&self) -> String {
        format!("In {}, all taxes included; 0 if it is free.", self.service.currency)
    }
}

/// An offer as a part of the service's page.
pub struct Offered {
    pub line: QuoteLine,
    pub words: String,
    pub standing: QuoteState,
    /// The accountant looks at what they offered.
    pub is_maker: bool,
    pub zone: LocalZone,
}

impl Offered {
    pub fn is_open(&self) -> bool {
        self.standing == QuoteState::Open
    }

    pub fn until(&self) -> String {
        self.line.quote.valid_until.words(&self.zone)
    }

    /// Why it can no longer be accepted, and the booking that came of it.
    pub fn over(&self) -> Option<(&'static str, Option<String>)> {
        match self.standing {
            QuoteState::Open => None,
            QuoteState::Used(booking) => {
                Some(("This offer was accepted.", Some(crate::web::paths::booking(booking))))
            }
            QuoteState::Withdrawn => Some(("This offer was withdrawn.", None)),
            QuoteState::Over => Some(("This offer is no longer valid.", None)),
        }
    }
}
