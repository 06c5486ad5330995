//! Settings of payments: whole, or the start ends and says which variable is wrong.

use crate::commands::{footing, said};

/// What a start without a site says of these variables: its status and its words.
fn settled(variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = footing(folder.path(), &["payments", "check"]);
    let output = command.envs(variables.iter().copied()).output().unwrap();
    (output.status.code(), said(&output))
}

#[test]
fn half_of_the_settings_of_payments_end_the_start_and_are_named_without_their_value() {
    let key = ("STRIPE_SECRET_KEY", "sk_test_hush4242");
    let live = ("STRIPE_SECRET_KEY", "rk_live_hush4242");
    let hook = ("STRIPE_WEBHOOK_SECRETS", "whsec_hush4242");
    let https = ("FOOTING_PUBLIC_URL", "https://footing.example");
    let name = ("FOOTING_OPERATOR_NAME", "Footing Ltd");
    let place = ("FOOTING_OPERATOR_ADDRESS", "1 High Street, Leeds");
    for (variables, named) in [
        (vec![key], "STRIPE_WEBHOOK_SECRETS"),
        (vec![hook], "STRIPE_SECRET_KEY"),
        (vec![("STRIPE_API_BASE", "https://hush4242.example")], "STRIPE_SECRET_KEY"),
        (vec![("STRIPE_SECRET_KEY", "pk_test_hush4242"), hook], "STRIPE_SECRET_KEY"),
        (vec![("STRIPE_SECRET_KEY", "sk_hush4242"), hook], "STRIPE_SECRET_KEY"),
        (vec![key, ("STRIPE_WEBHOOK_SECRETS", "hush4242")], "STRIPE_WEBHOOK_SECRETS"),
        (vec![key, ("STRIPE_WEBHOOK_SECRETS", "whsec_hush4242,")], "STRIPE_WEBHOOK_SECRETS"),
        (vec![key, hook, ("STRIPE_API_BASE", "http://hush4242.example")], "STRIPE_API_BASE"),
        (vec![key, hook, ("STRIPE_API_BASE", "https://a.example/hush4242")], "STRIPE_API_BASE"),
        (vec![key, hook, ("COMMISSION_BPS", "10001")], "COMMISSION_BPS"),
        (vec![("COMMISSION_BPS", "5%")], "COMMISSION_BPS"),
        (vec![key, hook, ("COMMISSION_VAT_BPS", "-1")], "COMMISSION_VAT_BPS"),
        (vec![key, hook, ("PAYMENT_CURRENCIES", "EUR,PLN")], "PAYMENT_CURRENCIES"),
        (vec![key, hook, ("PAYMENTS_REQUIRED", "yes")], "PAYMENTS_REQUIRED"),
        (vec![("FOOTING_OPERATOR_CONTACT", "ring us")], "FOOTING_OPERATOR_CONTACT"),
        (vec![live, hook, name, place], "FOOTING_PUBLIC_URL"),
        (vec![live, hook, https, place], "FOOTING_OPERATOR_NAME"),
        (vec![live, hook, https, name], "FOOTING_OPERATOR_ADDRESS"),
        (
            vec![live, hook, https, name, place, ("STRIPE_API_BASE", "https://a.example")],
            "STRIPE_API_BASE",
        ),
    ] {
        let (status, words) = settled(&variables);
        assert_eq!(status, Some(2), "{variables:?}: {words}");
        assert!(words.contains(named), "{variables:?}: {words}");
        assert!(!words.contains("hush4242"), "{words}");
    }
    // these are whole: what is missing is only the site
    for variables in [
        vec![key, hook, ("STRIPE_API_BASE", "http://127.0.0.1:9")],
        vec![live, ("STRIPE_WEBHOOK_SECRETS", "whsec_a, whsec_b"), https, name, place],
        vec![("STRIPE_SECRET_KEY", ""), ("STRIPE_WEBHOOK_SECRETS", " ")],
    ] {
        let (_, words) = settled(&variables);
        assert!(words.contains("there is no site"), "{variables:?}: {words}");
    }
}
