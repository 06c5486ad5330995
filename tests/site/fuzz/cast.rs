//! Those who ask: each kind of person there is, signed in.

use std::sync::{Mutex, RwLock};

use footing::availability::{BookingLimits, Calendar, NewHours, Window};
use footing::listings::{NewService, PriceKind, Service, ServiceState};
use footing::routes::cookies_of;
use footing::seal::{Seal, token, token_hash};
use footing::users::{Actor, Role, Session, UserId};

use crate::nodes::{Nodes, Person};
use crate::support::{service, totp_of};
use crate::talkers::Pair;

/// A browser nobody is signed in with.
pub const STRANGER: usize = 0;

pub struct Cast {
    /// The stranger first.
    pub people: Vec<RwLock<Person>>,
    /// Whose pair and side somebody is.
    pub sides: Vec<Option<(usize, bool)>>,
    pub pairs: Vec<Mutex<Pair>>,
    practices: Vec<UserId>,
    pub seal: Seal,
}

impl Cast {
    pub fn start(nodes: &Nodes) -> Self {
        let pairs: Vec<Pair> = (0..4).map(|_| Pair::of(nodes)).collect();
        let mut people = vec![stranger(nodes)];
        let mut sides = vec![None];
        for (nth, pair) in pairs.iter().enumerate() {
            for (person, is_ana) in [(&pair.ana.person, true), (&pair.ben.person, false)] {
                people.push(person.clone());
                sides.push(Some((nth, is_ana)));
            }
        }
        let practices = pairs.iter().take(2).map(|pair| pair.ben.person.id).collect();
        let suspended = [pairs[2].ana.person.id, pairs[3].ben.person.id];
        let incomplete = nodes.sign_up(Role::Accountant);
        people.push(nodes.sign_in(incomplete.0.id, &incomplete.1));
        // without keys and without a word said
        people.push(nodes.client());
        people.push(admin(nodes));
        sides.resize(people.len(), None);
        for id in suspended {
            nodes.act(|conn, _| {
                crate::support::suspend(conn, id.0);
            });
        }
        let cast = Self {
            people: people.into_iter().map(RwLock::new).collect(),
            sides,
            pairs: pairs.into_iter().map(Mutex::new).collect(),
            practices,
            seal: Seal::new(crate::nodes::SECRET),
        };
        (1..cast.people.len()).for_each(|nth| cast.sign_in_again(nodes, nth));
        cast
    }

    pub fn person(&self, nth: usize) -> Person {
        self.people[nth].read().unwrap().clone()
    }

    /// A new session, proven just now. Signing in over and over would meet the limits for that.
    pub fn sign_in_again(&self, nodes: &Nodes, nth: usize) {
        let mut person = self.people[nth].write().unwrap();
        let key = token();
        let id = person.id;
        let end = |now| Session::end(Some(Role::Client), now, now);
        nodes.act(|conn, now| {
            let session = Session {
                key_hash: token_hash(&key),
                user_id: Some(id),
                label: "A test".to_owned(),
                address: "127.0.0.0/24".to_owned(),
                state: format!(r#"{{"user":"{}","proven_at":"{}"}}"#, id.0, now.micros()),
                created_at: now,
                last_seen_at: now,
                expires_at: end(now),
            };
            session.insert(conn).unwrap();
        });
        let (cookies, token) = cookies_of(&self.seal, &key, id);
        *person = Person { id, cookies, token };
    }

    /// The practices take bookings again, whatever was done to them.
    pub fn tend(&self, nodes: &Nodes) {
        for id in &self.practices {
            nodes.act(|conn, now| {
                let actor = Actor { id: *id, role: Role::Accountant, now };
                let name = format!("Practice {}", id.0 % 1000);
                let profile = crate::nodes::all_day(&name, None);
                footing::accountants::Accountant::save(conn, &actor, &profile).unwrap();
                let day = vec![Window::new(0, Window::END).unwrap()];
                let week = std::array::from_fn(|_| day.clone());
                let limits = BookingLimits::default();
                let hours =
                    NewHours { zone: "UTC".to_owned(), notice: 0, horizon: 60, limits, week };
                Calendar::save(conn, &actor, &hours).unwrap();
                let quote = NewService { price_kind: PriceKind::Quote, ..service(1) };
                for new in [service(8_500), quote] {
                    // unless there are as many as may be
                    let _ = Service::create(conn, &actor, &new, ServiceState::Active);
                }
            });
        }
    }
}

/// A fresh browser.
pub fn stranger(nodes: &Nodes) -> Person {
    let shown = nodes.ask(0, None, "GET", "/login", &[]);
    Person { id: UserId(0), cookies: shown.cookies(""), token: shown.token() }
}

/// With two steps.
fn admin(nodes: &Nodes) -> Person {
    let (id, email) = nodes.make_admin();
    let person = nodes.sign_in(id, &email);
    let page = nodes.get(0, &person, "/settings/security");
    let secret = page.body.split("data-totp-secret").nth(1).unwrap();
    let secret = secret.split(['<', '>']).nth(1).unwrap();
    let totp = totp_of(&secret.replace(' ', ""));
    let code = totp.code(footing::users::Totp::step(nodes.now()));
    let turned_on = nodes.post(0, &person, "/settings/totp", &[("code", &code)]);
    assert_eq!(turned_on.status, 303, "{turned_on:?}");
    person
}
