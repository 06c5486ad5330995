//! Calendar files (iCalendar, RFC 5545): reading when somebody is busy, writing events, fetching a
//! calendar from an address that a person typed in.
//!
//! What comes in is hostile until shown otherwise. [`busy`] answers any bytes within bounds of
//! lines, instances and steps, keeps no titles, and refuses a file that it cannot read wholly: a
//! lost event would be a double booking. [`Internet`] connects to nothing but the addresses it has
//! checked. [`calendar`] lets no text break out of its line.
//!
//! Not here: whose calendar it is, when it is fetched again, what a booking says in its event.
//! Times are jiff's throughout; chrono stays inside `recurrence`, whose crate speaks it.

mod address;
mod fetch;
mod lines;
mod read;
mod recurrence;
mod times;
mod unreadable;
mod write;

pub use fetch::{Internet, Refused, host};
pub use lines::MAX_BYTES;
pub use read::{Busy, busy};
pub use unreadable::Unreadable;
pub use write::{Event, EventStatus, Method, calendar};
