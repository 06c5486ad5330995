//! What is asked of Stripe: written down first, with a key and a body that never change, then sent,
//! then recorded. A process may die between any two of these.
//!
//! Operations of one payment are sent one at a time, in the order they were written. An answer that
//! could not be read proves nothing: the same is sent again, and what stays unknown is looked for
//! before anything is asked under a new key.

mod kind;
mod lease;

use diesel::prelude::*;

pub use kind::OperationKind;
pub use lease::{LeaseRequest, Urgency};

use super::gateway::StripeAnswer;
use super::gateway::objects::CreatedObject;
use super::gateway::requests::Request;
use super::payment::PaymentId;
use super::schema::stripe_operations as operations;
use crate::clock::{Instant, Span};
use crate::db::{self, Conn, PreparedCondition};
use crate::error::Result;
use crate::on_either;
use crate::seal;

crate::typed_id!(OperationId);

crate::word_enum! {
    OperationState {
        /// To be sent, or sent without an answer.
        Waiting => "waiting",
        Done => "done",
        Refused => "refused",
        /// To be looked for.
        Unknown => "unknown",
        /// Looked for and not found: the next attempt stands in its place.
        Replaced => "replaced",
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = operations, treat_none_as_default_value = false)]
pub struct Operation {
    pub id: OperationId,
    pub payment_id: Option<PaymentId>,
    pub kind: OperationKind,
    /// The row of ours that it is about.
    pub subject_id: i64,
    pub attempt: i32,
    pub key: String,
    pub livemode: bool,
    pub path: String,
    pub body: String,
    pub state: OperationState,
    pub first_sent_at: Option<Instant>,
    pub last_sent_at: Option<Instant>,
    pub tries: i32,
    pub faults: i32,
    pub next_at: Instant,
    pub locked_by: Option<i64>,
    pub locked_until: Option<Instant>,
    pub stripe_id: Option<String>,
    pub error_code: Option<String>,
    pub created_at: Instant,
}

/// Whom an operation is for.
#[derive(Debug, Clone, Copy)]
pub struct Subject {
    pub payment: Option<PaymentId>,
    pub kind: OperationKind,
    pub id: i64,
    pub livemode: bool,
}

/// True of what Stripe has not answered yet, in the words of its indexes.
pub(super) const IS_OPEN: PreparedCondition =
    PreparedCondition("stripe_operations.state IN ('waiting', 'unknown')");

impl Operation {
    /// Stripe keeps a key's answer for a day.
    const KEY_LIVES: Span = Span::hours(23);
    /// So many errors of Stripe's own under one key are its kept answer.
    const MOST_FAULTS: i32 = 3;
    /// What was sent may still be under way for so long.
    pub const SETTLES: Span = Span::seconds(60);

    /// Writes the first attempt down, unless there is one.
    pub fn begin(
        conn: &mut Conn,
        subject: Subject,
        request: Request,
        now: Instant,
    ) -> Result<bool> {
        let known: i64 = operations::table
            .filter(operations::kind.eq(subject.kind).and(operations::subject_id.eq(subject.id)))
            .count()
            .get_result(conn)?;
        if known > 0 {
            return Ok(false);
        }
        Self::insert(conn, subject, request, 1, now)?;
        Ok(true)
    }

    /// The same once more under a new key. Only for what is known not to have been done.
    pub fn begin_again(&self, conn: &mut Conn, now: Instant) -> Result<()> {
        let next_to_last = operations::table.find(self.id).filter(IS_OPEN);
        db::update(next_to_last, operations::state.eq(OperationState::Replaced)).execute(conn)?;
        let request = Request { path: self.path.clone(), body: self.body.clone() };
        Self::insert(conn, self.subject(), request, self.attempt + 1, now)
    }

    pub fn subject(&self) -> Subject {
        Subject {
            payment: self.payment_id,
            kind: self.kind,
            id: self.subject_id,
            livemode: self.livemode,
        }
    }

    fn insert(
        conn: &mut Conn,
        subject: Subject,
        request: Request,
        attempt: i32,
        now: Instant,
    ) -> Result<()> {
        let id = OperationId::next(now);
        let row = Self {
            id,
            payment_id: subject.payment,
            kind: subject.kind,
            subject_id: subject.id,
            attempt,
            key: format!("ftg:{}:{}:{attempt}", subject.kind.as_str(), IdText(subject.id)),
            livemode: subject.livemode,
            path: request.path,
            body: request.body,
            state: OperationState::Waiting,
            first_sent_at: None,
            last_sent_at: None,
            tries: 0,
            faults: 0,
            next_at: now,
            locked_by: None,
            locked_until: None,
            stripe_id: None,
            error_code: None,
            created_at: now,
        };
        on_either!(conn, |c| diesel::insert_into(operations::table).values(row).execute(c))?;
        Ok(())
    }

    pub fn by_id(conn: &mut Conn, id: OperationId) -> Result<Self> {
        Ok(operations::table.find(id).select(Self::as_select()).first(conn)?)
    }

    /// All of one payment, oldest first.
    pub fn of_payment(conn: &mut Conn, payment: PaymentId) -> Result<Vec<Self>> {
        Ok(operations::table
            .filter(operations::payment_id.eq(payment))
            .order(operations::id)
            .limit(1000)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// The last attempt at what is for no payment.
    pub fn last_of(conn: &mut Conn, kind: OperationKind, subject: i64) -> Result<Option<Self>> {
        Ok(operations::table
            .filter(operations::kind.eq(kind).and(operations::subject_id.eq(subject)))
            .order(operations::id.desc())
            .select(Self::as_select())
            .first(conn)
            .optional()?)
    }

    /// Notes that it leaves now. From then on it may have been done.
    pub fn note_sent(&self, conn: &mut Conn, now: Instant) -> Result<()> {
        let set = (
            operations::first_sent_at.eq(Some(self.first_sent_at.unwrap_or(now))),
            operations::last_sent_at.eq(Some(now)),
            operations::tries.eq(operations::tries + 1),
        );
        db::update(operations::table.find(self.id), set).execute(conn)?;
        Ok(())
    }

    /// Records what Stripe said. What follows from it is for the caller.
    pub fn record(
        &self,
        conn: &mut Conn,
        answer: &StripeAnswer<CreatedObject>,
        now: Instant,
    ) -> Result<()> {
        let own = Self::by_id(conn, self.id)?;
        let (state, next_at, faults) = match answer {
            StripeAnswer::Done(_) => (OperationState::Done, now, own.faults),
            StripeAnswer::Refused { .. } => (OperationState::Refused, now, own.faults),
            StripeAnswer::Stopped { .. } => (own.state, now + Span::minutes(1), own.faults),
            StripeAnswer::Unknown { is_fault } => own.after_unknown(*is_fault, now),
        };
        let stripe_id = match answer {
            StripeAnswer::Done(made) => Some(made.id.clone()),
            _ => own.stripe_id.clone(),
        };
        let error_code = match answer {
            StripeAnswer::Refused { code, status } => {
                Some(format!("{status} {}", code.as_deref().unwrap_or("")).trim_end().to_owned())
            }
            StripeAnswer::Stopped { status } => Some(status.to_string()),
            StripeAnswer::Done(_) | StripeAnswer::Unknown { .. } => None,
        };
        let open = operations::table.find(self.id).filter(IS_OPEN);
        let set = (
            operations::state.eq(state),
            operations::next_at.eq(next_at),
            operations::faults.eq(faults),
            operations::stripe_id.eq(stripe_id),
            operations::error_code.eq(error_code),
            operations::locked_by.eq(None::<i64>),
            operations::locked_until.eq(None::<Instant>),
        );
        db::update(open, set).execute(conn)?;
        Ok(())
    }

    /// The same again after a while; or, where its key has nothing more to say, a look.
    fn after_unknown(&self, is_fault: bool, now: Instant) -> (OperationState, Instant, i32) {
        let faults = self.faults + i32::from(is_fault);
        let is_old = self.first_sent_at.is_some_and(|at| at + Self::KEY_LIVES <= now);
        if faults >= Self::MOST_FAULTS || is_old || self.state == OperationState::Unknown {
            return (OperationState::Unknown, now + Self::SETTLES, faults);
        }
        (OperationState::Waiting, now + pause(self.tries), faults)
    }

    /// Asks at once, whatever its time.
    pub fn hasten(&self, conn: &mut Conn, now: Instant) -> Result<()> {
        let open = operations::table.find(self.id).filter(IS_OPEN);
        db::update(open, operations::next_at.eq(now)).execute(conn)?;
        Ok(())
    }

    /// Takes refused ones of a kind off the list: the next attempt stands in their place.
    pub fn replace_refused(conn: &mut Conn, payment: PaymentId, kind: OperationKind) -> Result<()> {
        let refused = operations::table
            .filter(operations::payment_id.eq(payment).and(operations::kind.eq(kind)))
            .filter(operations::state.eq(OperationState::Refused));
        db::update(refused, operations::state.eq(OperationState::Replaced)).execute(conn)?;
        Ok(())
    }

    /// Whether a refusal, as it was recorded, says that it can never be done. Any other is a question
    /// of the state that the thing is in, and that state is the answer.
    pub fn is_final(refusal: &str) -> bool {
        refusal.starts_with("402") || refusal.contains("charge_expired_for_capture")
    }

    /// What was refused for good of one kind for one row, by Stripe's word.
    pub fn refusal_of(
        conn: &mut Conn,
        kind: OperationKind,
        subject: i64,
    ) -> Result<Option<String>> {
        let code: Option<Option<String>> = operations::table
            .filter(operations::kind.eq(kind).and(operations::subject_id.eq(subject)))
            .filter(operations::state.eq(OperationState::Refused))
            .order(operations::id.desc())
            .select(operations::error_code)
            .first(conn)
            .optional()?;
        Ok(code.flatten())
    }

    /// All that are not over, oldest first.
    pub fn open(conn: &mut Conn, livemode: bool) -> Result<Vec<Self>> {
        Ok(operations::table
            .filter(IS_OPEN)
            .filter(operations::livemode.eq(livemode))
            .order(operations::id)
            .limit(1000)
            .select(Self::as_select())
            .load(conn)?)
    }
}

/// An id as addresses show it.
struct IdText(i64);

impl std::fmt::Display for IdText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        db::show_id(self.0, f)
    }
}

/// 1, 4, 15, 60 seconds, then five minutes; a quarter more or less, so that nodes do not march.
fn pause(tries: i32) -> Span {
    let span = match tries {
        ..=1 => Span::seconds(1),
        2 => Span::seconds(4),
        3 => Span::seconds(15),
        4 => Span::seconds(60),
        _ => Span::minutes(5),
    };
    let quarter = span.micros() / 4;
    let noise = i64::from(u16::from_be_bytes(seal::random())) * 2 * quarter / i64::from(u16::MAX);
    Span::millis((span.micros() - quarter + noise) / 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_again_waits_longer_each_time_and_never_exactly_as_long() {
        let bounds = [(1, 750, 1_250), (2, 3_000, 5_000), (3, 11_250, 18_750), (4, 45_000, 75_000)];
        for (tries, least, most) in bounds.into_iter().chain([(9, 225_000, 375_000)]) {
            for _ in 0..50 {
                let millis = pause(tries).micros() / 1000;
                assert!((least..=most).contains(&millis), "{tries}: {millis}");
            }
        }
    }

    #[test]
    fn a_refused_card_is_final_and_a_refusal_by_state_is_a_question() {
        assert!(Operation::is_final("402 card_declined") && Operation::is_final("402"));
        assert!(Operation::is_final("400 charge_expired_for_capture"));
        assert!(!Operation::is_final("400 payment_intent_unexpected_state"));
        assert!(!Operation::is_final("404 resource_missing"));
    }
}
