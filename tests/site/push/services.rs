//! The push services of all browsers, on this machine.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One request that a push service got.
#[derive(Debug, Clone)]
pub struct Asked {
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

/// Every push service there is, on this machine. It answers 201 unless it is told otherwise.
#[derive(Clone)]
pub struct Services {
    pub flag: String,
    pub asked: Rc<RefCell<Vec<Asked>>>,
    pub answers: Rc<RefCell<VecDeque<u16>>>,
}

impl Services {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let flag = format!("--test-push={}", listener.local_addr().unwrap());
        let services = Self { flag, asked: Rc::default(), answers: Rc::default() };
        let own = services.clone();
        actix_web::rt::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let own = own.clone();
                actix_web::rt::spawn(async move { own.answer(stream).await });
            }
        });
        services
    }

    async fn answer(&self, mut stream: TcpStream) {
        let mut bytes = vec![];
        let end = loop {
            let mut more = [0; 4096];
            let length = stream.read(&mut more).await.unwrap();
            bytes.extend_from_slice(&more[..length]);
            let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
            if end.is_some() || length == 0 {
                break end;
            }
        };
        let Some(end) = end else { return };
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let mut lines = head.split("\r\n");
        let path = lines.next().unwrap().strip_prefix("POST ").expect("a POST");
        let path = path.split(' ').next().unwrap().to_owned();
        let pairs = lines.map(|line| line.split_once(": ").unwrap());
        let headers = pairs.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
        self.asked.borrow_mut().push(Asked { path, headers, body: bytes[end + 4..].to_vec() });
        let status = self.answers.borrow_mut().pop_front().unwrap_or(201);
        let answer =
            format!("HTTP/1.1 {status} So\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        stream.write_all(answer.as_bytes()).await.unwrap();
    }

    pub fn count(&self) -> usize {
        self.asked.borrow().len()
    }
}
