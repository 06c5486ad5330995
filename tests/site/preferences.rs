//! What somebody hears of, by which ways, and when not.

use footing::clock::{Instant, Span};
use footing::mail::Letter;
use footing::notifications::{NewNotice, Notice, Topic};
use footing::users::UserId;

use crate::bookings::Scene;
use crate::chatters::pair;
use crate::push::{after, read};
use crate::support::{Person, TestSite};

const ALL: [&str; 6] = ["requests", "changes", "reminders", "offers", "reviews", "messages"];

/// Saves the settings of somebody who leaves every box ticked but these.
async fn choose(person: &Person, off: &[&str], quiet: (&str, &str)) {
    let mut form = vec![("quiet_from".to_owned(), quiet.0.to_owned())];
    form.push(("quiet_to".to_owned(), quiet.1.to_owned()));
    for name in
        ALL.iter().flat_map(|topic| ["page", "push", "mail"].map(|w| format!("{topic}_{w}")))
    {
        if !off.contains(&name.as_str()) {
            form.push((name, "on".to_owned()));
        }
    }
    let form: Vec<(&str, &str)> = form.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    person.post("/settings/notifications", &form).await.assert_status(303);
}

/// Tells of something, of no use from a moment on, as far as there is one.
async fn tell(site: &TestSite, to: UserId, topic: Topic, object: i64, until: Option<Instant>) {
    let mail = site.site.mail.clone();
    let letter = Letter::new(&format!("Subject {object}"), &["Words of it."])
        .with_button("Open it", format!("http://localhost:8080/how-it-works?{object}"));
    let letter = match until {
        Some(at) => letter.expiring(at),
        None => letter,
    };
    let telling = NewNotice {
        kind: "tests.told",
        topic,
        recipient: to,
        object,
        version: 1,
        words: format!("News {object}."),
        path: "/how-it-works".to_owned(),
        letter: Some(letter),
    };
    assert!(site.write(move |conn, now| Notice::tell(conn, &mail, telling, now)).await);
}

/// The subjects of the mails to somebody, in the order of the alphabet.
async fn subjects(site: &TestSite, to: &Person) -> Vec<String> {
    let mails = site.mails_to(&to.email).await;
    let subject = |mail: &String| {
        let line = mail.lines().find_map(|line| line.strip_prefix("Subject: "));
        line.unwrap_or_default().trim().to_owned()
    };
    let mut all: Vec<String> =
        mails.iter().map(subject).filter(|one| !one.contains("onfirm")).collect();
    all.sort();
    all
}

#[actix_web::test]
async fn a_topic_that_is_turned_off_is_not_mailed_and_money_is_always() {
    let site = TestSite::start().await;
    let (ana, ben) = (site.ana().await, site.ben().await);
    choose(&ana, &["reviews_mail", "money_mail", "security_mail"], ("", "")).await;
    for (object, topic) in (1..).zip([Topic::Reviews, Topic::Offers, Topic::Money, Topic::Security])
    {
        tell(&site, ana.id, topic, object, None).await;
        tell(&site, ben.id, topic, object, None).await;
    }
    assert_eq!(subjects(&site, &ana).await, ["Subject 2", "Subject 3", "Subject 4"]);
    assert_eq!(subjects(&site, &ben).await.len(), 4, "what ana chose is ana's");
    let page = ana.get("/notifications").await;
    page.assert_text("main", "You get no mail about reviews.");
    let page = ana.get("/settings/notifications").await;
    assert!(!page.has("#reviews_mail[checked]") && page.has("#reviews_page[checked]"));
    assert!(ben.get("/settings/notifications").await.has("#reviews_mail[checked]"));
    site.stranger().get("/settings/notifications").await.assert_status(303);
}

#[actix_web::test]
async fn what_shall_not_count_on_the_page_is_listed_and_nothing_more() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    choose(&ana, &["offers_page"], ("", "")).await;
    tell(&site, ana.id, Topic::Offers, 1, None).await;
    let page = ana.get("/notifications").await;
    page.assert_text("[data-notice]", "News 1.");
    assert!(!page.has("[data-notice] .count"));
    tell(&site, ana.id, Topic::Changes, 2, None).await;
    let page = ana.get("/notifications").await;
    page.assert_text("[data-notice] .count", "New");
}

#[actix_web::test]
async fn in_quiet_hours_mail_waits_for_their_end_and_what_binds_before_does_not() {
    let site = TestSite::start().await;
    let (ana, now) = (site.ana().await, site.site.db.now());
    // on the sites of tests it is a quarter past nine
    choose(&ana, &[], ("09:00", "12:00")).await;
    tell(&site, ana.id, Topic::Changes, 1, None).await;
    tell(&site, ana.id, Topic::Requests, 2, Some(now + Span::hours(1))).await;
    tell(&site, ana.id, Topic::Requests, 3, Some(now + Span::hours(20))).await;
    tell(&site, ana.id, Topic::Money, 4, None).await;
    assert_eq!(subjects(&site, &ana).await, ["Subject 2", "Subject 4"]);
    after(&site, Span::hours(2)).await;
    assert_eq!(subjects(&site, &ana).await.len(), 2);
    after(&site, Span::minutes(45)).await;
    let all = subjects(&site, &ana).await;
    assert_eq!(all, ["2 things to know from Footing", "Subject 2", "Subject 4"]);
    let mails = site.mails_to(&ana.email).await;
    let joined = mails.iter().find(|mail| mail.contains("2 things")).unwrap();
    assert!(joined.contains("how-it-works?1") && joined.contains("how-it-works?3"), "{joined}");
    tell(&site, ana.id, Topic::Changes, 5, None).await;
    assert_eq!(subjects(&site, &ana).await[3..], ["Subject 5"]);
}

#[actix_web::test]
async fn beyond_five_in_five_minutes_mails_come_as_one_after_the_last() {
    let site = TestSite::start().await;
    let (ana, ben) = (site.ana().await, site.ben().await);
    let now = site.site.db.now();
    for object in 1..=7 {
        tell(&site, ana.id, Topic::Changes, object, None).await;
    }
    tell(&site, ana.id, Topic::Changes, 8, Some(now + Span::minutes(4))).await;
    tell(&site, ben.id, Topic::Changes, 1, None).await;
    let at_once = ["Subject 1", "Subject 2", "Subject 3", "Subject 4", "Subject 5", "Subject 8"];
    assert_eq!(subjects(&site, &ana).await, at_once);
    assert_eq!(subjects(&site, &ben).await, ["Subject 1"]);
    after(&site, Span::minutes(4)).await;
    tell(&site, ana.id, Topic::Changes, 9, None).await;
    after(&site, Span::minutes(4)).await;
    assert_eq!(subjects(&site, &ana).await.len(), 6, "the last came four minutes ago");
    after(&site, Span::minutes(2)).await;
    assert_eq!(subjects(&site, &ana).await[0], "3 things to know from Footing");
    after(&site, Span::hours(1)).await;
    assert_eq!(subjects(&site, &ana).await.len(), 7, "each leaves once");
}

#[actix_web::test]
async fn a_mail_without_end_does_not_hold_back_what_came_first_for_long() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    for object in 1..=50 {
        tell(&site, ana.id, Topic::Changes, object, None).await;
        after(&site, Span::seconds(50)).await;
    }
    let all = subjects(&site, &ana).await;
    assert!(all.len() > 5 && all.iter().any(|one| one.contains("things to know")), "{all:?}");
}

#[actix_web::test]
async fn every_mail_that_can_be_turned_off_ends_its_kind_with_one_click_and_takes_it_back() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    tell(&site, ana.id, Topic::Money, 1, None).await;
    tell(&site, ana.id, Topic::Reviews, 2, None).await;
    let mails = site.mails_to(&ana.email).await;
    let unfolded: Vec<String> = mails.iter().map(|mail| mail.replace("\r\n ", "")).collect();
    let link = |mail: &String| {
        let line = mail.lines().find_map(|line| line.strip_prefix("List-Unsubscribe: "))?;
        let at = line.find("/unsubscribe/")?;
        Some(line[at..].trim().trim_end_matches('>').to_owned())
    };
    let count = unfolded.len();
    assert_eq!(link(&unfolded[count - 2]), None, "money always comes");
    let path = link(&unfolded[count - 1]).unwrap();

    // looking changes nothing
    let stranger = site.stranger();
    stranger.get(&path).await.assert_text("h1", "Mails about reviews");
    tell(&site, ana.id, Topic::Reviews, 3, None).await;
    let last = async || subjects(&site, &ana).await.pop().unwrap();
    assert_eq!(last().await, "Subject 3");
    stranger.send(posted(&path)).await.assert_text("h1", "No more mails about reviews");
    stranger.get(&path).await.assert_text("h1", "No more mails about reviews");
    tell(&site, ana.id, Topic::Reviews, 4, None).await;
    assert_eq!(last().await, "Subject 3");
    let undo = format!("{path}?undo=on");
    stranger.send(posted(&undo)).await.assert_text("h1", "Mails about reviews come again");
    tell(&site, ana.id, Topic::Reviews, 5, None).await;
    assert_eq!(last().await, "Subject 5");
    // nor is it the link of another kind or person
    let other = path.replace(".reviews.", ".offers.");
    stranger.get(&other).await.assert_status(404);
    stranger.send(posted(&other)).await.assert_status(404);
}

/// What a mail program sends (RFC 8058).
fn posted(path: &str) -> actix_web::test::TestRequest {
    actix_web::test::TestRequest::post()
        .uri(path)
        .insert_header(("content-type", "application/x-www-form-urlencoded"))
        .set_payload("List-Unsubscribe=One-Click")
}

#[actix_web::test]
async fn quiet_hours_that_are_none_are_refused_in_words_and_stay_typed() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    for (from, to, field) in [
        ("25:00", "07:00", "quiet_from"),
        ("22:00", "", "quiet_to"),
        ("", "07:00", "quiet_from"),
        ("soon", "later", "quiet_from"),
        ("22:00", "22:00", "quiet_to"),
    ] {
        let form = [("quiet_from", from), ("quiet_to", to), ("offers_mail", "on")];
        let answer = ana.post("/settings/notifications", &form).await;
        answer.assert_rejected(field);
        assert_eq!(answer.attribute("#quiet_from", "value"), from);
        assert!(answer.has("#offers_mail[checked]") && !answer.has("#reviews_mail[checked]"));
    }
    let page = ana.get("/settings/notifications").await;
    assert!(page.has("#reviews_mail[checked]"), "nothing was saved");
}

#[actix_web::test]
async fn a_message_of_the_night_is_mailed_in_the_morning_unless_it_was_read() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    choose(&ben.person, &[], ("09:00", "12:00")).await;
    let waiting = async || {
        let all = subjects(&site, &ben.person).await;
        all.iter().filter(|one| one.contains("message")).count()
    };
    ana.say(&conv, &ben, "One").await;
    after(&site, Span::minutes(30)).await;
    assert_eq!(waiting().await, 0);
    read(&ben, &conv, 1).await;
    after(&site, Span::hours(3)).await;
    assert_eq!(waiting().await, 0, "it was read");
    ana.say(&conv, &ben, "Two").await;
    after(&site, Span::minutes(11)).await;
    assert_eq!(waiting().await, 1, "and by day it comes as ever");
}

#[actix_web::test]
async fn a_request_is_mailed_by_night_only_if_it_lapses_before_the_morning() {
    let scene = Scene::start().await;
    choose(&scene.ben, &[], ("09:00", "08:59")).await;
    let before = subjects(&scene.site, &scene.ben).await.len();
    // the nearest time must be answered within hours, one far off within days
    scene.ask(&scene.ana, scene.starts.first().unwrap()).await.assert_status(303);
    assert_eq!(subjects(&scene.site, &scene.ben).await.len(), before + 1);
    scene.ask(&scene.ana, scene.starts.last().unwrap()).await.assert_status(303);
    assert_eq!(subjects(&scene.site, &scene.ben).await.len(), before + 1);
}
