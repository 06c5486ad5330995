//! Another time: who may move a booking where to, what is proposed, and the same button twice.

use footing::bookings::{Booking, BookingId};
use footing::clock::{Instant, Span};

use crate::bookings::Scene;
use crate::hours::{WEEK, offered, service_path, with};
use crate::limits::change;
use crate::support::{Person, TestSite, suspend};
use crate::till::Till;

fn at(text: &str) -> Instant {
    Instant::read_minute(text).unwrap()
}

async fn booking(site: &TestSite, path: &str) -> Booking {
    let id: BookingId = path.rsplit('/').next().unwrap().parse().unwrap();
    site.read(move |conn, _| Booking::by_id(conn, id)).await
}

async fn answer(person: &Person, booking: &str, form: &[(&str, &str)]) -> u16 {
    person.post(&format!("{booking}/proposal/answer"), form).await.status.as_u16()
}

#[actix_web::test]
async fn a_proposal_ends_with_the_request_it_belongs_to() {
    let scene = Scene::start().await;
    let request = scene.pending(200).await;
    scene.site.forward(Span::hours(40));
    let proposal = format!("{request}/proposal");
    scene.ben.post(&proposal, &[("start", &scene.starts[210])]).await.assert_status(303);
    let row = booking(&scene.site, &request).await;
    assert_eq!(row.proposed_until, row.deadline, "not two days from now");
    scene.site.forward(Span::hours(9));
    assert!(!scene.ana.get(&request).await.has("[action$='/proposal/answer']"));
    assert_eq!(answer(&scene.ana, &request, &[("answer", "accept")]).await, 409);
    let late = scene.ben.post(&proposal, &[("start", &scene.starts[211])]).await;
    late.assert_status(409).assert_text("#refusal", "too late");
}

#[actix_web::test]
async fn a_moved_request_leaves_time_for_its_answer_though_its_service_now_books_at_once() {
    let scene = Scene::with_hours(&with(&[("notice", "0")])).await;
    let request = scene.pending(100).await;
    change(&scene, "accept", "instant").await;
    let time = format!("{request}/time");
    let soon = (scene.site.site.db.now() + Span::minutes(43)).minute();
    assert!(offered(&scene.ana, &scene.path, 1).await.contains(&soon), "it is 09:17");
    assert!(!offered(&scene.ana, &time, 1).await.contains(&soon));
    scene.ana.post(&time, &[("start", &soon)]).await.assert_status(409);
    let later = scene.starts.iter().find(|start| at(start) > at(&soon) + Span::hours(2)).unwrap();
    scene.ana.post(&time, &[("start", later)]).await.assert_status(303);
    assert_eq!(scene.state(&request).await, "pending");
    assert_eq!(booking(&scene.site, &request).await.deadline, Some(at(later) - Span::hours(1)));
}

#[actix_web::test]
async fn a_paused_service_bars_nobody_from_another_time_and_who_is_away_bars_all() {
    let scene = Scene::start().await;
    let stands = scene.confirmed(200).await;
    let state = format!("/practice/services/{}/state", scene.service);
    scene.ben.post(&state, &[("state", "paused")]).await.assert_status(303);
    scene.site.stranger().get(&scene.path).await.assert_status(404);
    let time = format!("{stands}/time");
    scene.ana.post(&time, &[("start", &scene.starts[201])]).await.assert_status(303);

    let id = scene.ben.id.0;
    scene
        .site
        .write(move |conn, _| {
            suspend(conn, id);
            Ok(())
        })
        .await;
    let page = scene.ana.get(&time).await;
    page.assert_status(200).assert_text("#refusal", "offers no times at present");
    assert!(offered(&scene.ana, &time, 1).await.is_empty());
    scene.ana.post(&time, &[("start", &scene.starts[202])]).await.assert_status(409);
    assert_eq!(booking(&scene.site, &stands).await.starts_at, at(&scene.starts[201]));
}

#[actix_web::test]
async fn a_proposal_that_was_replaced_meanwhile_is_not_taken_unread() {
    let scene = Scene::start().await;
    let stands = scene.confirmed(200).await;
    let proposal = format!("{stands}/proposal");
    scene.ben.post(&proposal, &[("start", &scene.starts[210])]).await.assert_status(303);
    let shown = scene.ana.get(&stands).await.attribute("[action$='/answer'] [name=start]", "value");
    assert_eq!(shown, scene.starts[210]);
    scene.ben.post(&proposal, &[("start", &scene.starts[220])]).await.assert_status(303);
    for word in ["accept", "decline"] {
        let form = [("answer", word), ("start", shown.as_str())];
        assert_eq!(answer(&scene.ana, &stands, &form).await, 409, "{word}");
    }
    let form = [("answer", "accept"), ("start", scene.starts[220].as_str())];
    assert_eq!(answer(&scene.ana, &stands, &form).await, 303);
    assert_eq!(booking(&scene.site, &stands).await.starts_at, at(&scene.starts[220]));
}

#[actix_web::test]
async fn the_same_act_again_is_the_same_answer_and_happens_once() {
    let scene = Scene::start().await;
    let (ana, ben) = (&scene.ana, &scene.ben);
    let twice = async |person: &Person, path: String, form: &[(&str, &str)]| {
        for _ in 0..2 {
            person.post(&path, form).await.assert_status(303);
        }
    };
    let declined = scene.pending(100).await;
    twice(ben, format!("{declined}/decline"), &[]).await;
    let cancelled = scene.confirmed(110).await;
    twice(ana, format!("{cancelled}/cancellation"), &[]).await;
    assert_eq!(scene.events(&cancelled).await, ["requested", "confirmed", "cancelled"]);

    let kept = scene.pending(120).await;
    twice(ben, format!("{kept}/acceptance"), &[]).await;
    twice(ana, format!("{kept}/time"), &[("start", &scene.starts[130])]).await;
    twice(ben, format!("{kept}/proposal"), &[("start", &scene.starts[140])]).await;
    twice(ana, format!("{kept}/proposal/answer"), &[("answer", "accept")]).await;
    twice(ben, format!("{kept}/proposal"), &[("start", &scene.starts[150])]).await;
    twice(ana, format!("{kept}/proposal/answer"), &[("answer", "decline")]).await;
    assert_eq!(answer(ana, &kept, &[("answer", "accept")]).await, 409, "it was declined");
    twice(ben, format!("{kept}/place"), &[("place", "https://meet.example.org/x")]).await;
    let left = at(&scene.starts[140]).elapsed_since(scene.site.site.db.now());
    scene.site.forward(left);
    scene.site.forward(Span::hours(1));
    twice(ben, format!("{kept}/acceptance"), &[]).await;
    twice(ben, format!("{kept}/no-show"), &[]).await;
    twice(ana, format!("{kept}/no-show/objection"), &[]).await;
    twice(ana, format!("{kept}/complaint"), &[("reason", "I was there and waited.")]).await;
    twice(ben, format!("{kept}/paid-directly"), &[]).await;
    let all = scene.events(&kept).await;
    for kind in ["moved", "proposed"] {
        assert_eq!(all.iter().filter(|one| *one == kind).count(), 2, "{kind}: {all:?}");
    }
    for kind in ["confirmed", "no-show", "no-show-objected", "complaint", "paid-directly"] {
        assert_eq!(all.iter().filter(|one| *one == kind).count(), 1, "{kind}: {all:?}");
    }
}

#[actix_web::test]
async fn a_paid_hour_is_proposed_only_within_sixty_days_of_its_charge() {
    let till = Till::start().await;
    let stands = till.confirmed().await;
    let propose = async |days: i64| {
        let start = till.booking(&stands).await.starts_at + Span::days(days);
        till.ben.post(&format!("{stands}/proposal"), &[("start", &start.minute())]).await
    };
    propose(70).await.assert_status(409).assert_text("#refusal", "sixty days");
    propose(40).await.assert_status(303);
}

#[actix_web::test]
async fn an_own_booking_at_that_time_is_a_warning_before_the_button_for_its_owner_alone() {
    let scene = Scene::start().await;
    let dot = scene.site.accountant("dot", "Dorothy Park").await;
    dot.post("/practice/hours", &WEEK).await.assert_status(303);
    let links = scene.ana.get("/accountants/dorothy-park").await.attributes("a", "href");
    let service = links.iter().find(|link| link.contains("/services/")).unwrap().clone();
    assert_ne!(service, service_path(&scene.site).await);
    let start = &scene.starts[3];
    scene.pending(3).await;
    let look = format!("{service}?from={}&start={start}", &start[..10]);
    let page = scene.ana.get(&look).await;
    let slot = format!("label:has(input[value='{start}'])");
    page.assert_text(&slot, "You have “First-year consultation” at that time");
    page.assert_text("#clash-words", "You can pick them all the same");
    page.assert_text("[data-chosen]", "You have “First-year consultation” at that time");
    for other in [scene.site.cy().await.get(&look).await, scene.site.stranger().get(&look).await] {
        assert!(!other.has("#clash-words") && !other.page().contains("You have “First-year"));
    }
    // it bars nobody
    let form = [("service", service.rsplit('/').next().unwrap()), ("start", start)];
    let booked = scene.ana.post("/bookings", &form).await;
    booked.assert_status(303);
    // moving the one warns of the other, and not of itself; its accountant reads nothing of it
    let week = format!("?from={}", &start[..10]);
    let time = scene.ana.get(&format!("{}/time{week}", booked.location())).await;
    assert_eq!(time.attributes("[data-clash]", "data-clash").len(), 1);
    let proposal = dot.get(&format!("{}/proposal{week}", booked.location())).await;
    assert!(!proposal.assert_status(200).has("[data-clash]"));
}

#[actix_web::test]
async fn a_file_of_what_has_ended_takes_it_out_of_the_calendar() {
    let scene = Scene::start().await;
    let mails = async || scene.site.mails_to(&scene.ana.email).await.pop().unwrap();
    let file = async |booking: &str| {
        scene.ana.get(&format!("{booking}.ics")).await.page().replace("\r\n ", "")
    };
    let declined = scene.pending(100).await;
    assert!(file(&declined).await.contains("METHOD:PUBLISH"));
    scene.ben.post(&format!("{declined}/decline"), &[]).await.assert_status(303);
    for text in [file(&declined).await, mails().await] {
        for part in ["METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:1", "ORGANIZER"] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
    }
    let taken_back = scene.pending(101).await;
    scene.ana.post(&format!("{taken_back}/cancellation"), &[]).await.assert_status(303);
    assert!(mails().await.contains("METHOD:CANCEL"));
    let lapsed = scene.pending(102).await;
    scene.site.forward(Span::hours(60));
    scene.site.work().await;
    assert!(mails().await.contains("METHOD:CANCEL"));
    assert!(file(&lapsed).await.contains("SEQUENCE:1"));
}

#[actix_web::test]
async fn a_mail_offers_its_entry_as_one_of_the_choices_and_says_that_an_answer_changes_nothing() {
    let scene = Scene::start().await;
    let booking = scene.confirmed(100).await;
    let mail = scene.site.mails_to(&scene.ana.email).await.pop().unwrap();
    let mail = mail.replace("=\r\n", "").replace("=3D", "=").replace("\r\n ", "");
    for part in [
        "text/calendar; method=REQUEST; charset=utf-8",
        "Content-Type: application/ics",
        "METHOD:REQUEST",
        ";RSVP=FALSE:mailto:",
        "Answering in your mail program changes nothing",
        &format!("{booking}#actions"),
    ] {
        assert!(mail.contains(part), "{part} is not in {mail}");
    }
    scene.ana.get(&booking).await.assert_text("#actions", "Cancel the booking");
    // the last choice is the best one, and a file beside it is no choice
    let (text, entry) = (mail.find("text/plain").unwrap(), mail.find("text/calendar").unwrap());
    let (html, file) = (mail.find("text/html").unwrap(), mail.find("application/ics").unwrap());
    assert!(text < html && html < entry && entry < file, "{mail}");
}

#[actix_web::test]
async fn dates_that_are_over_count_no_more_and_can_be_removed() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let away = async |day: Instant| {
        let day = day.day("Europe/London").to_string();
        ben.post("/practice/hours/dates", &[("first", &day), ("last", &day)]).await
    };
    let begin = site.site.db.now();
    for nth in 0..200 {
        away(begin + Span::days(nth)).await.assert_status(303);
    }
    away(begin + Span::days(200)).await.assert_status(409);
    site.forward(Span::days(1));
    away(begin + Span::days(200)).await.assert_status(303);
    let page = ben.get("/practice/hours").await;
    page.assert_text("#past-dates summary", "Past dates (1)");
    let removal = page.attributes("#past-dates form", "action").remove(0);
    site.dot().await.post(&removal, &[]).await.assert_status(404);
    ben.post(&removal, &[]).await.assert_status(303);
    assert!(!ben.get("/practice/hours").await.has("#past-dates"));
}
