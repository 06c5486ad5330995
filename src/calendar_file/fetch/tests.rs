//! Fetching, against a listener on this machine: what `resolve` would never allow.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::{
    CheckedAddress, FetchRefusal, Fetched, MemoryRoom, ROOM, Url, Watch, all_public, checked,
    download, get,
};

/// A target whose name leads to a listener, and what that listener answers to one request.
async fn serve(answer: Vec<u8>, then: Duration) -> (CheckedAddress, impl Future<Output = String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let url = Url::parse(&format!("http://calendar.example:{}/a.ics", address.port())).unwrap();
    let served = async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut asked = vec![0; 4096];
        let length = stream.read(&mut asked).await.unwrap();
        // The other side may have heard enough before everything is said.
        let _ = stream.write_all(&answer).await;
        tokio::time::sleep(then).await;
        String::from_utf8_lossy(&asked[..length]).into_owned()
    };
    (CheckedAddress { url, addresses: vec![address] }, served)
}

async fn answered(answer: impl Into<Vec<u8>>) -> (Result<Vec<u8>, FetchRefusal>, String) {
    let (target, served) = serve(answer.into(), Duration::ZERO).await;
    let mut watch = Watch::start(Duration::from_secs(20));
    let (got, asked) = tokio::join!(download(&target, &mut watch, &ROOM), served);
    (got.map(|fetched| fetched.file), asked)
}

#[tokio::test]
async fn a_calendar_is_fetched_from_the_checked_address_and_no_other() {
    // The name does not exist anywhere: only the given address can have answered.
    let (got, asked) = answered("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello").await;
    assert_eq!(got.unwrap(), b"hello");
    assert!(asked.starts_with("GET /a.ics HTTP/1.1\r\n"), "{asked}");
    assert!(asked.to_lowercase().contains("host: calendar.example"), "{asked}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let to = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(answered(to).await.0, Err(FetchRefusal::Forwards));
}

#[tokio::test]
async fn only_an_answer_of_200_is_a_calendar() {
    for code in [204, 206, 404, 500] {
        let answer = format!("HTTP/1.1 {code} No\r\nContent-Length: 0\r\n\r\n");
        assert_eq!(answered(answer).await.0, Err(FetchRefusal::Answered(code)));
    }
    assert_eq!(answered("not http at all").await.0, Err(FetchRefusal::Broken));
    let short = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf";
    assert_eq!(answered(short).await.0, Err(FetchRefusal::Broken));
}

#[tokio::test]
async fn ten_megabytes_are_taken_and_a_byte_more_is_not() {
    // Without a length, so that only counting while reading can tell.
    for (length, is_taken) in [(10_000_000, true), (10_000_001, false)] {
        let mut answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
        answer.resize(answer.len() + length, b'x');
        let got = answered(answer).await.0;
        assert_eq!(
            got.map(|body| body.len()),
            if is_taken { Ok(length) } else { Err(FetchRefusal::TooLarge) }
        );
    }
}

#[tokio::test]
async fn a_site_that_stalls_is_left() {
    let half = b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf".to_vec();
    let (target, served) = serve(half, Duration::from_secs(60)).await;
    let mut watch = Watch::start(Duration::from_millis(200));
    let got = tokio::select! {
        got = download(&target, &mut watch, &ROOM) => got,
        _ = served => panic!("the listener ended first"),
    };
    assert_eq!(got.err(), Some(FetchRefusal::TooSlow));
}

/// A room of its own for one test.
fn room(places: usize, patience: Duration) -> &'static MemoryRoom {
    Box::leak(Box::new(MemoryRoom::new(places, patience)))
}

/// What a site sends that says how long its answer is.
async fn fetched(
    (says, sends): (usize, usize),
    room: &'static MemoryRoom,
    time: u64,
) -> Result<Fetched, FetchRefusal> {
    let mut answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {says}\r\n\r\n").into_bytes();
    answer.resize(answer.len() + sends, b'x');
    let (target, served) = serve(answer, Duration::ZERO).await;
    let mut watch = Watch::start(Duration::from_millis(time));
    tokio::join!(download(&target, &mut watch, room), served).0
}

const SMALL: (usize, usize) = (MemoryRoom::SMALL, MemoryRoom::SMALL);
const LARGE: (usize, usize) = (MemoryRoom::SMALL + 1, MemoryRoom::SMALL + 1);
const LARGEST: (usize, usize) = (10_000_000, 10_000_000);

#[tokio::test]
async fn of_large_calendars_so_many_are_held_as_there_are_places_and_small_ones_need_none() {
    let room = room(2, Duration::from_millis(300));
    let first = fetched(LARGE, room, 5_000).await.unwrap();
    let _second = fetched(LARGEST, room, 5_000).await.unwrap();
    assert_eq!(fetched(LARGE, room, 5_000).await.err(), Some(FetchRefusal::Crowded));
    for _ in 0..5 {
        assert_eq!(fetched(SMALL, room, 5_000).await.unwrap().file.len(), MemoryRoom::SMALL);
    }
    // a place is free again once its file was read, and not before
    drop(first);
    let third = fetched(LARGE, room, 5_000).await.unwrap();
    assert!(third.file.iter().all(|byte| *byte == b'x') && third.file.len() == LARGE.0);
    drop(third);
    // what is refused or breaks off takes none with it
    let (too_large, cut) = ((10_000_001, 10_000_001), (LARGE.0 + 9, LARGE.1));
    assert_eq!(fetched(too_large, room, 5_000).await.err(), Some(FetchRefusal::TooLarge));
    assert_eq!(fetched(cut, room, 5_000).await.err(), Some(FetchRefusal::Broken));
    fetched(LARGE, room, 5_000).await.unwrap();
}

#[tokio::test]
async fn many_large_calendars_at_once_all_come_one_after_the_other() {
    let room = room(1, Duration::from_secs(20));
    let all = (0..8).map(|_| async { fetched(LARGEST, room, 20_000).await.map(drop) });
    assert!(futures_util::future::join_all(all).await.iter().all(Result::is_ok));
}

#[tokio::test]
async fn waiting_for_a_place_is_none_of_the_time_that_a_site_has() {
    let room = room(1, Duration::from_secs(20));
    let held = fetched(LARGE, room, 5_000).await.unwrap();
    let release = async {
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        drop(held);
    };
    let (late, ()) = tokio::join!(fetched(LARGE, room, 1_000), release);
    assert_eq!(late.unwrap().file.len(), LARGE.0);
}

#[tokio::test]
async fn addresses_of_our_own_network_are_never_connected_to() {
    let ours = [
        "https://127.0.0.1/",
        "https://127.1/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest",
        "https://localhost/a.ics",
    ];
    for url in ours {
        assert_eq!(get(url).await.err(), Some(FetchRefusal::NotPublic), "{url}");
    }
}

#[test]
fn only_plain_https_addresses_are_taken() {
    let cases = [
        ("https://example.org/a.ics?key=1", None),
        ("https://example.org:443/a.ics", None),
        ("  HTTPS://Example.org/a.ics ", None),
        ("http://example.org/a.ics", Some(FetchRefusal::NotHttps)),
        ("file:///etc/passwd", Some(FetchRefusal::NotHttps)),
        ("example.org/a.ics", Some(FetchRefusal::NotHttps)),
        ("https://", Some(FetchRefusal::NotHttps)),
        ("", Some(FetchRefusal::NotHttps)),
        ("https://example.org:8443/", Some(FetchRefusal::NotPlain)),
        ("https://example.org:80/", Some(FetchRefusal::NotPlain)),
        ("https://ana@example.org/", Some(FetchRefusal::NotPlain)),
        ("https://ana:secret@example.org/", Some(FetchRefusal::NotPlain)),
        ("https://:secret@example.org/", Some(FetchRefusal::NotPlain)),
    ];
    for (url, refused) in cases {
        assert_eq!(checked(url).err(), refused, "{url}");
    }
    assert_eq!(
        checked(&format!("https://a.org/{}", "x".repeat(2_000))).err(),
        Some(FetchRefusal::NotHttps)
    );
}

#[test]
fn one_private_answer_spoils_all() {
    let answers = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
    assert!(all_public(answers(&["8.8.8.8:443", "[2606:4700::1]:443"])).is_ok());
    let mixed = answers(&["8.8.8.8:443", "10.0.0.1:443"]);
    assert_eq!(all_public(mixed), Err(FetchRefusal::NotPublic));
    assert_eq!(all_public(vec![]), Err(FetchRefusal::Unknown));
}
