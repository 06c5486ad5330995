//! What reviews come to: the score, the order of the directory, and that hiding and showing again
//! changes no bit.

use footing::clock::{Instant, Span};
use footing::db::Conn;
use footing::decisions::{self, Ground, Restriction, Statement};
use footing::directory::DirectoryEntry;
use footing::error::Result;
use footing::reviews::{Review, ReviewId, ReviewScope, ReviewWords, Totals, WrittenReview};
use footing::users::{Stale, UserId};

use crate::crowd::slugs;
use crate::reviews::{client, opened, opened_ago, past, say, stars, with_reply};
use crate::support::{Answer, Person, TestSite};

/// Opens reviews of these stars, each by a client of its own.
async fn rated(site: &TestSite, about: UserId, given: &'static [i32], named: &'static str) {
    for (nth, one) in given.iter().enumerate() {
        let who = site
            .write(move |conn, now| Ok(client(conn, &format!("{named} Number{nth}"), now)))
            .await;
        opened(site, who, about, *one).await;
    }
    site.write(|conn, now| DirectoryEntry::refresh_stale(conn, 50, now)).await;
}

async fn page(site: &TestSite, slug: &str) -> Answer {
    site.stranger().get(&format!("/accountants/{slug}")).await
}

async fn totals(site: &TestSite, about: UserId) -> Totals {
    site.read(move |conn, _| Totals::of(conn, about)).await
}

fn statement(restriction: Restriction) -> Statement {
    let (facts, why) = ("It insults the accountant.", "Insults are not allowed anywhere.");
    Statement::by_rule(restriction, ("a rule of this test", Ground::Insults), (facts, why), "all")
}

/// Hides a review by a decision; the decision.
async fn hide(site: &TestSite, id: ReviewId, scope: ReviewScope) -> decisions::Decision {
    let mail = site.site.mail.clone();
    site.write(move |conn, now| {
        let review = Review::for_admin(conn, id)?;
        let restriction = match scope {
            ReviewScope::Whole => Restriction::Remove,
            ReviewScope::Words => Restriction::RemoveText,
        };
        let statement = statement(restriction);
        let decision = decisions::restrict(conn, &mail, review.target(), &statement, now)?;
        Review::hide(conn, id, scope, &decision, now)?;
        DirectoryEntry::refresh_stale(conn, 50, now)?;
        Ok(decision)
    })
    .await
}

async fn restore(site: &TestSite, id: ReviewId, decision: &decisions::Decision) {
    let decision = decision.id;
    site.write(move |conn, now| {
        Review::restore(conn, id, decision, now)?;
        DirectoryEntry::refresh_stale(conn, 50, now).map(drop)
    })
    .await;
}

#[actix_web::test]
async fn the_page_shows_score_mean_histogram_and_formula_and_machines_read_the_same() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let bare = page(&site, "ben-northgate-tax").await;
    bare.assert_text("#reviews", "No reviews yet");
    assert!(!bare.page().contains("AggregateRating"));
    rated(&site, ben.id, &[1, 1, 1], "One").await;
    let page = page(&site, "ben-northgate-tax").await;
    assert_eq!(page.attribute("[data-score]", "data-score"), "3182");
    page.assert_text(".score", "3.18 of 5").assert_text(".verdict", "Plain mean 1.00 of 3 reviews");
    page.assert_text(".verdict", "(32 + all stars) ÷ (8 + reviews)");
    assert_eq!(page.attributes("meter", "value"), ["0", "0", "0", "0", "3"]);
    let data = page.page();
    assert!(data.contains(r#""ratingValue":"3.182""#) && data.contains(r#""reviewCount":3"#));
    let row = site.stranger().get("/accountants").await;
    row.assert_text("[data-rating]", "3.18").assert_text("[data-rating]", "(3 reviews)");
}

#[actix_web::test]
async fn the_directory_can_be_ordered_by_the_score_and_whoever_has_none_comes_last() {
    let site = TestSite::start().await;
    let amy = site.accountant("amy", "Amy Ledgers").await;
    let bob = site.accountant("bob", "Bob Books").await;
    let cat = site.accountant("cat", "Cat Accounts").await;
    rated(&site, amy.id, &[1], "Amys").await;
    rated(&site, cat.id, &[5, 5], "Cats").await;
    let order = |path: &'static str| {
        let site = site.clone();
        async move { slugs(&site.stranger().get(path).await) }
    };
    let by_rating = ["cat-accounts", "amy-ledgers", "bob-books"];
    assert_eq!(order("/accountants?sort=rating").await, by_rating);
    assert_eq!(order("/accountants?sort=rating&specialism=vat").await, by_rating);
    // in the ranking nobody's silence stands between four stars
    assert_eq!(order("/accountants").await, ["cat-accounts", "bob-books", "amy-ledgers"]);
    let _ = bob;
}

#[actix_web::test]
async fn an_order_by_rating_goes_on_where_the_page_ended() {
    let site = TestSite::start().await;
    let people = (0..23).map(|_| crate::crowd::Somebody::default()).collect();
    let ids = crate::crowd::listed(&site, people).await;
    rated(&site, ids[4], &[5], "Four").await;
    rated(&site, ids[9], &[3], "Nine").await;
    let first = site.stranger().get("/accountants?sort=rating").await;
    let second = site.stranger().get(&first.attribute("a[rel=next]", "href")).await;
    let all = [slugs(&first), slugs(&second)].concat();
    assert_eq!(all.len(), 23);
    assert_eq!(all.iter().collect::<std::collections::BTreeSet<_>>().len(), 23);
    assert!(first.attribute("[data-rating]", "data-rating") == "4111");
}

#[actix_web::test]
async fn removal_and_restoration_give_back_every_byte_of_the_public_pages() {
    let site = TestSite::start().await;
    let (ana, ben) = (site.ana().await, site.ben().await);
    site.accountant("eve", "Eve Accounts").await;
    rated(&site, ben.id, &[5, 4, 2], "Some").await;
    let id = with_reply(&site, ana.id, ben.id).await;
    site.write(|conn, now| DirectoryEntry::refresh_stale(conn, 50, now)).await;
    let stranger = site.stranger();
    async fn look(stranger: &Person) -> Vec<Vec<u8>> {
        let mut pages = vec![];
        for path in [
            "/accountants/ben-northgate-tax",
            "/accountants/ben-northgate-tax?stars=5",
            "/accountants",
            "/accountants?sort=rating",
            "/sitemap-1.xml",
            "/",
        ] {
            pages.push(stranger.get(path).await.body);
        }
        pages
    }
    look(&stranger).await;
    let (before, kept) = (look(&stranger).await, totals(&site, ben.id).await);
    for scope in [ReviewScope::Whole, ReviewScope::Words] {
        let decision = hide(&site, id, scope).await;
        let hidden = look(&stranger).await;
        assert_ne!(before[0], hidden[0]);
        let now = totals(&site, ben.id).await;
        match scope {
            ReviewScope::Whole => {
                assert_eq!((now.counted, now.removed_fives), (3, 1));
                let page = page(&site, "ben-northgate-tax").await;
                page.assert_text("[data-removals]", "1 of 5 stars");
                assert!(!page.page().contains(&id.to_string()));
            }
            ReviewScope::Words => assert_eq!(now, kept, "the stars still count"),
        }
        restore(&site, id, &decision).await;
        assert!(before == look(&stranger).await, "{scope:?}");
        assert_eq!(totals(&site, ben.id).await, kept);
    }
}

#[actix_web::test]
async fn one_restriction_ended_leaves_what_another_hides() {
    let site = TestSite::start().await;
    let (ana, ben) = (site.ana().await, site.ben().await);
    let id = opened(&site, ana.id, ben.id, 1).await;
    let first = hide(&site, id, ReviewScope::Whole).await;
    let second = hide(&site, id, ReviewScope::Whole).await;
    restore(&site, id, &first).await;
    assert!(!page(&site, "ben-northgate-tax").await.has("[data-review]"));
    restore(&site, id, &second).await;
    assert!(page(&site, "ben-northgate-tax").await.has("[data-review]"));
}

#[actix_web::test]
async fn nothing_hides_a_review_but_a_decision_about_it() {
    let site = TestSite::start().await;
    let (ana, ben) = (site.ana().await, site.ben().await);
    let id = opened(&site, ana.id, ben.id, 1).await;
    let other = opened_ago(&site, ana.id, ben.id, 2, Span::days(200)).await;
    let decision = hide(&site, other, ReviewScope::Whole).await;
    let about_other = decision.clone();
    let refused = move |conn: &mut Conn, now: Instant| -> Result<bool> {
        Ok(Review::hide(conn, id, ReviewScope::Whole, &about_other, now).is_err())
    };
    assert!(site.write(refused).await);
    for sql in [
        format!("UPDATE reviews SET hidden_by = {} WHERE id = {}", decision.id.0, id.0),
        format!("UPDATE reviews SET hidden_by = 1 WHERE id = {}", id.0),
        format!("UPDATE reviews SET words = 'Other words, and long enough' WHERE id = {}", id.0),
        format!("UPDATE reviews SET opened_at = NULL WHERE id = {}", id.0),
        format!("UPDATE reviews SET stars = 6 WHERE id = {}", id.0),
    ] {
        crate::database::raw(&site, sql.clone()).await.expect_err(&sql);
    }
}

#[actix_web::test]
async fn of_one_client_the_newer_counts_within_90_days_and_the_older_says_so() {
    let site = TestSite::start().await;
    let (ana, ben) = (site.ana().await, site.ben().await);
    opened_ago(&site, ana.id, ben.id, 1, Span::days(200)).await;
    opened_ago(&site, ana.id, ben.id, 2, Span::days(100)).await;
    assert_eq!(totals(&site, ben.id).await.counted, 2, "100 days lie between");
    let newest = opened_ago(&site, ana.id, ben.id, 5, Span::days(15)).await;
    let now = totals(&site, ben.id).await;
    assert_eq!((now.counted, now.stars, now.shown), (2, 6, 3));
    page(&site, "ben-northgate-tax").await.assert_text("[data-review] .tag", "A newer one counts");
    // when the newer goes, the older speaks again
    hide(&site, newest, ReviewScope::Whole).await;
    assert_eq!(totals(&site, ben.id).await.stars, 3);
}

#[actix_web::test]
async fn one_written_for_a_reward_is_shown_so_and_does_not_count() {
    let site = TestSite::start().await;
    let (ana, ben) = (site.ana().await, site.ben().await);
    let (mail, from, about) = (site.site.mail.clone(), ana.id, ben.id);
    site.write(move |conn, now| {
        let id = past(conn, from, about, Span::days(20), now);
        let WrittenReview::Client(words) = stars(5) else { panic!() };
        let said = WrittenReview::Client(ReviewWords { is_incentive: true, ..words });
        say(&mail, conn, from, id, &said, now - Span::days(19));
        Review::open_due(conn, &mail, 50, now)
    })
    .await;
    let page = page(&site, "ben-northgate-tax").await;
    page.assert_text("[data-review] .tag", "Written for a reward");
    assert_eq!(page.attribute("[data-counted]", "data-counted"), "0");
}

#[actix_web::test]
async fn reviews_are_paged_by_twenty_newest_first_and_a_bad_place_is_the_first_page() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let (mail, about) = (site.site.mail.clone(), ben.id);
    site.write(move |conn, now| {
        for nth in 0..23 {
            let who = client(conn, &format!("Client Number{nth}"), now);
            let id = past(conn, who, about, Span::days(20 + nth), now);
            say(&mail, conn, who, id, &stars(4), now - Span::days(20 + nth));
        }
        Review::open_due(conn, &mail, 50, now)?;
        Stale::mark(conn, about, now)
    })
    .await;
    let first = page(&site, "ben-northgate-tax").await;
    let next = first.attribute("#reviews a[rel=next]", "href");
    let second = site.stranger().get(next.split('#').next().unwrap()).await;
    let ids = |answer: &Answer| answer.attributes("[data-review]", "data-review");
    assert_eq!((ids(&first).len(), ids(&second).len()), (20, 3));
    assert!(ids(&first).iter().all(|id| !ids(&second).contains(id)));
    let months = |answer: &Answer| answer.attributes(".review time", "datetime");
    let all = [months(&first), months(&second)].concat();
    assert!(all.windows(2).all(|pair| pair[0] >= pair[1]), "{all:?}");
    for bad in ["after=nonsense", "after=0C9K4VXT2M7QA", "stars=9", "stars=x&after="] {
        let page = site.stranger().get(&format!("/accountants/ben-northgate-tax?{bad}")).await;
        assert_eq!(ids(&page), ids(&first), "{bad}");
    }
    assert_eq!(ids(&site.stranger().get("/accountants/ben-northgate-tax?stars=5").await).len(), 0);
}
