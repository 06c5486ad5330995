//! Hours: what an accountant sets, and which times a client is offered.

use footing::clock::Span;

use crate::support::{Person, TestSite};

/// Mornings and afternoons of working days, as the form sends them.
pub const WEEK: [(&str, &str); 21] = [
    ("zone", "Europe/London"),
    ("notice", "12"),
    ("horizon", "60"),
    ("per_day", ""),
    ("per_week", ""),
    ("new_per_month", ""),
    ("day", "1"),
    ("from", "09:00"),
    ("to", "17:00"),
    ("day", "2"),
    ("from", "09:00"),
    ("to", "17:00"),
    ("day", "3"),
    ("from", "09:00"),
    ("to", "17:00"),
    ("day", "4"),
    ("from", "09:00"),
    ("to", "17:00"),
    ("day", "5"),
    ("from", "09:00"),
    ("to", "17:00"),
];

pub fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let changed = |name: &str| changes.iter().find(|change| change.0 == name).copied();
    WEEK.iter().map(|pair| changed(pair.0).unwrap_or(*pair)).collect()
}

/// Every start offered on ben's service in the weeks from the page's first one on.
pub async fn offered(person: &Person, path: &str, weeks: usize) -> Vec<String> {
    let mut starts = vec![];
    let mut address = format!("{path}?tz=Europe/London");
    for _ in 0..weeks {
        let page = person.get(&address).await;
        page.assert_status(200);
        starts.extend(page.values("input[name=start]"));
        match page.attributes("a[rel^=next]", "href").first() {
            Some(next) => address.clone_from(next),
            None => break,
        }
    }
    starts
}

/// The page of ben's one service.
pub async fn service_path(site: &TestSite) -> String {
    let page = site.stranger().get("/accountants/ben-northgate-tax").await;
    page.attributes("[data-service] a", "href").first().expect("a service").clone()
}

#[actix_web::test]
async fn hours_that_are_set_are_offered_and_the_preview_shows_them() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let path = service_path(&site).await;
    assert!(offered(&site.stranger(), &path, 2).await.is_empty());
    ben.get("/practice").await.assert_text("[data-advice=hours]", "Needed to be booked");

    ben.post("/practice/hours", &WEEK).await.assert_status(303);
    let starts = offered(&site.stranger(), &path, 2).await;
    // nine days at least are working days, of sixteen half hours each
    assert!(starts.len() > 100, "{}", starts.len());
    assert!(starts.iter().all(|start| start.len() == 17 && start.ends_with('Z')), "{starts:?}");
    let page = ben.get("/practice/hours").await;
    page.assert_text("[data-preview]", "09:00–17:00");
    assert_eq!(page.values("[data-weekday='1'] input[name=from]")[0], "09:00");
}

#[actix_web::test]
async fn what_is_wrong_with_hours_is_said_beside_the_field_and_kept() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    for (field, value, error) in [
        ("zone", "Mars/Olympus", "zone"),
        ("notice", "-1", "notice"),
        ("notice", "99999999999999999999", "notice"),
        ("horizon", "366", "horizon"),
        ("per_day", "0", "per_day"),
        ("per_week", "many", "per_week"),
        ("from", "9 o'clock", "day"),
        ("to", "08:00", "day"),
        ("to", "24:30", "day"),
        ("day", "8", "day"),
    ] {
        let answer = ben.post("/practice/hours", &with(&[(field, value)])).await;
        answer.assert_rejected(error);
        if field != "zone" && field != "day" {
            assert!(answer.page().contains(value) || value.contains('\''), "{value} was not kept");
        }
    }
    let lopsided = [("zone", "UTC"), ("notice", "1"), ("horizon", "5"), ("day", "1")];
    ben.post("/practice/hours", &lopsided).await.assert_rejected("day");
    let twice = [&WEEK[..], &[("day", "1"), ("from", "16:00"), ("to", "18:00")]].concat();
    assert!(offered(&site.stranger(), &service_path(&site).await, 2).await.is_empty());
    // windows that overlap are their union, and shown so
    ben.post("/practice/hours", &twice).await.assert_status(303);
    let page = ben.get("/practice/hours").await;
    assert_eq!(page.values("[data-weekday='1'] input[name=from]"), ["09:00", ""]);
    assert_eq!(page.values("[data-weekday='1'] input[name=to]"), ["18:00", ""]);
}

#[actix_web::test]
async fn the_error_stands_at_its_row_and_times_are_read_as_people_write_them() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let rest = [("zone", "Europe/London"), ("notice", "0"), ("horizon", "30")];
    let windows = [
        [("day", "1"), ("from", "9"), ("to", "12.30")],
        [("day", "2"), ("from", "17h"), ("to", "7pm")],
        [("day", "4"), ("from", "noonish"), ("to", "17:00")],
    ];
    let form: Vec<_> = [&rest[..], &windows.concat()].concat();
    let page = ben.post("/practice/hours", &form).await;
    page.assert_rejected("day");
    page.assert_text("[data-weekday='4'] #day-error", "Thursday");
    assert_eq!(page.values("[data-weekday='4'] [aria-invalid]"), ["noonish", "17:00"]);
    assert!(!page.has("[data-weekday='1'] [aria-invalid]"));

    let form: Vec<_> = [&rest[..], &windows[..2].concat()].concat();
    ben.post("/practice/hours", &form).await.assert_status(303);
    let page = ben.get("/practice/hours").await;
    assert_eq!(page.values("[data-weekday='1'] input[name=to]")[0], "12:30");
    assert_eq!(page.values("[data-weekday='2'] input[name=from]")[0], "17:00");
    let odd = [&rest[..], &[("day", "5"), ("from", "23:57"), ("to", "24:00")]].concat();
    ben.post("/practice/hours", &odd).await.assert_status(303);
}

#[actix_web::test]
async fn usual_hours_and_more_rows_are_filled_in_and_nothing_is_saved() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let form = [
        ("zone", "Europe/London"),
        ("notice", "7"),
        ("horizon", "30"),
        ("day", "6"),
        ("from", "10"),
        ("to", "11"),
    ];
    let filled = ben.post("/practice/hours", &[&form[..], &[("fill", "office")]].concat()).await;
    filled.assert_status(200).assert_text("[data-unsaved]", "not saved yet");
    assert_eq!(filled.values("[data-weekday='5'] input[name=from]"), ["09:00", "13:30", ""]);
    assert_eq!(filled.values("[data-weekday='6'] input[name=from]")[0], "10");
    assert_eq!(filled.attribute("input[name=notice]", "value"), "7");
    let more = ben.post("/practice/hours", &[&form[..], &[("add", "6")]].concat()).await;
    assert_eq!(more.values("[data-weekday='6'] input[name=from]"), ["10", "", ""]);
    assert!(!ben.get("/practice/hours").await.has("[data-preview] .nowrap"), "it was saved");
}

#[actix_web::test]
async fn copying_a_day_gives_its_hours_to_all_working_days() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let form = [
        ("zone", "Europe/London"),
        ("notice", "0"),
        ("horizon", "30"),
        ("day", "3"),
        ("from", "10:00"),
        ("to", "24:00"),
        ("copy", "3"),
    ];
    ben.post("/practice/hours", &form).await.assert_status(303);
    let page = ben.get("/practice/hours").await;
    for day in 1..=5 {
        let to = page.values(&format!("[data-weekday='{day}'] input[name=to]"));
        assert_eq!(to[0], "24:00", "day {day}");
    }
    assert_eq!(page.values("[data-weekday='6'] input[name=to]"), [""]);
}

#[actix_web::test]
async fn days_away_take_times_away_and_their_removal_brings_them_back() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    ben.post("/practice/hours", &WEEK).await.assert_status(303);
    let path = service_path(&site).await;
    let before = offered(&site.stranger(), &path, 2).await;
    let first = before[40][..10].to_owned();
    let away = [("first", first.as_str()), ("last", first.as_str())];
    ben.post("/practice/hours/dates", &away).await.assert_status(303);
    let during = offered(&site.stranger(), &path, 2).await;
    assert!(during.len() < before.len() && !during.iter().any(|start| start.starts_with(&first)));

    // the other way round beats the week as well, but not the days away
    let own = [("date", first.as_str()), ("from", "20:00"), ("to", "21:00")];
    ben.post("/practice/hours/dates", &own).await.assert_status(303);
    assert_eq!(offered(&site.stranger(), &path, 2).await, during);

    let page = ben.get("/practice/hours").await;
    let removal = page.attributes("[data-exception] form", "action").first().unwrap().clone();
    site.cy().await.post(&removal, &[]).await.assert_status(403);
    let dot = site.dot().await;
    dot.post(&removal, &[]).await.assert_status(404);
    ben.post(&removal, &[]).await.assert_status(303);
    let after = offered(&site.stranger(), &path, 2).await;
    assert_eq!(after.iter().filter(|start| start.starts_with(&first)).count(), 2);

    for (form, error) in [
        (&[("first", "2020-01-01"), ("last", "2020-01-02")][..], "first"),
        (&[("first", "2199-01-01"), ("last", "2199-01-02")], "first"),
        (&[("first", "soon"), ("last", "")], "first"),
        (&[("first", first.as_str()), ("last", "2026-02-30")], "last"),
        (&[("date", ""), ("from", "10:00"), ("to", "11:00")], "date"),
        (&[("date", first.as_str()), ("from", "10:00"), ("to", "")], "from"),
    ] {
        ben.post("/practice/hours/dates", form).await.assert_rejected(error);
    }
}

#[actix_web::test]
async fn times_are_shown_in_the_zone_of_the_reader_and_both_zones_are_named() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    ben.post("/practice/hours", &WEEK).await.assert_status(303);
    let path = service_path(&site).await;
    let page = site.stranger().get(&path).await;
    page.assert_text("[data-zone]", "London");
    page.assert_text("#week .note", "the accountant’s");
    let page = site.stranger().get(&format!("{path}?tz=America/New_York")).await;
    page.assert_text("[data-zone]", "New York");
    page.assert_text("#week .note", "ahead");
    let page = site.stranger().get(&format!("{path}?tz=Nowhere/Else&from=9999-99-99")).await;
    page.assert_status(200).assert_text("[data-zone]", "London");
    // the select of zones, for whoever wants another
    let page = site.stranger().get(&format!("{path}?zones=1")).await;
    assert!(page.values("#zones option").len() > 300);
}

#[actix_web::test]
async fn notice_and_horizon_bound_what_is_offered() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    ben.post("/practice/hours", &with(&[("notice", "72"), ("horizon", "9")]))
        .await
        .assert_status(303);
    let path = service_path(&site).await;
    let starts = offered(&site.stranger(), &path, 9).await;
    let at = |text: &str| footing::clock::Instant::read_minute(text).unwrap();
    let now = site.site.db.now();
    assert!(starts.iter().all(|start| at(start) >= now + Span::hours(72)));
    assert!(starts.iter().all(|start| at(start) < now + Span::days(11)));
    assert!(!starts.is_empty());
}
