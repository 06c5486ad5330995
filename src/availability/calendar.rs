//! One accountant's calendar: how bookings are taken, and the hours of the week.

use diesel::prelude::*;

use super::schema::{calendars, weekly_windows};
use super::{BookingLimits, Exception, NewHours, Rules, Window};
use crate::accountants::Accountant;
use crate::clock::{Day, Instant, Span};
use crate::db::Conn;
use crate::error::Result;
use crate::on_either;
use crate::users::{Actor, Stale, UserId};

/// By what an accountant’s hours are offered: how long before a start one can still book, how far
/// ahead, and how many at most. A limit that is none is not set.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = calendars, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Calendar {
    pub accountant_id: UserId,
    pub notice_hours: i32,
    pub horizon_days: i32,
    pub per_day: Option<i32>,
    pub per_week: Option<i32>,
    pub new_per_month: Option<i32>,
    pub changed_at: Instant,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = weekly_windows)]
struct WeeklyWindow {
    accountant_id: UserId,
    weekday: i16,
    from_minute: i16,
    to_minute: i16,
}

/// The windows of a week, Monday first.
pub type Week = [Vec<Window>; 7];

impl Calendar {
    pub const NOTICE: i32 = 12;
    pub const HORIZON: i32 = 60;

    /// What is saved, or what a new calendar begins with.
    pub fn of(conn: &mut Conn, id: UserId) -> Result<Self> {
        let own = calendars::table.find(id);
        let saved = on_either!(conn, |c| own.select(Self::as_select()).first(c)).optional()?;
        Ok(saved.unwrap_or(Self {
            accountant_id: id,
            notice_hours: Self::NOTICE,
            horizon_days: Self::HORIZON,
            per_day: None,
            per_week: None,
            new_per_month: None,
            changed_at: Instant::from_micros(0),
        }))
    }

    pub fn limits(&self) -> BookingLimits {
        BookingLimits {
            per_day: self.per_day,
            per_week: self.per_week,
            new_per_month: self.new_per_month,
        }
    }

    pub fn notice(&self) -> Span {
        Span::hours(self.notice_hours.into())
    }

    /// The windows of the week.
    pub fn week(conn: &mut Conn, id: UserId) -> Result<Week> {
        let own = weekly_windows::table
            .filter(weekly_windows::accountant_id.eq(id))
            .order((weekly_windows::weekday, weekly_windows::from_minute));
        let rows = on_either!(conn, |c| own.select(WeeklyWindow::as_select()).load(c))?;
        let mut week = Week::default();
        for row in rows {
            let day = usize::try_from(row.weekday - 1).ok().and_then(|at| week.get_mut(at));
            if let (Some(day), Some(window)) = (day, Window::new(row.from_minute, row.to_minute)) {
                day.push(window);
            }
        }
        Ok(week)
    }

    /// All that says when this accountant is there, from a date on.
    pub fn rules(conn: &mut Conn, accountant: &Accountant, from: Day) -> Result<Rules> {
        let mut rules = Rules::never(&accountant.zone);
        rules.weekly = Self::week(conn, accountant.user_id)?;
        for exception in Exception::of(conn, accountant.user_id, from)? {
            exception.enter(&mut rules);
        }
        Ok(rules)
    }

    /// Saves the whole form. The row of the accountant stays locked, so that no booking commits by
    /// the old hours afterwards.
    pub fn save(conn: &mut Conn, actor: &Actor, new: &NewHours) -> Result<()> {
        Accountant::lock(conn, actor.id)?;
        Accountant::set_zone(conn, actor, &new.zone)?;
        let row = Self {
            accountant_id: actor.id,
            notice_hours: new.notice,
            horizon_days: new.horizon,
            per_day: new.limits.per_day,
            per_week: new.limits.per_week,
            new_per_month: new.limits.new_per_month,
            changed_at: actor.now,
        };
        on_either!(conn, |c| diesel::insert_into(calendars::table)
            .values(&row)
            .on_conflict(calendars::accountant_id)
            .do_update()
            .set(&row)
            .execute(c))?;
        let own = weekly_windows::table.filter(weekly_windows::accountant_id.eq(actor.id));
        diesel::delete(own).execute(conn)?;
        for (weekday, windows) in (1..).zip(&new.week) {
            for window in windows {
                let row = WeeklyWindow {
                    accountant_id: actor.id,
                    weekday,
                    from_minute: window.from,
                    to_minute: window.to,
                };
                diesel::insert_into(weekly_windows::table).values(&row).execute(conn)?;
            }
        }
        Stale::mark(conn, actor.id, actor.now)
    }
}
