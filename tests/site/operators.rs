//! What an operator does from the command line.

use footing::audit::{Audit, Verified};
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
                crate::support::set_status(conn, id.0, status.as_str());
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
        (&["--listen=0.0.0.0:8080", "--public-url=http://localhost:8080"], 404),
        (&["--public-url=http://localhost:8080,https://localhost.footing.example"], 404),
        (&["--public-url=http://localhost:8080,https://footing.example"], 404),
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
    let verified = site.read(|conn, _| Audit::verify(conn)).await;
    assert!(matches!(verified, Verified::Whole(head) if head.rows == 3));
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

#[actix_web::test]
async fn the_legal_pages_name_who_runs_the_site_as_soon_as_the_operator_says_so() {
    let plain = TestSite::start().await;
    let site = plain.with(|site| site).await;
    for page in ["/privacy", "/terms"] {
        assert!(!site.stranger().get(page).await.has("[data-operator]"));
    }
    let named = site
        .with(|mut site| {
            site.config.operator = footing::config::Operator {
                name: Some("Footing & Daughters".to_owned()),
                address: Some("1 High Street, Leeds".to_owned()),
                vat_id: Some("GB123".to_owned()),
                contact: Some("help@footing.example".to_owned()),
            };
            site
        })
        .await;
    for page in ["/privacy", "/terms"] {
        let page = named.stranger().get(page).await;
        page.assert_text("[data-operator]", "Footing & Daughters, 1 High Street, Leeds");
        assert_eq!(page.attribute("[data-operator] a", "href"), "mailto:help@footing.example");
    }
    let security = named.stranger().get("/.well-known/security.txt").await.page();
    assert!(security.contains("Contact: mailto:help@footing.example"), "{security}");
}
