//! Where somebody is, and whose clock their times are on.

use footing::listings::Mode;

use crate::crowd::{Somebody, listed, look, q, slugs};
use crate::support::TestSite;

fn spread() -> Vec<Somebody> {
    let at = |name, place, country, modes| Somebody {
        name,
        place,
        country,
        modes,
        ..Somebody::default()
    };
    vec![
        at("Ada Near", "Leeds", "GB", &[Mode::InPerson]),
        at("Bea Close", "Bradford", "GB", &[Mode::InPerson]),
        at("Cas Far", "München", "DE", &[Mode::Video]),
        at("Des Shut", "Manchester", "GB", &[Mode::InPerson]),
        at("Eve Free", "Little Snoring", "GB", &[Mode::Phone]),
        at("Fay Home", "Edinburgh", "GB", &[Mode::InPerson]),
        at("Gus Word", "Leeds Dock", "GB", &[Mode::InPerson]),
    ]
}

async fn near(site: &TestSite, place: &str) -> (Vec<String>, String, Option<String>) {
    let place: String = form_urlencoded::byte_serialize(place.as_bytes()).collect();
    let page = look(site, &format!("place={place}")).await;
    let elsewhere = page.attributes("[data-elsewhere]", "data-elsewhere").pop();
    (slugs(&page), page.attribute("[data-count]", "data-count"), elsewhere)
}

#[actix_web::test]
async fn towns_within_thirty_kilometres_are_near_and_others_follow_by_video_or_phone() {
    let site = TestSite::start().await;
    listed(&site, spread()).await;
    let (who, count, elsewhere) = near(&site, "Leeds, England").await;
    assert_eq!(who, ["gus-word", "bea-close", "ada-near", "eve-free", "cas-far"]);
    assert_eq!((count.as_str(), elsewhere.as_deref()), ("3", Some("2")));
    let page = look(&site, "place=Leeds").await;
    page.assert_text(".chip", "Leeds").assert_text("h1", "near Leeds, United Kingdom");
    page.assert_text("title", "near Leeds");
    assert_eq!(page.attributes(".chip", "href"), ["/accountants"]);
}

#[actix_web::test]
async fn places_are_read_as_people_write_them() {
    let site = TestSite::start().await;
    listed(&site, spread()).await;
    for munich in ["Munich", "münchen", "Muenchen", "Munich, Germany", "Deutschland", "germany"] {
        let (who, count, _) = near(&site, munich).await;
        assert_eq!((who[0].as_str(), count.as_str()), ("cas-far", "1"), "{munich}");
    }
    for (place, count) in
        [("UK", "6"), ("England", "3"), ("Scotland", "1"), ("USA", "0"), ("Little Snoring", "1")]
    {
        assert_eq!(near(&site, place).await.1, count, "{place}");
    }
    // in the sentence itself
    let page = look(&site, &q("audit in Munich")).await;
    assert_eq!(page.attribute("[data-count]", "data-count"), "1");
    page.assert_text(".chip", "Munich");
}

#[actix_web::test]
async fn those_elsewhere_go_on_over_the_pages_without_gap_or_double() {
    let site = TestSite::start().await;
    let people = (0..45).map(|number| Somebody {
        name: Box::leak(
            format!(
                "Person {}",
                "abcdefghijklmnopqrstuvwxyz"
                    .chars()
                    .nth(number % 26)
                    .unwrap()
                    .to_string()
                    .repeat(number / 26 + 1)
            )
            .into_boxed_str(),
        ),
        place: if number % 3 == 0 { "Leeds" } else { "York" },
        ..Somebody::default()
    });
    listed(&site, people.collect()).await;
    for query in ["place=Leeds", "place=Leeds&q=person", "place=Leeds&sort=price"] {
        let (mut path, mut seen, mut sizes) = (format!("/accountants?{query}"), vec![], vec![]);
        loop {
            let page = site.stranger().get(&path).await;
            assert_eq!(page.attribute("[data-count]", "data-count"), "15", "{query}");
            sizes.push(slugs(&page).len());
            seen.extend(slugs(&page));
            match page.attributes("a[rel=next]", "href").pop() {
                Some(next) => path = next,
                None => break,
            }
        }
        assert_eq!(sizes, [20, 20, 5], "{query}");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 45, "{query}");
    }
}

#[actix_web::test]
async fn a_part_of_eight_towns_helps_to_name_a_place() {
    let site = TestSite::start().await;
    let part = site.stranger().get("/places?q=m%C3%BCn").await;
    part.assert_status(200);
    let names = part.attributes("option", "value");
    assert!(names.len() <= 8 && names.contains(&"Munich".to_owned()), "{names:?}");
    assert!(!part.page().contains("<html"));
    let part = site.stranger().get("/places?place=springfi&country=US").await;
    let names = part.attributes("option", "value");
    assert_eq!(
        names[..2],
        ["Springfield", "Springfield, Massachusetts"],
        "the greatest needs no more"
    );
    for empty in ["", "?q=", "?q=m", "?q=%00%ff", "?q=xyzzy"] {
        let part = site.stranger().get(&format!("/places{empty}")).await;
        part.assert_status(200);
        assert!(part.all("option").is_empty(), "{empty}");
    }
    let long = "x".repeat(5000);
    site.stranger().get(&format!("/places?q={long}")).await.assert_status(200);
}

#[actix_web::test]
async fn a_profile_says_how_its_place_was_read() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    ben.get("/practice/profile").await.assert_text("[data-place-read]", "Leeds, United Kingdom");
    let id = ben.id;
    site.write(move |conn, now| {
        use footing::accountants::{Accountant, NewProfile};
        use footing::users::{Actor, Role};
        let actor = Actor { id, role: Role::Accountant, now };
        let new = NewProfile {
            place: "Little Snoring".to_owned(),
            ..crate::support::profile("Ben", "vat")
        };
        Accountant::save(conn, &actor, &new).unwrap();
        Ok(())
    })
    .await;
    ben.get("/practice/profile").await.assert_text("[data-place-read]", "no town that we know");
}

#[actix_web::test]
async fn times_stand_on_the_visitors_clock_and_else_on_the_accountants_with_a_note() {
    let site = TestSite::start().await;
    let one = Somebody {
        has_hours: true,
        zone: "Asia/Tokyo",
        place: "Tokyo",
        country: "JP",
        ..Somebody::default()
    };
    listed(&site, vec![one]).await;
    for path in ["/", "/accountants", "/accountants/robin-plain"] {
        let stranger = site.stranger();
        let page = stranger.get(path).await;
        assert!(page.header("vary").contains("Cookie"), "{path}");
        assert!(page.page().contains("their time"), "{path}");
        stranger.cookies.borrow_mut().insert("tz".to_owned(), "America/New_York".to_owned());
        let page = stranger.get(path).await;
        assert!(!page.page().contains("their time"), "{path}");
        assert!(
            page.page().contains("EST")
                || page.page().contains("EDT")
                || page.page().contains("New York"),
            "{path}"
        );
        let page = stranger.get(&format!("{path}?tz=Europe/Warsaw")).await;
        assert!(
            page.page().contains("CET")
                || page.page().contains("CEST")
                || page.page().contains("Warsaw"),
            "{path}"
        );
        assert!(
            !stranger.get(&format!("{path}?tz=Mars/Olympus")).await.page().contains("Mars</"),
            "{path}"
        );
    }
}

#[actix_web::test]
async fn the_home_page_shows_six_who_are_free_soon_those_of_the_visitors_day_first() {
    let site = TestSite::start().await;
    let at = |name, zone| Somebody { name, zone, has_hours: true, ..Somebody::default() };
    let people = vec![
        at("Kiri One", "Pacific/Auckland"),
        at("Wim Two", "Europe/Warsaw"),
        at("Kiri Three", "Pacific/Auckland"),
        Somebody { name: "Never Free", ..Somebody::default() },
        at("Jun Four", "Asia/Tokyo"),
        at("Jun Five", "Asia/Tokyo"),
        at("Jun Six", "Asia/Tokyo"),
        at("Jun Seven", "Asia/Tokyo"),
    ];
    listed(&site, people).await;
    let home = |tz: &'static str| {
        let site = site.clone();
        async move { slugs(&site.stranger().get(&format!("/{tz}")).await) }
    };
    let any = home("").await;
    assert_eq!(any, ["jun-seven", "jun-six", "jun-five", "jun-four", "kiri-three", "wim-two"]);
    assert_eq!(home("?tz=Europe/London").await[0], "wim-two");
    assert_eq!(home("?tz=Pacific/Auckland").await[..2], ["kiri-three", "kiri-one"]);
    assert_eq!(home("?tz=Pacific/Auckland").await.len(), 6);
}
