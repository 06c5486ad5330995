//! What the directory and the profile say about free times and answered requests.

use diesel::prelude::*;
use footing::clock::Span;
use footing::db::Conn;
use footing::directory::schema::entries;
use footing::error::Result;

use crate::bookings::Scene;
use crate::hours::{WEEK, offered};
use crate::support::{Person, TestSite};

async fn slugs(site: &TestSite, query: &str) -> Vec<String> {
    let page = site.stranger().get(&format!("/accountants?{query}")).await;
    page.attributes("[data-accountant]", "data-accountant")
}

/// The next free time on ben's row, if any.
async fn shown(person: &Person) -> Option<String> {
    let page = person.get("/accountants?q=northgate").await;
    page.attributes("[data-free]", "data-free").pop()
}

/// Ben with hours, and somebody listed who has none.
async fn scene() -> Scene {
    let scene = Scene::start().await;
    let dot = scene.site.dot().await;
    scene.site.complete(&dot, "Dot, Harbour Books", "vat").await;
    scene
}

#[actix_web::test]
async fn the_next_free_time_is_on_the_row_and_a_booking_moves_it_at_once() {
    let scene = scene().await;
    assert_eq!(shown(&scene.ana).await.as_ref(), Some(&scene.starts[0]));
    let profile = scene.site.stranger().get("/accountants/ben-northgate-tax").await;
    assert_eq!(profile.all(".soon li").len(), 3);
    let booking = scene.pending(0).await;
    assert_eq!(shown(&scene.ana).await.as_ref(), Some(&scene.starts[1]));
    scene.ben.post(&format!("{booking}/decline"), &[]).await.assert_status(303);
    assert_eq!(shown(&scene.ana).await.as_ref(), Some(&scene.starts[0]));

    // without hours nothing is free
    scene.ben.post("/practice/hours", &WEEK[..6]).await.assert_status(303);
    assert_eq!(shown(&scene.ana).await, None);
    let profile = scene.site.stranger().get("/accountants/ben-northgate-tax").await;
    assert!(!profile.has(".soon"));
}

#[actix_web::test]
async fn time_alone_moves_the_next_free_time_on() {
    let scene = scene().await;
    for _ in 0..30 {
        scene.site.forward(Span::hours(7));
        scene.site.work().await;
        scene.ana.sign_in().await;
        let first = offered(&scene.ana, &scene.path, 1).await.into_iter().next();
        let page = scene.ana.get(&scene.path).await;
        // a weekend's first time is in the week that follows
        if page.has("input[name=start]") {
            assert_eq!(shown(&scene.ana).await, first);
        }
    }
}

#[actix_web::test]
async fn a_time_that_can_no_longer_be_booked_is_not_shown_before_the_job_came_by() {
    let scene = scene().await;
    assert_eq!(slugs(&scene.site, "sort=soonest").await, ["ben-northgate-tax"]);
    assert_eq!(slugs(&scene.site, "free=7").await, ["ben-northgate-tax"]);
    scene.site.forward(Span::days(5));
    scene.ana.sign_in().await;
    assert_eq!(shown(&scene.ana).await, None);
    assert_eq!(slugs(&scene.site, "free=7").await, Vec::<String>::new());
    assert_eq!(slugs(&scene.site, "sort=soonest").await, Vec::<String>::new());
    scene.site.work().await;
    assert!(shown(&scene.ana).await.is_some());
    assert_eq!(slugs(&scene.site, "free=7").await, ["ben-northgate-tax"]);
}

#[actix_web::test]
async fn the_filter_finds_those_who_are_free_within_the_days_asked_for() {
    let scene = scene().await;
    let today = scene.site.site.db.now().day("Europe/London");
    let away = [("first", today.to_string()), ("last", today.plus(9).to_string())];
    let away: Vec<_> = away.iter().map(|(name, value)| (*name, value.as_str())).collect();
    scene.ben.post("/practice/hours/dates", &away).await.assert_status(303);
    let found = async |query| slugs(&scene.site, query).await.len();
    assert_eq!((found("free=7").await, found("free=14").await, found("").await), (0, 1, 2));
    let page = scene.site.stranger().get("/accountants?free=14").await;
    page.assert_text(".chip", "Free within 14 days");
    let page = scene.site.stranger().get("/accountants?free=3").await;
    page.assert_text(".note", "free");
    // six days later the time has come nearer, though nobody did anything
    scene.site.forward(Span::days(6));
    scene.site.work().await;
    assert_eq!((found("free=7").await, found("free=14").await), (1, 1));
}

#[actix_web::test]
async fn soonest_first_is_by_the_time_that_is_free() {
    let site = TestSite::start().await;
    let mut people = vec![];
    for (name, shown) in [("eva", "Eva Books"), ("gil", "Gil Books"), ("ivo", "Ivo Books")] {
        people.push(site.accountant(name, shown).await);
    }
    // each is free an hour later than the one before, on a day of which nothing is over
    let day = site.site.db.now().day("Europe/London").plus(2).weekday().to_string();
    for (nth, person) in people.iter().enumerate() {
        let from = format!("{:02}:00", 9 + nth);
        let hours: Vec<(&str, &str)> = vec![
            ("zone", "Europe/London"),
            ("notice", "0"),
            ("horizon", "60"),
            ("day", &day),
            ("from", &from),
            ("to", "17:00"),
        ];
        person.post("/practice/hours", &hours).await.assert_status(303);
    }
    assert_eq!(slugs(&site, "sort=soonest").await, ["eva-books", "gil-books", "ivo-books"]);
}

#[actix_web::test]
async fn a_request_left_to_lapse_lowers_the_rank_and_stands_on_the_row() {
    let scene = scene().await;
    let ben = scene.ben.id;
    let rank = async || {
        slugs(&scene.site, "").await;
        let row = move |conn: &mut Conn, _| -> Result<i64> {
            Ok(entries::table.find(ben).select(entries::rank).first(conn)?)
        };
        scene.site.read(row).await >> 53
    };
    assert_eq!(rank().await, 765);
    let booking = scene.pending(10).await;
    scene.ben.post(&format!("{booking}/acceptance"), &[]).await.assert_status(303);
    let answered = rank().await;
    assert_eq!(answered, 525 + 300 * 5 / 6);
    scene.pending(11).await;
    scene.site.forward(Span::hours(48));
    scene.site.work().await;
    assert_eq!(rank().await, 525 + 300 * 5 / 7);
    let page = scene.site.stranger().get("/accountants?q=northgate").await;
    page.assert_text("article", "Answered 1 of 2 requests");
}
