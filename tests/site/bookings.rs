//! Booking an hour: asking, answering, moving, cancelling; and who is refused.

use footing::bookings::Booking;
use footing::clock::{Instant, Span};

use crate::hours::{WEEK, offered, service_path, with};
use crate::support::{Answer, Person, TestSite};

/// Ben with hours, and somebody to ask.
pub struct Scene {
    pub site: TestSite,
    pub ana: Person,
    pub ben: Person,
    pub path: String,
    pub service: String,
    pub starts: Vec<String>,
}

impl Scene {
    pub async fn start() -> Self {
        Self::with_hours(&WEEK).await
    }

    pub async fn with_hours(hours: &[(&str, &str)]) -> Self {
        Self::of(TestSite::start().await, hours).await
    }

    pub async fn on(site: TestSite) -> Self {
        Self::of(site, &WEEK).await
    }

    async fn of(site: TestSite, hours: &[(&str, &str)]) -> Self {
        let (ana, ben) = (site.ana().await, site.ben().await);
        ben.post("/practice/hours", hours).await.assert_status(303);
        let path = service_path(&site).await;
        let service = path.rsplit('/').next().unwrap().to_owned();
        let starts = offered(&ana, &path, 6).await;
        Self { site, ana, ben, path, service, starts }
    }

    pub async fn ask(&self, person: &Person, start: &str) -> Answer {
        person.post("/bookings", &[("service", &self.service), ("start", start)]).await
    }

    /// A request of ana's for one of the times offered.
    pub async fn pending(&self, nth: usize) -> String {
        let answer = self.ask(&self.ana, &self.starts[nth]).await;
        answer.assert_status(303);
        answer.location().to_owned()
    }

    pub async fn confirmed(&self, nth: usize) -> String {
        let booking = self.pending(nth).await;
        self.ben.post(&format!("{booking}/acceptance"), &[]).await.assert_status(303);
        booking
    }

    pub async fn state(&self, booking: &str) -> String {
        self.ana.get(booking).await.attribute("[data-state]", "data-state")
    }

    pub async fn events(&self, booking: &str) -> Vec<String> {
        self.ana.get(booking).await.attributes("[data-event]", "data-event")
    }
}

#[actix_web::test]
async fn a_request_is_accepted_by_its_accountant_and_by_nobody_else() {
    let scene = Scene::start().await;
    let (cy, dot) = (scene.site.cy().await, scene.site.dot().await);
    let booking = scene.pending(3).await;
    for page in [booking.clone(), format!("{booking}.ics"), format!("{booking}/time")] {
        cy.get(&page).await.assert_status(404);
        dot.get(&page).await.assert_status(404);
        scene.site.stranger().get(&page).await.assert_status(303);
    }
    for act in [
        "acceptance",
        "decline",
        "cancellation",
        "time",
        "proposal",
        "proposal/answer",
        "no-show",
        "complaint",
        "paid-directly",
    ] {
        let address = format!("{booking}/{act}");
        cy.post(&address, &[("start", "x"), ("reason", "x")]).await.assert_status(404);
        dot.post(&address, &[("start", "x"), ("reason", "x")]).await.assert_status(404);
    }
    let acceptance = format!("{booking}/acceptance");
    scene.ana.post(&acceptance, &[]).await.assert_status(403);
    scene.ben.post(&acceptance, &[]).await.assert_status(303);
    scene.ben.post(&acceptance, &[]).await.assert_status(303); // the same act: nothing twice
    scene.ben.post(&format!("{booking}/decline"), &[]).await.assert_status(409);

    assert_eq!(scene.state(&booking).await, "confirmed");
    assert_eq!(scene.events(&booking).await, ["requested", "confirmed"]);
    let mails = scene.site.mails_to(&scene.ana.email).await;
    assert_eq!(mails.iter().filter(|mail| mail.contains("method=REQUEST")).count(), 1);
}

#[actix_web::test]
async fn a_time_is_won_once_and_the_loser_gets_fresh_times_with_what_was_typed() {
    let scene = Scene::start().await;
    let cy = scene.site.cy().await;
    scene.pending(2).await;
    let form = [
        ("service", scene.service.as_str()),
        ("start", &scene.starts[2]),
        ("note", "Two flats, one let"),
    ];
    let answer = cy.post("/bookings", &form).await;
    answer.assert_status(409);
    answer.assert_text("#refusal", "just been taken");
    assert!(answer.page().contains("Two flats, one let"));
    assert!(!answer.values("input[name=start]").contains(&scene.starts[2]));
    assert!(!offered(&cy, &scene.path, 6).await.contains(&scene.starts[2]));
    assert_eq!(cy.get("/bookings").await.attributes("[data-booking]", "data-booking").len(), 0);
}

#[actix_web::test]
async fn turning_the_week_brings_the_slot_picker_alone() {
    let scene = Scene::start().await;
    let booking = scene.confirmed(0).await;
    let (time, proposal) = (format!("{booking}/time"), format!("{booking}/proposal"));
    for (person, path) in [(&scene.ana, &scene.path), (&scene.ana, &time), (&scene.ben, &proposal)]
    {
        let request = actix_web::test::TestRequest::get()
            .uri(path)
            .insert_header(("hx-request", "true"))
            .insert_header(("hx-request-type", "partial"));
        let part = person.send(request).await;
        assert!(part.has("#week input[name=start]"), "{path}");
        assert!(!part.page().contains("<html"), "{path}");
    }
}

#[actix_web::test]
async fn a_start_that_is_not_offered_is_refused_and_nothing_is_written() {
    let scene = Scene::start().await;
    let day = &scene.starts[0][..10];
    let far = scene.site.site.db.now() + Span::days(90);
    for start in [
        "",
        "soon",
        "2026-11-30T10:00:00Z",
        "2026-11-30T10:00+01:00",
        "9999-01-01T10:00Z",
        "2026-11-30 10:00Z",
        "2026-13-30T10:00Z",
        "2026-11-30T24:00Z",
        "-2026-11-30T10:00Z",
    ] {
        scene.ask(&scene.ana, start).await.assert_rejected("start");
    }
    let off_grid = format!("{day}T10:07Z");
    let at_night = format!("{day}T03:00Z");
    let soon = (scene.site.site.db.now() + Span::hours(1)).minute();
    for start in [&off_grid, &at_night, &soon, &far.minute(), &"2020-01-06T10:00Z".to_owned()] {
        let answer = scene.ask(&scene.ana, start).await;
        answer.assert_status(409);
        answer.assert_text("#refusal", "not offered");
        assert!(!answer.values("input[name=start]").is_empty(), "no fresh times");
    }
    let ana = scene.ana.id;
    let all = scene.site.read(move |conn, now| {
        Booking::past(conn, ana, footing::bookings::Side::Client, now + Span::days(400), None)
    });
    assert!(all.await.0.is_empty());
}

#[actix_web::test]
async fn only_clients_book_and_only_what_everybody_can_see() {
    let scene = Scene::start().await;
    let (dot, root) = (scene.site.dot().await, scene.site.root().await);
    scene.ask(&scene.ben, &scene.starts[0]).await.assert_status(403);
    scene.ask(&dot, &scene.starts[0]).await.assert_status(403);
    scene.ask(&root, &scene.starts[0]).await.assert_status(403);
    scene.ask(&scene.site.stranger(), &scene.starts[0]).await.assert_status(303);
    let state = format!("/practice/services/{}/state", scene.service);
    scene.ben.post(&state, &[("state", "paused")]).await.assert_status(303);
    scene.ask(&scene.ana, &scene.starts[0]).await.assert_status(404);
    let nobody = [("service", "0C9K4VXT2M7QA"), ("start", scene.starts[0].as_str())];
    scene.ana.post("/bookings", &nobody).await.assert_status(404);
}

#[actix_web::test]
async fn the_same_form_twice_is_one_booking_and_another_under_its_key_is_refused() {
    let scene = Scene::start().await;
    let key = "0c9k4vxt2m7qa0c9k4vxt2m7qa";
    let form = |start: usize| -> [(&str, &str); 3] {
        [("service", scene.service.as_str()), ("start", &scene.starts[start]), ("key", key)]
    };
    let first = scene.ana.post("/bookings", &form(1)).await;
    let second = scene.ana.post("/bookings", &form(1)).await;
    first.assert_status(303);
    assert_eq!((second.status, second.location()), (first.status, first.location()));
    scene.ana.post("/bookings", &form(2)).await.assert_status(409);
    // whatever became of the service since
    let state = format!("/practice/services/{}/state", scene.service);
    scene.ben.post(&state, &[("state", "paused")]).await.assert_status(303);
    assert_eq!(scene.ana.post("/bookings", &form(1)).await.location(), first.location());
    assert_eq!(
        scene.ana.get("/bookings").await.attributes("[data-booking]", "data-booking").len(),
        1
    );
}

#[actix_web::test]
async fn a_request_that_is_not_answered_lapses_and_its_time_is_free_without_the_sweeper() {
    let scene = Scene::start().await;
    let cy = scene.site.cy().await;
    let booking = scene.pending(60).await;
    let before = cy.get(&scene.path).await;
    assert!(!before.values("input[name=start]").contains(&scene.starts[60]));
    scene.site.forward(Span::hours(48));
    assert_eq!(scene.state(&booking).await, "expired");
    scene.ben.post(&format!("{booking}/acceptance"), &[]).await.assert_status(409);
    // no sweeper came by, and still the time can be had
    scene.ask(&cy, &scene.starts[60]).await.assert_status(303);
    assert_eq!(scene.events(&booking).await, ["requested", "expired"]);
    let notices = scene.ana.get("/notifications").await;
    assert!(notices.page().contains("did not answer in time"));
}

#[actix_web::test]
async fn the_sweeper_ends_requests_completes_bookings_and_sends_each_reminder_once() {
    let scene = Scene::start().await;
    let (confirmed, lapsed) = (scene.confirmed(100).await, scene.pending(101).await);
    let start = Instant::read_minute(&scene.starts[100]).unwrap();
    let to = |at: Instant| at.elapsed_since(scene.site.site.db.now());
    scene.site.forward(Span::seconds(to(start - Span::hours(24)).as_seconds() + 60));
    scene.site.work().await;
    assert_eq!(scene.state(&lapsed).await, "expired");
    let reminders = async |words: &str| {
        let mails = scene.site.mails_to(&scene.ana.email).await;
        mails.iter().filter(|mail| mail.contains(words)).count()
    };
    assert_eq!(reminders("within a day").await, 1);
    scene.site.forward(Span::hours(23));
    scene.site.work().await;
    scene.site.work().await;
    assert_eq!((reminders("within a day").await, reminders("within the hour").await), (1, 1));
    scene.site.forward(Span::hours(2));
    assert_eq!(scene.state(&confirmed).await, "completed");
    scene.site.work().await;
    assert_eq!(scene.events(&confirmed).await, ["requested", "confirmed", "completed"]);
}

#[actix_web::test]
async fn cancelling_says_what_it_means_frees_the_time_and_tells_the_other() {
    let scene = Scene::start().await;
    let booking = scene.confirmed(100).await;
    let page = scene.ana.get(&booking).await;
    assert!(page.page().contains("You pay directly, so settle with Ben what was paid."));
    let cancellation = format!("{booking}/cancellation");
    let reason = [("reason", "My mother is ill.")];
    scene.ana.post(&cancellation, &reason).await.assert_status(303);
    scene.ana.post(&cancellation, &reason).await.assert_status(303);
    assert_eq!(scene.events(&booking).await, ["requested", "confirmed", "cancelled"]);
    assert!(scene.ben.get(&booking).await.page().contains("My mother is ill."));
    let mails = scene.site.mails_to(&scene.ben.email).await;
    let mail = mails.last().unwrap();
    assert!(mail.contains("METHOD:CANCEL") || mail.contains("method=CANCEL"), "{mail}");
    assert!(!mail.contains("mother"), "a reason left by mail");
    assert!(offered(&scene.ana, &scene.path, 6).await.contains(&scene.starts[100]));
    scene.ben.post(&format!("{booking}/acceptance"), &[]).await.assert_status(409);
    let long = "x".repeat(1001);
    let other = scene.confirmed(101).await;
    let answer = scene.ana.post(&format!("{other}/cancellation"), &[("reason", &long)]).await;
    answer.assert_rejected("reason");
}

#[actix_web::test]
async fn a_booking_moves_three_times_while_all_would_come_back_and_keeps_its_terms() {
    let scene = Scene::start().await;
    let booking = scene.confirmed(200).await;
    let time = format!("{booking}/time");
    scene.ana.get(&time).await.assert_status(200);
    scene.ben.get(&time).await.assert_status(403);
    scene.ben.post(&time, &[("start", &scene.starts[201])]).await.assert_status(403);
    scene.ana.post(&time, &[("start", "soon")]).await.assert_rejected("start");
    for nth in [201, 202, 203] {
        scene.ana.post(&time, &[("start", &scene.starts[nth])]).await.assert_status(303);
    }
    assert!(offered(&scene.ana, &scene.path, 6).await.contains(&scene.starts[200]));
    let fourth = scene.ana.post(&time, &[("start", &scene.starts[204])]).await;
    fourth.assert_status(409).assert_text("#refusal", "three times");
    let moved = scene.ana.get(&booking).await;
    assert!(moved.page().contains(&scene.starts[203].replace('Z', ":00Z")));

    // too late once half of the price would be kept
    let late = scene.confirmed(100).await;
    let start = Instant::read_minute(&scene.starts[100]).unwrap();
    let left = start.elapsed_since(scene.site.site.db.now()).as_seconds();
    scene.site.forward(Span::seconds(left - 47 * 3600));
    let answer = scene.ana.post(&format!("{late}/time"), &[("start", &scene.starts[210])]).await;
    answer.assert_status(409).assert_text("#refusal", "too late");
}

#[actix_web::test]
async fn another_time_is_proposed_blocks_nothing_and_is_taken_or_declined_by_the_client() {
    let scene = Scene::start().await;
    let cy = scene.site.cy().await;
    let booking = scene.pending(100).await;
    let proposal = format!("{booking}/proposal");
    scene.ben.get(&proposal).await.assert_status(200);
    scene.ana.get(&proposal).await.assert_status(403);
    scene.ana.post(&proposal, &[("start", &scene.starts[110])]).await.assert_status(403);
    scene.ben.post(&proposal, &[("start", &scene.starts[110])]).await.assert_status(303);
    let answer = format!("{booking}/proposal/answer");
    scene.ben.post(&answer, &[("answer", "accept")]).await.assert_status(403);
    scene.ana.post(&answer, &[("answer", "perhaps")]).await.assert_status(422);
    scene.ana.post(&answer, &[("answer", "accept")]).await.assert_status(303);
    assert_eq!(scene.state(&booking).await, "confirmed");
    assert_eq!(scene.events(&booking).await, ["requested", "proposed", "moved", "confirmed"]);

    // a proposed time may be gone when it is taken
    let other = scene.pending(120).await;
    let proposal = format!("{other}/proposal");
    scene.ben.post(&proposal, &[("start", &scene.starts[121])]).await.assert_status(303);
    scene.ask(&cy, &scene.starts[121]).await.assert_status(303);
    let answer = format!("{other}/proposal/answer");
    scene.ana.post(&answer, &[("answer", "accept")]).await.assert_status(409);
    assert_eq!(scene.state(&other).await, "pending");
    scene.ana.post(&answer, &[("answer", "decline")]).await.assert_status(303);
    assert!(scene.events(&other).await.contains(&"proposal-declined".to_owned()));
}

#[actix_web::test]
async fn who_did_not_appear_is_said_in_time_and_can_be_complained_of() {
    let scene = Scene::start().await;
    let booking = scene.confirmed(20).await;
    let (no_show, complaint) = (format!("{booking}/no-show"), format!("{booking}/complaint"));
    scene.ben.post(&no_show, &[]).await.assert_status(409);
    let start = Instant::read_minute(&scene.starts[20]).unwrap();
    let left = start.elapsed_since(scene.site.site.db.now()).as_seconds();
    scene.site.forward(Span::seconds(left + 16 * 60));
    scene.ana.post(&no_show, &[]).await.assert_status(403);
    scene.ben.post(&complaint, &[("reason", "They were rude to me.")]).await.assert_status(403);
    scene.ben.post(&no_show, &[]).await.assert_status(303);
    scene.ana.post(&complaint, &[("reason", "short")]).await.assert_rejected("reason");
    let words = [("reason", "I was there and waited for half an hour.")];
    scene.ana.post(&complaint, &words).await.assert_status(303);
    scene.ana.post(&complaint, &words).await.assert_status(303);
    let others = [("reason", "I waited for a whole hour, and nobody came.")];
    scene.ana.post(&complaint, &others).await.assert_status(409);
    assert!(scene.ben.get(&booking).await.page().contains("waited for half an hour"));
    scene.ben.post(&format!("{booking}/paid-directly"), &[]).await.assert_status(303);
    assert!(scene.ana.get(&booking).await.page().contains("Paid directly to the accountant"));
}

#[actix_web::test]
async fn limits_of_a_day_hold_and_ten_open_requests_are_enough() {
    let scene = Scene::with_hours(&with(&[("per_day", "3")])).await;
    let day = scene.starts[40][..10].to_owned();
    let same_day: Vec<_> = scene.starts.iter().filter(|start| start.starts_with(&day)).collect();
    for start in same_day.iter().take(3) {
        scene.ask(&scene.ana, start).await.assert_status(303);
    }
    scene.ask(&scene.ana, same_day[5]).await.assert_status(409);
    assert!(!offered(&scene.ana, &scene.path, 6).await.iter().any(|start| start.starts_with(&day)));
    let mut days: Vec<&str> = scene.starts.iter().map(|start| &start[..10]).collect();
    days.dedup();
    for other in days.iter().filter(|other| ***other != *day).take(7) {
        let start = scene.starts.iter().find(|start| start.starts_with(other)).unwrap();
        scene.ask(&scene.ana, start).await.assert_status(303);
    }
    let last = scene.starts.last().unwrap();
    let answer = scene.ask(&scene.ana, last).await;
    answer.assert_status(422).assert_text("#refusal", "ten requests");
}

#[actix_web::test]
async fn the_feed_is_private_and_a_new_address_ends_the_old_one() {
    let scene = Scene::start().await;
    scene.confirmed(30).await;
    let make = async |form: &[(&str, &str)]| {
        let page = scene.ana.post("/settings/calendar/token", form).await;
        page.assert_status(200);
        page.values("#feed-address").first().cloned()
    };
    let path = |address: &str| address.split_once(":8080").unwrap().1.to_owned();
    let first = path(&make(&[]).await.unwrap());
    let stranger = scene.site.stranger();
    let feed = stranger.get(&first).await;
    feed.assert_status(200);
    assert!(
        feed.page().contains("BEGIN:VEVENT") && feed.page().contains("First-year consultation")
    );
    let second = path(&make(&[("busy_only", "on")]).await.unwrap());
    stranger.get(&first).await.assert_status(404);
    let busy = stranger.get(&second).await;
    assert!(busy.page().contains("SUMMARY:Busy") && !busy.page().contains("Northgate"));
    assert_eq!(make(&[("act", "remove")]).await, None);
    stranger.get(&second).await.assert_status(404);
    assert!(!scene.ana.get("/settings/calendar").await.has("#feed-address"));
}
