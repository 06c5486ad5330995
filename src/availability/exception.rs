//! Dates that differ from the week: other hours, or away.

use diesel::prelude::*;

use super::schema::exceptions;
use super::{NewException, Rules, Window};
use crate::accountants::Accountant;
use crate::clock::Day;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::locale::Locale;
use crate::on_either;
use crate::users::{Actor, Stale, UserId};

crate::typed_id!(ExceptionId);

crate::word_enum! {
    ExceptionKind { Override => "override", Vacation => "vacation" }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = exceptions)]
pub struct Exception {
    pub id: ExceptionId,
    pub accountant_id: UserId,
    pub kind: ExceptionKind,
    pub first_on: Day,
    pub last_on: Day,
    pub windows: String,
}

impl Exception {
    pub const MOST: i64 = 200;

    /// So many of those that are over are kept.
    const MOST_PAST: i64 = 200;

    /// Those that end on or after a date, earliest first.
    pub fn of(conn: &mut Conn, id: UserId, from: Day) -> Result<Vec<Self>> {
        let own = exceptions::table
            .filter(exceptions::accountant_id.eq(id).and(exceptions::last_on.ge(from)))
            .order((exceptions::first_on, exceptions::id))
            .limit(Self::MOST);
        Ok(on_either!(conn, |c| own.select(Self::as_select()).load(c))?)
    }

    /// Those that are over on a date, the latest first.
    pub fn past(conn: &mut Conn, id: UserId, today: Day) -> Result<Vec<Self>> {
        let own = exceptions::table
            .filter(exceptions::accountant_id.eq(id).and(exceptions::last_on.lt(today)))
            .order((exceptions::last_on.desc(), exceptions::id.desc()))
            .limit(Self::MOST_PAST);
        Ok(on_either!(conn, |c| own.select(Self::as_select()).load(c))?)
    }

    /// Forgets what has long been over: nothing is worked out from it, and there are only so many.
    fn forget_past(conn: &mut Conn, id: UserId, today: Day) -> Result<()> {
        let Some(oldest) = Self::past(conn, id, today)?.pop() else { return Ok(()) };
        let older = exceptions::table
            .filter(exceptions::accountant_id.eq(id).and(exceptions::last_on.lt(oldest.last_on)));
        diesel::delete(older).execute(conn)?;
        Ok(())
    }

    pub fn enter(&self, rules: &mut Rules) {
        match self.kind {
            ExceptionKind::Vacation => rules.vacations.push((self.first_on, self.last_on)),
            ExceptionKind::Override => {
                rules.dates.insert(self.first_on, Window::read(&self.windows));
            }
        }
    }

    /// Adds it; a date's own hours replace those it had.
    pub fn create(conn: &mut Conn, actor: &Actor, new: &NewException) -> Result<()> {
        Accountant::lock(conn, actor.id)?;
        let today = actor.now.day(&Accountant::owned(conn, actor.id)?.zone);
        Self::forget_past(conn, actor.id, today)?;
        let own = exceptions::table
            .filter(exceptions::accountant_id.eq(actor.id).and(exceptions::last_on.ge(today)));
        if own.count().get_result::<i64>(conn)? >= Self::MOST {
            return Err(Error::conflict(
                "You have 200 dates that differ ahead of you. Remove some first.",
            ));
        }
        let (kind, first_on, last_on, windows) = match new {
            NewException::Vacation(first, last) => {
                (ExceptionKind::Vacation, *first, *last, String::new())
            }
            NewException::Override(day, windows) => {
                (ExceptionKind::Override, *day, *day, Window::write(windows))
            }
        };
        if kind == ExceptionKind::Override {
            let same = exceptions::table
                .filter(exceptions::accountant_id.eq(actor.id))
                .filter(exceptions::kind.eq(kind).and(exceptions::first_on.eq(first_on)));
            diesel::delete(same).execute(conn)?;
        }
        let id = ExceptionId::next(actor.now);
        let row = Self { id, accountant_id: actor.id, kind, first_on, last_on, windows };
        on_either!(conn, |c| diesel::insert_into(exceptions::table).values(&row).execute(c))?;
        Stale::mark(conn, actor.id, actor.now)
    }

    /// Removes one's own; somebody else's is not there.
    pub fn remove(conn: &mut Conn, actor: &Actor, id: ExceptionId) -> Result<()> {
        Accountant::lock(conn, actor.id)?;
        Accountant::owned(conn, actor.id)?;
        let own = exceptions::table.find(id).filter(exceptions::accountant_id.eq(actor.id));
        if diesel::delete(own).execute(conn)? == 0 {
            return Err(Error::NotFound);
        }
        Stale::mark(conn, actor.id, actor.now)
    }

    pub fn is_vacation(&self) -> bool {
        self.kind == ExceptionKind::Vacation
    }

    /// "24 Dec – 1 Jan: away", "Thu 3 Dec 2026: 10:00–12:00".
    pub fn dates(&self, locale: impl AsRef<Locale>) -> String {
        if self.first_on == self.last_on {
            return self.first_on.words(locale);
        }
        format!("{} – {}", self.first_on.words(&locale), self.last_on.words(&locale))
    }

    pub fn hours(&self, locale: impl AsRef<Locale>) -> String {
        let windows = Window::read(&self.windows);
        if self.kind == ExceptionKind::Vacation {
            return "Away".to_owned();
        }
        match windows.as_slice() {
            [] => "Not available".to_owned(),
            some => some.iter().map(|window| window.words(&locale)).collect::<Vec<_>>().join(", "),
        }
    }
}
