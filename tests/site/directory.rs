//! Being found: search, filters, order, pages.

use footing::accountants::{Accepting, Accountant, NewProfile, Slug};
use footing::directory::DirectoryEntry;
use footing::listings::{Mode, Modes, NewService, Service, ServiceState};
use footing::users::{Actor, Email, NewUser, Role, SignedUp, User, UserName};

use crate::support::{Answer, TestSite, profile, service};

/// Listed accountants: name, specialism, price in pence.
async fn listed(site: &TestSite, people: &[(&'static str, &'static str, i64)]) {
    let people = people.to_vec();
    site.write(move |conn, now| {
        for (number, (name, specialism, price)) in people.into_iter().enumerate() {
            let new = NewUser {
                email: Email::parse(&format!("a{number}@example.org")).unwrap(),
                name: UserName(name.to_owned()),
                role: Role::Accountant,
                zone: "Europe/London".to_owned(),
                locale: footing::locale::Locale::NEUTRAL,
                password_hash: "none".to_owned(),
            };
            let SignedUp::New(user) = User::sign_up(conn, new, now)? else { panic!() };
            Accountant::begin(conn, &user, now)?;
            let user = user.verified(conn, now)?;
            let actor = Actor { id: user.id, role: Role::Accountant, now };
            let slug = Slug::free(conn, name, user.id, now)?;
            let is_odd = number % 2 == 1;
            let profile = NewProfile {
                slug: Some(slug),
                place: if is_odd { "Kraków" } else { "Leeds" }.to_owned(),
                country: if is_odd { "PL" } else { "GB" }.to_owned(),
                accepting: if is_odd { Accepting::Known } else { Accepting::All },
                ..profile(name, specialism)
            };
            Accountant::save(conn, &actor, &profile).unwrap();
            let modes = if is_odd {
                Modes::of(&[Mode::Phone])
            } else {
                Modes::of(&[Mode::Video, Mode::InPerson])
            };
            let service = NewService { modes, ..service(price) };
            Service::create(conn, &actor, &service, ServiceState::Active).unwrap();
        }
        DirectoryEntry::refresh_stale(conn, 1000, now)?;
        Ok(())
    })
    .await;
}

fn slugs(answer: &Answer) -> Vec<String> {
    answer.attributes("[data-accountant]", "data-accountant")
}

async fn search(site: &TestSite, query: &str) -> Vec<String> {
    slugs(&site.stranger().get(&format!("/accountants?{query}")).await)
}

#[actix_web::test]
async fn words_are_found_without_accents_by_their_beginning_and_names_come_first() {
    let site = TestSite::start().await;
    listed(
        &site,
        &[
            ("Zoë Müller", "vat", 5_000),
            ("Vatanen Books", "payroll", 6_000),
            ("Ana Łódź", "vat", 7_000),
        ],
    )
    .await;
    assert_eq!(search(&site, "q=zoe+muller").await, ["zoe-muller"]);
    assert_eq!(search(&site, "q=M%C3%9CLL").await, ["zoe-muller"]);
    assert_eq!(search(&site, "q=lodz").await, ["ana-lodz"]);
    // the name that holds the word comes first; then the newest of those who only do it
    assert_eq!(search(&site, "q=vat").await, ["vatanen-books", "ana-lodz", "zoe-muller"]);
    // near the place first, then those elsewhere who meet by video or phone
    let near = ["vatanen-books", "ana-lodz", "zoe-muller"];
    assert_eq!(search(&site, "q=vat&place=krak").await, near);
    assert_eq!(search(&site, "q=o%27brien").await, Vec::<String>::new());
    assert_eq!(search(&site, "q=%22%29+OR+*+NEAR%28").await.len(), 3, "nothing but fillers");
}

#[actix_web::test]
async fn a_word_that_nobody_uses_becomes_the_nearest_and_the_page_says_so() {
    let site = TestSite::start().await;
    listed(&site, &[("Rosa Quill", "payroll", 5_000), ("Tom Hart", "landlords", 6_000)]).await;
    let page = site.stranger().get("/accountants?q=payrol").await;
    assert_eq!(slugs(&page), ["rosa-quill"], "a beginning needs no correction");
    assert!(!page.has(".note"));
    let page = site.stranger().get("/accountants?q=landlrods").await;
    page.assert_text(".note", "landlrods").assert_text(".note", "landlords");
    assert_eq!(slugs(&page).len(), 2);
    assert!(slugs(&site.stranger().get("/accountants?q=xyzzyplugh").await).is_empty());
}

#[actix_web::test]
async fn filters_narrow_and_each_chip_takes_one_off() {
    let site = TestSite::start().await;
    listed(
        &site,
        &[("Even One", "vat", 5_000), ("Odd One", "vat", 15_000), ("Even Two", "payroll", 9_000)],
    )
    .await;
    assert_eq!(search(&site, "specialism=vat").await, ["odd-one", "even-one"]);
    assert_eq!(search(&site, "specialism=vat&specialism=payroll").await, Vec::<String>::new());
    assert_eq!(search(&site, "country=PL").await, ["odd-one"]);
    assert_eq!(search(&site, "mode=in_person").await, ["even-two", "even-one"]);
    assert_eq!(search(&site, "language=hi&category=consultation").await.len(), 3);
    assert_eq!(search(&site, "accepting=all").await, ["even-two", "even-one"]);
    assert_eq!(search(&site, "max_price=90&currency=GBP").await, ["even-two", "even-one"]);
    assert_eq!(search(&site, "max_price=89.99&currency=GBP").await, ["even-one"]);
    assert_eq!(search(&site, "max_price=90&currency=EUR").await, Vec::<String>::new());
    assert_eq!(search(&site, "place=krakow").await, ["odd-one", "even-two", "even-one"]);

    let page = site.stranger().get("/accountants?specialism=vat&country=PL").await;
    assert_eq!(page.all(".chip").len(), 2);
    let without = page.attributes(".chip", "href");
    assert_eq!(without, ["/accountants?country=PL", "/accountants?specialism=vat"]);
    assert_eq!(page.attributes("[name=specialism][checked]", "value"), ["vat"]);
}

#[actix_web::test]
async fn bad_values_are_left_out_with_a_note_and_are_never_an_error() {
    let site = TestSite::start().await;
    listed(&site, &[("Even One", "vat", 5_000)]).await;
    for query in [
        "specialism=juggling",
        "country=XX",
        "mode=pigeon",
        "max_price=-1",
        "sort=random",
        "after=%00%ff",
        "language=%3Cscript%3E",
        "currency=XXX",
        "free=3",
        "credential=aca",
        "accepting=everyone",
    ] {
        let page = site.stranger().get(&format!("/accountants?{query}")).await;
        page.assert_status(200).assert_text(".note--wait", "left out");
        assert_eq!(slugs(&page), ["even-one"], "{query}");
    }
    let long = "x".repeat(5000);
    for query in
        [format!("q={long}"), "q=%F0%9F%92%A9&q=b".into(), "%=%&&==".into(), "q=a%00b".into()]
    {
        site.stranger().get(&format!("/accountants?{query}")).await.assert_status(200);
    }
}

#[actix_web::test]
async fn pages_follow_one_another_without_gap_or_double() {
    let site = TestSite::start().await;
    let names: Vec<String> = (0..45)
        .map(|n| format!("Person {}", ["one", "two", "six", "ten", "red"][n % 5].repeat(n / 5 + 1)))
        .collect();
    let people: Vec<(&'static str, &'static str, i64)> = names
        .into_iter()
        .enumerate()
        .map(|(n, name)| (&*Box::leak(name.into_boxed_str()), "vat", 5_000 + 500 * (n as i64 % 7)))
        .collect();
    listed(&site, &people).await;
    for query in [
        "",
        "?specialism=vat",
        "?q=person",
        "?q=consultation",
        "?sort=price",
        "?sort=price&specialism=vat",
    ] {
        let mut path = format!("/accountants{query}");
        let (mut seen, mut sizes) = (vec![], vec![]);
        loop {
            let page = site.stranger().get(&path).await;
            page.assert_text("[data-count]", "45");
            let found = slugs(&page);
            sizes.push(found.len());
            seen.extend(found);
            match page.attributes("a[rel=next]", "href").pop() {
                Some(next) => path = next,
                None => break,
            }
        }
        assert_eq!(sizes, [20, 20, 5], "{query}");
        let distinct: std::collections::HashSet<_> = seen.iter().collect();
        assert_eq!(distinct.len(), 45, "{query}");
    }
    let prices: Vec<String> = site
        .stranger()
        .get("/accountants?sort=price")
        .await
        .all(".entry__figures .figure:first-child dd")
        .into_iter()
        .map(|text| text.split_whitespace().next().unwrap().to_owned())
        .collect();
    let mut sorted = prices.clone();
    sorted.sort();
    assert_eq!(prices, sorted);
}

#[actix_web::test]
async fn a_page_carries_what_machines_read_and_nothing_that_ends_a_script() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let (id, name) = (ben.id, "Ben </script><b>& Co");
    site.write(move |conn, now| {
        let actor = Actor { id, role: Role::Accountant, now };
        Accountant::save(conn, &actor, &profile(name, "vat")).unwrap();
        Ok(())
    })
    .await;
    let page = site.stranger().get("/accountants/ben-northgate-tax").await;
    page.assert_text("h1", name);
    let block = page.page();
    let block =
        block.split("application/ld+json\">").nth(1).unwrap().split("</script>").next().unwrap();
    let data: serde_json::Value = serde_json::from_str(block).unwrap();
    assert_eq!(
        (data["@type"].as_str(), data["name"].as_str()),
        (Some("AccountingService"), Some(name))
    );
    assert!(data.get("aggregateRating").is_none());
    let canonical = page.attribute("link[rel=canonical]", "href");
    assert!(canonical.ends_with("/accountants/ben-northgate-tax"));
    let sitemap = site.stranger().get("/sitemap-1.xml").await.page();
    assert!(sitemap.contains("/accountants/ben-northgate-tax</loc>"));
    assert!(
        site.stranger()
            .get("/accountants?specialism=vat&country=GB&mode=video")
            .await
            .has("meta[name=robots]")
    );
}

#[actix_web::test]
async fn signed_out_pages_hold_nothing_personal_and_set_no_cookie() {
    let site = TestSite::start().await;
    site.ben().await;
    for path in ["/", "/accountants", "/accountants/ben-northgate-tax", "/ranking"] {
        let page = site.stranger().get(path).await;
        page.assert_status(200);
        assert_eq!(page.header("cache-control"), "no-cache", "{path}");
        assert!(page.headers.get("set-cookie").is_none() && !page.has("[name=csrf]"), "{path}");
    }
}

#[actix_web::test]
async fn htmx_gets_the_part_at_the_same_address() {
    let site = TestSite::start().await;
    site.ben().await;
    let request = actix_web::test::TestRequest::get()
        .uri("/accountants?q=ben")
        .insert_header(("hx-request", "true"))
        .insert_header(("hx-request-type", "partial"));
    let part = site.stranger().send(request).await;
    assert!(part.has("[data-accountant]") && !part.page().contains("<html"));
    assert!(part.header("vary").contains("HX-Request-Type"));
}
