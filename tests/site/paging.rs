//! Turning the pages of the directory while it changes, prices in several currencies, and what has
//! left it.

use diesel::prelude::*;
use footing::directory::DirectoryEntry;
use footing::directory::schema::directory_words;
use footing::listings::schema::services;
use footing::users::{Stale, UserId, schema::users};

use crate::crowd::{Somebody, listed, slugs};
use crate::support::TestSite;

/// So many that differ in nothing but their names.
fn alike(count: usize) -> Vec<Somebody> {
    let named = |n: usize| -> &'static str { Box::leak(format!("Same Number{n:02}").into()) };
    (0..count)
        .map(|n| Somebody { name: named(n), has_hours: true, ..Somebody::default() })
        .collect()
}

#[actix_web::test]
async fn nobody_whose_value_holds_is_skipped_though_ranks_change_between_two_pages() {
    let site = TestSite::start().await;
    let ids = listed(&site, alike(25)).await;
    for order in ["price", "soonest", "rating"] {
        let first = site.stranger().get(&format!("/accountants?sort={order}")).await;
        let mut seen = slugs(&first);
        assert_eq!(seen.len(), 20, "{order}");
        // one of those who come next rises above all others, as after a day of answered requests
        let riser = ids[2];
        site.write(move |conn, _| {
            let highest = "UPDATE entries SET rank = (SELECT max(rank) FROM entries) + 1000 \
                           WHERE user_id = ";
            diesel::sql_query(format!("{highest}{}", riser.0)).execute(conn)?;
            Ok(())
        })
        .await;
        seen.extend(slugs(&site.stranger().get(&first.attribute("[rel=next]", "href")).await));
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 25, "{order}: {seen:?}");
    }
}

#[actix_web::test]
async fn who_has_services_in_two_currencies_is_found_and_shown_in_both() {
    let site = TestSite::start().await;
    let two: &[_] = &[("consultation", "A first talk", 8_000), ("vat", "VAT return", 20_000)];
    let both = Somebody { name: "Bo Both", services: two, ..Somebody::default() };
    let ids = listed(&site, vec![both, Somebody::default()]).await;
    let id = ids[0];
    site.write(move |conn, now| {
        let own = services::table.filter(services::accountant_id.eq(id));
        diesel::update(own.filter(services::category.eq("vat")))
            .set((services::currency.eq("EUR"), services::price_minor.eq(9_000)))
            .execute(conn)?;
        Stale::mark(conn, id, now)
    })
    .await;
    let look = async |query: &str| site.stranger().get(&format!("/accountants?{query}")).await;
    let price = "[data-accountant='bo-both'] [data-price]";
    for (query, found, shown) in [
        ("sort=price&currency=GBP", &["robin-plain", "bo-both"][..], "£80"),
        ("sort=price&currency=EUR", &["bo-both"], "€90"),
        ("max_price=85&currency=GBP", &["robin-plain", "bo-both"], "£80"),
        ("max_price=95&currency=EUR", &["bo-both"], "€90"),
        ("max_price=89&currency=EUR", &[], ""),
        ("category=vat&sort=price&currency=EUR", &["bo-both"], "€90"),
        ("category=vat&max_price=300&currency=GBP", &[], ""),
    ] {
        let page = look(query).await;
        assert_eq!(slugs(&page), found, "{query}");
        assert_eq!(page.attributes("[data-left-out]", "data-left-out").len(), {
            usize::from(query == "sort=price&currency=EUR")
        });
        if !found.is_empty() {
            page.assert_text(price, shown);
        }
    }
}

/// Accounts are closed to the public and nobody brings the directory up to date.
async fn suspend_unseen(site: &TestSite, ids: Vec<UserId>) {
    site.write(move |conn, now| {
        let gone = users::table.filter(users::id.eq_any(ids.clone()));
        diesel::update(gone).set(users::status.eq("disabled")).execute(conn)?;
        ids.iter().try_for_each(|id| Stale::mark(conn, *id, now))
    })
    .await;
}

#[actix_web::test]
async fn counts_and_the_sitemap_say_what_is_listed_while_the_directory_is_behind() {
    let site = TestSite::start().await;
    let ids = listed(&site, alike(63)).await;
    let count = async || {
        let page = site.stranger().get("/accountants?specialism=audit").await;
        page.text("[data-count]").split(' ').next().unwrap().to_owned()
    };
    assert_eq!(count().await, "63");
    suspend_unseen(&site, ids[..60].to_vec()).await;
    let sitemap = site.stranger().get("/sitemap-1.xml").await.page();
    assert_eq!(sitemap.matches("<loc>").count(), 3, "{sitemap}");
    // a page brings fifty up to date, and judges the others
    assert_eq!(count().await, "3");
}

#[actix_web::test]
async fn a_word_that_has_left_the_directory_is_forgotten() {
    let site = TestSite::start().await;
    let rare = Somebody {
        name: "Zoe Quill",
        about: "Zymurgy and cooperage, line by line until you could explain it yourself.",
        ..Somebody::default()
    };
    let other = Somebody { headline: "Cooperage for all.", ..Somebody::default() };
    let ids = listed(&site, vec![rare, other]).await;
    let known = async |word: &str| {
        let word = word.to_owned();
        site.read(move |conn, _| {
            let alike = directory_words::table.filter(directory_words::word.eq(word));
            Ok(alike.count().get_result::<i64>(conn)?)
        })
        .await
    };
    assert_eq!((known("zymurgy").await, known("cooperage").await), (1, 1));
    let corrected = site.stranger().get("/accountants?q=zymrugy").await;
    corrected.assert_text(".note", "zymurgy");
    suspend_unseen(&site, ids[..1].to_vec()).await;
    site.write(|conn, now| DirectoryEntry::refresh_stale(conn, 50, now).map(drop)).await;
    assert_eq!((known("zymurgy").await, known("cooperage").await), (0, 1));
}
