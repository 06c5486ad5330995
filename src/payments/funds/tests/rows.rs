//! Rows as they would be, of one payment that was charged and released.

use super::{END, GRACE};
use crate::bookings::{Booking, BookingId, PayMode, State};
use crate::clock::{Instant, Span};
use crate::listings::ServiceId;
use crate::payments::account::AccountId;
use crate::payments::dispute::{Dispute, DisputeId, DisputeStatus};
use crate::payments::funds::Position;
use crate::payments::operation::{Operation, OperationId, OperationKind, OperationState};
use crate::payments::payment::{Payment, PaymentId, PaymentState};
use crate::payments::refund::{Refund, RefundCause, RefundId, RefundState};
use crate::payments::transfer::{Reversal, ReversalId, Transfer, TransferId};
use crate::users::UserId;

/// 85.00, of which 4.25 is Footing's, charged and released.
pub fn payment() -> Payment {
    Payment {
        id: PaymentId(1),
        booking_id: BookingId(1),
        livemode: false,
        attempt: 1,
        state: PaymentState::Captured,
        currency: "GBP".to_owned(),
        amount_minor: 8_500,
        commission_bps: 500,
        vat_bps: 0,
        expires_at: END,
        session_id: None,
        session_url: None,
        intent_id: None,
        charge_id: None,
        capture_before: None,
        authorised_at: None,
        captured_at: Some(END - Span::days(1)),
        released_at: Some(END + GRACE),
        reserved_minor: 0,
        refunded_minor: 0,
        lost_minor: 0,
        sent_minor: 0,
        reversed_minor: 0,
        frozen: None,
        version: 0,
        look_at: None,
        created_at: END,
        written_off_minor: 0,
        decided_at: None,
        settled_in: None,
        closed_at: None,
    }
}

pub fn sent() -> Payment {
    Payment { sent_minor: 8_075, ..payment() }
}

pub fn booking(state: State) -> Booking {
    Booking {
        id: BookingId(1),
        client_id: UserId(1),
        accountant_id: UserId(2),
        service_id: ServiceId(1),
        state,
        pay_mode: PayMode::Hold,
        starts_at: END - Span::hours(1),
        ends_at: END,
        block_from: END - Span::hours(1),
        block_to: END,
        deadline: None,
        accepted_at: None,
        requested_at: END,
        changed_at: END,
        wall: String::new(),
        zone: "UTC".to_owned(),
        tz_version: String::new(),
        moves: 0,
        sequence: 0,
        proposed_at: None,
        proposed_until: None,
        ended_by: None,
        no_show_at: None,
        no_show_objected_at: None,
        no_show_upheld_at: None,
        accountant_absent_at: None,
        complained_at: None,
        complaint: None,
        paid_directly_at: None,
    }
}

pub fn nothing() -> Position {
    Position {
        refunds: vec![],
        owed: vec![],
        disputes: vec![],
        transfers: vec![],
        reversals: vec![],
        operations: vec![],
    }
}

pub fn refund(id: i64, amount_minor: i64, state: RefundState) -> Refund {
    Refund {
        id: RefundId(id),
        payment_id: PaymentId(1),
        livemode: false,
        cause: RefundCause::Admin,
        amount_minor,
        state,
        stripe_id: None,
        by_id: None,
        reason: None,
        created_at: END,
        ended_at: None,
        repeats_id: None,
        pays_owed: false,
    }
}

pub fn dispute(status: DisputeStatus, amount_minor: i64, taken_minor: i64) -> Dispute {
    Dispute {
        id: DisputeId(1),
        payment_id: PaymentId(1),
        livemode: false,
        stripe_id: "dp_1".to_owned(),
        status,
        amount_minor,
        taken_minor,
        due_by: None,
        opened_at: END,
        ended_at: None,
    }
}

pub fn operation(kind: OperationKind, subject_id: i64, state: OperationState) -> Operation {
    Operation {
        id: OperationId(subject_id),
        payment_id: Some(PaymentId(1)),
        kind,
        subject_id,
        attempt: 1,
        key: String::new(),
        livemode: false,
        path: String::new(),
        body: String::new(),
        state,
        first_sent_at: None,
        last_sent_at: None,
        tries: 0,
        faults: 0,
        next_at: END,
        locked_by: None,
        locked_until: None,
        stripe_id: None,
        error_code: None,
        created_at: END,
    }
}

pub fn transfer(id: i64, amount_minor: i64) -> Transfer {
    Transfer {
        id: TransferId(id),
        payment_id: PaymentId(1),
        livemode: false,
        account_id: AccountId(1),
        amount_minor,
        stripe_id: None,
        created_at: END,
    }
}

pub fn reversal(id: i64, created_at: Instant) -> Reversal {
    Reversal {
        id: ReversalId(id),
        transfer_id: TransferId(1),
        livemode: false,
        amount_minor: 8_075,
        stripe_id: None,
        created_at,
    }
}
