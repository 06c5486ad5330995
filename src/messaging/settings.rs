//! What somebody shows of themselves, and how they are told of messages.

use diesel::prelude::*;

use super::schema::chat_settings;
use crate::clock::Instant;
use crate::db::Conn;
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

impl ChatSettings {
    /// Of somebody who never changed them: everything is shown, mail comes soon.
    pub fn of(conn: &mut Conn, user: UserId) -> Result<Self> {
        let row = chat_settings::table.find(user).select(Self::as_select()).first(conn);
        Ok(row.optional()?.unwrap_or(Self {
            user_id: user,
            share_receipts: true,
            share_presence: true,
            mail_mode: MailMode::Soon,
            last_seen_at: None,
            mailed_at: None,
        }))
    }

    /// Those of some people who do not show when they are here.
    pub(super) fn hiding_among(conn: &mut Conn, people: &[UserId]) -> Result<Vec<UserId>> {
        Ok(chat_settings::table
            .filter(chat_settings::user_id.eq_any(people.to_vec()))
            .filter(chat_settings::share_presence.eq(false))
            .select(chat_settings::user_id)
            .load(conn)?)
    }

    pub fn save(
        conn: &mut Conn,
        actor: &Actor,
        (receipts, presence, mail): (bool, bool, MailMode),
    ) -> Result<()> {
        let row = Self {
            share_receipts: receipts,
            share_presence: presence,
            mail_mode: mail,
            ..Self::of(conn, actor.id)?
        };
        on_either!(conn, |c| diesel::insert_into(chat_settings::table)
            .values(&row)
            .on_conflict(chat_settings::user_id)
            .do_update()
            .set((
                chat_settings::share_receipts.eq(receipts),
                chat_settings::share_presence.eq(presence),
                chat_settings::mail_mode.eq(mail),
            ))
            .execute(c))?;
        Ok(())
    }

    /// What the link of a mail does, whoever follows it.
    pub fn stop_mail(conn: &mut Conn, user: UserId) -> Result<()> {
        let row = Self { mail_mode: MailMode::Never, ..Self::of(conn, user)? };
        on_either!(conn, |c| diesel::insert_into(chat_settings::table)
            .values(&row)
            .on_conflict(chat_settings::user_id)
            .do_update()
            .set(chat_settings::mail_mode.eq(MailMode::Never))
            .execute(c))?;
        Ok(())
    }

    /// Notes when somebody was last here.
    pub(super) fn seen(conn: &mut Conn, user: UserId, now: Instant) -> Result<()> {
        let row = Self { last_seen_at: Some(now), ..Self::of(conn, user)? };
        on_either!(conn, |c| diesel::insert_into(chat_settings::table)
            .values(&row)
            .on_conflict(chat_settings::user_id)
            .do_update()
            .set(chat_settings::last_seen_at.eq(Some(now)))
            .execute(c))?;
        Ok(())
    }

    pub(super) fn mailed(conn: &mut Conn, user: UserId, now: Instant) -> Result<()> {
        let row = Self { mailed_at: Some(now), ..Self::of(conn, user)? };
        on_either!(conn, |c| diesel::insert_into(chat_settings::table)
            .values(&row)
            .on_conflict(chat_settings::user_id)
            .do_update()
            .set(chat_settings::mailed_at.eq(Some(now)))
            .execute(c))?;
        Ok(())
    }
}
