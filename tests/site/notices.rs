//! What somebody is told: with its cause or not at all, once, on the page and by mail.

use footing::clock::Span;
use footing::db::Conn;
use footing::error::{Error, Result};
use footing::mail::{Attachment, Letter, Mail};
use footing::notifications::{NewNotice, Notice, Topic};
use footing::users::{User, UserId};

use crate::support::{HOST, Person, TestSite};

fn telling(recipient: UserId, object: i64) -> NewNotice {
    NewNotice {
        kind: "tests.asked",
        topic: Topic::Requests,
        recipient,
        object,
        version: 1,
        words: format!("Cy asks for your time: request {object}."),
        path: "/how-it-works".to_owned(),
        letter: Some(Letter::new(&format!("Request {object}"), &["Cy asks for your time."])),
    }
}

async fn tell(site: &TestSite, recipient: UserId, object: i64) -> bool {
    let mail = site.site.mail.clone();
    site.write(move |conn, now| Notice::tell(conn, &mail, telling(recipient, object), now)).await
}

/// How many notices somebody has, and how many mails wait for anybody.
async fn told(site: &TestSite, recipient: UserId) -> (usize, i64) {
    let look = move |conn: &mut Conn, now| {
        Ok((Notice::page(conn, recipient, None)?.len(), Mail::counts(conn, now)?.waiting))
    };
    site.read(look).await
}

#[actix_web::test]
async fn a_notice_and_its_mail_exist_if_and_only_if_the_change_commits() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    let (id, mail) = (ana.id, site.site.mail.clone());
    let refused = site.site.db.write(move |conn, now| -> Result<()> {
        assert!(Notice::tell(conn, &mail, telling(id, 7), now)?);
        Err(Error::conflict("on purpose"))
    });
    assert!(matches!(refused.await, Err(Error::Conflict(_))));
    assert_eq!(told(&site, id).await, (0, 0));
    assert!(site.mails_to(&ana.email).await.is_empty());

    assert!(tell(&site, id, 7).await);
    assert_eq!(told(&site, id).await, (1, 1));
    let mails = site.mails_to(&ana.email).await;
    assert_eq!(mails.len(), 1);
    assert!(mails[0].contains("Subject: Request 7") && mails[0].contains("Cy asks for your time."));
    // a letter without an attachment is only what there is to choose from
    assert!(!mails[0].contains("multipart/mixed"));
}

#[actix_web::test]
async fn the_same_cause_told_twice_is_one_notice_and_one_mail() {
    let site = TestSite::start().await;
    let (ana, cy) = (site.ana().await.id, site.cy().await.id);
    assert!(tell(&site, ana, 7).await);
    assert!(!tell(&site, ana, 7).await);
    assert_eq!(told(&site, ana).await, (1, 1));
    // nor does reading or time make it new
    site.work().await;
    site.forward(Span::days(400));
    assert!(!tell(&site, ana, 7).await);
    assert_eq!(told(&site, ana).await, (1, 0));
    // another object, version or person is another cause
    assert!(tell(&site, ana, 8).await);
    assert!(tell(&site, cy, 7).await);
    let mail = site.site.mail.clone();
    let later = NewNotice { version: 2, ..telling(ana, 7) };
    assert!(site.write(move |conn, now| Notice::tell(conn, &mail, later, now)).await);
    assert_eq!(told(&site, ana).await, (3, 3));
}

#[actix_web::test]
async fn the_same_cause_told_at_once_by_many_is_told_once() {
    let site = TestSite::start().await;
    let ana = site.ana().await.id;
    let new = futures_util::future::join_all((0..16).map(|_| tell(&site, ana, 7))).await;
    assert_eq!(new.into_iter().filter(|new| *new).count(), 1);
    assert_eq!(told(&site, ana).await, (1, 1));
}

#[actix_web::test]
async fn whoever_may_not_sign_in_is_sent_no_mail_and_the_suspended_are() {
    let site = TestSite::start().await;
    let (ana, cy) = (site.ana().await, site.cy().await);
    let id = ana.id;
    site.write(move |conn, now| User::disable(conn, id, now)).await;
    tell(&site, id, 7).await;
    assert_eq!(told(&site, id).await, (1, 0));

    suspend(&site, cy.id).await;
    tell(&site, cy.id, 7).await;
    assert_eq!(told(&site, cy.id).await, (1, 1));
    // they may read it, and say so
    assert_eq!(cy.get("/notifications").await.all("[data-notice]").len(), 1);
    cy.post("/notifications/read", &[]).await.assert_status(303);
    assert!(!cy.get("/notifications").await.has("#unread .count"));
}

async fn suspend(site: &TestSite, id: UserId) {
    site.write(move |conn, _| {
        crate::support::suspend(conn, id.0);
        Ok(())
    })
    .await;
}

#[actix_web::test]
async fn a_notice_is_seen_by_its_recipient_and_by_nobody_else() {
    let site = TestSite::start().await;
    let (ana, cy) = (site.ana().await, site.cy().await);
    tell(&site, ana.id, 7).await;
    tell(&site, cy.id, 8).await;

    let page = ana.get("/notifications").await;
    page.assert_status(200).assert_text("[data-notice]", "request 7");
    assert_eq!(page.attribute("[data-notice] a", "href"), "/how-it-works");
    let times = page.attributes("[data-notice] time", "datetime");
    assert!(times.len() == 1 && times[0].ends_with('Z'));
    assert!(!page.page().contains("request 8"));
    let theirs = cy.get("/notifications").await;
    assert!(theirs.page().contains("request 8") && !theirs.page().contains("request 7"));
    let stranger = site.stranger().get("/notifications").await;
    stranger.assert_status(303);
    assert!(stranger.location().starts_with("/login"), "{}", stranger.location());

    // reading marks one's own only, even when another's notice is named as the newest
    let newest = page.attribute("[data-notice]", "data-notice");
    cy.post("/notifications/read", &[("newest", &newest)]).await.assert_status(303);
    assert_eq!(unread(&ana).await, "1 new");
    let nobody = site.stranger().post("/notifications/read", &[]).await;
    nobody.assert_status(303);
    assert!(nobody.location().starts_with("/login"), "{}", nobody.location());
    assert_eq!(unread(&ana).await, "1 new");
}

/// What the bell says.
async fn unread(person: &Person) -> String {
    person.get("/how-it-works").await.all("#unread .count").concat()
}

#[actix_web::test]
async fn the_bell_counts_what_is_new_on_every_page_until_it_is_read() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    let page = ana.get("/notifications").await;
    page.assert_status(200).assert_text(".empty h2", "No notices yet");
    assert_eq!(page.attribute(".empty a", "href"), "/accountants");
    assert!(page.has("#unread") && !page.has("#unread .count"));
    assert_eq!(page.text("head > title"), "Notifications – Footing");
    assert!(!site.stranger().get("/").await.has("#unread"));

    tell(&site, ana.id, 7).await;
    tell(&site, ana.id, 8).await;
    assert_eq!(unread(&ana).await, "2 new");
    let page = ana.get("/notifications").await;
    assert_eq!(page.text("head > title"), "(2) Notifications – Footing");
    assert_eq!(page.all("[data-notice] .count"), ["New", "New"]);
    // looking is not reading, and the title of a rejected form begins with what is wrong
    let rejected = ana.post("/settings/profile", &[("name", "")]).await;
    assert!(rejected.text("head > title").starts_with("Error: "));
    assert_eq!(rejected.text("#unread .count"), "2 new");

    // what came after the page was drawn stays new
    let newest = page.attribute("input[name=newest]", "value");
    tell(&site, ana.id, 9).await;
    let answer = ana.post("/notifications/read", &[("newest", &newest)]).await;
    answer.assert_status(303);
    assert_eq!(answer.location(), "/notifications");
    assert_eq!(unread(&ana).await, "1 new");
    assert_eq!(ana.get("/notifications").await.all("[data-notice] .count"), ["New"]);

    ana.post("/notifications/read", &[]).await.assert_status(303);
    let page = ana.get("/notifications").await;
    assert!(!page.has("#unread .count") && !page.has("[data-notice] .count"));
    assert!(!page.has("form[action='/notifications/read']"));
    assert_eq!(page.text("head > title"), "Notifications – Footing");
    assert_eq!(page.all("[data-notice]").len(), 3);
}

#[actix_web::test]
async fn notices_are_paged_by_twenty_newest_first_and_counted_to_a_hundred() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    for object in 1..=40 {
        tell(&site, ana.id, object).await;
    }
    let (mut path, mut seen) = ("/notifications".to_owned(), vec![]);
    for _ in 0..2 {
        let page = ana.get(&path).await;
        assert_eq!(page.all("[data-notice]").len(), 20);
        seen.extend(page.all("[data-notice] a"));
        path = page.attributes("a[rel=next]", "href").concat();
    }
    assert!(path.is_empty(), "the last page leads nowhere");
    let wanted: Vec<_> =
        (1..=40).rev().map(|n| format!("Cy asks for your time: request {n}.")).collect();
    assert_eq!(seen, wanted);
    ana.get("/notifications?after=nonsense").await.assert_status(404);
    ana.get("/notifications?after=0000000000001").await.assert_text(".empty h2", "No older");

    for object in 41..=105 {
        tell(&site, ana.id, object).await;
    }
    assert_eq!(unread(&ana).await, "99+ new");
    let id = ana.id;
    assert_eq!(site.read(move |conn, _| Notice::unread(conn, id)).await, 100);
}

#[actix_web::test]
async fn the_schema_refuses_a_notice_without_words_or_with_a_path_to_another_host() {
    let site = TestSite::start().await;
    let ana = site.ana().await.id;
    let long = "ä".repeat(301);
    for (words, path) in [("", "/a"), (&*long, "/a"), ("a", ""), ("a", "a"), ("a", "//a.example")] {
        let bad = NewNotice { words: words.into(), path: path.into(), ..telling(ana, 7) };
        let mail = site.site.mail.clone();
        let refused = site.site.db.write(move |conn, now| Notice::tell(conn, &mail, bad, now));
        assert!(matches!(refused.await, Err(Error::Internal(_))), "{words:?} {path}");
    }
    let good = NewNotice { words: "ä".repeat(300), ..telling(ana, 7) };
    let mail = site.site.mail.clone();
    assert!(site.write(move |conn, now| Notice::tell(conn, &mail, good, now)).await);
}

const EVENT: &str =
    "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Hour with Jürgen Müller\r\nEND:VCALENDAR\r\n";

/// Letters beyond ASCII travel as quoted-printable.
fn quoted(text: &str) -> String {
    text.replace('ü', "=C3=BC")
}

/// Tells somebody something with an entry for the calendar.
async fn invite(site: &TestSite, recipient: UserId) {
    let letter = Letter::new("Your hour is confirmed", &["Ben looks forward to it."])
        .with_button("Open the booking", format!("http://{HOST}/how-it-works"))
        .with_attachment(Attachment {
            name: "invite.ics".to_owned(),
            content_type: "text/calendar; method=REQUEST; charset=utf-8".to_owned(),
            body: EVENT.to_owned(),
        });
    let (mail, telling) =
        (site.site.mail.clone(), NewNotice { letter: Some(letter), ..telling(recipient, 7) });
    site.write(move |conn, now| Notice::tell(conn, &mail, telling, now)).await;
}

#[actix_web::test]
async fn what_is_attached_arrives_beside_text_and_html() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    invite(&site, ana.id).await;
    let mails = site.mails_to(&ana.email).await;
    let [mail] = &mails[..] else { panic!("{} mails", mails.len()) };

    // mixed holds [alternative holds [text, html, entry], file], each with its kind
    let kinds: Vec<_> = mail
        .lines()
        .filter_map(|line| line.strip_prefix("Content-Type: "))
        .map(|kind| kind.trim_end_matches(';'))
        .collect();
    assert_eq!(
        kinds,
        [
            "multipart/mixed",
            "multipart/alternative",
            "text/plain; charset=utf-8",
            "text/html; charset=utf-8",
            "text/calendar; method=REQUEST; charset=utf-8",
            "application/ics",
        ],
        "{mail}"
    );
    assert!(mail.contains("Content-Disposition: attachment; filename=\"invite.ics\""), "{mail}");
    assert!(mail.contains(&quoted(EVENT)), "{mail}");
    assert!(mail.contains("Ben looks forward to it."));
}

#[actix_web::test]
async fn what_is_attached_leaves_by_smtp_too() {
    let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let relay = format!("--mail-url=smtp://{}", server.local_addr().unwrap());
    let site = TestSite::start_with(&[&relay]).await;
    let ana = site.ana().await;
    invite(&site, ana.id).await;
    let (received, ()) = futures_util::future::join(one_mail(server), site.work()).await;
    assert!(received.contains("Content-Type: multipart/mixed;"), "{received}");
    assert!(received.contains("Content-Type: multipart/alternative;"), "{received}");
    assert!(received.contains("Content-Type: text/calendar; method=REQUEST;"), "{received}");
    assert!(received.contains(&quoted(EVENT)), "{received}");
    assert_eq!(told(&site, ana.id).await, (1, 0));
}

/// As much of a mail server as it takes to receive one mail.
async fn one_mail(server: tokio::net::TcpListener) -> String {
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    let (socket, _) = server.accept().await.unwrap();
    let mut socket = BufReader::new(socket);
    let (mut mail, mut is_data) = (String::new(), false);
    socket.write_all(b"220 ready\r\n").await.unwrap();
    loop {
        let mut line = String::new();
        socket.read_line(&mut line).await.unwrap();
        if is_data && line != ".\r\n" {
            mail += &line;
            continue;
        }
        let answer = if line == "DATA\r\n" { "354 go on\r\n" } else { "250 fine\r\n" };
        socket.write_all(answer.as_bytes()).await.unwrap();
        if is_data {
            return mail;
        }
        is_data = line == "DATA\r\n";
    }
}

#[actix_web::test]
async fn a_letter_sealed_before_there_were_attachments_still_opens() {
    let old = r#"{"subject":"Hello","paragraphs":["Hello."],"button":null}"#;
    let letter: Letter = serde_json::from_str(old).unwrap();
    assert!(letter.attachment.is_none());
}
