//! Mail survives a weekend, ends in one of three ways, and tells nobody's address.

use footing::clock::Span;
use footing::jobs::Job;
use footing::mail::{Letter, Mail, Outgoing, Timing};

use crate::mail_server::{MailServer, Mood};
use crate::support::TestSite;

async fn post(site: &TestSite, version: i64, letter: Letter) {
    let mail = site.site.mail.clone();
    site.write(move |conn, now| {
        let outgoing = Outgoing {
            kind: "test",
            recipient: "ana@example.com",
            address: "Ana@example.com",
            object: 7,
            version,
            letter,
            timing: Timing::AtOnce,
        };
        mail.enqueue(conn, now, &outgoing)
    })
    .await;
}

fn letter() -> Letter {
    Letter::new("Hello", &["One line."])
}

/// What the database keeps of the mails, causes included.
async fn rows(site: &TestSite) -> String {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        line: String,
    }
    site.read(|conn, _| {
        let text = "SELECT coalesce(refusal, '') || coalesce((SELECT max(last_error) FROM jobs), '') \
                    AS line FROM mails";
        let rows: Vec<Row> = diesel::RunQueryDsl::load(diesel::sql_query(text), conn)?;
        Ok(rows.into_iter().map(|row| row.line).collect())
    })
    .await
}

#[actix_web::test]
async fn a_mail_is_tried_for_five_days_and_goes_once_when_the_server_is_back() {
    let server = MailServer::start(Mood::Closed);
    let site = TestSite::start_with(&[&server.flag()]).await;
    post(&site, 1, letter()).await;
    for _ in 0..20 {
        site.work().await;
        site.forward(Span::hours(5));
    }
    let counts = site.read(Mail::counts).await;
    assert_eq!((counts.waiting, counts.refused, counts.expired), (1, 0, 0));
    assert_eq!(site.read(|conn, _| Job::counts(conn)).await.dead, 0, "mail is not given up");
    server.turn(Mood::Takes);
    site.work().await;
    site.work().await;
    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].recipient, "Ana@example.com", "mail goes to the address as typed");
    assert_eq!(mails[0].ehlo, "localhost", "the public host greets");
    assert!(mails[0].content.contains("Auto-Submitted: auto-generated"));
}

#[actix_web::test]
async fn a_mail_expires_quietly_at_its_own_last_moment_and_its_text_is_struck() {
    let server = MailServer::start(Mood::Closed);
    let site = TestSite::start_with(&[&server.flag()]).await;
    let soon = site.site.db.now() + Span::minutes(30);
    post(&site, 1, letter().expiring(soon)).await;
    post(&site, 2, letter()).await;
    site.work().await;
    site.forward(Span::minutes(31));
    server.turn(Mood::Takes);
    site.work().await;
    let counts = site.read(Mail::counts).await;
    assert_eq!((counts.waiting, counts.expired), (0, 1));
    assert_eq!(server.mails().len(), 1, "the other one went");
    assert_eq!(site.read(|conn, _| Job::counts(conn)).await.waiting, 0);

    post(&site, 3, letter()).await;
    server.turn(Mood::Closed);
    site.work().await;
    site.forward(Span::days(6));
    site.work().await;
    assert_eq!(site.read(Mail::counts).await.expired, 2);
}

#[actix_web::test]
async fn a_reset_mail_is_not_sent_after_its_link_has_run_out() {
    let server = MailServer::start(Mood::Closed);
    let site = TestSite::start_with(&[&server.flag()]).await;
    let ana = site.ana().await;
    site.stranger().post("/password/forgot", &[("email", &ana.email)]).await.assert_status(303);
    site.work().await;
    site.forward(Span::minutes(31));
    server.turn(Mood::Takes);
    site.work().await;
    assert!(server.mails().is_empty());
    assert_eq!(site.read(Mail::counts).await.expired, 1);
}

#[actix_web::test]
async fn a_permanent_refusal_is_final_shown_at_the_next_sign_in_and_to_admins() {
    let server = MailServer::start(Mood::Refuses("550 5.1.1 <Ana@example.com> unknown here"));
    let site = TestSite::start_with(&[&server.flag()]).await;
    let ana = site.ana().await;
    post(&site, 1, letter()).await;
    site.work().await;
    let counts = site.read(Mail::counts).await;
    assert_eq!((counts.waiting, counts.refused), (0, 1));
    assert_eq!(site.read(|conn, _| Job::counts(conn)).await.waiting, 0, "nothing is tried again");
    let kept = rows(&site).await;
    assert!(kept.contains("550") && !kept.to_lowercase().contains("ana@"), "{kept}");

    ana.post("/logout", &[]).await.assert_status(303);
    ana.sign_in().await.assert_status(303);
    ana.get("/accountants").await.assert_text("[role=status]", "comes back");
    ana.get("/settings").await.assert_text("#email-refused", "550");
    let root = site.root().await;
    root.two_steps().await;
    let page = root.get("/admin/jobs").await;
    page.assert_text("[data-refused]", "1");
    page.assert_text("td", "ana@example.com");

    // an address that takes mail again is not spoken of any more
    server.turn(Mood::Takes);
    post(&site, 2, letter()).await;
    site.work().await;
    assert!(!ana.get("/settings").await.has("#email-refused"));
}

#[actix_web::test]
async fn a_refusal_for_now_is_tried_again_and_tells_no_address() {
    let server = MailServer::start(Mood::Refuses("451 4.7.1 <Ana@example.com> come again"));
    let site = TestSite::start_with(&[&server.flag()]).await;
    post(&site, 1, letter()).await;
    site.work().await;
    assert_eq!(site.read(Mail::counts).await.waiting, 1);
    let kept = rows(&site).await;
    assert!(kept.contains("451") && !kept.to_lowercase().contains("ana@"), "{kept}");
}

#[actix_web::test]
async fn a_mail_whose_account_is_gone_goes_with_it() {
    let server = MailServer::start(Mood::Closed);
    let site = TestSite::start_with(&[&server.flag()]).await;
    let form = [
        ("role", "client"),
        ("name", "Eve"),
        ("email", "eve@example.com"),
        ("password", "four unrelated words"),
        ("zone", "Europe/London"),
    ];
    site.stranger().post("/signup", &form).await.assert_status(303);
    site.work().await;
    assert_eq!(site.read(Mail::counts).await.waiting, 1);
    site.forward(Span::days(8));
    site.work().await;
    let counts = site.read(Mail::counts).await;
    assert_eq!((counts.waiting, counts.expired), (0, 0));
}

#[test]
fn an_address_that_no_mail_can_be_written_to_is_none() {
    use footing::users::Email;
    for wrong in ["a@[127.0.0.1]", "a@[IPv6:::1]", "a..b@example.com", "a b@example.com"] {
        assert!(Email::parse(wrong).is_err(), "{wrong}");
    }
    for fine in ["a.b+c@example.com", "a'b@xn--r8jz45g.jp", "{a}@example.com", "a!b#c@a.example"] {
        assert!(Email::parse(fine).is_ok(), "{fine}");
    }
}
