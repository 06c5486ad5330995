//! A decision is objected to, once and in time, and answered by somebody else.

use footing::clock::Span;

use crate::database::raw;
use crate::reports::{BENS, STATEMENT, admin, again, decide, news, report, waiting};
use crate::support::{Answer, Person, TestSite};

async fn answer(admin: &Person, appeal: &str, decision: &str) -> Answer {
    let form = [&[("decision", decision)], STATEMENT.as_slice()].concat();
    admin.post(&format!("{appeal}/decision"), &form).await
}

/// Ben's profile, hidden by root after a report of ana's.
async fn hidden() -> (TestSite, Person, Person, Person) {
    let site = TestSite::start().await;
    let (ana, ben) = (site.ana().await, site.ben().await);
    let root = admin(&site, "root").await;
    report(&ana, BENS, "insult").await.assert_status(303);
    let case = waiting(&root, "case").await;
    decide(&root, &case, "hide").await.assert_status(303);
    (site, ana, ben, root)
}

#[actix_web::test]
async fn another_admin_restores_what_was_hidden_and_the_page_is_as_it_was() {
    let site = TestSite::start().await;
    let (ana, ben) = (site.ana().await, site.ben().await);
    let (root, other) = (admin(&site, "root").await, admin(&site, "mod").await);
    let before = site.stranger().get(BENS).await.page();
    report(&ana, BENS, "insult").await.assert_status(303);
    let case = waiting(&root, "case").await;
    decide(&root, &case, "hide").await.assert_status(303);
    site.stranger().get(BENS).await.assert_status(404);

    let decision = news(&ben).await;
    let words = [("words", "I took it out.")];
    ben.post(&format!("{decision}/appeal"), &words).await.assert_status(303);
    // the same once more is the same
    ben.post(&format!("{decision}/appeal"), &words).await.assert_status(303);
    let appeal = waiting(&root, "appeal").await;
    assert!(root.get(&appeal).await.has("[data-own]"));
    answer(&root, &appeal, "restore").await.assert_status(403);
    ana.get(&appeal).await.assert_status(404);
    other.get(&appeal).await.assert_text("blockquote", "I took it out.");
    answer(&other, &appeal, "maybe").await.assert_status(422);
    answer(&other, &appeal, "restore").await.assert_status(303);
    answer(&other, &appeal, "uphold").await.assert_status(409);

    let after = site.stranger().get(BENS).await;
    after.assert_status(200);
    assert_eq!(without_tokens(&before), without_tokens(&after.page()));
    ben.get(&decision).await.assert_text("[data-answer=lift]", "Moderator 2");
    assert!(ben.get(&decision).await.has("[data-lifted]"));
    let mails = site.mails_to(&ben.email).await;
    assert!(mails.iter().any(|mail| mail.contains("the decision was changed")));
}

/// A page without what is new on every answer.
fn without_tokens(page: &str) -> String {
    let lines = page.lines().filter(|line| !line.contains("name=\"csrf\""));
    lines.collect::<Vec<_>>().join("\n")
}

#[actix_web::test]
async fn what_is_upheld_stays_hidden_and_its_owner_is_told_why() {
    let (site, _ana, ben, _root) = hidden().await;
    let other = admin(&site, "mod").await;
    let decision = news(&ben).await;
    ben.post(&format!("{decision}/appeal"), &[]).await.assert_status(303);
    let appeal = waiting(&other, "appeal").await;
    answer(&other, &appeal, "uphold").await.assert_status(303);
    site.stranger().get(BENS).await.assert_status(404);
    let mails = site.mails_to(&ben.email).await;
    assert!(mails.iter().any(|mail| mail.contains("the decision stands")));
}

#[actix_web::test]
async fn who_reported_and_was_not_heard_may_object_and_be_heard() {
    let site = TestSite::start().await;
    let (ana, ben, cy) = (site.ana().await, site.ben().await, site.cy().await);
    let (root, other) = (admin(&site, "root").await, admin(&site, "mod").await);
    report(&ana, BENS, "insult").await.assert_status(303);
    decide(&root, &waiting(&root, "case").await, "keep").await.assert_status(303);
    let decision = news(&ana).await;
    // whom a kept notice was about learns nothing of it, nor does anybody else
    ben.get(&decision).await.assert_status(404);
    cy.post(&format!("{decision}/appeal"), &[]).await.assert_status(404);
    ana.post(&format!("{decision}/appeal"), &[]).await.assert_status(303);
    answer(&other, &waiting(&other, "appeal").await, "restore").await.assert_status(303);
    site.stranger().get(BENS).await.assert_status(404);
    assert!(site.mails_to(&ben.email).await.iter().any(|mail| mail.contains("was hidden")));
}

#[actix_web::test]
async fn an_appeal_is_in_time_for_six_months_and_not_a_moment_longer() {
    let (site, _ana, ben, _root) = hidden().await;
    let decision = news(&ben).await;
    let path = decision.clone();
    let until = site
        .read(move |conn, _| {
            let id = path.rsplit('/').next().unwrap();
            let id = id.parse::<footing::decisions::DecisionId>().unwrap();
            Ok(footing::decisions::Decision::by_id(conn, id)?.appeal_until)
        })
        .await;
    let five = site.site.db.now() + Span::minutes(5);
    site.forward(until.elapsed_since(five));
    let early = ben.elsewhere();
    early.sign_in().await.assert_status(303);
    assert!(early.get(&decision).await.has("form[action$='/appeal']"));
    site.forward(Span::minutes(6));
    let late = early.post(&format!("{decision}/appeal"), &[]).await;
    late.assert_status(409);
    assert!(early.get(&decision).await.has("[data-too-late]"));
}

#[actix_web::test]
async fn with_one_admin_the_queue_says_that_an_appeal_needs_a_second() {
    let (site, _ana, ben, root) = hidden().await;
    let decision = news(&ben).await;
    ben.post(&format!("{decision}/appeal"), &[]).await.assert_status(303);
    let queue = root.get("/admin").await;
    queue.assert_text("[data-needs-another]", "footing create-admin");
    assert!(root.get(&waiting(&root, "appeal").await).await.has("[data-needs-another]"));
    let _second = admin(&site, "mod").await;
    let root = again(&site, &root).await;
    assert!(!root.get("/admin").await.has("[data-needs-another]"));
    // the database keeps it, whoever asks
    let sql = format!(
        "UPDATE appeals SET decided_by = {}, decided_at = 1, answer_id = decision_id",
        root.id.0
    );
    assert!(raw(&site, sql).await.is_err());
}
