//! Reviews and replies before a moderator: reported, held back by a rule, sent in spite of a warning.

use footing::users::AccountSign;

use crate::reports::{BENS, STATEMENT, admin, decide, news, waiting};
use crate::reviews::{client, opened, with_reply};
use crate::support::{Answer, Person, TestSite};

async fn report(who: &Person, review: &str) -> Answer {
    let form = [("reason", "personal"), ("note", "It prints my number at home.")];
    who.post(&format!("/reviews/{review}/report"), &form).await
}

/// The page everybody sees, without what is new on every answer.
async fn page(site: &TestSite) -> String {
    let page = site.stranger().get(BENS).await.page();
    page.lines().filter(|line| !line.contains("csrf")).collect::<Vec<_>>().join("\n")
}

#[actix_web::test]
async fn a_review_loses_its_text_or_all_and_comes_back_with_every_bit() {
    for (scope, is_counted) in [("text", true), ("all", false)] {
        let site = TestSite::start().await;
        let (ana, ben) = (site.ana().await, site.ben().await);
        let (root, other) = (admin(&site, "root").await, admin(&site, "mod").await);
        let id = with_reply(&site, ana.id, ben.id).await.to_string();
        let before = page(&site).await;
        report(&ben, &id).await.assert_status(303);
        report(&ana, &id).await.assert_status(403);
        report(&ben, "0000000000000").await.assert_status(404);
        report(&site.stranger(), &id).await.assert_status(303);
        let case = waiting(&root, "case").await;
        root.get(&case).await.assert_text("h1", "Review of Ben, Northgate Tax");
        let form = [&[("decision", "remove"), ("scope", scope)], STATEMENT.as_slice()].concat();
        root.post(&format!("{case}/decision"), &form).await.assert_status(303);

        let shown = site.stranger().get(BENS).await;
        assert_eq!(shown.has(&format!("[data-review='{id}']")), is_counted, "{scope}");
        assert!(!shown.page().contains(crate::reviews::WORDS));
        let score = if is_counted { "4111" } else { "4000" };
        assert_eq!(shown.attribute("[data-score]", "data-score"), score);

        ana.post(&format!("{}/appeal", news(&ana).await), &[]).await.assert_status(303);
        let appeal = waiting(&other, "appeal").await;
        let form = [&[("decision", "restore")], STATEMENT.as_slice()].concat();
        other.post(&format!("{appeal}/decision"), &form).await.assert_status(303);
        assert_eq!(page(&site).await, before, "{scope}");
    }
}

#[actix_web::test]
async fn what_a_rule_holds_back_is_a_case_that_nobody_reported_and_kept_is_shown() {
    for (decision, is_shown) in [("keep", true), ("remove", false)] {
        let site = TestSite::start().await;
        let ben = site.ben().await;
        let root = admin(&site, "root").await;
        let (seal, bens) = (site.site.seal.clone(), ben.id);
        let friend = site
            .write(move |conn, now| {
                let friend = client(conn, "Bens Friend", now);
                for (who, address) in [(bens, "ben@example.com"), (friend, "ben+f@example.com")] {
                    AccountSign::note(conn, &seal, (who, address), "one browser", now)?;
                }
                Ok(friend)
            })
            .await;
        opened(&site, friend, ben.id, 5).await;
        site.forward(footing::clock::Span::seconds(61));
        site.work().await;
        root.get("/admin").await.assert_text("[data-case]", "Held back by a rule");
        let case = waiting(&root, "case").await;
        root.get(&case).await.assert_status(200);
        let form = [&[("decision", decision), ("scope", "all")], STATEMENT.as_slice()].concat();
        root.post(&format!("{case}/decision"), &form).await.assert_status(303);
        assert_eq!(site.stranger().get(BENS).await.has("[data-review]"), is_shown, "{decision}");
        let mails = site.mails_to("Bens.Friend@example.net").await.join("\n");
        let told = if is_shown { "restriction of your review has ended" } else { "was removed" };
        assert!(mails.contains(told), "{mails}");
        // the 72 hours of the rule end nothing that was decided
        site.forward(footing::clock::Span::hours(80));
        site.work().await;
        assert_eq!(site.stranger().get(BENS).await.has("[data-review]"), is_shown, "{decision}");
    }
}

#[actix_web::test]
async fn a_reply_sent_in_spite_of_the_warning_is_a_case_and_can_be_removed() {
    let site = TestSite::start().await;
    let (ana, ben) = (site.ana().await, site.ben().await);
    let root = admin(&site, "root").await;
    let id = opened(&site, ana.id, ben.id, 4).await;
    let text = "Write to me@example.com about your return.";
    let form = [("text", text), ("checked", "on")];
    ben.post(&format!("/reviews/{id}/reply"), &form).await.assert_status(303);
    site.forward(footing::clock::Span::seconds(61));
    site.work().await;
    root.get("/admin").await.assert_text("[data-case]", "Replied in spite of the warning");
    let case = waiting(&root, "case").await;
    root.get(&case).await.assert_text("blockquote", text);
    decide(&root, &case, "remove").await.assert_status(303);
    let page = site.stranger().get(BENS).await;
    assert!(page.has("[data-review]") && !page.has("[data-reply]"));
    // looked at once is enough
    site.forward(footing::clock::Span::seconds(61));
    site.work().await;
    assert!(!root.get("/admin").await.has("[data-case]"));
}
