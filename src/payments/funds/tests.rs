//! Whose the money is, without a database: rows as they would be, and what follows from them.

mod rows;

use rows::*;

use super::*;
use crate::clock::Instant;
use crate::payments::payment::Freeze;
use crate::payments::refund::RefundState;

/// The end of the hour.
const END: Instant = Instant::from_micros(1_795_000_000_000_000);
const MOMENT: Span = Span::seconds(1);

/// Long after the hour.
fn later(position: &Position, payment: &Payment) -> Funds {
    position.funds(&booking(State::Completed), payment, 0, END + Span::days(9))
}

fn before(position: &Position, payment: &Payment) -> Funds {
    later(position, &Payment { released_at: None, ..payment.clone() })
}

#[test]
fn money_is_due_two_days_after_the_hour_or_the_cancellation_and_not_a_second_sooner() {
    let held = Payment { released_at: None, ..payment() };
    let at = |booking: &Booking, now| nothing().funds(booking, &held, 0, now);
    let hour = booking(State::Completed);
    assert_eq!(at(&hour, END + GRACE - MOMENT), Funds::Waits);
    assert_eq!(at(&hour, END + GRACE), Funds::IsDue);
    let absent = Booking { no_show_at: Some(END + Span::hours(5)), ..hour.clone() };
    assert_eq!(release_at(&absent), Some(END + Span::hours(5) + GRACE));
    let day = END - Span::days(3);
    let given_up = Booking { changed_at: day, ..booking(State::Cancelled) };
    assert_eq!(release_at(&given_up), Some(day + GRACE));
}

#[test]
fn before_the_release_a_complaint_a_bank_a_refund_or_another_currency_keeps_the_money() {
    let now = END + Span::days(9);
    let held = Payment { released_at: None, ..payment() };
    let complained = Booking { complained_at: Some(END), ..booking(State::Completed) };
    assert_eq!(nothing().funds(&complained, &held, 0, now), Funds::Waits);
    let decided = Payment { decided_at: Some(now), ..held.clone() };
    assert_eq!(nothing().funds(&complained, &decided, 0, now), Funds::IsDue);
    for status in [DisputeStatus::Open, DisputeStatus::Inquiry] {
        let asked = Position { disputes: vec![dispute(status, 8_500, 0)], ..nothing() };
        assert_eq!(before(&asked, &held), Funds::Waits);
    }
    let over = Position { disputes: vec![dispute(DisputeStatus::Won, 8_500, 0)], ..nothing() };
    assert_eq!(before(&over, &held), Funds::IsDue);
    let asked = operation(OperationKind::Refund, 7, OperationState::Waiting);
    let pending = Refund { stripe_id: Some("re_1".to_owned()), ..refund(7, 5, RefundState::Sent) };
    let under_way = Position { refunds: vec![pending], operations: vec![asked], ..nothing() };
    assert_eq!(before(&under_way, &held), Funds::Waits);
    let elsewhere = Payment { settled_in: Some("EUR".to_owned()), ..held };
    assert_eq!(before(&nothing(), &elsewhere), Funds::Waits);
    let frozen = Payment { frozen: Some(Freeze::Mismatch), ..payment() };
    assert_eq!(later(&nothing(), &frozen), Funds::Waits);
}

#[test]
fn what_the_end_returns_waits_for_a_bank_that_disputes_and_not_for_one_that_asks() {
    let held = Payment { released_at: None, ..payment() };
    let owed = |status| {
        let position = Position { disputes: vec![dispute(status, 8_500, 0)], ..nothing() };
        position.funds(&booking(State::Cancelled), &held, 9, END)
    };
    assert_eq!(owed(DisputeStatus::Open), Funds::Waits);
    assert_eq!(owed(DisputeStatus::Inquiry), Funds::IsOwedBack);
    assert_eq!(owed(DisputeStatus::Won), Funds::IsOwedBack);
}

#[test]
fn a_refund_is_asked_for_once_and_not_while_a_bank_disputes_nor_when_stripe_has_it() {
    let wanted = refund(7, 500, RefundState::Wanted);
    let new = Position { refunds: vec![wanted.clone()], ..nothing() };
    let reserved = Payment { reserved_minor: 500, sent_minor: 7_600, ..payment() };
    for position in [before, later] {
        assert_eq!(position(&new, &reserved), Funds::HasRefund);
        let disputed =
            Position { disputes: vec![dispute(DisputeStatus::Open, 100, 100)], ..copy(&new) };
        assert_ne!(position(&disputed, &reserved), Funds::HasRefund);
        let asking =
            Position { disputes: vec![dispute(DisputeStatus::Inquiry, 100, 0)], ..copy(&new) };
        assert_eq!(position(&asking, &reserved), Funds::HasRefund);
        let asked = operation(OperationKind::Refund, 7, OperationState::Waiting);
        let asked = Position { operations: vec![asked], ..copy(&new) };
        assert_eq!(position(&asked, &reserved), Funds::Waits);
        let by_hand = Refund { stripe_id: Some("re_1".to_owned()), ..wanted.clone() };
        let by_hand = Position { refunds: vec![by_hand], ..nothing() };
        assert_eq!(position(&by_hand, &reserved), Funds::Waits, "it was made at Stripe");
    }
}

#[test]
fn the_policy_holds_for_an_hour_that_stood_and_that_the_client_gave_up_and_all_returns_else() {
    let start = END - Span::hours(1);
    let money = Payment { captured_at: Some(start - Span::days(9)), ..payment() };
    let ended = |by, left| Booking {
        changed_at: start - left,
        ended_by: Some(by),
        ..booking(State::Cancelled)
    };
    let owed = |by, left| owed_by(Policy::Standard, &ended(by, Span::seconds(left)), &money);
    for (left, back) in [(48 * 3600, 8_500), (48 * 3600 - 1, 4_250), (86_400, 4_250), (86_399, 0)] {
        assert_eq!(owed(By::Client, left), back, "{left} seconds before");
    }
    assert_eq!(owed(By::Accountant, 1), 8_500);
    let late = ended(By::Client, MOMENT);
    let uncharged = Payment { captured_at: Some(start), ..payment() };
    assert_eq!(owed_by(Policy::Standard, &late, &uncharged), 8_500, "it never stood");
    let partly = Payment { reserved_minor: 500, lost_minor: 3_000, ..money.clone() };
    assert_eq!(owed_by(Policy::Standard, &ended(By::Client, Span::hours(30)), &partly), 750);
    for state in [State::Declined, State::Expired] {
        let late = Booking { state, ..late.clone() };
        assert_eq!(owed_by(Policy::Standard, &late, &money), 8_500);
    }
}

fn copy(of: &Position) -> Position {
    Position { refunds: of.refunds.clone(), ..nothing() }
}

#[test]
fn the_share_is_of_what_is_neither_reserved_nor_lost_nor_disputed() {
    let share = Position::share_minor;
    assert_eq!(share(&nothing(), &payment()), 8_075);
    let reserved = Payment { reserved_minor: 4_000, ..payment() };
    assert_eq!(share(&nothing(), &reserved), 4_275, "before it has left");
    assert_eq!(share(&nothing(), &Payment { lost_minor: 4_000, ..payment() }), 4_275);
    let disputed = |amount, taken| Position {
        disputes: vec![dispute(DisputeStatus::Open, amount, taken)],
        ..nothing()
    };
    assert_eq!(share(&disputed(4_000, 0), &payment()), 4_275, "the bank may take it");
    assert_eq!(share(&disputed(4_000, 5_000), &payment()), 3_325, "or has taken more");
    assert_eq!(share(&disputed(8_500, 8_500), &reserved), 0, "never less than nothing");
}

#[test]
fn a_refund_that_a_lost_dispute_has_overtaken_is_reserved_no_more() {
    let refused = refund(7, 4_000, RefundState::Failed);
    let lost = Payment { reserved_minor: 4_000, lost_minor: 6_000, ..payment() };
    let overtaken = Position { refunds: vec![refused.clone()], ..nothing() };
    assert_eq!(overtaken.share_minor(&lost), 2_375);
    let again = Payment { refunded_minor: 4_000, lost_minor: 4_500, ..lost.clone() };
    assert_eq!(overtaken.share_minor(&again), 0, "it would have paid again what came back");
    let unreserved = Refund { pays_owed: true, ..refused.clone() };
    let beside = Payment { reserved_minor: 5_000, refunded_minor: 4_000, ..payment() };
    let twice = Position { refunds: vec![unreserved], ..nothing() };
    assert_eq!(twice.share_minor(&beside), 3_325, "nothing was reserved for what came back");
    let left = Refund { stripe_id: Some("re_1".to_owned()), ..refused.clone() };
    let paid = Position { refunds: vec![left], ..nothing() };
    assert_eq!(paid.share_minor(&Payment { lost_minor: 0, ..lost.clone() }), 4_275);
    let owed = Position { owed: vec![RefundId(7)], ..copy(&overtaken) };
    assert_eq!(owed.share_minor(&Payment { lost_minor: 0, ..lost.clone() }), 4_275);
    let again = Refund { repeats_id: Some(RefundId(7)), ..refund(8, 4_000, RefundState::Wanted) };
    let repeated = Position { refunds: vec![refused, again], ..nothing() };
    assert_eq!(repeated.share_minor(&Payment { lost_minor: 0, ..lost }), 4_275);
}

#[test]
fn who_has_too_little_is_sent_it_and_who_has_too_much_gives_it_back() {
    assert_eq!(later(&nothing(), &payment()), Funds::IsShort);
    assert_eq!(later(&nothing(), &sent()), Funds::IsSettled);
    let too_much = Payment { reserved_minor: 100, ..sent() };
    assert_eq!(later(&nothing(), &too_much), Funds::IsOver);
    let back = Payment { reversed_minor: 95, ..too_much.clone() };
    assert_eq!(later(&nothing(), &back), Funds::IsSettled);
    let given_up = Payment { written_off_minor: 95, ..too_much.clone() };
    assert_eq!(later(&nothing(), &given_up), Funds::IsSettled);
    let wanted = Position { refunds: vec![refund(7, 100, RefundState::Wanted)], ..nothing() };
    assert_eq!(later(&wanted, &too_much), Funds::IsOver, "the accountant's part first");
    let asks = Position { disputes: vec![dispute(DisputeStatus::Inquiry, 100, 0)], ..nothing() };
    assert_eq!(later(&asks, &payment()), Funds::Waits, "nothing is sent while a bank asks");
    assert_eq!(later(&asks, &sent()), Funds::Waits, "nor is it over");
}

#[test]
fn what_is_on_its_way_or_done_and_not_yet_in_the_books_is_waited_for() {
    for (kind, money) in [
        (OperationKind::Transfer, payment()),
        (OperationKind::Reversal, Payment { reserved_minor: 8_500, ..sent() }),
    ] {
        for state in [OperationState::Waiting, OperationState::Unknown, OperationState::Done] {
            let position = Position {
                transfers: vec![transfer(1, 8_075)],
                reversals: vec![reversal(1, END)],
                operations: vec![operation(kind, 1, state)],
                ..nothing()
            };
            assert_eq!(later(&position, &money), Funds::Waits, "{kind:?} {state:?}");
        }
    }
    let entered = Position {
        transfers: vec![transfer(1, 8_075)],
        operations: vec![operation(OperationKind::Transfer, 1, OperationState::Done)],
        ..nothing()
    };
    assert_eq!(later(&entered, &sent()), Funds::IsSettled);
}

#[test]
fn a_refused_reversal_is_asked_for_again_each_day_for_thirty_days() {
    let owing = Payment { reserved_minor: 8_500, ..sent() };
    let begun = END + Span::days(2);
    let at = |created: &[Instant], now| {
        let rows = (1..).zip(created).map(|(id, at)| reversal(id, *at)).collect::<Vec<_>>();
        let asked = rows.iter().map(|row| row.id.0);
        let asked = asked.map(|id| operation(OperationKind::Reversal, id, OperationState::Refused));
        let operations = asked.collect();
        let position = Position { reversals: rows, operations, ..nothing() };
        position.funds(&booking(State::Completed), &owing, 0, now)
    };
    let day = Span::hours(24);
    assert_eq!(at(&[begun], begun + day - MOMENT), Funds::Waits);
    assert_eq!(at(&[begun], begun + day), Funds::IsOver);
    let last = begun + Span::days(28);
    assert_eq!(at(&[begun, last], last + day), Funds::IsOver);
    assert_eq!(at(&[begun, last], begun + Span::days(30) - MOMENT), Funds::IsOver);
    assert_eq!(at(&[begun, last], begun + Span::days(30)), Funds::Waits, "then a person decides");
}

#[test]
fn a_refused_transfer_is_made_anew_where_the_account_was_at_fault_and_else_by_a_person() {
    let at = |code: &str, now| {
        let refused = Operation {
            error_code: Some(code.to_owned()),
            ..operation(OperationKind::Transfer, 1, OperationState::Refused)
        };
        let transfers = vec![transfer(1, 8_075)];
        let position = Position { transfers, operations: vec![refused], ..nothing() };
        position.funds(&booking(State::Completed), &payment(), 0, now)
    };
    let account = "400 insufficient_capabilities_for_transfer";
    assert_eq!(at(account, END + Span::hours(1) - MOMENT), Funds::Waits);
    assert_eq!(at(account, END + Span::hours(1)), Funds::IsShort);
    assert_eq!(at("400 balance_insufficient", END + Span::days(9)), Funds::Waits);
}
