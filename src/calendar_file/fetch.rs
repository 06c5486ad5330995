//! A calendar from an address that a person typed in, without becoming their way into our network.
//!
//! The name is resolved once, every answer is checked, and the connection goes to those answers and
//! no others: the client has no resolver but the list. A name whose answer changes afterwards
//! changes nothing.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Url, header, redirect};

use super::address::is_public;
use super::lines::MAX_BYTES;

mod room;

pub use room::Fetched;
use room::{Body, MemoryRoom, ROOM, Watch};

const PORT: u16 = 443;
const TOTAL: Duration = Duration::from_secs(5);
const MAX_ADDRESS: usize = 2_000;

/// Why a calendar was not fetched, in words for its owner. None of them says what our network holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FetchRefusal {
    #[error("Use a full address that begins with https://.")]
    NotHttps,
    #[error("Use an address without a port, a user name or a password.")]
    NotPlain,
    #[error("We found no site with that name. Check the address.")]
    Unknown,
    #[error("We only fetch calendars from public sites.")]
    NotPublic,
    #[error("That address forwards to another one. Use the one where it ends.")]
    Forwards,
    #[error("That site answered with code {0} instead of a calendar. Check the address.")]
    Answered(u16),
    #[error("That calendar is larger than 10 MB.")]
    TooLarge,
    #[error("That site took longer than 5 seconds.")]
    TooSlow,
    #[error("Too many large calendars were being read at that moment.")]
    Crowded,
    #[error("We could not connect to that site, or the connection broke.")]
    Broken,
}

#[cfg(feature = "test-clock")]
type Sites = std::collections::HashMap<String, Result<Vec<u8>, FetchRefusal>>;

/// Where addresses lead. A test answers for sites that it makes up; no released build can.
#[derive(Clone, Default)]
pub enum Internet {
    #[default]
    Real,
    /// These addresses are made up. The others lead where they always do.
    #[cfg(feature = "test-clock")]
    MadeUp(Arc<std::sync::Mutex<Sites>>),
    /// Every address leads to a server of the test, without https.
    #[cfg(feature = "test-clock")]
    StandIn(SocketAddr),
}

impl Internet {
    /// What is at an address, at most 10 MB within 5 seconds.
    pub async fn get(&self, url: &str) -> Result<Fetched, FetchRefusal> {
        match self {
            Self::Real => get(url).await,
            #[cfg(feature = "test-clock")]
            Self::MadeUp(sites) => {
                let sites = sites.lock().map(|sites| sites.get(url).cloned());
                match sites.unwrap_or_default() {
                    Some(answer) => checked(url).and(answer).map(Fetched::from),
                    None => get(url).await,
                }
            }
            #[cfg(feature = "test-clock")]
            Self::StandIn(server) => stand_in(url, *server).await,
        }
    }
}

#[cfg(feature = "test-clock")]
async fn stand_in(url: &str, server: SocketAddr) -> Result<Fetched, FetchRefusal> {
    let asked = checked(url)?;
    let url = Url::parse(&format!("http://{server}{}", asked.path()))
        .map_err(|_| FetchRefusal::Broken)?;
    let target = CheckedAddress { url, addresses: vec![server] };
    download(&target, &mut Watch::start(TOTAL), &ROOM).await
}

/// The site's name in an address: the part that may be shown and logged.
pub fn host(url: &str) -> Result<String, FetchRefusal> {
    checked(url)?.host_str().map(str::to_owned).ok_or(FetchRefusal::NotHttps)
}

async fn get(url: &str) -> Result<Fetched, FetchRefusal> {
    let mut watch = Watch::start(TOTAL);
    let target = watch.run(resolve(url)).await?;
    download(&target, &mut watch, &ROOM).await
}

/// A checked place: the only addresses the client may connect to.
#[derive(Debug)]
struct CheckedAddress {
    url: Url,
    addresses: Vec<SocketAddr>,
}

async fn resolve(url: &str) -> Result<CheckedAddress, FetchRefusal> {
    let url = checked(url)?;
    let host = url.host_str().ok_or(FetchRefusal::NotHttps)?;
    let literal: Result<IpAddr, _> = host.trim_matches(['[', ']']).parse();
    let addresses: Vec<SocketAddr> = match literal {
        Ok(address) => vec![SocketAddr::new(address, PORT)],
        Err(_) => {
            let answers = tokio::net::lookup_host((host, PORT)).await;
            answers.map_err(|_| FetchRefusal::Unknown)?.collect()
        }
    };
    let addresses = all_public(addresses)?;
    Ok(CheckedAddress { url, addresses })
}

/// What can be known of an address before its name is resolved.
fn checked(url: &str) -> Result<Url, FetchRefusal> {
    if url.len() > MAX_ADDRESS {
        return Err(FetchRefusal::NotHttps);
    }
    let url = Url::parse(url.trim()).map_err(|_| FetchRefusal::NotHttps)?;
    if url.scheme() != "https" {
        return Err(FetchRefusal::NotHttps);
    }
    let is_plain = url.username().is_empty() && url.password().is_none();
    if !is_plain || url.port_or_known_default() != Some(PORT) {
        return Err(FetchRefusal::NotPlain);
    }
    Ok(url)
}

/// One private answer among public ones is refused as well: such a name is a trap.
fn all_public(answers: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, FetchRefusal> {
    if answers.is_empty() {
        return Err(FetchRefusal::Unknown);
    }
    let is_public = answers.iter().all(|answer| is_public(answer.ip()));
    if is_public { Ok(answers) } else { Err(FetchRefusal::NotPublic) }
}

/// A resolver that knows one answer to everything.
struct FixedResolver(Vec<SocketAddr>);

impl Resolve for FixedResolver {
    fn resolve(&self, _: Name) -> Resolving {
        let addresses: Addrs = Box::new(self.0.clone().into_iter());
        Box::pin(std::future::ready(Ok(addresses)))
    }
}

fn client(target: &CheckedAddress) -> Result<Client, FetchRefusal> {
    let roots = rustls::RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| FetchRefusal::Broken)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Client::builder()
        .tls_backend_preconfigured(tls)
        .dns_resolver(Arc::new(FixedResolver(target.addresses.clone())))
        .redirect(redirect::Policy::none())
        .no_proxy()
        .referer(false)
        .user_agent("Footing")
        .build()
        .map_err(|_| FetchRefusal::Broken)
}

/// Knows nothing of https, so that a test can serve it; only [`resolve`] makes a target otherwise.
async fn download(
    target: &CheckedAddress,
    watch: &mut Watch,
    room: &'static MemoryRoom,
) -> Result<Fetched, FetchRefusal> {
    let request = client(target)?.get(target.url.clone()).header(header::ACCEPT, "text/calendar");
    let broken = |_| FetchRefusal::Broken;
    let mut answer = watch.run(async { request.send().await.map_err(broken) }).await?;
    match answer.status() {
        status if status.is_redirection() => return Err(FetchRefusal::Forwards),
        status if status != 200 => return Err(FetchRefusal::Answered(status.as_u16())),
        _ => {}
    }
    let mut body = Body::new(room);
    while let Some(part) = watch.run(async { answer.chunk().await.map_err(broken) }).await? {
        body.take(&part, MAX_BYTES, watch).await?;
    }
    Ok(body.whole())
}

#[cfg(test)]
mod tests;
