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
mod agenda;
mod asker;
mod attendance;
mod booked_service;
mod booking;
mod booking_notice;
mod booking_view;
pub mod calendar;
mod clash;
pub mod diary;
mod event;
mod feed;
mod forms;
pub mod handlers;
pub mod jobs;
mod moving;
mod new_booking;
mod next_free;
mod notify;
mod order;
mod other_time;
mod pages;
pub mod paid;
mod payment_summary;
mod place;
mod practice_hours;
pub mod quotes;
mod refusal;
mod reliability;
mod reminder;
mod request;
pub mod schema;
mod state;
pub mod sweep;
mod terms;
pub mod timeline;
mod week;

pub use agenda::waiting;
pub use attendance::Attendance;
pub use booking::{Booking, BookingCursor, BookingId, BookingRow, Side};
pub use event::{BookingEvent, Happened};
pub use feed::Feed;
pub use new_booking::NewBooking;
pub use next_free::{Free, NextFree};
pub use notify::{BookingNews, Notifier};
pub use pages::BookingPage;
pub use paid::{Online, OnlineRules, PaidStart, PayPlan, SETTLE};
pub use payment_summary::{MoneyLine, PaymentSummary, Summaries};
pub use place::MeetingPlace;
pub use refusal::BookingRefusal;
pub use reliability::KeptHours;
pub use reminder::Reminder;
pub use request::Wish;
pub use state::{By, PayMode, State};
pub use sweep::TOOK_PLACE;
pub use terms::{Answer, SEALED, SealedWords, Terms, returns};
pub use week::{ChosenTime, moment_words, zone_words};
