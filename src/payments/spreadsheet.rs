//! Earnings as a file for spreadsheets.

use super::earnings::{Earning, EarningsFilter, EarningsOwner};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::money::Money;

const HEADINGS: [&str; 12] = [
    "Date (UTC)",
    "Booking",
    "Client",
    "Service",
    "Currency",
    "Gross",
    "Fee",
    "VAT in fee",
    "Refunded",
    "Net",
    "Status",
    "Invoice",
];

/// Lines of comma-separated values, grown page by page.
pub struct Spreadsheet(csv::Writer<Vec<u8>>);

impl Spreadsheet {
    /// Rows that a file is made of at a time.
    const BATCH: i64 = 500;

    /// All of an accountant's within the filter.
    pub fn of(conn: &mut Conn, owner: EarningsOwner, filter: &EarningsFilter) -> Result<Vec<u8>> {
        let mut file = Self::begin()?;
        let mut after = None;
        loop {
            let (rows, next) = Earning::page(conn, owner, filter, after, Self::BATCH)?;
            rows.iter().try_for_each(|row| file.add(row))?;
            match next {
                Some(_) => after = next,
                None => return file.end(),
            }
        }
    }

    fn begin() -> Result<Self> {
        let mut writer =
            csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(vec![]);
        writer.write_record(HEADINGS).map_err(Error::internal)?;
        Ok(Self(writer))
    }

    fn add(&mut self, earning: &Earning) -> Result<()> {
        let figures = earning.figures();
        let currency = &earning.payment.currency;
        let amount =
            |minor: i64| Money::new(minor, currency).map_or(String::new(), |m| m.decimal());
        let cells = [
            earning.charged_at.date(),
            earning.booking().to_string(),
            cell(&earning.client),
            cell(&earning.title),
            currency.clone(),
            amount(figures.earned),
            amount(figures.fees),
            amount(figures.fee_vat),
            amount(figures.refunded),
            amount(figures.net()),
            earning.status().to_owned(),
            earning.invoice_words(),
        ];
        self.0.write_record(cells).map_err(Error::internal)
    }

    fn end(self) -> Result<Vec<u8>> {
        self.0.into_inner().map_err(Error::internal)
    }
}

/// Text that people wrote. A program for tables takes what begins with one of these for a formula; a
/// leading apostrophe tells it that this is text.
fn cell(text: &str) -> String {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_would_be_a_formula_is_kept_from_being_one() {
        for text in ["=1+1", "+44 20", "-2", "@SUM(A1)", "\tx", "\rx"] {
            assert_eq!(cell(text), format!("'{text}"));
        }
        for text in ["Ana", "a=b", "", "'quoted", "12"] {
            assert_eq!(cell(text), text);
        }
    }
}
