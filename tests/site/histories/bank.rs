//! What banks do to the money of a history: they send refunds back, let them wait, ask for the charge
//! and decide.

use footing::payments::PaymentState;
use footing::payments::journals::{Account, Journal};

use super::of;
use super::world::{Act, Facts, World};
use crate::stripe::Dice;

/// A refund that left.
#[derive(Debug, Clone, Copy)]
pub(super) struct Returned {
    pub(super) amount: i64,
    /// It pays one again that came back.
    pub(super) is_again: bool,
    pub(super) came_back: bool,
}

/// What a bank asks back of the charge.
#[derive(Debug, Clone, Copy)]
pub(super) struct Contest {
    pub(super) amount: i64,
    /// None while it is not decided.
    pub(super) is_won: Option<bool>,
}

impl Facts {
    /// What is with the client, through Stripe.
    pub(super) fn returned(&self) -> i64 {
        self.refunds.iter().filter(|one| !one.came_back).map(|one| one.amount).sum()
    }

    /// What the bank keeps.
    pub(super) fn lost(&self) -> i64 {
        self.dispute.filter(|one| one.is_won == Some(false)).map_or(0, |one| one.amount)
    }

    /// Nothing is returned beside a dispute, nor after a lost one.
    pub(super) fn takes_refunds(&self) -> bool {
        self.dispute.is_none_or(|one| one.is_won == Some(true))
    }
}

/// What the books have of it.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Returned or lost for good, each once.
    pub(super) gone: i64,
    pub(super) lost: i64,
    pub(super) dispute: Option<Contest>,
    /// How many refunds that came back are entered, and how many of them are paid again.
    came_back: Vec<usize>,
    pub(super) repeated: usize,
    /// Stripe refused a refund, as a bank asked for the charge.
    pub(super) is_refused: bool,
}

impl Seen {
    /// What a bank may still take.
    pub(super) fn disputed(&self) -> i64 {
        self.dispute.filter(|one| one.is_won.is_none()).map_or(0, |one| one.amount)
    }
}

impl World {
    /// One thing that a bank does, if it can.
    pub(super) fn bank_acts(&mut self, dice: &mut Dice) {
        if self.stripe.intent != Some(PaymentState::Captured) {
            return;
        }
        match dice.below(3) {
            0 if self.stripe.dispute.is_none() && dice.percent(40) => {
                let left =
                    self.price - self.stripe.returned() - self.stripe.pending.iter().sum::<i64>();
                if left > 0 {
                    self.stripe.dispute = Some(Contest { amount: left, is_won: None });
                }
            }
            1 => self.send_back(dice),
            _ => self.bank_decides(dice),
        }
    }

    /// A refund that was there comes back.
    fn send_back(&mut self, dice: &mut Dice) {
        let is_free = self.stripe.dispute.is_none();
        let last = self.stripe.refunds.last_mut().filter(|one| is_free && !one.came_back);
        if let Some(refund) = last.filter(|_| dice.percent(80)) {
            refund.came_back = true;
        }
    }

    /// What waits leaves, and a dispute is decided.
    pub(super) fn bank_decides(&mut self, dice: &mut Dice) {
        if let Some(amount) = self.stripe.pending.pop() {
            self.stripe.refunds.push(Returned { amount, is_again: false, came_back: false });
        }
        if let Some(contest) = self.stripe.dispute.as_mut().filter(|one| one.is_won.is_none())
            && dice.percent(30)
        {
            contest.is_won = Some(dice.percent(50));
        }
    }

    /// Enters what was fetched of it and is missing.
    pub(super) fn look_at_bank(&mut self, facts: &Facts) {
        for (nth, refund) in facts.refunds.iter().enumerate().filter(|(_, one)| one.came_back) {
            if !self.seen.came_back.contains(&nth) {
                let journal = Journal::refund_failed(of(&format!("re_{nth}")), refund.amount);
                self.books.enter(journal);
                self.seen.came_back.push(nth);
            }
        }
        let Some(contest) = facts.dispute else { return };
        self.books.enter(Journal::dispute(of("txn_1"), contest.amount));
        let was_decided = self.seen.dispute.is_some_and(|one| one.is_won.is_some());
        if was_decided {
            return;
        }
        self.seen.dispute = Some(contest);
        match contest.is_won {
            None => {}
            Some(true) => self.books.enter(Journal::dispute_won(of("txn_2"), contest.amount)),
            Some(false) => {
                let own = contest.amount.min(self.price - self.seen.gone);
                let mut lines = self.drawn(own);
                lines.push((Account::OwedClient, contest.amount - own));
                self.books.enter(Journal::dispute_lost(of("dp_1"), lines));
                (self.seen.gone, self.seen.lost) = (self.seen.gone + own, own);
            }
        }
    }

    /// What the client is owed by the books.
    pub(super) fn owed(&self) -> i64 {
        -self.books.on(Account::OwedClient)
    }

    /// Somebody asks again for what came back or was refused.
    pub(super) fn see_to_refunds(&mut self) {
        if self.seen.disputed() > 0 {
            return;
        }
        if self.seen.is_refused {
            self.seen.is_refused = false;
            let is_lost = self.seen.dispute.is_some_and(|one| one.is_won == Some(false));
            // the client has it from their bank
            self.refund =
                self.refund.map(|(amount, _)| (if is_lost { 0 } else { amount }, is_lost));
        }
        let is_new = self.seen.repeated < self.seen.came_back.len();
        if is_new && self.waiting.is_empty() && self.entered[0] == self.stripe.refunds.len() {
            self.seen.repeated = self.seen.came_back.len();
            let owed = self.owed();
            if owed > 0 {
                self.ask(Act::Again, owed);
            }
        }
    }
}
