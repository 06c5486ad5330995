//! A suspension while those it is about act as fast as they can, on every node.

use std::time::{Duration, Instant};

use footing::decisions::{Ground, Restriction, Statement, Target, TargetKind};
use footing::moderation;
use footing::users::UserId;

use crate::nodes::{Nodes, Person, Practice};
use crate::support::service;
use crate::talkers::nodes;

const PEOPLE: usize = 13;
/// As many as one may have: 104 in all.
const SOCKETS: usize = 8;
/// From each of two browsers: 1,040 in all.
const REQUESTS: usize = 40;

/// Shows and pauses a service by turns. When each request was sent, and whether it did something.
fn act(nodes: &Nodes, person: &Person, practice: &Practice, nth: usize) -> Vec<(Instant, bool)> {
    let path = format!("/practice/services/{}/state", practice.services[0]);
    let act = |turn: usize| {
        let state = if turn.is_multiple_of(2) { "paused" } else { "active" };
        let sent = Instant::now();
        let reply = nodes.post(nth, person, &path, &[("state", state)]);
        (sent, reply.status == 303 && reply.location.contains("/services"))
    };
    (0..REQUESTS).map(act).collect()
}

fn suspend(nodes: &Nodes, people: &[UserId]) {
    let mail = nodes.mail();
    nodes.act(|conn, now| {
        for id in people {
            let because = ("a rule of this test", Ground::Insults);
            let words = ("They insulted somebody.", "Insults are not allowed anywhere.");
            let all = Statement::by_rule(Restriction::Suspend, because, words, "the account");
            let target = Target { kind: TargetKind::Account, id: id.0, subject: *id };
            moderation::restrict(conn, &mail, target, &all, now).unwrap();
        }
    });
}

/// How often the services were written, in a figure that each act changes.
fn written(nodes: &Nodes) -> i64 {
    nodes.number("SELECT CAST(sum(updated_at % 1000000007) AS BIGINT) AS number FROM services")
}

#[test]
fn nothing_that_the_suspended_ask_for_in_a_burst_happens_after_the_commit() {
    let (nodes, _redis) = nodes();
    let practices: Vec<Practice> =
        (0..PEOPLE).map(|_| nodes.practice(&[service(8_500)], Default::default())).collect();
    let people: Vec<Person> = practices.iter().map(|practice| nodes.at_desk(practice)).collect();
    let open = |nth| {
        people.iter().map(|person| nodes.connect_page(nth, person).unwrap()).collect::<Vec<_>>()
    };
    let mut sockets: Vec<_> = (0..SOCKETS).flat_map(open).collect();
    let ids: Vec<UserId> = practices.iter().map(|practice| practice.id).collect();
    let (committed, after, sent) = std::thread::scope(|scope| {
        let nodes = &nodes;
        let begin = |(person, practice)| {
            [0, 1].map(|nth| scope.spawn(move || act(nodes, person, practice, nth)))
        };
        let acting: Vec<_> = people.iter().zip(&practices).flat_map(begin).collect();
        std::thread::sleep(Duration::from_millis(400));
        suspend(nodes, &ids);
        let committed = Instant::now();
        let after = written(nodes);
        sockets.iter_mut().for_each(|socket| assert_eq!(socket.wait_for_close(), 4401));
        let closed = committed.elapsed();
        println!("{} sockets were closed {closed:?} after the commit", sockets.len());
        assert!(closed < Duration::from_secs(3), "{closed:?}");
        let sent: Vec<_> = acting.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        (committed, after, sent)
    });
    let done = |is_late: bool| {
        sent.iter().filter(|(at, is_done)| *is_done && (*at > committed) == is_late).count()
    };
    let late = sent.iter().filter(|(at, _)| *at > committed).count();
    println!("{} of {} were done before, {late} sent after", done(false), sent.len());
    assert!(done(false) > 0 && late > 100, "the burst was over too soon, or came too late");
    assert_eq!(done(true), 0);
    assert_eq!(written(&nodes), after, "something was written after the commit");
}
