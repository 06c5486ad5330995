//! Open pages: what reaches them, what ends them, and what a lost node or a lost Redis costs.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use crate::nodes::{Nodes, at_once};
use crate::talkers::{Bytes, Heard, Pair, nodes};

#[test]
fn a_message_reaches_the_other_sides_page_on_whichever_node_it_is() {
    let (nodes, _redis) = nodes();
    let mut pair = Pair::of(&nodes);
    let mut page = nodes.connect_page(1, &pair.ben.person).unwrap();
    page.say(&pair.sub(0));
    page.say(r#"{"t":"hb"}"#);
    std::thread::sleep(Duration::from_millis(300));
    for seq in 1..=3 {
        pair.say(&nodes, 0, true, &format!("Number {seq}"));
        assert_eq!(page.wait_for_rows(), [seq]);
    }
    // a page that comes late gets all of it, one that has some the rest
    let mut late = nodes.connect_page(0, &pair.ben.person).unwrap();
    late.say(&pair.sub(0));
    assert_eq!(late.wait_for_rows(), [1, 2, 3]);
    let mut later = nodes.connect_page(1, &pair.ben.person).unwrap();
    later.say(&pair.sub(2));
    assert_eq!(later.wait_for_rows(), [3]);
}

#[test]
fn only_a_page_of_this_site_with_a_session_gets_a_socket_and_eight_of_them() {
    let (nodes, _redis) = nodes();
    let ana = nodes.client();
    let origin = format!("http://{}", nodes.address(0));
    let refused = |person: Option<&_>, origin: Option<&str>| {
        nodes.connect_from(0, person, origin).err().expect("a refusal")
    };
    assert_eq!(refused(Some(&ana), None), 403);
    assert_eq!(refused(Some(&ana), Some("https://evil.example")), 403);
    assert_eq!(refused(Some(&ana), Some("null")), 403);
    assert_eq!(refused(None, Some(&origin)), 401);
    let open: Vec<_> = (0..8).map(|_| nodes.connect_page(0, &ana).unwrap()).collect();
    assert_eq!(nodes.connect_page(0, &ana).err(), Some(429));
    drop(open);
    let other = nodes.client();
    assert!(nodes.connect_page(0, &other).is_ok());
}

#[test]
fn a_stranger_who_follows_a_conversation_hears_nothing_of_it() {
    let (nodes, _redis) = nodes();
    let mut pair = Pair::of(&nodes);
    let cy = nodes.client();
    let mut page = nodes.connect_page(0, &cy).unwrap();
    page.say(&pair.sub(0));
    page.say(&format!(r#"{{"t":"typing","conv":"{}"}}"#, pair.conv.id));
    pair.say(&nodes, 0, true, "Not for cy");
    while let Some(heard) = page.hear_within(Duration::from_secs(2)) {
        // the socket's own heart may beat meanwhile; it knows of no conversation
        let Heard::Frame(frame) = heard else { panic!("a stranger heard of it") };
        assert_eq!((&frame["t"], &frame["heads"]), (&json!("hb"), &json!({})));
    }
}

#[test]
fn every_broken_frame_has_its_close_code_and_disturbs_nobody_else() {
    let (nodes, _redis) = nodes();
    let mut pair = Pair::of(&nodes);
    let mut other = nodes.connect_page(0, &pair.ben.person).unwrap();
    other.say(&pair.sub(0));
    let close = |message: Message| {
        let mut page = nodes.connect_page(0, &pair.ana.person).unwrap();
        page.send(message);
        page.wait_for_close()
    };
    assert_eq!(close(Message::binary(vec![1, 2, 3])), 1003);
    let broken = Frame::message(vec![0xc3, 0x28], OpCode::Data(Data::Text), true);
    assert_eq!(close(Message::Frame(broken)), 1007);
    for broken in
        ["", "{", "null", "[]", r#"{"t":"dance"}"#, r#"{"t":"sub"}"#, r#"{"t":"state","v":"x"}"#]
    {
        assert_eq!(close(Message::text(broken)), 1008, "{broken}");
        std::thread::sleep(Duration::from_millis(200));
    }
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(close(Message::text("x".repeat(9000))), 1009);
    let mut flood = nodes.connect_page(0, &pair.ana.person).unwrap();
    (0..30).for_each(|_| flood.say(r#"{"t":"hb"}"#));
    assert_eq!(flood.wait_for_close(), 1008);
    pair.say(&nodes, 0, true, "Still here");
    assert_eq!(other.wait_for_rows(), [1]);
}

#[test]
fn a_frame_of_a_gigabyte_is_refused_at_its_head_and_kept_nowhere() {
    let nodes = Nodes::start();
    let ana = nodes.client();
    let mut page = Bytes::connect(&nodes, &ana);
    let before = nodes.memory(0);
    let mut sender = page.0.try_clone().unwrap();
    let begun = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut head = vec![0x82, 0xFF];
            head.extend((1_u64 << 30).to_be_bytes());
            head.extend([0; 4]);
            sender.write_all(&head).unwrap();
            let piece = vec![7; 64 * 1024];
            (0..1024).all(|_| sender.write_all(&piece).is_ok())
        });
        assert_eq!(page.wait_for_close(), 1009);
        assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    });
    let grown = nodes.memory(0).saturating_sub(before);
    assert!(grown < 8, "{grown} MiB more");
}

#[test]
fn pings_count_and_a_close_is_answered_before_the_connection_ends() {
    let nodes = Nodes::start();
    let ana = nodes.client();
    let mut page = Bytes::connect(&nodes, &ana);
    let ping = [0x89, 0x80, 0, 0, 0, 0];
    page.0.write_all(&ping.repeat(200)).unwrap();
    assert_eq!(page.wait_for_close(), 1008);
    let mut page = Bytes::connect(&nodes, &ana);
    page.0.write_all(&ping.repeat(19)).unwrap();
    page.0.write_all(&[0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE8]).unwrap();
    assert_eq!(page.wait_for_close(), 1000);
    let begun = Instant::now();
    assert_eq!(page.0.read(&mut [0]).unwrap(), 0, "more came after the close");
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
}

#[test]
fn signing_out_and_a_suspension_close_sockets_on_every_node_within_seconds() {
    let (nodes, _redis) = nodes();
    let pair = Pair::of(&nodes);
    let mut page = nodes.connect_page(1, &pair.ana.person).unwrap();
    let mut other = nodes.connect_page(1, &pair.ben.person).unwrap();
    std::thread::sleep(Duration::from_millis(1200));
    let begun = Instant::now();
    assert_eq!(nodes.post(0, &pair.ana.person, "/logout", &[]).status, 303);
    assert_eq!(page.wait_for_close(), 4401);
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    // the other's goes on, until somebody at the database suspends the account
    assert!(!matches!(other.hear_within(Duration::from_millis(100)), Some(Heard::Closed(_))));
    let id = pair.ben.person.id.0;
    crate::support::suspend(&mut nodes.connect(), id);
    assert_eq!(other.wait_for_close(), 4401);
    assert_eq!(nodes.connect_page(0, &pair.ben.person).err(), Some(403));
}

#[test]
fn a_stopping_node_sends_its_pages_away_to_come_back() {
    let (nodes, _redis) = nodes();
    let mut pair = Pair::of(&nodes);
    let last = nodes.count() - 1;
    let mut page = nodes.connect_page(last, &pair.ben.person).unwrap();
    page.say(&pair.sub(0));
    std::thread::sleep(Duration::from_millis(300));
    nodes.stop(last);
    assert_eq!(page.wait_for_close(), 1012);
    nodes.restart(last);
    pair.say(&nodes, last, true, "While you were away");
    let mut again = nodes.connect_page(last, &pair.ben.person).unwrap();
    again.say(&pair.sub(0));
    assert_eq!(again.wait_for_rows(), [1]);
}

#[test]
fn presence_typing_and_receipts_are_seen_unless_one_side_hides_them() {
    let (nodes, _redis) = nodes();
    let mut pair = Pair::of(&nodes);
    let mut ben = nodes.connect_page(1, &pair.ben.person).unwrap();
    ben.say(&pair.sub(0));
    std::thread::sleep(Duration::from_millis(500));
    let mut ana = nodes.connect_page(0, &pair.ana.person).unwrap();
    ana.say(&pair.sub(0));
    assert_eq!(ben.wait_for_frame("presence")["online"], true);
    let typing = format!(r#"{{"t":"typing","conv":"{}"}}"#, pair.conv.id);
    ana.say(&typing);
    assert_eq!(ben.wait_for_frame("typing")["conv"], pair.conv.id.to_string());
    pair.say(&nodes, 0, true, "Read me");
    assert_eq!(ben.wait_for_rows(), [1]);
    let ack = format!("/messages/{}/ack", pair.conv.id);
    let marks = json!({"delivered": 1, "read": 1});
    let acked = nodes.post_json(1, &pair.ben.person, &ack, &marks).unwrap();
    assert_eq!(acked.status, 204);
    let receipt = ana.wait_for_frame("receipt");
    assert_eq!((&receipt["delivered"], &receipt["read"]), (&json!(1), &json!(1)));

    // ben hides both: ana hears neither, not even that there is nothing to hear, and neither does ben
    let form = [("mail_mode", "soon")];
    assert_eq!(nodes.post(0, &pair.ben.person, "/settings/messages", &form).status, 303);
    std::thread::sleep(Duration::from_secs(3));
    ana.say(&typing);
    pair.say(&nodes, 0, true, "Unseen");
    let marks = json!({"delivered": 2, "read": 2});
    nodes.post_json(1, &pair.ben.person, &ack, &marks).unwrap();
    let told = |page: &mut crate::talkers::Socket| {
        std::iter::from_fn(|| page.hear_within(Duration::from_millis(1500)))
            .filter_map(|heard| match heard {
                Heard::Frame(frame) => Some(frame["t"].as_str().unwrap().to_owned()),
                _ => None,
            })
            .filter(|kind| ["typing", "receipt", "presence"].contains(&kind.as_str()))
            .collect::<Vec<_>>()
    };
    assert!(told(&mut ana).is_empty());
    assert!(told(&mut ben).is_empty());
}

#[test]
fn what_is_pushed_is_what_the_table_holds_and_brings_each_key_once() {
    let (nodes, _redis) = nodes();
    let mut pair = Pair::of(&nodes);
    let message = |text: &str| {
        let rest = text.split_once("<enc-msg").unwrap().1;
        rest.split_once("</enc-msg>").unwrap().0.to_owned()
    };
    for nth in 0..nodes.count() {
        let before = pair.sent();
        let mut page = nodes.connect_page(nth, &pair.ben.person).unwrap();
        page.say(&pair.sub(before));
        page.say(r#"{"t":"hb"}"#);
        std::thread::sleep(Duration::from_millis(300));
        let keys = [(), (), ()].map(|()| {
            pair.say(&nodes, 0, true, "As it stands");
            let pushed = page.wait_for_markup();
            let after = format!("/messages/{}/since?after_seq={}", pair.conv.id, pair.sent() - 1);
            assert_eq!(message(&pushed), message(&nodes.get(0, &pair.ben.person, &after).body));
            if pair.sent() == before + 2 {
                pair.begin_epoch(&nodes);
            }
            pushed.matches("<enc-epoch").count()
        });
        assert_eq!((keys[0], keys[2]), (1, 1), "a page may lack the key, or not have a new one");
    }
}

#[test]
fn a_socket_cut_after_every_frame_loses_nothing_and_doubles_nothing() {
    let (nodes, _redis) = nodes();
    let mut pair = Pair::of(&nodes);
    let mut seen = vec![];
    for seq in 1..=12 {
        let mut page = nodes.connect_page(seq % 2, &pair.ben.person);
        while page.is_err() {
            std::thread::sleep(Duration::from_millis(500));
            page = nodes.connect_page(seq % 2, &pair.ben.person);
        }
        let mut page = page.unwrap();
        page.say(&pair.sub(i64::try_from(seen.len()).unwrap()));
        pair.say(&nodes, 0, true, &format!("Number {seq}"));
        let rows = page.wait_for_rows();
        seen.extend(rows);
        drop(page);
    }
    assert_eq!(seen, (1..=12).collect::<Vec<i64>>());
}

#[test]
fn one_id_sent_100_times_to_all_nodes_is_one_row() {
    let (nodes, _redis) = nodes();
    let mut pair = Pair::of(&nodes);
    let body = pair.letter(true, "Once");
    let send = |nth: usize| {
        let (nodes, body, ana) = (&nodes, &body, &pair.ana.person);
        move || nodes.post_json(nth, ana, "/send_message", body).unwrap()
    };
    let replies = at_once((0..100).map(send));
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 1);
    assert!(replies.iter().all(|reply| [200, 201].contains(&reply.status)), "{replies:?}");
    assert!(replies.iter().all(|reply| reply.body == replies[0].body));
    assert_eq!(nodes.number("SELECT count(*) AS number FROM messages"), 1);
}

#[test]
fn without_redis_messages_still_come_within_two_seconds_and_with_it_again_at_once() {
    let (nodes, redis) = nodes();
    let Some(mut redis) = redis else { return }; // one node needs none
    let mut pair = Pair::of(&nodes);
    let mut page = nodes.connect_page(1, &pair.ben.person).unwrap();
    page.say(&pair.sub(0));
    pair.say(&nodes, 0, true, "By Redis");
    assert_eq!(page.wait_for_rows(), [1]);
    redis.kill();
    std::thread::sleep(Duration::from_millis(1500));
    for seq in 2..=4 {
        let begun = Instant::now();
        pair.say(&nodes, 0, true, "By looking");
        assert_eq!(page.wait_for_rows(), [seq]);
        assert!(begun.elapsed() < Duration::from_millis(2500), "{:?}", begun.elapsed());
    }
    assert_eq!(nodes.get(0, &pair.ben.person, "/messages").status, 200);
}
