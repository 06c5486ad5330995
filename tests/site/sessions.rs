//! Sessions: how long they live, who ends them.

use diesel::prelude::*;
use footing::clock::Span;
use footing::users::schema::sessions;
use footing::users::{Role, Session};

use crate::support::TestSite;

#[actix_web::test]
async fn the_cookie_is_bound_to_this_host_and_changes_at_sign_in() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    let first = ana.cookies.borrow()["__Host-footing"].clone();
    let answer = ana.sign_in().await;
    let cookie = answer
        .headers
        .get_all("set-cookie")
        .find(|cookie| cookie.to_str().unwrap().starts_with("__Host-footing="))
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{part} is not in {cookie}");
    }
    assert!(!cookie.contains("Domain"));
    // what was held before is no session any more
    let now = ana.cookies.borrow_mut().insert("__Host-footing".into(), first).unwrap();
    ana.get("/settings").await.assert_status(303);
    ana.cookies.borrow_mut().insert("__Host-footing".into(), now);
    ana.get("/settings").await.assert_status(200);
}

#[actix_web::test]
async fn signing_out_ends_the_session_for_good() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    let kept = ana.cookies.borrow().clone();
    let answer = ana.post("/logout", &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header("clear-site-data")), (303, "\"cache\""));
    ana.cookies.replace(kept);
    ana.get("/settings").await.assert_status(303);
}

#[actix_web::test]
async fn a_use_that_is_noted_after_its_session_was_ended_elsewhere_is_no_failure() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    let id = ana.id;
    let left = site.write(move |conn, now| {
        let own = sessions::table.filter(sessions::user_id.eq(id));
        let key: Vec<u8> = own.select(sessions::key_hash).first(conn)?;
        Session::end_all(conn, id)?;
        Session::touch(conn, &key, Some(Role::Client), now)?;
        Ok(own.count().get_result::<i64>(conn)?)
    });
    assert_eq!(left.await, 0, "it came back");
    ana.get("/settings").await.assert_status(303);
}

#[actix_web::test]
async fn a_session_ends_unused_after_fourteen_days_and_in_any_case_after_thirty() {
    let site = TestSite::start().await;
    let (ana, cy) = (site.ana().await, site.cy().await);
    for _ in 0..4 {
        site.forward(Span::days(7));
        ana.get("/settings").await.assert_status(200);
    }
    cy.get("/settings").await.assert_status(303);
    site.forward(Span::days(2));
    ana.get("/settings").await.assert_status(303);
}

#[actix_web::test]
async fn an_admin_is_signed_out_after_half_an_hour_of_doing_nothing() {
    let site = TestSite::start().await;
    let root = site.root().await;
    site.forward(Span::minutes(20));
    root.get("/settings").await.assert_status(200);
    site.forward(Span::minutes(36));
    root.get("/settings").await.assert_status(303);
}

#[actix_web::test]
async fn one_ends_ones_own_devices_and_nobody_elses() {
    let site = TestSite::start().await;
    let (ana, cy) = (site.ana().await, site.cy().await);
    let phone = ana.elsewhere();
    phone.sign_in().await.assert_status(303);
    let page = ana.get("/settings/devices").await;
    let handles = page.attributes("[data-device]", "data-device");
    assert_eq!(handles.len(), 2);
    page.assert_text("[data-device] .tag", "This one");
    let removal = page.attribute("form[action$='/removal']", "action");

    cy.post(&removal, &[]).await.assert_status(404);
    phone.get("/settings").await.assert_status(200);
    ana.post(&removal, &[]).await.assert_status(303);
    phone.get("/settings").await.assert_status(303);

    phone.sign_in().await.assert_status(303);
    ana.post("/settings/devices/removal", &[]).await.assert_status(303);
    phone.get("/settings").await.assert_status(303);
    ana.get("/settings").await.assert_status(200);
    cy.get("/settings").await.assert_status(200);
}
