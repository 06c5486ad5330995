//! Later work: it exists if and only if its cause committed, and nothing is given up silently.

use footing::clock::{Instant, Span};
use footing::error::{Error, Result};
use footing::jobs::{Job, JobKind, Runner};
use footing::mail::{Letter, Mail, Outgoing, Timing};
use footing::payments::wake;
use footing::work::work;

use crate::support::TestSite;

fn outgoing(version: i64) -> Outgoing<'static> {
    Outgoing {
        kind: "test",
        recipient: "ana@example.com",
        address: "ana@example.com",
        object: 7,
        version,
        letter: Letter::new("Hello", &["One line."]),
        timing: Timing::AtOnce,
    }
}

#[actix_web::test]
async fn a_mail_exists_if_and_only_if_its_change_committed() {
    let site = TestSite::start().await;
    let mail = site.site.mail.clone();
    let refused = site
        .site
        .db
        .write(move |conn, now| -> Result<()> {
            mail.enqueue(conn, now, &outgoing(1))?;
            Err(Error::conflict("on purpose"))
        })
        .await;
    assert!(refused.is_err());
    assert!(site.mails_to("ana@example.com").await.is_empty());

    let mail = site.site.mail.clone();
    let added = site
        .write(move |conn, now| {
            let first = mail.enqueue(conn, now, &outgoing(1))?;
            let second = mail.enqueue(conn, now, &outgoing(1))?;
            Ok((first, second))
        })
        .await;
    assert_eq!(added, (true, false), "the same cause was told twice");
    assert_eq!(site.mails_to("ana@example.com").await.len(), 1);
    assert_eq!(
        site.read(|conn, now| Mail::counts(conn, now).map(|counts| counts.waiting)).await,
        0
    );
}

#[actix_web::test]
async fn work_that_fails_ten_times_is_dead_for_an_admin_to_see_and_can_be_tried_again() {
    const NONSENSE: JobKind<String> = JobKind::new("nobody.knows-this");
    let site = TestSite::start().await;
    site.write(|conn, now| NONSENSE.enqueue(conn, "x".to_owned(), now)).await;
    for _ in 0..Job::TRIES {
        site.work().await;
        site.forward(Span::minutes(20));
    }
    let dead = site.read(|conn, _| Job::dead(conn)).await;
    assert_eq!((dead.len(), dead[0].attempts), (1, Job::TRIES));
    assert!(dead[0].last_error.as_ref().unwrap().contains("no such kind"));
    let root = site.root().await;
    root.two_steps().await;
    root.get("/admin").await.assert_text("a[href='/admin/jobs']", "need a look");
    let page = root.get("/admin/jobs").await;
    page.assert_text("td", "nobody.knows-this");
    let retry = page.attribute("[data-job] form", "action");
    root.post(&retry, &[]).await.assert_status(303);
    root.post(&retry, &[]).await.assert_status(404);
    assert_eq!(site.read(|conn, _| Job::counts(conn)).await.dead, 0);
}

#[actix_web::test]
async fn a_job_is_done_by_one_runner_even_when_two_look_at_once() {
    let site = TestSite::start().await;
    let mail = site.site.mail.clone();
    site.write(move |conn, now| {
        for version in 0..30 {
            mail.enqueue(conn, now, &outgoing(version))?;
        }
        Ok(())
    })
    .await;
    tokio::join!(site.work(), site.work());
    assert_eq!(site.mails_to("ana@example.com").await.len(), 30);
    assert_eq!(site.read(|conn, _| Job::counts(conn)).await.waiting, 0);
}

#[actix_web::test]
async fn equal_work_that_nobody_has_begun_waits_once_and_what_was_begun_is_asked_for_anew() {
    const KIND: JobKind<String> = JobKind::new("nobody.knows-this");
    let site = TestSite::start().await;
    let later = site.read(|_, now| Ok(now)).await + Span::seconds(5);
    let ask = |about: &'static str, at: Option<Instant>| {
        site.write(move |conn, now| {
            KIND.enqueue_once_at(conn, about.to_owned(), now, at.unwrap_or(now))?;
            Job::counts(conn).map(|counts| counts.waiting)
        })
    };
    assert_eq!(ask("x", None).await, 1);
    assert_eq!(ask("x", None).await, 1, "the first sees this change too");
    assert_eq!(ask("y", None).await, 2);
    assert_eq!(ask("x", Some(later)).await, 3, "the first may be done before this is due");
    assert_eq!(ask("x", Some(later)).await, 3);

    // begun, and failed: it waits for its next try, which may be late
    site.work().await;
    assert_eq!(ask("x", None).await, 4);
}

#[actix_web::test]
async fn who_sees_to_payments_is_woken_once_for_all_that_is_due_by_then() {
    let site = TestSite::start().await;
    site.write(|conn, now| {
        (0..100).try_for_each(|n| wake(conn, now, now + Span::seconds(n)))?;
        wake(conn, now, now + Span::days(1))
    })
    .await;
    let waiting = || site.read(|conn, _| Job::counts(conn).map(|counts| counts.waiting));
    assert_eq!(waiting().await, 101);
    site.forward(Span::minutes(5));
    let runner = Runner::new(work(), site.site.clone(), site.site.db.clone());
    runner.round().await.unwrap();
    assert_eq!(waiting().await, 1, "what is not due waits on");
}
