//! Ten thousand lives of a paid booking, by chance: people act, the clock runs, answers get lost and
//! notices come late, again, or old ones after new ones. The table of steps brings each to an end in
//! which the books say what Stripe keeps; and the order in which it was learnt changes no balance.
//!
//! Only the pure parts take part: the table, the split and the journals.

mod bank;
mod world;

use std::collections::BTreeMap;

use footing::bookings::State;
use footing::clock::Instant;
use footing::payments::PaymentState;
use footing::payments::journals::{Account, Journal, Movement, Outlet};

use crate::stripe::Dice;
use world::{Facts, World};

/// Journals by what they were entered for.
#[derive(Debug, Default)]
struct Books(BTreeMap<(String, &'static str), Journal>);

impl Books {
    fn enter(&mut self, journal: Journal) {
        let key = (journal.movement.source_id.clone(), journal.kind.as_str());
        let lines = journal.lines().to_vec();
        assert_eq!(lines.iter().map(|(_, minor)| minor).sum::<i64>(), 0);
        let known = self.0.entry(key).or_insert(journal);
        assert_eq!(known.lines(), lines, "the books say otherwise");
    }

    fn balances(&self) -> BTreeMap<&'static str, i64> {
        let mut sums = BTreeMap::new();
        for (account, minor) in self.0.values().flat_map(Journal::lines) {
            *sums.entry(account.as_str()).or_default() += minor;
        }
        sums.retain(|_, minor| *minor != 0);
        sums
    }

    fn on(&self, account: Account) -> i64 {
        self.balances().get(account.as_str()).copied().unwrap_or(0)
    }
}

fn of(source: &str) -> Movement {
    Movement {
        source_id: source.to_owned(),
        livemode: false,
        at: Instant::from_micros(0),
        currency: "EUR".to_owned(),
        booking: None,
    }
}

/// What was sent to the accountant and what of it came back.
fn enter_moves(books: &mut Books, facts: &Facts) {
    for (nth, sent) in facts.sent.iter().enumerate() {
        books.enter(Journal::transfer(of(&format!("tr_{nth}")), *sent));
    }
    for (nth, back) in facts.reversed.iter().enumerate() {
        books.enter(Journal::reversal(of(&format!("trr_{nth}")), *back));
    }
}

impl World {
    fn assert_end(&self, what: &dyn Fn() -> String) {
        let stripe = &self.stripe;
        let is_captured = stripe.intent == Some(PaymentState::Captured);
        let (returned, lost) = (stripe.returned(), stripe.lost());
        assert!(self.waiting.is_empty(), "something waits: {}", what());
        assert_ne!(stripe.intent, Some(PaymentState::Authorised), "a card is held: {}", what());
        assert_ne!(stripe.page, Some(true), "a page is open: {}", what());
        assert!(stripe.pending.is_empty() && self.owed() == 0, "{}", what());
        assert!((0..=self.price).contains(&(returned + lost)), "{}", what());
        match self.booking {
            State::Completed => assert!(is_captured, "it was not paid: {}", what()),
            State::Cancelled => {
                let owed = if is_captured { self.split.refund_at(self.percent, 0) } else { 0 };
                assert!(returned + lost >= owed, "{}", what());
                assert!(lost > 0 || returned == owed, "{}", what());
            }
            State::Declined | State::Expired => {
                let charged = if is_captured { self.price } else { 0 };
                assert_eq!(returned + lost, charged, "{}", what());
            }
            _ => panic!("it waits for ever: {}", what()),
        }
        let sent = stripe.sent.iter().sum::<i64>() - stripe.reversed.iter().sum::<i64>();
        let charged = if is_captured { self.price - stripe.fee } else { 0 };
        assert_eq!(self.books.on(Account::Stripe), charged - returned - lost - sent, "{}", what());
        assert_eq!(self.books.on(Account::Dispute), 0, "{}", what());
        if self.is_released {
            assert_eq!(self.books.on(Account::Held), 0, "{}", what());
            let kept = -self.books.on(Account::Commission) - self.books.on(Account::Vat);
            assert_eq!(self.books.on(Account::Payable), 0, "{}", what());
            assert_eq!(self.price, returned + lost + sent + kept, "{}", what());
            assert_eq!(kept, self.split.fee_left(returned + lost), "{}", what());
        }
        assert_eq!(self.books.balances(), self.at_once().balances(), "{}", what());
    }

    /// The books as they would be if all had been learnt at the end, in one look.
    fn at_once(&self) -> Books {
        let mut books = Books::default();
        if self.stripe.intent != Some(PaymentState::Captured) {
            return books;
        }
        books.enter(Journal::charge(of("ch"), self.price));
        books.enter(Journal::fee(of("ch"), self.stripe.fee));
        let mut gone = 0;
        for (nth, refund) in self.stripe.refunds.iter().enumerate() {
            let source = of(&format!("re_{nth}"));
            let (owed, anew) =
                if refund.is_again { (refund.amount, 0) } else { (0, refund.amount) };
            gone += anew;
            let drawn = vec![(Account::Held, anew)];
            books.enter(Journal::refund(source.clone(), owed, drawn, Outlet::Stripe));
            if refund.came_back {
                books.enter(Journal::refund_failed(source, refund.amount));
            }
        }
        if self.stripe.lost() > 0 {
            let own = self.stripe.lost().min(self.price - gone);
            let lines = vec![(Account::Held, own), (Account::OwedClient, self.stripe.lost() - own)];
            books.enter(Journal::dispute(of("txn_1"), self.stripe.lost()));
            books.enter(Journal::dispute_lost(of("dp_1"), lines));
            gone += own;
        }
        if self.is_released {
            let share = self.split.left(gone);
            books.enter(Journal::release(of("booking"), share));
        }
        enter_moves(&mut books, &self.stripe);
        books
    }
}

#[test]
fn of_ten_thousand_histories_each_ends_and_the_order_of_notices_changes_no_balance() {
    let mut ends: BTreeMap<String, usize> = BTreeMap::new();
    for seed in 0..10_000 {
        let mut dice = Dice(seed);
        let mut world = World::begin(&mut dice);
        for _ in 0..dice.below(90) {
            world.live(&mut dice);
        }
        world.come_to_rest(&mut dice);
        world.assert_end(&|| format!("seed {seed}: {world:?}"));
        *ends.entry(format!("{:?} {:?}", world.booking, world.row)).or_default() += 1;
        for (what, is_it) in [
            ("Lost", world.stripe.lost() > 0),
            ("Won", world.stripe.dispute.is_some() && world.stripe.lost() == 0),
            ("Came back", world.stripe.refunds.iter().any(|one| one.came_back)),
        ] {
            *ends.entry(what.to_owned()).or_default() += usize::from(is_it);
        }
    }
    println!("{ends:?}");
    let happened = |end: &str| ends.get(end).is_some_and(|count| *count > 50);
    for end in [
        "Completed Some(Captured)",
        "Cancelled Some(Captured)",
        "Cancelled Some(Voided)",
        "Declined Some(Voided)",
        "Expired Some(Lapsed)",
        "Expired Some(Voided)",
        "Lost",
        "Won",
        "Came back",
    ] {
        assert!(happened(end), "{end} hardly ever happened: {ends:?}");
    }
}
