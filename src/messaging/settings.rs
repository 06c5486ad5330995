//! What somebody shows of themselves, and how they are told of messages.

use diesel::dsl::Find;
use diesel::prelude::*;

use super::schema::chat_settings;
use crate::clock::Instant;
use crate::db::{self, Conn};
use crate::error::Result;
use crate::on_either;
use crate::users::{Actor, UserId};

crate::word_enum! {
    /// When waiting messages are mailed.
    MailMode { Soon => "soon", Daily => "daily", Never => "never" }
}

/// Both switches are mutual: who hides does not see.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = chat_settings, treat_none_as_default_value = false)]
pub struct ChatSettings {
    pub user_id: UserId,
    pub share_receipts: bool,
    pub share_presence: bool,
    pub mail_mode: MailMode,
    pub last_seen_at: Option<Instant>,
    pub mailed_at: Option<Instant>,
}

/// What of it somebody chooses.
#[derive(Debug, Clone, Copy)]
pub struct ChatChoices {
    pub share_receipts: bool,
    pub share_presence: bool,
    pub mail_mode: MailMode,
}

impl ChatSettings {
    /// Of somebody who never changed them: everything is shown, mail comes soon.
    fn unchanged(user: UserId) -> Self {
        Self {
            user_id: user,
            share_receipts: true,
            share_presence: true,
            mail_mode: MailMode::Soon,
            last_seen_at: None,
            mailed_at: None,
        }
    }

    pub fn of(conn: &mut Conn, user: UserId) -> Result<Self> {
        let row = chat_settings::table.find(user).select(Self::as_select()).first(conn);
        Ok(row.optional()?.unwrap_or_else(|| Self::unchanged(user)))
    }

    /// Those of some people who do not show when they are here.
    pub(super) fn hiding_among(conn: &mut Conn, people: &[UserId]) -> Result<Vec<UserId>> {
        Ok(chat_settings::table
            .filter(chat_settings::user_id.eq_any(people.to_vec()))
            .filter(chat_settings::share_presence.eq(false))
            .select(chat_settings::user_id)
            .load(conn)?)
    }

    /// The row of somebody, for a change: it may be the first.
    fn row(conn: &mut Conn, user: UserId) -> Result<Find<chat_settings::table, UserId>> {
        let first = Self::unchanged(user);
        on_either!(conn, |c| diesel::insert_into(chat_settings::table)
            .values(&first)
            .on_conflict_do_nothing()
            .execute(c))?;
        Ok(chat_settings::table.find(user))
    }

    pub fn save(conn: &mut Conn, actor: &Actor, chosen: ChatChoices) -> Result<()> {
        let wanted = (
            chat_settings::share_receipts.eq(chosen.share_receipts),
            chat_settings::share_presence.eq(chosen.share_presence),
            chat_settings::mail_mode.eq(chosen.mail_mode),
        );
        db::update(Self::row(conn, actor.id)?, wanted).execute(conn)?;
        Ok(())
    }

    /// What the link of a mail does, whoever follows it, and what takes it back.
    pub(super) fn set_mail(conn: &mut Conn, user: UserId, mode: MailMode) -> Result<()> {
        db::update(Self::row(conn, user)?, chat_settings::mail_mode.eq(mode)).execute(conn)?;
        Ok(())
    }

    pub fn is_mailed(&self) -> bool {
        self.mail_mode != MailMode::Never
    }

    /// Notes when somebody was last here.
    pub(super) fn seen(conn: &mut Conn, user: UserId, now: Instant) -> Result<()> {
        let seen = chat_settings::last_seen_at.eq(Some(now));
        db::update(Self::row(conn, user)?, seen).execute(conn)?;
        Ok(())
    }

    pub(super) fn mailed(conn: &mut Conn, user: UserId, now: Instant) -> Result<()> {
        let mailed = chat_settings::mailed_at.eq(Some(now));
        db::update(Self::row(conn, user)?, mailed).execute(conn)?;
        Ok(())
    }
}
