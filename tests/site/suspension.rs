//! Somebody is suspended, from both sides, and comes back.

use footing::clock::Span;

use crate::bookings::Scene;
use crate::reports::{STATEMENT, admin, news};
use crate::support::TestSite;

#[actix_web::test]
async fn a_suspended_accountant_is_out_at_once_and_may_read_cancel_report_and_object() {
    let scene = Scene::start().await;
    let root = admin(&scene.site, "root").await;
    let (stands, waits) = (scene.confirmed(3).await, scene.pending(9).await);
    let path = format!("/admin/users/{}", scene.ben.id);
    root.post(&format!("{path}/suspension"), &[]).await.assert_status(422);
    root.post(&format!("{path}/suspension"), &STATEMENT).await.assert_status(303);

    // with the commit: every session ends, the profile is gone, what waited is declined
    scene.ben.get("/practice").await.assert_status(303);
    scene.ana.get(&scene.path).await.assert_status(404);
    let state =
        async |booking: &str| scene.ana.get(booking).await.attribute("[data-state]", "data-state");
    assert_eq!(state(&waits).await, "declined");
    assert_eq!(state(&stands).await, "confirmed");

    // signing in again gives a session that reads
    let ben = scene.ben.elsewhere();
    ben.sign_in().await.assert_status(303);
    ben.get("/practice").await.assert_status(200);
    ben.post("/practice/hours", &crate::hours::WEEK).await.assert_status(403);
    ben.post(&format!("{stands}/cancellation"), &[]).await.assert_status(303);
    let decision = news(&ben).await;
    ben.post(&format!("{decision}/appeal"), &[]).await.assert_status(303);

    root.post(&format!("{path}/restoration"), &STATEMENT).await.assert_status(303);
    root.post(&format!("{path}/restoration"), &STATEMENT).await.assert_status(409);
    scene.ana.get(&scene.path).await.assert_status(200);
}

#[actix_web::test]
async fn a_suspension_for_some_days_ends_by_itself() {
    let site = TestSite::start().await;
    let (ana, root) = (site.ana().await, admin(&site, "root").await);
    let path = format!("/admin/users/{}/suspension", ana.id);
    let form = [&[("duration", "3")], STATEMENT.as_slice()].concat();
    root.post(&path, &form).await.assert_status(303);
    let ana = ana.elsewhere();
    ana.sign_in().await.assert_status(303);
    let name = [("name", "Ana"), ("zone", "Europe/London"), ("locale", "en-GB")];
    ana.post("/settings/profile", &name).await.assert_status(403);
    site.forward(Span::minutes(3 * 24 * 60 + 2));
    site.work().await;
    let ana = ana.elsewhere();
    ana.sign_in().await.assert_status(303);
    ana.post("/settings/profile", &name).await.assert_status(303);
}

#[actix_web::test]
async fn no_admin_acts_on_their_own_account_and_the_last_one_stays() {
    let site = TestSite::start().await;
    let (ana, root) = (site.ana().await, admin(&site, "root").await);
    let own = format!("/admin/users/{}", root.id);
    root.post(&format!("{own}/suspension"), &STATEMENT).await.assert_status(403);
    let role = [("role", "client"), ("reason", "Enough for now")];
    root.post(&format!("{own}/role"), &role).await.assert_status(403);
    ana.post(&format!("{own}/role"), &role).await.assert_status(404);

    let other = admin(&site, "mod").await;
    let path = format!("/admin/users/{}/role", other.id);
    root.post(&path, &[("role", "accountant"), ("reason", "Why not")]).await.assert_status(422);
    root.post(&path, &role).await.assert_status(303);
    // their sessions end with it, and what they were is over
    other.get("/admin").await.assert_status(404);
    assert!(site.mails_to(&other.email).await.iter().any(|mail| mail.contains("Enough for now")));
    // a client becomes an admin; an accountant keeps profile and role
    let anas = format!("/admin/users/{}/role", ana.id);
    root.post(&anas, &[("role", "admin"), ("reason", "To help out")]).await.assert_status(303);
    let ben = site.ben().await;
    let bens = format!("/admin/users/{}/role", ben.id);
    root.post(&bens, &role).await.assert_status(409);
}

#[actix_web::test]
async fn an_act_asks_for_a_proof_first_and_keeps_what_was_typed() {
    let site = TestSite::start().await;
    let (ana, root) = (site.ana().await, admin(&site, "root").await);
    let path = format!("/admin/users/{}", ana.id);
    site.forward(Span::minutes(11));
    let answer = root.post(&format!("{path}/suspension"), &STATEMENT).await;
    answer.assert_status(303);
    assert!(answer.location().starts_with("/reauthenticate"), "{}", answer.location());
    let proof = [("password", crate::support::PASSWORD), ("next", path.as_str())];
    root.post("/reauthenticate", &proof).await.assert_status(303);
    let page = root.get(&path).await;
    page.assert_text("#facts", "The text calls somebody a crook.");
    root.post(&format!("{path}/suspension"), &STATEMENT).await.assert_status(303);
    assert!(!root.get(&path).await.page().contains("The text calls somebody a crook.</textarea>"));
    assert_eq!(root.get(&path).await.attribute("[data-status]", "data-status"), "suspended");
}

#[actix_web::test]
async fn people_are_found_by_whole_address_number_and_the_beginning_of_a_name() {
    let site = TestSite::start().await;
    let (ana, root) = (site.ana().await, admin(&site, "root").await);
    let found = async |q: &str| {
        let page = root.get(&format!("/admin/users?q={q}")).await;
        page.assert_status(200);
        page.attributes("[data-user]", "data-user")
    };
    let own = vec![ana.id.to_string()];
    assert_eq!(found("ana@example.com").await, own);
    assert_eq!(found(&ana.id.to_string()).await, own);
    assert_eq!(found("an").await, own);
    assert_eq!(found("AN").await, own);
    // letters of other alphabets, too
    let id = ana.id.0;
    let named = format!("UPDATE users SET name = 'Élodie Ünal' WHERE id = {id}");
    crate::database::raw(&site, named).await.unwrap();
    assert_eq!(found("%C3%89lo").await, own);
    for nobody in ["ana@example", "a%25", "zoe", "na", "_na"] {
        assert!(found(nobody).await.is_empty(), "{nobody}");
    }
    ana.get("/admin/users?q=root").await.assert_status(404);
}
