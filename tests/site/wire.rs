//! An answer of a real process, as it came over the wire; and many asking at once.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Barrier;
use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub location: String,
    head: String,
    pub body: String,
}

impl Reply {
    pub fn read(text: &str) -> Option<Self> {
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let mut reply =
            Self { status, location: String::new(), head: head.to_owned(), body: body.to_owned() };
        reply.location = reply.headers("location").pop().unwrap_or_default();
        Some(reply)
    }

    fn headers(&self, name: &str) -> Vec<String> {
        let pairs = self.head.lines().filter_map(|line| line.split_once(": "));
        pairs
            .filter(|(header, _)| header.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.to_owned())
            .collect()
    }

    /// What a browser sends from now on: its cookies, with those that this set.
    pub fn cookies(&self, before: &str) -> String {
        let mut jar: Vec<String> = before.split("; ").map(str::to_owned).collect();
        for set in self.headers("set-cookie") {
            let pair = set.split(';').next().unwrap();
            let name = pair.split('=').next().unwrap();
            jar.retain(|kept| kept.split('=').next() != Some(name) && !kept.is_empty());
            jar.push(pair.to_owned());
        }
        jar.join("; ")
    }

    /// The JSON of the body, whatever chunks it came in.
    pub fn json(&self) -> &str {
        let from = self.body.find('{').unwrap_or(0);
        let to = self.body.rfind('}').map_or(from, |end| end + 1);
        &self.body[from..to]
    }

    /// The token of the page's forms.
    pub fn token(&self) -> String {
        let field = self.body.split("name=\"csrf\" value=\"").nth(1).expect("a form");
        field.split('"').next().unwrap().to_owned()
    }
}

/// Everybody starts at once; the answers in the order of the acts.
pub fn at_once<T: Send, F: FnOnce() -> T + Send>(acts: impl IntoIterator<Item = F>) -> Vec<T> {
    let acts: Vec<F> = acts.into_iter().collect();
    let gate = Barrier::new(acts.len());
    std::thread::scope(|scope| {
        let start = |act: F| {
            scope.spawn(|| {
                gate.wait();
                act()
            })
        };
        let threads: Vec<_> = acts.into_iter().map(start).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// Whether the server here answers; a listener alone takes connections long before.
pub fn has_begun(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(answer.starts_with(b"HTTP/1.1 "))
    };
    ask().unwrap_or(false)
}
