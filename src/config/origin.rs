//! The addresses that people use.

/// `https://host:port` as a browser writes it in `Origin`, and its host as in `Host`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    pub url: String,
    pub host: String,
}

impl Origin {
    /// Plain http is for loopback addresses only: session cookies are `Secure`.
    pub fn parse(url: &str) -> Result<Self, String> {
        let url = url.trim().trim_end_matches('/').to_ascii_lowercase();
        let (scheme, host) = url.split_once("://").ok_or(format!("{url} is no URL"))?;
        let origin = Self { host: host.to_owned(), url: url.clone() };
        match scheme {
            _ if host.is_empty() || host.contains(['/', '@', '?', '#']) => {
                Err(format!("{url} must be a scheme and a host, nothing more"))
            }
            "https" => Ok(origin),
            "http" if origin.is_loopback() => Ok(origin),
            "http" => Err(format!("{url}: plain http is served on loopback addresses only")),
            _ => Err(format!("{url} must begin with https://")),
        }
    }

    /// The host without its port.
    pub fn name(&self) -> &str {
        let with_port = self.host.rsplit_once(':').filter(|(_, port)| is_port(port));
        with_port.map_or(self.host.as_str(), |(name, _)| name)
    }

    /// Whether it names this machine and cannot name another.
    pub fn is_loopback(&self) -> bool {
        super::is_this_machine(self.name())
    }
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_loopback_addresses_only() {
        assert!(Origin::parse("http://127.0.0.1:8080").is_ok());
        assert!(Origin::parse("http://[::1]:8080/").is_ok());
        assert_eq!(Origin::parse("https://footing.example").unwrap().host, "footing.example");
        for bad in ["http://footing.example", "ftp://x", "footing.example", "https://a/b"] {
            assert!(Origin::parse(bad).is_err(), "{bad} was accepted");
        }
    }

    #[test]
    fn only_localhost_itself_and_loopback_addresses_are_this_machine() {
        let is_loopback = |url: &str| Origin::parse(url).unwrap().is_loopback();
        assert!(is_loopback("https://localhost:8443") && is_loopback("https://127.0.0.1"));
        assert!(!is_loopback("https://localhost.footing.example"));
        assert!(!is_loopback("https://localhosts"));
        assert!(!is_loopback("https://127.0.0.1.footing.example"));
    }
}
