//! A proxy in front that the settings do not name: every visitor then looks like that one address, and
//! limits by network would stop them all together. The first forwarded request says so, in the log and
//! to `footing doctor`.

use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::dev::ServiceRequest;
use actix_web::web::Data;

use crate::config::Proxies;
use crate::db::{Db, KeptValue};
use crate::error::Result;

const SEEN: KeptValue = KeptValue("proxy.unnamed");

/// Whether this process has said it.
#[derive(Default)]
pub(super) struct ProxyNotice(AtomicBool);

/// Looks once for each process at who forwards requests.
pub(super) async fn look_for_unnamed(
    request: &ServiceRequest,
    trusted: &Proxies,
    notice: &ProxyNotice,
) {
    const HEADERS: [&str; 2] = ["x-forwarded-for", "forwarded"];
    let headers = request.headers();
    let Some(peer) = request.peer_addr().map(|peer| peer.ip()) else { return };
    let is_forwarded = HEADERS.into_iter().any(|name| headers.contains_key(name));
    if !is_forwarded || trusted.contains(peer) || notice.0.swap(true, Ordering::Relaxed) {
        return;
    }
    tracing::warn!(
        proxy = %peer,
        "requests are forwarded by an address that FOOTING_TRUSTED_PROXIES does not name: \
         all visitors share its limits"
    );
    let Some(db) = request.app_data::<Data<Db>>().cloned() else { return };
    let address = peer.to_string();
    let kept = db.write(move |conn, now| SEEN.replace(conn, address.as_bytes(), now)).await;
    if let Err(error) = kept {
        tracing::info!(cause = ?error, "the proxy's address was not kept for `footing doctor`");
    }
}

/// The address that forwards requests and is not named, as far as the servers running now have seen.
pub async fn unnamed_proxy(db: &Db) -> Result<Option<String>> {
    let seen = db.read(|conn, _| SEEN.find(conn)).await?;
    Ok(seen.map(|address| String::from_utf8_lossy(&address).into_owned()))
}

/// A server that starts has other settings, perhaps, than the one that saw it.
pub async fn forget_unnamed_proxy(db: &Db) -> Result<()> {
    db.write(|conn, _| SEEN.remove(conn)).await
}
