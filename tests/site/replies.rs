//! The accountant's reply: one, read over before it is published, and told to the client.

use footing::reviews::ReviewReply;

use crate::reviews::{opened, with_reply};
use crate::support::TestSite;

const LIST: &str = "/practice/reviews";

#[actix_web::test]
async fn an_accountant_replies_once_and_everybody_else_cannot() {
    let site = TestSite::start().await;
    let (ana, ben, cy, eve) = (
        site.ana().await,
        site.ben().await,
        site.cy().await,
        site.accountant("eve", "Eve Accounts").await,
    );
    let root = site.root().await;
    root.two_steps().await;
    let id = opened(&site, ana.id, ben.id, 4).await;
    let path = format!("/reviews/{id}/reply");
    let form = [("text", "Thank you, I will answer sooner next time.")];
    for (person, status) in
        [(&site.stranger(), 303), (&ana, 403), (&cy, 403), (&eve, 404), (&root, 403)]
    {
        person.post(&path, &form).await.assert_status(status);
    }
    ben.post(&path, &[("text", "")]).await.assert_rejected("text");
    ben.post(&path, &[("text", &"x".repeat(1001))]).await.assert_rejected("text");
    ben.post(&path, &form).await.assert_status(303);
    ben.post(&path, &form).await.assert_status(303); // the same again: nothing twice
    ben.post(&path, &[("text", "And another thing.")]).await.assert_status(409);
    let page = site.stranger().get("/accountants/ben-northgate-tax").await;
    page.assert_text("[data-reply]", "Ben replied").assert_text("[data-reply]", "sooner next time");
    let mails = site.mails_to(&ana.email).await;
    assert_eq!(mails.iter().filter(|mail| mail.contains("replied to what you said")).count(), 1);
}

#[actix_web::test]
async fn details_are_shown_first_and_a_reply_sent_in_spite_of_them_is_listed() {
    let site = TestSite::start().await;
    let (ana, ben) = (site.ana().await, site.ben().await);
    let id = opened(&site, ana.id, ben.id, 4).await;
    let path = format!("/reviews/{id}/reply");
    let text =
        "Ana, your SA100 of 12 March came to £85.50; write to me@example.com or 0113 496 0123.";
    let page = ben.post(&path, &[("text", text)]).await;
    page.assert_rejected("text");
    let hits = page.all("[data-hit]").join("; ");
    for part in ["Ana", "SA100", "12 March", "£85.50", "me@example.com", "0113 496 0123"] {
        assert!(hits.contains(part), "{part} in {hits}");
    }
    assert!(page.page().contains("came to £85.50"), "what was typed stays");
    assert!(!site.stranger().get("/accountants/ben-northgate-tax").await.has("[data-reply]"));
    ben.post(&path, &[("text", text), ("checked", "on")]).await.assert_status(303);
    let listed = site.read(|conn, _| ReviewReply::checked_anyway(conn)).await;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].1.id, id);
}

#[actix_web::test]
async fn one_s_own_reviews_stand_in_the_practice_with_their_replies() {
    let site = TestSite::start().await;
    let (ana, ben) = (site.ana().await, site.ben().await);
    ben.get(LIST).await.assert_text("h2", "No reviews yet");
    ana.get(LIST).await.assert_status(403);
    site.stranger().get(LIST).await.assert_status(303);
    with_reply(&site, ana.id, ben.id).await;
    let page = ben.get(LIST).await;
    page.assert_text("[data-review]", "5 of 5").assert_text("[data-reply]", "Thank you");
    assert!(!page.has("form[action$='/reply']"), "one reply is all there is");
    let report = page.attribute("a[href^='/reports?url=']", "href");
    assert!(report.contains("review-"), "{report}");
    ben.get("/practice").await.assert_text(".tabs", "Reviews");
}
