//! A request for a line of the table: its address, its headers, its body.

use actix_web::http::Method;
use footing::routes::RouteRow;
use footing::seal::{base64url, sha256};

use super::bodies::{BOUNDARY, bend_fields, bent_json, encode, json_for, multipart};
use super::calendars::calendar;
use super::cast::STRANGER;
use super::connection::{Ask, Sending};
use super::headers::{odd, odd_cookies};
use super::pages::{Field, Form};
use super::values::{bent, encoded, mutated, nonsense, piece, sensible};
use super::worker::{Manner, Worker};

/// What queries ask for, all addresses together.
const QUERY: &[&str] = &[
    "q",
    "after",
    "before",
    "before_seq",
    "after_seq",
    "open",
    "user",
    "screen_size",
    "before_timestamp",
    "tz",
    "from",
    "next",
    "sort",
    "specialism",
    "language",
    "country",
    "client",
    "role",
    "tab",
    "state",
    "page",
    "mode",
    "price_max",
    "currency",
    "offer",
    "day",
    "v",
];

impl Worker<'_> {
    pub fn ask(&mut self, line: &RouteRow, manner: Manner, who: usize) -> Ask {
        if line.is_script && line.method != Method::GET {
            if line.path == "/blobs/{id}/parts/{n}" {
                return self.part_of_file(line, manner, who);
            }
            let (nth, _) = self.world.cast.sides[who].unwrap_or((0, true));
            let conv = self.world.cast.pairs[nth].lock().unwrap().conv.id.to_string();
            let user = self.world.cast.person(who).id.0;
            let body = json_for(&mut self.chance, line.path, user, &conv);
            let body = match manner {
                Manner::Sound => body.to_string(),
                _ => bent_json(&mut self.chance, body),
            };
            return self.with_json(line, manner, who, body);
        }
        let form = self.form(line, manner, who);
        let mut fields = form.filled(&mut self.chance);
        fields.retain(|field| field.name != "csrf");
        if manner != Manner::Sound {
            bend_fields(&mut self.chance, &mut fields);
        }
        if line.method == Method::GET {
            return self.looking(line, manner, who, &form, &fields);
        }
        let target = match manner {
            Manner::Sound if !form.action.is_empty() => form.action.clone(),
            _ => self.target(line, manner, who),
        };
        let token = self.token(manner, who);
        fields.insert(0, Field { name: "csrf".to_owned(), value: token, ..Field::default() });
        let mut ask = self.bare(line, manner, who, target);
        let is_upload = form.is_upload || manner == Manner::Wild && self.chance.one_in(4);
        let (kind, body) = match is_upload {
            true => {
                (format!("multipart/form-data; boundary={BOUNDARY}"), self.parts(&fields, manner))
            }
            false => ("application/x-www-form-urlencoded".to_owned(), encode(&fields)),
        };
        ask.headers.insert(0, ("Content-Type".to_owned(), kind));
        ask.body = body;
        self.spoil(manner, &mut ask);
        ask
    }

    fn parts(&mut self, fields: &[Field], manner: Manner) -> Vec<u8> {
        let is_photo = fields.len() == 1 && !self.chance.one_in(4);
        let is_broken = manner != Manner::Sound;
        if is_photo {
            let photo = ("photo", "me.png", self.world.photo);
            return multipart(&mut self.chance, fields, photo, is_broken);
        }
        let calendar = calendar(&mut self.chance, is_broken);
        // what is wrong is in the file, or around it
        let is_broken = is_broken && self.chance.one_in(2);
        multipart(&mut self.chance, fields, ("ics", "home.ics", &calendar), is_broken)
    }

    /// A form of a page that leads there; where none was seen, some fields.
    fn form(&mut self, line: &RouteRow, manner: Manner, who: usize) -> Form {
        let known = self.world.known;
        let seen = known.form(&mut self.chance, who, Some(line.path)).or_else(|| {
            let other = self.chance.below(self.world.cast.people.len());
            known.form(&mut self.chance, other, Some(line.path))
        });
        let any = match manner {
            Manner::Wild => known.form(&mut self.chance, who, None),
            _ => None,
        };
        let is_post = line.method == Method::POST;
        any.or(seen).filter(|form| form.is_post == is_post).unwrap_or_default()
    }

    /// A page: as a link names it, or as a form that searches does, or with other queries.
    fn looking(
        &mut self,
        line: &RouteRow,
        manner: Manner,
        who: usize,
        form: &Form,
        fields: &[Field],
    ) -> Ask {
        let mut target = match form.action.is_empty() || self.chance.one_in(2) {
            true => self.target(line, manner, who),
            false => {
                let query = String::from_utf8(encode(fields)).unwrap();
                let action = form.action.split('?').next().unwrap_or("/");
                // the line of a request is not long without end
                format!("{action}?{query}").chars().take(20_000).collect()
            }
        };
        if manner != Manner::Sound && self.chance.one_in(3) {
            target = self.bent_query(&target);
        }
        if manner != Manner::Sound && self.chance.one_in(3) {
            self.add_queries(&mut target);
        }
        let mut ask = self.bare(line, manner, who, target);
        if self.chance.one_in(8) {
            ask.headers.push(("HX-Request".to_owned(), "true".to_owned()));
        }
        self.spoil(manner, &mut ask);
        ask
    }

    fn add_queries(&mut self, target: &mut String) {
        for name in [self.chance.of(QUERY), self.chance.of(QUERY)] {
            let field = Field { name: name.to_owned(), ..Field::default() };
            let value = match self.chance.below(4) {
                0 => self.world.known.id(&mut self.chance).unwrap_or_default(),
                1 => encoded(&sensible(&mut self.chance, &field)),
                _ => encoded(&mutated(&mut self.chance, &field)),
            };
            let value: String = value.chars().take(8_000).collect();
            *target += if target.contains('?') { "&" } else { "?" };
            *target += &format!("{name}={value}");
        }
    }

    /// The same query with another value in one place.
    fn bent_query(&mut self, target: &str) -> String {
        let Some((path, query)) = target.split_once('?') else { return target.to_owned() };
        let mut pairs: Vec<(String, String)> =
            form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let at = self.chance.below(pairs.len());
        if let Some((name, value)) = pairs.get_mut(at) {
            let (name, old) = (name.clone(), value.clone());
            *value = mutated(&mut self.chance, &Field { name, value: old, ..Field::default() });
            value.truncate(value.floor_char_boundary(8_000));
        }
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        format!("{path}?{query}")
    }

    /// The address with something in its holes.
    fn target(&mut self, line: &RouteRow, manner: Manner, who: usize) -> String {
        let seen = self.world.known.address(&mut self.chance, who, line.path);
        let is_filled = manner == Manner::Sound || self.chance.one_in(2);
        if let Some(address) = seen.filter(|_| is_filled) {
            return address;
        }
        let mut target = String::new();
        let mut rest = line.path;
        while let Some((before, after)) = rest.split_once('{') {
            let (_, after) = after.split_once('}').unwrap();
            let id = self.world.known.id(&mut self.chance).unwrap_or_default();
            let filling = match (manner, self.chance.below(3)) {
                (Manner::Sound, _) | (_, 0) => id,
                (Manner::Bent, 1) => encoded(&bent(&mut self.chance, &id)),
                _ => piece(&mut self.chance),
            };
            target += before;
            target += &filling;
            rest = after;
        }
        target += rest;
        if manner == Manner::Wild && self.chance.one_in(6) {
            target += self.chance.of(&["/", "?", "?%", "#a", "/..", "//", ";x", "?a=%ff", "/%00"]);
        }
        target
    }

    /// One's own token, mostly.
    fn token(&mut self, manner: Manner, who: usize) -> String {
        let own = match who {
            STRANGER => self.stranger.token.clone(),
            _ => self.world.cast.person(who).token,
        };
        match manner {
            Manner::Sound => own,
            Manner::Bent if !self.chance.one_in(12) => own,
            Manner::Wild if !self.chance.one_in(3) => own,
            _ => nonsense(&mut self.chance),
        }
    }

    fn bare(&mut self, line: &RouteRow, manner: Manner, who: usize, target: String) -> Ask {
        let own = match who {
            STRANGER => self.stranger.cookies.clone(),
            _ => self.world.cast.person(who).cookies,
        };
        let cookies = match manner == Manner::Wild && self.chance.one_in(6) {
            true => odd_cookies(&mut self.chance, &own),
            false => own,
        };
        // each request comes from some network, so that the limits of one swallow nothing
        let (high, low) = (self.chance.below(256), self.chance.below(256));
        let headers = vec![
            ("Cookie".to_owned(), cookies),
            ("X-Forwarded-For".to_owned(), format!("10.{high}.{low}.1")),
        ];
        let method = line.method.to_string();
        Ask { method, target, headers, body: vec![], sending: Sending::Whole }
    }

    pub fn with_json(&mut self, line: &RouteRow, manner: Manner, who: usize, body: String) -> Ask {
        let target = self.target(line, manner, who);
        let mut ask = self.bare(line, manner, who, target);
        let token = self.token(manner, who).replace(['\r', '\n', '\0'], " ");
        ask.headers.push(("X-CSRF-Token".to_owned(), token));
        ask.headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        ask.headers.push(("Accept".to_owned(), "application/json".to_owned()));
        ask.body = body.into_bytes();
        self.spoil(manner, &mut ask);
        ask
    }

    fn part_of_file(&mut self, line: &RouteRow, manner: Manner, who: usize) -> Ask {
        let length = match manner {
            Manner::Sound => 80,
            _ => self.chance.below(200),
        };
        let content = self.chance.bytes(length);
        let hash = base64url(&sha256(&content));
        let mut ask = self.with_json(line, manner, who, String::new());
        ask.headers.push(("X-Content-SHA256".to_owned(), hash));
        ask.body = content;
        ask
    }

    /// Headers, method and body of those who mean no good.
    fn spoil(&mut self, manner: Manner, ask: &mut Ask) {
        if manner == Manner::Sound {
            return;
        }
        for _ in 0..self.chance.below(3) {
            let (name, value) = odd(&mut self.chance);
            ask.headers.retain(|(is, _)| *is != name);
            ask.headers.push((name, value));
        }
        if manner == Manner::Bent {
            return;
        }
        if self.chance.one_in(4) {
            const METHODS: &[&str] = &[
                "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "PROPFIND",
                "QUERY", "get", "X",
            ];
            ask.method = self.chance.of(METHODS).to_owned();
        }
        match self.chance.below(10) {
            0 => ask.sending = Sending::CutOff,
            1 => ask.sending = Sending::Chunked,
            2 => ask.body = self.chance.bytes(300),
            3 => ask.body.truncate(self.chance.below(ask.body.len())),
            4 => ask.body = nonsense(&mut self.chance).into_bytes(),
            _ => {}
        }
    }
}
