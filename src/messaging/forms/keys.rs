//! Keys and what is sealed with them, as browsers send them: bytes in base64url.

use serde::Deserialize;

use crate::messaging::{DeviceId, NewWrap, Proposal, Reshare, Vault, WrapKind};
use crate::seal::from_base64url;
use crate::users::UserId;

/// A new epoch.
#[derive(Debug, Deserialize)]
pub struct EpochForm {
    record: String,
    sig: String,
}

impl EpochForm {
    pub fn parse(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        Some((from_base64url(&self.record)?, from_base64url(&self.sig)?))
    }
}

/// Keys of earlier epochs for the other side's new key.
#[derive(Debug, Deserialize)]
pub struct ResharesForm {
    reshares: Vec<EpochForm>,
}

impl ResharesForm {
    pub const MOST: usize = 96 * 1024;

    /// `None` for none, for too many, or for bytes of another shape.
    pub fn parse(&self) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
        let is_fitting = (1..=Reshare::MOST).contains(&self.reshares.len());
        self.reshares
            .iter()
            .filter(|_| is_fitting)
            .map(EpochForm::parse)
            .collect::<Option<Vec<_>>>()
            .filter(|some| !some.is_empty())
    }
}

/// A line of the identity log, with the wrap that comes with it.
#[derive(Debug, Deserialize)]
pub struct KeysForm {
    entry: String,
    self_sig: String,
    prev_sig: Option<String>,
    label: String,
}

impl KeysForm {
    pub fn parse(&self) -> Option<(Proposal, String)> {
        let prev_sig = match &self.prev_sig {
            Some(sig) => Some(from_base64url(sig)?),
            None => None,
        };
        let proposal = Proposal {
            entry: from_base64url(&self.entry)?,
            self_sig: from_base64url(&self.self_sig)?,
            prev_sig,
        };
        Some((proposal, label(&self.label)?))
    }
}

/// A browser that was unlocked.
#[derive(Debug, Deserialize)]
pub struct DeviceForm {
    label: String,
}

impl DeviceForm {
    pub fn parse(&self) -> Option<String> {
        label(&self.label)
    }
}

fn label(text: &str) -> Option<String> {
    crate::web::text::line("Label", text, 1, 80).ok()
}

/// A wrap of the account secret.
#[derive(Debug, Deserialize)]
pub struct WrapForm {
    kind: i64,
    #[serde(default)]
    label: String,
    device: Option<String>,
    credential_id: Option<String>,
    salt: String,
    nonce: String,
    ct: String,
    commit: String,
}

impl WrapForm {
    pub fn parse(&self) -> Option<NewWrap> {
        let exactly =
            |text: &str, length: usize| from_base64url(text).filter(|bytes| bytes.len() == length);
        let kind = WrapKind::of(self.kind)?;
        let device: Option<DeviceId> = match &self.device {
            Some(id) => Some(id.parse().ok()?),
            None => None,
        };
        let credential_id = match &self.credential_id {
            Some(id) => Some(from_base64url(id).filter(|id| (1..=1024).contains(&id.len()))?),
            None => None,
        };
        let fits = (kind == WrapKind::Device) == device.is_some()
            && (kind == WrapKind::Passkey) == credential_id.is_some();
        fits.then_some(())?;
        Some(NewWrap {
            kind,
            label: crate::web::text::line("Label", &self.label, 0, 80).ok()?,
            device,
            credential_id,
            salt: exactly(&self.salt, 32)?,
            nonce: exactly(&self.nonce, 12)?,
            ct: exactly(&self.ct, 48)?,
            key_commit: exactly(&self.commit, 32)?,
        })
    }
}

/// The vault, and which version it takes the place of.
#[derive(Debug, Deserialize)]
pub struct VaultForm {
    pub version: i64,
    ik_id: String,
    nonce: String,
    ct: String,
}

impl VaultForm {
    const MOST: usize = 256 * 1024 + 16;

    pub fn parse(&self, user: UserId) -> Option<Vault> {
        let bytes = |text: &str| from_base64url(text);
        Some(Vault {
            user_id: user,
            version: self.version.checked_add(1).filter(|version| *version > 0)?,
            ik_id: bytes(&self.ik_id).filter(|id| id.len() == 32)?,
            nonce: bytes(&self.nonce).filter(|nonce| nonce.len() == 12)?,
            ct: bytes(&self.ct).filter(|ct| (16..=Self::MOST).contains(&ct.len()))?,
        })
    }
}
