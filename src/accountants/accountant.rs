//! One accountant's profile.

use diesel::prelude::*;

use super::jobs;
use super::schema::{accountants, slugs};
use super::{NewProfile, Photo, Slug, Tags};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::users::{Actor, Stale, User, UserId};

crate::word_enum! {
    /// Whose requests are welcome.
    Accepting { All => "all", Known => "known", None => "none" }
}

impl Accepting {
    pub fn words(self) -> &'static str {
        match self {
            Self::All => "Welcome",
            Self::Known => "Known clients only",
            Self::None => "Not at present",
        }
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = accountants)]
pub struct Accountant {
    pub user_id: UserId,
    pub display_name: String,
    pub headline: String,
    pub about: String,
    pub country: String,
    pub place: String,
    pub years: Option<i32>,
    pub zone: String,
    pub zone_confirmed_at: Option<Instant>,
    pub accepting: Accepting,
    pub paused_at: Option<Instant>,
    pub hidden_at: Option<Instant>,
    pub photo: Option<String>,
    pub slug: String,
    pub slug_changed_at: Option<Instant>,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// Why a profile could not be saved.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("That address is not free.")]
    SlugTaken,
    #[error("The address can change once in 30 days.")]
    SlugResting,
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<diesel::result::Error> for Refusal {
    fn from(cause: diesel::result::Error) -> Self {
        Self::Failed(cause.into())
    }
}

impl Accountant {
    /// The profile that a sign-up makes: a name and an unconfirmed zone.
    pub fn begin(conn: &mut Conn, user: &User, now: Instant) -> Result<()> {
        let slug = Slug::free(conn, &user.name, user.id, now)?;
        let profile = Self {
            user_id: user.id,
            display_name: user.name.clone(),
            headline: String::new(),
            about: String::new(),
            country: String::new(),
            place: String::new(),
            years: None,
            zone: user.zone.clone(),
            zone_confirmed_at: None,
            accepting: Accepting::All,
            paused_at: None,
            hidden_at: None,
            photo: None,
            slug: slug.0.clone(),
            slug_changed_at: None,
            created_at: now,
            updated_at: now,
        };
        diesel::insert_into(accountants::table).values(&profile).execute(conn)?;
        match slug.take(conn, user.id, now)? {
            true => Ok(()),
            false => Err(Error::Busy), // another node took it a moment ago: try again
        }
    }

    /// One's own profile. Whoever is no accountant has none: 403, as they may know that much.
    pub fn owned(conn: &mut Conn, owner: UserId) -> Result<Self> {
        let found = accountants::table.find(owner).select(Self::as_select()).first(conn);
        found.optional()?.ok_or(Error::forbidden("Only accountants have a practice."))
    }

    pub fn by_id(conn: &mut Conn, id: UserId) -> Result<Self> {
        Ok(accountants::table.find(id).select(Self::as_select()).first(conn)?)
    }

    /// Who is, or once was, found under this slug.
    pub fn by_slug(conn: &mut Conn, slug: &str) -> Result<Self> {
        let slug = Slug::parse(slug).map_err(|_| Error::NotFound)?;
        let id = Slug::owner(conn, &slug.0)?.ok_or(Error::NotFound)?;
        Self::by_id(conn, id)
    }

    /// Holds the row until the commit. Every change of hours, services or listing holds it, and so
    /// does each booking: whichever comes second sees the first.
    pub fn lock(conn: &mut Conn, id: UserId) -> Result<()> {
        crate::db::lock(conn, "accountants", "user_id", id.0)
    }

    /// Moves the hours to another zone; naming it confirms it. Bookings stay where they are.
    pub fn set_zone(conn: &mut Conn, actor: &Actor, zone: &str) -> Result<()> {
        let old = Self::owned(conn, actor.id)?;
        diesel::update(accountants::table.find(actor.id))
            .set((
                accountants::zone.eq(zone),
                accountants::zone_confirmed_at.eq(Some(old.zone_confirmed_at.unwrap_or(actor.now))),
                accountants::updated_at.eq(actor.now),
            ))
            .execute(conn)?;
        Stale::mark(conn, actor.id, actor.now)
    }

    /// Saves the whole form; saving confirms the zone.
    pub fn save(conn: &mut Conn, actor: &Actor, new: &NewProfile) -> Result<(), Refusal> {
        let now = actor.now;
        Self::lock(conn, actor.id)?;
        let old = Self::owned(conn, actor.id)?;
        let slug_changed_at = match &new.slug {
            Some(slug) if slug.0 != old.slug => {
                old.change_slug(conn, slug, now)?;
                Some(now)
            }
            _ => old.slug_changed_at,
        };
        let slug = new.slug.as_ref().map_or(&old.slug, |slug| &slug.0);
        let paused_at = new.paused.then_some(old.paused_at.unwrap_or(now));
        diesel::update(accountants::table.find(actor.id))
            .set((
                (
                    accountants::display_name.eq(&new.display_name),
                    accountants::headline.eq(&new.headline),
                    accountants::about.eq(&new.about),
                    accountants::country.eq(&new.country),
                    accountants::place.eq(&new.place),
                    accountants::years.eq(new.years),
                ),
                accountants::zone.eq(&new.zone),
                accountants::zone_confirmed_at.eq(Some(old.zone_confirmed_at.unwrap_or(now))),
                accountants::accepting.eq(new.accepting),
                accountants::paused_at.eq(paused_at),
                accountants::slug.eq(slug),
                accountants::slug_changed_at.eq(slug_changed_at),
                accountants::updated_at.eq(now),
            ))
            .execute(conn)?;
        new.tags.replace(conn, actor.id)?;
        Ok(Stale::mark(conn, actor.id, now)?)
    }

    fn change_slug(&self, conn: &mut Conn, slug: &Slug, now: Instant) -> Result<(), Refusal> {
        if self.slug_changed_at.is_some_and(|changed| now < changed + Slug::REST) {
            return Err(Refusal::SlugResting);
        }
        match slug.take(conn, self.user_id, now)? {
            true => Ok(()),
            false => Err(Refusal::SlugTaken),
        }
    }

    /// Puts a new photograph, or none, in the place of the old one, which a job removes.
    pub fn set_photo(conn: &mut Conn, actor: &Actor, photo: Option<&Photo>) -> Result<()> {
        Self::lock(conn, actor.id)?;
        let old = Self::owned(conn, actor.id)?;
        diesel::update(accountants::table.find(actor.id))
            .set((
                accountants::photo.eq(photo.map(|photo| photo.key.as_str())),
                accountants::updated_at.eq(actor.now),
            ))
            .execute(conn)?;
        if let Some(old) = old.photo {
            jobs::REMOVE_PHOTO.enqueue(conn, old, actor.now)?;
        }
        Stale::mark(conn, actor.id, actor.now)
    }

    /// Removes the profile of an account that was never verified.
    pub fn remove(conn: &mut Conn, id: UserId) -> Result<()> {
        Tags::remove(conn, id)?;
        diesel::delete(slugs::table.filter(slugs::user_id.eq(id))).execute(conn)?;
        diesel::delete(accountants::table.find(id)).execute(conn)?;
        Ok(())
    }
}
