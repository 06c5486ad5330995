//! Sends what is written down, looks at what was marked, and makes bookings follow. Any number of
//! processes may do so at once: leases keep them apart, and losing one is harmless.

use std::sync::Arc;

use futures_util::future::join_all;

use super::answers::{apply, follow_answer};
use super::follow::Follow;
use super::gateway::objects::{
    CreatedObject, FetchedRefund, FetchedReversal, FetchedTransfer, Metadata,
};
use super::gateway::{StripeAnswer, StripeGateway};
use super::look::Facts;
use super::operation::{LeaseRequest, Operation, OperationKind, OperationState, Urgency};
use super::payment::{Payment, PaymentId};
use super::refund::RefundId;
use super::transfer::{ReversalId, TransferId};
use crate::bookings::{BookingId, Notifier};
use crate::clock::Instant;
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::mail::Mail;
use crate::seal;

/// How many are under way at once, so that one that stalls holds up few others.
const AT_ONCE: i64 = 8;

/// What the work is done with.
#[derive(Clone)]
pub struct Worker {
    pub db: Db,
    pub mail: Mail,
    pub gateway: Arc<StripeGateway>,
    /// Tells this one from others in the rows.
    id: i64,
}

impl Worker {
    pub fn new(db: Db, mail: Mail, gateway: Arc<StripeGateway>) -> Self {
        Self { db, mail, gateway, id: i64::from(u32::from_be_bytes(seal::random())) }
    }

    /// Everything that is due, until nothing is; bounded, as what is due may be due again at once.
    pub async fn run(&self, when: Urgency) -> Result<()> {
        for _ in 0..50 {
            let done =
                self.read_events().await? + self.send(when, None).await? + self.look(None).await?;
            if done == 0 {
                break;
            }
        }
        Ok(())
    }

    /// Makes one booking and its payment follow each other, and sends what comes of it. What else is
    /// due is left to the rounds: bookings that change together do not wait for one another.
    pub async fn settle(&self, id: BookingId) -> Result<()> {
        self.write(move |follow, conn, now| follow.settle(conn, id, now)).await?;
        // an answer may lead to the next question
        for _ in 0..AT_ONCE {
            if self.send(Urgency::Due, Some(id)).await? + self.look(Some(id)).await? == 0 {
                break;
            }
        }
        Ok(())
    }

    /// Asks Stripe about one payment at once, for whoever waits for it.
    pub async fn look_now(&self, id: PaymentId) -> Result<()> {
        let payment = self.db.read(move |conn, _| Payment::by_id(conn, id)).await?;
        self.look_at(payment).await
    }

    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Follow<'_>, &mut Conn, Instant) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (gateway, mail) = (self.gateway.clone(), self.mail.clone());
        self.db
            .write(move |conn, now| {
                let desk = Notifier(&mail);
                let follow = Follow { gateway: &gateway, desk: &desk, base_url: &mail.base_url };
                work(&follow, conn, now)
            })
            .await
    }

    /// Sends what is due, of one booking or of all; how many there were.
    async fn send(&self, urgency: Urgency, booking: Option<BookingId>) -> Result<usize> {
        let id = self.id;
        let asked =
            LeaseRequest { livemode: self.gateway.livemode, urgency, booking, most: AT_ONCE };
        let leased = self.db.write(move |conn, now| Operation::lease(conn, id, asked, now)).await?;
        let count = leased.len();
        let sent = join_all(leased.into_iter().map(|operation| self.send_one(operation))).await;
        sent.into_iter().for_each(alarm);
        Ok(count)
    }

    async fn send_one(&self, operation: Operation) -> Result<()> {
        if operation.state == OperationState::Unknown {
            return self.look_for(operation).await;
        }
        let sending = operation.clone();
        self.db.write(move |conn, now| sending.note_sent(conn, now)).await?;
        let answer: StripeAnswer<CreatedObject> =
            self.gateway.post(&operation.path, &operation.body, &operation.key).await;
        self.write(move |follow, conn, now| {
            operation.record(conn, &answer, now)?;
            follow_answer(follow, conn, &operation, &answer, now)
        })
        .await
    }

    /// What was asked may have been done: Stripe's own state tells, and only what was not done is
    /// asked again.
    async fn look_for(&self, operation: Operation) -> Result<()> {
        // an account, like a page to pay on, of which nobody has the address is nobody's
        let Some(id) = operation.payment_id else {
            return self.write(move |_, conn, now| operation.begin_again(conn, now)).await;
        };
        let payment = self.db.read(move |conn, _| Payment::by_id(conn, id)).await?;
        // a page that nobody has the address of is nobody's
        let facts = match operation.kind {
            OperationKind::CreateSession => Some(Facts::default()),
            _ => Facts::fetch(&self.gateway, &payment).await,
        };
        self.write(move |follow, conn, now| {
            let Some(facts) = facts else {
                return operation.record(conn, &StripeAnswer::Unknown { is_fault: false }, now);
            };
            match done_by(&operation, &payment, &facts) {
                Some(made) => operation.record(conn, &StripeAnswer::Done(made), now)?,
                None => operation.begin_again(conn, now)?,
            }
            apply(follow, conn, &payment, &facts, now).map(drop)
        })
        .await
    }

    /// Asks Stripe how the marked payments stand, of one booking or of all; how many there were.
    async fn look(&self, booking: Option<BookingId>) -> Result<usize> {
        let livemode = self.gateway.livemode;
        let due = self
            .db
            .write(move |conn, now| Payment::take_due(conn, (livemode, booking), AT_ONCE, now))
            .await?;
        let count = due.len();
        let looked = join_all(due.into_iter().map(|payment| self.look_at(payment))).await;
        looked.into_iter().for_each(alarm);
        Ok(count)
    }

    async fn look_at(&self, payment: Payment) -> Result<()> {
        // a payment that could not be looked at keeps its time: it is due again within a minute
        let Some(facts) = Facts::fetch(&self.gateway, &payment).await else { return Ok(()) };
        self.write(move |follow, conn, now| apply(follow, conn, &payment, &facts, now).map(drop))
            .await
    }
}

/// One that cannot be followed holds up no other; it comes again by itself.
fn alarm(outcome: Result<()>) {
    if let Err(error) = outcome {
        tracing::error!(cause = ?error, "a payment could not be followed");
    }
}

/// Whether what was asked for is done, by what was fetched; and under which id.
fn done_by(operation: &Operation, payment: &Payment, facts: &Facts) -> Option<CreatedObject> {
    let made = |id: &str| Some(CreatedObject { id: id.to_owned(), url: None });
    let intent = facts.intent.as_ref();
    match operation.kind {
        OperationKind::Capture => {
            intent.filter(|intent| intent.status == "succeeded").and_then(|intent| made(&intent.id))
        }
        OperationKind::Cancel => {
            intent.filter(|intent| intent.status == "canceled").and_then(|intent| made(&intent.id))
        }
        OperationKind::ExpireSession => {
            let session = facts.session.as_ref();
            let is_closed = |status: &str| status != "open";
            session
                .filter(|session| session.status.as_deref().is_some_and(is_closed))
                .and_then(|session| made(&session.id))
        }
        OperationKind::Refund => {
            let row = RefundId(operation.subject_id).to_string();
            let is_it = |refund: &&FetchedRefund| is_marked(refund.metadata.as_ref(), &row);
            facts.refunds.iter().find(is_it).and_then(|refund| made(&refund.id))
        }
        OperationKind::CreateSession => payment.session_id.as_deref().and_then(made),
        OperationKind::Transfer => {
            let row = TransferId(operation.subject_id).to_string();
            let is_it = |sent: &&FetchedTransfer| is_marked(sent.metadata.as_ref(), &row);
            facts.transfers.iter().find(is_it).and_then(|sent| made(&sent.id))
        }
        OperationKind::Reversal => {
            let row = ReversalId(operation.subject_id).to_string();
            let is_it = |back: &&FetchedReversal| is_marked(back.metadata.as_ref(), &row);
            let all = facts.transfers.iter().flat_map(|sent| &sent.reversals);
            all.flat_map(|list| &list.data).find(is_it).and_then(|back| made(&back.id))
        }
        OperationKind::CreateAccount => None,
    }
}

fn is_marked(mark: Option<&Metadata>, row: &str) -> bool {
    mark.and_then(|mark| mark.footing.as_deref()) == Some(row)
}
