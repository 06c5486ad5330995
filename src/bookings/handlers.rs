//! Addresses that show times and bookings, or change them.

pub mod acts;
pub mod bookings;
pub mod calendar;
pub mod calendars;
pub mod hours;
pub mod quotes;
pub mod requests;
pub mod services;
pub mod time;
