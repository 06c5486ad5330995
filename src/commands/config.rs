//! `footing config`: each setting and where it came from, secrets masked.

use clap::parser::ValueSource;

use super::{Failure, Outcome, say};
use crate::config::{CURRENCIES, Config, Folder, Settings, not_ours};

/// A setting: its flag, its variable and its value.
type SettingRow = (&'static str, &'static str, String);

pub fn run(settings: &Settings, matches: &clap::ArgMatches) -> Outcome {
    let config = Config::new(settings, Folder::Untouched).map_err(Failure::usage)?;
    let origins: Vec<&str> = config.origins.iter().map(|origin| origin.url.as_str()).collect();
    let rows = [
        ("listen", "FOOTING_LISTEN", config.listen.to_string()),
        ("public_url", "FOOTING_PUBLIC_URL", origins.join(",")),
        ("data", "FOOTING_DATA", config.data.display().to_string()),
        ("database_url", "DATABASE_URL", without_password(&config.database_url)),
        ("redis_url", "REDIS_URL", without_password(config.redis_url.as_deref().unwrap_or(""))),
        ("blobs_url", "BLOBS_URL", format!("file:{}", config.blobs.display())),
        ("mail_url", "MAIL_URL", without_password(&config.mail_url)),
        ("mail_from", "MAIL_FROM", config.mail_from.clone()),
        ("secret", "FOOTING_SECRET", "(hidden)".to_owned()),
        ("vapid_subject", "VAPID_SUBJECT", config.vapid_subject.clone().unwrap_or_default()),
        ("trusted_proxies", "FOOTING_TRUSTED_PROXIES", config.trusted_proxies.to_string()),
        ("workers", "FOOTING_WORKERS", config.workers.to_string()),
        ("log", "FOOTING_LOG", config.log.clone()),
    ];
    for (id, variable, value) in rows.into_iter().chain(of_money(&config)) {
        let file = match id {
            "database_url" => matches.value_source("database_url_file"),
            "mail_url" => matches.value_source("mail_url_file"),
            "stripe_secret_key" => matches.value_source("stripe_secret_key_file"),
            "stripe_webhook_secrets" => matches.value_source("stripe_webhook_secrets_file"),
            "secret" => matches.value_source("secret_file"),
            _ => None,
        };
        let from = match (matches.value_source(id), file) {
            (Some(ValueSource::CommandLine), _) => "flag",
            (Some(ValueSource::EnvVariable), _) => "variable",
            (_, Some(ValueSource::CommandLine | ValueSource::EnvVariable)) => "file",
            _ => "default",
        };
        say(&format!("{variable:24} {value:45} {from}"));
    }
    match settings.data.is_dir() {
        true => Ok(()),
        false => Err(Failure::usage(not_ours(settings))),
    }
}

/// Payments by card, and who runs the site.
fn of_money(config: &Config) -> [SettingRow; 11] {
    let stripe = config.stripe.as_ref();
    let shown = |value: &Option<String>| value.clone().unwrap_or_default();
    let hidden = |is_set: bool| if is_set { "(hidden)".to_owned() } else { String::new() };
    let bps =
        |value: Option<u16>, default: &str| value.map_or(default.to_owned(), |bps| bps.to_string());
    [
        ("stripe_secret_key", "STRIPE_SECRET_KEY", hidden(stripe.is_some())),
        ("stripe_webhook_secrets", "STRIPE_WEBHOOK_SECRETS", hidden(stripe.is_some())),
        ("stripe_api_base", "STRIPE_API_BASE", shown(&stripe.and_then(|of| of.api_base.clone()))),
        ("commission_bps", "COMMISSION_BPS", bps(stripe.map(|of| of.commission_bps), "500")),
        (
            "commission_vat_bps",
            "COMMISSION_VAT_BPS",
            bps(stripe.map(|of| of.commission_vat_bps), "0"),
        ),
        (
            "payment_currencies",
            "PAYMENT_CURRENCIES",
            stripe.map_or(CURRENCIES.join(","), |of| of.currencies.join(",")),
        ),
        (
            "payments_required",
            "PAYMENTS_REQUIRED",
            stripe.is_some_and(|of| of.is_required).to_string(),
        ),
        ("operator_name", "FOOTING_OPERATOR_NAME", shown(&config.operator.name)),
        ("operator_address", "FOOTING_OPERATOR_ADDRESS", shown(&config.operator.address)),
        ("operator_vat_id", "FOOTING_OPERATOR_VAT_ID", shown(&config.operator.vat_id)),
        ("operator_contact", "FOOTING_OPERATOR_CONTACT", shown(&config.operator.contact)),
    ]
}

/// `postgres://user:…@host` with the password left out.
fn without_password(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((before, host))) if before.contains(':') => {
            let user = before.trim_start_matches(scheme).trim_start_matches("://");
            let user = user.split(':').next().unwrap_or("");
            format!("{scheme}://{user}:(hidden)@{host}")
        }
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_printed() {
        let shown = without_password("postgres://footing:s3cret@db/footing");
        assert_eq!(shown, "postgres://footing:(hidden)@db/footing");
        assert_eq!(without_password("sqlite:data/footing.db"), "sqlite:data/footing.db");
    }
}
