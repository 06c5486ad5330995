//! Where an accountant is paid: an account at Stripe, made by us and filled in there.
//!
//! What it can do is only ever known by fetching it; returning from Stripe's pages proves nothing.

use diesel::prelude::*;

use super::gateway::objects::ConnectedAccount;
use super::notify::{self, AccountNews};
use super::schema::{payout_accounts as accounts, payout_links};
use crate::accountants::{Payee, PayeeState};
use crate::bookings::Notifier;
use crate::clock::{Instant, Span};
use crate::db::{self, Conn, PreparedCondition};
use crate::error::{Error, Result};
use crate::jobs::JobKind;
use crate::on_either;
use crate::users::UserId;

crate::typed_id!(AccountId);

crate::word_enum! {
    AccountState {
        /// Made, and nothing filled in at Stripe yet.
        Started => "started",
        /// Filled in; Stripe is looking at it.
        Pending => "pending",
        Ready => "ready",
        /// Was ready, and cannot be paid now.
        Restricted => "restricted",
        /// Given up by its owner or by Stripe.
        Closed => "closed",
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = accounts, treat_none_as_default_value = false)]
pub struct PayoutAccount {
    pub id: AccountId,
    pub accountant_id: UserId,
    pub livemode: bool,
    /// ISO 3166-1; for ever, once Stripe has it.
    pub country: String,
    pub stripe_id: Option<String>,
    pub state: AccountState,
    /// What Stripe asks for next, by its own names, a line each.
    pub requirements: String,
    pub disabled_reason: Option<String>,
    pub fetched_at: Option<Instant>,
    pub created_at: Instant,
    /// When a payout to its owner's bank came back, if none has arrived since.
    pub payout_failed_at: Option<Instant>,
}

/// Stripe said that it cannot be paid: it is fetched.
pub const LOOK_AT_ACCOUNT: JobKind<AccountId> = JobKind::new("payments.look-at-account");

/// A link into Stripe's pages that somebody asked for.
#[derive(Insertable)]
#[diesel(table_name = payout_links)]
struct PayoutLink {
    id: i64,
    accountant_id: UserId,
    created_at: Instant,
}

const IS_OPEN: PreparedCondition = PreparedCondition("payout_accounts.state <> 'closed'");

impl PayoutAccount {
    const LINKS_AN_HOUR: usize = 5;

    /// The open one, if there is one.
    pub fn of(conn: &mut Conn, accountant: UserId, livemode: bool) -> Result<Option<Self>> {
        Ok(accounts::table
            .filter(accounts::accountant_id.eq(accountant).and(accounts::livemode.eq(livemode)))
            .filter(IS_OPEN)
            .select(Self::as_select())
            .first(conn)
            .optional()?)
    }

    /// The last one of all, closed or not.
    pub fn last_of(conn: &mut Conn, accountant: UserId, livemode: bool) -> Result<Option<Self>> {
        Ok(accounts::table
            .filter(accounts::accountant_id.eq(accountant).and(accounts::livemode.eq(livemode)))
            .order(accounts::id.desc())
            .select(Self::as_select())
            .first(conn)
            .optional()?)
    }

    pub fn by_id(conn: &mut Conn, id: AccountId) -> Result<Self> {
        Ok(accounts::table.find(id).select(Self::as_select()).first(conn)?)
    }

    /// Open ones that Stripe knows, by id from just after `last`.
    pub fn open_after(
        conn: &mut Conn,
        livemode: bool,
        last: AccountId,
        most: i64,
    ) -> Result<Vec<Self>> {
        Ok(accounts::table
            .filter(accounts::livemode.eq(livemode).and(accounts::stripe_id.is_not_null()))
            .filter(IS_OPEN.and(accounts::id.gt(last)))
            .order(accounts::id)
            .limit(most)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// Counts a link that is asked for: five an hour.
    ///
    /// # Errors
    /// [`Error::TooMany`] when there were five.
    pub fn count_link(conn: &mut Conn, accountant: UserId, now: Instant) -> Result<()> {
        let hour = now - Span::hours(1);
        diesel::delete(payout_links::table.filter(payout_links::created_at.le(hour)))
            .execute(conn)?;
        let own = payout_links::table.filter(payout_links::accountant_id.eq(accountant));
        let times: Vec<Instant> =
            own.order(payout_links::created_at).select(payout_links::created_at).load(conn)?;
        if let (Some(first), true) = (times.first(), times.len() >= Self::LINKS_AN_HOUR) {
            let wait = (*first + Span::hours(1)).elapsed_since(now).as_seconds() + 1;
            return Err(Error::TooMany(u64::try_from(wait).unwrap_or(1)));
        }
        let link = PayoutLink {
            id: crate::db::IdMaker::next(now),
            accountant_id: accountant,
            created_at: now,
        };
        on_either!(conn, |c| diesel::insert_into(payout_links::table).values(link).execute(c))?;
        Ok(())
    }

    pub fn find_by_stripe_id(conn: &mut Conn, id: &str) -> Result<Option<Self>> {
        Ok(accounts::table
            .filter(accounts::stripe_id.eq(id))
            .select(Self::as_select())
            .first(conn)
            .optional()?)
    }

    pub fn begin(
        conn: &mut Conn,
        accountant: UserId,
        livemode: bool,
        country: &str,
        now: Instant,
    ) -> Result<Self> {
        if let Some(open) = Self::of(conn, accountant, livemode)? {
            return Ok(open);
        }
        let row = Self {
            id: AccountId::next(now),
            accountant_id: accountant,
            livemode,
            country: country.to_owned(),
            stripe_id: None,
            state: AccountState::Started,
            requirements: String::new(),
            disabled_reason: None,
            fetched_at: None,
            created_at: now,
            payout_failed_at: None,
        };
        on_either!(conn, |c| diesel::insert_into(accounts::table).values(&row).execute(c))?;
        Ok(row)
    }

    pub fn note_made(&self, conn: &mut Conn, stripe_id: &str) -> Result<()> {
        let unknown = accounts::table.find(self.id).filter(accounts::stripe_id.is_null());
        db::update(unknown, accounts::stripe_id.eq(Some(stripe_id))).execute(conn)?;
        Ok(())
    }

    /// Stripe makes no account in that country: another can be tried.
    pub fn note_refused(&self, conn: &mut Conn, code: Option<&str>, now: Instant) -> Result<()> {
        let unmade = accounts::table.find(self.id).filter(accounts::stripe_id.is_null());
        let set = (
            accounts::state.eq(AccountState::Closed),
            accounts::disabled_reason.eq(Some(code.unwrap_or("refused"))),
            accounts::fetched_at.eq(Some(now)),
        );
        db::update(unmade, set).execute(conn)?;
        Ok(())
    }

    /// A payout came back from the bank, or arrived.
    pub fn note_payout(
        &self,
        conn: &mut Conn,
        desk: &Notifier,
        failed_at: Option<Instant>,
        now: Instant,
    ) -> Result<()> {
        let set = accounts::payout_failed_at.eq(failed_at);
        db::update(accounts::table.find(self.id), set).execute(conn)?;
        match failed_at {
            Some(_) if self.payout_failed_at.is_none() => {
                notify::tell_of_account(conn, desk, self, AccountNews::PayoutFailed, now)
            }
            _ => Ok(()),
        }
    }

    /// Follows what was fetched, and tells the bookings whether its owner can be paid. The new state.
    pub fn follow(
        &self,
        conn: &mut Conn,
        desk: &Notifier,
        fetched: &ConnectedAccount,
        now: Instant,
    ) -> Result<AccountState> {
        let state = self.state_by(fetched);
        let asked = fetched.requirements.as_ref();
        let due = asked.and_then(|of| of.currently_due.clone()).unwrap_or_default();
        let set = (
            accounts::state.eq(state),
            accounts::requirements.eq(due.join("\n")),
            accounts::disabled_reason.eq(asked.and_then(|of| of.disabled_reason.clone())),
            accounts::fetched_at.eq(Some(now)),
        );
        let open = accounts::table.find(self.id).filter(IS_OPEN);
        if db::update(open, set).execute(conn)? == 0 {
            return Ok(AccountState::Closed);
        }
        let (payee, news) = match state {
            AccountState::Ready => (PayeeState::Ready, AccountNews::Ready),
            AccountState::Restricted => (PayeeState::Restricted, AccountNews::Restricted),
            _ => return Ok(state),
        };
        Payee::set(conn, self.accountant_id, self.livemode, payee)?;
        if state != self.state {
            notify::tell_of_account(conn, desk, self, news, now)?;
        }
        Ok(state)
    }

    /// Its owner or Stripe has given it up: money that waits goes to the next one.
    pub fn close(&self, conn: &mut Conn, desk: &Notifier, now: Instant) -> Result<()> {
        let set = (accounts::state.eq(AccountState::Closed), accounts::fetched_at.eq(Some(now)));
        let open = accounts::table.find(self.id).filter(IS_OPEN);
        if db::update(open, set).execute(conn)? == 0 {
            return Ok(());
        }
        if matches!(self.state, AccountState::Ready | AccountState::Restricted) {
            Payee::set(conn, self.accountant_id, self.livemode, PayeeState::Restricted)?;
        }
        notify::tell_of_account(conn, desk, self, AccountNews::Closed, now)
    }

    pub fn is_open(&self) -> bool {
        self.state != AccountState::Closed
    }

    fn state_by(&self, fetched: &ConnectedAccount) -> AccountState {
        let transfers = fetched.capabilities.as_ref().and_then(|of| of.transfers.as_deref());
        let can_be_paid = transfers == Some("active") && fetched.payouts_enabled == Some(true);
        let was_ready = matches!(self.state, AccountState::Ready | AccountState::Restricted);
        match (can_be_paid, was_ready, fetched.details_submitted) {
            (true, ..) => AccountState::Ready,
            (false, true, _) => AccountState::Restricted,
            (false, false, Some(true)) => AccountState::Pending,
            (false, false, _) => AccountState::Started,
        }
    }
}
