//! What a calendar kept elsewhere holds that takes no time away: events that nobody can read, and
//! those that are bookings of its owner.

use std::collections::BTreeSet;

use footing::availability::{Outside, outside};
use footing::calendar_file::read;
use footing::clock::{Instant, Span};

use crate::bookings::Scene;
use crate::hours::offered;
use crate::support::{Person, TestSite};

const CALENDARS: &str = "/practice/hours/calendars";
const ADDRESS: &str = "https://calendar.example/basic.ics";

async fn upload(person: &Person, content: &[u8]) {
    person.upload(CALENDARS, "ics", "home.ics", content).await.assert_status(303);
}

async fn remove_all(person: &Person) {
    let page = person.get("/practice/hours").await;
    for removal in page.attributes("[data-calendar] form", "action") {
        person.post(&removal, &[]).await.assert_status(303);
    }
}

fn file(events: &[&str]) -> String {
    let events: String =
        events.iter().map(|lines| format!("BEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\n")).collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n")
}

#[actix_web::test]
async fn an_event_that_cannot_be_read_is_named_to_its_owner_and_refuses_no_other() {
    let scene = Scene::start().await;
    let (site, ben) = (&scene.site, &scene.ben);
    let taken = scene.starts[4].clone();
    let start = taken.replace(['-', ':'], "").replace('Z', "00Z");
    let good = format!("UID:a\r\nSUMMARY:Dentist\r\nDTSTART:{start}\r\nDURATION:PT30M");
    let bad = "UID:b\r\nSUMMARY:<b>Team lunch\r\nDTSTART:20271032T120000";
    let odd = "UID:c\r\nSUMMARY:Budget\r\nDTSTART:20270601T080000Z\r\nRRULE:FREQ=OFTEN";
    site.answer_at(ADDRESS, Ok(&file(&[&good, bad, odd])));
    ben.post(CALENDARS, &[("url", ADDRESS)]).await.assert_status(303);
    assert!(!offered(&scene.ana, &scene.path, 6).await.contains(&taken));

    let page = ben.get("/practice/hours").await;
    page.assert_text("[data-left-out]", "2 events could not be read");
    assert_eq!(
        page.all("[data-left-out] li"),
        [
            "“<b>Team lunch”, 20271032T120000: its date or time cannot be read.",
            "“Budget”, 1 Jun 2027: how it repeats cannot be read.",
        ]
    );
    assert!(!page.page().contains("Dentist"));
    // the beginnings of titles are kept sealed
    let id = ben.id;
    let kept = site.read(move |conn, _| Outside::of(conn, id)).await.remove(0);
    let sealed = kept.notes.unwrap();
    assert!(!sealed.windows(4).any(|part| part == b"Team"));

    site.answer_at(ADDRESS, Ok(&file(&[&good])));
    site.forward(Span::minutes(31));
    site.work().await;
    assert!(!ben.get("/practice/hours").await.has("[data-left-out]"));
    site.answer_at(ADDRESS, Ok(&file(&["DTSTART;TZID=Mars:20270601T100000\r\nDURATION:PT1H"])));
    site.forward(Span::minutes(31));
    site.work().await;
    let page = ben.get("/practice/hours").await;
    page.assert_text("[data-left-out]", "No time zone is called “Mars”");
}

/// The times that a client may move a booking to.
async fn times(person: &Person, booking: &str) -> Vec<String> {
    let page = person.get(&format!("{booking}/time")).await;
    page.assert_status(200);
    page.attributes("[name=start]", "value")
}

#[actix_web::test]
async fn a_booking_in_its_accountants_own_calendar_never_stands_in_its_own_way() {
    let scene = Scene::start().await;
    let booking = scene.confirmed(4).await;
    let before = times(&scene.ana, &booking).await;
    assert!(!before.is_empty());
    let own = scene.ben.get(&format!("{booking}.ics")).await.page();
    upload(&scene.ben, own.as_bytes()).await;
    assert_eq!(times(&scene.ana, &booking).await, before);
    assert!(!scene.ben.get("/practice/hours").await.has("[data-left-out]"));

    // whoever gave the file out, under whatever name of the site
    remove_all(&scene.ben).await;
    let host = own.lines().find(|line| line.starts_with("UID:")).unwrap().to_owned();
    let elsewhere = own.replace(host.split('@').nth(1).unwrap(), "www.other.example");
    upload(&scene.ben, elsewhere.as_bytes()).await;
    assert_eq!(times(&scene.ana, &booking).await, before);

    // cancelled, the time is free again, also while the other calendar still shows it
    let taken = scene.starts[4].clone();
    scene.ana.post(&format!("{booking}/cancellation"), &[]).await.assert_status(303);
    assert!(offered(&scene.ana, &scene.path, 6).await.contains(&taken));
}

#[actix_web::test]
async fn a_booking_of_somebody_else_counts_as_busy() {
    let scene = Scene::start().await;
    let booking = scene.confirmed(4).await;
    let id = booking.rsplit('/').next().unwrap();
    let own = scene.ben.get(&format!("{booking}.ics")).await.page();
    // another id of the same shape is a booking of others, or none
    let other = own.replace(id, "0000000000000");
    upload(&scene.ben, other.as_bytes()).await;
    let taken = scene.starts[4].clone();
    scene.ana.post(&format!("{booking}/cancellation"), &[]).await.assert_status(303);
    assert!(!offered(&scene.ana, &scene.path, 6).await.contains(&taken));
}

#[actix_web::test]
async fn every_calendar_of_the_wild_is_kept_as_it_is_read() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let mut files: Vec<_> = std::fs::read_dir("tests/calendars").unwrap().collect();
    assert!(files.len() > 20);
    for file in files.drain(..) {
        let path = file.unwrap().path();
        let content = std::fs::read(&path).unwrap();
        upload(&ben, &content).await;
        let (id, now) = (ben.id, site.site.db.now());
        let kept = site
            .read(move |conn, _| {
                let zone = footing::accountants::Accountant::by_id(conn, id)?.zone;
                let (from, until) = (now - Span::days(2), now + Span::days(500));
                Ok((zone, outside::busy(conn, id, from, until)?))
            })
            .await;
        let (zone, mut kept) = kept;
        kept.sort_unstable();
        let reading = read(&content, &zone, now).unwrap();
        let busy = reading.busy_without(&BTreeSet::new());
        let busy: Vec<(Instant, Instant)> = busy.iter().map(|busy| (busy.from, busy.to)).collect();
        // what lies at an edge of the window has moved meanwhile
        let inside = |times: &[(Instant, Instant)]| -> Vec<(Instant, Instant)> {
            let edges = (now - Span::hours(23), now + Span::days(399));
            times.iter().filter(|(from, to)| *from > edges.0 && *to < edges.1).copied().collect()
        };
        assert_eq!(inside(&kept), inside(&busy), "{}", path.display());
        remove_all(&ben).await;
    }
}
