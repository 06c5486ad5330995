//! When an accountant can be booked.
//!
//! [`slots`] turns windows on a wall into slots in time, for any zone and any date. [`Availability`] takes
//! from them what is taken, within notice, horizon and limits. Every change of hours locks the row
//! of the accountant, as each booking does, so that none commits by hours that are no more.
//!
//! An [`Outside`] calendar says when its owner is busy elsewhere: of it only those times are kept,
//! and its address only sealed. A [`Source`] is read wholly before anything is written, so what
//! cannot be read changes nothing and the copy before it stands.
//!
//! Not here: bookings (`bookings` hands their stretches and counts to an offer) and the pages, which
//! show what is free.

mod calendar;
mod exception;
mod forms;
pub mod jobs;
mod notes;
mod offer;
pub mod outside;
pub mod schema;
pub mod slots;
mod source;
mod window;

pub use calendar::{Calendar, Week};
pub use exception::{Exception, ExceptionId, ExceptionKind};
pub use forms::{CalendarForm, DatesForm, HoursForm, NewException, NewHours, WEEKDAYS};
pub use notes::Notes;
pub use offer::{Availability, BookingLimits, Occupancy, Slot};
pub use outside::{Contents, NewOutside, Outside, OutsideId, SEALED};
pub use slots::{Rules, Shape, Stretch};
pub use source::{CalendarReader, OwnIds, Source, UnreadCalendar};
pub use window::Window;
