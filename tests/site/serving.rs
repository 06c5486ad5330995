//! A server as an operator starts it: what it says in its log, whom it lets beside it, how it ends.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::commands::{footing, run, said};

/// A server that listens, and where.
fn serving(folder: &Path, more: &[&str]) -> (Child, SocketAddr) {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut server = footing(folder, &["serve", "--listen", &address.to_string()])
        .args(more)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while TcpStream::connect(address).is_err() {
        assert!(server.try_wait().unwrap().is_none(), "the server ended");
        assert!(begun.elapsed() < Duration::from_secs(20), "the server did not start");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(ask(address, "/healthz", "").starts_with("HTTP/1.1 200"));
    (server, address)
}

/// Ends a server; what it wrote to its log.
fn log_of(mut server: Child) -> String {
    assert!(Command::new("kill").arg(server.id().to_string()).status().unwrap().success());
    let mut log = String::new();
    server.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(server.wait().unwrap().success(), "{log}");
    log
}

fn ask(address: SocketAddr, path: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\n{headers}Connection: close\r\n\r\n")
        .unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).unwrap();
    page
}

#[test]
fn one_server_at_a_time_serves_a_sqlite_folder_while_commands_run_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let (server, _) = serving(folder.path(), &[]);
    let second = run(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.status.code(), Some(3), "{}", said(&second));
    assert!(said(&second).contains("another server"), "{}", said(&second));
    assert!(run(folder.path(), &["jobs", "list"]).status.success());
    log_of(server);
    let (server, _) = serving(folder.path(), &[]);
    log_of(server);
}

#[test]
fn the_cause_of_a_failure_stands_in_the_log_beside_the_number_that_its_page_shows() {
    let folder = tempfile::tempdir().unwrap();
    let (server, address) = serving(folder.path(), &["--log", "warn"]);
    let target =
        footing::db::DatabaseUrl::parse(&format!("sqlite:{}/footing.db", folder.path().display()));
    diesel::connection::SimpleConnection::batch_execute(
        &mut target.unwrap().connect().unwrap(),
        "ALTER TABLE slugs RENAME TO slugs_gone",
    )
    .unwrap();
    let page = ask(address, "/accountants/nobody-here", "");
    assert!(page.starts_with("HTTP/1.1 500"), "{page}");
    assert!(!page.contains("no such table"), "the page tells the cause");
    let log = log_of(server);
    let line = log.lines().find(|line| line.contains("\"status\":500")).expect(&log);
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    assert!(line["cause"].as_str().unwrap().contains("no such table"), "{line}");
    assert!(page.contains(line["id"].as_str().unwrap()), "{line} {page}");
}

#[test]
fn a_proxy_that_nobody_named_is_told_of_once_and_by_the_doctor() {
    let folder = tempfile::tempdir().unwrap();
    let (server, address) = serving(folder.path(), &["--log", "warn"]);
    for _ in 0..3 {
        let page = ask(address, "/", "X-Forwarded-For: 203.0.113.9\r\n");
        assert!(page.starts_with("HTTP/1.1 200"));
    }
    let doctor = said(&run(folder.path(), &["doctor"]));
    assert!(doctor.contains("proxy        FAIL") && doctor.contains("127.0.0.1"), "{doctor}");
    let log = log_of(server);
    assert_eq!(log.matches("FOOTING_TRUSTED_PROXIES").count(), 1, "{log}");
    // named by its network, it is no news
    let (server, address) =
        serving(folder.path(), &["--log", "warn", "--trusted-proxies", "127.0.0.0/8"]);
    ask(address, "/", "X-Forwarded-For: 203.0.113.9\r\n");
    assert!(!said(&run(folder.path(), &["doctor"])).contains("proxy"));
    assert!(!log_of(server).contains("FOOTING_TRUSTED_PROXIES"));
}

#[test]
fn the_doctor_tells_when_nobody_does_the_rounds() {
    let folder = tempfile::tempdir().unwrap();
    let (server, _) = serving(folder.path(), &[]);
    let begun = Instant::now();
    while !said(&run(folder.path(), &["doctor"])).contains("jobs         ok") {
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
    log_of(server);
    let target =
        footing::db::DatabaseUrl::parse(&format!("sqlite:{}/footing.db", folder.path().display()));
    diesel::connection::SimpleConnection::batch_execute(
        &mut target.unwrap().connect().unwrap(),
        "UPDATE schedules SET next_at = next_at - 3600000000 WHERE name = 'bookings.expire'",
    )
    .unwrap();
    let doctor = run(folder.path(), &["doctor"]);
    assert_eq!(doctor.status.code(), Some(1));
    assert!(
        said(&doctor).contains("jobs         FAIL nobody does bookings.expire"),
        "{}",
        said(&doctor)
    );
}

#[test]
fn a_signal_ends_the_program_in_good_order() {
    let folder = tempfile::tempdir().unwrap();
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut server = footing(folder.path(), &["serve", "--listen", &address.to_string()])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while TcpStream::connect(address).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(20), "the server did not start");
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).unwrap();
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("data-page=\"home\""));

    let pid = server.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let told = Instant::now();
    let status = server.wait().unwrap();
    assert!(status.success(), "{status}");
    assert!(told.elapsed() < Duration::from_secs(10));
}
