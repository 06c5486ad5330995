//! Whom papers name: an accountant by their billing details, the platform by its operator, and a
//! client as they want the invoice made out.
//!
//! None of it is ever logged. It is not sealed either: what stands here stands on papers, which stay.

use diesel::prelude::*;

use super::schema::{bill_recipients, billing_details};
use crate::bookings::{BookingId, BookingRow};
use crate::clock::Instant;
use crate::config::Operator;
use crate::db::Conn;
use crate::error::Result;
use crate::on_either;
use crate::users::{Actor, UserId};

/// Somebody as a paper names them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Party {
    pub name: String,
    /// In lines; may be empty, as may the number.
    pub address: String,
    pub vat_id: String,
}

impl Party {
    /// The platform. With a live key the settings ask for name and address.
    pub fn platform(operator: &Operator) -> Self {
        let or = |value: &Option<String>, stand_in: &str| {
            value.clone().unwrap_or_else(|| stand_in.to_owned())
        };
        Self {
            name: or(&operator.name, "Footing (test)"),
            address: or(&operator.address, "Test address"),
            vat_id: or(&operator.vat_id, ""),
        }
    }

    /// The client of a booking: as they asked for, else by name only.
    pub fn client(conn: &mut Conn, line: &BookingRow) -> Result<Self> {
        let asked = Self::find_recipient(conn, line.booking.id)?.unwrap_or_default();
        let name = Some(asked.name).filter(|name| !name.is_empty());
        Ok(Self { name: name.unwrap_or_else(|| line.client_name.clone()), ..asked })
    }

    /// Whom a client wants the invoice of a booking made out to.
    pub fn find_recipient(conn: &mut Conn, booking: BookingId) -> Result<Option<Self>> {
        let found: Option<(String, String, String)> = bill_recipients::table
            .find(booking)
            .select((bill_recipients::name, bill_recipients::address, bill_recipients::vat_id))
            .first(conn)
            .optional()?;
        Ok(found.map(|(name, address, vat_id)| Self { name, address, vat_id }))
    }

    /// Keeps that for the invoice to come; one that was issued stays as it is.
    pub fn keep_recipient(&self, conn: &mut Conn, booking: BookingId, now: Instant) -> Result<()> {
        let asked = (
            bill_recipients::name.eq(&self.name),
            bill_recipients::address.eq(&self.address),
            bill_recipients::vat_id.eq(&self.vat_id),
            bill_recipients::changed_at.eq(now),
        );
        on_either!(conn, |c| diesel::insert_into(bill_recipients::table)
            .values((bill_recipients::booking_id.eq(booking), asked))
            .on_conflict(bill_recipients::booking_id)
            .do_update()
            .set(asked)
            .execute(c))?;
        Ok(())
    }
}

/// An accountant as their papers name them, and the tax that their prices contain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillingDetails {
    pub party: Party,
    /// In hundredths of a percent, on top of the net amount; 0 where no VAT is shown.
    pub vat_bps: i32,
}

impl BillingDetails {
    /// The highest rate that is taken: 30 %.
    pub const MOST_VAT_BPS: i32 = 3_000;

    /// None until they are filled in.
    pub fn find(conn: &mut Conn, accountant: UserId) -> Result<Option<Self>> {
        let found: Option<(String, String, String, i32)> = billing_details::table
            .find(accountant)
            .select((
                billing_details::legal_name,
                billing_details::legal_address,
                billing_details::vat_id,
                billing_details::vat_bps,
            ))
            .first(conn)
            .optional()?;
        Ok(found.map(|(name, address, vat_id, vat_bps)| Self {
            party: Party { name, address, vat_id },
            vat_bps,
        }))
    }

    /// Those of a booking's accountant; until they are filled in, the name of the profile.
    pub fn of(conn: &mut Conn, line: &BookingRow) -> Result<Self> {
        let name = || line.accountant_name.clone();
        Ok(Self::find(conn, line.booking.accountant_id)?.unwrap_or_else(|| Self {
            party: Party { name: name(), ..Party::default() },
            vat_bps: 0,
        }))
    }

    /// Changes one's own.
    pub fn save(&self, conn: &mut Conn, actor: &Actor) -> Result<()> {
        let details = (
            billing_details::legal_name.eq(&self.party.name),
            billing_details::legal_address.eq(&self.party.address),
            billing_details::vat_id.eq(&self.party.vat_id),
            billing_details::vat_bps.eq(self.vat_bps),
            billing_details::changed_at.eq(actor.now),
        );
        on_either!(conn, |c| diesel::insert_into(billing_details::table)
            .values((billing_details::accountant_id.eq(actor.id), details))
            .on_conflict(billing_details::accountant_id)
            .do_update()
            .set(details)
            .execute(c))?;
        Ok(())
    }
}

/// A rate in words: 2000 is "20 %", 810 is "8.1 %".
pub fn percent(bps: impl std::borrow::Borrow<i32>) -> String {
    let bps = *bps.borrow();
    let (whole, part) = (bps / 100, bps % 100);
    match part {
        0 => format!("{whole} %"),
        _ if part % 10 == 0 => format!("{whole}.{} %", part / 10),
        _ => format!("{whole}.{part:02} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_reads_as_people_say_it() {
        for (bps, words) in [(0, "0 %"), (2_000, "20 %"), (810, "8.1 %"), (5, "0.05 %")] {
            assert_eq!(percent(bps), words);
        }
    }

    #[test]
    fn beside_a_test_key_the_platform_has_a_name_that_says_so() {
        let platform = Party::platform(&Operator::default());
        assert_eq!((&*platform.name, &*platform.address), ("Footing (test)", "Test address"));
        let named = Operator { name: Some("Footing Ltd".to_owned()), ..Operator::default() };
        assert_eq!(Party::platform(&named).name, "Footing Ltd");
    }
}
