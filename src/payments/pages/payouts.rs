//! Where an accountant is paid, in words.

use askama::Template;

use crate::accountants::choices;
use crate::payments::{AccountState, PayoutAccount};
use crate::web::FieldErrors;

#[derive(Template)]
#[template(path = "payments/payouts.html")]
pub struct PayoutsPage {
    /// The last one, closed or not.
    pub account: Option<PayoutAccount>,
    /// ISO 3166-1, of the account or else of the profile.
    pub country: String,
    pub is_test: bool,
    /// Whether its owner has just proven who they are.
    pub is_proven: bool,
    pub errors: FieldErrors,
}

/// How it stands, for the one who is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PayoutStage {
    None,
    /// Asked for, and Stripe has not answered yet.
    Opening,
    Asked,
    Pending,
    Ready,
    Restricted,
    Closed,
    /// Stripe makes no account in that country.
    Refused,
}

impl PayoutsPage {
    fn stage(&self) -> PayoutStage {
        let Some(account) = &self.account else { return PayoutStage::None };
        match (account.state, account.stripe_id.is_some()) {
            (AccountState::Closed, false) => PayoutStage::Refused,
            (AccountState::Closed, true) => PayoutStage::Closed,
            (_, false) => PayoutStage::Opening,
            (AccountState::Started, _) => PayoutStage::Asked,
            (AccountState::Pending, _) => PayoutStage::Pending,
            (AccountState::Ready, _) => PayoutStage::Ready,
            (AccountState::Restricted, _) => PayoutStage::Restricted,
        }
    }

    /// The value of `data-payouts`.
    fn word(&self) -> &'static str {
        match self.stage() {
            PayoutStage::None => "none",
            PayoutStage::Opening => "opening",
            PayoutStage::Asked => "started",
            PayoutStage::Pending => "pending",
            PayoutStage::Ready => "ready",
            PayoutStage::Restricted => "restricted",
            PayoutStage::Closed | PayoutStage::Refused => "closed",
        }
    }

    fn title(&self) -> &'static str {
        match self.stage() {
            PayoutStage::None => "Be paid by card",
            PayoutStage::Opening => "Stripe is opening your account",
            PayoutStage::Asked => "Stripe has questions for you",
            PayoutStage::Pending => "Stripe is checking what you entered",
            PayoutStage::Ready => "You can be paid by card",
            PayoutStage::Restricted => "Stripe cannot pay you at present",
            PayoutStage::Closed => "Your account at Stripe is closed",
            PayoutStage::Refused => "Stripe opens no account there",
        }
    }

    fn words(&self) -> &'static str {
        match self.stage() {
            PayoutStage::None | PayoutStage::Refused => {
                "Clients then pay when they book: their card is held until you accept, and the money \
                 is sent to you two days after the hour. Stripe, which handles the cards, asks who \
                 you are and where your bank account is. It takes about ten minutes."
            }
            PayoutStage::Opening => "This takes a moment. Look again in a minute.",
            PayoutStage::Asked => "Until they are answered, clients pay you directly.",
            PayoutStage::Pending => {
                "There is nothing to do; it can take some days. Until then clients pay you directly."
            }
            PayoutStage::Ready => {
                "Clients pay when they book. What is due is sent to you two days after the hour, and \
                 Stripe pays it out to your bank."
            }
            PayoutStage::Restricted => {
                "Bookings that stand stay, and what is due to you waits. Nobody can book a paid \
                 service with you until this is mended."
            }
            PayoutStage::Closed => {
                "Bookings that stand stay, and what is due to you waits until you set up payments \
                 again."
            }
        }
    }

    fn asks_country(&self) -> bool {
        matches!(self.stage(), PayoutStage::None | PayoutStage::Closed | PayoutStage::Refused)
    }

    fn can_go_on(&self) -> bool {
        matches!(self.stage(), PayoutStage::Asked | PayoutStage::Pending | PayoutStage::Restricted)
    }

    fn is_ready(&self) -> bool {
        self.stage() == PayoutStage::Ready
    }

    fn country_name(&self) -> &'static str {
        choices::country_name(&self.country)
    }

    fn countries(&self) -> Vec<(&'static str, &'static str)> {
        [("", "Choose a country")].into_iter().chain(choices::countries().iter().copied()).collect()
    }

    fn has_payout_failed(&self) -> bool {
        self.account.as_ref().is_some_and(|account| account.payout_failed_at.is_some())
    }

    /// What Stripe asks for, each thing once.
    fn asked_for(&self) -> Vec<&'static str> {
        let Some(account) = self.account.as_ref().filter(|_| self.can_go_on()) else {
            return vec![];
        };
        let mut words: Vec<&'static str> = vec![];
        for name in account.requirements.lines() {
            let word = requirement(name);
            if !words.contains(&word) {
                words.push(word);
            }
        }
        words
    }

    fn reason(&self) -> Option<&'static str> {
        let account = self.account.as_ref().filter(|_| self.can_go_on())?;
        // nothing is late of what was never answered, whatever Stripe calls it
        let is_new = |word: &&str| self.word() == "started" && *word == "requirements.past_due";
        account.disabled_reason.as_deref().filter(|word| !is_new(word)).map(reason)
    }
}

/// One of Stripe's names for what it asks, in words.
fn requirement(name: &str) -> &'static str {
    let is_of_company = ["company.", "representative.", "owners.", "directors.", "person_"];
    let is_of_people = ["individual.verification", "individual.id_number", "individual.ssn"];
    match name {
        "external_account" => "Your bank account",
        "business_type" => "Whether you work alone or as a company",
        name if name.starts_with("tos_acceptance") => "Your consent to Stripe’s terms",
        name if name.starts_with("business_profile") => "What you do",
        name if name.starts_with("individual.dob") => "Your date of birth",
        name if name.starts_with("individual.address") => "Your address",
        name if is_of_people.iter().any(|start| name.starts_with(start)) => {
            "A document or number that shows who you are"
        }
        name if name.starts_with("individual.") => "Your name and how to reach you",
        name if is_of_company.iter().any(|start| name.starts_with(start)) => {
            "Your company and the people who run it"
        }
        _ => "Some more details",
    }
}

fn reason(word: &str) -> &'static str {
    match word {
        "requirements.past_due" => "Something that it asked for is overdue.",
        "requirements.pending_verification" | "under_review" | "listed" => {
            "It is still checking what it was told."
        }
        word if word.starts_with("rejected") => "It has turned the account down.",
        "action_required.requested_capabilities" => "It needs a decision of yours.",
        _ => "It has not said why.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_stripes_becomes_words_and_a_new_one_is_no_riddle() {
        assert_eq!(requirement("external_account"), "Your bank account");
        assert_eq!(requirement("individual.dob.day"), "Your date of birth");
        assert_eq!(requirement("person_1A2b.first_name"), "Your company and the people who run it");
        assert_eq!(requirement("something.new"), "Some more details");
        assert_eq!(reason("rejected.fraud"), "It has turned the account down.");
        assert_eq!(reason("new"), "It has not said why.");
    }
}
