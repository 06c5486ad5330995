//! Calendar files (iCalendar, RFC 5545): reading when somebody is busy, writing events, fetching a
//! calendar from an address that a person typed in.
//!
//! What comes in is hostile until shown otherwise. [`read`] answers any bytes within bounds of
//! length, instances and steps. It keeps no titles but the beginnings of those of events that it
//! cannot read: they are left out and told, since a lost event may become a double booking.
//! [`Internet`] connects to nothing but the addresses it has checked, and holds only so much of what
//! they send at a time. [`calendar`] lets no text break out of its line.
//!
//! Not here: whose calendar it is, when it is fetched again, what a booking says in its event.
//! Why all this is done by hand says docs/decisions/0005-calendars-are-read-by-hand.md.

mod address;
mod definition;
mod event;
mod fetch;
mod lines;
mod read;
mod recurrence;
mod series;
mod times;
mod unreadable;
mod write;
mod zones;

pub use fetch::{FetchRefusal, Fetched, Internet, host};
pub use lines::MAX_BYTES;
pub use read::{Busy, CalendarReading, LeftOut, read};
pub use unreadable::{Flaw, Unreadable};
pub use write::{Conference, EventStatus, Method, OutgoingEvent, calendar};
