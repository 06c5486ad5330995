//! How the databases go about the statements of the program. What reads a growing table from end to
//! end is fast in every test and slow on every site that is used.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl};
use footing::db::{Conn, DatabaseUrl};

use crate::support::TestSite;

/// Tables whose rows do not grow with the people.
const SMALL: [&str; 5] = [
    "directory_state",
    "directory_options",
    "stale_profiles",
    "schedules",
    "__diesel_schema_migrations",
];

/// Indexes of what waits: what is done is not in them, so they stay short.
const WAITING: [&str; 7] = [
    "bookings_blocking",
    "jobs_due",
    "mails_waiting",
    "message_report_items_open",
    "payments_held",
    "payments_to_follow",
    "reminders_due",
];

/// What may count everything, by its words, and why.
const COUNTED: [(&str, &str); 3] = [
    ("SELECT COUNT(*) FROM `entries`", "an admin's figure, of an index alone"),
    ("SELECT COUNT(*) FROM `users`", "an admin's figure, of an index alone"),
    ("FROM `decisions` GROUP BY", "the public figures of all time, of the index alone"),
];

/// The texts of statements, by the database that they went to.
type Texts = HashMap<String, BTreeSet<String>>;

fn texts() -> MutexGuard<'static, Texts> {
    static TEXTS: OnceLock<Mutex<Texts>> = OnceLock::new();
    TEXTS.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner)
}

/// Notes what one connection is asked.
#[derive(Default)]
struct Recorder {
    url: String,
}

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => self.url = url.to_owned(),
            InstrumentationEvent::StartQuery { query, .. } => {
                let text = query.to_string();
                let text = text.split(" -- binds").next().unwrap_or_default().to_owned();
                texts().entry(self.url.clone()).or_default().insert(text);
            }
            _ => {}
        }
    }
}

/// While it lasts, connections that open note their statements: all of this process, whose other
/// tests pay a little for it.
pub struct Recording(());

impl Drop for Recording {
    fn drop(&mut self) {
        let _ = set_default_instrumentation(|| None);
    }
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

impl Recording {
    pub fn begin() -> Self {
        set_default_instrumentation(|| Some(Box::<Recorder>::default())).unwrap();
        Self(())
    }

    /// Statements of a site that walk a whole table, each with how SQLite does it. PostgreSQL reads
    /// small tables whole whatever there is, so of it is asked whether it has the same indexes.
    pub fn full_scans(&self, site: &TestSite) -> Vec<String> {
        let url = &site.site.config.database_url;
        let path = url.strip_prefix("sqlite:").unwrap_or(url);
        let own = texts().remove(path).unwrap_or_default();
        assert!(own.len() > 300, "only {} statements were noted", own.len());
        match DatabaseUrl::parse(url).unwrap().connect().unwrap() {
            mut conn @ Conn::Sqlite(_) => {
                own.iter().filter_map(|text| full_scan(&mut conn, text)).collect()
            }
            mut conn @ Conn::Postgres(_) => missing_indexes(&mut conn),
        }
    }
}

/// Indexes that SQLite has and PostgreSQL has not.
fn missing_indexes(postgres: &mut Conn) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("indexes.db").display());
    footing::db::migrate(&url).unwrap();
    let mut sqlite = DatabaseUrl::parse(&url).unwrap().connect().unwrap();
    let names = |conn: &mut Conn, query: &str| -> BTreeSet<String> {
        let steps: Vec<Step> = diesel::sql_query(query).load(conn).unwrap();
        steps.into_iter().map(|step| step.detail).collect()
    };
    let there = names(postgres, "SELECT indexname::text AS detail FROM pg_indexes");
    let own = "SELECT name AS detail FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL";
    let own = names(&mut sqlite, own);
    assert!(own.len() > 80, "only {} indexes", own.len());
    own.difference(&there).cloned().collect()
}

/// The step of a statement's plan that walks a whole table, if there is one.
fn full_scan(conn: &mut Conn, text: &str) -> Option<String> {
    let is_counted = COUNTED.iter().any(|(words, _)| text.contains(words));
    // no row is looked for: `eq_any` of nothing
    let is_nothing = text.contains("(1=0)") || text.contains("(1 = 0)");
    // an INSERT says that it would look for rows that wait for the new one, and does not
    let is_search =
        ["SELECT", "UPDATE", "DELETE", "WITH"].iter().any(|verb| text.starts_with(verb));
    if is_counted || is_nothing || !is_search {
        return None;
    }
    let steps: Vec<Step> =
        diesel::sql_query(format!("EXPLAIN QUERY PLAN {text}")).load(conn).unwrap();
    let steps: Vec<String> = steps.into_iter().map(|step| step.detail).collect();
    let is_sorted = steps.iter().any(|step| step.contains("TEMP B-TREE FOR ORDER BY"));
    let is_full = |step: &&String| {
        let Some(rest) = step.strip_prefix("SCAN ") else { return false };
        let table = rest.split(' ').next().unwrap_or_default();
        // what is walked in its order, up to a limit, ends soon where nothing is left out
        let is_in_order = rest.contains(" USING ") || !text.contains(" WHERE ");
        let ends_soon = text.contains("LIMIT") && !is_sorted && is_in_order;
        let waits = WAITING.iter().any(|index| rest.contains(&format!("INDEX {index}")));
        // tables of words and of JSON are asked, not walked; `x` is a sum's own list
        let is_made = rest.contains("VIRTUAL TABLE") || ["CONSTANT", "x"].contains(&table);
        !SMALL.contains(&table) && !ends_soon && !waits && !is_made
    };
    let full = steps.iter().find(is_full)?;
    Some(format!("{full}: {text}"))
}
