//! What must happen next between a booking and its payment: one table, asked again after every
//! change of either. It looks at how things stand, never at what happened, so it gives the same
//! answer whatever order notices came in, and after a process died between any two statements.

use super::funds::Funds;
use super::payment::PaymentState;
use crate::bookings::{PayMode, State};

/// How a booking and its live payment stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Situation {
    pub booking: State,
    pub mode: PayMode,
    /// Nothing more is asked of a person.
    pub is_accepted: bool,
    /// None while no payment was begun.
    pub payment: Option<PaymentState>,
    /// The card was held after the booking had ended.
    pub is_held_late: bool,
    /// Stripe refused for good to charge the held card.
    pub is_capture_refused: bool,
    pub funds: Funds,
}

/// What to do now; each is done once, however often it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Nothing,
    /// Write a payment down and ask for a page to pay on.
    Begin,
    /// The card is held: the accountant is asked, or the money is taken at once.
    NoteHeld,
    Capture,
    Confirm,
    /// The card could not be charged: the booking ends.
    EndUncharged,
    ExpireSession,
    /// Let the held card go.
    LetGo,
    /// The card was held after the hold had ended: the time is given again, if it is still free.
    ReviveOrLetGo,
    /// Write down what the end of the booking returns to the client.
    Refund,
    /// Ask for the refunds that are written down.
    SendRefund,
    /// The money has its owners now.
    Release,
    /// Send what is the accountant's.
    Send,
    /// Take back what is no longer the accountant's.
    TakeBack,
}

/// The next step, by payments.md's table of a paid booking.
pub fn next(stand: &Situation) -> Step {
    use PaymentState::{Authorised, Captured, Created, Lapsed, Open, Voided};
    if !matches!(stand.mode, PayMode::Hold | PayMode::AfterAccept) {
        return Step::Nothing;
    }
    let has_ended = matches!(stand.booking, State::Declined | State::Cancelled | State::Expired);
    match (stand.booking, stand.payment) {
        (State::Held, None) => Step::Begin,
        (State::Held, Some(Authorised)) if !stand.is_accepted => Step::NoteHeld,
        (State::Held | State::Pending, Some(Authorised))
            if stand.is_accepted && stand.is_capture_refused =>
        {
            Step::EndUncharged
        }
        (State::Held | State::Pending, Some(Authorised)) if stand.is_accepted => Step::Capture,
        (State::Held | State::Pending, Some(Captured)) if stand.is_accepted => Step::Confirm,
        (State::Held | State::Pending, Some(Voided)) => Step::EndUncharged,
        (_, Some(Open)) if has_ended => Step::ExpireSession,
        (State::Expired, Some(Authorised)) if stand.is_held_late => Step::ReviveOrLetGo,
        (_, Some(Authorised)) if has_ended => Step::LetGo,
        (_, Some(Captured)) => move_money(stand, has_ended),
        (_, None | Some(Created | Open | Lapsed | Authorised | Voided)) => Step::Nothing,
    }
}

/// The next step with money that was charged.
fn move_money(stand: &Situation, has_ended: bool) -> Step {
    match stand.funds {
        Funds::IsOwedBack if has_ended => Step::Refund,
        Funds::HasRefund => Step::SendRefund,
        Funds::IsDue if matches!(stand.booking, State::Completed | State::Cancelled) => {
            Step::Release
        }
        Funds::IsShort => Step::Send,
        Funds::IsOver => Step::TakeBack,
        Funds::IsOwedBack | Funds::IsDue | Funds::Waits | Funds::IsSettled => Step::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stand(booking: State, payment: Option<PaymentState>) -> Situation {
        Situation {
            booking,
            mode: PayMode::Hold,
            is_accepted: false,
            payment,
            is_held_late: false,
            is_capture_refused: false,
            funds: Funds::Waits,
        }
    }

    #[test]
    fn money_is_released_after_the_hour_and_sent_after_its_release_and_never_twice() {
        let stand =
            |booking, funds| Situation { funds, ..stand(booking, Some(PaymentState::Captured)) };
        assert_eq!(next(&stand(State::Completed, Funds::Waits)), Step::Nothing);
        assert_eq!(next(&stand(State::Confirmed, Funds::IsDue)), Step::Nothing);
        assert_eq!(next(&stand(State::Completed, Funds::IsDue)), Step::Release);
        assert_eq!(next(&stand(State::Completed, Funds::IsShort)), Step::Send);
        assert_eq!(next(&stand(State::Completed, Funds::IsSettled)), Step::Nothing);
        assert_eq!(next(&stand(State::Cancelled, Funds::IsDue)), Step::Release);
        assert_eq!(next(&stand(State::Cancelled, Funds::IsSettled)), Step::Nothing);
    }

    #[test]
    fn a_refund_goes_out_whatever_the_booking_is_and_what_is_beyond_the_share_comes_back() {
        for booking in [State::Confirmed, State::Completed, State::Cancelled] {
            let stand = |funds| Situation { funds, ..stand(booking, Some(PaymentState::Captured)) };
            assert_eq!(next(&stand(Funds::HasRefund)), Step::SendRefund);
            assert_eq!(next(&stand(Funds::IsOver)), Step::TakeBack);
        }
    }

    #[test]
    fn a_booking_that_is_paid_directly_never_asks_for_a_card() {
        for mode in [PayMode::Free, PayMode::Direct] {
            for booking in State::ALL {
                let stand = Situation { mode, ..stand(*booking, None) };
                assert_eq!(next(&stand), Step::Nothing);
            }
        }
    }

    #[test]
    fn a_held_time_becomes_a_page_to_pay_on_then_a_question_then_a_charge() {
        use PaymentState::{Authorised, Captured, Created, Open};
        assert_eq!(next(&stand(State::Held, None)), Step::Begin);
        assert_eq!(next(&stand(State::Held, Some(Created))), Step::Nothing);
        assert_eq!(next(&stand(State::Held, Some(Open))), Step::Nothing);
        assert_eq!(next(&stand(State::Held, Some(Authorised))), Step::NoteHeld);
        assert_eq!(next(&stand(State::Pending, Some(Authorised))), Step::Nothing);
        let accepted = Situation { is_accepted: true, ..stand(State::Pending, Some(Authorised)) };
        assert_eq!(next(&accepted), Step::Capture);
        assert_eq!(next(&Situation { payment: Some(Captured), ..accepted }), Step::Confirm);
        assert_eq!(next(&Situation { is_capture_refused: true, ..accepted }), Step::EndUncharged);
        let after = Situation { booking: State::Held, mode: PayMode::AfterAccept, ..accepted };
        assert_eq!(
            next(&after),
            Step::Capture,
            "accepted before, so charged as soon as it is held"
        );
        assert_eq!(next(&Situation { payment: Some(Captured), ..after }), Step::Confirm);
    }

    #[test]
    fn nothing_is_confirmed_before_it_is_charged_and_nothing_is_charged_before_it_is_accepted() {
        for booking in State::ALL {
            for payment in PaymentState::ALL {
                for is_accepted in [false, true] {
                    let stand = Situation { is_accepted, ..stand(*booking, Some(*payment)) };
                    let step = next(&stand);
                    if step == Step::Confirm {
                        assert_eq!(*payment, PaymentState::Captured);
                    }
                    if step == Step::Capture {
                        assert!(is_accepted && *payment == PaymentState::Authorised, "{stand:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn after_an_end_no_card_stays_held_and_no_money_stays_here() {
        use PaymentState::{Authorised, Captured, Open, Voided};
        for booking in [State::Declined, State::Cancelled, State::Expired] {
            assert_eq!(next(&stand(booking, Some(Open))), Step::ExpireSession);
            assert_eq!(next(&stand(booking, Some(Voided))), Step::Nothing);
            let owed = Situation { funds: Funds::IsOwedBack, ..stand(booking, Some(Captured)) };
            assert_eq!(next(&owed), Step::Refund);
        }
        assert_eq!(next(&stand(State::Declined, Some(Authorised))), Step::LetGo);
        assert_eq!(next(&stand(State::Cancelled, Some(Authorised))), Step::LetGo);
        assert_eq!(next(&stand(State::Expired, Some(Authorised))), Step::LetGo);
        let late = |booking| Situation { is_held_late: true, ..stand(booking, Some(Authorised)) };
        assert_eq!(next(&late(State::Expired)), Step::ReviveOrLetGo);
        assert_eq!(next(&late(State::Declined)), Step::LetGo);
        assert_eq!(next(&late(State::Cancelled)), Step::LetGo);
    }

    #[test]
    fn what_took_place_as_agreed_asks_for_nothing_here() {
        for booking in [State::Confirmed, State::Completed] {
            assert_eq!(next(&stand(booking, Some(PaymentState::Captured))), Step::Nothing);
        }
    }
}
