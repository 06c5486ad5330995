//! Reads the notices that were kept: each only says what to fetch. A payment is marked and looked at,
//! an account is fetched at once; what fits nothing of ours is tried again, as it may come before our
//! own row does.

use super::account::PayoutAccount;
use super::gateway::StripeAnswer;
use super::gateway::objects::{OfIntent, Payout};
use super::payment::{Payment, PaymentId};
use super::webhook::{EventEnd, StripeEvent};
use super::worker::Worker;
use crate::db::Conn;
use crate::error::Result;

/// What a notice leads to.
enum Lead {
    Payment(PaymentId),
    /// Stripe must be asked which payment it belongs to: the path of the object.
    Fetch(String),
    /// A connected account, or a payout of it.
    Account(PayoutAccount),
    Payout(PayoutAccount),
    /// The platform's own money goes to its bank: the nightly comparison enters it.
    Nothing,
    Unknown,
}

impl Lead {
    fn of(conn: &mut Conn, event: &StripeEvent) -> Result<Self> {
        if let Some(account) = &event.account {
            let own = PayoutAccount::find_by_stripe_id(conn, account)?;
            return Ok(match own {
                None => Self::Nothing,
                Some(own) if event.kind.starts_with("payout.") => Self::Payout(own),
                Some(own) => Self::Account(own),
            });
        }
        if event.kind.starts_with("payout.") {
            return Ok(Self::Nothing);
        }
        if event.kind.starts_with("account.") {
            let own = PayoutAccount::find_by_stripe_id(conn, &event.object_id)?;
            return Ok(own.map_or(Self::Nothing, Self::Account));
        }
        if let Some(payment) = Payment::find_by_object(conn, &event.object_id)? {
            return Ok(Self::Payment(payment.id));
        }
        if let Some(payment) = Payment::find_by_part(conn, &event.object_id)? {
            return Ok(Self::Payment(payment));
        }
        let id = &event.object_id;
        Ok(match event.kind.as_str() {
            kind if kind.starts_with("refund.") => Self::Fetch(format!("/refunds/{id}")),
            kind if kind.starts_with("charge.dispute.") => Self::Fetch(format!("/disputes/{id}")),
            _ => Self::Unknown,
        })
    }
}

impl Worker {
    /// Follows the notices that are due; how many there were.
    pub(super) async fn read_events(&self) -> Result<usize> {
        let livemode = self.gateway.livemode;
        let due = self
            .db
            .read(move |conn, now| {
                let due = StripeEvent::due(conn, livemode, 50, now)?;
                let lead = |event: StripeEvent| Ok((Lead::of(conn, &event)?, event));
                due.into_iter().map(lead).collect::<Result<Vec<_>>>()
            })
            .await?;
        let count = due.len();
        for (lead, event) in due {
            let again = event.clone();
            if let Err(error) = self.follow_event(lead, event).await {
                tracing::error!(cause = ?error, "a notice of Stripe's could not be followed");
                self.db.write(move |conn, now| again.note_failure(conn, now)).await?;
            }
        }
        Ok(count)
    }

    async fn follow_event(&self, lead: Lead, event: StripeEvent) -> Result<()> {
        let is_read = match lead {
            Lead::Payment(id) => return self.mark(id, event).await,
            Lead::Nothing => true,
            Lead::Account(account) => self.look_at_account(account.id).await?,
            Lead::Payout(account) => self.look_at_payout(&account, &event.object_id).await?,
            Lead::Fetch(path) => match self.payment_behind(&path).await? {
                Some(id) => return self.mark(id, event).await,
                None => false,
            },
            Lead::Unknown => false,
        };
        self.db
            .write(move |conn, now| match is_read {
                true => event.end(conn, EventEnd::Done),
                false => event.put_off(conn, now),
            })
            .await
    }

    async fn mark(&self, id: PaymentId, event: StripeEvent) -> Result<()> {
        self.db
            .write(move |conn, now| {
                Payment::mark(conn, id, now)?;
                event.end(conn, EventEnd::Done)
            })
            .await
    }

    /// The payment of ours that an object at Stripe is about.
    async fn payment_behind(&self, path: &str) -> Result<Option<PaymentId>> {
        let StripeAnswer::Done(found) = self.gateway.get::<OfIntent>(path, "").await else {
            return Ok(None);
        };
        let Some(intent) = found.payment_intent else { return Ok(None) };
        let own = move |conn: &mut Conn, _| Payment::find_by_object(conn, &intent);
        Ok(self.db.read(own).await?.map(|payment| payment.id))
    }

    /// Whether the latest payout of an account reached its bank. Whether it could be asked.
    async fn look_at_payout(&self, account: &PayoutAccount, payout: &str) -> Result<bool> {
        let Some(stripe_id) = account.stripe_id.clone() else { return Ok(true) };
        let path = format!("/payouts/{payout}");
        let StripeAnswer::Done(found) = self.gateway.get_as::<Payout>(&stripe_id, &path).await
        else {
            return Ok(false);
        };
        let id = account.id;
        self.write(move |follow, conn, now| {
            let account = PayoutAccount::by_id(conn, id)?;
            match found.status.as_str() {
                "failed" | "canceled" => account.note_payout(conn, follow.desk, Some(now), now),
                "paid" => account.note_payout(conn, follow.desk, None, now),
                _ => Ok(()),
            }
        })
        .await?;
        Ok(true)
    }
}
