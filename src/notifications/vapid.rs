//! Who a push comes from (RFC 8292): a token that this site's key has signed.
//!
//! The key is kept sealed in a row, so every node has the same, and browsers, which subscribe for it,
//! stay subscribed when the site's secret is rotated.

use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde::Serialize;

use crate::clock::{Instant, Span};
use crate::db::{Db, KeptValue};
use crate::error::{Error, Result};
use crate::seal::{Seal, base64url};

/// The row of the key, and what it is sealed for.
pub const PUSH_KEY: (KeptValue, &str) = (KeptValue("push.key"), "footing/push-key/v1");
/// Push services take 24 hours at most.
const VALID: Span = Span::hours(12);

#[derive(Clone)]
pub struct Vapid {
    key: SigningKey,
    /// How the push services reach the operator: `mailto:` or `https:`.
    subject: String,
}

#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    exp: i64,
    sub: &'a str,
}

impl Vapid {
    /// With the key that is kept, or a new one, of which the first to come stays.
    pub async fn open(db: &Db, seal: &Seal, subject: String) -> Result<Self> {
        let (row, purpose) = PUSH_KEY;
        let seal = seal.clone();
        let bytes = db
            .write(move |conn, now| -> Result<_> {
                let kept = match row.find(conn)? {
                    Some(kept) => kept,
                    None => row.keep_first(conn, &seal.seal(purpose, &made(&seal)?)?, now)?,
                };
                seal.open(purpose, &kept)
            })
            .await?;
        Ok(Self { key: SigningKey::from_slice(&bytes).map_err(Error::internal)?, subject })
    }

    /// What a browser subscribes for: the point, uncompressed, in base64url.
    pub fn public_key(&self) -> String {
        base64url(self.key.verifying_key().to_sec1_point(false).as_bytes())
    }

    /// The header `Authorization` for the push service at this origin.
    pub fn authorization(&self, origin: &str, now: Instant) -> Result<String> {
        let claims = Claims { aud: origin, exp: (now + VALID).seconds(), sub: &self.subject };
        let claims = serde_json::to_vec(&claims).map_err(Error::internal)?;
        let head = base64url(br#"{"typ":"JWT","alg":"ES256"}"#);
        let signed = format!("{head}.{}", base64url(&claims));
        let signature: Signature = self.key.sign(signed.as_bytes());
        let token = format!("{signed}.{}", base64url(&signature.to_bytes()));
        Ok(format!("vapid t={token}, k={}", self.public_key()))
    }
}

/// The key that sites had before it was kept: browsers that subscribed for it stay subscribed.
fn made(seal: &Seal) -> Result<Vec<u8>> {
    // one number in four thousand million is no key of this curve; the next one then is
    let numbers = (0..=u8::MAX).map(|n| seal.hash("footing/vapid/v1", &[n]));
    let mut keys = numbers.filter(|bytes| SigningKey::from_slice(bytes).is_ok());
    let key = keys.next().ok_or_else(|| Error::internal("no key for push was found"))?;
    Ok(key.to_vec())
}
