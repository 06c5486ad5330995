//! One request over a plain connection, with bytes that no HTTP library would send.

use std::io::{BufRead, BufReader, Error, Read, Result, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// How the body comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    Whole,
    Chunked,
    /// It is announced as longer, and the line goes dead.
    CutOff,
}

#[derive(Clone, Debug)]
pub struct Ask {
    pub method: String,
    /// Path and query, as on the wire.
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub sending: Sending,
}

#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Ask {
    pub fn bytes(&self, host: SocketAddr) -> Vec<u8> {
        let mut bytes = format!("{} {} HTTP/1.1\r\n", self.method, self.target).into_bytes();
        let mut add = |name: &str, value: &str| {
            bytes.extend(format!("{name}: {value}\r\n").as_bytes());
        };
        if !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            add("Host", &host.to_string());
        }
        for (name, value) in &self.headers {
            add(name, value);
        }
        match self.sending {
            Sending::Whole => add("Content-Length", &self.body.len().to_string()),
            Sending::CutOff => add("Content-Length", &(self.body.len() + 7).to_string()),
            Sending::Chunked => add("Transfer-Encoding", "chunked"),
        }
        bytes.extend(b"\r\n");
        if self.sending == Sending::Chunked {
            for chunk in self.body.chunks(1_000) {
                bytes.extend(format!("{:x}\r\n", chunk.len()).as_bytes());
                bytes.extend(chunk);
                bytes.extend(b"\r\n");
            }
            bytes.extend(b"0\r\n\r\n");
        } else {
            bytes.extend(&self.body);
        }
        bytes
    }
}

impl Answer {
    pub fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let pairs = self.head.lines().filter_map(|line| line.split_once(": "));
        pairs.filter(move |(is, _)| is.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// A connection that is kept while both sides want to.
#[derive(Default)]
pub struct Connection(Option<(SocketAddr, BufReader<TcpStream>)>);

/// Longer than the site gives a body.
const PATIENCE: Duration = Duration::from_secs(30);

impl Connection {
    /// The answer and how long it took.
    pub fn send(&mut self, address: SocketAddr, ask: &Ask) -> Result<(Answer, Duration)> {
        let bytes = ask.bytes(address);
        let kept = self.0.take().filter(|(to, _)| *to == address);
        if let Some((_, stream)) = kept {
            // it may have been closed meanwhile
            if let Ok(done) = self.talk(address, stream, ask, &bytes) {
                return Ok(done);
            }
        }
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        self.talk(address, BufReader::new(stream), ask, &bytes)
    }

    fn talk(
        &mut self,
        address: SocketAddr,
        mut stream: BufReader<TcpStream>,
        ask: &Ask,
        bytes: &[u8],
    ) -> Result<(Answer, Duration)> {
        let begun = Instant::now();
        // a body that nobody wants is answered before it is all there
        let written = stream.get_mut().write_all(bytes);
        if ask.sending == Sending::CutOff {
            let _ = stream.get_ref().shutdown(Shutdown::Write);
        }
        let answer = read(&mut stream, &ask.method)?;
        let took = begun.elapsed();
        let is_closing = answer.headers("connection").any(|value| value.contains("close"));
        if written.is_ok() && ask.sending == Sending::Whole && !is_closing && answer.status != 101 {
            self.0 = Some((address, stream));
        }
        Ok((answer, took))
    }
}

fn line(stream: &mut BufReader<TcpStream>) -> Result<String> {
    let mut line = vec![];
    stream.read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Err(Error::other("the connection was closed"));
    }
    Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
}

fn read(stream: &mut BufReader<TcpStream>, method: &str) -> Result<Answer> {
    let mut answer = Answer::default();
    loop {
        let first = line(stream)?;
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
        answer.status = status.ok_or_else(|| Error::other(format!("no answer: {first}")))?;
        loop {
            let next = line(stream)?;
            if next.is_empty() {
                break;
            }
            answer.head += &next;
            answer.head.push('\n');
        }
        if answer.status != 100 {
            break;
        }
    }
    let length = answer.headers("content-length").next().and_then(|length| length.parse().ok());
    let is_chunked = answer.headers("transfer-encoding").any(|value| value == "chunked");
    let mut body = vec![];
    if method == "HEAD" || [101, 204, 304].contains(&answer.status) {
        return Ok(answer);
    } else if let Some(length) = length {
        body = vec![0; length];
        stream.read_exact(&mut body)?;
    } else if is_chunked {
        loop {
            let size = usize::from_str_radix(&line(stream)?, 16).map_err(Error::other)?;
            let from = body.len();
            body.resize(from + size, 0);
            stream.read_exact(&mut body[from..])?;
            stream.read_exact(&mut [0; 2])?;
            if size == 0 {
                break;
            }
        }
    } else {
        stream.read_to_end(&mut body)?;
    }
    answer.body = String::from_utf8_lossy(&body).into_owned();
    Ok(answer)
}
