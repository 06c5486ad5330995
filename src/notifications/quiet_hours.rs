//! When somebody is not to be disturbed.

use diesel::prelude::*;
use jiff::civil::Time;
use jiff::{ToSpan, Zoned};

use super::schema::quiet_hours;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::on_either;
use crate::users::{Actor, User, UserId};

/// Between two times of the day on the clock of their owner's zone, over midnight if the second is
/// earlier. What binds before they end comes all the same.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = quiet_hours, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct QuietHours {
    user_id: UserId,
    /// Minutes since midnight, 0 to 1439; never the same as `ends`.
    pub starts: i16,
    pub ends: i16,
    holds_until: Option<Instant>,
}

impl QuietHours {
    pub fn of(conn: &mut Conn, user: UserId) -> Result<Option<Self>> {
        let row = quiet_hours::table.find(user).select(Self::as_select()).first(conn);
        Ok(row.optional()?)
    }

    /// Nothing held any more by those of before.
    pub fn save(conn: &mut Conn, actor: &Actor, hours: Option<(i16, i16)>) -> Result<()> {
        let Some((starts, ends)) = hours else {
            diesel::delete(quiet_hours::table.find(actor.id)).execute(conn)?;
            return Ok(());
        };
        let row = Self { user_id: actor.id, starts, ends, holds_until: None };
        on_either!(conn, |c| diesel::insert_into(quiet_hours::table)
            .values(&row)
            .on_conflict(quiet_hours::user_id)
            .do_update()
            .set(&row)
            .execute(c))?;
        Ok(())
    }

    /// When those end in which this person is now.
    pub fn end_for(conn: &mut Conn, reader: &User, now: Instant) -> Result<Option<Instant>> {
        let hours = Self::of(conn, reader.id)?;
        Ok(hours.and_then(|hours| hours.end(&now.in_zone(&reader.zone))))
    }

    /// The same, noted, so that a round passes over this person until then.
    pub fn hold(conn: &mut Conn, reader: &User, now: Instant) -> Result<Option<Instant>> {
        let end = Self::end_for(conn, reader, now)?;
        if end.is_some() {
            diesel::update(quiet_hours::table.find(reader.id))
                .set(quiet_hours::holds_until.eq(end))
                .execute(conn)?;
        }
        Ok(end)
    }

    /// Whom rounds pass over.
    #[diesel::dsl::auto_type(no_type_alias)]
    pub fn held(now: Instant) -> _ {
        quiet_hours::table
            .filter(quiet_hours::holds_until.assume_not_null().gt(now))
            .select(quiet_hours::user_id)
    }

    /// The next time that a wall in the zone shows their end, if it is quiet now. An end that the
    /// clocks skip comes as much later as they were put forward.
    fn end(&self, wall: &Zoned) -> Option<Instant> {
        let minute = i16::from(wall.hour()) * 60 + i16::from(wall.minute());
        let is_quiet = match self.starts < self.ends {
            true => (self.starts..self.ends).contains(&minute),
            false => minute >= self.starts || minute < self.ends,
        };
        if !is_quiet {
            return None;
        }
        let day = if minute < self.ends { wall.date() } else { wall.date().tomorrow().ok()? };
        let midnight = day.to_datetime(Time::midnight());
        let end = (midnight + i32::from(self.ends).minutes()).to_zoned(wall.time_zone().clone());
        Some(Instant::from_micros(end.ok()?.timestamp().as_microsecond()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(starts: i16, ends: i16, zone: &str, now: &str) -> Option<String> {
        let hours = QuietHours { user_id: UserId(1), starts, ends, holds_until: None };
        let wall = Instant::read_minute(now).unwrap().in_zone(zone);
        hours.end(&wall).map(Instant::minute)
    }

    #[test]
    fn quiet_hours_end_on_the_clock_of_their_owner_whatever_the_clocks_do() {
        let night = |zone, now| end(22 * 60, 7 * 60 + 30, zone, now);
        let found = |at: &str| Some(at.to_owned());
        assert_eq!(night("Europe/London", "2026-12-01T21:59Z"), None);
        assert_eq!(night("Europe/London", "2026-12-01T22:00Z"), found("2026-12-02T07:30Z"));
        assert_eq!(night("Europe/London", "2026-12-02T07:29Z"), found("2026-12-02T07:30Z"));
        assert_eq!(night("Europe/London", "2026-12-02T07:30Z"), None);
        assert_eq!(night("Asia/Tokyo", "2026-12-01T13:00Z"), found("2026-12-01T22:30Z"));
        // the night in which clocks go forward, and the one in which they go back
        assert_eq!(night("Europe/London", "2026-03-28T23:00Z"), found("2026-03-29T06:30Z"));
        assert_eq!(night("Europe/London", "2026-10-24T22:00Z"), found("2026-10-25T07:30Z"));
        // an end that no clock shows
        assert_eq!(end(0, 90, "Europe/London", "2026-03-29T00:30Z"), found("2026-03-29T01:30Z"));
        let noon = |now| end(12 * 60, 13 * 60, "UTC", now);
        assert_eq!(noon("2026-12-01T12:30Z"), found("2026-12-01T13:00Z"));
        assert_eq!((noon("2026-12-01T11:59Z"), noon("2026-12-01T13:00Z")), (None, None));
    }
}
