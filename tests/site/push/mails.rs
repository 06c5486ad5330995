//! What waits for ten minutes is mailed.

use footing::clock::Span;
use footing::messaging::jobs::tell;

use super::{after, read};
use crate::chatters::{Chatter, pair};
use crate::support::{Answer, Person, TestSite};

/// The mails about messages.
pub async fn mails(site: &TestSite, to: &Chatter) -> Vec<String> {
    let all = site.mails_to(&to.person.email).await;
    all.into_iter().filter(|mail| mail.contains("Read your messages")).collect()
}

fn subject(mail: &str) -> &str {
    mail.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap().trim()
}

#[actix_web::test]
async fn what_waits_for_ten_minutes_is_mailed_in_names_and_counts_at_most_once_an_hour() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    let cy = site.cy().await.with_keys().await;
    let other = cy.open_with(&ben).await;
    cy.begin_with(&other, &ben).await;
    ana.say(&conv, &ben, "Of this not a word").await;
    ana.say(&conv, &ben, "Nor of this").await;
    after(&site, Span::minutes(9)).await;
    assert!(mails(&site, &ben).await.is_empty());
    cy.say(&other, &ben, "Nor of mine").await;
    after(&site, Span::minutes(1)).await;
    let sent = mails(&site, &ben).await;
    assert_eq!(sent.len(), 1, "all conversations in one");
    assert_eq!(subject(&sent[0]), "3 messages from 2 people");
    assert!(sent[0].contains("Ana: 2 messages, waiting since "), "{}", sent[0]);
    assert!(sent[0].contains("Cy: 1 message, waiting since "), "{}", sent[0]);
    assert!(!sent[0].contains("word") && !sent[0].contains("mine"), "{}", sent[0]);

    // the same stretches again: never
    ana.say(&conv, &ben, "Still there?").await;
    after(&site, Span::days(1)).await;
    assert_eq!(mails(&site, &ben).await.len(), 1);
    // new ones: when the hour is over
    read(&ben, &conv, 3).await;
    read(&ben, &other, 1).await;
    ben.person.sign_in().await.assert_status(303);
    ana.person.sign_in().await.assert_status(303);
    cy.person.sign_in().await.assert_status(303);
    ana.say(&conv, &ben, "Hello").await;
    after(&site, Span::minutes(11)).await;
    let sent = mails(&site, &ben).await;
    assert_eq!(sent.len(), 2);
    assert_eq!(subject(&sent[1]), "1 message from Ana");
    assert!(sent[1].contains(&format!("/messages/{conv}")), "{}", sent[1]);
    cy.say(&other, &ben, "Hello").await;
    after(&site, Span::minutes(40)).await;
    assert_eq!(mails(&site, &ben).await.len(), 2, "one an hour");
    after(&site, Span::minutes(21)).await;
    let sent = mails(&site, &ben).await;
    assert_eq!((sent.len(), subject(&sent[2])), (3, "2 messages from 2 people"));
}

#[actix_web::test]
async fn reading_cancels_the_mail_and_presence_does_not() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    ana.say(&conv, &ben, "One").await;
    after(&site, Span::minutes(9)).await;
    read(&ben, &conv, 1).await;
    after(&site, Span::hours(30)).await;
    assert!(mails(&site, &ben).await.is_empty());

    ana.person.sign_in().await.assert_status(303);
    ben.person.sign_in().await.assert_status(303);
    ana.say(&conv, &ben, "Two").await;
    after(&site, Span::minutes(9)).await;
    // here, and looking at it, but with a device that never said "read"
    ben.person.get(&format!("/messages/{conv}")).await.assert_status(200);
    after(&site, Span::minutes(2)).await;
    assert_eq!(mails(&site, &ben).await.len(), 1);
}

async fn choose(who: &Chatter, mode: &str) {
    who.person.post("/settings/messages", &[("mail_mode", mode)]).await.assert_status(303);
}

#[actix_web::test]
async fn a_digest_comes_once_a_day_and_never_is_never() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    // to just after eight in London, where ben lives
    let wall = site.site.db.now().in_zone("Europe/London");
    let next = wall.date().tomorrow().unwrap().at(8, 1, 0, 0).to_zoned(wall.time_zone().clone());
    site.forward(Span::seconds(
        next.unwrap().timestamp().as_second() - wall.timestamp().as_second(),
    ));
    for one in [&ana, &ben] {
        one.person.sign_in().await.assert_status(303);
    }
    choose(&ben, "daily").await;
    ana.say(&conv, &ben, "One").await;
    after(&site, Span::hours(2)).await;
    ana.say(&conv, &ben, "Two").await;
    after(&site, Span::hours(21)).await;
    assert!(mails(&site, &ben).await.is_empty(), "not before the next morning");
    after(&site, Span::hours(1)).await;
    let sent = mails(&site, &ben).await;
    assert_eq!((sent.len(), subject(&sent[0])), (1, "2 messages from Ana"));
    after(&site, Span::days(3)).await;
    assert_eq!(mails(&site, &ben).await.len(), 1);

    for one in [&ana, &ben] {
        one.person.sign_in().await.assert_status(303);
    }
    read(&ben, &conv, 2).await;
    choose(&ben, "never").await;
    ana.say(&conv, &ben, "Three").await;
    after(&site, Span::days(3)).await;
    assert_eq!(mails(&site, &ben).await.len(), 1);
}

#[actix_web::test]
async fn many_nodes_at_once_write_one_mail() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    ana.say(&conv, &ben, "One").await;
    site.forward(Span::minutes(11));
    let all = &site.site;
    let nodes =
        (0..8).map(|_| tell(all.db.clone(), all.push.clone(), all.mail.clone(), all.seal.clone()));
    for done in futures_util::future::join_all(nodes).await {
        done.unwrap();
    }
    assert_eq!(mails(&site, &ben).await.len(), 1);
}

#[actix_web::test]
async fn one_click_in_the_mail_ends_these_mails_for_its_reader_and_nobody_else() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    ana.say(&conv, &ben, "One").await;
    ben.say(&conv, &ana, "One").await;
    after(&site, Span::minutes(11)).await;
    let sent = mails(&site, &ben).await;
    let header = |mail: &str, name: &str| {
        let unfolded = mail.replace("\r\n ", "");
        unfolded.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().to_owned()
    };
    assert_eq!(header(&sent[0], "List-Unsubscribe-Post:"), "List-Unsubscribe=One-Click");
    let address = header(&sent[0], "List-Unsubscribe:");
    let path = address[address.find("/unsubscribe/").unwrap()..].trim_end_matches('>').to_owned();

    // a look changes nothing, and a token that was altered is none
    let stranger = site.stranger();
    stranger.get(&path).await.assert_text("h1", "Mails about messages");
    stranger.get(&path).await.assert_text("main", "Should that end?");
    let altered = path.replace(&path[path.len() - 2..], "AA");
    let others = path.replace(&ben.person.id.to_string(), &ana.person.id.to_string());
    for wrong in [&altered, &others, &"/unsubscribe/nothing".to_owned()] {
        stranger.get(wrong).await.assert_status(404);
        one_click(&stranger, wrong).await.assert_status(404);
    }
    let settings = ben.person.get("/settings/messages").await;
    assert_eq!(settings.attribute("[name=mail_mode][checked]", "value"), "soon");

    // the program that reads the mail posts, without a cookie; twice is the same
    for _ in 0..2 {
        let done = one_click(&stranger, &path).await;
        done.assert_status(200);
        done.assert_text("h1", "No more mails about messages");
    }
    let mode = async |who: &Chatter| {
        let settings = who.person.get("/settings/messages").await;
        settings.attribute("[name=mail_mode][checked]", "value")
    };
    assert_eq!((mode(&ben).await, mode(&ana).await), ("never".to_owned(), "soon".to_owned()));
    read(&ben, &conv, 2).await;
    ana.say(&conv, &ben, "Two").await;
    after(&site, Span::days(2)).await;
    assert_eq!(mails(&site, &ben).await.len(), 1);
}

/// What RFC 8058 has a mail program send.
async fn one_click(person: &Person, path: &str) -> Answer {
    let request = actix_web::test::TestRequest::post()
        .uri(path)
        .insert_header(("content-type", "application/x-www-form-urlencoded"))
        .set_payload("List-Unsubscribe=One-Click");
    person.send(request).await
}
