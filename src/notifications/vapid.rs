//! Who a push comes from (RFC 8292): a token that this site's key has signed.
//!
//! The key is made from the site's secret, so every node has the same and none is stored. Browsers
//! subscribe for this key; with another secret in front they subscribe anew at their next visit.

use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde::Serialize;

use crate::clock::{Instant, Span};
use crate::error::{Error, Result};
use crate::seal::{Seal, base64url};

const PURPOSE: &str = "footing/vapid/v1";
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
    pub fn new(seal: &Seal, subject: String) -> Result<Self> {
        // one number in four thousand million is no key of this curve; the next one then is
        let keys = (0..=u8::MAX).map(|n| SigningKey::from_slice(&seal.hash(PURPOSE, &[n])));
        let key = keys.into_iter().find_map(std::result::Result::ok);
        let key = key.ok_or_else(|| Error::internal("no key for push was found"))?;
        Ok(Self { key, subject })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_has_the_same_key_and_another_secret_another() {
        let of = |secret| Vapid::new(&Seal::new(secret), "mailto:a@example.com".into()).unwrap();
        let key = of("one secret").public_key();
        assert_eq!(key, of("one secret, an older one").public_key());
        assert_ne!(key, of("an older one").public_key());
        let bytes = crate::seal::from_base64url(&key).unwrap();
        assert_eq!((bytes.len(), bytes[0]), (65, 4));
    }
}
