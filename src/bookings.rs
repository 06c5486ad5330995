//! Hours that clients book with accountants.
//!
//! A [`Booking`] goes from asked for to confirmed to over, by the table of states that a trigger
//! keeps in both databases. Two bookings of one calendar never overlap: the database refuses it,
//! raw SQL included, and every act holds the calendar's row, so that hours, limits and absences
//! hold as well. What was agreed is a copy ([`Terms`]) that later edits of the service leave alone.
//! Notes, answers and reasons are sealed at rest and shown to the two only.
//!
//! Not here: which times there are (`availability`), how money moves, reviews.

mod acts;
mod booking;
pub mod calendar;
pub mod diary;
mod event;
mod feed;
mod forms;
pub mod handlers;
pub mod jobs;
mod moving;
mod outlook;
mod pages;
pub mod quotes;
mod reminder;
mod request;
mod said;
pub mod schema;
mod state;
pub mod sweep;
mod tell;
mod terms;
mod week;

pub use booking::{After, Booking, BookingId, Line, Side};
pub use event::{Event, Happened};
pub use feed::Feed;
pub use outlook::{Free, Outlook};
pub use reminder::Reminder;
pub use request::{Refusal, Wish};
pub use state::{By, PayMode, State};
pub use tell::{Desk, What};
pub use terms::{Answer, SEALED, Sealed, Terms, returns};
pub use week::zone_words;
