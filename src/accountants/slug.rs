//! The name in an accountant's address.

use diesel::prelude::*;

use super::schema::slugs;
use crate::clock::{Instant, Span};
use crate::db::{self, Conn};
use crate::error::Result;
use crate::on_either;
use crate::users::UserId;
use crate::web::text;

/// Words that mean something else in an address or would mislead.
const RESERVED: [&str; 24] = [
    "about",
    "account",
    "accountant",
    "accountants",
    "admin",
    "administrator",
    "api",
    "edit",
    "footing",
    "help",
    "login",
    "logout",
    "me",
    "moderator",
    "new",
    "official",
    "practice",
    "services",
    "settings",
    "signup",
    "static",
    "support",
    "system",
    "verify",
];

/// `[a-z0-9-]{3,60}`, not reserved, not shaped like an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slug(pub String);

impl Slug {
    /// Between two changes.
    pub const REST: Span = Span::days(30);

    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !(3..=60).contains(&text.len()) || !text.chars().all(plain) {
            return Err("Use 3 to 60 small letters, digits and hyphens.");
        }
        if text.starts_with('-') || text.ends_with('-') || text.contains("--") {
            return Err("Put hyphens between words only.");
        }
        if RESERVED.contains(&text) || db::read_id(&text.to_uppercase()).is_some() {
            return Err("That address is not free.");
        }
        Ok(Self(text.to_owned()))
    }

    /// The first free one made from a name: `ben-northgate`, `ben-northgate-2`, …
    /// One that was `user`'s before counts as free.
    pub fn free(conn: &mut Conn, name: &str, user: UserId, now: Instant) -> Result<Self> {
        let words: String = text::words(name).join("-").chars().take(48).collect();
        let base = words.trim_matches('-');
        for number in 1..=40 {
            let text = if number == 1 { base.to_owned() } else { format!("{base}-{number}") };
            if let Ok(slug) = Self::parse(&text)
                && Self::owner(conn, &slug.0)?.is_none_or(|owner| owner == user)
            {
                return Ok(slug);
            }
        }
        let tail = UserId::next(now).to_string().to_lowercase();
        let base = if base.is_empty() { "accountant" } else { base };
        Ok(Self(format!("{}-{tail}", base.chars().take(40).collect::<String>())))
    }

    /// Whose it is or was. A slug is never given to another.
    pub fn owner(conn: &mut Conn, slug: &str) -> Result<Option<UserId>> {
        Ok(slugs::table.find(slug).select(slugs::user_id).first(conn).optional()?)
    }

    /// Takes the slug; false if somebody else has or had it.
    pub(super) fn take(&self, conn: &mut Conn, user: UserId, now: Instant) -> Result<bool> {
        let row = (slugs::slug.eq(&self.0), slugs::user_id.eq(user), slugs::created_at.eq(now));
        on_either!(conn, |c| diesel::insert_into(slugs::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(c))?;
        Ok(Self::owner(conn, &self.0)? == Some(user))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_plain_and_neither_reserved_nor_shaped_like_an_id() {
        assert!(Slug::parse("ben-northgate-tax").is_ok());
        for bad in
            ["ab", "Ben", "ben_tax", "-ben", "ben--tax", "admin", "0c9k4vxt2m7qa", "b/n", "łódź"]
        {
            assert!(Slug::parse(bad).is_err(), "{bad} was accepted");
        }
    }
}
