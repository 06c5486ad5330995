//! One accountant's profile.

use diesel::prelude::*;

use super::jobs;
use super::schema::accountants;
use super::{Credential, NewProfile, Photo, Slug};
use crate::clock::Instant;
use crate::db::Conn;
use crate::decisions::{Decision, DecisionId};
use crate::error::{Error, Result};
use crate::seal::Seal;
use crate::users::{Actor, Stale, UserId};

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

    /// Who may ask, as the accountant chooses it.
    pub fn audience(self) -> &'static str {
        match self {
            Self::All => "Anybody",
            Self::Known => "Only clients who booked before",
            Self::None => "Nobody at present",
        }
    }
}

/// The profile of a user with the role, under the same id. Text that is empty is not filled in yet;
/// what is filled in is valid. Whether it is listed stands nowhere: see `listings`.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = accountants)]
pub struct Accountant {
    pub user_id: UserId,
    pub display_name: String,
    pub headline: String,
    pub about: String,
    pub country: String,
    pub place: String,
    /// Of experience, 0 to 70.
    pub years: Option<i32>,
    /// An IANA name, by which hours are meant; confirmed once its owner has looked at it.
    pub zone: String,
    pub zone_confirmed_at: Option<Instant>,
    pub accepting: Accepting,
    pub paused_at: Option<Instant>,
    pub hidden_at: Option<Instant>,
    /// The key under which its squares are kept as blobs.
    pub photo: Option<String>,
    /// The name in its address.
    pub slug: String,
    pub slug_changed_at: Option<Instant>,
    pub created_at: Instant,
    pub updated_at: Instant,
    /// What clients call them; empty is the whole name.
    pub called: String,
    /// How one meets them, sealed: a [`super::Meeting`].
    pub meeting: Option<Vec<u8>>,
    /// Its own age, fixed for ever: newer profiles have greater ones.
    pub number: i64,
    /// The decision that hides it; with it goes `hidden_at`.
    pub hidden_by: Option<DecisionId>,
}

/// Why a profile could not be saved.
#[derive(Debug, thiserror::Error)]
pub enum ProfileRefusal {
    #[error("That address is not free.")]
    SlugTaken,
    #[error("The address can change once in 30 days.")]
    SlugResting,
    #[error(transparent)]
    Failed(#[from] Error),
}

/// What clients call somebody: what they chose, else the whole name.
pub fn called<'a>(chosen: &'a str, name: &'a str) -> &'a str {
    if chosen.is_empty() { name } else { chosen }
}

impl From<diesel::result::Error> for ProfileRefusal {
    fn from(cause: diesel::result::Error) -> Self {
        Self::Failed(cause.into())
    }
}

impl Accountant {
    /// The newest profiles, whatever their state.
    pub fn newest(conn: &mut Conn, most: i64) -> Result<Vec<Self>> {
        let newest = accountants::table.order(accountants::number.desc()).limit(most);
        Ok(newest.select(Self::as_select()).load(conn)?)
    }

    /// Takes the profile out of the directory, as a decision says.
    pub fn hide(conn: &mut Conn, decision: &Decision, now: Instant) -> Result<()> {
        let shown =
            accountants::table.find(decision.subject_id).filter(accountants::hidden_at.is_null());
        let hiding =
            (accountants::hidden_at.eq(Some(now)), accountants::hidden_by.eq(Some(decision.id)));
        if diesel::update(shown).set(hiding).execute(conn)? == 0 {
            return Err(Error::conflict("The profile is hidden already."));
        }
        Stale::mark(conn, decision.subject_id, now)
    }

    /// Shows it again, if that decision is what hides it.
    pub fn show_again(
        conn: &mut Conn,
        id: UserId,
        lifted: DecisionId,
        now: Instant,
    ) -> Result<bool> {
        let hidden = accountants::table.find(id).filter(accountants::hidden_by.eq(Some(lifted)));
        let showing = (
            accountants::hidden_at.eq(None::<Instant>),
            accountants::hidden_by.eq(None::<DecisionId>),
        );
        let shown = diesel::update(hidden).set(showing).execute(conn)? == 1;
        if shown {
            Stale::mark(conn, id, now)?;
        }
        Ok(shown)
    }

    /// One's own profile. Whoever is no accountant has none: 403, as they may know that much.
    pub fn owned(conn: &mut Conn, owner: UserId) -> Result<Self> {
        let found = accountants::table.find(owner).select(Self::as_select()).first(conn);
        found.optional()?.ok_or(Error::forbidden("Only accountants have a practice."))
    }

    pub fn by_id(conn: &mut Conn, id: UserId) -> Result<Self> {
        Ok(accountants::table.find(id).select(Self::as_select()).first(conn)?)
    }

    /// "Ben", or the whole name of a firm.
    pub fn called(&self) -> &str {
        called(&self.called, &self.display_name)
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
    pub fn save(conn: &mut Conn, actor: &Actor, new: &NewProfile) -> Result<(), ProfileRefusal> {
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
                    accountants::called.eq(&new.called),
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
        if new.display_name != old.display_name {
            Credential::reset(conn, actor.id, now)?;
        }
        new.tags.replace(conn, actor.id)?;
        Ok(Stale::mark(conn, actor.id, now)?)
    }

    fn change_slug(
        &self,
        conn: &mut Conn,
        slug: &Slug,
        now: Instant,
    ) -> Result<(), ProfileRefusal> {
        if self.slug_changed_at.is_some_and(|changed| now < changed + Slug::REST) {
            return Err(ProfileRefusal::SlugResting);
        }
        match slug.take(conn, self.user_id, now)? {
            true => Ok(()),
            false => Err(ProfileRefusal::SlugTaken),
        }
    }

    /// The same with how one meets them, sealed.
    pub fn save_with_meeting(
        conn: &mut Conn,
        actor: &Actor,
        seal: &Seal,
        new: &NewProfile,
    ) -> Result<(), ProfileRefusal> {
        Self::save(conn, actor, new)?;
        Ok(Self::set_meeting(conn, actor, new.meeting.seal(seal)?.as_ref())?)
    }

    /// How one meets them, where a service says nothing of its own.
    pub fn set_meeting(conn: &mut Conn, actor: &Actor, sealed: Option<&Vec<u8>>) -> Result<()> {
        diesel::update(accountants::table.find(actor.id))
            .set(accountants::meeting.eq(sealed))
            .execute(conn)?;
        Ok(())
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

    /// Whether any profile shows it.
    pub fn has_photo(conn: &mut Conn, photo: &Photo) -> Result<bool> {
        let with_it = accountants::table.filter(accountants::photo.eq(&photo.key));
        Ok(diesel::select(diesel::dsl::exists(with_it)).get_result(conn)?)
    }
}
