//! Timelines: read in pages, caught up with, cleared, and never changed; nothing in them can be read
//! by whoever has the database.

use std::ops::Range;

use footing::clock::Span;
use footing::messaging::wire::Header;
use footing::messaging::{Conversation, ConversationId, Message, PostedMessage};
use serde_json::json;

use crate::chatters::{Chatter, id_of, pair};
use crate::support::TestSite;

/// Messages of one sender as `send_message` would store them, without its limits.
async fn store(site: &TestSite, by: &Chatter, to: &Chatter, conv: &str, numbers: Range<u64>) {
    let wires: Vec<Vec<u8>> = numbers
        .map(|number| {
            let mut letter = by.letter(conv, to, &format!("Number {number}"));
            letter.header.dev_seq = number;
            letter.wire()
        })
        .collect();
    let (receiver, id) = (to.person.id, ConversationId(id_of(conv)));
    let sender = by.person.id;
    site.write(move |conn, now| {
        for wire in wires {
            let talk = Conversation::with_member(conn, id, sender)?;
            let header = Header::parse(&wire).unwrap();
            Message::store(
                conn,
                &talk,
                &PostedMessage { receiver, header, wire, blobs: vec![] },
                now,
            )?;
        }
        Ok(())
    })
    .await;
}

#[actix_web::test]
async fn paging_by_time_neither_repeats_nor_skips_while_a_thousand_messages_come() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    store(&site, &ana, &ben, &conv, 1..201).await;
    let arriving = async {
        for hundred in 0..10 {
            let from = 201 + hundred * 100;
            store(&site, &ana, &ben, &conv, from..from + 100).await;
        }
    };
    let paging = async {
        let (mut seen, mut before) = (vec![], String::new());
        while seen.first() != Some(&1) {
            let page = ben.history(&ana, &format!("&screen_size=5{before}")).await;
            let rows = page["messages"].as_array().unwrap();
            seen.splice(0..0, rows.iter().map(|row| row["seq"].as_i64().unwrap()));
            before = format!("&before_timestamp={}", page["next_before_timestamp"]);
        }
        seen
    };
    let ((), seen) = futures_util::future::join(arriving, paging).await;
    let last = *seen.last().unwrap();
    assert!(last >= 200 && seen == (1..=last).collect::<Vec<_>>(), "{seen:?}");
    let newest = ben.history(&ana, "&screen_size=1").await;
    assert_eq!(newest["messages"][0]["seq"], 1200);
}

#[actix_web::test]
async fn paging_by_time_neither_repeats_nor_skips_even_at_one_frozen_instant() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    store(&site, &ana, &ben, &conv, 1..201).await;
    site.forward(Span::seconds(60));
    let mut texts = vec![];
    let mut before = String::new();
    loop {
        let page = ben.history(&ana, &format!("&screen_size=40{before}")).await;
        let rows = page["messages"].as_array().unwrap();
        texts.splice(0..0, rows.iter().map(|row| row["seq"].as_i64().unwrap()));
        let Some(next) = page["next_before_timestamp"].as_i64() else { break };
        before = format!("&before_timestamp={next}");
        assert_eq!(rows.len(), 40);
        // what comes meanwhile is newer than any cursor
        if texts.len() == 80 {
            ben.say(&conv, &ana, "In between").await;
        }
    }
    assert_eq!(texts, (1..=200).collect::<Vec<_>>());
}

#[actix_web::test]
async fn every_parameter_of_a_history_has_its_meaning() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    for text in ["One", "Two", "Three"] {
        ana.say(&conv, &ben, text).await;
        site.forward(Span::seconds(1));
    }
    let count = |query: &'static str| {
        let (ana, ben) = (ana.clone(), ben.clone());
        async move { ben.history(&ana, query).await["messages"].as_array().unwrap().len() }
    };
    for (query, expected) in [
        ("", 3),
        ("&screen_size=2", 2),
        ("&screen_size=0", 1),
        ("&screen_size=-7", 1),
        ("&screen_size=100000", 3),
        ("&before_timestamp=0", 0),
        ("&before_timestamp=-5", 0),
        ("&before_timestamp=99999999999999", 3),
        ("&before_timestamp=2999-01-01T00:00:00%2B01:00", 3),
        ("&before_timestamp=1999-01-01T00:00:00Z", 0),
    ] {
        assert_eq!(count(query).await, expected, "{query}");
    }
    let path = |query: &str| format!("/get_message?user={}{query}", ana.person.id);
    for query in [
        "&screen_size=x",
        "&screen_size=1.5",
        "&before_timestamp=yesterday",
        "&before_timestamp=2026-11-25T10:00:00",
    ] {
        ben.person.get(&path(query)).await.assert_refused(422, "shape");
    }
    let own = format!("/get_message?user={}", ben.person.id);
    ben.person.get(&own).await.assert_status(404);
    ben.person.get("/get_message?user=nobody").await.assert_status(404);
    ben.person.get("/get_message").await.assert_status(404);
    site.stranger().get(&path("")).await.assert_status(401);
}

#[actix_web::test]
async fn marks_move_forward_only_and_unread_counts_the_others_messages() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    for text in ["One", "Two", "Three"] {
        ana.say(&conv, &ben, text).await;
    }
    let unread = |who: &Chatter| {
        let who = who.person.clone();
        async move { who.get("/messages").await.all("#conversations .count").join("") }
    };
    let ack = |delivered: i64, read: i64| {
        let (ben, conv) = (ben.person.clone(), conv.clone());
        async move {
            let body = json!({"delivered": delivered, "read": read});
            ben.send_json("POST", &format!("/messages/{conv}/ack"), &body).await
        }
    };
    assert_eq!(unread(&ben).await, "3 unread");
    assert_eq!(unread(&ana).await, "");
    ana.post(&ana.change(&conv, &ben, 3, None)).await.assert_status(201);
    assert_eq!(unread(&ben).await, "2 unread");
    ack(3, 1).await.assert_status(204);
    assert_eq!(unread(&ben).await, "1 unread");
    ack(0, 0).await.assert_status(204);
    ack(-4, i64::MAX).await.assert_status(204);
    assert_eq!(unread(&ben).await, "");
    let body = json!({"delivered": 1, "read": 1});
    let path = format!("/messages/{conv}/ack");
    site.cy().await.send_json("POST", &path, &body).await.assert_status(404);
    // the mark of what was read is shown to the other side, unless one of them hides it
    let shown = |page: crate::support::Answer| page.attributes("main", "data-read");
    assert_eq!(shown(ana.person.get(&format!("/messages/{conv}")).await).len(), 1);
    for (hider, fields) in [(&ben, [("mail_mode", "soon"), ("share_presence", "on")])] {
        hider.person.post("/settings/messages", &fields).await.assert_status(303);
    }
    assert!(shown(ana.person.get(&format!("/messages/{conv}")).await).is_empty());
    assert!(shown(ben.person.get(&format!("/messages/{conv}")).await).is_empty());
}

#[actix_web::test]
async fn clearing_hides_the_past_from_oneself_and_from_nobody_else() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    ana.say(&conv, &ben, "Old").await;
    ben.person.post(&format!("/messages/{conv}/clear"), &[]).await.assert_status(303);
    ana.say(&conv, &ben, "New").await;
    assert_eq!(ben.read(&conv, &ana).await, ["New"]);
    assert_eq!(ana.read(&conv, &ben).await, ["Old", "New"]);
    assert!(!ben.person.get(&format!("/messages/{conv}")).await.has("#m-1"));
    assert!(!ben.person.get(&format!("/messages/{conv}/since?after_seq=0")).await.has("#m-1"));
}

#[actix_web::test]
async fn a_page_that_fell_behind_gets_what_it_missed_in_order_and_each_row_once() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    for text in ["One", "Two", "Three"] {
        ana.say(&conv, &ben, text).await;
    }
    ana.post(&ana.change(&conv, &ben, 1, Some("First"))).await.assert_status(201);
    let since = |after: i64| {
        let (ben, conv) = (ben.person.clone(), conv.clone());
        async move { ben.get(&format!("/messages/{conv}/since?after_seq={after}")).await.page() }
    };
    let ids = |page: String| -> Vec<String> {
        page.split(" id=\"m-")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ids(since(0).await), ["1", "2", "3"]);
    // an edit comes inside the row it is about
    assert_eq!(ids(since(3).await), ["1"]);
    assert_eq!(ids(since(4).await), Vec::<String>::new());
    assert!(since(2).await.contains("data-last=\"4\""));
}

#[actix_web::test]
async fn no_row_of_a_timeline_can_be_changed_removed_or_put_in_between() {
    use diesel::RunQueryDsl;
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    ana.say(&conv, &ben, "One").await;
    for statement in [
        "UPDATE messages SET server_ts = server_ts + 1000",
        "UPDATE messages SET sender_id = NULL",
        "UPDATE messages SET chain = wire_hash",
        "UPDATE messages SET seq = 5",
        "DELETE FROM messages",
        "UPDATE conversation_epochs SET epoch = 9",
        "DELETE FROM conversation_epochs",
        "UPDATE chat_identities SET kind = 2",
        "DELETE FROM chat_identities",
        "UPDATE conversations SET last_seq = 0",
        "UPDATE conversation_participants SET read_seq = -1",
        "INSERT INTO messages (conversation_id, seq, act, wire_hash, chain, server_ts, notice_kind, \
         notice_ref) SELECT conversation_id, 9, 0, wire_hash, chain, server_ts + 1000, 1, 1 \
         FROM messages",
        "INSERT INTO messages (conversation_id, seq, act, wire_hash, chain, server_ts) \
         SELECT conversation_id, 2, 0, wire_hash, chain, server_ts + 1000 FROM messages",
    ] {
        let done = site
            .site
            .db
            .write(move |conn, _| {
                Ok::<_, footing::error::Error>(diesel::sql_query(statement).execute(conn)?)
            })
            .await;
        assert!(done.is_err(), "{statement}");
    }
    assert_eq!(ben.read(&conv, &ana).await, ["One"]);
}

/// All that the site keeps: the database, and every file of its folder, mails among them.
async fn everything_kept(site: &TestSite) -> Vec<u8> {
    use diesel::prelude::*;
    use diesel::sql_types::{Nullable, Text};
    #[derive(QueryableByName)]
    struct SearchResults {
        #[diesel(sql_type = Nullable<Text>)]
        text: Option<String>,
    }
    let mut kept = vec![];
    let mut folders = vec![site.folder().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => kept.extend(std::fs::read(path).unwrap()),
            }
        }
    }
    if !site.site.db.is_sqlite() {
        let dump = site.read(|conn, _| {
            let all = |conn: &mut footing::db::Conn,
                       sql: String|
             -> footing::error::Result<Vec<SearchResults>> {
                Ok(diesel::sql_query(sql).load(conn)?)
            };
            let tables = "SELECT table_name::text AS text FROM information_schema.tables \
                          WHERE table_schema = current_schema()";
            let mut dump = String::new();
            for table in all(conn, tables.to_owned())?.into_iter().filter_map(|found| found.text) {
                let rows = format!("SELECT string_agg(t::text, ' ') AS text FROM {table} t");
                dump.extend(all(conn, rows)?.into_iter().filter_map(|found| found.text));
            }
            Ok(dump)
        });
        kept.extend(dump.await.into_bytes());
    }
    kept
}

#[actix_web::test]
async fn of_200_known_texts_database_files_and_mails_hold_none() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    let needles: Vec<String> =
        (0..200).map(|number| format!("canary {number:03} sings in the mine")).collect();
    for (number, text) in needles.iter().enumerate() {
        let (from, to) = if number % 2 == 0 { (&ana, &ben) } else { (&ben, &ana) };
        from.say(&conv, to, text).await;
        site.forward(Span::seconds(12));
    }
    ana.post(&ana.change(&conv, &ben, 1, Some("canary 999 sings in the mine"))).await;
    site.forward(Span::minutes(30));
    site.mails_to("ben@example.com").await;
    let page = ben.person.get(&format!("/messages/{conv}")).await.page();
    let kept = [everything_kept(&site).await, page.into_bytes()].concat();
    let holds = |needle: &[u8]| kept.windows(needle.len()).any(|window| window == needle);
    assert!(holds(b"Europe/London"), "the search finds what is there");
    let hex: String = b"sings in the mine".iter().map(|byte| format!("{byte:02x}")).collect();
    for needle in [b"sings in the mine".as_slice(), b"canary", hex.as_bytes()] {
        assert!(!holds(needle), "{}", String::from_utf8_lossy(needle));
    }
    // every one of them carries these words, so none is there; and the two read them all
    assert_eq!(needles.iter().filter(|text| text.contains("sings in the mine")).count(), 200);
    assert_eq!(
        ben.history(&ana, "&screen_size=200").await["messages"].as_array().unwrap().len(),
        200
    );
}
