//! What stands beside the stars of a review.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{Review, ShownAs};
use crate::bookings::{Attendance, BookingId};
use crate::db::{Conn, one_of};
use crate::error::Result;
use crate::on_either;
use crate::payments::schema::{disputes, payments};

/// A mark on a review; none takes it away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    Refunded,
    RefundedInPart,
    Disputed,
    /// One sign shared with the accountant, or any with another.
    Linked,
    Incentive,
    /// The accountant says that the client did not appear.
    Absent,
    /// An admin found that the accountant did not appear.
    AccountantAbsent,
    Newer,
    WordsRemoved,
}

impl Label {
    pub fn words(self) -> &'static str {
        match self {
            Self::Refunded => "Refunded",
            Self::RefundedInPart => "Refunded in part",
            Self::Disputed => "Disputed at the bank",
            Self::Linked => "Linked to an accountant",
            Self::Incentive => "Written for a reward, does not count",
            Self::Absent => "The accountant says that the client did not appear",
            Self::AccountantAbsent => "The accountant did not appear, as an admin found",
            Self::Newer => "A newer one counts",
            Self::WordsRemoved => "The text was removed after a report",
        }
    }
}

/// What became of the money of some bookings.
#[derive(Debug, Default)]
pub(super) struct MoneyBack(HashMap<BookingId, Vec<Label>>);

impl MoneyBack {
    pub fn of(conn: &mut Conn, ids: &[BookingId]) -> Result<Self> {
        let of_these = one_of(payments::booking_id, ids.iter().map(|id| id.0));
        let rows = payments::table
            .left_join(disputes::table.on(disputes::payment_id.eq(payments::id)))
            .filter(of_these)
            .filter(payments::refunded_minor.gt(0).or(disputes::id.is_not_null()))
            .select((
                payments::booking_id,
                payments::refunded_minor,
                payments::amount_minor,
                disputes::id.nullable(),
            ));
        let rows: Vec<(BookingId, i64, i64, Option<i64>)> = on_either!(conn, |c| rows.load(c))?;
        let mut found: HashMap<BookingId, Vec<Label>> = HashMap::new();
        for (booking, refunded, amount, dispute) in rows {
            let labels = found.entry(booking).or_default();
            let refund = match refunded {
                0 => None,
                all if all >= amount => Some(Label::Refunded),
                _ => Some(Label::RefundedInPart),
            };
            for label in refund.into_iter().chain(dispute.map(|_| Label::Disputed)) {
                if !labels.contains(&label) {
                    labels.push(label);
                }
            }
        }
        Ok(Self(found))
    }

    /// Beside a name it would tell of somebody what is theirs to tell.
    fn beside(&self, review: &Review) -> &[Label] {
        match review.shown_as {
            ShownAs::Verified => self.0.get(&review.booking_id).map_or(&[], Vec::as_slice),
            ShownAs::FirstName => &[],
        }
    }

    /// Every label of one review.
    pub fn labels(&self, review: &Review, attendance: Attendance) -> Vec<Label> {
        let is_linked = review.signs() > 0 || review.shares_other;
        // nothing else keeps one that is shown from counting
        let is_older = review.is_shown() && !review.is_counted && !review.is_incentive;
        let own = [
            (is_linked, Label::Linked),
            (review.is_incentive, Label::Incentive),
            (attendance.is_no_show_held(), Label::Absent),
            (attendance.accountant_absent_at.is_some(), Label::AccountantAbsent),
            (is_older, Label::Newer),
            (review.text_hidden_by.is_some(), Label::WordsRemoved),
        ];
        let own = own.into_iter().filter_map(|(is, label)| is.then_some(label));
        self.beside(review).iter().copied().chain(own).collect()
    }
}
