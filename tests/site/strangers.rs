//! What strangers and the careless send to a real process: it answers, grows no fatter, and says
//! nothing loud about it.

use std::io::{Cursor, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use footing::accountants::Photo;
use image::{DynamicImage, ImageBuffer, ImageFormat, RgbImage, Rgba};

use crate::nodes::{Nodes, at_once};
use crate::support::service;

/// Sends bytes and hears what comes back until the other side ends, or says nothing for a while.
fn throw(nodes: &Nodes, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(nodes.address(0)).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(1500))).unwrap();
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let mut heard = vec![];
    let _ = stream.read_to_end(&mut heard);
    heard
}

/// A hundred requests and more, each wrong in its own way.
fn malformed(host: &str) -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = vec![
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(), // TLS
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
        b"\r\n\r\n\r\n\r\n".to_vec(),
        b"\0\0\0\0".to_vec(),
        vec![0xff; 4000],
        vec![b'A'; 300_000],
        b"SSH-2.0-OpenSSH_9.6\r\n".to_vec(),
        b"GET / HTTP/1.1\r\n".to_vec(),
        b"GET / HTTP/1.1\nHost x\n\n".to_vec(),
        b"GET / HTTP/9.9\r\n\r\n".to_vec(),
        b"GET http://[::1 HTTP/1.1\r\n\r\n".to_vec(),
        b"G\xc3\x28T / HTTP/1.1\r\n\r\n".to_vec(),
    ];
    let lines = ["GET /", "GET /%", "GET /%ff%fe", "GET /\u{1}", "GET //x/../..", "GET *"];
    for line in lines {
        for headers in [
            "",
            "Host: \r\n",
            "Host: evil.example\r\n",
            "Host: a\r\nHost: b\r\n",
            ": empty\r\n",
            "A B: c\r\n",
            "X: \u{1}\r\n",
            "Cookie: id=\u{7f}; ;;=; __Host-id=x\r\n",
        ] {
            all.push(format!("{line} HTTP/1.1\r\n{headers}\r\n").into_bytes());
        }
    }
    all.extend(bodies(host));
    for upgrade in ["Upgrade: websocket", "Upgrade: h2c", "Sec-WebSocket-Key: x", "Expect: nothing"]
    {
        let head =
            format!("GET /ws HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\n{upgrade}\r\n\r\n");
        all.push([head.as_bytes(), &[0xff; 100]].concat());
    }
    all
}

/// Bodies that are not what their headers say.
fn bodies(host: &str) -> Vec<Vec<u8>> {
    let mut all = vec![];
    let bodies = [
        ("Content-Length: -1", "x"),
        ("Content-Length: 18446744073709551616", "x"),
        ("Content-Length: 5\r\nContent-Length: 6", "xxxxx"),
        ("Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
        ("Content-Length: 500", "cut off"),
        ("Transfer-Encoding: chunked", "zz\r\n"),
        ("Transfer-Encoding: chunked", "ffffffffffffffffff\r\n"),
        ("Transfer-Encoding: chunked", "5\r\nab"),
        ("Transfer-Encoding: gzip", "x"),
        ("Content-Encoding: gzip\r\nContent-Length: 4", "oops"),
        ("Content-Encoding: br\r\nContent-Length: 4", "\u{1}\u{2}\u{3}\u{4}"),
    ];
    for kind in [
        "application/x-www-form-urlencoded",
        "application/json",
        "multipart/form-data; boundary=line",
        "multipart/form-data",
        "nonsense",
    ] {
        for (headers, body) in bodies {
            let path = if kind.contains("json") { "/send_message" } else { "/login" };
            all.push(
                format!(
                    "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {kind}\r\n{headers}\r\n\r\n{body}"
                )
                .into_bytes(),
            );
        }
    }
    all
}

#[test]
fn malformed_requests_leave_nothing_in_the_log_that_would_wake_an_operator() {
    let nodes = Nodes::start();
    let host = nodes.address(0).to_string();
    let all = malformed(&host);
    assert!(all.len() > 100);
    for some in all.chunks(20) {
        let heard = at_once(some.iter().map(|bytes| || throw(&nodes, bytes)));
        for (sent, heard) in some.iter().zip(heard) {
            let answer = String::from_utf8_lossy(&heard);
            assert!(!answer.starts_with("HTTP/1.1 5"), "{}", String::from_utf8_lossy(sent));
        }
    }
    let loud =
        |line: &&str| line.contains("WARN") || line.contains("ERROR") || line.contains("panic");
    let log = nodes.log(0);
    assert_eq!(log.lines().filter(loud).collect::<Vec<_>>(), Vec::<&str>::new());
}

fn file_of(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(vec![]);
    picture.into().write_to(&mut file, format).unwrap();
    file.into_inner()
}

fn deep(side: u32) -> Vec<u8> {
    file_of(ImageBuffer::<Rgba<u16>, _>::new(side, side), ImageFormat::Png)
}

/// Small files that are large pictures, as large as each kind may be and larger.
fn hostile() -> Vec<Vec<u8>> {
    vec![
        file_of(RgbImage::new(4900, 5000), ImageFormat::WebP),
        file_of(RgbImage::new(1500, 1900), ImageFormat::WebP),
        file_of(RgbImage::new(7900, 8000), ImageFormat::Jpeg),
        file_of(RgbImage::new(96, 65_000), ImageFormat::Jpeg),
        file_of(RgbImage::new(9000, 9000), ImageFormat::Png),
    ]
}

#[test]
fn fifty_hostile_pictures_leave_the_process_as_small_as_it_was() {
    let nodes = Nodes::start();
    let practice = nodes.practice(&[service(8_500)], Default::default());
    let ben = nodes.at_desk(&practice);
    let (deep, files) = (deep(5000), hostile());
    let mut most = 0;
    for file in std::iter::once(&deep).chain(files.iter().cycle().take(48)).chain([&deep]) {
        assert!(file.len() < Photo::MOST_BYTES);
        let answer = nodes.upload(0, &ben, "/practice/photo", file);
        assert!([303, 422].contains(&answer.status), "{answer:?}");
        most = most.max(nodes.memory(0));
    }
    assert!(most < 100, "{most} MiB");
}

#[test]
fn more_pictures_than_there_is_room_for_are_told_to_come_back() {
    let nodes = Nodes::start();
    let others: Vec<_> = (0..5)
        .map(|_| nodes.at_desk(&nodes.practice(&[service(8_500)], Default::default())))
        .collect();
    let file = &deep(2500);
    let before = nodes.memory(0); // whoever signs in leaves some behind
    let answers =
        at_once(others.iter().map(|ben| || nodes.upload(0, ben, "/practice/photo", file)));
    let count = |status| answers.iter().filter(|answer| answer.status == status).count();
    assert!(count(303) >= 3 && count(503) >= 1, "{answers:?}");
    assert_eq!(count(303) + count(503), 5);
    let busy = answers.iter().find(|answer| answer.status == 503).unwrap();
    assert!(busy.body.contains("The site is busy"));
    let grown = nodes.memory(0).saturating_sub(before);
    assert!(grown < 50, "{grown} MiB more");
    let again = nodes.upload(0, &others[0], "/practice/photo", file);
    assert_eq!(again.status, 303, "{again:?}");
}
