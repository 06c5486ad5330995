//! Where a request comes from, as far as that can be believed.

use std::future::{Ready, ready};
use std::net::IpAddr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web::Data};

use super::guard::Public;
use crate::config::Proxies;

/// The visitor's address. A forwarded one counts only when a trusted proxy passed it on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client {
    pub address: IpAddr,
}

impl Client {
    pub fn of(request: &HttpRequest) -> Self {
        let peer = request.peer_addr().map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip());
        let forwarded = request.headers().get("x-forwarded-for").and_then(|v| v.to_str().ok());
        let address = match request.app_data::<Data<Public>>() {
            Some(public) => believed(peer, forwarded, &public.trusted_proxies),
            None => peer,
        };
        Self { address: address.to_canonical() }
    }

    /// The network that shares one limit: /24 or /64.
    pub fn network(self) -> String {
        match self.address {
            IpAddr::V4(v4) => {
                let [a, b, c, _] = v4.octets();
                format!("{a}.{b}.{c}.0/24")
            }
            IpAddr::V6(v6) => {
                let [a, b, c, d, ..] = v6.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        }
    }
}

/// Walks the chain from our side and stops at the first address that is not a trusted proxy.
fn believed(peer: IpAddr, forwarded: Option<&str>, trusted: &Proxies) -> IpAddr {
    let mut address = peer;
    for hop in forwarded.unwrap_or("").rsplit(',') {
        if !trusted.contains(address) {
            break;
        }
        match hop.trim().parse() {
            Ok(earlier) => address = earlier,
            Err(_) => break,
        }
    }
    address
}

impl FromRequest for Client {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forwarded_address_counts_only_from_a_trusted_proxy() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let (proxy, stranger) = (ip("10.0.0.1"), ip("203.0.113.9"));
        let trusted = Proxies::parse("10.0.0.0/8").unwrap();
        assert_eq!(believed(stranger, Some("1.2.3.4"), &trusted), stranger);
        assert_eq!(believed(proxy, Some("6.6.6.6, 203.0.113.9"), &trusted), stranger);
        assert_eq!(believed(proxy, Some("6.6.6.6, 203.0.113.9, 10.9.9.9"), &trusted), stranger);
        assert_eq!(believed(proxy, Some("nonsense"), &trusted), proxy);
        assert_eq!(Client { address: ip("2001:db8:1:2:3::4") }.network(), "2001:db8:1:2::/64");
    }
}
