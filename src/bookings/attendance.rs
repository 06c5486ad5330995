//! Who said of whom that they did not appear, and what became of that.

use diesel::prelude::*;

use super::Booking;
use super::schema::bookings;
use crate::clock::Instant;

/// The columns of a booking that tell of it.
#[derive(Debug, Clone, Copy, Queryable, Selectable)]
#[diesel(table_name = bookings)]
pub struct Attendance {
    pub no_show_at: Option<Instant>,
    pub no_show_objected_at: Option<Instant>,
    pub no_show_upheld_at: Option<Instant>,
    pub complained_at: Option<Instant>,
    pub accountant_absent_at: Option<Instant>,
}

impl Attendance {
    /// Whether the accountant's word that the client did not appear stands: nobody contradicted it, or
    /// an admin upheld it.
    pub fn is_no_show_held(self) -> bool {
        let complained = self.complained_at >= self.no_show_at && self.complained_at.is_some();
        let is_contradicted = self.no_show_objected_at.is_some() || complained;
        self.no_show_at.is_some() && (!is_contradicted || self.no_show_upheld_at.is_some())
    }
}

impl Booking {
    pub fn attendance(&self) -> Attendance {
        Attendance {
            no_show_at: self.no_show_at,
            no_show_objected_at: self.no_show_objected_at,
            no_show_upheld_at: self.no_show_upheld_at,
            complained_at: self.complained_at,
            accountant_absent_at: self.accountant_absent_at,
        }
    }
}
