//! People pay by card while processes are killed, answers get lost, Stripe errs and its notices come
//! twice, late or never. In the end nobody was charged for nothing, and every cent is where it belongs.
//!
//! `FOOTING_PAYMENTS_BOOKINGS` and `FOOTING_PAYMENTS_KILLS` say how many, `FOOTING_PAYMENTS_SEED` makes
//! the choices of a run that failed again.

mod bank;
mod kills;
mod reckoning;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, Nullable, Text};
use footing::bookings::{BookingId, Notifier};
use footing::clock::{Instant, Span};
use footing::listings::{Accept, NewService};
use footing::money::Money;
use footing::payments::PayoutAccount;
use footing::payments::gateway::objects::{Capabilities, ConnectedAccount};

use crate::nodes::{Nodes, Person, Practice, Reply, at};
use crate::races::{NO_LIMITS, half_hour};
use crate::stripe::{Card, Dice, FakeStripe, SECRET, Storm, Weather};
use bank::Trouble;
use kills::{EndKills, Kills};

/// Bookings that are asked for together.
const WAVE: usize = 25;

/// A whole number that the shell may say.
fn told(name: &str, otherwise: u64) -> u64 {
    #[allow(clippy::disallowed_methods)] // tests are told how long to try, and nothing else
    let told = std::env::var(name).ok();
    told.map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

#[test]
fn through_kills_and_lost_answers_and_notices_every_cent_ends_where_it_belongs() {
    let chance = u64::from(u32::from_be_bytes(footing::seal::random::<4>()));
    let seed = told("FOOTING_PAYMENTS_SEED", chance);
    let bookings = told("FOOTING_PAYMENTS_BOOKINGS", 30) as usize;
    let kills = told("FOOTING_PAYMENTS_KILLS", 10) as usize;
    println!("FOOTING_PAYMENTS_SEED={seed}");
    let mut town = Town::build(seed, bookings);
    let (kills, nodes) = (Kills::new(kills), town.nodes.clone());
    std::thread::scope(|scope| {
        let end = EndKills(&kills);
        scope.spawn(|| kills.go_on(&nodes, Dice(seed ^ 1)));
        town.live(&kills);
        drop(end);
    });
    println!("{} kills", kills.done());
    town.reckon();
}

/// What somebody wants to book.
struct Wish {
    client: usize,
    form: [(&'static str, String); 3],
    /// None until it was answered.
    answer: Option<u16>,
}

/// What people have made up their minds to do about a booking.
struct Mind {
    pays: bool,
    has_paid: bool,
    /// What is answered to the request, by whom; nothing is possible too.
    answer: Option<(By, &'static str)>,
    /// What happens to the booking after it was confirmed.
    end: Option<(By, &'static str)>,
    trouble: Option<Trouble>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Client,
    Accountant,
}

/// How a booking and its last payment stand.
#[derive(Debug, diesel::QueryableByName)]
struct Stand {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = BigInt)]
    client_id: i64,
    #[diesel(sql_type = BigInt)]
    accountant_id: i64,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Text)]
    pay_mode: String,
    #[diesel(sql_type = BigInt)]
    is_accepted: i64,
    #[diesel(sql_type = Nullable<Text>)]
    payment: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    session_id: Option<String>,
}

const STANDS: &str = "SELECT b.id, b.client_id, b.accountant_id, b.state, b.pay_mode, \
    CAST(CASE WHEN b.accepted_at IS NULL THEN 0 ELSE 1 END AS BIGINT) AS is_accepted, \
    p.state AS payment, p.session_id FROM bookings b \
    LEFT JOIN payments p ON p.booking_id = b.id AND p.attempt = \
    (SELECT max(o.attempt) FROM payments o WHERE o.booking_id = b.id) ORDER BY b.id";

struct Town {
    nodes: std::sync::Arc<Nodes>,
    stripe: FakeStripe,
    dice: Dice,
    weather: Weather,
    clients: Vec<Person>,
    desks: Vec<Person>,
    wishes: Vec<Wish>,
    minds: BTreeMap<i64, Mind>,
    /// How often somebody got no answer at all, and how often they were to pay for others first.
    unanswered: usize,
    put_off: usize,
    /// Refunds that the client's bank has taken or sent back.
    looked_at: BTreeSet<String>,
    /// Nothing new begins.
    is_evening: bool,
}

impl Town {
    fn build(seed: u64, bookings: usize) -> Self {
        let stripe = FakeStripe::start_beside(0);
        let nodes = Nodes::start_with(&[
            "--stripe-secret-key=sk_test_of_the_tests",
            &format!("--stripe-webhook-secrets={SECRET}"),
            &format!("--stripe-api-base={}", stripe.base),
        ]);
        stripe.with(|books| books.now = nodes.now().seconds());
        let clients = nodes.clients((bookings / 8).clamp(6, 120));
        let practices: Vec<Practice> = [(8_500, "GBP"), (12_001, "EUR"), (9_999, "JPY")]
            .into_iter()
            .map(|(minor, currency)| practice(&nodes, &stripe, minor, currency))
            .collect();
        let desks = practices.iter().map(|practice| nodes.at_desk(practice)).collect();
        let wishes = wishes(&nodes, &practices, clients.len(), bookings);
        stripe.with(|books| books.storm = Some(Storm { dice: Dice(seed ^ 2), percent: 15 }));
        Self {
            nodes: std::sync::Arc::new(nodes),
            stripe,
            dice: Dice(seed),
            weather: Weather { lost: 20, twice: 20, mixed: 50 },
            clients,
            desks,
            wishes,
            minds: BTreeMap::new(),
            unanswered: 0,
            put_off: 0,
            looked_at: BTreeSet::new(),
            is_evening: false,
        }
    }

    /// Everybody books, pays, answers and cancels; then the hours take place and the money is sent.
    fn live(&mut self, kills: &Kills) {
        for from in (0..self.wishes.len()).step_by(WAVE) {
            let to = (from + WAVE).min(self.wishes.len());
            for _ in 0..7 {
                self.request(from..to);
                let seconds = 5 + self.dice.below(60);
                self.tick(Span::seconds(seconds as i64));
            }
        }
        for _ in 0..10 {
            self.request(0..self.wishes.len());
            self.tick(Span::minutes(4));
        }
        let last = self.nodes.number("SELECT max(ends_at) AS number FROM bookings");
        // a hold or two follow on the hour before the money is sent
        let end = Instant::from_micros(last) + Span::hours(60);
        while self.nodes.now() < end {
            self.tick(Span::hours(8));
        }
        self.is_evening = true;
        while !kills.are_enough() || (self.is_under_way() && !kills.are_over()) {
            self.tick(Span::minutes(2));
        }
        // what was put off by a kill or an error comes later; one that never comes is a failure
        let begun = std::time::Instant::now();
        let most = Duration::from_secs(60 + self.wishes.len() as u64 / 2);
        while self.is_under_way() && begun.elapsed() < most {
            self.tick(Span::minutes(2));
        }
        println!("waited for the last {:?} after {} kills", begun.elapsed(), kills.done());
        self.tell_of_waiting();
    }

    fn tick(&mut self, span: Span) {
        self.act();
        if let Ok(node) = self.nodes.find_address(self.dice.below(2) as usize) {
            self.stripe.deliver(node, self.weather, &mut self.dice);
        }
        std::thread::sleep(Duration::from_millis(150));
        self.forward(span);
        std::thread::sleep(Duration::from_millis(250));
    }

    fn forward(&self, span: Span) {
        let to = self.nodes.now() + span;
        self.nodes.set_clock(to);
        self.stripe.with(|books| books.now = to.seconds());
    }

    /// Asks for what was not answered yet, each at any node.
    fn request(&mut self, which: std::ops::Range<usize>) {
        for nth in which {
            let wish = &self.wishes[nth];
            if wish.answer.is_some() {
                continue;
            }
            let form: Vec<_> =
                wish.form.iter().map(|(name, value)| (*name, value.clone())).collect();
            let client = self.clients[wish.client].clone();
            match self.send(&client, "/bookings", &form).map(|reply| reply.status) {
                // too much of theirs is not paid for: asked again later
                Some(422) => self.put_off += 1,
                answer => self.wishes[nth].answer = answer,
            }
        }
    }

    /// Sends a form as a person does: again after a moment, as long as nobody answers.
    fn send(&mut self, who: &Person, path: &str, form: &[(&str, String)]) -> Option<Reply> {
        let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        for _ in 0..12 {
            let node = self.dice.below(2) as usize;
            match self.nodes.try_post(node, who, path, &form) {
                // or the database did not come free in time
                Ok(reply) if reply.status != 503 => {
                    assert!(reply.status < 500, "{path}: {reply:?}");
                    return Some(reply);
                }
                _ => self.unanswered += 1,
            }
            std::thread::sleep(Duration::from_millis(250));
        }
        None
    }

    fn stands(&self) -> Vec<Stand> {
        diesel::sql_query(STANDS).load(&mut self.nodes.connect()).unwrap()
    }

    fn act(&mut self) {
        for stand in self.stands() {
            if !self.minds.contains_key(&stand.id) {
                let mind = self.make_up();
                self.minds.insert(stand.id, mind);
            }
            match (stand.state.as_str(), stand.payment.as_deref()) {
                ("held", Some("open")) => self.pay(&stand),
                ("pending", Some("authorised")) | ("pending", None) if stand.is_accepted == 0 => {
                    self.answer(&stand);
                }
                ("confirmed", Some("captured")) => self.end(&stand),
                _ => {}
            }
            if stand.payment.as_deref() == Some("captured") {
                self.begin_trouble(&stand);
            }
        }
        self.move_banks();
        if self.dice.percent(20) {
            self.see_to_refunds();
        }
    }

    fn make_up(&mut self) -> Mind {
        let answer = match self.dice.below(100) {
            0..78 => Some((By::Accountant, "acceptance")),
            78..86 => Some((By::Accountant, "decline")),
            86..94 => Some((By::Client, "cancellation")),
            _ => None,
        };
        let end = match self.dice.below(100) {
            0..15 => Some((By::Client, "cancellation")),
            15..22 => Some((By::Accountant, "cancellation")),
            _ => None,
        };
        let trouble = self.fear();
        Mind { pays: self.dice.percent(90), has_paid: false, answer, end, trouble }
    }

    /// Whoever pays does so now, or a little later, on Stripe's page.
    fn pay(&mut self, stand: &Stand) {
        let later = self.dice.percent(40);
        let mind = self.minds.get_mut(&stand.id).unwrap();
        let Some(session) = stand.session_id.as_deref() else { return };
        if !mind.pays || mind.has_paid || later {
            return;
        }
        mind.has_paid = self.stripe.with(|books| {
            let page = &books.objects[session];
            let is_open = page["status"] == "open" && page["expires_at"].as_i64() > Some(books.now);
            if is_open {
                books.hold(session, Card { lasts: 7 * 86_400 });
            }
            is_open
        });
    }

    fn answer(&mut self, stand: &Stand) {
        let Some((by, act)) = self.minds[&stand.id].answer else { return };
        if self.press(stand, by, act) {
            self.minds.get_mut(&stand.id).unwrap().answer = None;
        }
    }

    /// Somebody gives an hour up that stands, at some time.
    fn end(&mut self, stand: &Stand) {
        let Some((by, act)) = self.minds[&stand.id].end else { return };
        if self.dice.percent(10) && self.press(stand, by, act) {
            self.minds.get_mut(&stand.id).unwrap().end = None;
        }
    }

    /// Presses a button of a booking's page. Whether there was an answer.
    fn press(&mut self, stand: &Stand, by: By, act: &str) -> bool {
        let (people, id) = match by {
            By::Client => (&self.clients, stand.client_id),
            By::Accountant => (&self.desks, stand.accountant_id),
        };
        let person = people.iter().find(|person| person.id.0 == id).unwrap().clone();
        let path = format!("/bookings/{}/{act}", BookingId(stand.id));
        self.send(&person, &path, &[]).is_some()
    }
}

/// Somebody who can be paid, with an hour that is confirmed at once and one that is asked for.
fn practice(nodes: &Nodes, stripe: &FakeStripe, minor: i64, currency: &'static str) -> Practice {
    let price = Money::new(minor, currency).unwrap();
    let asked = NewService { price, ..half_hour() };
    let at_once = NewService { accept: Accept::Instant, ..asked.clone() };
    let made = nodes.practice(&[asked, at_once], NO_LIMITS);
    let id = stripe.with(|books| books.account(true));
    let fetched = ConnectedAccount {
        id: id.clone(),
        details_submitted: Some(true),
        payouts_enabled: Some(true),
        capabilities: Some(Capabilities { transfers: Some("active".to_owned()) }),
        requirements: None,
    };
    let mail = nodes.mail();
    nodes.act(|conn, now| {
        let own = PayoutAccount::begin(conn, made.id, false, "GB", now).unwrap();
        own.note_made(conn, &id).unwrap();
        own.follow(conn, &Notifier(&mail), &fetched, now).unwrap();
    });
    made
}

/// Times of all accountants, none wanted twice: half of them near, half so far that the accountant is
/// asked first.
fn wishes(nodes: &Nodes, practices: &[Practice], clients: usize, count: usize) -> Vec<Wish> {
    let stamp = nodes.now().micros();
    let one = |nth: usize| {
        let practice = &practices[nth % practices.len()];
        let slot = nth / practices.len();
        let days = if slot.is_multiple_of(2) { Span::days(0) } else { Span::days(4) };
        let start = at(nodes, 30 * (slot / 2) as i64) + days;
        let service = practice.services[(nth / 7) % 2].to_string();
        let key = format!("{stamp:0>22}{nth:0>4}");
        let form = [("service", service), ("start", start.minute()), ("key", key)];
        Wish { client: nth % clients, form, answer: None }
    };
    (0..count).map(one).collect()
}
