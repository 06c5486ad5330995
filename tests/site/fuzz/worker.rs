//! One of those who send: makes a request, sends it, looks at the answer.

use std::io;
use std::time::Duration;

use actix_web::http::Method;
use footing::routes::{Audience, RouteRow};
use serde_json::Value;

use super::bodies::bent_json;
use super::cast::{Cast, STRANGER, stranger};
use super::chance::Chance;
use super::connection::{Answer, Ask, Connection, Sending};
use super::known::Known;
use super::tally::Tally;
use super::values;
use crate::nodes::{Nodes, Person};

/// How far a request is from what a page of ours would send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    Sound,
    Bent,
    Wild,
}

pub struct World<'a> {
    pub nodes: &'a Nodes,
    pub cast: &'a Cast,
    pub known: &'a Known,
    pub lines: &'a [RouteRow],
    pub photo: &'a [u8],
    pub slowest: Duration,
}

pub struct Worker<'a> {
    pub world: &'a World<'a>,
    pub chance: Chance,
    pub tally: Tally,
    connections: Vec<Connection>,
    /// A browser of the worker's own, for whoever is not signed in.
    pub stranger: Person,
}

impl<'a> Worker<'a> {
    pub fn new(world: &'a World<'a>, seed: u64) -> Self {
        Self {
            world,
            chance: Chance::new(seed),
            tally: Tally::default(),
            connections: (0..world.nodes.count()).map(|_| Connection::default()).collect(),
            stranger: stranger(world.nodes),
        }
    }

    /// The `nth` request of all: the first go through the table as it is written.
    pub fn step(&mut self, nth: usize) {
        let lines = self.world.lines;
        let at = if nth < lines.len() { nth } else { self.chance.below(lines.len()) };
        // mails hold links that nothing else shows
        let mails = lines.iter().find(|line| line.path == "/dev/mail" && self.chance.one_in(60));
        let line = mails.unwrap_or(&lines[at]);
        let manner = match self.chance.below(5) {
            0..=1 => Manner::Sound,
            2..=3 => Manner::Bent,
            _ => Manner::Wild,
        };
        let who = self.asker(line, manner);
        if self.chance.one_in(40) {
            self.stranger = stranger(self.world.nodes);
        }
        match (line.path, self.world.cast.sides[who]) {
            ("/send_message", Some(side)) => self.write(line, manner, who, side),
            ("/messages/{id}/epochs", Some(side)) if line.method == Method::POST => {
                self.begin_epoch(line, manner, who, side);
            }
            ("/ws", Some(_)) if manner != Manner::Wild => self.open_socket(who),
            _ => {
                let ask = self.ask(line, manner, who);
                let _ = self.send(line, manner, who, &ask);
            }
        }
    }

    /// Somebody who may, or anybody.
    fn asker(&mut self, line: &RouteRow, manner: Manner) -> usize {
        let count = self.world.cast.people.len();
        let anybody = self.chance.below(count);
        let (sides, last) = (&self.world.cast.sides, count - 1);
        let fits = |nth: usize| match line.who {
            Audience::Everybody | Audience::Machines => nth == STRANGER,
            Audience::SignedIn => nth != STRANGER,
            Audience::Members => nth != STRANGER && nth != last,
            Audience::Clients => sides[nth].is_some_and(|(_, is_ana)| is_ana),
            Audience::Accountants => sides[nth].is_some_and(|(_, is_ana)| !is_ana),
            Audience::Admins => nth == last,
        };
        let fitting: Vec<usize> = (0..count).filter(|nth| fits(*nth)).collect();
        let is_any = manner == Manner::Wild || self.chance.one_in(5);
        if is_any {
            return anybody;
        }
        let has = |nth: &usize| self.world.known.has_address(*nth, line.path);
        let shown: Vec<usize> = fitting.iter().copied().filter(has).collect();
        *self.chance.pick(&shown).or(fitting.first()).unwrap()
    }

    /// Sends, and takes in what the answer says.
    pub fn send(
        &mut self,
        line: &RouteRow,
        manner: Manner,
        who: usize,
        ask: &Ask,
    ) -> io::Result<Answer> {
        let nth = self.chance.below(self.world.nodes.count());
        let address = self.world.nodes.address(nth);
        let outcome = self.connections[nth].send(address, ask);
        let pattern = format!("{} {}", line.method, line.path);
        let is_owed = manner != Manner::Wild && ask.sending == Sending::Whole;
        self.tally.note(&pattern, ask, &outcome, self.world.slowest, is_owed);
        let answer = outcome?.0;
        self.take_in(who, ask, &answer);
        Ok(answer)
    }

    fn take_in(&mut self, who: usize, ask: &Ask, answer: &Answer) {
        let known = self.world.known;
        let is_page = answer.headers("content-type").any(|kind| kind.starts_with("text/html"));
        if is_page && [200, 422].contains(&answer.status) && !self.chance.one_in(3) {
            known.learn(who, &answer.body);
        }
        let location = answer.headers("location").next().unwrap_or("").to_owned();
        if answer.status == 201 {
            let told = serde_json::from_str::<Value>(&answer.body).unwrap_or_default();
            let path = ask.target.split('?').next().unwrap_or("");
            if let Some(id) = told["id"].as_str() {
                known.learn_address(who, format!("{path}/{id}"));
            }
        }
        let is_signed_out = answer.status == 401
            || location.starts_with("/login")
            || answer.headers("set-cookie").any(|set| set.starts_with("__Host-footing="));
        if who == STRANGER {
            for set in answer.headers("set-cookie") {
                let pair = set.split(';').next().unwrap_or("");
                let name = pair.split('=').next().unwrap_or("");
                let kept = self.stranger.cookies.split("; ");
                let kept = kept.filter(|one| one.split('=').next() != Some(name));
                let cookies: Vec<&str> = kept.chain([pair]).collect();
                self.stranger.cookies = cookies.join("; ");
            }
        } else if is_signed_out && self.chance.one_in(4) {
            self.world.cast.sign_in_again(self.world.nodes, who);
        } else if !location.is_empty() {
            known.learn_address(who, location);
        }
    }

    /// A sealed message, whole or bent. The device's count goes up if it was taken.
    fn write(&mut self, line: &RouteRow, manner: Manner, who: usize, (nth, is_ana): (usize, bool)) {
        let cast = self.world.cast;
        let mut pair = cast.pairs[nth].lock().unwrap();
        let text: String = values::nonsense(&mut self.chance).chars().take(2_000).collect();
        let letter = pair.letter(is_ana, &text);
        let body = match manner {
            Manner::Sound => letter.to_string(),
            _ => bent_json(&mut self.chance, letter),
        };
        let ask = self.with_json(line, manner, who, body);
        let sent = self.send(line, manner, who, &ask);
        if !sent.is_ok_and(|answer| [200, 201].contains(&answer.status)) {
            pair.take_back(is_ana);
        }
    }

    fn begin_epoch(&mut self, line: &RouteRow, manner: Manner, who: usize, side: (usize, bool)) {
        let cast = self.world.cast;
        let mut pair = cast.pairs[side.0].lock().unwrap();
        let proposed = pair.propose_epoch(side.1);
        let body = match manner {
            Manner::Sound => proposed.body.to_string(),
            _ => bent_json(&mut self.chance, proposed.body.clone()),
        };
        let mut ask = self.with_json(line, manner, who, body);
        if manner == Manner::Sound {
            ask.target = format!("/messages/{}/epochs", pair.conv.id);
        }
        let sent = self.send(line, manner, who, &ask);
        if sent.is_ok_and(|answer| answer.status == 201) {
            pair.take_epoch(&proposed);
        }
    }

    /// A page's socket says this and that, and is gone.
    fn open_socket(&mut self, who: usize) {
        let person = self.world.cast.person(who);
        let nth = self.chance.below(self.world.nodes.count());
        let Ok(mut socket) = self.world.nodes.connect_page(nth, &person) else { return };
        self.tally.sockets += 1;
        for _ in 0..self.chance.below(12) {
            let conv = self.world.known.id(&mut self.chance).unwrap_or_default();
            let frame = match self.chance.below(4) {
                0 => serde_json::json!({"t": "sub", "conv": conv, "after": 0}),
                1 => serde_json::json!({"t": "sub", "booking": conv}),
                2 => serde_json::json!({"t": "typing", "conv": conv}),
                _ => serde_json::json!({"t": "hb"}),
            };
            match self.chance.one_in(3) {
                true => socket.say(&bent_json(&mut self.chance, frame)),
                false => socket.say(&frame.to_string()),
            }
        }
    }
}
