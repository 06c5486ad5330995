//! The race rules of bookings: whoever comes at the same moment, on whichever node, one wins and
//! the others are told so. `FOOTING_RACE_ROUNDS` says how often each is tried.

use diesel::RunQueryDsl;
use footing::accountants::Accountant;
use footing::availability::{BookingLimits, Exception, NewException};
use footing::bookings::{Booking, BookingId, BookingRefusal, Notifier};
use footing::clock::{Instant, Span};
use footing::db::Conn;
use footing::error::Error;
use footing::listings::{Accept, NewService, Service, ServiceId, ServiceRefusal, ServiceState};
use footing::users::{Actor, Role, User};

use crate::nodes::{Nodes, Person, Practice, Reply, all_day, at, at_once, rounds};
use crate::support::{service, suspend};

pub const NO_LIMITS: BookingLimits =
    BookingLimits { per_day: None, per_week: None, new_per_month: None };

pub fn half_hour() -> NewService {
    service(8_500)
}

pub fn ask(nodes: &Nodes, nth: usize, who: &Person, service: ServiceId, start: Instant) -> Reply {
    let (service, start) = (service.to_string(), start.minute());
    nodes.post(nth, who, "/bookings", &[("service", &service), ("start", &start)])
}

/// Everybody asks for their time at once, from one node after the other.
fn ask_at_once(
    nodes: &Nodes,
    wishes: impl IntoIterator<Item = (Instant, ServiceId)>,
    clients: &[Person],
) -> Vec<u16> {
    let each = clients.iter().zip(wishes).enumerate();
    at_once(each.map(|(nth, (client, (start, service)))| {
        move || ask(nodes, nth, client, service, start).status
    }))
}

fn count(statuses: &[u16], status: u16) -> usize {
    statuses.iter().filter(|told| **told == status).count()
}

pub fn id(path: &str) -> BookingId {
    path.rsplit('/').next().unwrap().parse().unwrap()
}

pub fn booking(nodes: &Nodes, path: &str) -> Booking {
    Booking::by_id(&mut nodes.connect(), id(path)).unwrap()
}

#[test]
fn of_fifty_who_ask_for_one_time_one_gets_it() {
    let nodes = Nodes::start();
    let clients = nodes.clients(50);
    for _ in 0..rounds() {
        let practice = nodes.practice(&[half_hour()], NO_LIMITS);
        let wish = (at(&nodes, 0), practice.services[0]);
        let told = ask_at_once(&nodes, [wish; 50], &clients);
        assert_eq!((count(&told, 303), count(&told, 409)), (1, 49), "{told:?}");
        assert_eq!(nodes.blocking(&practice), 1);
        nodes.clear();
    }
}

#[test]
fn times_that_overlap_are_won_by_one_also_across_services() {
    let nodes = Nodes::start();
    let clients = nodes.clients(2);
    let often = NewService { step: Some(5), ..half_hour() };
    let hour = NewService { title: "A whole hour".to_owned(), duration: 60, ..half_hour() };
    for _ in 0..rounds() {
        let practice = nodes.practice(&[often.clone(), hour.clone()], NO_LIMITS);
        let (half, hour) = (practice.services[0], practice.services[1]);
        let meeting = [(at(&nodes, 0), half), (at(&nodes, 25), half)];
        let two_services = [(at(&nodes, 150), half), (at(&nodes, 120), hour)];
        for (won, wishes) in [(1, meeting), (2, two_services)] {
            let told = ask_at_once(&nodes, wishes, &clients);
            assert_eq!((count(&told, 303), count(&told, 409)), (1, 1), "{told:?}");
            assert_eq!(nodes.blocking(&practice), won);
        }
        nodes.clear();
    }
}

/// No form can ask for times a minute apart; the database decides about them all the same.
#[test]
fn of_two_rows_that_overlap_by_a_minute_the_database_takes_one() {
    let nodes = Nodes::start();
    let client = nodes.client();
    for _ in 0..rounds() {
        let practice = nodes.practice(&[half_hour()], NO_LIMITS);
        let first = ask(&nodes, 0, &client, practice.services[0], at(&nodes, 300));
        let known = id(&first.location).0;
        let copy = |id: i64, minutes: i64| {
            let later = |column: &str| format!("{column} + {}", minutes * 60_000_000);
            let (starts, ends) = (later("starts_at"), later("ends_at"));
            let (from, to) = (later("block_from"), later("block_to"));
            format!(
                "INSERT INTO bookings (id, client_id, accountant_id, service_id, state, pay_mode, \
                 starts_at, ends_at, block_from, block_to, deadline, requested_at, changed_at, \
                 wall, zone, tz_version, moves, sequence) SELECT {id}, client_id, accountant_id, \
                 service_id, state, pay_mode, {starts}, {ends}, {from}, {to}, deadline, \
                 requested_at, changed_at, wall, zone, tz_version, 0, 0 \
                 FROM bookings WHERE id = {known}"
            )
        };
        let insert = |sql: String| {
            let mut conn = nodes.connect();
            move || diesel::sql_query(sql).execute(&mut conn).is_ok()
        };
        let told = at_once([insert(copy(known + 1, 60)), insert(copy(known + 2, 89))]);
        assert_eq!(told.iter().filter(|taken| **taken).count(), 1, "{told:?}");
        assert_eq!(nodes.blocking(&practice), 2);
        nodes.clear();
    }
}

#[test]
fn times_that_touch_are_all_won_unless_a_buffer_lies_between() {
    let nodes = Nodes::start();
    let clients = nodes.clients(3);
    let rested = NewService { buffer_after: 5, ..half_hour() };
    for _ in 0..rounds() {
        for (made, won) in [(half_hour(), 3), (rested.clone(), 2)] {
            let practice = nodes.practice(&[made], NO_LIMITS);
            let wish = |nth: i64| (at(&nodes, 30 * nth), practice.services[0]);
            // with the buffer the one in the middle keeps both others out, or they it
            let told = ask_at_once(&nodes, (0..3).map(wish), &clients);
            let least = if won == 3 { 3 } else { 1 };
            assert!((least..=won).contains(&count(&told, 303)), "{told:?}");
            assert_eq!(count(&told, 303) + count(&told, 409), 3, "{told:?}");
            assert!(won == 3 || told[1] == 409 || (told[0], told[2]) == (409, 409), "{told:?}");
            nodes.clear();
        }
    }
}

#[test]
fn accepted_and_taken_back_at_once_ends_as_cancelled() {
    let nodes = Nodes::start();
    let client = nodes.client();
    for round in 0..rounds() {
        let practice = nodes.practice(&[half_hour()], NO_LIMITS);
        let ben = nodes.at_desk(&practice);
        let path = ask(&nodes, 0, &client, practice.services[0], at(&nodes, 0)).location;
        let act = |nth: usize, who: &'_ Person, act: &str| {
            nodes.post(nth, who, &format!("{path}/{act}"), &[]).status
        };
        let accept = || act(round, &ben, "acceptance");
        let cancel = || act(round + 1, &client, "cancellation");
        let acts: [&(dyn Fn() -> u16 + Sync); 2] = [&accept, &cancel];
        let told = at_once(acts);
        assert!([303, 409].contains(&told[0]) && told[1] == 303, "{told:?}");
        let ended = booking(&nodes, &path);
        assert_eq!(ended.state.as_str(), "cancelled");
        assert_eq!(ended.accepted_at.is_some(), told[0] == 303);
        nodes.clear();
    }
}

#[test]
fn who_moves_to_a_time_that_another_asks_for_keeps_the_old_one_or_wins() {
    let nodes = Nodes::start();
    let clients = nodes.clients(2);
    for round in 0..rounds() {
        let practice = nodes.practice(&[half_hour()], NO_LIMITS);
        let (old, new) = (at(&nodes, 0), at(&nodes, 60));
        let path = ask(&nodes, 0, &clients[0], practice.services[0], old).location;
        let time = new.minute();
        let moves =
            || nodes.post(round, &clients[0], &format!("{path}/time"), &[("start", &time)]).status;
        let asks = || ask(&nodes, round + 1, &clients[1], practice.services[0], new).status;
        let acts: [&(dyn Fn() -> u16 + Sync); 2] = [&moves, &asks];
        let told = at_once(acts);
        assert_eq!((count(&told, 303), count(&told, 409)), (1, 1), "{told:?}");
        let after = booking(&nodes, &path);
        let is_moved = told[0] == 303;
        assert_eq!(after.starts_at, if is_moved { new } else { old });
        assert_eq!((after.moves, after.sequence), if is_moved { (1, 1) } else { (0, 0) });
        assert_eq!(nodes.blocking(&practice), if is_moved { 1 } else { 2 });
        nodes.clear();
    }
}

#[test]
fn two_who_would_swap_their_times_are_both_refused_and_none_waits_for_the_other() {
    let nodes = Nodes::start();
    let clients = nodes.clients(2);
    for _ in 0..rounds() {
        let practice = nodes.practice(&[half_hour()], NO_LIMITS);
        let times = [at(&nodes, 0), at(&nodes, 30)];
        let path =
            |nth: usize| ask(&nodes, nth, &clients[nth], practice.services[0], times[nth]).location;
        let (paths, begun) = ([path(0), path(1)], std::time::Instant::now());
        let told = at_once((0..2).map(|nth| {
            let (nodes, client, own) = (&nodes, &clients[nth], format!("{}/time", paths[nth]));
            let wanted = times[1 - nth].minute();
            move || nodes.post(nth, client, &own, &[("start", &wanted)]).status
        }));
        assert_eq!(told, [409, 409]);
        assert!(begun.elapsed().as_secs() < 4, "they waited for each other");
        for nth in 0..2 {
            assert_eq!(booking(&nodes, &paths[nth]).starts_at, times[nth]);
        }
        nodes.clear();
    }
}

/// By this accountant, to whom this client is about to go.
type Change = fn(&mut Conn, &Actor, &Practice, &Person);
const CHANGES: [Change; 6] = [
    |conn, actor, _, _| {
        let day = (actor.now + Span::days(3)).day("UTC");
        Exception::create(conn, actor, &NewException::Vacation(day, day.plus(4))).unwrap();
    },
    |conn, actor, _, _| {
        let profile = all_day("Ben", None);
        let paused = footing::accountants::NewProfile { paused: true, ..profile };
        Accountant::save(conn, actor, &paused).unwrap();
    },
    |conn, actor, practice, _| {
        let service = Service::owned(conn, practice.services[0], actor.id).unwrap();
        service.set_state(conn, actor, ServiceState::Paused).unwrap();
    },
    |conn, actor, _, _| User::disable(conn, actor.id, actor.now).unwrap(),
    |conn, actor, _, _| suspend(conn, actor.id.0),
    |conn, _, _, client| suspend(conn, client.id.0),
];

/// Each change runs as a node of its own and counts before it commits: what it does not see then
/// must never come.
#[test]
fn no_booking_commits_after_a_vacation_a_pause_or_a_suspension() {
    let nodes = Nodes::start();
    for round in 0..rounds() * CHANGES.len() {
        let client = nodes.client();
        let practice = nodes.practice(&[half_hour()], NO_LIMITS);
        let sql = format!(
            "SELECT count(*) AS number FROM bookings WHERE accountant_id = {}",
            practice.id.0
        );
        let change = || {
            std::thread::sleep(std::time::Duration::from_millis(
                u64::try_from(round % 5 * 4).unwrap(),
            ));
            nodes.act(|conn, now| {
                let actor = Actor { id: practice.id, role: Role::Accountant, now };
                CHANGES[round % CHANGES.len()](conn, &actor, &practice, &client);
                crate::nodes::number(conn, &sql)
            })
        };
        let asks: Vec<_> = (0..6)
            .map(|nth| {
                let (nodes, client, practice) = (&nodes, &client, &practice);
                move || {
                    let start = at(nodes, 30 * i64::try_from(nth).unwrap());
                    let told = ask(nodes, nth, client, practice.services[0], start).status;
                    i64::from(told == 303)
                }
            })
            .collect();
        let mut acts: Vec<&(dyn Fn() -> i64 + Sync)> = vec![&change];
        acts.extend(asks.iter().map(|ask| ask as &(dyn Fn() -> i64 + Sync)));
        let told = at_once(acts);
        assert_eq!(nodes.number(&sql), told[0], "change {}: {told:?}", round % CHANGES.len());
        nodes.clear();
    }
}

#[test]
fn a_limit_of_three_a_day_holds_against_ten_at_once() {
    let nodes = Nodes::start();
    let clients = nodes.clients(10);
    for _ in 0..rounds() {
        let limits = BookingLimits { per_day: Some(3), ..NO_LIMITS };
        let practice = nodes.practice(&[half_hour()], limits);
        let wish = |nth: i64| (at(&nodes, 30 * nth), practice.services[0]);
        let told = ask_at_once(&nodes, (0..10).map(wish), &clients);
        assert_eq!((count(&told, 303), count(&told, 409)), (3, 7), "{told:?}");
        assert_eq!(nodes.blocking(&practice), 3);
        nodes.clear();
    }
}

#[test]
fn a_form_sent_four_times_at_once_is_one_booking_and_each_sender_is_led_to_it() {
    let nodes = Nodes::start();
    let client = nodes.client();
    for accept in [Accept::Request, Accept::Instant].repeat(rounds()) {
        let practice = nodes.practice(&[NewService { accept, ..half_hour() }], NO_LIMITS);
        let (service, start) = (practice.services[0].to_string(), at(&nodes, 0).minute());
        let key = format!("{:0>26}", nodes.now().micros());
        let form = [("service", service.as_str()), ("start", &start), ("key", &key)];
        let (nodes, client) = (&nodes, &client);
        let told = at_once((0..4).map(|nth| move || nodes.post(nth, client, "/bookings", &form)));
        let led: Vec<_> = told.iter().map(|told| (told.status, told.location.as_str())).collect();
        assert!(led.iter().all(|each| *each == (303, led[0].1)), "{led:?}");
        assert_eq!(nodes.blocking(&practice), 1);
        nodes.clear();
    }
}

/// Each holds what they saw, while the other acts first; nothing but the UPDATE's own condition stands
/// between them.
#[test]
fn who_acts_on_what_has_changed_since_they_saw_it_is_told_so_and_changes_nothing() {
    let nodes = Nodes::start();
    let (client, mail) = (nodes.client(), nodes.mail());
    let desk = Notifier(&mail);
    let instant = NewService { accept: Accept::Instant, ..half_hour() };
    let practice = nodes.practice(&[instant], NO_LIMITS);
    let (old, new) = (at(&nodes, 0), at(&nodes, 60));
    let path = ask(&nodes, 0, &client, practice.services[0], old).location;
    let owner = |now| Actor { id: practice.id, role: Role::Accountant, now };
    let asker = |now| Actor { id: client.id, role: Role::Client, now };
    let is_conflict = |told: Result<(), BookingRefusal>| {
        matches!(told, Err(BookingRefusal::Failed(Error::Conflict(_))))
    };
    let seen = || booking(&nodes, &path);
    nodes.act(|conn, now| {
        let first = seen();
        first.clone().move_to(conn, &desk, &asker(now), new).unwrap();
        assert!(is_conflict(first.propose(conn, &desk, &owner(now), new + Span::hours(1))));
    });
    nodes.act(|conn, now| {
        seen().propose(conn, &desk, &owner(now), new + Span::hours(1)).unwrap();
        let first = Booking::by_id(conn, id(&path)).unwrap();
        first.clone().decline_proposal(conn, &desk, &asker(now), None).unwrap();
        assert!(is_conflict(first.decline_proposal(conn, &desk, &asker(now), None)));
    });
    nodes.act(|conn, _| {
        let (first, begun) = (seen(), new + Span::minutes(20));
        first.clone().mark_no_show(conn, &desk, &owner(begun)).unwrap();
        let again = first.clone().mark_no_show(conn, &desk, &owner(begun));
        assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
        first.clone().complain(conn, &desk, &asker(begun), Some(vec![1])).unwrap();
        let again = first.complain(conn, &desk, &asker(begun), Some(vec![2]));
        assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
    });
    let told = nodes.number(&format!(
        "SELECT count(*) AS number FROM booking_events WHERE booking_id = {} AND kind IN \
         ('moved', 'proposed', 'proposal-declined', 'no-show', 'complaint')",
        id(&path).0
    ));
    assert_eq!(told, 5, "each happened once");
    nodes.act(|conn, now| {
        let first = Service::owned(conn, practice.services[0], practice.id).unwrap();
        first.set_state(conn, &owner(now), ServiceState::Paused).unwrap();
        first.set_state(conn, &owner(now), ServiceState::Paused).unwrap();
        let late = first.set_state(conn, &owner(now), ServiceState::Archived);
        let is_told = matches!(late, Err(ServiceRefusal::Failed(Error::Conflict(_))));
        assert!(is_told, "{late:?}");
    });
}
