//! Asks Stripe what nobody told us: every few minutes what has happened since the last notice, every
//! night all of its books. What is left to do is named, a line each.

use super::AccountId;
use super::account::PayoutAccount;
use super::audit;
use super::balance_line::BalanceLine;
use super::follow;
use super::gateway::StripeAnswer;
use super::gateway::objects::{ConnectedAccount, ListedEvent, ListedLine};
use super::operation::Urgency;
use super::payment::Payment;
use super::refund::Refund;
use super::walk::{LISTED_WITHIN, Walk};
use super::webhook::StripeEvent;
use super::worker::Worker;
use super::{notify, tasks};
use crate::bookings::BookingId;
use crate::clock::{Instant, Span};
use crate::error::{Error, Result};

/// Stripe lists what happened in the last thirty days.
const EVENTS_LAST: Span = Span::days(29);

impl Worker {
    /// Asks about everything that is open, whether or not a notice of it came, and sends what waits.
    /// What is left to do, a line each.
    pub async fn reconcile(&self, when: Urgency) -> Result<Vec<String>> {
        self.fetch_events().await?;
        self.follow_all(when).await?;
        self.run(when).await?;
        let livemode = self.gateway.livemode;
        self.db.read(move |conn, now| audit::left(conn, livemode, now)).await
    }

    /// Everything that a night is for: accounts, refunds that take long, and Stripe's books beside
    /// ours.
    pub async fn reconcile_all(&self, when: Urgency) -> Result<Vec<String>> {
        self.look_at_accounts().await?;
        self.mark_slow_refunds().await?;
        let livemode = self.gateway.livemode;
        self.write(move |follow, conn, now| {
            let overdue = tasks::overdue(conn, livemode, now)?;
            notify::tell_admins(conn, follow.desk, overdue, now)
        })
        .await?;
        self.reconcile(when).await?;
        self.fetch_lines().await?;
        self.db.read(move |conn, now| audit::left(conn, livemode, now)).await
    }

    /// Makes all open bookings and their payments follow each other; nothing is written for those at
    /// rest. When nobody comes again, Stripe is asked about each.
    async fn follow_all(&self, when: Urgency) -> Result<()> {
        let mut last = BookingId(0);
        loop {
            let found = self.db.read(move |conn, now| {
                let page = Payment::unsettled(conn, last, 50)?;
                let end = page.last().copied();
                let mut open = vec![];
                for booking in page {
                    if when == Urgency::Now || !follow::is_at_rest(conn, booking, now)? {
                        open.push(booking);
                    }
                }
                Ok::<_, Error>((end, open))
            });
            let (end, open) = found.await?;
            let Some(end) = end else { return Ok(()) };
            last = end;
            // each for itself: who holds a counter of papers must not wait for another booking
            for booking in open {
                self.write(move |follow, conn, now| {
                    let payment = Payment::last_of(conn, booking)?;
                    if let Some(payment) = payment.filter(|_| when == Urgency::Now) {
                        Payment::mark(conn, payment.id, now)?;
                    }
                    follow.settle(conn, booking, now)
                })
                .await?;
            }
        }
    }

    /// Keeps what happened since Stripe was last asked, as if it had been told.
    async fn fetch_events(&self) -> Result<()> {
        let livemode = self.gateway.livemode;
        let since = self
            .db
            .read(move |conn, now| {
                let last = StripeEvent::listed_to(conn, livemode)?;
                let oldest = now - EVENTS_LAST;
                let settled = |at: Instant| at - Span::seconds(LISTED_WITHIN);
                Ok::<_, Error>(last.map_or(oldest, |at| settled(at).max(oldest)))
            })
            .await?;
        let mut walk = Walk::<ListedEvent>::new(&self.gateway, "/events", since.seconds());
        while let Some(piece) = walk.next().await {
            self.db
                .write(move |conn, now| {
                    for event in piece.things.iter().filter(|event| event.livemode == livemode) {
                        if StripeEvent::is_read(&event.kind) {
                            StripeEvent::listed(event, now).keep(conn)?;
                        }
                    }
                    let newest = piece.things.iter().map(|event| event.created).max();
                    let note = |at| StripeEvent::note_listed(conn, livemode, seconds(at));
                    newest.max(piece.read_to).map_or(Ok(()), note)
                })
                .await?;
        }
        Ok(())
    }

    /// Looks at every open account.
    async fn look_at_accounts(&self) -> Result<()> {
        let livemode = self.gateway.livemode;
        let mut last = AccountId(0);
        loop {
            let page = move |conn: &mut _, _| PayoutAccount::open_after(conn, livemode, last, 50);
            let page = self.db.read(page).await?;
            let Some(end) = page.last() else { return Ok(()) };
            last = end.id;
            for account in &page {
                self.look_at_account(account.id).await?;
            }
        }
    }

    /// Looks at an account, and sends what waited for it. Whether it could be asked about.
    pub async fn look_at_account(&self, id: AccountId) -> Result<bool> {
        let account = self.db.read(move |conn, _| PayoutAccount::by_id(conn, id)).await?;
        let Some(stripe_id) = account.stripe_id.clone() else { return Ok(true) };
        let answer: StripeAnswer<ConnectedAccount> =
            self.gateway.get(&format!("/accounts/{stripe_id}"), "").await;
        self.write(move |follow, conn, now| {
            match answer {
                StripeAnswer::Done(fetched) => {
                    account.follow(conn, follow.desk, &fetched, now)?;
                }
                StripeAnswer::Refused { status: 403 | 404, .. } => {
                    account.close(conn, follow.desk, now)?;
                }
                _ => return Ok(false),
            }
            for booking in Payment::unsent(conn, account.accountant_id, account.livemode)? {
                follow.settle(conn, booking, now)?;
            }
            Ok(true)
        })
        .await
    }

    /// Refunds can take days; one that nobody told the end of is looked at each night.
    async fn mark_slow_refunds(&self) -> Result<()> {
        self.db
            .write(move |conn, now| {
                for payment in Refund::slow(conn, now - Span::days(1))? {
                    Payment::mark(conn, payment, now)?;
                }
                Ok(())
            })
            .await
    }

    /// Reads Stripe's books from where the last night stopped, enters what is the platform's alone,
    /// and notes what the ledger does not have.
    async fn fetch_lines(&self) -> Result<()> {
        let livemode = self.gateway.livemode;
        let since = self.db.read(move |conn, _| BalanceLine::latest(conn, livemode)).await?;
        let since = since.map_or(0, |at| (at - Span::hours(1)).seconds());
        let mut walk = Walk::<ListedLine>::new(&self.gateway, "/balance_transactions", since);
        // the oldest first: wherever this is broken off, the next night goes on from there
        while let Some(piece) = walk.next().await {
            self.db
                .write(move |conn, now| {
                    piece
                        .things
                        .iter()
                        .try_for_each(|line| BalanceLine::keep(conn, livemode, line, now).map(drop))
                })
                .await?;
        }
        if !walk.is_whole() {
            return Ok(());
        }
        self.db.write(move |conn, _| BalanceLine::compare(conn, livemode)).await
    }
}

fn seconds(at: i64) -> Instant {
    Instant::from_micros(at.saturating_mul(1_000_000))
}
