//! A mail server as good or as bad as a test wants it.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// After which word of the client it says nothing any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Accept,
    Ehlo,
    Rcpt,
    Data,
}

/// What it does with mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    Takes,
    SilentAfter(Stage),
    /// Answers every recipient with this line.
    Refuses(&'static str),
    /// Turns everybody away at the door.
    Closed,
}

/// One mail as it came.
#[derive(Debug, Clone)]
pub struct Received {
    pub ehlo: String,
    pub recipient: String,
    pub content: String,
}

#[derive(Clone)]
pub struct MailServer {
    pub address: SocketAddr,
    mood: Arc<Mutex<Mood>>,
    mails: Arc<Mutex<Vec<Received>>>,
}

impl MailServer {
    pub fn start(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            mood: Arc::new(Mutex::new(mood)),
            mails: Arc::default(),
        };
        let own = server.clone();
        thread::Builder::new()
            .spawn(move || {
                for stream in listener.incoming().map_while(Result::ok) {
                    let own = own.clone();
                    thread::Builder::new().spawn(move || own.talk(stream)).unwrap();
                }
            })
            .unwrap();
        server
    }

    pub fn flag(&self) -> String {
        format!("--mail-url=smtp://{}", self.address)
    }

    pub fn turn(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    pub fn mails(&self) -> Vec<Received> {
        self.mails.lock().unwrap().clone()
    }

    /// Speaks until the client has gone. Without an answer the connection stays open.
    fn talk(&self, stream: TcpStream) -> Option<()> {
        let mood = *self.mood.lock().unwrap();
        let mut write = stream.try_clone().unwrap();
        let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
        let mut say = |line: &str| write.write_all(format!("{line}\r\n").as_bytes()).ok();
        let hush = |stage| {
            if mood == Mood::SilentAfter(stage) {
                thread::sleep(Duration::from_secs(120));
            }
        };
        hush(Stage::Accept);
        match mood {
            Mood::Closed => return say("554 not now"),
            _ => say("220 ready")?,
        }
        let mut mail =
            Received { ehlo: String::new(), recipient: String::new(), content: String::new() };
        while let Some(line) = lines.next() {
            let word = line.split([' ', ':']).next().unwrap().to_ascii_uppercase();
            match word.as_str() {
                "EHLO" => {
                    hush(Stage::Ehlo);
                    mail.ehlo = line[5..].to_owned();
                    say("250 fine")?;
                }
                "RCPT" => {
                    hush(Stage::Rcpt);
                    mail.recipient = line[8..].trim_matches(['<', '>']).to_owned();
                    match mood {
                        Mood::Refuses(words) => say(words)?,
                        _ => say("250 fine")?,
                    }
                }
                "DATA" => {
                    say("354 go on")?;
                    let body: Vec<String> = lines.by_ref().take_while(|line| line != ".").collect();
                    hush(Stage::Data);
                    mail.content = body.join("\n");
                    self.mails.lock().unwrap().push(mail.clone());
                    say("250 taken")?;
                }
                "QUIT" => return say("221 bye"),
                _ => say("250 fine")?,
            }
        }
        Some(())
    }
}
