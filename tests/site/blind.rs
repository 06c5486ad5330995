//! Nothing of an unopened review can be learnt by anybody but its author: each channel is looked at
//! before it is written and after.

use std::time::{Duration, Instant as Moment};

use actix_web::test::TestRequest;
use diesel::prelude::*;
use diesel::sql_types::Text;
use footing::clock::Span;
use footing::db::{self, Conn};
use footing::error::Result;
use footing::reviews::{Review, ReviewId};

use crate::reviews::{MARKS, STARS, Told, WORDS, past, say, stars};
use crate::support::{Answer, Person, TestSite};

const PROFILE: &str = "/accountants/ben-northgate-tax";

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

/// Every row of every table that others' pages can read.
async fn rows(site: &TestSite) -> Vec<String> {
    // one's own rows, and what every request by itself touches
    const OWN: [&str; 5] = ["reviews", "sessions", "attempts", "account_signs", "schedules"];
    site.read(|conn, _| -> Result<_> {
        let columns = db::table_columns(conn)?;
        let mut tables: Vec<&String> = columns.iter().map(|(table, _)| table).collect();
        tables.dedup();
        let mut all = vec![];
        for table in tables.into_iter().filter(|table| !OWN.contains(&table.as_str())) {
            let own = columns.iter().filter(|(of, _)| of == table);
            let texts: Vec<String> = own
                .map(|(_, column)| match conn {
                    Conn::Sqlite(_) => format!("coalesce(hex(\"{column}\"), '-')"),
                    Conn::Postgres(_) => format!("coalesce(CAST(\"{column}\" AS text), '-')"),
                })
                .collect();
            let text = texts.join(" || ',' || ");
            let sql = format!("SELECT {text} AS word FROM \"{table}\" ORDER BY 1");
            let Ok(found) = diesel::sql_query(sql).load::<Word>(conn) else { continue };
            all.extend(found.into_iter().map(|row| format!("{table}: {}", row.word)));
        }
        Ok(all)
    })
    .await
}

/// What an answer says, but for what differs with every asking.
fn said(answer: &Answer) -> String {
    let mut headers: Vec<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| !["set-cookie", "date", "x-request-id"].contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    headers.sort();
    let page = answer.page();
    let words: Vec<&str> = page.split('"').filter(|part| part.len() != 43).collect();
    format!("{} {headers:?} {}", answer.status, words.join("\""))
}

async fn part(person: &Person, path: &str) -> String {
    let request = TestRequest::get()
        .uri(path)
        .insert_header(("hx-request", "true"))
        .insert_header(("hx-request-type", "partial"));
    said(&person.send(request).await)
}

/// Each channel by its name, as everybody but the author finds it.
async fn channels(
    told: &Told,
    (stranger, cy, root): (&Person, &Person, &Person),
) -> Vec<(String, String)> {
    let ben = told.ben();
    let mut seen = vec![];
    for (name, person, path) in [
        ("page", stranger, PROFILE.to_owned()),
        ("page of another client", cy, PROFILE.to_owned()),
        ("page of the accountant", ben, PROFILE.to_owned()),
        ("page of an admin", root, PROFILE.to_owned()),
        ("page of so many stars", stranger, format!("{PROFILE}?stars=5")),
        ("directory", stranger, "/accountants".to_owned()),
        ("order by rating", stranger, "/accountants?sort=rating".to_owned()),
        ("home", stranger, "/".to_owned()),
        ("sitemap and lastmod", stranger, "/sitemap-1.xml".to_owned()),
        ("booking", ben, told.booking.clone()),
        ("the other side's review page", ben, told.review.clone()),
        ("list of reviews", ben, "/practice/reviews".to_owned()),
        ("list of bookings", ben, "/practice/bookings".to_owned()),
        ("practice", ben, "/practice".to_owned()),
        ("notices", ben, "/notifications".to_owned()),
        ("beside the messages", ben, format!("/bookings/with/{}", told.ana().id)),
        ("admin", root, "/admin".to_owned()),
        ("admin's facts of the booking", root, told.booking.clone()),
        ("admin's payments", root, "/admin/payments".to_owned()),
        ("admin's way to the review", root, told.review.clone()),
    ] {
        seen.push((name.to_owned(), said(&person.get(&path).await)));
    }
    seen.push(("part".to_owned(), part(stranger, "/accountants?sort=rating").await));
    for (name, email) in [("mail", &told.ben().email), ("mail of an admin", &root.email)] {
        let mails = told.site().mails_to(email).await;
        seen.push((name.to_owned(), format!("{mails:?}")));
    }
    seen
}

#[actix_web::test]
async fn no_channel_tells_of_an_unopened_review_to_anybody_but_its_author() {
    let told = Told::start().await;
    let site = told.site().clone();
    let (cy, root, stranger) = (site.cy().await, site.root().await, site.stranger());
    root.two_steps().await;
    let others = (&stranger, &cy, &root);
    site.work().await;
    channels(&told, others).await; // cookies are there from now on
    let (before, tables) = (channels(&told, others).await, rows(&site).await);
    assert!(before.iter().all(|(name, seen)| name.starts_with("mail") || seen.len() > 40));
    told.ana().post(&told.review, STARS).await.assert_status(303);
    site.work().await;
    let (after, tables_after) = (channels(&told, others).await, rows(&site).await);
    for ((name, then), (_, now)) in before.iter().zip(&after) {
        assert_eq!(then, now, "{name}");
        assert!(!now.contains(WORDS), "{name}");
    }
    let told_rows: Vec<_> = tables_after.iter().filter(|row| !tables.contains(row)).collect();
    assert!(told_rows.is_empty(), "{told_rows:?}");
    assert_eq!(tables.len(), tables_after.len());
}

#[actix_web::test]
async fn the_id_of_an_unopened_review_is_an_unknown_id_in_every_route() {
    let told = Told::start().await;
    let site = told.site().clone();
    let root = site.root().await;
    root.two_steps().await;
    told.ana().post(&told.review, STARS).await.assert_status(303);
    let author = told.ana().id;
    let id = site.read(move |conn, _| Ok(Review::of_author(conn, author)?[0].id)).await;
    let unknown = ReviewId::random();
    let form = [("text", "Thank you"), ("reason", "insult"), ("note", "It insults")];
    for person in [&site.stranger(), told.ana(), told.ben(), &root] {
        for line in footing::routes::table().lines {
            if !line.path.starts_with("/reviews/{id}") && !line.path.starts_with("/admin/reviews/")
            {
                continue;
            }
            let path = |id: ReviewId| line.path.replace("{id}", &id.to_string());
            let is_get = line.method == actix_web::http::Method::GET;
            let mut answers = vec![];
            for path in [path(id), path(unknown)] {
                let answer = match is_get {
                    true => person.get(&path).await,
                    false => person.post(&path, &form).await,
                };
                answers.push((answer.status, answer.all("h1")));
            }
            assert_eq!(answers[0], answers[1], "{}", line.path);
        }
        let page = format!("{PROFILE}?after=");
        let after = |id: ReviewId| format!("{page}{id}");
        let (known, other) = (person.get(&after(id)).await, person.get(&after(unknown)).await);
        // but for the address, which stands on the page itself
        let unnamed = |answer: &Answer, id: ReviewId| said(answer).replace(&id.to_string(), "");
        assert_eq!(unnamed(&known, id), unnamed(&other, unknown));
    }
    let found = site.read(move |conn, _| Ok(Review::for_admin(conn, id).is_err())).await;
    assert!(found, "an admin's loader finds none either");
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

#[actix_web::test]
async fn no_answer_takes_another_time_because_somebody_has_written() {
    let told = Told::start().await;
    let site = told.site().clone();
    let eve = site.accountant("eve", "Eve Accounts").await;
    let (ana, ben) = (told.ana().id, told.ben().id);
    let (mail, also) = (site.site.mail.clone(), eve.id);
    // of ben's two hours ana spoke of the first; of eve's one she did not speak
    let second = site
        .write(move |conn, now| {
            let first = past(conn, ana, ben, Span::hours(5), now);
            say(&mail, conn, ana, first, &stars(1), now);
            past(conn, ana, also, Span::hours(5), now);
            Ok((first, past(conn, ana, ben, Span::hours(9), now)))
        })
        .await;
    let (spoken, silent) = second;
    let stranger = site.stranger();
    let pairs = [
        (&stranger, PROFILE.to_owned(), "/accountants/eve-accounts".to_owned()),
        (told.ben(), format!("/bookings/{spoken}/review"), format!("/bookings/{silent}/review")),
    ];
    for (person, with, without) in pairs {
        let (mut written, mut unwritten) = (vec![], vec![]);
        for _ in 0..200 {
            for (path, times) in [(&with, &mut written), (&without, &mut unwritten)] {
                let begun = Moment::now();
                person.get(path).await.assert_status(200);
                times.push(begun.elapsed());
            }
        }
        let (written, unwritten) = (median(written), median(unwritten));
        let apart = written.abs_diff(unwritten);
        assert!(apart < Duration::from_millis(5), "{with}: {written:?}, {unwritten:?}");
    }
}

#[actix_web::test]
async fn an_accountant_s_word_is_as_blind_and_stays_between_the_two() {
    let told = Told::start().await;
    let before = said(&told.ana().get(&told.review).await);
    told.ben().post(&told.review, MARKS).await.assert_status(303);
    assert_eq!(before, said(&told.ana().get(&told.review).await));
    told.at(Span::hours(336)).await;
    assert!(told.ana().get(&told.review).await.has("[data-other]"));
    assert!(!told.is_public().await, "no page but theirs shows it");
    assert!(!told.ben().get("/practice/reviews").await.has("[data-review]"));
}
