//! The page of an accountant who is no longer listed, for those who booked with them.

use crate::bookings::Scene;

const PAGE: &str = "/accountants/ben-northgate-tax";

/// Ben pauses the only service he has.
async fn unlist(scene: &Scene) {
    let state = format!("/practice/services/{}/state", scene.service);
    scene.ben.post(&state, &[("state", "paused")]).await.assert_status(303);
}

#[actix_web::test]
async fn who_booked_finds_what_they_booked_where_an_accountant_is_no_longer_listed() {
    let scene = Scene::start().await;
    let (site, cy, dot) = (&scene.site, scene.site.cy().await, scene.site.dot().await);
    let (old, new) = (scene.confirmed(40).await, scene.pending(80).await);
    assert!(!scene.ana.get(PAGE).await.has("[data-unlisted]"));
    unlist(&scene).await;

    let page = scene.ana.get(PAGE).await;
    page.assert_status(200).assert_text("h1", "Ben, Northgate Tax");
    page.assert_text("[data-unlisted]", "No longer listed");
    assert_eq!(page.attribute("meta[name=robots]", "content"), "noindex");
    // what was booked, latest first, and the ways on
    let booked = page.attributes("[data-booking] a", "href");
    assert_eq!(booked, [new.as_str(), old.as_str()]);
    let ways = page.attributes("main a", "href");
    for way in ["/bookings", "/accountants"] {
        assert!(ways.iter().any(|href| href == way), "{ways:?}");
    }
    let talk = ways.iter().find(|href| href.starts_with("/messages/")).expect("a conversation");
    scene.ana.get(talk).await.assert_status(200);
    // nothing that can be booked, and nothing of the profile
    assert!(!page.has("[data-service]") && !page.has("input[name=start]"));
    assert!(!page.page().contains("from the first let to the last sale"));
    scene.ana.get(&scene.path).await.assert_status(404);
    for stranger in [&site.stranger(), &cy, &dot] {
        let gone = stranger.get(PAGE).await;
        gone.assert_status(404);
        assert!(!gone.page().contains("Northgate"));
    }
    // the owner has the preview, and whoever is listed again the whole page
    assert!(scene.ben.get(PAGE).await.page().contains("Only you see this page"));
    let state = format!("/practice/services/{}/state", scene.service);
    scene.ben.post(&state, &[("state", "active")]).await.assert_status(303);
    assert!(!scene.ana.get(PAGE).await.has("[data-unlisted]"));
}

#[actix_web::test]
async fn a_suspended_client_still_reads_the_page_of_whom_they_booked() {
    let scene = Scene::start().await;
    let booking = scene.pending(40).await;
    unlist(&scene).await;
    let ana = scene.ana.id.0;
    scene
        .site
        .write(move |conn, _| {
            crate::support::suspend(conn, ana);
            Ok(())
        })
        .await;
    let page = scene.ana.get(PAGE).await;
    page.assert_status(200);
    assert_eq!(page.attributes("[data-booking] a", "href"), [booking]);
}
