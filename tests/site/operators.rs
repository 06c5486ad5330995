//! What an operator does from the command line.

use footing::admin::Audit;
use footing::users::{Status, User};

use crate::support::TestSite;

#[actix_web::test]
async fn a_disabled_account_is_out_at_once_unlisted_and_comes_back() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let id = ben.id;
    site.stranger().get("/accountants/ben-northgate-tax").await.assert_status(200);
    site.write(move |conn, now| {
        User::disable(conn, id, now)?;
        Audit::note(conn, now, "operator", "user.disable", &id.to_string(), "test")
    })
    .await;
    ben.get("/practice").await.assert_status(303);
    site.stranger().get("/accountants/ben-northgate-tax").await.assert_status(404);
    assert!(!site.stranger().get("/accountants").await.has("[data-accountant]"));
    ben.sign_in().await.assert_rejected("email");

    site.write(move |conn, now| User::enable(conn, id, now)).await;
    site.stranger().get("/accountants/ben-northgate-tax").await.assert_status(200);
    ben.sign_in().await.assert_status(303);
}

#[actix_web::test]
async fn the_last_active_admin_cannot_be_disabled() {
    let site = TestSite::start().await;
    let root = site.root().await;
    let id = root.id;
    let refused = site.site.db.write(move |conn, now| User::disable(conn, id, now)).await;
    assert!(matches!(refused, Err(footing::error::Error::Conflict(_))));
    root.get("/settings").await.assert_status(200);
}

#[actix_web::test]
async fn an_account_in_any_state_is_locked_and_comes_back_as_it_was() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    for status in [Status::Unverified, Status::Suspended, Status::Closed, Status::Active] {
        let id = ana.id;
        let after = site
            .write(move |conn, now| {
                let text =
                    format!("UPDATE users SET status = '{}' WHERE id = {}", status.as_str(), id.0);
                diesel::RunQueryDsl::execute(diesel::sql_query(text), conn)?;
                User::disable(conn, id, now)?;
                let locked = User::status_of(conn, id)?;
                User::enable(conn, id, now)?;
                Ok((locked, User::status_of(conn, id)?))
            })
            .await;
        assert_eq!(after, (Status::Disabled, status));
    }
}

#[actix_web::test]
async fn mails_are_shown_only_where_nobody_else_can_reach_the_site() {
    for (flags, status) in [
        (&["--listen=127.0.0.1:8080"][..], 200),
        (&["--listen=0.0.0.0:8080", "--public-url=http://127.0.0.1:8080"], 404),
        (&["--public-url=http://127.0.0.1:8080,https://localhost.footing.example"], 404),
        (&["--public-url=http://127.0.0.1:8080,https://footing.example"], 404),
    ] {
        let site = TestSite::start_with(flags).await;
        for path in ["/dev/mail", "/dev/components"] {
            site.stranger().get(path).await.assert_status(status);
        }
    }
}

#[actix_web::test]
async fn the_audit_log_is_a_chain_that_the_database_lets_nobody_change() {
    use diesel::RunQueryDsl;
    let site = TestSite::start().await;
    for number in 0..3 {
        site.write(move |conn, now| {
            Audit::note(conn, now, "operator", "user.disable", &number.to_string(), "because")
        })
        .await;
    }
    assert_eq!(site.read(|conn, _| Audit::first_bad(conn)).await, None);
    for change in [
        "UPDATE audit_log SET reason = 'none' WHERE seq = 2",
        "DELETE FROM audit_log WHERE seq = 3",
    ] {
        let refused = site
            .site
            .db
            .write(move |conn, _| -> footing::error::Result<()> {
                diesel::sql_query(change).execute(conn)?;
                Ok(())
            })
            .await;
        assert!(format!("{:?}", refused.unwrap_err()).contains("audit_log_is_insert_only"));
    }
}
