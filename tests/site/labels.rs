//! Labels, figures and drawings of forms and rows, as somebody reads them who sees them first.

use crate::crowd::{Somebody, listed};
use crate::support::TestSite;

#[actix_web::test]
async fn no_label_is_a_riddle() {
    let site = TestSite::start().await;
    let (ana, ben) = (site.ana().await, site.ben().await);
    let stranger = site.stranger();
    let pages = [
        (&stranger, "/"),
        (&stranger, "/accountants"),
        (&stranger, "/accountants/ben-northgate-tax"),
        (&stranger, "/signup"),
        (&ana, "/bookings"),
        (&ana, "/settings"),
        (&ana, "/settings/messages"),
        (&ana, "/notifications"),
        (&ben, "/practice"),
        (&ben, "/practice/earnings"),
        (&ben, "/practice/billing"),
        (&ben, "/practice/bookings"),
        (&ben, "/practice/hours"),
        (&ben, "/practice/profile"),
        (&ben, "/practice/services"),
        (&ben, "/practice/services/new"),
    ];
    let riddles = [
        "About",
        "For",
        "Over",
        "To come",
        "What it is",
        "Times begin",
        "Look",
        "Welcome",
        "New here",
        "Notice, in hours",
        "How many days ahead",
        "One after the other",
    ];
    for (person, path) in pages {
        let page = person.get(path).await;
        page.assert_status(200);
        for words in page.all("main :is(dt, dd, label, legend, option, summary, .tag, .btn)") {
            assert!(!riddles.contains(&words.trim()), "{path} says {words}");
        }
    }
}

#[actix_web::test]
async fn the_forms_of_the_practice_say_what_they_ask_for() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    ben.get("/practice")
        .await
        .assert_text("#glance-title + dl", "New requests from")
        .assert_text("#glance-title + dl", "Anybody");
    ben.get("/practice/hours")
        .await
        .assert_text("label[for=notice]", "Shortest notice, in hours")
        .assert_text("label[for=horizon]", "How far ahead, in days");
    ben.get("/practice/services/new")
        .await
        .assert_text("label[for=step]", "Start times to choose from")
        .assert_text("form", "Free up to 48 hours before, half the price up to 24 hours before");
    let devices = ben.get("/settings/devices").await;
    assert!(!devices.text("[data-device]").contains("/24"), "no word of network masks");
    ben.get("/practice/profile").await.assert_text("#called-hint", "“Message Ben”");
}

/// A film camera beside "phone" or "in person" says something else than the words.
#[actix_web::test]
async fn no_drawing_beside_the_ways_to_meet_says_another_one() {
    let site = TestSite::start().await;
    listed(&site, vec![Somebody::default()]).await;
    let page = site.stranger().get("/accountants/robin-plain").await;
    let service = page.attribute("[data-service] a", "href");
    for path in ["/accountants", "/accountants/robin-plain", service.as_str()] {
        let page = site.stranger().get(path).await;
        let drawn = page.attributes(".facts use", "href");
        assert!(drawn.iter().all(|icon| !icon.ends_with("#video")), "{path}: {drawn:?}");
    }
}

#[actix_web::test]
async fn a_printed_page_names_its_address_unless_that_is_a_key() {
    let site = TestSite::start().await;
    let stranger = site.stranger();
    let printed = stranger.get("/accountants?q=tax").await.text(".print-foot");
    assert!(printed.ends_with("/accountants?q=tax") && printed.starts_with("http"), "{printed}");
    let gone = stranger.get("/verify/0123456789").await.text(".print-foot");
    assert!(!gone.contains("0123456789") && gone.starts_with("http"), "{gone}");
}
