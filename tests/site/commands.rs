//! The program as an operator starts it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

fn footing(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_footing"));
    command.args(arguments).env("FOOTING_DATA", folder).stdin(Stdio::null());
    for variable in
        ["DATABASE_URL", "MAIL_URL", "FOOTING_SECRET", "FOOTING_PUBLIC_URL", "FOOTING_LISTEN"]
    {
        command.env_remove(variable);
    }
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    footing(folder, arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn routes_are_printed_with_who_may_come() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &["routes", "--json"]);
    let rows: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let rows = rows.as_array().unwrap();
    assert!(rows.len() >= 50);
    let admin = rows.iter().find(|row| row["path"] == "/admin").unwrap();
    assert_eq!(
        (admin["method"].as_str(), &admin["who"]),
        (Some("GET"), &serde_json::json!(["admin"]))
    );
}

#[test]
fn settings_are_shown_with_their_origin_and_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let output = footing(folder.path(), &["config", "--workers", "3"])
        .env("FOOTING_SECRET", "do not show this one")
        .env("MAIL_URL", "smtp://me:hunter2secret@localhost:25")
        .output()
        .unwrap();
    let shown = said(&output);
    assert!(output.status.success(), "{shown}");
    assert!(!shown.contains("do not show") && !shown.contains("hunter2secret"), "{shown}");
    let origin = |name: &str| {
        let line = shown.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().last().unwrap().to_owned()
    };
    assert_eq!(origin("FOOTING_WORKERS"), "flag");
    assert_eq!(origin("FOOTING_SECRET"), "variable");
    assert_eq!(origin("FOOTING_LISTEN"), "default");
}

#[test]
fn a_wrong_setting_is_a_usage_error_in_words() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, words) in [
        (vec!["serve", "--public-url", "http://footing.example"], "plain http"),
        (vec!["serve", "--secret", "short"], "at least 16"),
        (vec!["serve", "--database-url", "postgres://localhost/x"], "FOOTING_SECRET is needed"),
        (vec!["serve", "--blobs-url", "ftp://x"], "BLOBS_URL"),
        (vec!["serve", "--vapid-subject", "ops"], "VAPID_SUBJECT"),
        (vec!["create-admin", "not an address"], "email address"),
    ] {
        let output = run(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", said(&output));
        assert!(said(&output).contains(words), "{arguments:?}: {}", said(&output));
    }
    assert_eq!(run(folder.path(), &["dance"]).status.code(), Some(2));
}

#[test]
fn the_data_folder_is_for_its_owner_only_and_the_doctor_is_content() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let behind = run(&data, &["migrate", "--check"]);
    assert_eq!(behind.status.code(), Some(3), "{}", said(&behind));
    assert!(run(&data, &["migrate"]).status.success());
    assert!(run(&data, &["migrate", "--check"]).status.success());
    let doctor = run(&data, &["doctor"]);
    assert!(doctor.status.success() && !said(&doctor).contains("FAIL"), "{}", said(&doctor));
    for (path, mode) in [(data.clone(), 0o700), (data.join("secret"), 0o600)] {
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, mode);
    }
}

#[test]
fn an_admin_is_made_by_a_link_and_locks_are_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let made = run(&data, &["create-admin", "--new", "root@example.com"]);
    assert!(
        String::from_utf8_lossy(&made.stdout).starts_with("http://127.0.0.1:8080/password/reset/")
    );
    let refused = run(&data, &["user", "disable", "root@example.com"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("last active admin"));
    assert!(run(&data, &["create-admin", "second@example.com"]).status.success());
    assert!(run(&data, &["user", "disable", "root@example.com"]).status.success());
    assert!(run(&data, &["user", "enable", "root@example.com"]).status.success());
    assert!(run(&data, &["user", "reset-totp", "root@example.com"]).status.success());
    let unknown = run(&data, &["user", "disable", "nobody@example.com"]);
    assert!(said(&unknown).contains("no account"));
    assert!(run(&data, &["jobs", "list"]).status.success());
}

#[test]
fn a_demo_world_is_made_once_and_never_over_other_data() {
    let folder = tempfile::tempdir().unwrap();
    let (world, other) = (folder.path().join("world"), folder.path().join("other"));
    std::fs::create_dir(&other).unwrap();
    std::fs::write(other.join("taxes.txt"), "mine").unwrap();
    let demo =
        |dir: &Path| run(folder.path(), &["demo", "--no-serve", "--dir", dir.to_str().unwrap()]);
    let first = demo(&world);
    assert!(first.status.success(), "{}", said(&first));
    for word in
        ["client      ana@", "accountant  ben@", "admin       root@", "four unrelated words"]
    {
        assert!(said(&first).contains(word), "{}", said(&first));
    }
    assert_eq!(demo(&world).stdout, first.stdout);
    let refused = demo(&other);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("other data"));
    assert_eq!(std::fs::read_dir(&other).unwrap().count(), 1);
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
