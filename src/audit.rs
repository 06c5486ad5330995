//! The audit log: what admins, operators and rules did. Rows are only added, and each holds the hash
//! of the one before.
//!
//! A row holds ids and never anybody's words: what was decided and why is a decision of its own. A
//! site keeps this for as long as it stands, and a person may ask to be forgotten.
//!
//! `hash = SHA-256("footing/audit/v1" ‖ u64 seq ‖ prev_hash ‖ fields, each u32 length and bytes)`,
//! big-endian. Triggers refuse changes; the chain shows what got past them.
//!
//! Not here: who may do what, the daily mail that names the head (`admin`), and what was decided
//! (`decisions`); only its number is known here, since the rows of people name it too.

pub mod schema;

use diesel::prelude::*;

use self::schema::audit_log;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::seal;

crate::typed_id!(DecisionId);

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
    pub const PAGE: i64 = 50;
    /// Rows in memory while the chain is read.
    const AT_ONCE: i64 = 1_000;

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

    /// How many rows there are, and the hash of the last; nothing in an empty log.
    pub fn head(conn: &mut Conn) -> Result<Option<Head>> {
        Ok(Self::last(conn)?.map(|last| Head { rows: last.seq, hash: last.hash }))
    }

    /// The newest rows before a number, for the pages of admins.
    pub fn page(conn: &mut Conn, before: Option<i64>) -> Result<Vec<Self>> {
        Ok(audit_log::table
            .filter(audit_log::seq.lt(before.unwrap_or(i64::MAX)))
            .order(audit_log::seq.desc())
            .limit(Self::PAGE)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// Whether a row has this hash, typed in hexadecimal.
    pub fn has_hash(conn: &mut Conn, hex: &str) -> Result<bool> {
        let Some(hash) = seal::from_hex(hex.trim()) else { return Ok(false) };
        let row = audit_log::table.filter(audit_log::hash.eq(hash));
        Ok(diesel::select(diesel::dsl::exists(row)).get_result(conn)?)
    }

    /// Reads the chain from its first row to its last, a few at a time.
    pub fn verify(conn: &mut Conn) -> Result<Verified> {
        let mut head = Head { rows: 0, hash: vec![0; 32] };
        loop {
            let rows: Vec<Self> = audit_log::table
                .filter(audit_log::seq.gt(head.rows))
                .order(audit_log::seq)
                .limit(Self::AT_ONCE)
                .select(Self::as_select())
                .load(conn)?;
            if rows.is_empty() {
                return Ok(Verified::Whole(head));
            }
            for row in rows {
                let expected = head.rows + 1;
                if row.seq != expected || row.prev_hash != head.hash || row.hash != row.computed() {
                    return Ok(Verified::Broken { seq: expected });
                }
                head = Head { rows: row.seq, hash: row.hash };
            }
        }
    }
}

/// Where the log ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub rows: i64,
    pub hash: Vec<u8>,
}

impl Head {
    /// The hash as it is mailed and typed.
    pub fn hex(&self) -> String {
        seal::hex(&self.hash)
    }
}

/// What reading the chain came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verified {
    Whole(Head),
    /// The first row that is missing, changed, or in another's place.
    Broken {
        seq: i64,
    },
}
