//! A booking, its payment and what Stripe keeps of it, as far as the table of steps sees them.

use std::cmp::Ordering;
use std::collections::{BTreeSet, VecDeque};

use footing::bookings::{PayMode, State};
use footing::payments::journals::{Account, Journal, Outlet, PostingLine};
use footing::payments::steps::{Situation, Step, next};
use footing::payments::{Funds, PaymentState, Rates, Split};

use super::bank::{Contest, Returned, Seen};
use super::{Books, enter_moves, of};
use crate::stripe::Dice;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Act {
    CreateSession,
    ExpireSession,
    Capture,
    Cancel,
    Refund,
    /// Of what came back.
    Again,
    Transfer,
    Reversal,
}

/// What Stripe keeps.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    /// Whether the page is open, once there is one.
    pub(super) page: Option<bool>,
    pub(super) intent: Option<PaymentState>,
    /// In the order they left; each moves money at once.
    pub(super) refunds: Vec<Returned>,
    /// Asked for, and not left yet.
    pub(super) pending: Vec<i64>,
    pub(super) dispute: Option<Contest>,
    pub(super) sent: Vec<i64>,
    pub(super) reversed: Vec<i64>,
    pub(super) fee: i64,
}

/// What is asked of Stripe under a key: done once, however often it is sent.
#[derive(Debug)]
pub(super) struct Asked {
    act: Act,
    amount: i64,
    is_done: bool,
}

#[derive(Debug)]
pub(super) struct World {
    pub(super) split: Split,
    pub(super) price: i64,
    mode: PayMode,
    pub(super) booking: State,
    is_accepted: bool,
    /// What of the price comes back: decided when the booking ends.
    pub(super) percent: i64,
    changed_at: usize,
    now: usize,
    is_over: bool,
    pub(super) stripe: Facts,
    /// What Stripe kept at some time before; a late notice tells of it.
    before: Vec<Facts>,
    pub(super) row: Option<PaymentState>,
    authorised_at: usize,
    pub(super) waiting: VecDeque<Asked>,
    begun: BTreeSet<Act>,
    pub(super) is_released: bool,
    /// What the books have of disputes, and of money that came back.
    pub(super) seen: Seen,
    /// What the end returns, once it is written down; and whether it was asked for.
    pub(super) refund: Option<(i64, bool)>,
    /// How many refunds, transfers and reversals the books have.
    pub(super) entered: [usize; 3],
    pub(super) books: Books,
}

impl World {
    pub(super) fn begin(dice: &mut Dice) -> Self {
        let price = [50, 99, 8_500, 99_999_999][dice.below(4) as usize] + dice.below(7) as i64;
        let pick = |dice: &mut Dice| [0, 1, 500, 1_900, 10_000][dice.below(5) as usize];
        let rates = Rates { commission_bps: pick(dice), vat_bps: pick(dice) };
        let mode = if dice.percent(50) { PayMode::Hold } else { PayMode::AfterAccept };
        Self {
            split: Split::new(price, rates),
            price,
            mode,
            booking: if mode == PayMode::Hold { State::Held } else { State::Pending },
            is_accepted: false,
            percent: 0,
            changed_at: 0,
            now: 0,
            is_over: false,
            stripe: Facts { fee: price * 15 / 1000 + 25, ..Facts::default() },
            before: vec![],
            row: None,
            authorised_at: 0,
            waiting: VecDeque::new(),
            begun: BTreeSet::new(),
            is_released: false,
            seen: Seen::default(),
            refund: None,
            entered: [0; 3],
            books: Books::default(),
        }
    }

    /// One thing happens, if it can.
    pub(super) fn live(&mut self, dice: &mut Dice) {
        self.now += 1;
        self.before.push(self.stripe.clone());
        match dice.below(20) {
            0..5 => self.send(dice),
            5..8 => self.look(&self.stripe.clone()),
            8 => {
                let old = dice.below(self.before.len() as u64) as usize;
                self.look(&self.before[old].clone());
            }
            9..12 => self.settle(dice),
            12..14 if self.stripe.page == Some(true) => {
                self.stripe.page = Some(false);
                self.stripe.intent = Some(PaymentState::Authorised);
            }
            14..16 => self.answer(dice),
            16 if self.booking == State::Confirmed => {
                self.end(State::Cancelled, [0, 50, 100][dice.below(3) as usize]);
            }
            17 if self.booking == State::Confirmed => self.complete(),
            18 if dice.percent(15) => self.time_passes(),
            18 => self.bank_acts(dice),
            19 if self.booking == State::Completed && dice.percent(20) => self.refund_by_hand(dice),
            _ => {}
        }
    }

    /// The accountant answers, or the client takes the request back.
    fn answer(&mut self, dice: &mut Dice) {
        let is_ready =
            self.mode == PayMode::AfterAccept || self.row == Some(PaymentState::Authorised);
        match self.booking {
            State::Pending if !self.is_accepted && is_ready => match dice.below(6) {
                0 => self.end(State::Declined, 100),
                1 => self.end(State::Cancelled, 100),
                _ if self.mode == PayMode::AfterAccept && self.row.is_none() => {
                    self.booking = State::Held;
                }
                _ => self.is_accepted = true,
            },
            // also between the yes and the charge
            State::Held | State::Pending if dice.percent(15) => self.end(State::Cancelled, 100),
            _ => {}
        }
    }

    fn end(&mut self, state: State, percent: i64) {
        (self.booking, self.percent, self.changed_at) = (state, percent, self.now);
    }

    fn complete(&mut self) {
        self.booking = State::Completed;
    }

    /// Holds and questions end; what stands takes place, and two days are over.
    fn time_passes(&mut self) {
        match self.booking {
            State::Held | State::Pending if !self.is_accepted => self.end(State::Expired, 100),
            State::Confirmed => self.complete(),
            State::Completed | State::Cancelled => self.is_over = true,
            _ => {}
        }
    }

    /// Somebody refunds in Stripe's dashboard, at any time.
    fn refund_by_hand(&mut self, dice: &mut Dice) {
        let left = self.price - self.stripe.returned() - self.stripe.pending.iter().sum::<i64>();
        if left > 0 && self.stripe.takes_refunds() && self.owed() == 0 {
            let amount = 1 + dice.below(left as u64) as i64;
            self.stripe.refunds.push(Returned { amount, is_again: false, came_back: false });
        }
    }

    /// Sends the first that waits; its answer may get lost, and then it is sent again.
    fn send(&mut self, dice: &mut Dice) {
        let Some(asked) = self.waiting.front_mut() else { return };
        let (stripe, amount) = (&mut self.stripe, asked.amount);
        let is_held = stripe.intent == Some(PaymentState::Authorised);
        match asked.act {
            _ if asked.is_done => {}
            Act::CreateSession => stripe.page = Some(true),
            Act::ExpireSession => stripe.page = Some(false),
            Act::Capture if is_held => stripe.intent = Some(PaymentState::Captured),
            Act::Cancel if is_held => stripe.intent = Some(PaymentState::Voided),
            Act::Capture | Act::Cancel => {}
            Act::Refund if !stripe.takes_refunds() => self.seen.is_refused = true,
            Act::Again if !stripe.takes_refunds() => self.seen.repeated = 0,
            Act::Refund if dice.percent(20) => stripe.pending.push(amount),
            Act::Refund | Act::Again => {
                let is_again = asked.act == Act::Again;
                stripe.refunds.push(Returned { amount, is_again, came_back: false });
            }
            Act::Transfer => stripe.sent.push(amount),
            Act::Reversal => stripe.reversed.push(amount),
        }
        asked.is_done = true;
        if dice.percent(70) {
            self.waiting.pop_front();
        }
    }

    /// What was fetched raises the row, and enters what is missing.
    fn look(&mut self, facts: &Facts) {
        let Some(row) = self.row else { return };
        let state = match (facts.intent, facts.page) {
            (Some(intent), _) => intent,
            (None, Some(true)) => PaymentState::Open,
            (None, Some(false)) => PaymentState::Lapsed,
            (None, None) => PaymentState::Created,
        };
        if state.rank() > row.rank() {
            if state == PaymentState::Authorised {
                self.authorised_at = self.now;
            }
            self.row = Some(state);
        }
        if facts.intent != Some(PaymentState::Captured) {
            return;
        }
        self.books.enter(Journal::charge(of("ch"), self.price));
        self.books.enter(Journal::fee(of("ch"), facts.fee));
        for nth in self.entered[0]..facts.refunds.len() {
            let Returned { amount, is_again, .. } = facts.refunds[nth];
            let (owed, anew) = if is_again { (amount, 0) } else { (0, amount) };
            let drawn = self.drawn(anew);
            self.seen.gone += anew;
            let source = of(&format!("re_{nth}"));
            self.books.enter(Journal::refund(source, owed, drawn, Outlet::Stripe));
        }
        self.look_at_bank(facts);
        enter_moves(&mut self.books, facts);
        let seen = [facts.refunds.len(), facts.sent.len(), facts.reversed.len()];
        for (entered, seen) in self.entered.iter_mut().zip(seen) {
            *entered = seen.max(*entered);
        }
    }

    /// What is returned or about to be, as far as the rows know.
    fn reserved(&self) -> i64 {
        let entered = self.stripe.refunds[..self.entered[0]].iter().filter(|one| !one.is_again);
        match self.refund {
            Some((amount, _)) if self.entered[0] == 0 => amount,
            _ => entered.map(|one| one.amount).sum(),
        }
    }

    /// From whom so much is drawn that leaves now.
    pub(super) fn drawn(&self, amount: i64) -> Vec<PostingLine> {
        if !self.is_released {
            return vec![(Account::Held, amount)];
        }
        let back = self.split.returned(self.seen.gone, amount);
        vec![
            (Account::Payable, back.payable),
            (Account::Commission, back.commission),
            (Account::Vat, back.vat),
        ]
    }

    /// What the accountant has by the books.
    fn has(&self) -> i64 {
        let sum = |all: &[i64]| all.iter().sum::<i64>();
        sum(&self.stripe.sent[..self.entered[1]]) - sum(&self.stripe.reversed[..self.entered[2]])
    }

    fn share(&self) -> i64 {
        self.split.left(self.reserved() + self.seen.lost + self.seen.disputed()).payable
    }

    /// Refunds of the end of a booking that Stripe has not let leave yet.
    fn is_returning(&self) -> bool {
        self.refund.is_some_and(|(amount, _)| amount > 0) && self.entered[0] == 0
    }

    fn funds(&self) -> Funds {
        if self.row != Some(PaymentState::Captured) {
            return Funds::Waits;
        }
        let is_disputed = self.seen.disputed() > 0;
        if self.refund.is_none() && self.owed_back() > 0 && !is_disputed {
            return Funds::IsOwedBack;
        }
        if self.refund.is_some_and(|(_, is_asked)| !is_asked) && !is_disputed {
            return Funds::HasRefund;
        }
        if !self.is_released {
            let is_free = !self.is_returning() && !is_disputed;
            return if self.is_over && is_free { Funds::IsDue } else { Funds::Waits };
        }
        let moves = |asked: &Asked| matches!(asked.act, Act::Transfer | Act::Reversal);
        let is_new = self.entered[1..] != [self.stripe.sent.len(), self.stripe.reversed.len()];
        if self.waiting.iter().any(moves) || is_new {
            return Funds::Waits;
        }
        match self.has().cmp(&self.share()) {
            Ordering::Less if is_disputed => Funds::Waits,
            Ordering::Less => Funds::IsShort,
            Ordering::Equal if is_disputed || self.is_returning() => Funds::Waits,
            Ordering::Equal => Funds::IsSettled,
            Ordering::Greater => Funds::IsOver,
        }
    }

    /// What the end of the booking returns and has not.
    fn owed_back(&self) -> i64 {
        self.split.refund_at(self.percent, self.reserved() + self.seen.lost)
    }

    /// Takes the steps that the table names, until it names none.
    fn settle(&mut self, dice: &mut Dice) {
        for _ in 0..6 {
            let stand = Situation {
                booking: self.booking,
                mode: self.mode,
                is_accepted: self.is_accepted,
                payment: self.row,
                is_held_late: self.authorised_at > self.changed_at,
                is_capture_refused: false,
                funds: self.funds(),
            };
            match next(&stand) {
                Step::Nothing => return,
                Step::Begin => {
                    self.row = Some(PaymentState::Created);
                    return self.ask(Act::CreateSession, 0);
                }
                Step::NoteHeld if self.mode == PayMode::Hold => self.booking = State::Pending,
                Step::NoteHeld => self.is_accepted = true,
                Step::Confirm => self.booking = State::Confirmed,
                Step::EndUncharged => self.end(State::Expired, 100),
                Step::ReviveOrLetGo if !self.begun.contains(&Act::Cancel) && dice.percent(50) => {
                    self.booking = State::Held;
                    self.percent = 0;
                }
                Step::ReviveOrLetGo | Step::LetGo => return self.ask(Act::Cancel, 0),
                Step::Capture => return self.ask(Act::Capture, 0),
                Step::ExpireSession => return self.ask(Act::ExpireSession, 0),
                Step::Refund => {
                    self.refund = Some((self.owed_back(), false));
                }
                Step::SendRefund => {
                    let (amount, _) = self.refund.unwrap();
                    self.refund = Some((amount, true));
                    return self.ask(Act::Refund, amount);
                }
                Step::Release => {
                    self.is_released = true;
                    let share = self.split.left(self.seen.gone);
                    self.books.enter(Journal::release(of("booking"), share));
                }
                Step::Send => return self.ask(Act::Transfer, self.share() - self.has()),
                Step::TakeBack => return self.ask(Act::Reversal, self.has() - self.share()),
            }
        }
        panic!("the steps do not come to an end: {self:?}");
    }

    /// Writes down what is asked of Stripe; but for the accountant's part, once for each kind.
    pub(super) fn ask(&mut self, act: Act, amount: i64) {
        let is_many =
            !matches!(act, Act::Capture | Act::Cancel | Act::CreateSession | Act::ExpireSession);
        if self.begun.insert(act) || is_many {
            self.waiting.push_back(Asked { act, amount, is_done: false });
        }
    }

    /// Everybody waits, and everything that is to happen does.
    pub(super) fn come_to_rest(&mut self, dice: &mut Dice) {
        for round in 0..60 {
            self.now += 1;
            if round < 9 {
                self.bank_acts(dice);
            }
            self.bank_decides(dice);
            self.send(dice);
            self.look(&self.stripe.clone());
            self.see_to_refunds();
            self.settle(dice);
            if round % 10 == 9 && self.waiting.is_empty() {
                self.time_passes();
                // who has accepted is waited for, and whoever has a page and does not pay is not
                if self.is_accepted && self.row == Some(PaymentState::Open) {
                    self.end(State::Expired, 100);
                }
            }
        }
    }
}
