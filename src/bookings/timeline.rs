//! What the messages of two people say of their bookings. The number beside each is the booking's.

use super::BookingId;
use crate::messaging::{NoticeKind, NoticePage};
use crate::web::paths;

const fn kind(number: u8, word: &'static str, words: &'static str) -> NoticeKind {
    let page = NoticePage { name: "the booking", path: |id| paths::booking(BookingId(id)) };
    NoticeKind { number, word, words, page: Some(page) }
}

pub const REQUESTED: NoticeKind = kind(1, "booking-requested", "A time was asked for.");
pub const CONFIRMED: NoticeKind = kind(2, "booking-confirmed", "The booking is confirmed.");
pub const DECLINED: NoticeKind = kind(3, "booking-declined", "The request was declined.");
pub const EXPIRED: NoticeKind = kind(4, "booking-expired", "The request was not answered in time.");
pub const CANCELLED: NoticeKind = kind(5, "booking-cancelled", "The booking was cancelled.");
pub const MOVED: NoticeKind = kind(6, "booking-moved", "The booking was moved to another time.");
pub const PROPOSED: NoticeKind = kind(7, "booking-proposed", "Another time was proposed.");

pub const KINDS: &[NoticeKind] =
    &[REQUESTED, CONFIRMED, DECLINED, EXPIRED, CANCELLED, MOVED, PROPOSED];
