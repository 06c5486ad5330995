//! What people ask the real processes for, over plain HTTP.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::nodes::{Nodes, Person};
use crate::wire::Reply;

impl Nodes {
    pub fn get(&self, nth: usize, person: &Person, path: &str) -> Reply {
        self.ask(nth, Some(person), "GET", path, &[])
    }

    pub fn post(&self, nth: usize, person: &Person, path: &str, form: &[(&str, &str)]) -> Reply {
        self.ask(nth, Some(person), "POST", path, form)
    }

    /// The same to a node that may die over it.
    pub fn try_post(
        &self,
        nth: usize,
        person: &Person,
        path: &str,
        form: &[(&str, &str)],
    ) -> std::io::Result<Reply> {
        self.try_ask(nth, Some(person), "POST", path, form)
    }

    /// What a script of a page posts.
    pub fn post_json(
        &self,
        nth: usize,
        person: &Person,
        path: &str,
        body: &serde_json::Value,
    ) -> std::io::Result<Reply> {
        let headers = format!(
            "Content-Type: application/json\r\nAccept: application/json\r\nX-CSRF-Token: {}\r\n",
            person.token
        );
        self.talk(nth, Some(person), ("POST", path), &headers, body.to_string().as_bytes())
    }

    /// Posts one file as a browser does.
    pub fn upload(&self, nth: usize, person: &Person, path: &str, file: &[u8]) -> Reply {
        let mut body = b"--line\r\nContent-Disposition: form-data; name=\"file\"; \
            filename=\"a\"\r\nContent-Type: application/octet-stream\r\n\r\n"
            .to_vec();
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--line--\r\n");
        let headers = format!(
            "Content-Type: multipart/form-data; boundary=line\r\nX-CSRF-Token: {}\r\n",
            person.token
        );
        self.talk(nth, Some(person), ("POST", path), &headers, &body).unwrap()
    }

    pub fn ask(
        &self,
        nth: usize,
        person: Option<&Person>,
        method: &str,
        path: &str,
        form: &[(&str, &str)],
    ) -> Reply {
        let reply = self.try_ask(nth, person, method, path, form).unwrap();
        assert!(reply.status < 500, "{method} {path}: {reply:?}");
        reply
    }

    pub fn try_ask(
        &self,
        nth: usize,
        person: Option<&Person>,
        method: &str,
        path: &str,
        form: &[(&str, &str)],
    ) -> std::io::Result<Reply> {
        let mut fields = form.to_vec();
        fields.extend(person.map(|person| ("csrf", person.token.as_str())));
        let body = match method {
            "POST" => serde_html_form::to_string(&fields).unwrap(),
            _ => String::new(),
        };
        let headers = "Content-Type: application/x-www-form-urlencoded\r\n";
        self.talk(nth, person, (method, path), headers, body.as_bytes())
    }

    fn talk(
        &self,
        nth: usize,
        person: Option<&Person>,
        (method, path): (&str, &str),
        headers: &str,
        body: &[u8],
    ) -> std::io::Result<Reply> {
        let address = self.find_address(nth)?;
        let mut stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        let cookies = person.map_or("", |person| &person.cookies);
        // each person comes from a network of their own
        let network = person.map_or(1, |person| person.id.0 >> 3);
        let (high, low) = ((network >> 8) & 255, network & 255);
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
             X-Forwarded-For: 10.{high}.{low}.1\r\nCookie: {cookies}\r\n{headers}\
             Content-Length: {}\r\n\r\n",
            body.len()
        )?;
        stream.write_all(body)?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        Reply::read(&text).ok_or_else(|| std::io::Error::other("no whole answer came"))
    }
}
