//! The settings of payments by card. None of them set, and people pay each other directly; half of
//! them, and the program does not start. No error repeats a value: two of them are secrets.

use reqwest::Url;

use super::secret::given;
use super::{Operator, Origin, Settings, is_this_machine};

/// What can be paid online, by ISO 4217, unless the operator allows less.
pub const CURRENCIES: [&str; 5] = ["EUR", "USD", "GBP", "CHF", "JPY"];

/// What is needed to take payments. Has no `Debug`: it holds secrets.
#[derive(Clone)]
pub struct StripeSettings {
    pub key: String,
    /// Of the endpoints that Stripe signs its notices for, older ones included while they change.
    pub webhook_secrets: Vec<String>,
    /// None is Stripe itself.
    pub api_base: Option<String>,
    /// What Footing keeps of a price, in hundredths of a percent.
    pub commission_bps: u16,
    /// The VAT contained in that, in hundredths of a percent.
    pub commission_vat_bps: u16,
    pub currencies: Vec<&'static str>,
    /// Whether a paid service of somebody who cannot be paid yet is not bookable.
    pub is_required: bool,
}

impl StripeSettings {
    /// None without a key.
    pub(super) fn read(
        settings: &Settings,
        origins: &[Origin],
        operator: &Operator,
    ) -> Result<Option<Self>, String> {
        let key = given(
            "STRIPE_SECRET_KEY",
            set(settings.stripe_secret_key.as_ref()),
            settings.stripe_secret_key_file.as_deref(),
        )?;
        let secrets = given(
            "STRIPE_WEBHOOK_SECRETS",
            set(settings.stripe_webhook_secrets.as_ref()),
            settings.stripe_webhook_secrets_file.as_deref(),
        )?;
        let base = set(settings.stripe_api_base.as_ref());
        // the others are checked even where nothing needs them yet
        let commission_bps = bps("COMMISSION_BPS", settings.commission_bps.as_ref(), 500)?;
        let commission_vat_bps =
            bps("COMMISSION_VAT_BPS", settings.commission_vat_bps.as_ref(), 0)?;
        let currencies = currencies(set(settings.payment_currencies.as_ref()))?;
        let is_required = yes_or_no("PAYMENTS_REQUIRED", settings.payments_required.as_ref())?;
        let Some(key) = key else {
            let without = [
                ("STRIPE_WEBHOOK_SECRETS", secrets.is_some()),
                ("STRIPE_API_BASE", base.is_some()),
            ];
            return match without.iter().find(|(_, is_set)| *is_set) {
                Some((name, _)) => Err(format!("{name} is set without STRIPE_SECRET_KEY")),
                None => Ok(None),
            };
        };
        let is_live = read_mode(&key)?;
        let webhook_secrets = webhook_secrets(secrets.as_deref())?;
        let api_base = base.map(|base| api_base(base, is_live)).transpose()?;
        if is_live {
            fit_for_money(origins, operator)?;
        }
        Ok(Some(Self {
            key,
            webhook_secrets,
            api_base,
            commission_bps,
            commission_vat_bps,
            currencies,
            is_required,
        }))
    }

    pub fn is_live(&self) -> bool {
        read_mode(&self.key).unwrap_or(false)
    }
}

/// A variable that is there and empty was not set.
fn set(value: Option<&String>) -> Option<&str> {
    value.map(|value| value.trim()).filter(|value| !value.is_empty())
}

/// Whether a key is for real money and not for tests.
fn read_mode(key: &str) -> Result<bool, String> {
    const SHAPE: &str =
        "STRIPE_SECRET_KEY must begin with sk_test_, sk_live_, rk_test_ or rk_live_";
    let rest = key.strip_prefix("sk_").or_else(|| key.strip_prefix("rk_")).ok_or(SHAPE)?;
    let (is_live, own) = match (rest.strip_prefix("live_"), rest.strip_prefix("test_")) {
        (Some(own), _) => (true, own),
        (_, Some(own)) => (false, own),
        _ => return Err(SHAPE.into()),
    };
    let is_fine = !own.is_empty() && own.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_fine { Ok(is_live) } else { Err(SHAPE.into()) }
}

fn webhook_secrets(given: Option<&str>) -> Result<Vec<String>, String> {
    let given = given.ok_or("STRIPE_WEBHOOK_SECRETS is needed beside STRIPE_SECRET_KEY")?;
    let all: Vec<String> = given.split(',').map(|one| one.trim().to_owned()).collect();
    let is_fine = |one: &String| one.strip_prefix("whsec_").is_some_and(|rest| !rest.is_empty());
    match (1..=8).contains(&all.len()) && all.iter().all(is_fine) {
        true => Ok(all),
        false => Err("STRIPE_WEBHOOK_SECRETS must be 1 to 8 words that begin with whsec_, \
                      separated by commas"
            .into()),
    }
}

fn api_base(base: &str, is_live: bool) -> Result<String, String> {
    const SHAPE: &str = "STRIPE_API_BASE must be an address with https, or with http on this machine, without a path";
    if is_live {
        return Err("STRIPE_API_BASE cannot be set beside a live key".into());
    }
    let url = Url::parse(base).map_err(|_| SHAPE)?;
    let host = url.host_str().ok_or(SHAPE)?;
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_this_machine(host));
    let is_bare = url.path() == "/" && url.query().is_none() && url.username().is_empty();
    match is_safe && is_bare {
        true => Ok(url.as_str().trim_end_matches('/').to_owned()),
        false => Err(SHAPE.into()),
    }
}

fn bps(name: &str, value: Option<&String>, default: u16) -> Result<u16, String> {
    let Some(value) = set(value) else { return Ok(default) };
    let read = value.parse::<u16>().ok().filter(|bps| *bps <= 10_000);
    read.ok_or_else(|| format!("{name} must be a whole number from 0 to 10000"))
}

fn currencies(list: Option<&str>) -> Result<Vec<&'static str>, String> {
    let Some(list) = list else { return Ok(CURRENCIES.to_vec()) };
    let words: Vec<&str> =
        list.split([',', ' ']).map(str::trim).filter(|word| !word.is_empty()).collect();
    let is_unknown = |word: &&str| !CURRENCIES.contains(word);
    if words.is_empty() || words.iter().any(is_unknown) {
        return Err(format!("PAYMENT_CURRENCIES can name {}", CURRENCIES.join(", ")));
    }
    Ok(CURRENCIES.into_iter().filter(|known| words.contains(known)).collect())
}

fn yes_or_no(name: &str, value: Option<&String>) -> Result<bool, String> {
    match set(value) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(format!("{name} must be true or false")),
    }
}

/// Real money is taken only by somebody who says who they are, over addresses nobody listens to.
fn fit_for_money(origins: &[Origin], operator: &Operator) -> Result<(), String> {
    if origins.iter().any(|origin| !origin.url.starts_with("https://")) {
        return Err("FOOTING_PUBLIC_URL must be https beside a live STRIPE_SECRET_KEY".into());
    }
    let needed = [
        ("FOOTING_OPERATOR_NAME", &operator.name),
        ("FOOTING_OPERATOR_ADDRESS", &operator.address),
    ];
    match needed.iter().find(|(_, value)| value.is_none()) {
        Some((name, _)) => Err(format!("{name} is needed beside a live STRIPE_SECRET_KEY")),
        None => Ok(()),
    }
}
