//! What an accountant's services begin at in each currency, of one kind and of all: this orders and
//! limits, and rows show it.

use std::collections::BTreeSet;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::schema::entry_prices;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::listings::{CATEGORIES, PriceKind, Service};
use crate::locale::Locale;
use crate::users::UserId;

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = entry_prices, treat_none_as_default_value = false)]
pub struct EntryPrice {
    pub user_id: UserId,
    /// Empty for services of all kinds.
    pub category: String,
    /// Empty where all are by quote.
    pub currency: String,
    pub price_minor: Option<i64>,
    /// What a row shows of it. Beside the card and not in it: most rows ask for neither kind nor
    /// currency.
    pub shown: String,
}

/// The cheapest service of a kind, in words.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Cheapest {
    pub price: String,
    pub service: String,
    pub duration: i32,
    pub has_more: bool,
}

fn is_priced(service: &Service) -> bool {
    service.price_kind != PriceKind::Quote
}

impl EntryPrice {
    /// Of services with the cheapest first, those by quote last.
    pub fn of(user_id: UserId, services: &[Service]) -> Result<Vec<Self>> {
        let mut prices = vec![];
        for category in std::iter::once("").chain(CATEGORIES.iter().map(|(key, _)| *key)) {
            let is_own = |one: &&Service| category.is_empty() || one.category == category;
            let own: Vec<&Service> = services.iter().filter(is_own).collect();
            let priced: Vec<&Service> = own.iter().copied().filter(|one| is_priced(one)).collect();
            let currencies: BTreeSet<&str> =
                priced.iter().map(|one| one.currency.as_str()).collect();
            for currency in currencies {
                let cheapest = priced.iter().find(|one| one.currency == currency);
                if let Some(cheapest) = cheapest {
                    prices.push(Self::new(user_id, category, cheapest, own.len() > 1)?);
                }
            }
            if let (true, Some(quoted)) = (priced.is_empty(), own.first()) {
                prices.push(Self::new(user_id, category, quoted, own.len() > 1)?);
            }
        }
        Ok(prices)
    }

    fn new(user_id: UserId, category: &str, service: &Service, has_more: bool) -> Result<Self> {
        let shown = Cheapest {
            price: service.price_words(Locale::NEUTRAL),
            service: service.title.clone(),
            duration: service.duration,
            has_more,
        };
        let priced = Some(service).filter(|service| is_priced(service));
        Ok(Self {
            user_id,
            category: category.to_owned(),
            currency: priced.map_or(String::new(), |service| service.currency.clone()),
            price_minor: priced.map(|service| service.price_minor),
            shown: serde_json::to_string(&shown).map_err(Error::internal)?,
        })
    }

    /// Puts these in the place of those an accountant has, if they differ.
    pub fn replace(conn: &mut Conn, user_id: UserId, new: &[Self]) -> Result<()> {
        let own = entry_prices::table.filter(entry_prices::user_id.eq(user_id));
        let old: Vec<Self> = own.select(Self::as_select()).load(conn)?;
        if old.len() == new.len() && old.iter().all(|one| new.contains(one)) {
            return Ok(());
        }
        diesel::delete(own).execute(conn)?;
        match conn {
            // one statement a row keeps SQLite's prepared statement
            Conn::Sqlite(c) => {
                for row in new {
                    diesel::insert_into(entry_prices::table).values(row).execute(c)?;
                }
            }
            Conn::Postgres(c) => {
                diesel::insert_into(entry_prices::table).values(new).execute(c)?;
            }
        }
        Ok(())
    }
}
