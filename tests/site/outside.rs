//! Calendars kept elsewhere: which times they take away, and which files and addresses are refused.

use footing::availability::jobs::read_outside;
use footing::availability::{Contents, Outside};
use footing::bookings::calendar::reader;
use footing::calendar_file::FetchRefusal;
use footing::clock::Span;

use crate::bookings::Scene;
use crate::hours::offered;
use crate::support::{Answer, Person, TestSite};

const CALENDARS: &str = "/practice/hours/calendars";
const SECRET: &str = "https://calendar.example/private-8d41f7c0/basic.ics";

/// A calendar that is busy for half an hour from each of these starts on.
fn calendar(starts: &[&str]) -> String {
    let event = |start: &&str| {
        let start = start.replace(['-', ':'], "").replace('Z', "00Z");
        format!(
            "BEGIN:VEVENT\r\nUID:{start}\r\nSUMMARY:Dentist\r\nDTSTART:{start}\r\n\
             DURATION:PT30M\r\nEND:VEVENT\r\n"
        )
    };
    let events: String = starts.iter().map(event).collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n")
}

async fn upload(person: &Person, content: impl AsRef<[u8]>) -> Answer {
    person.upload(CALENDARS, "ics", "home.ics", content.as_ref()).await
}

async fn add(person: &Person, url: &str) -> Answer {
    person.post(CALENDARS, &[("url", url)]).await
}

/// Where the calendars that a page shows are removed.
async fn removals(person: &Person) -> Vec<String> {
    let page = person.get("/practice/hours").await;
    page.attributes("[data-calendar] form", "action")
}

async fn later(site: &TestSite) {
    site.forward(Span::minutes(31));
    site.work().await;
}

#[actix_web::test]
async fn an_uploaded_calendar_takes_its_times_away_and_its_removal_brings_them_back() {
    let scene = Scene::start().await;
    let (taken, next) = (scene.starts[4].clone(), scene.starts[5].clone());
    upload(&scene.ben, calendar(&[&taken])).await.assert_status(303);

    let offered_now = offered(&scene.ana, &scene.path, 6).await;
    assert!(!offered_now.contains(&taken) && offered_now.contains(&next));
    assert_eq!(offered_now.len(), scene.starts.len() - 1);
    let answer = scene.ask(&scene.ana, &taken).await;
    answer.assert_status(409).assert_text("#refusal", "just been taken");
    scene.ask(&scene.ana, &next).await.assert_status(303);

    let page = scene.ben.get("/practice/hours").await;
    page.assert_text("[data-calendar]", "home.ics Read");
    assert!(!page.has("[data-failure]") && !page.page().contains("Dentist"));

    let removal = &removals(&scene.ben).await[0];
    scene.ben.post(removal, &[]).await.assert_status(303);
    scene.ben.post(removal, &[]).await.assert_status(404);
    scene.ask(&scene.ana, &taken).await.assert_status(303);
}

#[actix_web::test]
async fn a_time_that_becomes_busy_elsewhere_bars_a_move_to_it_and_leaves_bookings_alone() {
    let scene = Scene::start().await;
    let booking = scene.confirmed(4).await;
    let (own, wanted) = (scene.starts[4].as_str(), scene.starts[20].as_str());
    upload(&scene.ben, calendar(&[own, wanted])).await.assert_status(303);
    let time = format!("{booking}/time");
    scene.ana.post(&time, &[("start", wanted)]).await.assert_status(409);
    scene.ana.get(&booking).await.assert_text("[data-state]", "Confirmed");
}

#[actix_web::test]
async fn a_calendar_belongs_to_its_accountant_and_to_nobody_else() {
    let scene = Scene::start().await;
    let (cy, dot) = (scene.site.cy().await, scene.site.dot().await);
    let taken = scene.starts[4].clone();
    upload(&scene.ben, calendar(&[&taken])).await.assert_status(303);
    let removal = &removals(&scene.ben).await[0];
    dot.post(removal, &[]).await.assert_status(404);
    cy.post(removal, &[]).await.assert_status(403);
    scene.site.stranger().post(removal, &[]).await.assert_status(303);
    assert!(removals(&dot).await.is_empty());

    upload(&cy, calendar(&[])).await.assert_status(403);
    add(&cy, SECRET).await.assert_status(403);
    assert!(!offered(&scene.ana, &scene.path, 6).await.contains(&taken));
    upload(&dot, calendar(&[&taken])).await.assert_status(303);
    scene.ben.post(removal, &[]).await.assert_status(303);
    assert!(offered(&scene.ana, &scene.path, 6).await.contains(&taken));
}

#[actix_web::test]
async fn a_file_that_cannot_be_read_is_refused_in_words_and_the_copy_before_it_stands() {
    let scene = Scene::start().await;
    let taken = scene.starts[4].clone();
    upload(&scene.ben, calendar(&[&taken])).await.assert_status(303);
    let whole = calendar(&[&scene.starts[6]]);
    let with = |line: &str| whole.replacen("UID:", &format!("{line}\r\nUID:"), 1);
    let endless = format!(
        "BEGIN:VCALENDAR\r\n{}END:VCALENDAR\r\n",
        "BEGIN:VEVENT\r\nDTSTART:00010131T000000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30\r\nEND:VEVENT\r\n"
            .repeat(10)
    );
    for (content, words) in [
        ("BEGIN:VCALENDAR\r\n".repeat(19_000).into_bytes(), "ends in the middle"),
        (endless.into_bytes(), "too many events"),
        (with(&"x".repeat(10_000_000)).into_bytes(), "larger than 10 MB"),
        (b"<!doctype html><title>Sign in</title>".to_vec(), "not a calendar"),
        (vec![0; 5_000], "not a calendar"),
        (whole.as_bytes()[..whole.len() - 15].to_vec(), "ends in the middle"),
        (vec![], "Choose a file first"),
    ] {
        let answer = upload(&scene.ben, &content).await;
        answer.assert_rejected("ics").assert_text("#ics-error", words);
    }
    assert_eq!(removals(&scene.ben).await.len(), 1);
    let offered_now = offered(&scene.ana, &scene.path, 6).await;
    assert!(!offered_now.contains(&taken) && offered_now.contains(&scene.starts[6]));
    // what is far beyond any calendar is not even received
    upload(&scene.ben, vec![b'x'; 40_100_000]).await.assert_status(413);
}

#[actix_web::test]
async fn an_address_is_read_at_once_and_shown_and_stored_to_nobody() {
    let scene = Scene::start().await;
    let taken = scene.starts[4].clone();
    scene.site.answer_at(SECRET, Ok(&calendar(&[&taken])));
    add(&scene.ben, &format!("  {SECRET} ")).await.assert_status(303);
    assert!(!offered(&scene.ana, &scene.path, 6).await.contains(&taken));

    let page = scene.ben.get("/practice/hours").await;
    page.assert_text("[data-calendar] b", "calendar.example");
    assert!(!page.page().contains("8d41f7c0"));
    let id = scene.ben.id;
    let kept = scene.site.read(move |conn, _| Outside::of(conn, id)).await.remove(0);
    let sealed = kept.url.clone().unwrap();
    assert!(!sealed.windows(8).any(|part| part == b"8d41f7c0"));
    assert_eq!(kept.address(&scene.site.site.seal).unwrap().unwrap(), SECRET);
}

#[actix_web::test]
async fn an_address_that_is_not_anybodys_is_refused_in_words_and_stays_typed() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let forwards = "https://short.example/abc";
    let gone = "https://gone.example/basic.ics";
    let page = "https://page.example/calendar";
    site.answer_at(forwards, Err(FetchRefusal::Forwards));
    site.answer_at(gone, Err(FetchRefusal::Answered(404)));
    site.answer_at(page, Ok("<!doctype html>"));
    for (url, words) in [
        ("", "begins with https://"),
        ("calendar", "begins with https://"),
        ("http://calendar.example/basic.ics", "begins with https://"),
        ("webcal://calendar.example/basic.ics", "begins with https://"),
        ("file:///etc/passwd", "begins with https://"),
        ("https://calendar.example:8443/basic.ics", "without a port"),
        ("https://ben:secret@calendar.example/", "without a port"),
        ("https://127.0.0.1/basic.ics", "public sites"),
        ("https://localhost/basic.ics", "public sites"),
        ("https://2130706433/", "public sites"),
        ("https://10.1.2.3/", "public sites"),
        ("https://192.168.0.1/", "public sites"),
        ("https://169.254.169.254/latest/meta-data", "public sites"),
        ("https://[::1]/", "public sites"),
        ("https://[::ffff:127.0.0.1]/", "public sites"),
        ("https://[fe80::1]/", "public sites"),
        (forwards, "forwards to another one"),
        (gone, "answered with code 404"),
        (page, "not a calendar"),
    ] {
        let answer = add(&ben, url).await;
        answer.assert_rejected("url").assert_text("#url-error", words);
        assert_eq!(answer.values("input[name=url]"), [url]);
    }
    assert!(removals(&ben).await.is_empty());
}

#[actix_web::test]
async fn one_form_may_hold_both_fields_but_brings_one_calendar() {
    let scene = Scene::start().await;
    scene.site.answer_at(SECRET, Ok(&calendar(&[])));
    let token = scene.ben.token().await;
    let form = |url: &str, name: &str, content: &str| {
        format!(
            "--line\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n\
             --line\r\nContent-Disposition: form-data; name=\"url\"\r\n\r\n{url}\r\n\
             --line\r\nContent-Disposition: form-data; name=\"ics\"; filename=\"{name}\"\r\n\
             Content-Type: text/calendar\r\n\r\n{content}\r\n--line--\r\n"
        )
        .into_bytes()
    };
    let file = calendar(&[]);
    let send = |body: Vec<u8>| scene.ben.send_multipart(CALENDARS, body);
    send(form(SECRET, "a.ics", &file)).await.assert_rejected("ics");
    send(form("", "", "")).await.assert_rejected("url");
    send(form(SECRET, "", "")).await.assert_status(303);
    send(form("", "my\u{202e} work.ics", &file)).await.assert_status(303);
    let page = scene.ben.get("/practice/hours").await;
    assert_eq!(page.all("[data-calendar] b"), ["calendar.example", "my work.ics"]);
    let forged = String::from_utf8(form(SECRET, "", "")).unwrap().replace(&token[..4], "AAAA");
    send(forged.into_bytes()).await.assert_status(403);
}

#[actix_web::test]
async fn an_address_is_read_again_after_half_an_hour_and_its_last_copy_outlives_a_failure() {
    let scene = Scene::start().await;
    let (site, ben) = (&scene.site, &scene.ben);
    let [first, second] = [40, 42].map(|nth: usize| scene.starts[nth].clone());
    let other = "https://other.example/basic.ics";
    site.answer_at(SECRET, Ok(&calendar(&[&first])));
    site.answer_at(other, Ok(&calendar(&[])));
    add(ben, SECRET).await.assert_status(303);
    add(ben, other).await.assert_status(303);
    let times = || offered(&scene.ana, &scene.path, 6);

    site.answer_at(SECRET, Ok(&calendar(&[&second])));
    site.forward(Span::minutes(25));
    site.work().await;
    assert!(!times().await.contains(&first), "it was read too soon");
    site.forward(Span::minutes(6));
    site.work().await;
    let now = times().await;
    assert!(now.contains(&first) && !now.contains(&second));

    // one fails in each of two ways, the other goes on
    for (answer, words) in [
        (Err(FetchRefusal::TooSlow), "longer than 5 seconds"),
        (Ok("BEGIN:VCALENDAR\r\n"), "ends in the middle"),
    ] {
        site.answer_at(SECRET, answer);
        site.answer_at(other, Ok(&calendar(&[&first])));
        later(site).await;
        let page = ben.get("/practice/hours").await;
        page.assert_text("[data-failure]", words);
        page.assert_text("[data-failure]", "The last good copy still counts.");
        assert_eq!(page.all("[data-failure]").len(), 1);
        let now = times().await;
        assert!(!now.contains(&second) && !now.contains(&first));
    }

    site.answer_at(SECRET, Ok(&calendar(&[])));
    later(site).await;
    assert!(!ben.get("/practice/hours").await.has("[data-failure]"));
    assert!(times().await.contains(&second));
}

#[actix_web::test]
async fn two_nodes_may_read_the_same_calendars_and_one_may_be_removed_meanwhile() {
    let scene = Scene::start().await;
    let (site, ben) = (&scene.site, &scene.ben);
    let taken = scene.starts[40].clone();
    site.answer_at(SECRET, Ok(&calendar(&[])));
    add(ben, SECRET).await.assert_status(303);
    site.answer_at(SECRET, Ok(&calendar(&[&taken])));
    site.forward(Span::minutes(31));
    let node = || {
        let parts = site.site.clone();
        read_outside(reader(parts.db, parts.seal, parts.internet))
    };
    let (one, other) = futures_util::join!(node(), node());
    one.and(other).unwrap();
    assert!(!offered(&scene.ana, &scene.path, 6).await.contains(&taken));

    let id = ben.id;
    let kept = site.read(move |conn, _| Outside::of(conn, id)).await.remove(0);
    ben.post(&removals(ben).await[0], &[]).await.assert_status(303);
    let starts = site.site.db.now();
    let busy = vec![(starts, starts + Span::days(30))];
    let new = Contents { busy, ..Contents::default() };
    site.write(move |conn, now| kept.renew(conn, &new, now).and(kept.failed(conn, "", now))).await;
    assert!(offered(&scene.ana, &scene.path, 6).await.contains(&taken));
}

#[actix_web::test]
async fn addresses_that_can_no_longer_be_opened_hold_up_nobody() {
    let scene = Scene::start().await;
    let (site, ben) = (&scene.site, &scene.ben);
    site.answer_at(SECRET, Ok(&calendar(&[])));
    add(ben, SECRET).await.assert_status(303);
    site.forward(Span::minutes(31));
    // a node with another secret, as after a rotation that forgot the old one
    let parts = site.site.clone();
    let seal = footing::seal::Seal::new("another secret");
    read_outside(reader(parts.db, seal, parts.internet)).await.unwrap();
    ben.get("/practice/hours").await.assert_text("[data-failure]", "Remove it and add it again.");
    let due = site.write(|conn, now| Outside::lease(conn, now, 10)).await;
    assert!(due.is_empty(), "it would be first in the queue for ever");
    later(site).await;
    assert!(!ben.get("/practice/hours").await.has("[data-failure]"));
}

#[actix_web::test]
async fn a_calendar_as_full_as_can_be_is_kept_and_read_again() {
    let scene = Scene::start().await;
    let now = scene.site.site.db.now();
    let starts: Vec<String> =
        (0..3_900).map(|hour| (now + Span::hours(2 * hour)).minute()).collect();
    let full = calendar(&starts.iter().map(String::as_str).collect::<Vec<_>>())
        .replace("SUMMARY:Dentist\r\n", "");
    scene.site.answer_at(SECRET, Ok(&full));
    add(&scene.ben, SECRET).await.assert_status(303);
    let page = offered(&scene.ana, &scene.path, 6).await;
    assert!(!page.is_empty() && page.len() < scene.starts.len());
    later(&scene.site).await;
    assert!(!scene.ben.get("/practice/hours").await.has("[data-failure]"));
    assert_eq!(offered(&scene.ana, &scene.path, 6).await, page);
}

#[actix_web::test]
async fn a_sixth_calendar_is_refused() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    for _ in 0..5 {
        upload(&ben, calendar(&[])).await.assert_status(303);
    }
    upload(&ben, calendar(&[])).await.assert_status(409);
    assert_eq!(removals(&ben).await.len(), 5);
    assert!(!ben.get("/practice/hours").await.has("input[name=url], input[name=ics]"));
    ben.post(&removals(&ben).await[0], &[]).await.assert_status(303);
    upload(&ben, calendar(&[])).await.assert_status(303);
}
