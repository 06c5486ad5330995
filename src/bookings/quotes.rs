//! Services priced by quote: a client asks ([`Enquiry`]), the accountant makes an offer to that one
//! client ([`Quote`]), and the client accepts it by picking a time while it is valid.
//!
//! An offer is a promise: its terms never change, and one booking uses it up; both databases refuse
//! anything else. A better one takes the place of the one before. What the two write is sealed.
//!
//! Not here: the booking that follows, which goes the way of every other.

mod drafting;
mod enquiry;
mod forms;
mod lines;
mod pages;
mod quote;
mod quote_notice;

pub use drafting::PostedQuote;
pub use enquiry::{Ask, Enquiry, EnquiryId};
pub use forms::{CheckedOffer, QuoteForm};
pub use lines::{EnquiryLine, QuoteLine};
pub use pages::{Offered, OpenedEnquiry, QuoteFormPage};
pub use quote::{NewQuote, Quote, QuoteId, QuoteState};
