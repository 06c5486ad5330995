//! Whom an accountant takes, how many, and how: limits, known clients, bookings at once; and what
//! changes under a booking that stands.

use diesel::prelude::*;
use footing::accountants::schema::accountants;
use footing::bookings::schema::bookings;
use footing::clock::Instant;
use footing::users::{Status, UserId};

use crate::bookings::Scene;
use crate::hours::{offered, with};
use crate::support::{Person, TestSite};

async fn set_accepting(site: &TestSite, id: UserId, word: &'static str) {
    site.write(move |conn, _| {
        diesel::update(accountants::table.find(id))
            .set(accountants::accepting.eq(word))
            .execute(conn)?;
        Ok(())
    })
    .await;
}

async fn set_status(site: &TestSite, id: UserId, status: Status) {
    site.write(move |conn, _| {
        crate::support::set_status(conn, id.0, status.as_str());
        Ok(())
    })
    .await;
}

/// Pages of the picker that hold the month of the last time offered.
const WEEKS: usize = 9;

#[actix_web::test]
async fn known_clients_only_means_those_whose_request_was_accepted_before() {
    let scene = Scene::start().await;
    let cy = scene.site.cy().await;
    scene.confirmed(5).await;
    set_accepting(&scene.site, scene.ben.id, "known").await;
    let page = cy.get(&scene.path).await;
    page.assert_text("aside", "only clients who have booked before");
    scene.ask(&cy, &scene.starts[9]).await.assert_status(409);
    scene.ask(&scene.ana, &scene.starts[9]).await.assert_status(303);
    set_accepting(&scene.site, scene.ben.id, "none").await;
    scene.ask(&scene.ana, &scene.starts[11]).await.assert_status(409);
    scene.ana.get(&scene.path).await.assert_text("aside", "no bookings at present");
}

#[actix_web::test]
async fn a_week_and_a_month_have_room_for_so_many_and_no_more() {
    let scene = Scene::with_hours(&with(&[("per_week", "2")])).await;
    let monday = |start: &str| Instant::read_minute(start).unwrap().day("Europe/London").monday();
    let week = monday(&scene.starts[60]);
    let in_week = |start: &&String| monday(start) == week;
    let starts: Vec<_> = scene.starts.iter().filter(in_week).cloned().collect();
    scene.ask(&scene.ana, &starts[0]).await.assert_status(303);
    scene.ask(&scene.ana, &starts[20]).await.assert_status(303);
    scene.ask(&scene.ana, &starts[40]).await.assert_status(409);
    assert_eq!(offered(&scene.ana, &scene.path, WEEKS).await.iter().filter(in_week).count(), 0);

    let scene = Scene::with_hours(&with(&[("new_per_month", "1")])).await;
    let cy = scene.site.cy().await;
    let month = |start: &str| Instant::read_minute(start).unwrap().day("Europe/London").month();
    let last = month(scene.starts.last().unwrap());
    let in_month = |start: &&String| month(start) == last;
    let starts: Vec<_> = scene.starts.iter().filter(in_month).cloned().collect();
    scene.ask(&scene.ana, &starts[0]).await.assert_status(303);
    // whoever came before is not new
    scene.ask(&scene.ana, &starts[1]).await.assert_status(303);
    scene.ask(&cy, &starts[2]).await.assert_status(409);
    assert_eq!(offered(&cy, &scene.path, 6).await.iter().filter(in_month).count(), 0);
    let earlier = scene.starts.iter().find(|start| month(start) != last);
    if let Some(start) = earlier {
        scene.ask(&cy, start).await.assert_status(303);
    }
}

/// Changes one field of ben's one service.
pub async fn change(scene: &Scene, name: &str, value: &str) {
    let path = format!("/practice/services/{}", scene.service);
    let form = [
        ("title", "First-year consultation"),
        ("category", "consultation"),
        ("description", "What you can claim, what to register for and by when."),
        ("duration", "30"),
        ("price_kind", "fixed"),
        ("price", "85"),
        ("currency", "GBP"),
        ("modes", "video"),
    ];
    let mut form: Vec<_> = form.into_iter().filter(|(field, _)| *field != name).collect();
    form.push((name, value));
    scene.ben.post(&path, &form).await.assert_status(303);
}

#[actix_web::test]
async fn a_service_that_takes_bookings_at_once_is_confirmed_in_the_same_moment() {
    let scene = Scene::start().await;
    change(&scene, "accept", "instant").await;
    scene.ana.get(&scene.path).await.assert_text("#summary", "booked at once");
    let booking = scene.pending(7).await;
    let page = scene.ana.get(&booking).await;
    assert_eq!(page.attribute("[data-state]", "data-state"), "confirmed");
    assert_eq!(page.attributes("[data-event]", "data-event"), ["requested", "confirmed"]);
    for person in [&scene.ana, &scene.ben] {
        let mails = scene.site.mails_to(&person.email).await;
        assert_eq!(mails.iter().filter(|mail| mail.contains("text/calendar")).count(), 1);
    }
    scene.ben.post(&format!("{booking}/decline"), &[]).await.assert_status(409);
}

#[actix_web::test]
async fn free_minutes_around_a_booking_are_kept_and_those_of_both_add_up() {
    let scene = Scene::start().await;
    change(&scene, "buffer_after", "5").await;
    // a noon has neighbours on both sides, whatever the hour is now
    let is_noon = |nth: &usize| scene.starts[*nth].ends_with("T12:00Z");
    let noon = (16..scene.starts.len()).find(is_noon).unwrap();
    scene.pending(noon).await;
    let left = offered(&scene.ana, &scene.path, 2).await;
    // the next begins as this one ends, and the one before would end five minutes too late
    for gone in [noon - 1, noon, noon + 1] {
        assert!(!left.contains(&scene.starts[gone]), "{}", scene.starts[gone]);
    }
    assert!(left.contains(&scene.starts[noon - 2]) && left.contains(&scene.starts[noon + 2]));
    scene.ask(&scene.ana, &scene.starts[noon + 1]).await.assert_status(409);
}

#[actix_web::test]
async fn later_edits_of_a_service_change_nothing_in_what_was_agreed() {
    let scene = Scene::start().await;
    let booking = scene.confirmed(10).await;
    change(&scene, "price", "120").await;
    change(&scene, "duration", "45").await;
    let page = scene.ana.get(&booking).await;
    page.assert_text("main", "£85").assert_text("main", "30 minutes");
}

#[actix_web::test]
async fn nobody_books_a_paused_or_suspended_accountant_and_the_suspended_book_nobody() {
    let scene = Scene::start().await;
    let booking = scene.confirmed(3).await;
    let ask = async |person: &Person| scene.ask(person, &scene.starts[9]).await;
    set_status(&scene.site, scene.ben.id, Status::Suspended).await;
    ask(&scene.ana).await.assert_status(404);
    scene.ana.get(&scene.path).await.assert_status(404);
    // what stands goes on and can still be cancelled by whoever is suspended
    scene.ben.get(&booking).await.assert_status(200);
    let decline = format!("{booking}/proposal");
    scene.ben.post(&decline, &[("start", &scene.starts[12])]).await.assert_status(403);
    let time = format!("{booking}/time");
    scene.ana.post(&time, &[("start", &scene.starts[12])]).await.assert_status(409);
    set_status(&scene.site, scene.ben.id, Status::Active).await;

    set_status(&scene.site, scene.ana.id, Status::Suspended).await;
    ask(&scene.ana).await.assert_status(403);
    scene.ana.post(&format!("{booking}/cancellation"), &[]).await.assert_status(303);
    set_status(&scene.site, scene.ana.id, Status::Active).await;

    let state = format!("/practice/services/{}/state", scene.service);
    scene.ben.post(&state, &[("state", "paused")]).await.assert_status(303);
    ask(&scene.ana).await.assert_status(404);
}

#[actix_web::test]
async fn new_rules_of_a_zone_leave_the_instant_and_are_told_to_both_once() {
    let scene = Scene::start().await;
    let moved = scene.confirmed(3).await;
    let same = scene.confirmed(5).await;
    let id = moved.rsplit('/').next().unwrap().parse::<footing::bookings::BookingId>().unwrap();
    scene
        .site
        .write(move |conn, _| {
            // as if both had been made by the rules of a year in which the clock stood otherwise
            diesel::update(bookings::table).set(bookings::tz_version.eq("1999a")).execute(conn)?;
            diesel::update(bookings::table.find(id))
                .set(bookings::wall.eq("2026-01-01T00:00"))
                .execute(conn)?;
            Ok(())
        })
        .await;
    let told = async |person: &Person| {
        let mails = scene.site.mails_to(&person.email).await;
        mails.iter().filter(|mail| mail.contains("The rules for the clock in London")).count()
    };
    assert_eq!((told(&scene.ana).await, told(&scene.ben).await), (1, 1));
    scene.site.forward(footing::clock::Span::hours(2));
    assert_eq!((told(&scene.ana).await, told(&scene.ben).await), (1, 1));
    let page = scene.ana.get(&moved).await;
    page.assert_text("[data-event=clock-changed]", "clock");
    assert_eq!(page.attribute("header time", "datetime").get(..16), scene.starts[3].get(..16));
    assert!(!scene.ana.get(&same).await.has("[data-event=clock-changed]"));
}
