//! Services by quote: asked for, offered to one client, accepted by picking a time; and who is
//! refused.

use footing::clock::Span;

use crate::hours::{WEEK, offered};
use crate::support::{Answer, Person, TestSite};

/// Ben with hours and a service by quote.
struct Scene {
    site: TestSite,
    ana: Person,
    ben: Person,
    service: String,
    page: String,
}

pub const FORM: [(&str, &str); 10] = [
    ("title", "Year-end accounts"),
    ("category", "year-end"),
    ("description", "The accounts of a small company, from your books."),
    ("duration", "30"),
    ("price_kind", "quote"),
    ("currency", "GBP"),
    ("modes", "video"),
    ("state", "active"),
    ("question_text", "How many invoices a year?"),
    ("question_kind", "short"),
];

impl Scene {
    async fn start() -> Self {
        let site = TestSite::start().await;
        let (ana, ben) = (site.ana().await, site.ben().await);
        ben.post("/practice/hours", &WEEK).await.assert_status(303);
        let saved = ben.post("/practice/services", &FORM).await;
        let service = saved.location().rsplit('/').next().unwrap().to_owned();
        let page = format!("/accountants/ben-northgate-tax/services/{service}");
        Self { site, ana, ben, service, page }
    }

    async fn ask(&self, person: &Person) -> Answer {
        let typed = [("answer", "About 200"), ("note", "We have two shops")];
        person.post(&format!("/services/{}/quote", self.service), &typed).await
    }

    async fn make(&self, to: &Person, amount: &str) -> Answer {
        let until = self.site.site.db.now().day("Europe/London").plus(7).to_string();
        let client = to.id.to_string();
        let form = [
            ("client", client.as_str()),
            ("amount", amount),
            ("duration", "90"),
            ("text", "Accounts and the tax return"),
            ("until", &until),
        ];
        self.ben.post(&format!("/services/{}/offers", self.service), &form).await
    }

    /// Ana asks and ben offers.
    async fn offered(&self) -> String {
        self.ask(&self.ana).await.assert_status(303);
        let made = self.make(&self.ana, "400").await;
        made.assert_status(303);
        made.location().to_owned()
    }

    async fn book(&self, person: &Person, offer: &str, start: &str) -> Answer {
        let offer = offer.rsplit('/').next().unwrap();
        person.post("/bookings", &[("offer", offer), ("start", start)]).await
    }
}

#[actix_web::test]
async fn an_offer_is_asked_for_made_and_accepted_by_picking_a_time() {
    let scene = Scene::start().await;
    let page = scene.ana.get(&scene.page).await;
    assert!(!page.has("input[name=start]"));
    scene.ask(&scene.ana).await.assert_status(303);
    scene.ana.get(&scene.page).await.assert_text("[data-asked]", "You asked for an offer");
    scene.ana.get("/bookings").await.assert_text("[data-enquiry]", "Waiting for an offer");
    scene.ben.get("/practice").await.assert_text("[data-enquiry]", "Ana");

    let lists = scene.ben.get("/practice/bookings").await;
    let form = lists.attribute("[data-enquiry] a", "href");
    let form = scene.ben.get(&form).await;
    form.assert_status(200).assert_text("[data-enquiry]", "We have two shops");
    form.assert_text("[data-enquiry]", "About 200");
    assert_eq!(form.attribute("#client option[selected]", "value"), scene.ana.id.to_string());

    let made = scene.make(&scene.ana, "400").await;
    made.assert_status(303);
    let offer = made.location().to_owned();
    let mails = scene.site.mails_to(&scene.ana.email).await;
    assert!(mails.last().unwrap().contains("valid until"), "{}", mails.last().unwrap());
    assert!(!mails.iter().any(|mail| mail.contains("tax return")), "words leave by mail");

    let starts = offered(&scene.ana, &offer, 3).await;
    let page = scene.ana.get(&offer).await;
    page.assert_text("[data-offer]", "Accounts and the tax return").assert_text("aside", "£400");
    let booked = scene.book(&scene.ana, &offer, &starts[1]).await;
    booked.assert_status(303);
    let booking = scene.ben.get(booked.location()).await;
    booking.assert_text("main", "£400").assert_text("main", "90 minutes");
    booking.assert_text("main", "About 200");

    // accepted once
    scene.book(&scene.ana, &offer, &starts[2]).await.assert_status(409);
    let page = scene.ana.get(&offer).await;
    page.assert_text("[data-offer]", "was accepted");
    assert!(!page.has("input[name=start]"));
    scene.ben.post(&format!("{offer}/withdrawal"), &[]).await.assert_status(409);
}

#[actix_web::test]
async fn an_offer_is_there_for_the_two_only() {
    let scene = Scene::start().await;
    let (cy, dot) = (scene.site.cy().await, scene.site.dot().await);
    let offer = scene.offered().await;
    let start = offered(&scene.ana, &offer, 1).await.remove(0);
    for outsider in [&cy, &dot] {
        outsider.get(&offer).await.assert_status(404);
        scene.book(outsider, &offer, &start).await.assert_status(404);
        outsider.post(&format!("{offer}/withdrawal"), &[]).await.assert_status(404);
    }
    scene.site.stranger().get(&offer).await.assert_status(303);
    scene.book(&scene.ben, &offer, &start).await.assert_status(403);
    scene.ana.post(&format!("{offer}/withdrawal"), &[]).await.assert_status(403);

    let offers = format!("/services/{}/offers", scene.service);
    dot.get(&offers).await.assert_status(404);
    dot.post(&offers, &[]).await.assert_status(404);
    scene.ana.get(&offers).await.assert_status(403);
    scene.ana.post(&offers, &[]).await.assert_status(403);
    // without an offer there is nothing to book
    let form = [("service", scene.service.as_str()), ("start", &start)];
    scene.ana.post("/bookings", &form).await.assert_status(404);
    scene.ben.post(&format!("/services/{}/quote", scene.service), &[]).await.assert_status(403);
}

#[actix_web::test]
async fn an_offer_goes_only_to_somebody_who_asked_or_booked() {
    let scene = Scene::start().await;
    let cy = scene.site.cy().await;
    scene.make(&cy, "400").await.assert_rejected("client");
    scene
        .ben
        .get(&format!("/services/{}/offers", scene.service))
        .await
        .assert_text("main", "Nobody has yet");
    scene.ask(&scene.ana).await.assert_status(303);
    scene.make(&cy, "400").await.assert_rejected("client");
    scene.make(&scene.ana, "four hundred").await.assert_rejected("amount");
    scene.make(&scene.ana, "400").await.assert_status(303);
    // having been answered ana may be offered something else
    scene.make(&scene.ana, "350").await.assert_status(303);
}

#[actix_web::test]
async fn a_new_offer_takes_the_place_of_the_one_before() {
    let scene = Scene::start().await;
    let first = scene.offered().await;
    let start = offered(&scene.ana, &first, 1).await.remove(0);
    let second = scene.make(&scene.ana, "350").await;
    assert_ne!(second.location(), first);
    scene.ana.get(&first).await.assert_text("[data-offer]", "was withdrawn");
    scene.book(&scene.ana, &first, &start).await.assert_status(409);
    let seen = scene.ana.get("/bookings").await;
    assert_eq!(seen.all("[data-offer]").len(), 1);
    scene.book(&scene.ana, second.location(), &start).await.assert_status(303);
}

#[actix_web::test]
async fn an_offer_ends_with_its_last_day_and_with_its_withdrawal() {
    let scene = Scene::start().await;
    let offer = scene.offered().await;
    scene.ben.get(&offer).await.assert_text("[data-offer]", "Your offer to Ana");
    scene.ben.post(&format!("{offer}/withdrawal"), &[]).await.assert_status(303);
    scene.ana.get(&offer).await.assert_text("[data-offer]", "was withdrawn");

    let second = scene.make(&scene.ana, "350").await.location().to_owned();
    scene.site.forward(Span::days(8));
    let start = offered(&scene.ana, "/accountants/ben-northgate-tax", 0).await;
    assert!(start.is_empty());
    let page = scene.ana.get(&second).await;
    page.assert_text("[data-offer]", "no longer valid");
    assert!(!page.has("input[name=start]"));
    scene.book(&scene.ana, &second, "2030-01-01T09:00Z").await.assert_status(409);
}

#[actix_web::test]
async fn one_asks_once_until_there_is_an_answer() {
    let scene = Scene::start().await;
    let quote = format!("/services/{}/quote", scene.service);
    let refused = scene.ana.post(&quote, &[("note", "Two shops")]).await;
    refused.assert_rejected("answer");
    assert!(refused.page().contains("Two shops"));
    scene.ask(&scene.ana).await.assert_status(303);
    scene.ask(&scene.ana).await.assert_status(409);

    let form = scene.ben.get("/practice/bookings").await.attribute("[data-enquiry] a", "href");
    let decline = scene.ben.get(&form).await.attribute("[data-enquiry] form", "action");
    let (cy, dot) = (scene.site.cy().await, scene.site.dot().await);
    cy.post(&decline, &[]).await.assert_status(404);
    dot.post(&decline, &[]).await.assert_status(404);
    scene.ben.post(&decline, &[]).await.assert_status(303);
    scene.ben.post(&decline, &[]).await.assert_status(303);
    let mails = scene.site.mails_to(&scene.ana.email).await;
    assert_eq!(mails.iter().filter(|mail| mail.contains("makes no offer")).count(), 1);
    scene.ask(&scene.ana).await.assert_status(303);
    // what nobody answers in a month can be asked again
    scene.site.forward(Span::days(30));
    scene.ana.sign_in().await;
    scene.ask(&scene.ana).await.assert_status(303);
}

#[actix_web::test]
async fn the_same_form_twice_is_one_question_and_one_offer() {
    let scene = Scene::start().await;
    let key = scene.ana.get(&scene.page).await.attribute("#booking [name=key]", "value");
    let form = [("answer", "200"), ("key", key.as_str())];
    let quote = format!("/services/{}/quote", scene.service);
    for _ in 0..2 {
        scene.ana.post(&quote, &form).await.assert_status(303);
    }
    let offers = format!("/services/{}/offers?client={}", scene.service, scene.ana.id);
    let page = scene.ben.get(&offers).await;
    let (key, until) =
        (page.attribute("#offer [name=key]", "value"), page.attribute("#until", "value"));
    let client = scene.ana.id.to_string();
    let form = [
        ("client", client.as_str()),
        ("amount", "0"),
        ("duration", "60"),
        ("until", &until),
        ("key", &key),
    ];
    let first = scene.ben.post(&offers, &form).await;
    let second = scene.ben.post(&offers, &form).await;
    assert_eq!(first.location(), second.location());
    scene.ana.get(first.location()).await.assert_text("[data-offer]", "Free");
}

#[actix_web::test]
async fn both_databases_refuse_to_change_an_offer_that_was_made() {
    use diesel::RunQueryDsl;
    let scene = Scene::start().await;
    let offer = scene.offered().await;
    let start = offered(&scene.ana, &offer, 1).await.remove(0);
    scene.book(&scene.ana, &offer, &start).await.assert_status(303);
    for change in [
        "price_minor = 1",
        "duration = 480",
        "valid_until = valid_until + 1",
        "words = NULL",
        "booking_id = NULL",
        "withdrawn_at = 1",
    ] {
        let text = format!("UPDATE quotes SET {change}");
        let refused = scene.site.site.db.write(move |conn, _| -> footing::error::Result<()> {
            diesel::sql_query(text).execute(conn)?;
            Ok(())
        });
        assert!(refused.await.is_err(), "{change} went through");
    }
}
