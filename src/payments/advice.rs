//! What an accountant should know about being paid by card, for the checklist of the practice.

use crate::accountants::{Payee, PayeeState};
use crate::bookings::OnlineRules;
use crate::db::Conn;
use crate::error::Result;
use crate::listings::{Service, ServiceState};
use crate::users::UserId;

/// Nothing of it where no cards are taken.
#[derive(Debug, Clone, Default)]
pub struct CardAdvice {
    /// The owner cannot be paid by card yet.
    pub lacks_payouts: bool,
    /// What costs something can only be booked with a card.
    pub is_card_needed: bool,
    /// Titles of services whose price no card can pay here.
    pub unpayable: Vec<String>,
    /// What cards take, in words.
    pub currencies: String,
}

impl CardAdvice {
    pub fn of(
        conn: &mut Conn,
        owner: UserId,
        services: &[Service],
        rules: Option<&OnlineRules>,
    ) -> Result<Self> {
        let Some(rules) = rules else { return Ok(Self::default()) };
        let payee = Payee::state(conn, owner, rules.livemode)?;
        let is_unpayable = |service: &&Service| {
            let price = service.price_minor;
            let is_shown = service.state == ServiceState::Active && !service.is_quote();
            is_shown && price > 0 && !rules.can_be_paid(price, &service.currency)
        };
        Ok(Self {
            lacks_payouts: payee != Some(PayeeState::Ready),
            is_card_needed: rules.is_required,
            unpayable: services.iter().filter(is_unpayable).map(|one| one.title.clone()).collect(),
            currencies: rules.currencies.join(", "),
        })
    }

    pub fn is_empty(&self) -> bool {
        !self.lacks_payouts && self.unpayable.is_empty()
    }
}
