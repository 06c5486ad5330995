//! The log of what admins did shows when it was touched.

use std::time::Instant;

use diesel::RunQueryDsl;
use footing::audit::{Audit, Verified};

use crate::support::TestSite;

async fn with_rows(rows: i64) -> TestSite {
    let site = TestSite::start().await;
    for begin in (0..rows).step_by(1_000) {
        site.write(move |conn, now| {
            for number in begin..rows.min(begin + 1_000) {
                Audit::note(conn, now, "operator", "user.disable", &number.to_string(), "")?;
            }
            Ok(())
        })
        .await;
    }
    site
}

/// Changes the log as somebody could who owns the database: without its triggers.
async fn tamper(site: &TestSite, sql: &'static str) {
    let is_sqlite = site.read(|conn, _| Ok(conn.is_sqlite())).await;
    let triggers = match is_sqlite {
        true => {
            "DROP TRIGGER audit_log_no_update; DROP TRIGGER audit_log_no_delete; \
                 DROP TRIGGER audit_log_next"
        }
        false => "ALTER TABLE audit_log DISABLE TRIGGER USER",
    };
    for statement in triggers.split(';').chain([sql]) {
        let statement = statement.to_owned();
        site.write(move |conn, _| {
            diesel::sql_query(statement).execute(conn)?;
            Ok(())
        })
        .await;
    }
}

#[actix_web::test]
async fn what_is_deleted_changed_added_or_put_elsewhere_is_named() {
    let columns = "at, actor, action, object, reason, prev_hash, hash";
    let inserted =
        format!("INSERT INTO audit_log SELECT 6, {columns} FROM audit_log WHERE seq = 5");
    let cases: [(&'static str, i64); 5] = [
        ("DELETE FROM audit_log WHERE seq = 3", 3),
        ("UPDATE audit_log SET object = 'somebody else' WHERE seq = 2", 2),
        ("UPDATE audit_log SET at = at + 1 WHERE seq = 4", 4),
        (Box::leak(inserted.into_boxed_str()), 6),
        ("UPDATE audit_log SET seq = 9 WHERE seq = 2", 2),
    ];
    for (sql, first) in cases {
        let site = with_rows(5).await;
        tamper(&site, sql).await;
        let verified = site.read(|conn, _| Audit::verify(conn)).await;
        assert_eq!(verified, Verified::Broken { seq: first }, "{sql}");
    }
}

/// `FOOTING_AUDIT_ROWS=100000` reads as many as a large site has.
#[actix_web::test]
async fn a_long_log_is_read_to_its_end_and_its_last_row_counts_like_the_first() {
    #[allow(clippy::disallowed_methods)] // tests are told how much to try, and nothing else
    let rows = std::env::var("FOOTING_AUDIT_ROWS").map_or(2_100, |rows| rows.parse().unwrap());
    let site = with_rows(rows).await;
    let begun = Instant::now();
    let verified = site.read(|conn, _| Audit::verify(conn)).await;
    println!("{rows} rows in {:?}", begun.elapsed());
    let Verified::Whole(whole) = verified else { panic!("{verified:?}") };
    assert_eq!(whole.rows, rows);
    let last = format!("UPDATE audit_log SET object = 'somebody else' WHERE seq = {rows}");
    tamper(&site, Box::leak(last.into_boxed_str())).await;
    let verified = site.read(|conn, _| Audit::verify(conn)).await;
    assert_eq!(verified, Verified::Broken { seq: rows });
}

#[actix_web::test]
async fn a_log_that_was_cut_no_longer_holds_the_head_that_was_mailed() {
    let site = with_rows(5).await;
    let root = crate::reports::admin(&site, "root").await;
    site.forward(footing::clock::Span::hours(25));
    site.work().await;
    let mails = site.mails_to(&root.email).await;
    let mail = mails.iter().find(|mail| mail.contains("The log has")).expect("no head was mailed");
    let head = mail.split("Its hash: ").nth(1).unwrap().split_whitespace().next().unwrap();
    let head: String = head.chars().filter(char::is_ascii_hexdigit).take(64).collect();
    let known = head.clone();
    assert!(site.read(move |conn, _| Audit::has_hash(conn, &known)).await);
    tamper(&site, "DELETE FROM audit_log WHERE seq > 2").await;
    // what is left is a whole chain
    let verified = site.read(|conn, _| Audit::verify(conn)).await;
    assert!(matches!(verified, Verified::Whole(_)));
    assert!(!site.read(move |conn, _| Audit::has_hash(conn, &head)).await);
}
