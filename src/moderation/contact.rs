//! Who reported without an account, as far as they said; sealed, and used for receipt and decision alone.

use serde::{Deserialize, Serialize};

use crate::db::SealedColumn;
use crate::error::{Error, Result};
use crate::seal::Seal;

const PURPOSE: &str = "footing/report-contact/v1";

pub(super) const SEALED: SealedColumn =
    SealedColumn { table: "reports", key: "id", column: "contact", purpose: PURPOSE };

/// Name and address of somebody signed out. Without an address nobody can be answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub name: String,
    pub email: String,
}

impl Contact {
    pub fn seal(&self, seal: &Seal) -> Result<Vec<u8>> {
        let json = serde_json::to_vec(self).map_err(Error::internal)?;
        seal.seal(PURPOSE, &json)
    }

    pub fn open(seal: &Seal, sealed: &[u8]) -> Result<Self> {
        serde_json::from_slice(&seal.open(PURPOSE, sealed)?).map_err(Error::internal)
    }
}
