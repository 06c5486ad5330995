//! By which ways somebody wants to hear of a topic.

use diesel::prelude::*;

use super::Topic;
use super::schema::notification_preferences as preferences;
use crate::db::Conn;
use crate::error::Result;
use crate::on_either;
use crate::users::{Actor, UserId};

/// The ways of one topic. Whoever never chose hears of it by all.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = preferences)]
pub struct Preference {
    user_id: UserId,
    pub topic: Topic,
    /// Counts at the bell; without it the notice is listed and nothing more.
    pub on_page: bool,
    pub by_push: bool,
    pub by_mail: bool,
}

impl Preference {
    pub fn new(user_id: UserId, topic: Topic, [on_page, by_push, by_mail]: [bool; 3]) -> Self {
        Self { user_id, topic, on_page, by_push, by_mail }
    }

    fn unchanged(user_id: UserId, topic: Topic) -> Self {
        Self::new(user_id, topic, [true; 3])
    }

    pub fn of(conn: &mut Conn, user: UserId, topic: Topic) -> Result<Self> {
        if !topic.is_optional() {
            return Ok(Self::unchanged(user, topic));
        }
        let row = preferences::table.find((user, topic)).select(Self::as_select()).first(conn);
        Ok(row.optional()?.unwrap_or_else(|| Self::unchanged(user, topic)))
    }

    /// One for each topic that may be turned off.
    pub fn all(conn: &mut Conn, user: UserId) -> Result<Vec<Self>> {
        let rows: Vec<Self> = preferences::table
            .filter(preferences::user_id.eq(user))
            .select(Self::as_select())
            .load(conn)?;
        let of = |topic| {
            let row = rows.iter().find(|row| row.topic == topic).cloned();
            row.unwrap_or_else(|| Self::unchanged(user, topic))
        };
        Ok(Topic::optional().map(of).collect())
    }

    /// Those among some people who do not want to be pushed about a topic.
    pub fn without_push(conn: &mut Conn, topic: Topic, people: &[UserId]) -> Result<Vec<UserId>> {
        Ok(preferences::table
            .filter(preferences::topic.eq(topic).and(preferences::by_push.eq(false)))
            .filter(preferences::user_id.eq_any(people.to_vec()))
            .select(preferences::user_id)
            .load(conn)?)
    }

    pub fn save_all(conn: &mut Conn, actor: &Actor, wanted: &[[bool; 3]]) -> Result<()> {
        for (topic, ways) in Topic::optional().zip(wanted) {
            Self::new(actor.id, topic, *ways).save(conn)?;
        }
        Ok(())
    }

    /// Topics that somebody chose not to be mailed about. How mails about messages come is chosen where
    /// the messages are.
    pub fn unmailed(conn: &mut Conn, user: UserId) -> Result<Vec<Topic>> {
        let all = Self::all(conn, user)?.into_iter();
        let unmailed = all.filter(|one| !one.by_mail && one.topic != Topic::Messages);
        Ok(unmailed.map(|one| one.topic).collect())
    }

    /// What the link of a mail does, whoever follows it.
    pub fn stop_mail(conn: &mut Conn, user: UserId, topic: Topic) -> Result<()> {
        Self { by_mail: false, ..Self::of(conn, user, topic)? }.save(conn)
    }

    /// Takes that back.
    pub fn resume_mail(conn: &mut Conn, user: UserId, topic: Topic) -> Result<()> {
        Self { by_mail: true, ..Self::of(conn, user, topic)? }.save(conn)
    }

    fn save(&self, conn: &mut Conn) -> Result<()> {
        on_either!(conn, |c| diesel::insert_into(preferences::table)
            .values(self)
            .on_conflict((preferences::user_id, preferences::topic))
            .do_update()
            .set(self)
            .execute(c))?;
        Ok(())
    }
}
