//! One person's account.

use diesel::prelude::*;

use super::schema::{sessions, stale_profiles, tokens, users};
use super::{Purpose, RecoveryCodes, Session, SignUp, Stale, Token};
use crate::audit::DecisionId;
use crate::clock::{Instant, Span};
use crate::db::{Conn, PreparedCondition};
use crate::error::{Error, Result};
use crate::locale::{LocalZone, Locale};
use crate::mail::{self, Mail};
use crate::on_either;

crate::typed_id!(UserId);

crate::word_enum! {
    /// What somebody is here for. Sign-up gives the first two only.
    Role { Client => "client", Accountant => "accountant", Admin => "admin" }
}

crate::word_enum! {
    Status {
        Unverified => "unverified",
        Active => "active",
        Suspended => "suspended",
        Disabled => "disabled",
        Closed => "closed",
    }
}

/// An address as typed, and the key under which it is one of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    pub typed: String,
    pub key: String,
}

impl Email {
    const SHAPE: &'static str = "Write an email address such as name@example.com.";

    /// NFC, trimmed, lower case, the domain in ASCII. Dots and plus signs are kept.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        use validator::ValidateEmail;
        let typed = crate::web::text::line("Email", text, 3, 254).map_err(|_| Self::SHAPE)?;
        let (local, domain) = typed.rsplit_once('@').ok_or(Self::SHAPE)?;
        let domain = idna::domain_to_ascii(domain).map_err(|_| Self::SHAPE)?;
        let key = format!("{}@{domain}", local.to_lowercase());
        let address = format!("{local}@{domain}");
        if key.len() <= 254 && key.validate_email() && mail::is_writable(&address) {
            Ok(Self { typed, key })
        } else {
            Err(Self::SHAPE)
        }
    }

    /// Where mail goes: the name as its owner types it, the domain as mail servers know it.
    pub fn address(&self) -> String {
        let local = self.typed.rsplit_once('@').map_or("", |(local, _)| local);
        let domain = self.key.rsplit_once('@').map_or("", |(_, domain)| domain);
        format!("{local}@{domain}")
    }

    /// The part before the at sign.
    pub fn local(&self) -> &str {
        self.key.split('@').next().unwrap_or("")
    }
}

/// 2 to 80 characters on one line; counterparties only see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserName(pub String);

impl UserName {
    pub fn parse(text: &str) -> Result<Self, String> {
        crate::web::text::name("Name", text, 2, 80).map(Self)
    }
}

/// A checked sign-up.
pub struct NewUser {
    pub email: Email,
    pub name: UserName,
    pub role: Role,
    pub zone: String,
    pub locale: Locale,
    pub password_hash: String,
}

/// What a sign-up came to; the visitor is told the same in every case.
pub enum SignedUp {
    New(User),
    Unverified(User),
    Known(User),
}

/// An account: of a client, an accountant (whose profile is an `Accountant` with the same id) or an
/// admin. An active one has a proven address.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct User {
    pub id: UserId,
    /// As typed; two accounts differ in `email_key`.
    pub email: String,
    pub email_key: String,
    /// 2 to 80 characters, for those they deal with.
    pub name: String,
    pub role: Role,
    pub status: Status,
    /// An IANA name.
    pub zone: String,
    /// The tag of a [`Locale`].
    pub locale: String,
    /// In the PHC format of argon2id.
    pub password_hash: String,
    /// Its own id for an accountant, none for others: the profile has to be there.
    pub accountant_id: Option<UserId>,
    /// Sealed; in use since `totp_on_at`.
    pub totp_secret: Option<Vec<u8>>,
    pub totp_on_at: Option<Instant>,
    /// The step of 30 seconds whose code was used last; no code of it or before counts.
    pub totp_last_step: i64,
    pub created_at: Instant,
    pub verified_at: Option<Instant>,
    /// The status that the operator’s lock took the place of.
    pub disabled_from: Option<Status>,
    /// The decision that suspends it.
    pub suspended_by: Option<DecisionId>,
    /// An admin's number, by which others know them.
    pub moderator: Option<i32>,
}

/// An account as a sign-up makes it; what comes later is not in it.
#[derive(Insertable)]
#[diesel(table_name = users)]
struct UnverifiedUser<'a> {
    id: UserId,
    email: &'a str,
    email_key: &'a str,
    name: &'a str,
    role: Role,
    status: Status,
    zone: &'a str,
    locale: &'a str,
    password_hash: &'a str,
    accountant_id: Option<UserId>,
    created_at: Instant,
}

impl User {
    /// True of an admin, in the words of the index of the few.
    pub const IS_ADMIN: PreparedCondition = PreparedCondition("users.role = 'admin'");

    /// How long an address may stay unverified before the account goes.
    const UNVERIFIED: Span = Span::days(7);

    /// The address with its key.
    pub fn address(&self) -> Email {
        Email { typed: self.email.clone(), key: self.email_key.clone() }
    }

    pub fn find_by_email(conn: &mut Conn, email: &Email) -> Result<Option<Self>> {
        let known = users::table.filter(users::email_key.eq(&email.key));
        Ok(known.select(Self::as_select()).first(conn).optional()?)
    }

    pub fn by_id(conn: &mut Conn, id: UserId) -> Result<Self> {
        let own = users::table.find(id);
        Ok(on_either!(conn, |c| own.select(Self::as_select()).first(c))?)
    }

    /// Two people, in the order asked for.
    pub fn two(conn: &mut Conn, one: UserId, other: UserId) -> Result<(Self, Self)> {
        let both = users::table.filter(users::id.eq(one).or(users::id.eq(other)));
        let found = on_either!(conn, |c| both.select(Self::as_select()).load(c))?;
        Self::as_asked(found, one)
    }

    /// The same as they are once their rows are held until the commit, always in one order, so that
    /// none waits in a circle. SQLite's writer is alone and need not hold anything.
    pub fn hold_two(conn: &mut Conn, one: UserId, other: UserId) -> Result<(Self, Self)> {
        let Conn::Postgres(postgres) = conn else { return Self::two(conn, one, other) };
        let found = users::table
            .filter(users::id.eq(one).or(users::id.eq(other)))
            .order(users::id)
            .select(Self::as_select())
            .for_no_key_update()
            .load(postgres)?;
        Self::as_asked(found, one)
    }

    fn as_asked(found: Vec<Self>, one: UserId) -> Result<(Self, Self)> {
        match <[Self; 2]>::try_from(found) {
            Ok([first, second]) if first.id == one => Ok((first, second)),
            Ok([first, second]) => Ok((second, first)),
            Err(_) => Err(Error::NotFound),
        }
    }

    /// The account's own row as a sign-up says it.
    pub fn as_signed_up(&self) -> SignUp {
        SignUp::new(&self.name, self.role, &self.local_zone(), &self.password_hash)
    }

    /// Where they are, and how they write.
    pub fn local_zone(&self) -> LocalZone {
        LocalZone::new(&*self.zone, Locale::of(&self.locale))
    }

    pub fn status_of(conn: &mut Conn, id: UserId) -> Result<Status> {
        Ok(users::table.find(id).select(users::status).first(conn)?)
    }

    /// Those of some people whose account is in use.
    pub fn active_among(conn: &mut Conn, people: &[UserId]) -> Result<Vec<UserId>> {
        Ok(users::table
            .filter(users::id.eq_any(people.to_vec()).and(users::status.eq(Status::Active)))
            .select(users::id)
            .load(conn)?)
    }

    /// Inserts the account unless the address is known. For an accountant the caller inserts the
    /// profile in the same transaction: the row names it by a deferred foreign key.
    pub fn sign_up(conn: &mut Conn, new: NewUser, now: Instant) -> Result<SignedUp> {
        let id = UserId::next(now);
        let row = UnverifiedUser {
            id,
            email: &new.email.typed,
            email_key: &new.email.key,
            name: &new.name.0,
            role: new.role,
            status: Status::Unverified,
            zone: &new.zone,
            locale: new.locale.tag(),
            password_hash: &new.password_hash,
            accountant_id: (new.role == Role::Accountant).then_some(id),
            created_at: now,
        };
        let added = on_either!(conn, |c| diesel::insert_into(users::table)
            .values(&row)
            .on_conflict_do_nothing()
            .returning(Self::as_returning())
            .get_result(c));
        if let Some(user) = added.optional()? {
            return Ok(SignedUp::New(user));
        }
        let known = Self::find_by_email(conn, &new.email)?.ok_or(Error::NotFound)?;
        Ok(match known.status {
            Status::Unverified => SignedUp::Unverified(known),
            _ => SignedUp::Known(known),
        })
    }

    /// The address was proven by the mailed link together with the password.
    pub fn verified(self, conn: &mut Conn, now: Instant) -> Result<Self> {
        let unverified = users::table.find(self.id).filter(users::status.eq(Status::Unverified));
        diesel::update(unverified)
            .set((users::status.eq(Status::Active), users::verified_at.eq(Some(now))))
            .execute(conn)?;
        Token::forget(conn, self.id, Purpose::Verify)?;
        Stale::mark(conn, self.id, now)?;
        Self::by_id(conn, self.id)
    }

    pub fn set_profile(
        conn: &mut Conn,
        id: UserId,
        name: &UserName,
        zone: &str,
        locale: Locale,
    ) -> Result<()> {
        diesel::update(users::table.find(id))
            .set((users::name.eq(&name.0), users::zone.eq(zone), users::locale.eq(locale.tag())))
            .execute(conn)?;
        Ok(())
    }

    /// The operator's lock: no sign-in, whatever the account was. Sessions end and the profile leaves
    /// the directory.
    pub fn disable(conn: &mut Conn, id: UserId, now: Instant) -> Result<()> {
        let user = Self::by_id(conn, id)?;
        if user.status == Status::Disabled {
            return Err(Error::conflict("The account is disabled already."));
        }
        if user.is_last_active_admin(conn)? {
            return Err(Error::conflict("The last active admin cannot be disabled."));
        }
        Self::change_status(conn, &user, Status::Disabled, Some(user.status), now)
    }

    /// The end of the lock: the account is again what it was before.
    pub fn enable(conn: &mut Conn, id: UserId, now: Instant) -> Result<()> {
        let user = Self::by_id(conn, id)?;
        if user.status != Status::Disabled {
            return Err(Error::conflict(format!("The account is {}.", user.status.as_str())));
        }
        // locks of before did not remember; only active accounts were locked then
        let before = user.disabled_from.unwrap_or(Status::Active);
        Self::change_status(conn, &user, before, None, now)
    }

    fn change_status(
        conn: &mut Conn,
        user: &Self,
        to: Status,
        disabled_from: Option<Status>,
        now: Instant,
    ) -> Result<()> {
        let unchanged = users::table.find(user.id).filter(users::status.eq(user.status));
        let changed = diesel::update(unchanged)
            .set((users::status.eq(to), users::disabled_from.eq(disabled_from)))
            .execute(conn)?;
        if changed == 0 {
            return Err(Error::conflict("The account has changed meanwhile."));
        }
        Session::end_all(conn, user.id)?;
        Stale::mark(conn, user.id, now)
    }

    pub fn active_admins(conn: &mut Conn) -> Result<i64> {
        let admins = users::table.filter(Self::IS_ADMIN.and(users::status.eq(Status::Active)));
        Ok(admins.count().get_result(conn)?)
    }

    /// Ids of accounts that were never verified and are older than seven days.
    pub fn overdue(conn: &mut Conn, now: Instant, most: i64) -> Result<Vec<UserId>> {
        Ok(users::table
            .filter(PreparedCondition("users.status = 'unverified'")) // in the words of its index
            .filter(users::created_at.le(now - Self::UNVERIFIED))
            .order(users::created_at)
            .limit(most)
            .select(users::id)
            .load(conn)?)
    }

    /// Removes a never verified account. What other domains hold of it is removed before.
    pub fn remove_unverified(conn: &mut Conn, id: UserId) -> Result<()> {
        diesel::delete(tokens::table.filter(tokens::user_id.eq(id))).execute(conn)?;
        diesel::delete(sessions::table.filter(sessions::user_id.eq(id))).execute(conn)?;
        RecoveryCodes::remove(conn, id)?;
        diesel::delete(stale_profiles::table.find(id)).execute(conn)?;
        let key: Option<String> =
            users::table.find(id).select(users::email_key).first(conn).optional()?;
        if let Some(key) = key {
            Mail::forget(conn, &key)?;
        }
        let unverified = users::table.find(id).filter(users::status.eq(Status::Unverified));
        diesel::delete(unverified).execute(conn)?;
        Ok(())
    }

    /// How many people signed up since then.
    pub fn signed_up_since(conn: &mut Conn, then: Instant) -> Result<i64> {
        Ok(users::table.filter(users::created_at.ge(then)).count().get_result(conn)?)
    }

    pub fn count(conn: &mut Conn) -> Result<i64> {
        Ok(users::table.count().get_result(conn)?)
    }

    /// Whether a right password lets this account in. The suspended may look and appeal.
    pub fn may_sign_in(&self) -> bool {
        matches!(self.status, Status::Active | Status::Suspended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_key_however_it_is_typed() {
        let key = |text: &str| Email::parse(text).unwrap().key;
        assert_eq!(key(" Ana@Example.COM "), "ana@example.com");
        assert_eq!(key("ana+tax@bücher.example"), "ana+tax@xn--bcher-kva.example");
        assert_eq!(
            Email::parse("Ana.B@BÜCHER.example").unwrap().address(),
            "Ana.B@xn--bcher-kva.example"
        );
        for bad in [
            "",
            "ana",
            "ana@",
            "@x.com",
            "a b@x.com",
            "ana@x.com\r\nBcc: y@z.com",
            "a@b@c d",
            "a..b@x.com",
            ".a@x.com",
            "a.@x.com",
        ] {
            assert!(Email::parse(bad).is_err(), "{bad} was accepted");
        }
    }
}
