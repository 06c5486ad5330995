//! What is only added to: the database itself tells which tables say so, and raw SQL can neither
//! change, remove nor replace a row of theirs.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use footing::audit::Audit;
use footing::bookings::BookingId;
use footing::db::Conn;
use footing::decisions::DecisionId;
use footing::error::Result;
use footing::messaging::{Message, schema::messages};
use footing::payments::gateway::requests;
use footing::payments::journals::{Journal, Movement};
use footing::payments::{
    NewPayment, Operation, OperationKind, Payment, Rates, Subject, issue, ledger,
};

use crate::blobs::bytes;
use crate::bookings::Scene;
use crate::chatters::Chatter;
use crate::database::raw;
use crate::quotes::FORM;
use crate::support::TestSite;

/// A table with a trigger that refuses changes.
#[derive(Debug, QueryableByName)]
struct Guarded {
    #[diesel(sql_type = Text)]
    name: String,
    /// Whether it refuses removals, too: nothing in it ever changes.
    #[diesel(sql_type = BigInt)]
    stays: i64,
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

/// What rows that do change may not do. A new table with such a trigger is named here.
const BACKWARD: [(&str, &str); 11] = [
    ("blobs", "size = blobs.size + 1"),
    ("booking_events", "kind = 'other'"),
    ("bookings", "state = 'completed'"),
    ("conversation_participants", "delivered_seq = conversation_participants.delivered_seq - 1"),
    ("conversations", "last_seq = conversations.last_seq - 1"),
    ("credentials", "evidence_sha256 = credentials.evidence_key"),
    ("payments", "amount_minor = payments.amount_minor + 1"),
    ("review_replies", "words = 'Other words'"),
    ("reviews", "stars = 6 - reviews.stars"),
    ("quotes", "price_minor = quotes.price_minor + 1"),
    ("stripe_operations", "body = 'amount=1'"),
];

async fn guarded(site: &TestSite) -> Vec<Guarded> {
    site.read(|conn, _| -> Result<_> {
        let query = match conn {
            Conn::Sqlite(_) => {
                "SELECT tbl_name AS name, max(sql LIKE '%BEFORE DELETE %') AS stays \
                 FROM sqlite_master WHERE type = 'trigger' \
                 AND (sql LIKE '%BEFORE UPDATE %' OR sql LIKE '%BEFORE DELETE %') \
                 GROUP BY tbl_name ORDER BY tbl_name"
            }
            Conn::Postgres(_) => {
                "SELECT c.relname::text AS name, max(tgtype & 8)::bigint AS stays \
                 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid \
                 WHERE NOT tgisinternal AND tgtype & 2 <> 0 AND tgtype & 24 <> 0 \
                 GROUP BY c.relname ORDER BY c.relname"
            }
        };
        Ok(diesel::sql_query(query).load(conn)?)
    })
    .await
}

async fn words(site: &TestSite, sql: String) -> Vec<String> {
    let rows: Vec<Word> = site.read(move |conn, _| Ok(diesel::sql_query(sql).load(conn)?)).await;
    rows.into_iter().map(|row| row.word).collect()
}

/// At least one row in each of these tables.
async fn filled() -> TestSite {
    let scene = Scene::start().await;
    scene.pending(40).await;
    let used = offer(&scene).await;
    let form = [("offer", used.as_str()), ("start", scene.starts[60].as_str())];
    scene.ana.post("/bookings", &form).await.assert_status(303);
    offer(&scene).await;
    let (ana, ben) = (scene.ana.with_keys().await, scene.ben.with_keys().await);
    let conv = ana.open_with(&ben).await;
    ana.begin_with(&conv, &ben).await;
    let file = ana.person.upload_sealed(&conv, &bytes(80, 1)).await;
    ana.post(&ana.with_files(&conv, &ben, &[&file])).await.assert_status(201);
    set_aside(&ana, &conv, &ben).await;
    pay(&scene).await;
    use crate::credentials::{CLAIM, PDF, claim};
    claim(&scene.ben, &CLAIM, PDF).await.assert_status(303);
    let found = format!(
        "UPDATE credentials SET status = 'verified', checked_on = 1, expires_on = 2, \
         source = 'the register', checked_by = {}",
        scene.ana.id.0
    );
    raw(&scene.site, found).await.unwrap();
    crate::reviews::with_reply(&scene.site, scene.ana.id, scene.ben.id).await;
    for number in ["1", "2"] {
        scene
            .site
            .write(move |conn, now| {
                Audit::note(conn, now, "operator", "user.disable", number, "because")
            })
            .await;
    }
    let decided = scene.ben.id.0;
    scene
        .site
        .write(move |conn, _| {
            crate::support::suspend(conn, decided);
            let columns = "restriction, scope, starts_at, ends_at, duration, facts, source, \
                           is_automated, ground, explanation, redress, decider, decided_by, \
                           is_emergency";
            let lifted = format!(
                "INSERT INTO decisions (id, outcome, target_kind, target, subject_id, {columns}, \
                 lifts_id, decided_at, appeal_until) SELECT id + 1000, 'lift', target_kind, target, \
                 subject_id, {columns}, id, decided_at, appeal_until FROM decisions"
            );
            diesel::sql_query(lifted).execute(conn)?;
            Ok(())
        })
        .await;
    scene.site
}

/// A text that was removed, and the key of an epoch that was handed over again.
async fn set_aside(ana: &Chatter, conv: &str, ben: &Chatter) {
    ana.say(conv, ben, "Removed after a report").await;
    let site = &ana.person.site;
    site.write(|conn, now| {
        let said = messages::table.filter(messages::wire.is_not_null()).order(messages::seq.desc());
        let place = said.select((messages::conversation_id, messages::seq)).first(conn)?;
        Message::remove(conn, place, DecisionId(1), now)
    })
    .await;
    let handed_over = "INSERT INTO epoch_reshares SELECT conversation_id, epoch, ik_id, creator_id, \
                       substr(record, 1, 189), sig, conversation_epochs.created_at, \
                       conversation_epochs.created_at + 1 FROM conversation_epochs \
                       JOIN chat_identities ON user_id = creator_id";
    raw(site, handed_over.to_owned()).await.unwrap();
}

/// A payment that has come as far as a charge, what was asked for it, and a journal.
async fn pay(scene: &Scene) {
    let path = scene.pending(42).await;
    let booking: BookingId = path.rsplit('/').next().unwrap().parse().unwrap();
    scene
        .site
        .write(move |conn, now| {
            let new = NewPayment {
                booking,
                livemode: false,
                currency: "GBP".to_owned(),
                amount_minor: 8_500,
                rates: Rates { commission_bps: 500, vat_bps: 0 },
                expires_at: now,
            };
            let payment = Payment::begin(conn, &new, now)?;
            let kind = OperationKind::Capture;
            let subject =
                Subject { payment: Some(payment.id), kind, id: payment.id.0, livemode: false };
            Operation::begin(conn, subject, requests::capture("pi_1"), now)?;
            let movement = Movement {
                source_id: "ch_1".to_owned(),
                livemode: false,
                at: now,
                currency: "GBP".to_owned(),
                booking: Some(booking),
            };
            issue::charged(conn, &payment, &movement, now)?;
            ledger::post(conn, &Journal::charge(movement, 8_500), now)
        })
        .await;
    let known = "UPDATE payments SET session_id = 'cs_1', intent_id = 'pi_1', charge_id = 'ch_1'";
    raw(&scene.site, known.to_owned()).await.unwrap();
}

/// An offer of ben's to ana that is open.
async fn offer(scene: &Scene) -> String {
    let saved = scene.ben.post("/practice/services", &FORM).await;
    let service = saved.location().rsplit('/').next().unwrap().to_owned();
    let asked = [("answer", "About 200"), ("note", "We have two shops")];
    scene.ana.post(&format!("/services/{service}/quote"), &asked).await.assert_status(303);
    let until = scene.site.site.db.now().day("Europe/London").plus(7).to_string();
    let client = scene.ana.id.to_string();
    let form = [
        ("client", client.as_str()),
        ("amount", "400"),
        ("duration", "30"),
        ("text", "Accounts"),
        ("until", &until),
    ];
    let made = scene.ben.post(&format!("/services/{service}/offers"), &form).await;
    made.assert_status(303);
    made.location().rsplit('/').next().unwrap().to_owned()
}

/// Refused by a trigger; a CHECK or a foreign key that comes first would prove nothing.
async fn assert_refused(site: &TestSite, sql: &str) {
    let refused = raw(site, sql.to_owned()).await.expect_err(sql);
    let by_chance = ["constraint", "syntax", "no such", "does not exist", "NotFound"];
    assert!(!by_chance.iter().any(|words| refused.contains(words)), "{sql}\n{refused}");
}

#[actix_web::test]
async fn raw_sql_neither_changes_removes_nor_replaces_a_row_of_what_is_only_added_to() {
    let site = filled().await;
    let is_sqlite = site.read(|conn, _| Ok(conn.is_sqlite())).await;
    let tables = guarded(&site).await;
    assert!(tables.iter().filter(|table| table.stays != 0).count() >= 6, "{tables:?}");
    for Guarded { name, stays } in &tables {
        let count = || words(&site, format!("SELECT CAST(count(*) AS TEXT) AS word FROM {name}"));
        let before = count().await;
        assert_ne!(before, ["0"], "put a row of {name} into the scene");
        let column = columns(&site, name).await[0].clone();
        let backward = match BACKWARD.iter().find(|(table, _)| table == name) {
            Some((_, change)) => (*change).to_owned(),
            None => format!("{column} = {name}.{column}"),
        };
        assert_refused(&site, &format!("UPDATE {name} SET {backward}")).await;
        if *stays != 0 {
            assert_refused(&site, &format!("DELETE FROM {name}")).await;
        }
        let replacing = match is_sqlite {
            true => replacing(&site, name).await,
            false => upserting(&site, name, &backward, *stays != 0).await,
        };
        for sql in replacing {
            assert_refused(&site, &sql).await;
        }
        assert_eq!(count().await, before, "{name}");
    }
}

async fn columns(site: &TestSite, table: &str) -> Vec<String> {
    let is_sqlite = site.read(|conn, _| Ok(conn.is_sqlite())).await;
    let sql = match is_sqlite {
        true => format!("SELECT name AS word FROM pragma_table_info('{table}') ORDER BY cid"),
        false => format!(
            "SELECT attname::text AS word FROM pg_attribute WHERE attrelid = '{table}'::regclass \
             AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
        ),
    };
    words(site, sql).await
}

/// An INSERT OR REPLACE for each key that a row of a table has, the hidden one among them: the same
/// by that key, and new by every other.
async fn replacing(site: &TestSite, table: &str) -> Vec<String> {
    let key = |index: &str| format!("SELECT name AS word FROM pragma_index_info('{index}')");
    let indexes = format!("SELECT name AS word FROM pragma_index_list('{table}') WHERE \"unique\"");
    let mut keys = vec![];
    for index in words(site, indexes).await {
        keys.push(words(site, key(&index)).await);
    }
    let own = format!("SELECT name AS word FROM pragma_table_info('{table}') WHERE pk > 0");
    keys.push(words(site, own).await);
    keys.push(vec!["rowid".to_owned()]);
    let blob = format!("SELECT name AS word FROM pragma_table_info('{table}') WHERE type = 'BLOB'");
    let blobs = words(site, blob).await;
    let fresh = |column: &String| match blobs.contains(column) {
        true => format!("randomblob(length({column}))"),
        false => format!("{column} + 1"),
    };
    let columns = columns(site, table).await;
    let others = |same: &[String]| -> Vec<String> {
        let is_key = |column: &String| keys.iter().any(|key| key.contains(column));
        let value = |column: &String| match !same.contains(column) && is_key(column) {
            true => fresh(column),
            // what two bookings of one time are refused for is another thing
            false if table == "bookings" && TIMES.contains(&column.as_str()) => {
                format!("{column} + 86400000000")
            }
            false => column.clone(),
        };
        columns.iter().map(value).collect()
    };
    let statement = |same: &Vec<String>| {
        let (names, values) = (columns.join(", "), others(same).join(", "));
        let (names, values) = match same == &["rowid"] {
            true => (format!("rowid, {names}"), format!("rowid, {values}")),
            false => (names, values),
        };
        let there = same.join(" IS NOT NULL AND ");
        format!(
            "INSERT OR REPLACE INTO {table} ({names}) SELECT {values} FROM {table} \
             WHERE {there} IS NOT NULL"
        )
    };
    // where a number is the key, the rowid is that number
    let has_rowid = table_has_rowid(site, table).await;
    keys.iter().filter(|key| has_rowid || **key != ["rowid"]).map(statement).collect()
}

const TIMES: [&str; 4] = ["starts_at", "ends_at", "block_from", "block_to"];

async fn table_has_rowid(site: &TestSite, table: &str) -> bool {
    let number = format!(
        "SELECT name AS word FROM pragma_table_info('{table}') WHERE pk > 0 AND type = 'INTEGER'"
    );
    let all = format!("SELECT name AS word FROM pragma_table_info('{table}') WHERE pk > 0");
    words(site, number).await.len() != 1 || words(site, all).await.len() != 1
}

/// The same on PostgreSQL, where it is an UPDATE; and all rows at once.
async fn upserting(site: &TestSite, table: &str, change: &str, stays: bool) -> Vec<String> {
    let key = format!(
        "SELECT a.attname::text AS word FROM pg_index i JOIN pg_attribute a \
         ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) \
         WHERE i.indrelid = '{table}'::regclass AND i.indisprimary"
    );
    let key = words(site, key).await.join(", ");
    let columns = columns(site, table).await.join(", ");
    let mut all = vec![format!(
        "INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} LIMIT 1 \
         ON CONFLICT ({key}) DO UPDATE SET {change}"
    )];
    if stays {
        all.push(format!("TRUNCATE {table} CASCADE"));
    }
    all
}

#[actix_web::test]
async fn every_table_that_says_it_only_grows_is_kept_by_the_database() {
    let site = TestSite::start().await;
    let is_sqlite = site.read(|conn, _| Ok(conn.is_sqlite())).await;
    let folder = if is_sqlite { "migrations/sqlite" } else { "migrations/postgres" };
    let tables = guarded(&site).await;
    let mut said = vec![];
    for folder in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(folder.unwrap().path().join("up.sql")).unwrap();
        let mut comment = String::new();
        for line in text.lines() {
            match line.strip_prefix("-- ") {
                Some(words) => comment.push_str(&format!("{words} ")),
                None => {
                    let claim = comment.to_lowercase();
                    let claims = ["insert only", "insert-only", "only added", "only ever added"];
                    if let Some(table) = line.strip_prefix("CREATE TABLE ")
                        && claims.iter().any(|words| claim.contains(words))
                    {
                        said.push(table.split(' ').next().unwrap().to_owned());
                    }
                    comment.clear();
                }
            }
        }
    }
    said.sort();
    let only_grow =
        ["audit_log", "booking_events", "chat_identities", "decisions", "journals", "papers"];
    assert_eq!(said, only_grow);
    for name in said {
        let is_kept = tables.iter().any(|table| table.name == name && table.stays != 0);
        assert!(is_kept, "{name} says that it only grows");
    }
}

#[actix_web::test]
async fn what_is_numbered_goes_on_with_the_next_number_and_the_log_with_its_last_hash() {
    let site = filled().await;
    let row = |seq: &str, prev: &str| {
        format!(
            "INSERT INTO audit_log SELECT {seq}, at, actor, action, object, reason, {prev}, hash \
             FROM audit_log WHERE seq = 2"
        )
    };
    let epoch = |number: &str| {
        format!(
            "INSERT INTO conversation_epochs SELECT conversation_id, {number}, creator_id, record, \
             sig, record_hash, created_at FROM conversation_epochs WHERE epoch = 1"
        )
    };
    let key = |number: &str| {
        format!(
            "INSERT INTO chat_identities SELECT user_id, {number}, record_hash, x25519_pub, \
             ed25519_pub, 2, self_sig, NULL, log_hash, chat_identities.created_at \
             FROM chat_identities, conversation_epochs WHERE user_id = creator_id AND epoch = 1"
        )
    };
    for sql in [row("4", "hash"), row("2", "hash"), row("0", "hash"), row("3", "prev_hash")] {
        assert_refused(&site, &sql).await;
    }
    for sql in [epoch("3"), epoch("1"), key("2"), key("0")] {
        assert_refused(&site, &sql).await;
    }
    // and the next one is taken
    for sql in [row("3", "hash"), epoch("2"), key("1")] {
        assert_eq!(raw(&site, sql).await, Ok(1));
    }
}
