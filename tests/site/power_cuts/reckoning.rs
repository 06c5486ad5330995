//! When all is over: what Stripe kept, what the books say and what people were told are one.

use std::collections::BTreeMap;

use diesel::RunQueryDsl;
use footing::bookings::{Booking, BookingId, By, State};
use footing::clock::Span;
use footing::db::Conn;
use footing::payments::journals::Account;
use footing::payments::{Dispute, Payment, PaymentState, Refund, audit, ledger};
use serde_json::Value;

use super::Town;

/// Whatever Stripe errs at, so many looks a minute apart end it.
const MOST_RUNS: usize = 8;

/// What Stripe keeps of one booking.
#[derive(Debug, Default)]
struct Kept {
    charged: Vec<i64>,
    held: usize,
    /// What arrived: of refunds that Footing asked for, and of those made by hand.
    refunded: Vec<i64>,
    by_hand: Vec<i64>,
    lost: Vec<i64>,
    sent: Vec<i64>,
}

impl Town {
    pub(super) fn reckon(&mut self) {
        assert_eq!(self.overdue(), 0, "work is due and nobody does it");
        self.stripe.with(|books| (books.storm, books.refunds_wait) = (None, None));
        (0..self.nodes.count()).for_each(|nth| self.nodes.end(nth));
        let runs = (1..=MOST_RUNS).find(|_| {
            self.forward(Span::seconds(70));
            self.see_to_refunds();
            self.command("reconcile", &["--once"])
        });
        println!("reconciled in {} runs", runs.expect("something is left to do"));
        self.tell();
        assert!(self.command("check", &[]), "the books are not in order");
        self.nodes.assert_whole();
        self.nodes.assert_no_overlap();
        self.assert_ledger();
        self.assert_bookings();
    }

    /// Whether a command of the program ends well on the same data.
    fn command(&self, act: &str, flags: &[&str]) -> bool {
        let arguments: Vec<&str> = ["payments", act].iter().chain(flags).copied().collect();
        let output = self.nodes.program(&arguments, "node-0").output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        println!("payments {act}: {}{}", text(&output.stdout), text(&output.stderr));
        output.status.success()
    }

    /// Says what is known of every booking whose money has not come to rest.
    fn tell_of_open(&self, conn: &mut Conn) {
        #[derive(diesel::QueryableByName)]
        struct Open {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            booking_id: i64,
        }
        let sql = "SELECT booking_id FROM postings \
            WHERE account IN ('held', 'payable', 'dispute', 'owed_client') \
            GROUP BY booking_id, account HAVING sum(amount_minor) <> 0";
        let open: Vec<Open> =
            footing::on_either!(conn, |c| diesel::sql_query(sql).load(c)).unwrap();
        for Open { booking_id } in open {
            let payment = Payment::last_of(conn, BookingId(booking_id)).unwrap().unwrap();
            println!("not at rest: {payment:?}");
            println!("  refunds: {:#?}", Refund::of(conn, payment.id).unwrap());
            println!("  disputes: {:#?}", Dispute::of(conn, payment.id).unwrap());
        }
    }

    fn assert_ledger(&self) {
        let mut conn = self.nodes.connect();
        self.tell_of_open(&mut conn);
        assert_eq!(audit::check(&mut conn).unwrap(), Vec::<String>::new());
        let all = ledger::balances(&mut conn, false).unwrap();
        let on = |account| {
            let mut sums: BTreeMap<String, i64> = BTreeMap::new();
            for (_, currency, minor) in all.iter().filter(|(of, ..)| *of == account) {
                *sums.entry(currency.to_lowercase()).or_default() += minor;
            }
            sums.retain(|_, minor| *minor != 0);
            sums
        };
        let mut stripe = self.stripe.with(|books| books.balances());
        stripe.retain(|_, minor| *minor != 0);
        assert_eq!(on(Account::Stripe), stripe, "the books are not Stripe's");
        assert!(on(Account::Held).is_empty(), "money that nobody has: {:?}", on(Account::Held));
        assert!(on(Account::Payable).is_empty(), "money unsent: {:?}", on(Account::Payable));
        for account in [Account::Dispute, Account::OwedClient, Account::Loss, Account::Other] {
            assert!(on(account).is_empty(), "left on {account:?}: {:?}", on(account));
        }
    }

    fn assert_bookings(&self) {
        let kept = self.kept();
        let mut conn = self.nodes.connect();
        for stand in self.stands() {
            let booking = Booking::by_id(&mut conn, BookingId(stand.id)).unwrap();
            let payment = Payment::last_of(&mut conn, booking.id).unwrap();
            let nothing = Kept::default();
            let kept = kept.get(&format!("bk_{}", booking.id)).unwrap_or(&nothing);
            assert_ne!(stand.pay_mode, "direct", "everybody here can be paid");
            assert_one(&booking, payment.as_ref(), kept);
        }
    }

    /// What stands in Stripe, by the mark of the booking.
    fn kept(&self) -> BTreeMap<String, Kept> {
        let mut all: BTreeMap<String, Kept> = BTreeMap::new();
        let mut groups: BTreeMap<String, String> = BTreeMap::new();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        for intent in self.stripe.all("payment_intent") {
            let group = text(&intent["transfer_group"]);
            groups.insert(text(&intent["id"]), group.clone());
            let of = all.entry(group).or_default();
            match intent["status"].as_str() {
                Some("succeeded") => of.charged.push(intent["amount_received"].as_i64().unwrap()),
                Some("requires_capture") => of.held += 1,
                _ => {}
            }
        }
        for refund in self.stripe.all("refund") {
            if refund["balance_transaction"].is_string() && refund["status"] != "failed" {
                let of = all.get_mut(&groups[refund["payment_intent"].as_str().unwrap()]).unwrap();
                let is_ours = refund["metadata"]["footing"].is_string();
                let arrived = if is_ours { &mut of.refunded } else { &mut of.by_hand };
                arrived.push(refund["amount"].as_i64().unwrap());
            }
        }
        for dispute in self.stripe.all("dispute").iter().filter(|one| one["status"] == "lost") {
            let of = all.get_mut(&groups[dispute["payment_intent"].as_str().unwrap()]).unwrap();
            of.lost.push(dispute["amount"].as_i64().unwrap());
        }
        for transfer in self.stripe.all("transfer") {
            let of = all.get_mut(transfer["transfer_group"].as_str().unwrap()).unwrap();
            let back = transfer["amount_reversed"].as_i64().unwrap();
            of.sent.push(transfer["amount"].as_i64().unwrap() - back);
        }
        all
    }

    fn tell(&self) {
        let mut states: BTreeMap<String, usize> = BTreeMap::new();
        for stand in self.stands() {
            let payment = stand.payment.unwrap_or_else(|| "no payment".to_owned());
            *states.entry(format!("{} / {payment}", stand.state)).or_default() += 1;
        }
        let mut answers: BTreeMap<String, usize> = BTreeMap::new();
        for wish in &self.wishes {
            let answer = wish.answer.map_or("none".to_owned(), |status| status.to_string());
            *answers.entry(answer).or_default() += 1;
        }
        let count = |kind| self.stripe.all(kind).len();
        let with = |kind, status: &str| {
            self.stripe.all(kind).iter().filter(|one| one["status"] == status).count()
        };
        println!("bookings: {states:?}; answers to requests: {answers:?}");
        println!(
            "{} requests to Stripe, {} pages, {} refunds ({} did not arrive), {} transfers, \
             {} taken back, {} disputes ({} lost), {} lines, {} events; \
             {} times nobody answered, {} times a request was put off",
            self.stripe.with(|books| books.requests.len()),
            count("checkout.session"),
            count("refund"),
            with("refund", "failed"),
            count("transfer"),
            count("transfer_reversal"),
            count("dispute"),
            with("dispute", "lost"),
            count("balance_transaction"),
            count("event"),
            self.unanswered,
            self.put_off,
        );
    }
}

#[track_caller]
fn assert_one(booking: &Booking, payment: Option<&Payment>, kept: &Kept) {
    let what = || format!("booking {} {:?}: {payment:?} {kept:?}", booking.id, booking.state);
    assert!(kept.charged.len() <= 1, "charged twice: {}", what());
    assert_eq!(kept.held, 0, "a card is still held: {}", what());
    let is_over = matches!(
        booking.state,
        State::Completed | State::Cancelled | State::Declined | State::Expired
    );
    assert!(is_over, "it waits for ever: {}", what());
    let sum = |all: &[i64]| all.iter().sum::<i64>();
    let (charged, sent, lost) = (sum(&kept.charged), sum(&kept.sent), sum(&kept.lost));
    let (asked, by_hand) = (sum(&kept.refunded), sum(&kept.by_hand));
    let Some(payment) = payment else {
        assert_eq!((charged, asked, sent), (0, 0, 0), "{}", what());
        return;
    };
    let is_captured = payment.state == PaymentState::Captured;
    assert_eq!(charged, if is_captured { payment.amount_minor } else { 0 }, "{}", what());
    // what a bank took can pay what came back of a refund, and then was returned already
    assert_eq!(asked + by_hand + lost, payment.gone_minor(), "{}", what());
    assert!(payment.lost_minor <= lost, "{}", what());
    assert_eq!(sent, payment.sent_minor - payment.reversed_minor, "{}", what());
    match booking.state {
        // what was made by hand and came back is paid again by Footing
        State::Completed => assert!(asked == 0 || kept.by_hand.is_empty(), "{}", what()),
        // a client who gives up an hour that stood gets back what the policy says
        State::Cancelled if booking.ended_by == Some(By::Client) => {}
        _ => assert_eq!(asked + by_hand + lost, charged, "charged for nothing: {}", what()),
    }
    let owed = payment.split().left(asked + by_hand + lost).payable;
    assert_eq!(sent, if is_captured { owed } else { 0 }, "{}", what());
}
