//! Both sides of several conversations write and read at once while something is killed under them:
//! what was acknowledged is there, once, in one order for both, and their pages get all of it.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::nodes::{Nodes, Person};
use crate::talkers::{Heard, Pair, nodes, rows_in};

const PAIRS: usize = 4;
/// Nobody may write more than twenty in ten seconds.
const LETTERS: usize = 18;
const PACE: Duration = Duration::from_millis(120);
const PATIENCE: Duration = Duration::from_secs(60);

/// The ids of acknowledged messages, by the number that each was given.
type Acknowledged = BTreeMap<i64, String>;

/// Posts as a browser does: each letter until it is answered, then the next.
fn write_all(nodes: &Nodes, person: &Person, letters: &[Value], mut nth: usize) -> Acknowledged {
    let end = Instant::now() + PATIENCE;
    let mut acknowledged = Acknowledged::new();
    for letter in letters {
        loop {
            assert!(Instant::now() < end, "a letter was never answered");
            let sent = nodes.post_json(nth, person, "/send_message", letter);
            let taken = sent.ok().filter(|reply| [200, 201].contains(&reply.status));
            let told = taken.and_then(|reply| serde_json::from_str::<Value>(reply.json()).ok());
            if let Some(told) = told {
                let id = told["client_msg_id"].as_str().unwrap().to_owned();
                acknowledged.insert(told["seq"].as_i64().unwrap(), id);
                break;
            }
            nth += 1;
            std::thread::sleep(Duration::from_millis(50));
        }
        std::thread::sleep(PACE);
    }
    acknowledged
}

/// Follows a conversation as a page does: connects again when it was cut off, and asks again when a
/// heartbeat tells of more. The rows as they came, and how long it was without a socket each time.
fn read_all(nodes: &Nodes, pair: &Pair, person: &Person, nth: usize) -> (Vec<i64>, Vec<Duration>) {
    let end = Instant::now() + PATIENCE;
    let (mut seen, mut away) = (Vec::<i64>::new(), vec![]);
    let last_of = |seen: &[i64]| seen.last().copied().unwrap_or(0);
    let mut cut = None;
    for try_at in nth.. {
        assert!(Instant::now() < end, "only {seen:?} came");
        let Ok(mut page) = nodes.connect_page(try_at, person) else {
            std::thread::sleep(Duration::from_millis(100));
            continue;
        };
        page.say(&pair.sub(last_of(&seen)));
        away.extend(cut.take().map(|at: Instant| at.elapsed()));
        while seen.len() < 2 * LETTERS && Instant::now() < end {
            match page.hear_within(Duration::from_secs(1)) {
                // what comes twice takes the same place in a page
                Some(Heard::Markup(text)) => {
                    let last = last_of(&seen);
                    seen.extend(rows_in(&text).into_iter().filter(|seq| *seq > last));
                }
                Some(Heard::Frame(frame)) if is_behind(&frame, pair, last_of(&seen)) => {
                    page.say(&pair.sub(last_of(&seen)));
                }
                Some(Heard::Frame(_)) | None => {}
                Some(Heard::Closed(_)) => break,
            }
        }
        if seen.len() >= 2 * LETTERS {
            return (seen, away);
        }
        cut = Some(Instant::now());
    }
    (seen, away)
}

fn is_behind(frame: &Value, pair: &Pair, last: i64) -> bool {
    frame["heads"][pair.conv.id.to_string()].as_i64().is_some_and(|head| head > last)
}

/// Number and id of every message, as one of the two reads them afterwards.
fn history(nodes: &Nodes, pair: &Pair, person: &Person) -> Acknowledged {
    let page = nodes.get(0, person, &format!("/messages/{}/since?after_seq=0", pair.conv.id));
    let part = |text: &str, name: &str| {
        let value = text.split(&format!("{name}=\"")).nth(1).unwrap();
        value.split('"').next().unwrap().to_owned()
    };
    let rows = page.body.split("<enc-msg").skip(1);
    rows.map(|row| (part(row, "data-seq").parse().unwrap(), part(row, "data-id"))).collect()
}

fn survive(nodes: &Nodes, harm: impl FnOnce()) {
    let mut pairs: Vec<Pair> = (0..PAIRS).map(|_| Pair::of(nodes)).collect();
    let letters: Vec<[Vec<Value>; 2]> = pairs
        .iter_mut()
        .map(|pair| {
            [true, false]
                .map(|by_ana| (0..LETTERS).map(|n| pair.letter(by_ana, &n.to_string())).collect())
        })
        .collect();
    let acknowledged = Mutex::new(vec![Acknowledged::new(); PAIRS]);
    let pages = Mutex::new(vec![]);
    std::thread::scope(|scope| {
        for (at, (pair, letters)) in pairs.iter().zip(&letters).enumerate() {
            for (side, letters) in letters.iter().enumerate() {
                let (acknowledged, pages) = (&acknowledged, &pages);
                let person = if side == 0 { &pair.ana.person } else { &pair.ben.person };
                scope.spawn(move || {
                    let taken = write_all(nodes, person, letters, at + side);
                    acknowledged.lock().unwrap()[at].extend(taken);
                });
                scope.spawn(move || {
                    let read = read_all(nodes, pair, person, at + side);
                    pages.lock().unwrap().push(read);
                });
            }
        }
        harm();
    });
    let everything: Vec<i64> = (1..).take(2 * LETTERS).collect();
    for (pair, acknowledged) in pairs.iter().zip(acknowledged.into_inner().unwrap()) {
        assert_eq!(acknowledged.keys().copied().collect::<Vec<_>>(), everything);
        assert_eq!(history(nodes, pair, &pair.ana.person), acknowledged);
        assert_eq!(history(nodes, pair, &pair.ben.person), acknowledged);
    }
    let pages = pages.into_inner().unwrap();
    assert!(pages.iter().all(|(seen, _)| *seen == everything), "{pages:?}");
    let away: Vec<Duration> = pages.into_iter().flat_map(|(_, away)| away).collect();
    println!("{} sockets were cut, back after {:?} at most", away.len(), away.iter().max());
    assert_eq!(
        nodes.number("SELECT count(*) AS number FROM messages"),
        (PAIRS * 2 * LETTERS) as i64
    );
    nodes.assert_whole();
}

#[test]
fn nodes_killed_while_all_write_lose_and_double_nothing_and_every_page_gets_all_of_it() {
    let (nodes, _redis) = nodes();
    survive(&nodes, || {
        for round in 0..3 {
            std::thread::sleep(Duration::from_millis(500));
            let victim = round % nodes.count();
            nodes.end(victim);
            std::thread::sleep(Duration::from_millis(200));
            nodes.restart(victim);
        }
    });
}

#[test]
fn redis_killed_while_all_write_costs_no_page_a_message() {
    let (nodes, redis) = nodes();
    let Some(mut redis) = redis else { return }; // one node needs none
    survive(&nodes, || {
        std::thread::sleep(Duration::from_millis(600));
        redis.kill();
    });
}

#[test]
fn a_page_that_does_not_read_is_closed_as_too_slow_and_costs_the_others_nothing() {
    let (nodes, _redis) = nodes();
    let mut pair = Pair::of(&nodes);
    let long = "x".repeat(16_000);
    (0..15).for_each(|_| drop(pair.say(&nodes, 0, true, &long)));
    let mut slow = nodes.connect_page(0, &pair.ben.person).unwrap();
    slow.hold(256 * 1024);
    // more than the network and the socket's queues take: all of it again and again, and news
    (0..18).for_each(|_| slow.say(&pair.sub(0)));
    let mut quick = nodes.connect_page(0, &pair.ben.person).unwrap();
    quick.say(&pair.sub(15));
    std::thread::sleep(Duration::from_secs(1));
    for seq in 16..=20 {
        let begun = Instant::now();
        pair.say(&nodes, 0, true, "For who reads");
        assert_eq!(quick.wait_for_rows(), [seq]);
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    }
    let ack = format!("/messages/{}/ack", pair.conv.id);
    for seq in 0_i64..40 {
        let marks = json!({"delivered": seq / 2 + 1, "read": (seq + 1) / 2});
        nodes.post_json(0, &pair.ben.person, &ack, &marks).unwrap();
    }
    std::thread::sleep(Duration::from_secs(12));
    assert_eq!(slow.wait_for_close(), 1013);
    // it comes back and has everything
    let mut again = nodes.connect_page(0, &pair.ben.person).unwrap();
    again.say(&pair.sub(0));
    assert_eq!(again.wait_for_rows(), (1..=20).collect::<Vec<i64>>());
}
