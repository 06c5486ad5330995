//! What may be said of the servers that Footing leans on: mail, database, Redis, proxies.

use std::net::IpAddr;

use ipnet::IpNet;
use reqwest::Url;

/// Proxies whose forwarded addresses are believed: single ones and whole networks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    pub fn parse(list: &str) -> Result<Self, String> {
        let given = list.split(',').map(str::trim).filter(|part| !part.is_empty());
        let read = |part: &str| {
            let network = part.parse().or_else(|_| part.parse::<IpAddr>().map(IpNet::from));
            network.map_err(|_| format!("{part} is no address or network of a proxy"))
        };
        Ok(Self(given.map(read).collect::<Result<_, _>>()?))
    }

    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl std::fmt::Display for Proxies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let written: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&written.join(","))
    }
}

/// A mail server's address as lettre reads it. STARTTLS is required but on this machine and where
/// `?tls=none` gives it up.
pub(super) fn mail_url(given: String) -> Result<String, String> {
    const SHAPE: &str = "MAIL_URL must begin with smtp://, smtps:// or file:";
    if given.starts_with("file:") {
        return Ok(given);
    }
    let mut url = Url::parse(&given).map_err(|_| SHAPE)?;
    if !matches!(url.scheme(), "smtp" | "smtps") || url.host_str().is_none() {
        return Err(SHAPE.into());
    }
    let tls = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.to_string());
    let is_near = url.host_str().is_some_and(super::is_this_machine);
    match (url.scheme(), tls.as_deref()) {
        ("smtps", _) | (_, Some("required")) => {}
        (_, Some("none")) => url.set_query(None),
        (_, Some(_)) => return Err("MAIL_URL: tls is required or none".into()),
        (_, None) if is_near => {}
        (_, None) => url.set_query(Some("tls=required")),
    }
    Ok(url.into())
}

/// Refuses what this build cannot do.
pub(super) fn database_url(given: &str) -> Result<(), String> {
    let asks_tls = sslmode(given)
        .is_some_and(|mode| matches!(mode.as_str(), "require" | "verify-ca" | "verify-full"));
    if asks_tls && !cfg!(feature = "postgres-tls") {
        return Err("DATABASE_URL asks for TLS: build Footing with --features postgres-tls".into());
    }
    Ok(())
}

/// Whether what goes to this PostgreSQL passes over a network in the clear, as nobody said how.
pub fn is_in_the_clear(database_url: &str) -> bool {
    // a socket in a folder is written as a host whose slashes are escaped
    let is_near = |host: &str| super::is_this_machine(host) || host.starts_with('%');
    let is_far =
        Url::parse(database_url).is_ok_and(|url| url.host_str().is_some_and(|host| !is_near(host)));
    let is_server = database_url.starts_with("postgres");
    is_server && is_far && sslmode(database_url).is_none()
}

fn sslmode(database_url: &str) -> Option<String> {
    let url = Url::parse(database_url).ok()?;
    let mode = url.query_pairs().find(|(name, _)| name == "sslmode");
    mode.map(|(_, value)| value.to_string())
}

pub(super) fn redis_url(given: &str) -> Result<(), String> {
    match given.starts_with("redis://") || given.starts_with("rediss://") {
        true => Ok(()),
        false => Err("REDIS_URL must begin with redis:// or rediss://".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_addresses_and_networks() {
        let proxies = Proxies::parse("10.0.0.1, 192.168.0.0/16,2001:db8::/32").unwrap();
        let is_one = |text: &str| proxies.contains(text.parse().unwrap());
        assert!(is_one("10.0.0.1") && is_one("192.168.3.4") && is_one("2001:db8::9"));
        assert!(is_one("::ffff:10.0.0.1"), "the same address as a socket of both kinds shows it");
        assert!(!is_one("10.0.0.2") && !is_one("2001:db9::1"));
        assert!(Proxies::parse("10.0.0.0/33").is_err() && Proxies::parse("proxy").is_err());
    }

    #[test]
    fn mail_to_another_host_needs_tls_unless_it_is_given_up() {
        let url = |given: &str| mail_url(given.to_owned()).unwrap();
        assert_eq!(url("smtp://u:p@mail.example:587"), "smtp://u:p@mail.example:587?tls=required");
        assert_eq!(url("smtp://mail.example?tls=none"), "smtp://mail.example");
        assert_eq!(url("smtp://127.0.0.1:25"), "smtp://127.0.0.1:25");
        assert_eq!(url("smtps://mail.example"), "smtps://mail.example");
        for bad in ["http://mail.example", "smtp://", "nonsense", "smtp://m.example?tls=maybe"] {
            assert!(mail_url(bad.to_owned()).is_err(), "{bad} was accepted");
        }
    }

    #[test]
    fn a_database_elsewhere_without_a_word_about_tls_is_in_the_clear() {
        assert!(is_in_the_clear("postgres://u@db.example/footing"));
        assert!(!is_in_the_clear("postgres://u@db.example/footing?sslmode=disable"));
        assert!(!is_in_the_clear("postgres://u@127.0.0.1/footing"));
        assert!(!is_in_the_clear("postgres://%2Fvar%2Frun/footing"));
        assert!(!is_in_the_clear("sqlite:footing.db"));
    }
}
