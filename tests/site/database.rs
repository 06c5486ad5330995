//! What the database promises: nobody's work is lost, nobody's failure harms another.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use footing::db::{DatabaseUrl, Direction, pending, run_all, table_columns};
use footing::error::{Error, Result};
use footing::users::{Stale, User};

use crate::support::TestSite;

#[actix_web::test]
async fn thirty_two_writers_at_once_lose_nothing() {
    let site = TestSite::start().await;
    let ana = site.ana().await.id;
    let writers = (0..32).map(|_| {
        let db = site.site.db.clone();
        async move {
            let mut longest = Duration::ZERO;
            for _ in 0..25 {
                let begun = Instant::now();
                db.write(move |conn, _| -> Result<()> {
                    // a read, then a write of what was read: only a true transaction keeps count
                    footing::db::lock(conn, "users", "id", ana.0)?;
                    let step = User::by_id(conn, ana)?.totp_last_step;
                    diesel::sql_query(format!(
                        "UPDATE users SET totp_last_step = {} WHERE id = {}",
                        step + 1,
                        ana.0
                    ))
                    .execute(conn)?;
                    Ok(())
                })
                .await
                .unwrap();
                longest = longest.max(begun.elapsed());
            }
            longest
        }
    });
    let waits = futures_util::future::join_all(writers).await;
    assert_eq!(site.read(move |conn, _| User::by_id(conn, ana)).await.totp_last_step, 32 * 25);
    println!("longest wait of 800 writes by 32 writers: {:?}", waits.iter().max().unwrap());
}

#[actix_web::test]
async fn an_update_is_prepared_once_and_kept() {
    use diesel::connection::{Connection, InstrumentationEvent as BookingEvent};
    let site = TestSite::start().await;
    let (ana, prepared) = (site.ana().await.id, Arc::new(AtomicUsize::new(0)));
    let mut conn = DatabaseUrl::parse(&site.site.config.database_url).unwrap().connect().unwrap();
    let count = prepared.clone();
    let count = move |event: BookingEvent<'_>| {
        if matches!(event, BookingEvent::CacheQuery { sql, .. } if sql.starts_with("UPDATE")) {
            count.fetch_add(1, Ordering::SeqCst);
        }
    };
    footing::on_either!(&mut conn, |c| c.set_instrumentation(count));
    for step in 0..3 {
        let row = footing::users::schema::users::table.find(ana);
        let step = footing::users::schema::users::totp_last_step.eq(step);
        assert_eq!(footing::db::update(row, step).execute(&mut conn).unwrap(), 1);
    }
    assert_eq!(prepared.load(Ordering::SeqCst), 1);
}

#[actix_web::test]
async fn a_writer_that_fails_or_panics_undoes_its_own_work_and_nobody_elses() {
    let site = TestSite::start().await;
    let (ana, cy) = (site.ana().await.id, site.cy().await.id);
    let db = &site.site.db;
    let panics = db.write(move |conn, now| -> Result<()> {
        Stale::mark(conn, ana, now)?;
        panic!("on purpose");
    });
    let fails = db.write(move |conn, now| -> Result<()> {
        Stale::mark(conn, ana, now)?;
        Err(Error::conflict("on purpose"))
    });
    let works = db.write(move |conn, now| Stale::mark(conn, cy, now));
    let clear = site.write(|conn, _| Stale::take(conn, 100)).await;
    drop(clear);
    let (panicked, failed, worked) = tokio::join!(panics, fails, works);
    assert!(matches!(panicked, Err(Error::Internal(_))));
    assert!(matches!(failed, Err(Error::Conflict(_))));
    worked.unwrap();
    assert_eq!(site.write(|conn, _| Stale::take(conn, 100)).await, [cy]);
}

#[actix_web::test]
async fn a_full_queue_is_told_to_come_back_and_never_hangs() {
    let site = TestSite::start().await;
    let (tell, told) = std::sync::mpsc::channel::<()>();
    let told = std::sync::Arc::new(std::sync::Mutex::new(told));
    // every writer is kept busy until it is told to go on
    let hold = |db: footing::db::Db| {
        let told = told.clone();
        async move {
            db.write(move |_, _| -> Result<()> {
                let _ = told.lock().unwrap().recv_timeout(Duration::from_secs(20));
                Ok(())
            })
            .await
        }
    };
    let crowd = (0..1500).map(|_| hold(site.site.db.clone()));
    let release = async {
        actix_web::rt::time::sleep(Duration::from_millis(200)).await;
        drop(tell);
    };
    let (answers, ()) = tokio::join!(futures_util::future::join_all(crowd), release);
    let busy = answers.iter().filter(|answer| matches!(answer, Err(Error::Busy))).count();
    assert!(busy > 0 && busy < 1500, "{busy} were told that the site is busy");
    assert!(answers.iter().all(|answer| matches!(answer, Ok(()) | Err(Error::Busy))));
    site.stranger()
        .post("/password/forgot", &[("email", "a@example.com")])
        .await
        .assert_status(303);
}

#[actix_web::test]
async fn a_mistyped_database_url_makes_no_file() {
    assert!(DatabaseUrl::parse("postgre://localhost/x").is_err());
    assert!(DatabaseUrl::parse("mysql://x").is_err());
    assert!(!std::path::Path::new("postgre:").exists());
}

#[actix_web::test]
async fn migrations_run_up_down_and_up_again_to_the_same_schema() {
    let site = TestSite::start().await;
    let url = site.site.config.database_url.clone();
    let mut conn = DatabaseUrl::parse(&url).unwrap().connect().unwrap();
    let first = table_columns(&mut conn).unwrap();
    assert!(first.iter().any(|(table, column)| table == "users" && column == "email_key"));
    assert!(pending(&mut conn).unwrap().is_empty());
    assert!(run_all(&mut conn, Direction::Down).unwrap() >= 5);
    let empty = table_columns(&mut conn).unwrap();
    assert!(empty.iter().all(|(table, _)| table == "__diesel_schema_migrations"), "{empty:?}");
    run_all(&mut conn, Direction::Up).unwrap();
    assert_eq!(table_columns(&mut conn).unwrap(), first);
}

#[actix_web::test]
async fn the_schemas_written_by_hand_are_those_of_the_database() {
    let site = TestSite::start().await;
    let mut conn = DatabaseUrl::parse(&site.site.config.database_url).unwrap().connect().unwrap();
    let truth = table_columns(&mut conn).unwrap();
    let mut written = vec![];
    for file in walk(std::path::Path::new("src")) {
        let text = std::fs::read_to_string(&file).unwrap();
        for table in text.split("diesel::table! {").skip(1) {
            let body = table.split("\n}").next().unwrap();
            let name = body.split('(').next().unwrap().trim().to_owned();
            let columns = body.lines().filter_map(|line| line.split_once(" -> "));
            written.extend(columns.map(|(column, _)| (name.clone(), column.trim().to_owned())));
        }
    }
    written.sort();
    let ours: Vec<_> = truth
        .into_iter()
        .filter(|(table, _)| {
            table != "__diesel_schema_migrations" && !table.starts_with("entry_words")
        })
        .collect();
    assert_eq!(written, ours);
}

pub fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = vec![];
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files
}

#[actix_web::test]
async fn the_database_refuses_what_no_form_would_send() {
    let site = TestSite::start().await;
    let (ana, ben) = (site.ana().await.id.0, site.ben().await.id.0);
    for (what, sql) in [
        ("a role of its own", format!("UPDATE users SET role = 'king' WHERE id = {ana}")),
        (
            "an accountant without a profile",
            format!("UPDATE users SET role = 'accountant' WHERE id = {ana}"),
        ),
        (
            "somebody else's profile",
            format!("UPDATE users SET accountant_id = {ana} WHERE id = {ben}"),
        ),
        (
            "two accounts for one address",
            format!("UPDATE users SET email_key = 'ben@example.com' WHERE id = {ana}"),
        ),
        (
            "an active account never verified",
            format!("UPDATE users SET verified_at = NULL WHERE id = {ana}"),
        ),
        ("a price below zero", "UPDATE services SET price_minor = -1".to_owned()),
        ("a free service with a price", "UPDATE services SET price_kind = 'free'".to_owned()),
        ("a service of seven minutes", "UPDATE services SET duration = 7".to_owned()),
        ("a service of no mode", "UPDATE services SET modes = 0".to_owned()),
        ("a headline of one word", "UPDATE accountants SET headline = 'Tax'".to_owned()),
        (
            "a mail that is neither sealed nor sent",
            "INSERT INTO mails (id, kind, recipient, object, version, created_at) \
             VALUES (1, 'test', 'ana@example.com', 1, 1, 1)"
                .to_owned(),
        ),
    ] {
        let refused = site
            .site
            .db
            .write(move |conn, _| -> Result<usize> { Ok(diesel::sql_query(sql).execute(conn)?) })
            .await;
        assert!(refused.is_err(), "the database took {what}");
    }
}

#[actix_web::test]
async fn raw_sql_cannot_overlap_a_booking_jump_a_state_or_change_what_happened() {
    let scene = crate::bookings::Scene::start().await;
    let (pending, confirmed) = (scene.pending(40).await, scene.confirmed(41).await);
    let id = |path: &str| path.rsplit('/').next().unwrap().parse::<footing::bookings::BookingId>();
    let (pending, confirmed) = (id(&pending).unwrap().0, id(&confirmed).unwrap().0);
    let copy = |state: &str| {
        format!(
            "INSERT INTO bookings (id, client_id, accountant_id, service_id, state, pay_mode, \
             starts_at, ends_at, block_from, block_to, deadline, accepted_at, requested_at, \
             changed_at, wall, zone, tz_version, moves, sequence) \
             SELECT 1, client_id, accountant_id, service_id, '{state}', pay_mode, \
             starts_at + 60000000, ends_at + 60000000, block_from + 60000000, \
             block_to + 60000000, deadline, 1, requested_at, changed_at, wall, zone, \
             tz_version, 0, 0 FROM bookings WHERE id = {confirmed}"
        )
    };
    let update = |what: &str, id: i64| format!("UPDATE bookings SET {what} WHERE id = {id}");
    let nearer = "starts_at = starts_at + 60000000, ends_at = ends_at + 60000000, \
                  block_from = block_from + 60000000, block_to = block_to + 60000000";
    for (sql, why) in [
        (copy("pending"), "booking_overlap"),
        (copy("confirmed"), "booking_state"),
        (copy("completed"), "booking_state"),
        (update(nearer, pending), "booking_overlap"),
        (update("state = 'completed'", pending), "booking_state"),
        (update("state = 'pending'", confirmed), "booking_state"),
        (update("state = 'expired'", confirmed), "booking_state"),
        (update("client_id = accountant_id", pending), "booking_parties"),
        ("UPDATE booking_events SET at = 1".to_owned(), "booking_history"),
    ] {
        let said = raw(&scene.site, sql.clone()).await.expect_err(&sql);
        assert!(said.contains(why), "{sql}\nwas refused for {said}");
    }
    // and what is allowed by the table of states goes through
    raw(&scene.site, update("state = 'completed'", confirmed)).await.unwrap();
}

pub async fn raw(site: &TestSite, sql: String) -> std::result::Result<usize, String> {
    let run = move |conn: &mut footing::db::Conn, _| -> Result<_> {
        Ok(diesel::sql_query(sql).execute(conn)?)
    };
    site.site.db.write(run).await.map_err(|error| format!("{error:?}"))
}
