//! A node is killed in the middle of its work: what was answered is there, once, and what was not
//! can be sent again. On PostgreSQL the other node goes on meanwhile.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use footing::listings::{Accept, NewService};

use crate::nodes::{Nodes, Person, at, number, rounds};
use crate::races::{NO_LIMITS, half_hour, id};

const BOOKINGS: usize = 500;
const CLIENTS: usize = 16;
const PRACTICES: usize = 5;

#[test]
fn a_booking_whose_answer_was_lost_is_found_by_sending_the_form_again() {
    let nodes = Nodes::start();
    let client = nodes.client();
    for round in 0..rounds() {
        let practice = nodes.practice(&[half_hour()], NO_LIMITS);
        let victim = round % nodes.count();
        let (service, start) = (practice.services[0].to_string(), at(&nodes, 0).minute());
        let key = format!("{:0>26}", nodes.now().micros());
        let form = [("service", service.as_str()), ("start", &start), ("key", &key)];
        std::thread::scope(|scope| {
            let lost = scope.spawn(|| nodes.try_post(victim, &client, "/bookings", &form).is_err());
            let (begun, mut conn) = (Instant::now(), nodes.connect());
            let sql = format!(
                "SELECT count(*) AS number FROM bookings WHERE accountant_id = {}",
                practice.id.0
            );
            while number(&mut conn, &sql) == 0 {
                assert!(begun.elapsed() < Duration::from_secs(10), "it was never committed");
            }
            nodes.end(victim);
            println!("answer lost: {}", lost.join().unwrap());
        });
        if nodes.count() == 1 {
            nodes.restart(victim);
        }
        let again = nodes.post(victim + 1, &client, "/bookings", &form);
        assert_eq!(again.status, 303, "{again:?}");
        let found = nodes.number(&format!(
            "SELECT id AS number FROM bookings WHERE accountant_id = {}",
            practice.id.0
        ));
        assert_eq!(id(&again.location).0, found);
        assert_eq!(nodes.blocking(&practice), 1);
        nodes.restart(victim);
        nodes.clear();
    }
}

/// What one client wants, and what became of it.
struct Wish {
    client: usize,
    form: [(&'static str, String); 3],
}

#[test]
fn of_five_hundred_bookings_each_that_was_answered_survives_a_kill_once() {
    let nodes = Nodes::start();
    let clients = nodes.clients(CLIENTS);
    for round in 0..rounds().div_ceil(3) {
        let victim = round % nodes.count();
        let wishes = wishes(&nodes);
        let before = nodes.number(ALL);
        let kept = Mutex::new(BTreeMap::new());
        let share = usize::from(footing::seal::random::<1>()[0]) * (BOOKINGS - 50) / 256 + 20;
        send_all(&nodes, &clients, &wishes, &kept, Some((victim, share)));
        let answered = kept.lock().unwrap().len();
        println!("killed node {victim} after {share}, {answered} were answered");
        nodes.restart(victim);
        // all that were answered are there before anything is sent again
        let there = |kept: &BTreeMap<usize, String>| {
            let ids: Vec<String> = kept.values().map(|path| id(path).0.to_string()).collect();
            let ids = ids.join(", ");
            let sql = format!("SELECT count(*) AS number FROM bookings WHERE id IN ({ids})");
            nodes.number(&sql) as usize
        };
        assert_eq!(there(&kept.lock().unwrap()), answered);
        send_all(&nodes, &clients, &wishes, &kept, None);
        let kept = kept.into_inner().unwrap();
        assert_eq!((kept.len(), there(&kept)), (BOOKINGS, BOOKINGS));
        assert_eq!(nodes.number(ALL) - before, BOOKINGS as i64, "some were booked twice");
        nodes.assert_no_overlap();
        nodes.assert_whole();
    }
}

const ALL: &str = "SELECT count(*) AS number FROM bookings";

/// Five hundred times of five accountants, none wanted twice.
fn wishes(nodes: &Nodes) -> Vec<Wish> {
    let made = NewService { accept: Accept::Instant, ..half_hour() };
    let practices: Vec<_> =
        (0..PRACTICES).map(|_| nodes.practice(std::slice::from_ref(&made), NO_LIMITS)).collect();
    let stamp = nodes.now().micros();
    (0..BOOKINGS)
        .map(|nth| {
            let start = at(nodes, 30 * i64::try_from(nth / PRACTICES).unwrap());
            let service = practices[nth % PRACTICES].services[0].to_string();
            let key = format!("{stamp:0>22}{nth:0>4}");
            let form = [("service", service), ("start", start.minute()), ("key", key)];
            Wish { client: nth % CLIENTS, form }
        })
        .collect()
}

/// Every client sends what is not answered yet, one after the other; a node dies after so many
/// answers. Whoever gets no answer goes on to the next wish.
fn send_all(
    nodes: &Nodes,
    clients: &[Person],
    wishes: &[Wish],
    kept: &Mutex<BTreeMap<usize, String>>,
    dies: Option<(usize, usize)>,
) {
    let answers = AtomicUsize::new(0);
    let one = |client: usize| {
        for (nth, wish) in wishes.iter().enumerate().filter(|(_, wish)| wish.client == client) {
            if kept.lock().unwrap().contains_key(&nth) {
                continue;
            }
            let form: Vec<_> = wish.form.iter().map(|(name, value)| (*name, &**value)).collect();
            let Ok(reply) = nodes.try_post(client + nth, &clients[client], "/bookings", &form)
            else {
                continue;
            };
            assert_eq!(reply.status, 303, "{reply:?}");
            kept.lock().unwrap().insert(nth, reply.location);
            if dies.is_some_and(|(_, after)| answers.fetch_add(1, Ordering::SeqCst) == after) {
                nodes.end(dies.unwrap().0);
            }
        }
    };
    std::thread::scope(|scope| {
        (0..clients.len()).for_each(|client| {
            scope.spawn(move || one(client));
        });
    });
}
