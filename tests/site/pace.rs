//! Who holds a connection and does not move is cut off, and who is only slow is served.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::nodes::{Nodes, at_once};

const ASSET: &str = "vendor/htmx-4.0.1.bundle.js";

/// A connection whose other side keeps little for it.
fn connect(nodes: &Nodes) -> TcpStream {
    let address = nodes.address(0);
    let kind = socket2::Type::STREAM;
    let socket = socket2::Socket::new(socket2::Domain::for_address(address), kind, None).unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    socket.connect(&address.into()).unwrap();
    let stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

fn get(nodes: &Nodes, path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", nodes.address(0))
}

/// Seconds until the other side has cut us off, up to 25.
fn cut_after(stream: &TcpStream, begun: Instant) -> u64 {
    while begun.elapsed() < Duration::from_secs(25) {
        if stream.take_error().unwrap().is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    begun.elapsed().as_secs()
}

/// Asks for so much, and reads none of it.
fn never_reads(nodes: &Nodes, times: usize) -> u64 {
    let mut stream = connect(nodes);
    let request = get(nodes, footing::web::assets::address(ASSET)).repeat(times);
    stream.write_all(request.as_bytes()).unwrap();
    cut_after(&stream, Instant::now())
}

/// Reads two and a half thousand bytes a second; how many bytes came.
fn reads_slowly(nodes: &Nodes) -> usize {
    let mut stream = connect(nodes);
    let request = get(nodes, footing::web::assets::address(ASSET));
    stream
        .write_all(request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n").as_bytes())
        .unwrap();
    let (mut total, mut piece) = (0, [0; 500]);
    loop {
        match stream.read(&mut piece).unwrap() {
            0 => return total,
            length => total += length,
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Posts a form in pieces of so many bytes a second; the status of the answer, and after how long.
fn posts(nodes: &Nodes, pieces: &[usize]) -> (u16, u64) {
    let mut stream = connect(nodes);
    let begun = Instant::now();
    let length: usize = pieces.iter().sum();
    write!(
        stream,
        "POST /login HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {length}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\n",
        nodes.address(0)
    )
    .unwrap();
    for piece in pieces {
        if stream.write_all(&vec![b'a'; *piece]).is_err() {
            break;
        }
        std::thread::sleep(Duration::from_secs(1));
        if *piece == 0 {
            break;
        }
    }
    let mut answer = String::new();
    match stream.read_to_string(&mut answer) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
        Err(error) => panic!("{error}"),
    }
    let status = answer.split(' ').nth(1).map_or(0, |status| status.parse().unwrap());
    (status, begun.elapsed().as_secs())
}

enum Client {
    NeverReads(usize),
    ReadsSlowly,
    Posts(Vec<usize>, u16),
    Idle,
}

#[test]
fn who_does_not_move_for_fifteen_seconds_is_cut_off_and_who_is_slow_is_not() {
    let nodes = Nodes::start();
    let whole = nodes.get(0, &nodes.client(), footing::web::assets::address(ASSET)).body.len();
    let clients = [
        Client::NeverReads(1),
        Client::NeverReads(300),
        Client::ReadsSlowly,
        // a form without a token, however long it took to come
        Client::Posts(vec![1500; 18], 403),
        Client::Posts(vec![1500, 0, 1], 408),
        Client::Posts(vec![1; 40], 408),
        Client::Idle,
    ];
    at_once(clients.iter().map(|client| {
        let nodes = &nodes;
        move || match client {
            Client::NeverReads(times) => {
                let after = never_reads(nodes, *times);
                assert!((14..=20).contains(&after), "{times} answers: cut after {after} s");
            }
            Client::ReadsSlowly => {
                let read = reads_slowly(nodes);
                assert!(read > whole, "{read} of {whole} bytes");
            }
            Client::Posts(pieces, expected) => {
                let (status, after) = posts(nodes, pieces);
                assert_eq!(status, *expected, "after {after} s");
                assert!((14..=20).contains(&after), "{status} after {after} s");
            }
            Client::Idle => {
                let mut stream = connect(nodes);
                stream.write_all(get(nodes, "/healthz").as_bytes()).unwrap();
                let (begun, mut heard) = (Instant::now(), vec![]);
                stream.read_to_end(&mut heard).unwrap();
                assert!(begun.elapsed() < Duration::from_secs(18), "{:?}", begun.elapsed());
            }
        }
    }));
}
