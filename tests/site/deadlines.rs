//! Races against the clock: what lapses is free at once, nothing is both accepted and lapsed, and
//! a clock that is turned back brings nothing back.

use footing::bookings::{Booking, Notifier};
use footing::clock::{Instant, Span};
use footing::db::Conn;

use crate::nodes::{Nodes, at, at_once, rounds};
use crate::races::{NO_LIMITS, ask, booking, half_hour};

/// The accountant accepts, the sweeper ends what lapsed, and somebody else asks for the time: all
/// while the deadline passes.
#[test]
fn a_request_is_accepted_or_lapses_and_never_both() {
    let nodes = Nodes::start_with(&["--no-worker"]);
    let mail = nodes.mail();
    let mut accepted = 0;
    for round in 0..rounds() {
        let clients = nodes.clients(2);
        let practice = nodes.practice(&[half_hour()], NO_LIMITS);
        let (ben, start) = (nodes.at_desk(&practice), at(&nodes, 0));
        let path = ask(&nodes, 0, &clients[0], practice.services[0], start).location;
        let deadline = booking(&nodes, &path).deadline.unwrap();
        let wait = |millis: u64| std::thread::sleep(std::time::Duration::from_millis(millis));
        nodes.set_clock(Instant::from_micros(deadline.micros() - 60_000));
        let accept = || {
            wait(u64::try_from(round % 7 * 15).unwrap());
            nodes.post(round, &ben, &format!("{path}/acceptance"), &[]).status
        };
        let sweep = || {
            wait(50);
            let end =
                |conn: &mut Conn, now| Booking::expire_overdue(conn, &Notifier(&mail), 50, now);
            nodes.act(|conn, now| end(conn, now).unwrap());
            303
        };
        let rival = || {
            wait(40);
            ask(&nodes, round + 1, &clients[1], practice.services[0], start).status
        };
        let acts: [&(dyn Fn() -> u16 + Sync); 3] = [&accept, &sweep, &rival];
        let told = at_once(acts);
        let state = booking(&nodes, &path).state.as_str();
        match (told[0], told[2]) {
            (303, 409) => assert_eq!(state, "confirmed"),
            (409, 303) => assert_eq!(state, "expired"),
            // the rival came too early to win and the accountant too late
            (409, 409) => assert!(["expired", "pending"].contains(&state), "{state}"),
            _ => panic!("{told:?} and it is {state}"),
        }
        accepted += usize::from(told[0] == 303);
        nodes.clear();
    }
    println!("accepted {accepted} times of {}", rounds());
}

#[test]
fn at_its_deadline_a_request_frees_its_time_with_nobody_sweeping() {
    let nodes = Nodes::start_with(&["--no-worker"]);
    for round in 0..rounds() {
        let clients = nodes.clients(2);
        let practice = nodes.practice(&[half_hour()], NO_LIMITS);
        let (service, start) = (practice.services[0], at(&nodes, 0));
        let path = ask(&nodes, 0, &clients[0], service, start).location;
        let deadline = booking(&nodes, &path).deadline.unwrap();
        nodes.set_clock(deadline - Span::seconds(20));
        assert_eq!(ask(&nodes, round, &clients[1], service, start).status, 409);
        assert_eq!(booking(&nodes, &path).state.as_str(), "pending");
        nodes.set_clock(deadline);
        assert_eq!(ask(&nodes, round + 1, &clients[1], service, start).status, 303);
        assert_eq!(booking(&nodes, &path).state.as_str(), "expired");
        assert_eq!(nodes.blocking(&practice), 1);
        nodes.clear();
    }
}

#[test]
fn a_clock_turned_back_an_hour_revives_no_request_and_no_session() {
    let nodes = Nodes::start_with(&["--no-worker"]);
    let gone = nodes.client();
    for round in 0..rounds().min(20) {
        let (client, rival) = (nodes.client(), nodes.client());
        let practice = nodes.practice(&[half_hour()], NO_LIMITS);
        let ben = nodes.at_desk(&practice);
        let (service, start) = (practice.services[0], at(&nodes, 0));
        let path = ask(&nodes, 0, &client, service, start).location;
        let deadline = booking(&nodes, &path).deadline.unwrap();
        let lapsed = |nodes: &Nodes, nth: usize| {
            let page = nodes.get(nth, &client, &path);
            assert!(page.body.contains("data-state=\"expired\""), "{}", page.body);
            assert_eq!(nodes.post(nth, &ben, &format!("{path}/acceptance"), &[]).status, 409);
        };
        // each node has seen that it lapsed; nothing was written
        nodes.set_clock(deadline + Span::minutes(1));
        (0..nodes.count()).for_each(|nth| lapsed(&nodes, nth));
        nodes.set_clock(deadline - Span::minutes(59));
        (0..nodes.count()).for_each(|nth| lapsed(&nodes, nth));
        if round == 0 {
            (0..nodes.count()).for_each(|nth| nodes.stop(nth));
            (0..nodes.count()).for_each(|nth| nodes.restart(nth));
            (0..nodes.count()).for_each(|nth| lapsed(&nodes, nth));
        }
        assert_eq!(booking(&nodes, &path).state.as_str(), "pending");
        assert_eq!(ask(&nodes, round, &rival, service, start).status, 303);
        nodes.clear();
        nodes.set_clock(deadline + Span::hours(2));
    }
    let signed_in = |nodes: &Nodes, nth: usize| nodes.get(nth, &gone, "/bookings").status == 200;
    let end = nodes.now() + Span::days(14) + Span::minutes(1);
    nodes.set_clock(end);
    (0..nodes.count()).for_each(|nth| assert!(!signed_in(&nodes, nth)));
    nodes.set_clock(end - Span::hours(1));
    (0..nodes.count()).for_each(|nth| assert!(!signed_in(&nodes, nth)));
}
