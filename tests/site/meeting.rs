//! Where two people who booked an hour meet, and what a client reads after each act.

use footing::clock::Span;

use crate::bookings::Scene;
use crate::support::{Answer, Fields, Person};

const LINK: &str = "https://meet.example.org/ben?room=1";

/// The profile as its form holds it, with changes.
async fn save_profile(person: &Person, changes: Fields<'_>) -> Answer {
    let page = person.get("/practice/profile").await;
    let field = |name: &str| page.attribute(&format!("input[name={name}]"), "value");
    let (name, slug, headline, place) =
        (field("display_name"), field("slug"), field("headline"), field("place"));
    let about = page.text("textarea[name=about]");
    let mut all = vec![
        ("display_name", name.as_str()),
        ("slug", &slug),
        ("headline", &headline),
        ("place", &place),
        ("about", &about),
        ("country", "GB"),
        ("languages", "en"),
        ("specialisms", "landlords"),
        ("zone", "Europe/London"),
    ];
    all.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    all.extend(changes);
    person.post("/practice/profile", &all).await
}

fn unfolded(ics: &Answer) -> String {
    ics.page().replace("\r\n ", "")
}

#[actix_web::test]
async fn a_link_said_once_is_on_the_booking_in_mails_and_calendar_from_the_confirmation_on() {
    let scene = Scene::start().await;
    save_profile(&scene.ben, &[("called", "Ben"), ("meet_video", LINK)]).await.assert_status(303);
    let booking = scene.pending(0).await;
    let waiting = scene.ana.get(&booking).await;
    assert!(!waiting.page().contains(LINK), "read before the confirmation");
    assert!(!unfolded(&scene.ana.get(&format!("{booking}.ics")).await).contains(LINK));
    scene.ben.post(&format!("{booking}/acceptance"), &[]).await.assert_status(303);
    for person in [&scene.ana, &scene.ben] {
        assert_eq!(person.get(&booking).await.attribute("[data-place] a", "href"), LINK);
    }
    let ics = unfolded(&scene.ana.get(&format!("{booking}.ics")).await);
    for line in [
        format!("LOCATION:{LINK}"),
        format!("URL:{LINK}"),
        format!("CONFERENCE;VALUE=URI;FEATURE=VIDEO:{LINK}"),
    ] {
        assert!(ics.contains(&line), "{line} is not in {ics}");
    }
    let mail = scene.site.mails_to(&scene.ana.email).await.pop().unwrap();
    assert!(mail.contains("Video call: https://meet.example.org/ben"), "{mail}");
    // a service of one's own saying wins, and what was agreed before stays
    save_profile(&scene.ben, &[("meet_video", "https://other.example.org/")])
        .await
        .assert_status(303);
    assert_eq!(scene.ana.get(&booking).await.attribute("[data-place] a", "href"), LINK);
    assert!(!scene.site.stranger().get(&scene.path).await.page().contains("other.example.org"));
}

#[actix_web::test]
async fn a_booking_without_a_place_is_a_task_until_it_is_said_and_the_client_is_told() {
    let scene = Scene::start().await;
    save_profile(&scene.ben, &[("meet_video", "later")]).await.assert_status(303);
    let booking = scene.confirmed(0).await;
    let id = booking.rsplit('/').next().unwrap();
    let task = format!("[data-placeless='{id}']");
    assert!(scene.ben.get("/practice").await.has(&task));
    scene.ana.get(&booking).await.assert_text("[data-place]", "says here how you meet");
    let before = unfolded(&scene.ana.get(&format!("{booking}.ics")).await);

    let act = format!("{booking}/place");
    scene.ben.post(&act, &[("place", "http://plain.example.org")]).await.assert_rejected("place");
    scene.ben.post(&act, &[("place", "")]).await.assert_rejected("place");
    scene.ben.post(&act, &[("place", LINK)]).await.assert_status(303);
    assert!(!scene.ben.get("/practice").await.has(&task));
    assert_eq!(scene.ana.get(&booking).await.attribute("[data-place] a", "href"), LINK);
    let mail = scene.site.mails_to(&scene.ana.email).await.pop().unwrap();
    assert!(mail.contains("How you meet for"), "{mail}");
    let after = unfolded(&scene.ana.get(&format!("{booking}.ics")).await);
    assert!(
        before.contains("SEQUENCE:0") && after.contains("SEQUENCE:1"),
        "calendars do not follow"
    );

    scene.ana.post(&act, &[("place", LINK)]).await.assert_status(403);
    let cy = scene.site.cy().await;
    cy.post(&act, &[("place", LINK)]).await.assert_status(404);
    assert_eq!(cy.get(&booking).await.status, 404);
}

#[actix_web::test]
async fn where_the_accountant_calls_the_client_gives_a_number_that_only_the_booking_page_shows() {
    let scene = Scene::start().await;
    let service = format!("/practice/services/{}", scene.service);
    let form = scene.ben.get(&service).await;
    let (title, text) =
        (form.attribute("input[name=title]", "value"), form.text("textarea[name=description]"));
    let fields = [
        ("title", title.as_str()),
        ("category", "consultation"),
        ("description", &text),
        ("duration", "30"),
        ("price_kind", "fixed"),
        ("price", "85,50"),
        ("currency", "GBP"),
        ("modes", "phone"),
        ("meet_phone", "call"),
    ];
    scene.ben.post(&service, &fields).await.assert_status(303);
    assert_eq!(scene.ben.get(&service).await.attribute("input[name=price]", "value"), "85.50");
    assert!(scene.ana.get(&scene.path).await.has("input[name=phone]"));
    let ask = async |phone: &str| {
        let fields =
            [("service", scene.service.as_str()), ("start", &scene.starts[0]), ("phone", phone)];
        scene.ana.post("/bookings", &fields).await
    };
    ask("").await.assert_rejected("phone");
    let wrong = ask("call me maybe").await;
    wrong.assert_rejected("phone");
    assert_eq!(wrong.attribute("input[name=phone]", "value"), "call me maybe");
    let booked = ask("+48 22 555 01 23").await;
    booked.assert_status(303);
    let booking = booked.location().to_owned();
    scene.ben.post(&format!("{booking}/acceptance"), &[]).await.assert_status(303);
    scene.ben.get(&booking).await.assert_text("[data-place]", "+48 22 555 01 23");
    let ics = scene.ben.get(&format!("{booking}.ics")).await;
    for told in scene.site.mails_to(&scene.ben.email).await.iter().chain([&unfolded(&ics)]) {
        assert!(!told.contains("555"), "the number left the page: {told}");
    }
}

#[actix_web::test]
async fn a_place_typed_with_the_acceptance_goes_before_the_usual_one() {
    let scene = Scene::start().await;
    save_profile(&scene.ben, &[("meet_video", LINK)]).await.assert_status(303);
    let booking = scene.pending(0).await;
    let act = format!("{booking}/acceptance");
    scene.ben.post(&act, &[("place", "not a link")]).await.assert_rejected("place");
    scene.ben.post(&act, &[("place", "https://once.example.org/x")]).await.assert_status(303);
    let link = scene.ana.get(&booking).await.attribute("[data-place] a", "href");
    assert_eq!(link, "https://once.example.org/x");
}

#[actix_web::test]
async fn the_asking_client_gets_a_mail_with_a_tentative_entry_and_reads_whose_turn_it_is() {
    let scene = Scene::start().await;
    let booking = scene.pending(0).await;
    let mail = scene.site.mails_to(&scene.ana.email).await.pop().expect("no mail came");
    for part in ["Your request was sent", "method=PUBLISH", "STATUS:TENTATIVE"] {
        assert!(mail.contains(part), "{part} is not in {mail}");
    }
    assert!(!mail.contains("ATTENDEE"), "what is published names no attendee");
    let page = scene.ana.get(&booking).await;
    page.assert_text("#actions", "Your request was sent. Ben answers by");
    page.assert_text("#terms-title", "What you asked for");
    assert!(!page.page().contains("back up to"), "refund words on a booking paid directly");
    let to_ben = scene.site.mails_to(&scene.ben.email).await.pop().unwrap();
    assert!(!to_ben.contains("BEGIN:VCALENDAR"), "{to_ben}");
    scene.ben.post(&format!("{booking}/acceptance"), &[]).await.assert_status(303);
    scene.ana.get(&booking).await.assert_text("#terms-title", "What was agreed");
}

#[actix_web::test]
async fn after_a_no_there_is_a_way_on_and_nothing_to_put_into_a_calendar() {
    let scene = Scene::start().await;
    scene.site.accountant("gita", "Gita Rao").await;
    let booking = scene.pending(0).await;
    assert!(scene.ana.get(&booking).await.has("a[href$='.ics']"));
    scene.ben.post(&format!("{booking}/decline"), &[]).await.assert_status(303);
    let page = scene.ana.get(&booking).await;
    page.assert_text("#actions", "The request was declined");
    assert!(!page.has("a[href$='.ics']"));
    let again = page.attribute("#actions a.btn--go", "href");
    scene.ana.get(&again).await.assert_status(200).assert_text("h1", "First-year consultation");
    let others = page.attribute("#actions a[href^='/accountants?']", "href");
    assert_eq!(others, "/accountants?category=consultation&mode=video&free=7");
    let like = page.attribute("#actions [hx-get]", "hx-get");
    scene.ana.get(&like).await.assert_status(200);

    let lapsed = scene.pending(1).await;
    scene.site.forward(Span::hours(72));
    scene.ana.get(&lapsed).await.assert_text("#actions", "There was no answer in time");
}

#[actix_web::test]
async fn others_who_are_free_soon_are_three_and_none_of_them_is_the_one_who_declined() {
    let scene = Scene::start().await;
    for (name, shown) in
        [("gita", "Gita Rao"), ("hal", "Hal Moss"), ("ida", "Ida Berg"), ("jo", "Jo Lund")]
    {
        let person = scene.site.accountant(name, shown).await;
        person.post("/practice/hours", &crate::hours::WEEK).await.assert_status(303);
    }
    scene.site.work().await;
    let part = scene.ana.get(&format!("/accountants/like/{}?mode=video", scene.service)).await;
    part.assert_status(200);
    let slugs = part.attributes("[data-accountant]", "data-accountant");
    assert_eq!(slugs.len(), 3, "{}", part.page());
    assert!(!slugs.iter().any(|slug| slug.contains("northgate")));
    scene.ana.get("/accountants/like/0000000000000").await.assert_status(404);
}

#[actix_web::test]
async fn a_firm_is_called_by_its_whole_name_unless_it_says_otherwise() {
    let scene = Scene::start().await;
    save_profile(&scene.ben, &[("display_name", "Bureau Girard"), ("called", "")])
        .await
        .assert_status(303);
    let booking = scene.pending(0).await;
    scene.ana.get(&booking).await.assert_text("#actions", "Bureau Girard answers by");
    save_profile(&scene.ben, &[("display_name", "Bureau Girard"), ("called", "Luc")])
        .await
        .assert_status(303);
    scene.ana.get(&booking).await.assert_text("#actions", "Luc answers by");
    let long = "x".repeat(41);
    save_profile(&scene.ben, &[("called", &long)]).await.assert_rejected("called");
}

#[actix_web::test]
async fn every_page_on_the_way_to_a_booking_has_the_button_in_reach_for_who_could_book() {
    let scene = Scene::start().await;
    let profile = "/accountants/ben-northgate-tax";
    let stranger = scene.site.stranger();
    for person in [&stranger, &scene.ana] {
        let page = person.get(profile).await;
        page.assert_text("[data-bar]", "Message").assert_text("[data-bar]", "next free");
        let service = person.get(&scene.path).await;
        assert_eq!(service.attribute("[data-bar] a", "href"), "#summary");
        assert!(service.has("#summary button") && !service.has("[data-bar] button"));
    }
    let (dot, root) = (scene.site.dot().await, scene.site.root().await);
    for person in [&scene.ben, &dot, &root] {
        assert!(!person.get(profile).await.has("[data-bar]"));
        assert!(!person.get(&scene.path).await.has("[data-bar]"));
    }
    save_profile(&scene.ben, &[("called", "Ben"), ("accepting", "none")]).await.assert_status(303);
    for page in [stranger.get(profile).await, scene.ana.get(&scene.path).await] {
        page.assert_text("[data-bar]", "Ben takes no bookings at present.")
            .assert_text("[data-bar]", "Message");
        assert!(!page.has("#summary"));
    }
    save_profile(&scene.ben, &[("called", "Ben")]).await.assert_status(303);
    let never = [("zone", "Europe/London"), ("notice", "12"), ("horizon", "60")];
    scene.ben.post("/practice/hours", &never).await.assert_status(303);
    for page in [stranger.get(profile).await, scene.ana.get(&scene.path).await] {
        page.assert_text("[data-bar]", "Ben has no free time at present.");
    }
}

#[actix_web::test]
async fn where_all_is_by_quote_the_bar_asks_for_an_offer() {
    let scene = Scene::start().await;
    let service = format!("/practice/services/{}", scene.service);
    let fields = [
        ("title", "Company accounts"),
        ("category", "year-end"),
        ("description", "Year-end accounts for companies that let homes."),
        ("duration", "60"),
        ("price_kind", "quote"),
        ("currency", "GBP"),
        ("modes", "video"),
    ];
    scene.ben.post(&service, &fields).await.assert_status(303);
    let page = scene.site.stranger().get("/accountants/ben-northgate-tax").await;
    page.assert_text("[data-bar]", "Ask for an offer");
    let asked = scene.site.stranger().get(&scene.path).await;
    asked.assert_text("#summary button", "Ask for an offer");
}
