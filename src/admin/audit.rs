//! The audit log: rows are only added, and each holds the hash of the one before.
//!
//! `hash = SHA-256("footing/audit/v1" ‖ u64 seq ‖ prev_hash ‖ fields, each u32 length and bytes)`,
//! big-endian. Triggers refuse changes; the chain shows what got past them.

use diesel::prelude::*;

use super::schema::audit_log;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::seal;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_log)]
pub struct Audit {
    pub seq: i64,
    pub at: Instant,
    /// "operator" or an admin's id.
    pub actor: String,
    /// Such as "user.disable".
    pub action: String,
    pub object: String,
    pub reason: String,
    pub prev_hash: Vec<u8>,
    pub hash: Vec<u8>,
}

impl Audit {
    /// Adds a row in the transaction of the act.
    pub fn note(
        conn: &mut Conn,
        now: Instant,
        actor: &str,
        action: &str,
        object: &str,
        reason: &str,
    ) -> Result<()> {
        if let Conn::Postgres(postgres) = conn {
            // two nodes must not both continue the same row
            diesel::sql_query("LOCK TABLE audit_log IN SHARE ROW EXCLUSIVE MODE")
                .execute(postgres)?;
        }
        let last = Self::last(conn)?;
        let (seq, prev_hash) = last.map_or((1, vec![0; 32]), |last| (last.seq + 1, last.hash));
        let mut row = Self {
            seq,
            at: now,
            actor: actor.to_owned(),
            action: action.to_owned(),
            object: object.to_owned(),
            reason: reason.to_owned(),
            prev_hash,
            hash: vec![],
        };
        row.hash = row.computed();
        diesel::insert_into(audit_log::table).values(&row).execute(conn)?;
        Ok(())
    }

    fn last(conn: &mut Conn) -> Result<Option<Self>> {
        let last = audit_log::table.order(audit_log::seq.desc()).select(Self::as_select());
        Ok(last.first(conn).optional()?)
    }

    fn computed(&self) -> Vec<u8> {
        let mut bytes = b"footing/audit/v1".to_vec();
        bytes.extend(self.seq.to_be_bytes());
        bytes.extend(&self.prev_hash);
        let at = self.at.micros().to_string();
        for field in [&at, &self.actor, &self.action, &self.object, &self.reason] {
            bytes.extend(u32::try_from(field.len()).unwrap_or(u32::MAX).to_be_bytes());
            bytes.extend(field.as_bytes());
        }
        seal::sha256(&bytes).to_vec()
    }

    /// The number of the first row that does not fit the chain.
    pub fn first_bad(conn: &mut Conn) -> Result<Option<i64>> {
        let rows: Vec<Self> =
            audit_log::table.order(audit_log::seq).select(Self::as_select()).load(conn)?;
        let mut prev = vec![0; 32];
        for (expected, row) in (1..).zip(rows) {
            if row.seq != expected || row.prev_hash != prev || row.hash != row.computed() {
                return Ok(Some(row.seq));
            }
            prev = row.hash;
        }
        Ok(None)
    }
}
