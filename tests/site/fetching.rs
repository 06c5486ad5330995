//! Many calendars at slow addresses: they are all read in time, and hold up nobody.
//!
//! A server of the test answers after a second, one time in ten after five. Sixty calendars are read
//! each time; `FOOTING_CALENDARS=1000` reads as many as a large site has.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use footing::availability::schema::outside_calendars;
use footing::availability::{CalendarReader, Outside, OutsideId, jobs::read_outside};
use footing::bookings::calendar::reader;
use footing::calendar_file::Internet;
use footing::clock::Span;
use footing::db::Conn;
use footing::jobs::{JobKind, Runner, Work};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::support::TestSite;

const ADDRESS: &str = "https://calendar.example/basic.ics";
const PING: JobKind<String> = JobKind::new("test.ping");
const FILE: &str = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:20270601T100000Z\r\n\
    DURATION:PT1H\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

async fn answer(mut socket: TcpStream, number: usize) {
    let _ = socket.read(&mut [0; 4_096]).await;
    let wait = if number % 10 == 9 { 5 } else { 1 };
    tokio::time::sleep(Duration::from_secs(wait)).await;
    let head =
        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", FILE.len());
    let _ = socket.write_all(format!("{head}{FILE}").as_bytes()).await;
}

async fn slow_server() -> Internet {
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    actix_web::rt::spawn(async move {
        for number in 0.. {
            let (socket, _) = server.accept().await.unwrap();
            actix_web::rt::spawn(answer(socket, number));
        }
    });
    Internet::StandIn(address)
}

/// One calendar of ben's as often as is asked for, all of them due.
async fn calendars(site: &TestSite, count: usize) {
    let ben = site.ben().await;
    site.answer_at(ADDRESS, Ok("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"));
    ben.post("/practice/hours/calendars", &[("url", ADDRESS)]).await.assert_status(303);
    let id = ben.id;
    site.write(move |conn, now| {
        let first = Outside::of(conn, id)?.remove(0);
        for _ in 0..count {
            let new =
                Outside { id: OutsideId::next(now), due_at: now, read_at: None, ..first.clone() };
            let insert = diesel::insert_into(outside_calendars::table).values(new);
            match conn {
                Conn::Sqlite(c) => insert.execute(c)?,
                Conn::Postgres(c) => insert.execute(c)?,
            };
        }
        Outside::remove(
            conn,
            &footing::users::Actor { id, role: footing::users::Role::Accountant, now },
            first.id,
        )
    })
    .await;
}

/// What the runner works with, and how long each ping waited.
#[derive(Clone)]
struct Probe {
    reader: CalendarReader,
    begun: Instant,
    waits: Arc<Mutex<Vec<Duration>>>,
    answered: Arc<AtomicUsize>,
}

fn work() -> Work<Probe> {
    Work::<Probe>::default()
        .every("availability.read-outside", Span::seconds(30), |probe: Probe| {
            read_outside(probe.reader)
        })
        .on(&PING, |probe: Probe, asked: String| async move {
            let asked = Duration::from_millis(asked.parse().unwrap());
            probe.waits.lock().unwrap().push(probe.begun.elapsed().saturating_sub(asked));
            probe.answered.fetch_add(1, Ordering::SeqCst);
            Ok(())
        })
}

#[expect(clippy::disallowed_methods, reason = "a variable of the test run, not a setting")]
fn asked_for() -> usize {
    std::env::var("FOOTING_CALENDARS").map_or(60, |count| count.parse().unwrap())
}

#[actix_web::test]
async fn slow_calendars_are_all_read_in_time_and_hold_up_no_other_work() {
    let site = TestSite::start().await;
    let count = asked_for();
    calendars(&site, count).await;
    let parts = &site.site;
    let probe = Probe {
        reader: reader(parts.db.clone(), parts.seal.clone(), slow_server().await),
        begun: Instant::now(),
        waits: Arc::default(),
        answered: Arc::default(),
    };
    let (tell, told) = watch::channel(false);
    let runner = Runner::new(work(), probe.clone(), parts.db.clone());
    let running = actix_web::rt::spawn(runner.run(told));

    // a thousand in three minutes, and what a few take at the least
    let patience =
        Duration::from_millis(180 * u64::try_from(count).unwrap()) + Duration::from_secs(10);
    let mut pings = 0;
    loop {
        let asked = probe.begun.elapsed().as_millis().to_string();
        site.write(move |conn, now| PING.enqueue(conn, asked, now)).await;
        pings += 1;
        let unread = site.read(|conn, _| {
            let unread = outside_calendars::table.filter(outside_calendars::read_at.is_null());
            Ok(unread.count().get_result::<i64>(conn)?)
        });
        if unread.await == 0 {
            break;
        }
        assert!(probe.begun.elapsed() < patience, "calendars are read too slowly");
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    let took = probe.begun.elapsed();
    while probe.answered.load(Ordering::SeqCst) < pings {
        assert!(
            probe.begun.elapsed() < patience + Duration::from_secs(5),
            "pings were not answered"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    tell.send(true).unwrap();
    running.await.unwrap();
    let longest = *probe.waits.lock().unwrap().iter().max().unwrap();
    println!(
        "{count} calendars in {took:?}; of {pings} other jobs the last began after {longest:?}"
    );
    assert!(longest < Duration::from_secs(2), "another job waited for {longest:?}");
}
