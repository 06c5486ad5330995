//! How a page, a mail and a notice are written: as their reader chose, and papers for nobody in
//! particular.

use actix_web::test::TestRequest;
use footing::clock::{Instant, Span};
use footing::payments::{PaperKind, RefundCause};
use footing::users::{Email, User};

use crate::bookings::Scene;
use crate::chatters::pair;
use crate::papers::{address, only, settle_twice};
use crate::support::{Fields, PASSWORD, Person, TestSite};
use crate::till::Till;

/// From now on somebody reads dates and amounts in this way.
pub async fn reads(person: &Person, locale: &str) {
    let form = [("name", "Somebody"), ("zone", "Europe/London"), ("locale", locale)];
    person.post("/settings/profile", &form).await.assert_status(303);
}

/// An instant in London as an American and as a German write it.
fn written(at: Instant) -> (String, String) {
    let wall = at.in_zone("Europe/London");
    (
        wall.strftime("%a, %b %-d, %Y, %-I:%M %p").to_string(),
        wall.strftime("%a %-d %b %Y, %H:%M").to_string(),
    )
}

const DEARER: Fields = &[
    ("title", "First-year consultation"),
    ("category", "consultation"),
    ("description", "What you can claim, what to register for and by when."),
    ("duration", "30"),
    ("price_kind", "fixed"),
    ("price", "1250.50"),
    ("currency", "GBP"),
    ("modes", "video"),
    ("accept", "request"),
    ("policy", "standard"),
];

/// Ben's hour costs four figures and a part; ana is American, ben German.
async fn scene() -> Scene {
    let scene = Scene::start().await;
    let service = format!("/practice/services/{}", scene.service);
    scene.ben.post(&service, DEARER).await.assert_status(303);
    reads(&scene.ana, "en-US").await;
    reads(&scene.ben, "de-DE").await;
    scene
}

#[actix_web::test]
async fn one_booking_is_written_for_each_of_the_two_as_they_write() {
    let scene = scene().await;
    let booking = scene.pending(3).await;
    let (american, german) = written(Instant::read_minute(&scene.starts[3]).unwrap());

    let page = scene.ana.get(&booking).await;
    page.assert_text("main time", &american.replace(" AM", "").replace(" PM", ""));
    page.assert_text("main", "£1,250.50");
    assert_eq!(page.attribute("html", "data-locale"), "en-US");
    assert_eq!(page.attribute("html", "data-halves"), "AM PM");
    let page = scene.ben.get(&booking).await;
    page.assert_text("main time", &german);
    page.assert_text("main", "£1.250,50");
    assert_eq!(page.attribute("html", "data-order"), "day");
    assert!(!page.text("main").contains(" AM") && !page.text("main").contains(" PM"));

    scene.ben.get("/notifications").await.assert_text("[data-notice]", &german);
    let told = |mails: Vec<String>, words: &str| mails.iter().any(|mail| mail.contains(words));
    assert!(told(scene.site.mails_to(&scene.ana.email).await, &american), "{american}");
    assert!(told(scene.site.mails_to(&scene.ben.email).await, &german), "{german}");
}

#[actix_web::test]
async fn the_slot_picker_and_the_directory_are_written_for_who_looks() {
    let scene = scene().await;
    let cy = scene.site.cy().await;
    reads(&cy, "de-DE").await;
    let picker = scene.ana.get(&scene.path).await;
    picker.assert_text(".slot", "9:30 AM").assert_text(".slot", "4:30 PM");
    let words = picker.attribute("input[name=start]", "data-words");
    assert!(words.ends_with("AM") && words.contains(", "), "{words}");
    cy.get(&scene.path).await.assert_text(".slot", "09:30").assert_text(".slot", "16:30");

    for (person, price) in
        [(&scene.ana, "£1,250.50"), (&cy, "£1.250,50"), (&scene.site.stranger(), "£1,250.50")]
    {
        person.get("/accountants").await.assert_text("[data-price]", price);
        let profile = person.get("/accountants/ben-northgate-tax").await;
        profile.assert_text("[data-service]", price);
    }
    let free = |page: crate::support::Answer| page.text("[data-free]");
    assert!(free(scene.ana.get("/accountants").await).contains("9:00 AM"));
    assert!(free(cy.get("/accountants").await).contains("09:00"));
}

#[actix_web::test]
async fn messages_are_dated_as_their_reader_writes() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    ana.say(&conv, &ben, "Do you take landlords?").await;
    reads(&ana.person, "en-US").await;
    for (person, shape) in [(&ana.person, "%-I:%M %p"), (&ben.person, "%H:%M")] {
        let page = person.get(&format!("/messages/{conv}")).await;
        let at = page.attribute("enc-msg.message", "data-ts").parse().unwrap();
        let time = Instant::from_millis(at).in_zone("Europe/London").strftime(shape).to_string();
        page.assert_text(".message time", &time).assert_text(".conversation__time", &time);
    }
}

#[actix_web::test]
async fn a_week_begins_on_the_day_of_its_reader_and_hours_are_written_their_way() {
    let scene = scene().await;
    let days = |page: &crate::support::Answer| page.attributes("[data-weekday]", "data-weekday");
    let german = scene.ben.get("/practice/hours").await;
    assert_eq!(days(&german), ["1", "2", "3", "4", "5", "6", "7"]);
    german.assert_text("[data-preview]", "09:00–17:00");
    let day = (scene.site.site.db.now() + Span::days(10)).date();
    let own = [("date", day.as_str()), ("from", "9:00"), ("to", "24:00")];
    scene.ben.post("/practice/hours/dates", &own).await.assert_status(303);
    scene.ben.get("/practice/hours").await.assert_text("[data-exception]", "09:00–24:00");
    reads(&scene.ben, "en-US").await;
    let american = scene.ben.get("/practice/hours").await;
    assert_eq!(days(&american), ["7", "1", "2", "3", "4", "5", "6"]);
    american.assert_text("[data-preview]", "9:00 AM–5:00 PM");
    american.assert_text("[data-exception]", "9:00 AM–12:00 AM");
    // what is typed into a form stays as every form has it
    assert_eq!(american.values("[data-weekday='1'] input[name=from]")[0], "09:00");
    assert_eq!(american.values("[data-weekday='7'] input[name=from]"), [""]);
}

#[actix_web::test]
async fn amounts_are_told_as_their_reader_writes_and_papers_stay_as_issued() {
    let till = Till::start().await;
    let booking = till.confirmed().await;
    let before = only(&till, &booking, PaperKind::Invoice).await;
    let issued = till.ana.get(&address(&before)).await.text("article");
    reads(&till.ana, "de-DE").await;
    reads(&till.ben, "fr-CA").await;
    assert!(till.refund(&booking, RefundCause::Admin, 4_050).await);
    settle_twice(&till).await;

    let mails = till.site.mails_to(&till.ana.email).await;
    assert!(mails.last().unwrap().contains("40,50 is on its way back to you"), "{mails:?}");
    till.ana.get(&booking).await.assert_text("[data-money=refunded]", "\u{2212}£40,50");
    till.ben.get("/notifications").await.assert_text("[data-notice]", "£40,50 back");
    let month = before.moved_at.in_zone("Europe/London").strftime("%Y-%m").to_string();
    let earnings = till.ben.get(&format!("/practice/earnings?month={month}")).await;
    earnings.assert_text("[data-sum=refunded]", "\u{2212}£40,50");

    let paper = till.ana.get(&address(&before)).await.text("article");
    assert_eq!(paper, issued);
    assert!(paper.contains("£85.00"), "{paper}");
    let file = till.ben.get(&format!("/practice/earnings.csv?month={month}")).await;
    assert!(file.page().contains("40.50"), "{}", file.page());
}

#[actix_web::test]
async fn a_locale_of_the_list_is_kept_in_any_case_and_any_other_is_refused_with_what_was_typed() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    let page = ana.get("/settings").await;
    assert_eq!(page.attribute("#locale option[selected]", "value"), "en-GB");
    let american = "English (United States) – Nov 23, 2026, 9:30 AM – 12,345.50";
    page.assert_text("#locale option", american);
    assert_eq!(page.all("#locale option").len(), 30);

    reads(&ana, "DE-at").await;
    let page = ana.get("/settings").await;
    assert_eq!(page.attribute("#locale option[selected]", "value"), "de-AT");
    for unknown in ["xx-XX", "de", "en-GB-oed"] {
        let form = [("name", "Ana Maria"), ("zone", "Asia/Tokyo"), ("locale", unknown)];
        let page = ana.post("/settings/profile", &form).await;
        page.assert_rejected("locale");
        assert_eq!(page.attribute("#name", "value"), "Ana Maria");
        assert_eq!(page.attribute("#zone option[selected]", "value"), "Asia/Tokyo");
    }
    let id = ana.id;
    let user = site.read(move |conn, _| User::by_id(conn, id)).await;
    assert_eq!((user.locale.as_str(), user.name.as_str()), ("de-AT", "Somebody"));
}

/// Signs up with a browser that asks for these languages; what the account writes by then.
async fn joined(site: &TestSite, email: &'static str, languages: &str) -> String {
    let eva = site.stranger();
    let token = eva.token().await;
    let form = [
        ("csrf", token.as_str()),
        ("role", "client"),
        ("name", "Eva Lind"),
        ("email", email),
        ("password", PASSWORD),
        ("zone", "Europe/Berlin"),
    ];
    let request = TestRequest::post()
        .uri("/signup")
        .insert_header(("accept-language", languages))
        .insert_header(("content-type", "application/x-www-form-urlencoded"))
        .set_payload(serde_html_form::to_string(form).unwrap());
    eva.send(request).await.assert_status(303);
    let link = site.link_to(email).await;
    eva.token.replace(None);
    eva.post(&link, &[]).await.assert_status(303);
    let email = Email::parse(email).unwrap();
    site.read(move |conn, _| User::find_by_email(conn, &email)).await.unwrap().locale
}

#[actix_web::test]
async fn whoever_joins_writes_as_their_browser_asks_if_it_is_in_the_list() {
    let site = TestSite::start().await;
    assert_eq!(joined(&site, "a@example.com", "en-US,en;q=0.9").await, "en-US");
    assert_eq!(joined(&site, "b@example.com", "de").await, "de-DE");
    assert_eq!(joined(&site, "c@example.com", "zh-CN, fr-CA;q=0.5").await, "fr-CA");
    assert_eq!(joined(&site, "d@example.com", "zh-CN").await, "en-GB");
}
