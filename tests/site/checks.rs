//! What follows a check: a rival, reasons and an objection, and the end of the evidence.

use diesel::prelude::*;
use footing::accountants::Badge;
use footing::clock::Span;
use footing::db::Conn;

use crate::credentials::{CLAIM, PDF, badges, claim, verified, verify, waiting_claim};
use crate::database::raw;
use crate::nodes::number;
use crate::reports::{admin, again, decide, news, waiting};
use crate::support::{Answer, Person, TestSite};

const REASONS: [(&str, &str); 3] = [
    ("ground", "3.2"),
    ("facts", "The register lists nobody of that name."),
    ("explanation", "A title must be one that its holder may use."),
];

/// The same number, written as somebody else would.
const RIVAL: [(&str, &str); 4] =
    [("kind", "chartered"), ("register", "icaew"), ("number", "0000412A"), ("jurisdiction", "GB")];

async fn reject(admin: &Person, page: &str, decision: &str) -> Answer {
    let form = [&[("decision", decision)], REASONS.as_slice()].concat();
    admin.post(&format!("{page}/decision"), &form).await
}

async fn answer(admin: &Person, decision: &str) -> Answer {
    let appeal = waiting(admin, "appeal").await;
    let form = [&[("decision", decision)], REASONS.as_slice()].concat();
    admin.post(&format!("{appeal}/decision"), &form).await
}

/// The state of the newest credential of somebody.
async fn status(who: &Person) -> String {
    who.get("/practice/credentials").await.attribute("[data-status]", "data-status")
}

/// How many files of evidence there are.
fn files(site: &TestSite) -> usize {
    std::fs::read_dir(site.folder().join("data/blobs/evidence")).unwrap().count()
}

#[actix_web::test]
async fn one_number_is_verified_for_one_account_and_neither_hears_of_the_other() {
    let site = TestSite::start().await;
    let (ben, eve) = (site.ben().await, site.accountant("eve", "Eve Accounts").await);
    let root = verified(&site, &ben, Some(300)).await;
    claim(&eve, &RIVAL, b"%PDF-1.4 of eve").await.assert_status(303);
    site.forward(Span::seconds(61));
    site.work().await;
    let queue = root.get("/admin").await;
    assert_eq!(queue.attributes("[data-case]", "href").len(), 2);
    queue.assert_text("[data-case]", "One number, two accounts");
    let page = waiting_claim(&root).await;
    root.get(&page).await.assert_text("[data-rivals]", "Ben, Northgate Tax");
    verify(&root, &page, Some(300)).await.assert_status(409);
    // the database keeps it, whoever asks
    let sql = "UPDATE credentials SET status = 'verified', checked_on = 1, source = 'find it', \
               expires_on = 99999, checked_by = (SELECT id FROM users WHERE role = 'admin') \
               WHERE status = 'claimed'";
    assert!(raw(&site, sql.to_owned()).await.unwrap_err().contains("credentials"));
    for (who, other) in [(&ben, "Eve Accounts"), (&eve, "Northgate")] {
        for page in ["/practice/credentials", "/notifications"] {
            assert!(!who.get(page).await.page().contains(other), "{page} names {other}");
        }
    }
    // the case of the badge ends it, and then the other can be verified
    for case in root.get("/admin").await.attributes("[data-case]", "href") {
        root.get(&case).await.assert_text("blockquote", "number 0000");
        let is_bens = root.get(&case).await.page().contains("Ben, Northgate");
        decide(&root, &case, if is_bens { "revoke" } else { "keep" }).await.assert_status(303);
    }
    assert_eq!((status(&ben).await, badges(&site).await), ("revoked".to_owned(), [false; 4]));
    verify(&root, &page, Some(300)).await.assert_status(303);
    assert_eq!(status(&eve).await, "verified");
    let words =
        site.mails_to(&ben.email).await.join("\n") + &site.mails_to(&eve.email).await.join("\n");
    assert!(words.contains("is no longer confirmed") && !words.contains("Eve Accounts"));
    assert!(!root.get("/admin").await.has("[data-case]"));
}

/// Forward to so many minutes before the last day of a badge of 30 days is over.
fn to_its_end(site: &TestSite, minutes: i64) {
    let now = site.site.db.now();
    let over = now.day("UTC").plus(31).begin(&footing::clock::zone("UTC"));
    site.forward((over - Span::minutes(minutes)).elapsed_since(now));
}

async fn count(site: &TestSite, which: &str) -> i64 {
    let sql = format!("SELECT count(*) AS number FROM credentials WHERE {which}");
    site.read(move |conn, _| Ok(number(conn, &sql))).await
}

#[actix_web::test]
async fn a_check_bars_other_accounts_through_its_last_day_and_then_gives_way() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let root = verified(&site, &ben, Some(30)).await;
    to_its_end(&site, 5);
    let root = again(&site, &root).await;
    let eve = site.accountant("eve", "Eve Accounts").await;
    claim(&eve, &RIVAL, b"%PDF-1.4 of eve").await.assert_status(303);
    let page = waiting_claim(&root).await;
    verify(&root, &page, Some(300)).await.assert_status(409);
    assert_eq!(
        (count(&site, "ended_at IS NOT NULL").await, status(&eve).await.as_str()),
        (0, "claimed")
    );
    site.forward(Span::minutes(4));
    verify(&root, &page, Some(300)).await.assert_status(303);
    assert_eq!(status(&eve).await, "verified");
    assert!(site.stranger().get("/accountants/eve-accounts").await.has("[data-credential]"));
    // what was found of ben stays as it was, without a number that it keeps from others
    assert_eq!(count(&site, "status = 'verified' AND ended_at IS NOT NULL").await, 1);
    let ben = ben.elsewhere();
    ben.sign_in().await.assert_status(303);
    assert!(!ben.get("/practice/credentials").await.has("[data-claim]"));
    ben.get("/notifications").await.assert_text("main", "Over: Chartered accountant");
    let mails = site.mails_to(&ben.email).await.join("\n");
    assert!(mails.contains("Its last day was") && !mails.contains("Eve"), "{mails}");
    // ben's own again is now the one that waits for the other
    claim(&ben, &CLAIM, b"%PDF-1.4 renewed").await.assert_status(303);
    verify(&root, &waiting_claim(&root).await, Some(300)).await.assert_status(409);
}

#[actix_web::test]
async fn of_two_admins_who_verify_one_number_at_once_one_does_also_where_an_expired_one_gives_way()
{
    for was_held in [false, true] {
        let site = TestSite::start().await;
        let ben = site.ben().await;
        let root = match was_held {
            true => {
                let root = verified(&site, &ben, Some(30)).await;
                to_its_end(&site, 0);
                again(&site, &root).await
            }
            false => admin(&site, "root").await,
        };
        let other = admin(&site, "mod").await;
        for (name, shown) in [("eve", "Eve Accounts"), ("amy", "Amy Ledgers")] {
            let who = site.accountant(name, shown).await;
            claim(&who, &RIVAL, format!("%PDF-1.4 of {name}").as_bytes()).await.assert_status(303);
        }
        let pages = root.get("/admin").await.attributes("[data-claim]", "href");
        assert_eq!(pages.len(), 2);
        let (one, two) = tokio::join!(
            verify(&root, &pages[0], Some(300)),
            verify(&other, &pages[1], Some(300)),
        );
        let mut told = [one.status, two.status].map(|status| status.as_u16());
        told.sort_unstable();
        assert_eq!(told, [303, 409]);
        assert_eq!(count(&site, "status = 'verified' AND ended_at IS NULL").await, 1);
        assert_eq!(count(&site, "ended_at IS NOT NULL").await, i64::from(was_held));
    }
}

#[actix_web::test]
async fn a_new_check_of_the_same_account_takes_the_place_of_the_old() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let root = verified(&site, &ben, Some(30)).await;
    claim(&ben, &RIVAL, b"%PDF-1.4 renewed").await.assert_status(303);
    verify(&root, &waiting_claim(&root).await, None).await.assert_status(303);
    let own = ben.get("/practice/credentials").await;
    assert_eq!(own.attributes("[data-claim]", "data-status"), ["verified"]);
    own.assert_text("[data-claim]", "number 0000412A");
    assert_eq!(badges(&site).await, [true; 4]);
    assert!(!root.get("/admin").await.has("[data-case]"));
    // one's own to take back, and the badge goes with it
    let removal = own.attribute("[data-claim] form[action$='/removal']:last-of-type", "action");
    let removal = removal.replace("/evidence", "");
    ben.post(&removal, &[]).await.assert_status(303);
    assert_eq!(badges(&site).await, [false; 4]);
    site.work().await;
    assert_eq!(files(&site), 0);
}

#[actix_web::test]
async fn a_refusal_has_reasons_and_an_objection_has_it_looked_at_again() {
    let site = TestSite::start().await;
    let (ben, cy) = (site.ben().await, site.cy().await);
    let (root, other) = (admin(&site, "root").await, admin(&site, "mod").await);
    claim(&ben, &CLAIM, PDF).await.assert_status(303);
    let page = waiting_claim(&root).await;
    let bare = root.post(&format!("{page}/decision"), &[("decision", "refuse")]).await;
    for field in ["ground", "facts", "explanation"] {
        bare.assert_rejected(field);
    }
    reject(&root, &page, "refuse").await.assert_status(303);
    reject(&root, &page, "refuse").await.assert_status(409);
    assert_eq!(status(&ben).await, "refused");
    let mails = site.mails_to(&ben.email).await.join("\n");
    for words in ["was not confirmed", "The register lists nobody", "Terms 3.2", "object"] {
        assert!(mails.contains(words), "{words} in\n{mails}");
    }
    let decision = news(&ben).await;
    cy.get(&decision).await.assert_status(404);
    ben.post(&format!("{decision}/appeal"), &[]).await.assert_status(303);
    answer(&root, "restore").await.assert_status(403);
    answer(&other, "restore").await.assert_status(303);
    assert_eq!(status(&ben).await, "claimed");
    // whoever restored it may check it, with the evidence that was kept for that
    other.get(&format!("{page}/evidence")).await.assert_status(200);
    verify(&other, &page, Some(30)).await.assert_status(303);
    assert_eq!(badges(&site).await, [true; 4]);
}

#[actix_web::test]
async fn a_badge_taken_away_comes_back_as_it_was_when_the_objection_is_right() {
    for (verdict, is_back) in [("restore", true), ("uphold", false)] {
        let site = TestSite::start().await;
        let ben = site.ben().await;
        let other = admin(&site, "mod").await;
        let root = verified(&site, &ben, Some(30)).await;
        let page = format!("/admin/credentials/{}", {
            let own = ben.get("/practice/credentials").await;
            own.attribute("[data-claim]", "data-claim")
        });
        let before = site.stranger().get(crate::reports::BENS).await.text("[data-credential]");
        reject(&root, &page, "refuse").await.assert_status(409);
        reject(&root, &page, "revoke").await.assert_status(303);
        assert_eq!(badges(&site).await, [false; 4]);
        ben.post(&format!("{}/appeal", news(&ben).await), &[]).await.assert_status(303);
        answer(&other, verdict).await.assert_status(303);
        assert_eq!(badges(&site).await, [is_back; 4], "{verdict}");
        if is_back {
            let after = site.stranger().get(crate::reports::BENS).await.text("[data-credential]");
            assert_eq!(after, before);
        }
    }
}

#[actix_web::test]
async fn evidence_of_a_badge_goes_after_14_days_and_its_hash_stays() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let root = verified(&site, &ben, Some(300)).await;
    site.forward(Span::minutes(14 * 24 * 60 - 1));
    site.work().await;
    assert_eq!(files(&site), 1);
    site.forward(Span::minutes(12));
    site.work().await;
    assert_eq!(files(&site), 0);
    let own = ben.elsewhere();
    own.sign_in().await.assert_status(303);
    let id = own.get("/practice/credentials").await.attribute("[data-claim]", "data-claim");
    let root = again(&site, &root).await;
    let page = root.get(&format!("/admin/credentials/{id}")).await;
    assert!(page.has("[data-evidence-gone]"));
    let sum: String = footing::seal::sha256(PDF).iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(page.page().contains(&sum));
    root.get(&format!("/admin/credentials/{id}/evidence")).await.assert_status(404);
    let gone = raw(&site, "DELETE FROM credentials".to_owned()).await;
    assert!(gone.unwrap_err().contains("credential_stays"));
}

#[actix_web::test]
async fn evidence_of_a_refusal_waits_for_the_objection_unless_its_owner_wants_it_gone() {
    for is_asked in [false, true] {
        let site = TestSite::start().await;
        let (ben, eve) = (site.ben().await, site.accountant("eve", "Eve Accounts").await);
        let root = admin(&site, "root").await;
        claim(&ben, &CLAIM, PDF).await.assert_status(303);
        let page = waiting_claim(&root).await;
        let removal =
            format!("/practice/credentials/{}/evidence/removal", page.rsplit('/').next().unwrap());
        ben.post(&removal, &[]).await.assert_status(409);
        reject(&root, &page, "refuse").await.assert_status(303);
        if is_asked {
            eve.post(&removal, &[]).await.assert_status(404);
            ben.post(&removal, &[]).await.assert_status(303);
            site.work().await;
            assert_eq!(files(&site), 0);
            continue;
        }
        ben.post(&format!("{}/appeal", news(&ben).await), &[]).await.assert_status(303);
        // six months later the objection still waits for its answer
        site.forward(Span::days(190));
        site.work().await;
        assert_eq!(files(&site), 1);
        let other = admin(&site, "mod").await;
        answer(&other, "uphold").await.assert_status(303);
        site.forward(Span::minutes(11));
        site.work().await;
        assert_eq!(files(&site), 0);
    }
}

#[actix_web::test]
async fn a_claim_that_nobody_looked_at_or_decided_is_counted_as_late() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let root = admin(&site, "root").await;
    claim(&ben, &CLAIM, PDF).await.assert_status(303);
    root.get("/admin").await.assert_text("main header", "0 untouched for 24 h · 0 over 72 h");
    site.forward(Span::hours(73));
    let root = again(&site, &root).await;
    root.get("/admin").await.assert_text("main header", "1 untouched for 24 h · 1 over 72 h");
    root.get(&waiting_claim(&root).await).await.assert_status(200);
    root.get("/admin").await.assert_text("main header", "0 untouched for 24 h · 1 over 72 h");
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = diesel::sql_types::Text)]
    detail: String,
}

#[actix_web::test]
async fn whether_a_badge_shows_is_read_by_an_index_for_each_row() {
    let site = TestSite::start().await;
    let steps: Vec<Step> = site
        .read(|conn, now| {
            let shown = Badge::shown_on(Badge::today(now));
            let query = match conn {
                Conn::Sqlite(_) => format!(
                    "EXPLAIN QUERY PLAN SELECT e.rank FROM entries e WHERE e.rank < 9 AND \
                     (SELECT 1 FROM credentials WHERE credentials.user_id = e.user_id \
                     AND credentials.kind IN ('tax') AND {shown} LIMIT 1) = 1"
                ),
                // of an empty table it reads all, whatever index there is
                Conn::Postgres(_) => {
                    "SELECT indexdef AS detail FROM pg_indexes WHERE tablename = 'credentials'"
                        .to_owned()
                }
            };
            Ok(diesel::sql_query(query).load(conn)?)
        })
        .await;
    let plan: Vec<&str> = steps.iter().map(|step| step.detail.as_str()).collect();
    let plan = plan.join("\n");
    assert!(plan.contains("credentials_by_user"), "{plan}");
    assert!(!plan.contains("SCAN credentials"), "{plan}");
}
