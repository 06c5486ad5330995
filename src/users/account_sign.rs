//! What two accounts may have in common: a browser that both signed in with, a mailbox that both get
//! their mail in. Kept as keyed hashes, so that neither can be read, and forgotten after 400 days.

use std::collections::HashSet;

use diesel::prelude::*;

use super::UserId;
use super::schema::account_signs;
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::error::Result;
use crate::on_either;
use crate::seal::Seal;

crate::word_enum! {
    SignKind { Browser => "browser", Mailbox => "mailbox" }
}

/// One sign of one account.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = account_signs)]
pub struct AccountSign {
    pub user_id: UserId,
    pub kind: SignKind,
    pub mark: Vec<u8>,
    pub seen_at: Instant,
}

impl AccountSign {
    const KEPT: Span = Span::days(400);

    /// Notes what an account was signed in with.
    pub fn note(
        conn: &mut Conn,
        seal: &Seal,
        (user_id, email_key): (UserId, &str),
        browser: &str,
        now: Instant,
    ) -> Result<()> {
        let signs =
            [(SignKind::Browser, browser.to_owned()), (SignKind::Mailbox, mailbox(email_key))];
        for (kind, plain) in signs {
            let purpose = format!("footing/sign/{}/v1", kind.as_str());
            let mark = seal.hash(&purpose, plain.as_bytes()).to_vec();
            let row = Self { user_id, kind, mark, seen_at: now };
            on_either!(conn, |c| diesel::insert_into(account_signs::table)
                .values(&row)
                .on_conflict((account_signs::user_id, account_signs::kind, account_signs::mark))
                .do_update()
                .set(account_signs::seen_at.eq(now))
                .execute(c))?;
        }
        Ok(())
    }

    /// Everybody else who shares a sign of this kind with a person.
    pub fn others(conn: &mut Conn, person: UserId, kind: SignKind) -> Result<HashSet<UserId>> {
        let own: Vec<Vec<u8>> = account_signs::table
            .filter(account_signs::user_id.eq(person).and(account_signs::kind.eq(kind)))
            .select(account_signs::mark)
            .load(conn)?;
        let others: Vec<UserId> = account_signs::table
            .filter(account_signs::kind.eq(kind).and(account_signs::mark.eq_any(own)))
            .filter(account_signs::user_id.ne(person))
            .select(account_signs::user_id)
            .limit(1_000)
            .load(conn)?;
        Ok(others.into_iter().collect())
    }

    pub fn forget_old(conn: &mut Conn, now: Instant) -> Result<()> {
        let old = account_signs::table.filter(account_signs::seen_at.lt(now - Self::KEPT));
        diesel::delete(old).execute(conn)?;
        Ok(())
    }
}

/// Where mail to an address comes in: without what stands after a plus sign, and at Gmail without
/// dots.
fn mailbox(email_key: &str) -> String {
    let (local, domain) = email_key.rsplit_once('@').unwrap_or((email_key, ""));
    let root = local.split('+').next().unwrap_or(local);
    match domain {
        "gmail.com" | "googlemail.com" => format!("{}@gmail.com", root.replace('.', "")),
        _ => format!("{root}@{domain}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_is_one_however_its_address_is_written() {
        assert_eq!(mailbox("b.en+client@googlemail.com"), mailbox("ben@gmail.com"));
        assert_eq!(mailbox("ben+tax@example.com"), mailbox("ben@example.com"));
        assert_ne!(mailbox("b.en@example.com"), mailbox("ben@example.com"));
    }
}
