//! Which operations a worker takes, and that nobody else has them meanwhile.

use diesel::prelude::*;

use super::{IS_OPEN, Operation, OperationState};
use crate::bookings::BookingId;
use crate::clock::{Instant, Span};
use crate::db::{self, Conn, PreparedCondition};
use crate::error::Result;
use crate::payments::schema::{payments, stripe_operations as operations};

/// When an operation may be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    Due,
    /// Whatever its time, as nobody comes again.
    Now,
}

/// Which operations a worker takes.
#[derive(Debug, Clone, Copy)]
pub struct LeaseRequest {
    pub livemode: bool,
    pub urgency: Urgency,
    /// None for those of all bookings, and of none.
    pub booking: Option<BookingId>,
    pub most: i64,
}

/// No earlier one of the same payment is still under way.
const IS_FIRST: PreparedCondition = PreparedCondition(
    "NOT EXISTS (SELECT 1 FROM stripe_operations before \
     WHERE before.payment_id = stripe_operations.payment_id AND before.id < stripe_operations.id \
     AND before.state IN ('waiting', 'unknown'))",
);

impl Operation {
    const LEASE: Span = Span::seconds(60);

    /// Takes what was picked for this worker alone, unless another has it.
    pub fn lease(
        conn: &mut Conn,
        worker: i64,
        asked: LeaseRequest,
        now: Instant,
    ) -> Result<Vec<Self>> {
        let mut ready = operations::table
            .filter(IS_OPEN)
            .filter(IS_FIRST)
            .filter(operations::livemode.eq(asked.livemode))
            .filter(operations::locked_until.is_null().or(operations::locked_until.le(now)))
            .order((operations::next_at, operations::id))
            .limit(asked.most)
            .select(Self::as_select())
            .into_boxed();
        if let Some(booking) = asked.booking {
            let own = payments::table.filter(payments::booking_id.eq(booking)).select(payments::id);
            ready = ready.filter(operations::payment_id.eq_any(own.nullable()));
        }
        ready = match asked.urgency {
            Urgency::Due => ready.filter(operations::next_at.le(now)),
            // a look keeps its time: what was just sent may still arrive
            Urgency::Now => ready.filter(
                operations::state.eq(OperationState::Waiting).or(operations::next_at.le(now)),
            ),
        };
        let ready: Vec<Self> = ready.load(conn)?;
        let mut leased = vec![];
        for operation in ready {
            let free = operations::table
                .find(operation.id)
                .filter(IS_OPEN)
                .filter(operations::locked_until.is_null().or(operations::locked_until.le(now)));
            let set = (
                operations::locked_by.eq(Some(worker)),
                operations::locked_until.eq(Some(now + Self::LEASE)),
            );
            if db::update(free, set).execute(conn)? == 1 {
                leased.push(operation);
            }
        }
        Ok(leased)
    }
}
