//! How a price is shared between the accountant, Footing and the tax office, in whole minor units.
//!
//! Everything is worked out from the total that has been returned so far, and a refund moves the
//! difference of two such totals. So any sequence of refunds that reaches the price returns exactly
//! the commission that was taken, and no part is ever below zero.

/// What was agreed at the time of the request, in hundredths of a percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// Of the price: 500 is 5 %. From 0 to 10,000.
    pub commission_bps: u16,
    /// The VAT that the commission contains, on top of its net amount. From 0 to 10,000.
    pub vat_bps: u16,
}

/// Of what a client paid and has not got back: who it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    pub payable: i64,
    /// Footing's, without VAT.
    pub commission: i64,
    pub vat: i64,
}

impl Share {
    pub fn total(self) -> i64 {
        self.payable + self.commission + self.vat
    }

    /// What of `self` is no longer in `rest`.
    pub fn less(self, rest: Self) -> Self {
        Self {
            payable: self.payable - rest.payable,
            commission: self.commission - rest.commission,
            vat: self.vat - rest.vat,
        }
    }
}

/// A price and how it is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    price: i64,
    rates: Rates,
}

const WHOLE_BPS: i64 = 10_000;

impl Split {
    /// Of a price above zero, in minor units.
    pub fn new(price: i64, rates: Rates) -> Self {
        Self { price: price.max(1), rates }
    }

    /// The commission with its VAT, of the whole price.
    pub fn fee(self) -> i64 {
        portion(self.price, i64::from(self.rates.commission_bps), WHOLE_BPS)
    }

    /// What of the commission is left when so much has been returned in all.
    pub fn fee_left(self, returned: i64) -> i64 {
        let returned = returned.clamp(0, self.price);
        self.fee() - portion(self.fee(), returned, self.price)
    }

    /// To whom the rest belongs when so much has been returned in all.
    pub fn left(self, returned: i64) -> Share {
        let returned = returned.clamp(0, self.price);
        let fee = self.fee_left(returned);
        let vat_bps = i64::from(self.rates.vat_bps);
        let vat = portion(fee, vat_bps, WHOLE_BPS + vat_bps);
        Share { payable: self.price - returned - fee, commission: fee - vat, vat }
    }

    /// What each gives back of a refund of `amount`, after `before` was returned already.
    pub fn returned(self, before: i64, amount: i64) -> Share {
        self.left(before).less(self.left(before + amount))
    }

    /// What a cancellation returns at `percent`, less what has been returned already.
    pub fn refund_at(self, percent: i64, returned: i64) -> i64 {
        (portion(self.price, percent.clamp(0, 100), 100) - returned).max(0)
    }
}

/// `amount · part / whole`, half up, for none below zero.
fn portion(amount: i64, part: i64, whole: i64) -> i64 {
    let (amount, part, whole) = (i128::from(amount), i128::from(part), i128::from(whole));
    i64::try_from((2 * amount * part + whole) / (2 * whole)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(price: i64, commission_bps: u16, vat_bps: u16) -> Split {
        Split::new(price, Rates { commission_bps, vat_bps })
    }

    #[test]
    fn the_commission_is_rounded_half_up_and_contains_its_tax() {
        assert_eq!(split(8_500, 500, 0).fee(), 425);
        assert_eq!(split(50, 500, 0).fee(), 3); // 2.5
        assert_eq!(split(49, 500, 0).fee(), 2); // 2.45
        let share = split(12_000, 500, 1_900).left(0); // 600 contain 95.798 of VAT
        assert_eq!(share, Share { payable: 11_400, commission: 504, vat: 96 });
        assert_eq!(split(12_000, 0, 1_900).left(0).payable, 12_000);
        let all = split(12_000, 10_000, 0).left(0);
        assert_eq!(all, Share { payable: 0, commission: 12_000, vat: 0 });
    }

    #[test]
    fn a_cancellation_returns_its_part_less_what_came_back_already() {
        let split = split(8_501, 500, 0);
        assert_eq!(split.refund_at(100, 0), 8_501);
        assert_eq!(split.refund_at(50, 0), 4_251); // 4250.5
        assert_eq!(split.refund_at(50, 4_000), 251);
        assert_eq!(split.refund_at(50, 5_000), 0);
        assert_eq!(split.refund_at(0, 0), 0);
    }

    #[test]
    fn nothing_is_anybodys_of_a_price_that_returned_more_than_once() {
        let left = split(8_500, 500, 1_900).left(8_501);
        assert_eq!(left, Share { payable: 0, commission: 0, vat: 0 });
    }

    proptest! {
        #[test]
        fn refunds_in_any_sequence_that_reaches_the_price_return_all_of_it(
            price in 1_i64..99_999_999,
            commission_bps in 0_u16..=10_000,
            vat_bps in 0_u16..=10_000,
            parts in proptest::collection::vec(1_i64..9_999_999, 0..12),
        ) {
            let split = split(price, commission_bps, vat_bps);
            let (mut returned, mut given) = (0, Share { payable: 0, commission: 0, vat: 0 });
            for part in parts.into_iter().chain([price]) {
                let amount = part.min(price - returned);
                let back = split.returned(returned, amount);
                prop_assert_eq!(back.total(), amount);
                prop_assert!(back.payable >= 0 && back.commission >= 0 && back.vat >= 0);
                returned += amount;
                given = Share {
                    payable: given.payable + back.payable,
                    commission: given.commission + back.commission,
                    vat: given.vat + back.vat,
                };
                let left = split.left(returned);
                prop_assert!(left.payable >= 0 && left.commission >= 0 && left.vat >= 0);
                prop_assert_eq!(left.total(), price - returned);
            }
            prop_assert_eq!(given, split.left(0));
            prop_assert_eq!(split.left(price).total(), 0);
        }

        #[test]
        fn more_percent_never_return_less(price in 1_i64..99_999_999, one in 0_i64..=100, other in 0_i64..=100) {
            let split = split(price, 500, 0);
            let (less, more) = (one.min(other), one.max(other));
            prop_assert!(split.refund_at(less, 0) <= split.refund_at(more, 0));
            prop_assert!(split.refund_at(more, 0) <= price);
        }
    }
}
