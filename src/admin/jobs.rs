//! What happens later: once a day every admin is mailed where the log ends, so that a log cut off
//! afterwards shows.

use crate::audit::Audit;
use crate::clock::Instant;
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::mail::{Letter, Mail, Outgoing, Timing};
use crate::users::User;

pub async fn mail_head(db: Db, mail: Mail) -> Result<()> {
    db.write(move |conn, now| mail_to_admins(conn, &mail, now)).await
}

fn mail_to_admins(conn: &mut Conn, mail: &Mail, now: Instant) -> Result<()> {
    let Some(head) = Audit::head(conn)? else { return Ok(()) };
    for admin in User::admins(conn)? {
        let (rows, utc) = (head.rows, admin.local_zone().elsewhere("UTC"));
        let letter = Letter::new(
            &format!("The log has {rows} rows"),
            &[
                &format!(
                    "On {} the log of what admins did ended with row {rows}.",
                    now.words(&utc)
                ),
                &format!("Its hash: {}", head.hex()),
                "Keep this mail. Whoever runs the site can look at any time whether the log still \
                 holds it: footing audit verify --head HASH",
            ],
        );
        let outgoing = Outgoing {
            kind: "audit.head",
            recipient: &admin.email_key,
            address: &admin.address().address(),
            object: rows,
            version: 1,
            letter,
            timing: Timing::AtOnce,
        };
        mail.enqueue(conn, now, &outgoing)?;
    }
    Ok(())
}
