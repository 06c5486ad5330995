//! Something wrong is reported, an admin decides with reasons, and everybody concerned is told.

use footing::clock::Span;
use footing::users::{Role, UserId};

use crate::database::raw;
use crate::support::{Answer, Person, TestSite};

pub const BENS: &str = "/accountants/ben-northgate-tax";

pub const STATEMENT: [(&str, &str); 3] = [
    ("ground", "2.1"),
    ("facts", "The text calls somebody a crook."),
    ("explanation", "That is an insult, whatever happened."),
];

pub async fn report(who: &Person, url: &str, reason: &str) -> Answer {
    let form = [
        ("url", url),
        ("reason", reason),
        ("note", "It calls an accountant of our town a crook."),
        ("good_faith", "yes"),
    ];
    who.post("/reports", &form).await
}

/// An admin who signs in with two steps.
pub async fn admin(site: &TestSite, name: &'static str) -> Person {
    let admin = site.account(name, Role::Admin).await;
    admin.two_steps().await;
    admin
}

/// The first thing of a kind that waits, by its address.
pub async fn waiting(admin: &Person, kind: &str) -> String {
    admin.get("/admin").await.attribute(&format!("[data-{kind}]"), "href")
}

pub async fn decide(admin: &Person, case: &str, decision: &str) -> Answer {
    let form = [&[("decision", decision)], STATEMENT.as_slice()].concat();
    admin.post(&format!("{case}/decision"), &form).await
}

/// The newest decision that somebody was told of.
pub async fn news(who: &Person) -> String {
    who.get("/notifications").await.attribute("a[href^='/decisions/']", "href")
}

#[actix_web::test]
async fn a_reported_profile_is_hidden_with_reasons_that_both_sides_read() {
    let site = TestSite::start().await;
    let (ana, ben, cy) = (site.ana().await, site.ben().await, site.cy().await);
    let root = admin(&site, "root").await;
    report(&ana, BENS, "insult").await.assert_status(303);
    assert!(
        site.mails_to(&ana.email).await.iter().any(|mail| mail.contains("We have your report"))
    );
    // a report alone hides nothing
    cy.get(BENS).await.assert_status(200);

    let case = waiting(&root, "case").await;
    let page = root.get(&case).await;
    page.assert_text("[data-report]", "It calls an accountant of our town a crook.");
    decide(&root, &case, "hide").await.assert_status(303);

    cy.get(BENS).await.assert_status(404);
    ben.get(BENS).await.assert_status(200);
    for (who, expected) in [(&ben, "Your profile was hidden"), (&ana, "has been acted on")] {
        let mails = site.mails_to(&who.email).await;
        let mail = mails.iter().find(|mail| mail.contains(expected)).expect(expected);
        for words in ["a crook", "Terms 2.1", "That is an insult", "object"] {
            assert!(mail.contains(words), "{words} in\n{mail}");
        }
        let page = who.get(&news(who).await).await;
        page.assert_status(200);
        page.assert_text("[data-statement]", "Moderator 1");
    }
    // nobody else learns of it, and the public log names nobody
    cy.get(&news(&ben).await).await.assert_status(404);
    site.stranger().get(&news(&ben).await).await.assert_status(303);
    let log = site.stranger().get("/moderation").await;
    log.assert_text("[data-decision]", "threats and insults");
    assert!(!log.page().contains("Ben"));
    // decided is decided
    decide(&root, &case, "keep").await.assert_status(409);
}

#[actix_web::test]
async fn several_reports_of_one_thing_are_one_case_and_everybody_is_answered() {
    let site = TestSite::start().await;
    let (ana, cy, _ben) = (site.ana().await, site.cy().await, site.ben().await);
    let root = admin(&site, "root").await;
    report(&ana, BENS, "spam").await.assert_status(303);
    report(&ana, BENS, "spam").await.assert_status(303);
    report(&cy, &format!("{BENS}?from=2026-12-01#about"), "fraud").await.assert_status(303);
    let queue = root.get("/admin").await;
    assert_eq!(queue.attributes("[data-case]", "href").len(), 1);
    queue.assert_text("[data-case]", "2 reports");
    queue.assert_text("[data-case]", "Fraud");
    let case = waiting(&root, "case").await;
    decide(&root, &case, "keep").await.assert_status(303);
    for who in [&ana, &cy] {
        who.get(&news(who).await).await.assert_status(200);
        let mails = site.mails_to(&who.email).await;
        assert!(mails.iter().any(|mail| mail.contains("stays as it is")));
    }
    // what is reported anew is a new case
    report(&ana, BENS, "spam").await.assert_status(303);
    assert_ne!(waiting(&root, "case").await, case);
}

#[actix_web::test]
async fn a_report_that_lacks_something_is_shown_again_with_what_was_typed() {
    let site = TestSite::start().await;
    let (ana, ben) = (site.ana().await, site.ben().await);
    let answer = ana.post("/reports", &[("url", "/ranking"), ("note", "Hm")]).await;
    answer.assert_status(422);
    for field in ["url", "reason", "note", "good_faith"] {
        assert!(answer.has(&format!("#{field}-error")), "{field}");
    }
    assert_eq!(answer.attribute("#url", "value"), "/ranking");
    // one's own, and what is not there, are told apart from nothing else
    report(&ben, BENS, "spam").await.assert_status(422);
    for nowhere in ["/accountants/nobody", "/messages/0000000000000", "", "https://other.example/x"]
    {
        report(&ana, nowhere, "spam").await.assert_status(422);
    }
    assert!(!admin(&site, "root").await.get("/admin").await.has("[data-case]"));
}

#[actix_web::test]
async fn signed_out_only_what_is_illegal_is_reported_and_answered_by_mail() {
    let site = TestSite::start().await;
    let _ben = site.ben().await;
    let root = admin(&site, "root").await;
    let form = [
        ("url", BENS),
        ("reason", "spam"),
        ("note", "It offers to hide money from the tax office."),
        ("good_faith", "yes"),
        ("name", "Zoe"),
        ("email", "zoe@example.com"),
    ];
    site.stranger().post("/reports", &form).await.assert_status(200);
    let case = waiting(&root, "case").await;
    root.get(&case).await.assert_text("[data-report]", "Illegal content, Zoe, signed out");
    decide(&root, &case, "keep").await.assert_status(303);

    let link = site.link_to("zoe@example.com").await;
    assert!(link.contains("token="), "{link}");
    let page = site.stranger().get(&link).await;
    page.assert_status(200);
    let forged = format!("{}x", &link[..link.len() - 1]);
    site.stranger().get(&forged).await.assert_status(303);
    let (path, token) = link.split_once("?token=").unwrap();
    let words = [("token", token), ("words", "Read it again.")];
    let objected = site.stranger().post(&format!("{path}/appeal"), &words).await;
    objected.assert_status(303);
    root.get(&waiting(&root, "appeal").await).await.assert_text("blockquote", "Read it again.");
}

#[actix_web::test]
async fn a_flood_of_reports_ends_at_twenty_a_day_and_ten_an_hour_for_strangers() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    let _ben = site.ben().await;
    for round in 0..21 {
        // as if each had been decided at once
        raw(&site, "DELETE FROM cases WHERE NOT EXISTS (SELECT 1 FROM reports)".to_owned())
            .await
            .unwrap();
        raw(&site, format!("UPDATE cases SET target = target + {}", 1 + round)).await.unwrap();
        let answer = report(&ana, BENS, "spam").await;
        answer.assert_status(if round < 20 { 303 } else { 429 });
    }
    site.forward(Span::hours(24));
    let again = report(&ana, BENS, "spam").await;
    again.assert_status(303);
    let form = [("url", BENS), ("note", "It offers to hide money."), ("good_faith", "yes")];
    for round in 0..11 {
        let answer = site.stranger().post("/reports", &form).await;
        answer.assert_status(if round < 10 { 200 } else { 429 });
        if round == 10 {
            assert!(answer.has("#url-error"));
        }
    }
}

#[actix_web::test]
async fn an_emergency_hides_at_once_says_so_by_itself_and_lapses_after_72_hours() {
    let site = TestSite::start().await;
    let (ana, ben) = (site.ana().await, site.ben().await);
    let root = admin(&site, "root").await;
    report(&ana, BENS, "threat").await.assert_status(303);
    let case = waiting(&root, "case").await;
    root.post(&format!("{case}/emergency"), &[("ground", "")]).await.assert_status(422);
    root.post(&format!("{case}/emergency"), &[("ground", "2.1")]).await.assert_status(303);
    ana.get(BENS).await.assert_status(404);
    let mails = site.mails_to(&ben.email).await;
    assert!(mails.iter().any(|mail| mail.contains("72 hours") && mail.contains("Terms 2.1")));

    site.forward(Span::hours(71));
    site.work().await;
    ana.get(BENS).await.assert_status(404);
    site.forward(Span::minutes(62));
    site.work().await;
    ana.get(BENS).await.assert_status(200);

    // a full decision takes the place of an emergency, and nothing is hidden twice
    ana.sign_in().await.assert_status(303);
    let root = again(&site, &root).await;
    root.post(&format!("{case}/emergency"), &[("ground", "2.1")]).await.assert_status(303);
    decide(&root, &case, "hide").await.assert_status(303);
    site.forward(Span::hours(80));
    site.work().await;
    site.stranger().get(BENS).await.assert_status(404);
}

/// Another session of an admin, whose own has run out.
pub async fn again(site: &TestSite, admin: &Person) -> Person {
    // no step of the codes counts twice
    site.forward(Span::minutes(2));
    let id = admin.id;
    site.write(move |conn, _| footing::users::Totp::turn_off(conn, id)).await;
    let fresh = admin.elsewhere();
    fresh.sign_in().await.assert_status(303);
    fresh.two_steps().await;
    fresh
}

#[actix_web::test]
async fn nobody_decides_what_they_reported_or_what_is_about_them() {
    let site = TestSite::start().await;
    let (ana, _ben) = (site.ana().await, site.ben().await);
    let (root, mod_) = (admin(&site, "root").await, admin(&site, "mod").await);
    report(&root, BENS, "spam").await.assert_status(303);
    let case = waiting(&root, "case").await;
    assert!(root.get(&case).await.has("[data-own]"));
    decide(&root, &case, "hide").await.assert_status(403);
    ana.get(&case).await.assert_status(404);
    ana.post(&format!("{case}/decision"), &[]).await.assert_status(404);
    decide(&mod_, &case, "keep").await.assert_status(303);
}

#[actix_web::test]
async fn an_incomplete_statement_decides_nothing() {
    let site = TestSite::start().await;
    let (ana, _ben) = (site.ana().await, site.ben().await);
    let root = admin(&site, "root").await;
    report(&ana, BENS, "insult").await.assert_status(303);
    let case = waiting(&root, "case").await;
    for missing in ["decision", "ground", "facts", "explanation"] {
        let whole = [&[("decision", "hide")], STATEMENT.as_slice()].concat();
        let form: Vec<_> = whole.into_iter().filter(|(name, _)| *name != missing).collect();
        let answer = root.post(&format!("{case}/decision"), &form).await;
        answer.assert_status(422);
        assert!(answer.has(&format!("#{missing}-error")), "{missing}");
    }
    // "remove" is of reviews
    decide(&root, &case, "remove").await.assert_status(422);
    ana.get(BENS).await.assert_status(200);
    // and the database takes no such row from anybody
    let row = |missing: &str| {
        let id = ana.id.0;
        let columns = [
            ("id", "1"),
            ("outcome", "'restrict'"),
            ("target_kind", "'account'"),
            ("target", "1"),
            ("restriction", "'warn'"),
            ("scope", "'the account'"),
            ("starts_at", "1"),
            ("duration", "'without end'"),
            ("facts", "'What was seen.'"),
            ("source", "'own'"),
            ("is_automated", "TRUE"),
            ("ground", "'2.1'"),
            ("explanation", "'Why it applies.'"),
            ("redress", "'How to object.'"),
            ("decider", "'a rule'"),
            ("is_emergency", "FALSE"),
            ("decided_at", "1"),
            ("appeal_until", "2"),
        ];
        let kept = columns.iter().filter(|(name, _)| *name != missing);
        let (names, values): (Vec<&str>, Vec<&str>) = kept.copied().unzip();
        let (names, values) = (names.join(", "), values.join(", "));
        format!("INSERT INTO decisions (subject_id, {names}) VALUES ({id}, {values})")
    };
    for column in ["restriction", "scope", "starts_at", "duration", "facts", "source"] {
        assert!(raw(&site, row(column)).await.is_err(), "{column}");
    }
    for column in ["is_automated", "ground", "explanation", "redress", "decider"] {
        assert!(raw(&site, row(column)).await.is_err(), "{column}");
    }
    raw(&site, row("")).await.unwrap();
    let hidden = "UPDATE accountants SET hidden_at = 1".to_owned();
    assert!(raw(&site, hidden).await.is_err(), "hidden without a decision");
    let suspended = "UPDATE users SET status = 'suspended'".to_owned();
    assert!(raw(&site, suspended).await.is_err(), "suspended without a decision");
}

#[actix_web::test]
async fn the_third_unfounded_notice_warns_its_author_and_the_fifth_puts_theirs_last() {
    let site = TestSite::start().await;
    let (ana, cy, _ben) = (site.ana().await, site.cy().await, site.ben().await);
    let root = admin(&site, "root").await;
    for round in 1..=5 {
        report(&ana, BENS, "spam").await.assert_status(303);
        let case = waiting(&root, "case").await;
        let unfounded = [("decision", "keep"), ("unfounded", "yes")];
        let form = [unfounded.as_slice(), STATEMENT.as_slice()].concat();
        root.post(&format!("{case}/decision"), &form).await.assert_status(303);
        let mails = site.mails_to(&ana.email).await;
        let warned = mails.iter().filter(|mail| mail.contains("Subject: A warning")).count();
        assert_eq!(warned, usize::from(round >= 3), "after {round}");
    }
    site.accountant("eve", "Eve Accounts").await;
    report(&ana, BENS, "spam").await.assert_status(303);
    report(&cy, "/accountants/eve-accounts", "spam").await.assert_status(303);
    let first = waiting(&root, "case").await;
    root.get(&first).await.assert_text("h1", "Eve Accounts");
    // what may be urgent is read in its turn whoever reports it
    decide(&root, &first, "keep").await.assert_status(303);
    let last = waiting(&root, "case").await;
    decide(&root, &last, "keep").await.assert_status(303);
    report(&ana, BENS, "threat").await.assert_status(303);
    site.forward(Span::seconds(1));
    report(&cy, "/accountants/eve-accounts", "spam").await.assert_status(303);
    root.get(&waiting(&root, "case").await).await.assert_text("h1", "Ben");
}

#[actix_web::test]
async fn what_an_admin_opens_looks_for_and_does_is_a_row_of_the_log_without_words() {
    let site = TestSite::start().await;
    let (ana, _ben) = (site.ana().await, site.ben().await);
    let root = admin(&site, "root").await;
    report(&ana, BENS, "insult").await.assert_status(303);
    let case = waiting(&root, "case").await;
    root.get(&case).await;
    root.get("/admin/users?q=ana@example.com").await.assert_status(200);
    root.post(&format!("{case}/police"), &[]).await.assert_status(303);
    decide(&root, &case, "hide").await.assert_status(303);
    let log = root.get("/admin/log").await;
    for action in ["case.view", "user.search", "case.police", "decision.restrict"] {
        assert!(log.page().contains(action), "{action}");
    }
    assert!(!log.page().contains("ana@example.com") && !log.page().contains("crook"));
    let ids: Vec<UserId> = vec![ana.id];
    assert!(log.page().contains(&ids[0].to_string()), "whom the search found");
}
