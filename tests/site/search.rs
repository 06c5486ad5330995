//! Looking for somebody in one's own words, and what a search that finds nobody offers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use footing::db::DatabaseUrl;
use footing::directory::{DirectoryCounts, Filters, Search, Stand};
use footing::seal::Seal;

use crate::crowd::{Somebody, listed, look, q, slugs};
use crate::support::TestSite;

fn few() -> Vec<Somebody> {
    vec![
        Somebody {
            name: "Jordan Smith",
            specialisms: &["bookkeeping"],
            services: &[("bookkeeping", "A month of bookkeeping", 9_000)],
            ..Somebody::default()
        },
        Somebody {
            name: "Marie Petit",
            place: "Lyon",
            country: "FR",
            zone: "Europe/Paris",
            languages: &["fr", "en"],
            specialisms: &["vat", "corporation-tax"],
            currency: "EUR",
            ..Somebody::default()
        },
        Somebody {
            name: "Ola Nowak",
            languages: &["pl"],
            specialisms: &["us-tax", "payroll"],
            services: &[("tax-return", "Tax return for Americans", 24_000)],
            ..Somebody::default()
        },
    ]
}

async fn found(site: &TestSite, text: &str) -> Vec<String> {
    slugs(&look(site, &q(text)).await)
}

#[actix_web::test]
async fn words_of_one_meaning_find_each_other_and_fillers_fall_away() {
    let site = TestSite::start().await;
    listed(&site, few()).await;
    for (text, who) in [
        ("I need a bookkeeper, please", "jordan-smith"),
        ("MwSt", "marie-petit"),
        ("help with TVA for my limited company", "marie-petit"),
        ("IRS", "ola-nowak"),
        ("wages", "ola-nowak"),
        ("someone for my taxes and returns", "ola-nowak"),
    ] {
        assert_eq!(found(&site, text).await, [who], "{text}");
    }
    assert_eq!(found(&site, "an accountant").await.len(), 3);
}

#[actix_web::test]
async fn a_language_or_country_is_a_filter_unless_somebody_is_called_so() {
    let site = TestSite::start().await;
    listed(&site, few()).await;
    let page = look(&site, &q("french speaking vat")).await;
    assert_eq!((slugs(&page), page.all(".chip").len()), (vec!["marie-petit".to_owned()], 1));
    page.assert_text(".chip", "French");
    let href = page.attribute(".chip", "href");
    assert_eq!(href, "/accountants?q=french+speaking+vat&as_word=french");
    let taken_off = site.stranger().get(&href).await;
    assert!(taken_off.all(".chip").is_empty());
    assert_eq!(slugs(&taken_off), ["marie-petit"], "her language is among her words");

    assert_eq!(found(&site, "in France").await, ["marie-petit"]);
    let page = look(&site, &q("Jordan Smith")).await;
    assert_eq!((slugs(&page), page.all(".chip").len()), (vec!["jordan-smith".to_owned()], 0));
    look(&site, &q("smith in Jordan")).await.assert_text(".chip", "Jordan");
    assert_eq!(found(&site, "speaks Polish").await, ["ola-nowak"]);
}

#[actix_web::test]
async fn where_nobody_has_all_words_those_with_most_are_shown_and_the_page_says_so() {
    let site = TestSite::start().await;
    listed(&site, few()).await;
    let page = look(&site, &q("payroll irs crypto")).await;
    assert_eq!(slugs(&page), ["ola-nowak"], "two of three beat one");
    page.assert_text("[data-most]", "Nobody has all of it; these have most");
    page.assert_text("[data-count]", "1");
    assert!(!look(&site, &q("payroll irs")).await.has("[data-most]"));
    // a filter stays a filter
    assert!(
        slugs(&look(&site, &format!("{}&specialism=audit", q("payroll crypto"))).await).is_empty()
    );
}

#[actix_web::test]
async fn a_misspelt_word_or_language_becomes_the_nearest_one() {
    let site = TestSite::start().await;
    listed(&site, few()).await;
    let page = look(&site, &q("polsh speaking payrol")).await;
    page.assert_text(".note", "polsh").assert_text(".chip", "Polish");
    assert_eq!(slugs(&page), ["ola-nowak"]);
    assert_eq!(found(&site, "bokkeeping").await, ["jordan-smith"]);
    assert!(found(&site, "xyzzyplugh").await.is_empty());
}

#[actix_web::test]
async fn a_search_that_finds_nobody_offers_itself_without_each_filter_and_the_number() {
    let site = TestSite::start().await;
    listed(&site, few()).await;
    let page = look(&site, "specialism=payroll&language=fr&place=Lyon").await;
    page.assert_text("[data-count]", "0 accountants near Lyon, France");
    let offers = page.all("[data-without]");
    assert_eq!(offers, ["Without Payroll: 1"], "what would find nobody either is left out");
    let hrefs = page.attributes("[data-without]", "href");
    assert_eq!(hrefs[0], "/accountants?place=Lyon&language=fr");
    let again = site.stranger().get(&hrefs[0]).await;
    assert!(!again.has("[data-without]"));
    assert_eq!(again.attribute("[data-count]", "data-count"), "1");
}

#[actix_web::test]
async fn options_nobody_has_are_not_offered_and_the_others_carry_their_number() {
    let site = TestSite::start().await;
    let ids = listed(&site, few()).await;
    let page = look(&site, "").await;
    let offered = page.attributes("[name=specialism]", "value");
    assert_eq!(offered, ["vat", "payroll", "bookkeeping", "corporation-tax", "us-tax"]);
    assert_eq!(page.attributes("[name=language]", "value"), ["en", "fr", "pl"]);
    assert_eq!(page.all("#country option"), ["Anywhere", "France (1)", "United Kingdom (2)"]);
    page.assert_text("[data-shows]", "Show 3 accountants");
    look(&site, "specialism=vat").await.assert_text("[data-shows]", "Show 1 accountant");

    // an option that was chosen stays, and numbers follow who comes and goes
    let page = look(&site, "specialism=audit").await;
    assert!(page.attributes("[name=specialism]", "value").contains(&"audit".to_owned()));
    site.write(move |conn, now| {
        use diesel::prelude::*;
        use footing::users::{Stale, schema::users};
        diesel::update(users::table.find(ids[2]))
            .set(users::status.eq("disabled"))
            .execute(conn)?;
        Stale::mark(conn, ids[2], now)
    })
    .await;
    let page = look(&site, "").await;
    assert_eq!(
        page.attributes("[name=specialism]", "value"),
        ["vat", "bookkeeping", "corporation-tax"]
    );
}

#[actix_web::test]
async fn an_order_by_price_says_how_many_it_leaves_out_and_why() {
    let site = TestSite::start().await;
    let mut people = few();
    people.push(Somebody {
        name: "Quinn Quote",
        services: &[("other", "Whatever you need", -1)],
        ..Somebody::default()
    });
    listed(&site, people).await;
    let page = look(&site, "sort=price").await;
    assert_eq!(slugs(&page), ["jordan-smith", "ola-nowak"]);
    page.assert_text("[data-left-out]", "2 more match, but they name no price in GBP.");
    let page = look(&site, "sort=price&currency=EUR&specialism=vat").await;
    assert!(!page.has("[data-left-out]"));
    let page = look(&site, "sort=soonest").await;
    page.assert_text("[data-left-out]", "4 more match, but they have no free time at present.");
}

#[actix_web::test]
async fn a_search_for_one_kind_of_service_shows_the_price_of_that_kind() {
    let site = TestSite::start().await;
    let both = Somebody {
        services: &[
            ("consultation", "A first talk", 5_000),
            ("vat", "VAT return", 13_000),
            ("vat", "VAT health check", 20_000),
        ],
        ..Somebody::default()
    };
    listed(&site, vec![both]).await;
    look(&site, "").await.assert_text("[data-price]", "£50").assert_text("[data-price]", "From");
    let page = look(&site, "category=vat").await;
    page.assert_text("[data-price]", "£130").assert_text("[data-price]", "VAT return");
}

/// Whose cheapest service of all says nothing about what a VAT return costs.
fn three_vat_returns() -> Vec<Somebody> {
    let with = |name, services| Somebody { name, services, ..Somebody::default() };
    vec![
        with("Cheap Talk", &[("consultation", "A first talk", 0), ("vat", "VAT return", 30_000)]),
        with("Plain Vat", &[("vat", "VAT return", 9_000), ("vat", "VAT for groups", 50_000)]),
        with(
            "Dear Talk",
            &[("consultation", "A first talk", 20_000), ("vat", "VAT return", 4_000)],
        ),
        with("Only Quotes", &[("consultation", "A talk", 1_000), ("vat", "VAT return", -1)]),
        Somebody { currency: "EUR", ..with("In Euros", &[("vat", "VAT return", 1_000)]) },
        with("No Vat", &[("consultation", "A first talk", 100)]),
    ]
}

#[actix_web::test]
async fn the_order_by_price_within_one_kind_of_service_goes_by_the_price_of_that_kind() {
    let site = TestSite::start().await;
    let ids = listed(&site, three_vat_returns()).await;
    let page = look(&site, "category=vat&sort=price").await;
    assert_eq!(slugs(&page), ["dear-talk", "plain-vat", "cheap-talk"]);
    page.assert_text("[data-left-out]", "2 more match, but they name no price in GBP.");
    assert_eq!(
        slugs(&look(&site, "sort=price").await),
        ["cheap-talk", "no-vat", "only-quotes", "dear-talk", "plain-vat"],
        "without a kind by the cheapest of all"
    );
    assert_eq!(slugs(&look(&site, "category=vat&sort=price&currency=EUR").await), ["in-euros"]);

    // it follows what is hidden and what is not offered any longer
    let (gone, changed) = (ids[1], ids[2]);
    site.write(move |conn, now| {
        use diesel::prelude::*;
        use footing::listings::schema::services;
        use footing::users::{Stale, schema::users};
        diesel::update(users::table.find(gone)).set(users::status.eq("disabled")).execute(conn)?;
        let own = services::table.filter(services::accountant_id.eq(changed));
        diesel::update(own.filter(services::category.eq("vat")))
            .set(services::price_minor.eq(70_000))
            .execute(conn)?;
        Stale::mark(conn, gone, now)?;
        Stale::mark(conn, changed, now)
    })
    .await;
    let page = look(&site, "category=vat&sort=price").await;
    assert_eq!(slugs(&page), ["cheap-talk", "dear-talk"]);
}

#[actix_web::test]
async fn a_price_ceiling_within_one_kind_of_service_is_that_kinds() {
    let site = TestSite::start().await;
    listed(&site, three_vat_returns()).await;
    let page = look(&site, "category=vat&max_price=90").await;
    assert_eq!(slugs(&page), ["dear-talk", "plain-vat"]);
    page.assert_text("[data-count]", "2");
    assert_eq!(slugs(&look(&site, "category=vat&max_price=89").await), ["dear-talk"]);
    assert_eq!(
        slugs(&look(&site, "max_price=89").await),
        ["no-vat", "only-quotes", "dear-talk", "cheap-talk"]
    );
}

#[actix_web::test]
async fn pages_of_an_order_by_the_price_of_a_kind_show_everybody_once() {
    let site = TestSite::start().await;
    let names: Vec<&'static str> =
        (0..45).map(|n| &*Box::leak(format!("Vat Number{n:02}").into_boxed_str())).collect();
    let talks: &[_] = &[("consultation", "A first talk", 100), ("vat", "VAT return", 9_000)];
    let equal =
        names.into_iter().map(|name| Somebody { name, services: talks, ..Somebody::default() });
    listed(&site, equal.collect()).await;
    let (mut path, mut seen) = ("/accountants?category=vat&sort=price".to_owned(), vec![]);
    loop {
        let page = site.stranger().get(&path).await;
        seen.extend(slugs(&page));
        if !page.has("[rel=next]") {
            break;
        }
        path = page.attribute("[rel=next]", "href");
    }
    let mut once = seen.clone();
    once.sort();
    once.dedup();
    assert_eq!((seen.len(), once.len()), (45, 45));
    assert_eq!(
        seen.first().map(String::as_str),
        Some("vat-number44"),
        "the newest of equals first"
    );
}

#[actix_web::test]
async fn the_currency_is_that_of_the_visitors_zone() {
    let site = TestSite::start().await;
    listed(&site, few()).await;
    let page = site.stranger().get("/accountants?sort=price&tz=Europe/Paris").await;
    assert_eq!(slugs(&page), ["marie-petit"]);
    assert_eq!(page.attributes("#currency option[selected]", "value"), ["EUR"]);
    let page = site.stranger().get("/accountants?sort=price&tz=Europe/Paris&currency=GBP").await;
    assert_eq!(slugs(&page).len(), 2);
}

/// Statements that one search makes, twice: the second time its counts are remembered.
async fn questions(site: &TestSite, query: &str) -> [usize; 2] {
    use diesel::connection::{Connection, InstrumentationEvent as Event};
    let asked = Arc::new(AtomicUsize::new(0));
    let mut conn = DatabaseUrl::parse(&site.site.config.database_url).unwrap().connect().unwrap();
    let count = asked.clone();
    let count = move |event: Event<'_>| {
        if matches!(event, Event::StartQuery { .. }) {
            count.fetch_add(1, Ordering::SeqCst);
        }
    };
    footing::on_either!(&mut conn, |c| c.set_instrumentation(count));
    let (counts, filters) = (DirectoryCounts::default(), Filters::read(query, &Seal::new("one")));
    let now = site.site.db.now();
    [(); 2].map(|()| {
        asked.store(0, Ordering::SeqCst);
        let counts = counts.as_of(&mut conn).unwrap();
        let options = counts.options(&mut conn).unwrap();
        Search::new(&filters, Stand::Fresh, now).run(&mut conn, &counts, &options).unwrap();
        asked.load(Ordering::SeqCst)
    })
}

#[actix_web::test]
async fn a_page_is_one_question_for_rows_and_few_for_its_numbers() {
    let site = TestSite::start().await;
    listed(&site, few()).await;
    // the version of the directory, a look for each word, the rows and their badges; numbers only the
    // first time
    for (query, first, again) in [
        ("", 5, 3),
        ("specialism=vat", 5, 3),
        ("q=bookkeeping", 7, 4),
        ("q=vat&place=Lyon", 10, 6),
        ("q=french+speaking+payroll", 9, 4),
        ("category=vat&sort=price&max_price=900", 6, 3),
    ] {
        let [one, two] = questions(&site, query).await;
        assert!(one <= first && two <= again, "{query}: {one}, then {two}");
    }
}

#[actix_web::test]
async fn rows_leave_out_what_says_nothing_and_say_nothing_twice() {
    let site = TestSite::start().await;
    let talk = Somebody {
        services: &[("consultation", "30-minute consultation", 8_500)],
        place: "Singapore",
        country: "SG",
        has_hours: true,
        ..Somebody::default()
    };
    listed(&site, vec![talk]).await;
    for path in ["/", "/accountants", "/accountants/robin-plain"] {
        let page = site.stranger().get(path).await;
        let text = page.all("main").join(" ");
        for nothing in ["Welcome", "30 min", "30\u{a0}min", "Singapore, Singapore"] {
            assert!(!text.contains(nothing), "{path} says {nothing}");
        }
        assert!(text.contains("30-minute consultation") && text.contains("Singapore"), "{path}");
    }
    let row = look(&site, "").await;
    row.assert_text("article", "11 years in practice").assert_text("article", "Speaks English");
    row.assert_text("[data-price] dt", "Price");
}

#[actix_web::test]
async fn a_search_of_as_many_words_as_fit_asks_no_more_than_a_few() {
    let site = TestSite::start().await;
    listed(&site, few()).await;
    let nonsense: Vec<String> = (0..55).map(|n| format!("xq{n:02}zyzzy")).collect();
    let known =
        "payroll bookkeeping audit french polish american month tax return limited company ";
    for text in [nonsense.join("+"), known.repeat(6).replace(' ', "+"), "in+near+".repeat(60)] {
        assert!(text.len() > 400);
        let [one, two] = questions(&site, &format!("q={}", &text[..text.len().min(499)])).await;
        assert!(one <= 60 && two <= 20, "{text}: {one}, then {two}");
    }
}
