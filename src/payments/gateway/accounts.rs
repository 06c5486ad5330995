//! What is asked of Stripe about the accounts of accountants. An account is an operation like any
//! other; links into Stripe's pages are not: each is made for one click, used once and kept nowhere.

use std::collections::HashMap;

use stripe_client_core::StripeRequest;
use stripe_connect::account::{
    CreateAccount, CreateAccountCapabilities, CreateAccountCapabilitiesTransfers,
    CreateAccountController, CreateAccountControllerFees, CreateAccountControllerFeesPayer,
    CreateAccountControllerLosses, CreateAccountControllerLossesPayments,
    CreateAccountControllerRequirementCollection, CreateAccountControllerStripeDashboard,
    CreateAccountControllerStripeDashboardType,
};
use stripe_connect::account_link::{
    CreateAccountLink, CreateAccountLinkCollectionOptions,
    CreateAccountLinkCollectionOptionsFields, CreateAccountLinkType,
};
use stripe_connect::login_link::CreateAccountLoginLink;

use super::requests::Request;

/// An account that can be sent money, and that Stripe asks about itself. The platform bears fees and
/// losses, as it charges the cards.
pub fn create_account(row: &str, country: &str) -> Request {
    let controller = CreateAccountController {
        fees: Some(CreateAccountControllerFees {
            payer: Some(CreateAccountControllerFeesPayer::Application),
        }),
        losses: Some(CreateAccountControllerLosses {
            payments: Some(CreateAccountControllerLossesPayments::Application),
        }),
        requirement_collection: Some(CreateAccountControllerRequirementCollection::Stripe),
        stripe_dashboard: Some(CreateAccountControllerStripeDashboard {
            type_: Some(CreateAccountControllerStripeDashboardType::Express),
        }),
    };
    let capabilities = CreateAccountCapabilities {
        transfers: Some(CreateAccountCapabilitiesTransfers { requested: Some(true) }),
        ..CreateAccountCapabilities::new()
    };
    CreateAccount::new()
        .country(country)
        .controller(controller)
        .capabilities(capabilities)
        .metadata(HashMap::from([("footing".to_owned(), row.to_owned())]))
        .build()
        .into()
}

/// A link to the pages on which Stripe asks its questions, and back to ours.
pub fn onboarding_link(account: &str, back: &str) -> Request {
    let options = CreateAccountLinkCollectionOptions {
        fields: Some(CreateAccountLinkCollectionOptionsFields::EventuallyDue),
        ..CreateAccountLinkCollectionOptions::new()
    };
    CreateAccountLink::new(account, CreateAccountLinkType::AccountOnboarding)
        .collection_options(options)
        .refresh_url(back)
        .return_url(back)
        .build()
        .into()
}

/// A link to an accountant's own pages at Stripe.
pub fn dashboard_link(account: &str) -> Request {
    CreateAccountLoginLink::new(account).build().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_asked_for_transfers_alone_and_names_nobody() {
        let request = create_account("0ACCOUNT00001", "GB");
        assert_eq!(request.path, "/accounts");
        let mut parts: Vec<&str> = request.body.split('&').collect();
        parts.sort_unstable();
        let expected = [
            "capabilities[transfers][requested]=true",
            "controller[fees][payer]=application",
            "controller[losses][payments]=application",
            "controller[requirement_collection]=stripe",
            "controller[stripe_dashboard][type]=express",
            "country=GB",
            "metadata[footing]=0ACCOUNT00001",
        ];
        assert_eq!(parts, expected);
        assert_eq!(dashboard_link("acct_1").path, "/accounts/acct_1/login_links");
        let link = onboarding_link("acct_1", "https://footing.example/practice/payouts");
        assert!(link.body.contains("collection_options[fields]=eventually_due"), "{}", link.body);
    }
}
