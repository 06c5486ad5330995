//! What the browser sent about money.

use serde::Deserialize;
use validator::Validate;

use super::billing::{BillingDetails, Party};
use crate::web::{FieldErrors, checks, text};

/// `POST /practice/billing`.
#[derive(Debug, Clone, Default, Deserialize, Validate)]
#[serde(default)]
pub struct BillingForm {
    #[validate(custom(function = checks::name::<1, 120>, message = "Name"))]
    pub legal_name: String,
    #[validate(custom(function = checks::lines::<1, 300>, message = "Address"))]
    pub legal_address: String,
    #[validate(custom(function = checks::line::<0, 20>, message = "VAT number"))]
    pub vat_id: String,
    /// In hundredths of a percent; none is no VAT.
    #[validate(custom(
        function = checks::whole_if_any::<0, { BillingDetails::MOST_VAT_BPS }>,
        message = "VAT: choose a rate from 0 to 30 %."
    ))]
    pub vat_bps: String,
}

impl BillingForm {
    /// What is kept, as the form shows it.
    pub fn of(kept: &BillingDetails) -> Self {
        let Party { name, address, vat_id } = kept.party.clone();
        Self { legal_name: name, legal_address: address, vat_id, vat_bps: kept.vat_bps.to_string() }
    }

    pub fn parse(&self) -> Result<BillingDetails, FieldErrors> {
        let errors = FieldErrors::of(self);
        if !errors.is_empty() {
            return Err(errors);
        }
        let party = Party {
            name: text::as_line(&self.legal_name),
            address: text::as_lines(&self.legal_address),
            vat_id: text::as_line(&self.vat_id),
        };
        Ok(BillingDetails { party, vat_bps: text::whole(&self.vat_bps).unwrap_or(0) })
    }
}

/// `POST /bookings/{id}/pay`: whom the invoice is made out to.
#[derive(Debug, Clone, Default, Deserialize, Validate)]
#[serde(default)]
pub struct BillToForm {
    #[validate(custom(function = checks::name::<0, 120>, message = "Name"))]
    pub bill_name: String,
    #[validate(custom(function = checks::lines::<0, 300>, message = "Address"))]
    pub bill_address: String,
    #[validate(custom(function = checks::line::<0, 20>, message = "VAT number"))]
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
        let errors = FieldErrors::of(self);
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Party {
            name: text::as_line(&self.bill_name),
            address: text::as_lines(&self.bill_address),
            vat_id: text::as_line(&self.bill_vat_id),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_whole_number_of_hundredths_of_a_percent_up_to_thirty() {
        let read = |typed: &str| {
            let (legal_name, legal_address) =
                ("Ben Northgate".to_owned(), "1 Mill Lane".to_owned());
            let vat_bps = typed.to_owned();
            let form = BillingForm { legal_name, legal_address, vat_bps, ..BillingForm::default() };
            form.parse().map(|details| details.vat_bps)
        };
        for (typed, bps) in [("", 0), ("0", 0), ("810", 810), (" 2000 ", 2_000), ("3000", 3_000)] {
            assert_eq!(read(typed).unwrap(), bps, "{typed}");
        }
        for typed in ["3001", "-1", "7.5", "20 %", "twenty", "+5", "00002", "٣"] {
            let errors = read(typed).unwrap_err();
            assert_eq!(
                errors.get("vat_bps"),
                Some("VAT: choose a rate from 0 to 30 %."),
                "{typed}"
            );
        }
    }
}
