//! What banks do, and people in Stripe's dashboard, to money that was charged; and what an admin does
//! about what did not arrive.

use footing::bookings::SETTLE;
use footing::clock::Span;
use footing::payments::{Payment, PaymentId, decisions};
use serde_json::Value;

use super::{Stand, Town};
use crate::stripe::Pending;

/// What comes over the money of a booking, at some time after the charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    Dispute,
    /// The bank only asks at first.
    Inquiry,
    RefundByHand,
}

/// Payments with a refund that failed, and nothing in its place.
const NOT_ARRIVED: &str = "SELECT CAST(coalesce(min(r.payment_id), 0) AS BIGINT) AS number \
    FROM refunds r WHERE r.state = 'failed' AND r.payment_id > ";
const NOT_REPEATED: &str = " AND NOT EXISTS (SELECT 1 FROM refunds o WHERE o.repeats_id = r.id)";

impl Town {
    /// How many of a hundred bookings have which trouble.
    pub(super) fn fear(&mut self) -> Option<Trouble> {
        match self.dice.below(100) {
            0..10 => Some(Trouble::Dispute),
            10..14 => Some(Trouble::Inquiry),
            14..22 => Some(Trouble::RefundByHand),
            _ => None,
        }
    }

    /// The trouble of a booking begins, some day.
    pub(super) fn begin_trouble(&mut self, stand: &Stand) {
        let Some(session) = stand.session_id.as_deref() else { return };
        let Some(trouble) = self.minds[&stand.id].trouble.filter(|_| !self.is_evening) else {
            return;
        };
        if !self.dice.percent(7) {
            return;
        }
        let part = 1 + self.dice.below(100) as i64;
        self.minds.get_mut(&stand.id).unwrap().trouble = None;
        self.stripe.with(|books| {
            let intent = books.objects[session]["payment_intent"].as_str().unwrap().to_owned();
            let left = books.left(&intent);
            match trouble {
                _ if left == 0 => String::new(),
                Trouble::Dispute => books.dispute(&intent, left, "needs_response"),
                Trouble::Inquiry => books.dispute(&intent, left, "warning_needs_response"),
                Trouble::RefundByHand => books.refund_by_hand(&intent, (left * part / 100).max(1)),
            }
        });
    }

    /// Banks decide, and money arrives or comes back.
    pub(super) fn move_banks(&mut self) {
        let wait = match self.dice.below(10) {
            0..2 => Some(Pending::Moved),
            2 => Some(Pending::Unmoved),
            _ => None,
        };
        self.stripe.with(|books| books.refunds_wait = wait);
        for (id, status) in self.all_of("dispute") {
            if !is_decided(&status) && self.dice.percent(20) {
                self.decide(&id, &status);
            }
        }
        for (id, status) in self.all_of("refund") {
            let is_over = match status.as_str() {
                "pending" => self.dice.percent(25),
                // the bank of the client may send it back, once it has looked
                "succeeded" => !self.is_evening && self.looked_at.insert(id.clone()),
                _ => false,
            };
            let fails = self.dice.percent(if status == "pending" { 25 } else { 10 });
            let end = if fails { "failed" } else { "succeeded" };
            if is_over && status != end {
                self.stripe.with(|books| books.end_refund(&id, end));
            }
        }
    }

    fn all_of(&self, kind: &str) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let all = self.stripe.all(kind);
        all.iter().map(|one| (text(&one["id"]), text(&one["status"]))).collect()
    }

    fn decide(&mut self, id: &str, status: &str) {
        let next = match (status.starts_with("warning_"), self.dice.below(10)) {
            (true, 0..4) => "warning_closed",
            (true, 4..6) => "warning_under_review",
            (true, _) => "needs_response",
            (false, 0..4) => "won",
            (false, 4..8) => "lost",
            (false, 8) => "prevented",
            (false, _) => "under_review",
        };
        self.stripe.with(|books| books.move_dispute(id, next));
    }

    /// Whether a bank has something to decide or to pay.
    fn is_at_banks(&self) -> bool {
        self.all_of("dispute").iter().any(|(_, status)| !is_decided(status))
            || self.all_of("refund").iter().any(|(_, status)| status == "pending")
    }

    /// Jobs that were due an hour ago and are not done.
    pub(super) fn overdue(&self) -> i64 {
        let before = (self.nodes.now() - Span::hours(1)).micros();
        self.nodes.number(&format!(
            "SELECT count(*) AS number FROM jobs WHERE dead_at IS NULL AND run_at <= {before}"
        ))
    }

    /// Whether money waits for somebody, an hour for its end, or work for its turn.
    pub(super) fn is_under_way(&self) -> bool {
        if self.is_at_banks() || self.overdue() > 0 {
            return true;
        }
        let sql = "SELECT (SELECT count(*) FROM bookings \
            WHERE state IN ('held', 'pending', 'confirmed')) + (SELECT count(*) FROM (\
            SELECT 1 FROM postings WHERE account IN ('held', 'payable', 'dispute', 'owed_client') \
            GROUP BY booking_id, account HAVING sum(amount_minor) <> 0) AS open) + \
            (SELECT count(*) FROM refunds WHERE ended_at IS NULL) AS number";
        self.nodes.number(sql) > 0
    }

    /// Says what still waits when nobody waits any longer: what was asked of Stripe, and jobs.
    pub(super) fn tell_of_waiting(&self) {
        #[derive(diesel::QueryableByName)]
        struct Told {
            #[diesel(sql_type = diesel::sql_types::Text)]
            words: String,
        }
        let now = self.nodes.now().micros();
        let operations = format!(
            "SELECT concat(kind, ' of ', payment_id, ': ', state, ', tries ', tries, ', faults ', \
             faults, ', due in ', (next_at - {now}) / 1000000, ' s, held for ', \
             (locked_until - {now}) / 1000000, ' s, ', error_code) AS words \
             FROM stripe_operations WHERE state IN ('waiting', 'unknown') ORDER BY next_at LIMIT 40"
        );
        let jobs = format!(
            "SELECT concat(count(*), ' jobs ', kind, ', the first due in ', \
             (min(run_at) - {now}) / 1000000, ' s, dead: ', count(dead_at)) AS words \
             FROM jobs GROUP BY kind ORDER BY kind"
        );
        for sql in [operations, jobs] {
            let told: Vec<Told> = self.nodes.act(|conn, _| {
                let query = diesel::sql_query(sql);
                footing::on_either!(conn, |c| diesel::RunQueryDsl::load(query, c)).unwrap()
            });
            told.iter().for_each(|line| println!("still waits: {}", line.words));
        }
    }

    /// An admin sees to every refund that did not arrive: it is paid again, by bank where Stripe
    /// takes none any more.
    pub(super) fn see_to_refunds(&self) {
        let mut last = 0;
        loop {
            last = self.nodes.number(&format!("{NOT_ARRIVED}{last}{NOT_REPEATED}"));
            if last == 0 {
                return;
            }
            let id = PaymentId(last);
            self.nodes.act(|conn, now| {
                decisions::retry(conn, id, None, None, now).unwrap();
                let booking = Payment::by_id(conn, id).unwrap().booking_id;
                SETTLE.enqueue_once(conn, booking, now).unwrap();
            });
        }
    }
}

fn is_decided(status: &str) -> bool {
    matches!(status, "won" | "lost" | "prevented" | "warning_closed")
}
