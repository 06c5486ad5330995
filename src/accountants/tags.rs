//! What a profile chose from the fixed lists.

use diesel::prelude::*;

use super::choices;
use super::schema::accountant_tags;
use crate::db::Conn;
use crate::error::Result;
use crate::on_either;
use crate::users::UserId;

crate::word_enum! {
    TagKind {
        Language => "language",
        Specialism => "specialism",
        Industry => "industry",
        Software => "software",
        Jurisdiction => "jurisdiction",
    }
}

/// The choices of one profile, each list in the order it was given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags {
    pub languages: Vec<String>,
    pub specialisms: Vec<String>,
    pub industries: Vec<String>,
    pub software: Vec<String>,
    pub jurisdictions: Vec<String>,
}

impl Tags {
    pub fn of(conn: &mut Conn, user: UserId) -> Result<Self> {
        let rows: Vec<(TagKind, String)> = accountant_tags::table
            .filter(accountant_tags::user_id.eq(user))
            .order((accountant_tags::kind, accountant_tags::place))
            .select((accountant_tags::kind, accountant_tags::value))
            .load(conn)?;
        let mut tags = Self::default();
        for (kind, value) in rows {
            tags.list_mut(kind).push(value);
        }
        Ok(tags)
    }

    fn list_mut(&mut self, kind: TagKind) -> &mut Vec<String> {
        match kind {
            TagKind::Language => &mut self.languages,
            TagKind::Specialism => &mut self.specialisms,
            TagKind::Industry => &mut self.industries,
            TagKind::Software => &mut self.software,
            TagKind::Jurisdiction => &mut self.jurisdictions,
        }
    }

    fn list(&self, kind: TagKind) -> &[String] {
        match kind {
            TagKind::Language => &self.languages,
            TagKind::Specialism => &self.specialisms,
            TagKind::Industry => &self.industries,
            TagKind::Software => &self.software,
            TagKind::Jurisdiction => &self.jurisdictions,
        }
    }

    /// The words for the keys of one list.
    pub fn words(&self, kind: TagKind) -> Vec<&'static str> {
        let word = |key: &String| match kind {
            TagKind::Language => Some(choices::language_name(key)),
            TagKind::Specialism => choices::label(&choices::SPECIALISMS, key),
            TagKind::Industry => choices::label(&choices::INDUSTRIES, key),
            TagKind::Software => choices::label(&choices::SOFTWARE, key),
            TagKind::Jurisdiction => Some(choices::country_name(key)),
        };
        self.list(kind).iter().filter_map(word).collect()
    }

    pub(super) fn replace(&self, conn: &mut Conn, user: UserId) -> Result<()> {
        diesel::delete(accountant_tags::table.filter(accountant_tags::user_id.eq(user)))
            .execute(conn)?;
        self.insert(conn, user)
    }

    fn insert(&self, conn: &mut Conn, user: UserId) -> Result<()> {
        let rows: Vec<_> = TagKind::ALL
            .iter()
            .flat_map(|kind| (0_i32..).zip(self.list(*kind)).map(move |(at, v)| (*kind, at, v)))
            .map(|(kind, at, value)| {
                (
                    accountant_tags::user_id.eq(user),
                    accountant_tags::kind.eq(kind),
                    accountant_tags::value.eq(value),
                    accountant_tags::place.eq(at),
                )
            })
            .collect();
        on_either!(conn, |c| diesel::insert_into(accountant_tags::table).values(&rows).execute(c))?;
        Ok(())
    }

    pub(super) fn remove(conn: &mut Conn, user: UserId) -> Result<()> {
        diesel::delete(accountant_tags::table.filter(accountant_tags::user_id.eq(user)))
            .execute(conn)?;
        Ok(())
    }
}
