//! Two-step sign-in, and the admin pages that need it.

use footing::clock::Span;
use footing::users::{Totp, User};

use crate::support::{PASSWORD, Person, TestSite};

fn code(person: &Person, totp: &Totp) -> String {
    totp.code(Totp::step(person.site.site.db.now()))
}

#[actix_web::test]
async fn with_two_steps_a_password_alone_lets_nobody_in() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    let totp = ana.two_steps().await;
    ana.get("/settings/security").await.assert_text(".note--ok", "10 recovery codes left");

    let phone = ana.elsewhere();
    let answer = phone.sign_in().await;
    assert_eq!(answer.location(), "/login/code");
    phone.get("/settings").await.assert_status(303);
    phone.post("/login/code", &[("code", "000000")]).await.assert_rejected("code");
    let code = code(&phone, &totp);
    phone.post("/login/code", &[("code", &code)]).await.assert_status(303);
    phone.get("/settings").await.assert_status(200);

    // the same code is worth nothing a second time
    let thief = ana.elsewhere();
    thief.sign_in().await.assert_status(303);
    thief.post("/login/code", &[("code", &code)]).await.assert_status(422);
}

#[actix_web::test]
async fn five_wrong_codes_lead_back_to_the_password() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    ana.two_steps().await;
    let thief = ana.elsewhere();
    thief.sign_in().await.assert_status(303);
    for _ in 0..4 {
        thief.post("/login/code", &[("code", "123456")]).await.assert_status(422);
    }
    let answer = thief.post("/login/code", &[("code", "123456")]).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, "/login"));
    let answer = thief.get("/login/code").await;
    assert_eq!(answer.location(), "/login");
}

#[actix_web::test]
async fn a_recovery_code_works_once_and_its_use_is_mailed() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    ana.two_steps().await;
    let codes = ana.get("/settings/security").await.all("[data-codes] code");
    assert_eq!(codes.len(), 10);
    assert!(!ana.get("/settings/security").await.has("[data-codes]"), "codes were shown twice");

    let phone = ana.elsewhere();
    phone.sign_in().await.assert_status(303);
    phone.post("/login/code", &[("code", &codes[0].to_lowercase())]).await.assert_status(303);
    phone.get("/settings/security").await.assert_text(".note--ok", "9 recovery codes left");
    assert!(site.mails_to(&ana.email).await.last().unwrap().contains("recovery code was used"));
    let again = ana.elsewhere();
    again.sign_in().await.assert_status(303);
    again.post("/login/code", &[("code", &codes[0])]).await.assert_status(422);
}

#[actix_web::test]
async fn changing_two_step_sign_in_needs_a_fresh_proof() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    ana.two_steps().await;
    site.forward(Span::minutes(10));
    let answer = ana.post("/settings/totp/removal", &[]).await;
    assert_eq!(answer.location(), "/reauthenticate?next=/settings/security");
    ana.post("/reauthenticate", &[("password", "wrong wrong wrong")])
        .await
        .assert_rejected("password");
    ana.post("/reauthenticate", &[("password", PASSWORD)]).await.assert_status(303);
    ana.post("/settings/totp/removal", &[("password", PASSWORD)]).await.assert_status(303);
    ana.elsewhere().sign_in().await.assert_status(303);
    let phone = ana.elsewhere();
    phone.sign_in().await;
    phone.get("/settings").await.assert_status(200);
}

#[actix_web::test]
async fn the_admin_page_is_there_for_admins_with_two_steps_and_for_nobody_else() {
    let site = TestSite::start().await;
    let (ana, ben, dot, root) =
        (site.ana().await, site.ben().await, site.dot().await, site.root().await);
    for outsider in [&site.stranger(), &ana, &ben, &dot] {
        let answer = outsider.get("/admin").await;
        answer.assert_status(404);
        assert_eq!(answer.location(), "");
    }
    let answer = root.get("/admin").await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, "/settings/security"));
    root.two_steps().await;
    let page = root.get("/admin").await;
    page.assert_status(200).assert_text("h1", "What waits");
    assert_eq!(page.attribute("[data-people]", "data-people"), "4");
    assert_eq!(page.attribute("[data-listed]", "data-listed"), "1");
    root.post("/settings/totp/removal", &[]).await.assert_status(403);
}

#[actix_web::test]
async fn two_step_sign_in_is_turned_off_with_the_password_and_never_with_a_short_one() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    ana.two_steps().await;
    ana.post("/settings/totp/removal", &[]).await.assert_rejected("removal");
    ana.post("/settings/totp/removal", &[("password", "wrong wrong wrong")])
        .await
        .assert_rejected("removal");
    let short = [("current", PASSWORD), ("password", "k3#Vq9!wTz")];
    ana.post("/settings/password", &short).await.assert_status(303);
    let page = ana.post("/settings/totp/removal", &[("password", "k3#Vq9!wTz")]).await;
    page.assert_status(422).assert_text("#removal-error", "Change it first");
    assert_eq!(page.attribute("#removal-error a", "href"), "#current");
    ana.get("/settings/security").await.assert_text(".note--ok", "On.");
    let long = [("current", "k3#Vq9!wTz"), ("password", PASSWORD)];
    ana.post("/settings/password", &long).await.assert_status(303);
    ana.post("/settings/totp/removal", &[("password", PASSWORD)]).await.assert_status(303);
}

#[actix_web::test]
async fn each_offer_after_a_removal_is_of_a_new_secret_and_no_used_step_comes_back() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    let first = ana.two_steps().await;
    let last = |id| move |conn: &mut footing::db::Conn, _| User::by_id(conn, id);
    let used = site.read(last(ana.id)).await.totp_last_step;
    assert!(used > 0);
    ana.post("/settings/totp/removal", &[("password", PASSWORD)]).await.assert_status(303);
    assert_eq!(site.read(last(ana.id)).await.totp_last_step, used);
    let shown = ana.get("/settings/security").await.text("[data-totp-secret]");
    assert_ne!(shown, first.base32(), "whoever has seen the old secret has this one, too");
}

#[actix_web::test]
async fn setting_up_two_steps_is_limited_by_ones_own_account_and_network() {
    let site = TestSite::start().await;
    let (ana, cy) = (site.ana().await, site.cy().await);
    for _ in 0..10 {
        ana.post("/settings/totp", &[("code", "000000")]).await.assert_status(422);
    }
    let refused = ana.post("/settings/totp", &[("code", "000000")]).await;
    refused.assert_status(429);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() <= 60);
    cy.two_steps().await;
}
