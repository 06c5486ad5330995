//! What the browser sent about money.

use serde::Deserialize;

use super::billing::{BillingDetails, Party};
use crate::web::{FieldErrors, text};

/// `POST /practice/billing`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct BillingForm {
    pub legal_name: String,
    pub legal_address: String,
    pub vat_id: String,
    /// In hundredths of a percent.
    pub vat_bps: String,
}

impl BillingForm {
    /// What is kept, as the form shows it.
    pub fn of(kept: &BillingDetails) -> Self {
        let Party { name, address, vat_id } = kept.party.clone();
        Self { legal_name: name, legal_address: address, vat_id, vat_bps: kept.vat_bps.to_string() }
    }

    pub fn parse(&self) -> Result<BillingDetails, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("legal_name", text::name("Name", &self.legal_name, 1, 120));
        let address =
            errors.take("legal_address", text::lines("Address", &self.legal_address, 1, 300));
        let vat_id = errors.take("vat_id", text::line("VAT number", &self.vat_id, 0, 20));
        let vat_bps = errors.take("vat_bps", parse_vat(&self.vat_bps));
        match (name, address, vat_id, vat_bps) {
            (Some(name), Some(address), Some(vat_id), Some(vat_bps)) => {
                Ok(BillingDetails { party: Party { name, address, vat_id }, vat_bps })
            }
            _ => Err(errors),
        }
    }
}

/// A whole number of hundredths of a percent; none is no VAT.
fn parse_vat(typed: &str) -> Result<i32, &'static str> {
    const RANGE: &str = "VAT: choose a rate from 0 to 30 %.";
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(0);
    }
    let is_plain = typed.len() <= 4 && typed.bytes().all(|digit| digit.is_ascii_digit());
    let bps = typed.parse().ok().filter(|_| is_plain);
    bps.filter(|bps| *bps <= BillingDetails::MOST_VAT_BPS).ok_or(RANGE)
}

/// `POST /bookings/{id}/pay`: whom the invoice is made out to.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct BillToForm {
    pub bill_name: String,
    pub bill_address: String,
    pub bill_vat_id: String,
}

impl BillToForm {
    /// What is kept, as the form shows it.
    pub fn of(kept: Party) -> Self {
        Self { bill_name: kept.name, bill_address: kept.address, bill_vat_id: kept.vat_id }
    }

    pub fn is_empty(&self) -> bool {
        self.bill_name.is_empty() && self.bill_address.is_empty() && self.bill_vat_id.is_empty()
    }

    pub fn parse(&self) -> Result<Party, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("bill_name", text::name("Name", &self.bill_name, 0, 120));
        let address =
            errors.take("bill_address", text::lines("Address", &self.bill_address, 0, 300));
        let vat_id = errors.take("bill_vat_id", text::line("VAT number", &self.bill_vat_id, 0, 20));
        match (name, address, vat_id) {
            (Some(name), Some(address), Some(vat_id)) => Ok(Party { name, address, vat_id }),
            _ => Err(errors),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_whole_number_of_hundredths_of_a_percent_up_to_thirty() {
        for (typed, bps) in [("", 0), ("0", 0), ("810", 810), (" 2000 ", 2_000), ("3000", 3_000)] {
            assert_eq!(parse_vat(typed), Ok(bps), "{typed}");
        }
        for typed in ["3001", "-1", "7.5", "20 %", "twenty", "+5", "00002", "٣"] {
            assert!(parse_vat(typed).is_err(), "{typed}");
        }
    }
}
