//! What each movement of money does to the accounts, in double entry: debits above zero, credits
//! below. A line of nothing is left out, and a movement without lines is no journal.

use super::commission::Share;
use crate::bookings::BookingId;
use crate::clock::Instant;

crate::word_enum! {
    /// Where money is, or whose it is.
    Account {
        /// With Stripe, ours to use or not yet.
        Stripe => "stripe",
        /// Of a client, until the hour is over.
        Held => "held",
        /// Of an accountant, until it is sent.
        Payable => "payable",
        Commission => "commission",
        Vat => "vat",
        StripeFees => "stripe_fees",
        /// Taken by a bank until a dispute is decided.
        Dispute => "dispute",
        DisputeFees => "dispute_fees",
        /// A refund that did not arrive.
        OwedClient => "owed_client",
        Bank => "bank",
        Loss => "loss",
        Other => "other",
    }
}

crate::word_enum! {
    JournalKind {
        Charge => "charge",
        Fee => "fee",
        Refund => "refund",
        RefundFailed => "refund_failed",
        Release => "release",
        Transfer => "transfer",
        Reversal => "reversal",
        Dispute => "dispute",
        DisputeFee => "dispute_fee",
        DisputeWon => "dispute_won",
        DisputeLost => "dispute_lost",
        WriteOff => "write_off",
        Payout => "payout",
        Other => "other",
    }
}

/// One line of a journal, in minor units of the journal's currency.
pub type PostingLine = (Account, i64);

/// What moved, when, and by which object: the same one is never entered twice.
#[derive(Debug, Clone)]
pub struct Movement {
    /// Stripe's id of what moved the money, or our own where Footing moved it.
    pub source_id: String,
    pub livemode: bool,
    pub at: Instant,
    pub currency: String,
    /// None for what is the platform's alone, such as a payout.
    pub booking: Option<BookingId>,
}

/// A movement as the accounts see it.
#[derive(Debug, Clone)]
pub struct Journal {
    pub movement: Movement,
    pub kind: JournalKind,
    lines: Vec<PostingLine>,
}

/// From where a refund is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outlet {
    Stripe,
    /// By hand, outside Stripe.
    Bank,
}

impl Outlet {
    fn account(self) -> Account {
        match self {
            Self::Stripe => Account::Stripe,
            Self::Bank => Account::Bank,
        }
    }
}

impl Journal {
    fn new(movement: Movement, kind: JournalKind, lines: &[PostingLine]) -> Self {
        let lines = lines.iter().copied().filter(|(_, amount)| *amount != 0).collect();
        Self { movement, kind, lines }
    }

    pub fn lines(&self) -> &[PostingLine] {
        &self.lines
    }

    /// A card was charged.
    pub fn charge(movement: Movement, amount: i64) -> Self {
        let lines = [(Account::Stripe, amount), (Account::Held, -amount)];
        Self::new(movement, JournalKind::Charge, &lines)
    }

    /// What Stripe keeps of a charge.
    pub fn fee(movement: Movement, fee: i64) -> Self {
        let lines = [(Account::StripeFees, fee), (Account::Stripe, -fee)];
        Self::new(movement, JournalKind::Fee, &lines)
    }

    /// Money returns to the client: what was owed to them already, and what is drawn from its owners.
    pub fn refund(movement: Movement, owed: i64, drawn: Vec<PostingLine>, from: Outlet) -> Self {
        let total = owed + drawn.iter().map(|(_, amount)| amount).sum::<i64>();
        let lines: Vec<PostingLine> = [(Account::OwedClient, owed)]
            .into_iter()
            .chain(drawn)
            .chain([(from.account(), -total)])
            .collect();
        Self::new(movement, JournalKind::Refund, &lines)
    }

    /// The bank keeps what it took in a dispute.
    pub fn dispute_lost(movement: Movement, drawn: Vec<PostingLine>) -> Self {
        let total: i64 = drawn.iter().map(|(_, amount)| amount).sum();
        let lines: Vec<PostingLine> =
            drawn.into_iter().chain([(Account::Dispute, -total)]).collect();
        Self::new(movement, JournalKind::DisputeLost, &lines)
    }

    /// A refund came back to us: the client is still owed.
    pub fn refund_failed(movement: Movement, amount: i64) -> Self {
        let lines = [(Account::Stripe, amount), (Account::OwedClient, -amount)];
        Self::new(movement, JournalKind::RefundFailed, &lines)
    }

    /// The hour is over and nobody complained: the money has its owners.
    pub fn release(movement: Movement, share: Share) -> Self {
        let lines = [
            (Account::Held, share.total()),
            (Account::Commission, -share.commission),
            (Account::Vat, -share.vat),
            (Account::Payable, -share.payable),
        ];
        Self::new(movement, JournalKind::Release, &lines)
    }

    /// The accountant's part is sent.
    pub fn transfer(movement: Movement, amount: i64) -> Self {
        let lines = [(Account::Payable, amount), (Account::Stripe, -amount)];
        Self::new(movement, JournalKind::Transfer, &lines)
    }

    /// Of what was sent, something comes back.
    pub fn reversal(movement: Movement, amount: i64) -> Self {
        let lines = [(Account::Stripe, amount), (Account::Payable, -amount)];
        Self::new(movement, JournalKind::Reversal, &lines)
    }

    /// A bank takes the money while it looks into a dispute.
    pub fn dispute(movement: Movement, amount: i64) -> Self {
        let lines = [(Account::Dispute, amount), (Account::Stripe, -amount)];
        Self::new(movement, JournalKind::Dispute, &lines)
    }

    /// What a dispute costs, or what of it comes back below zero.
    pub fn dispute_fee(movement: Movement, fee: i64) -> Self {
        let lines = [(Account::DisputeFees, fee), (Account::Stripe, -fee)];
        Self::new(movement, JournalKind::DisputeFee, &lines)
    }

    pub fn dispute_won(movement: Movement, amount: i64) -> Self {
        let lines = [(Account::Stripe, amount), (Account::Dispute, -amount)];
        Self::new(movement, JournalKind::DisputeWon, &lines)
    }

    /// A dispute took more than the payment still held.
    pub fn dispute_beyond(movement: Movement, amount: i64) -> Self {
        let lines = [(Account::Loss, amount), (Account::Dispute, -amount)];
        Self::new(movement, JournalKind::WriteOff, &lines)
    }

    /// What an accountant would have to give back and does not.
    pub fn write_off(movement: Movement, amount: i64) -> Self {
        let lines = [(Account::Loss, amount), (Account::Payable, -amount)];
        Self::new(movement, JournalKind::WriteOff, &lines)
    }

    /// The platform's own money goes to its bank.
    pub fn payout(movement: Movement, amount: i64) -> Self {
        let lines = [(Account::Bank, amount), (Account::Stripe, -amount)];
        Self::new(movement, JournalKind::Payout, &lines)
    }

    /// Anything else that changes Stripe's balance; above zero, more is there.
    pub fn other(movement: Movement, amount: i64) -> Self {
        let lines = [(Account::Stripe, amount), (Account::Other, -amount)];
        Self::new(movement, JournalKind::Other, &lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn movement() -> Movement {
        Movement {
            source_id: "ch_1".to_owned(),
            livemode: false,
            at: Instant::from_micros(1_795_000_000_000_000),
            currency: "EUR".to_owned(),
            booking: None,
        }
    }

    #[test]
    fn every_kind_of_journal_balances_and_has_no_empty_line() {
        let share = Share { payable: 8_075, commission: 357, vat: 68 };
        let rest = Share { payable: 90, commission: 0, vat: 0 };
        let all = [
            Journal::charge(movement(), 8_500),
            Journal::fee(movement(), 149),
            Journal::refund(movement(), 0, vec![(Account::Held, 4_250)], Outlet::Stripe),
            Journal::refund(
                movement(),
                90,
                vec![(Account::Payable, 5), (Account::Vat, 1)],
                Outlet::Stripe,
            ),
            Journal::refund(movement(), 90, vec![], Outlet::Bank),
            Journal::dispute_lost(movement(), vec![(Account::Payable, 8), (Account::Vat, 0)]),
            Journal::refund_failed(movement(), 4_250),
            Journal::release(movement(), share),
            Journal::release(movement(), rest),
            Journal::transfer(movement(), 8_075),
            Journal::reversal(movement(), 90),
            Journal::dispute(movement(), 8_500),
            Journal::dispute_fee(movement(), -2_000),
            Journal::dispute_won(movement(), 8_500),
            Journal::dispute_beyond(movement(), 20),
            Journal::write_off(movement(), 90),
            Journal::payout(movement(), 1),
            Journal::other(movement(), -5),
        ];
        for journal in all {
            let sum: i64 = journal.lines().iter().map(|(_, amount)| amount).sum();
            assert_eq!(sum, 0, "{journal:?}");
            assert!(journal.lines().len() >= 2, "{journal:?}");
            assert!(journal.lines().iter().all(|(_, amount)| *amount != 0), "{journal:?}");
        }
        assert!(Journal::charge(movement(), 0).lines().is_empty());
    }

    #[test]
    fn each_movement_debits_and_credits_the_accounts_of_the_table() {
        use Account::{
            Bank, Commission, Dispute, DisputeFees, Held, Loss, Other, OwedClient, Payable, Stripe,
            StripeFees, Vat,
        };
        let share = Share { payable: 8_000, commission: 420, vat: 80 };
        let drawn = vec![(Payable, 7), (Commission, 2), (Vat, 1)];
        let from_stripe = Journal::refund(movement(), 5, drawn.clone(), Outlet::Stripe);
        let table: [(Journal, &[PostingLine]); 15] = [
            (Journal::charge(movement(), 7), &[(Stripe, 7), (Held, -7)]),
            (Journal::fee(movement(), 7), &[(StripeFees, 7), (Stripe, -7)]),
            (
                from_stripe,
                &[(OwedClient, 5), (Payable, 7), (Commission, 2), (Vat, 1), (Stripe, -15)],
            ),
            (Journal::refund(movement(), 7, vec![], Outlet::Bank), &[(OwedClient, 7), (Bank, -7)]),
            (
                Journal::dispute_lost(movement(), drawn),
                &[(Payable, 7), (Commission, 2), (Vat, 1), (Dispute, -10)],
            ),
            (Journal::refund_failed(movement(), 7), &[(Stripe, 7), (OwedClient, -7)]),
            (
                Journal::release(movement(), share),
                &[(Held, 8_500), (Commission, -420), (Vat, -80), (Payable, -8_000)],
            ),
            (Journal::transfer(movement(), 7), &[(Payable, 7), (Stripe, -7)]),
            (Journal::reversal(movement(), 7), &[(Stripe, 7), (Payable, -7)]),
            (Journal::dispute(movement(), 7), &[(Dispute, 7), (Stripe, -7)]),
            (Journal::dispute_fee(movement(), 7), &[(DisputeFees, 7), (Stripe, -7)]),
            (Journal::dispute_won(movement(), 7), &[(Stripe, 7), (Dispute, -7)]),
            (Journal::dispute_beyond(movement(), 7), &[(Loss, 7), (Dispute, -7)]),
            (Journal::write_off(movement(), 7), &[(Loss, 7), (Payable, -7)]),
            (Journal::payout(movement(), 7), &[(Bank, 7), (Stripe, -7)]),
        ];
        for (journal, lines) in table {
            assert_eq!(journal.lines(), lines, "{:?}", journal.kind);
        }
        let other = Journal::other(movement(), 7);
        assert_eq!(other.lines(), [(Stripe, 7), (Other, -7)]);
    }
}
