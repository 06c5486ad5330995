//! Each rule sees what it is there for: a violation is planted in a copy of the tree.

use crate::house::{House, Violations};
use crate::{files, handlers, names, ranks, sizes, tables};

type Rule = fn(&House) -> Violations;

/// A file whose text breaks a rule.
struct Plant {
    rule: Rule,
    path: &'static str,
    text: &'static str,
}

const fn plant(rule: Rule, path: &'static str, text: &'static str) -> Plant {
    Plant { rule, path, text }
}

const USERS: &str = "src/users/planted.rs";
const HANDLER: &str = "src/users/handlers/planted.rs";
const READS: &str = "//! x\nuse crate::bookings::schema::bookings;\n";

const PLANTS: [Plant; 33] = [
    plant(ranks::imports_lead_down, USERS, "//! x\nuse crate::bookings::Booking;"),
    plant(ranks::imports_lead_down, USERS, "//! x\nuse crate::{db::{Conn, Db}, payments};"),
    plant(ranks::imports_lead_down, USERS, "//! x\nfn f() { crate::admin::jobs::x() }"),
    plant(ranks::imports_lead_down, USERS, "//! x\nuse super::super::bookings;"),
    plant(ranks::modules_say_what_they_are, USERS, "use crate::db::Conn;"),
    plant(ranks::modules_say_what_they_are, "src/lib.rs", "//! x\npub mod planted;"),
    plant(ranks::frameworks_have_homes, USERS, "//! x\nuse actix_web::HttpResponse;"),
    plant(ranks::frameworks_have_homes, USERS, "//! x\nuse askama::Template;"),
    plant(tables::raw_sql_writes_its_own, USERS, "//! x\nconst X: &str = \"UPDATE bookings SET\";"),
    plant(names::one_word_names_one_type, USERS, "//! x\npub struct Booking;"),
    plant(names::one_word_names_one_type, USERS, "//! x\npub(super) enum Service { A }"),
    plant(names::types_are_nouns, USERS, "//! x\nenum Which { A }"),
    plant(names::questions_change_nothing, USERS, "//! x\nfn is_x() -> Result<()> {}"),
    plant(
        names::questions_change_nothing,
        USERS,
        "//! x\nfn has_x(conn: &mut Conn) -> Result<bool> { update(x).execute(conn) }",
    ),
    plant(names::cases_have_names, USERS, "//! x\nfn f() -> Result<\n    Result<(), Refusal>> {}"),
    plant(handlers::name_no_tables_and_ask_no_clock, HANDLER, "//! x\nuse diesel::prelude::*;"),
    plant(
        handlers::name_no_tables_and_ask_no_clock,
        HANDLER,
        "//! x\nuse crate::users::schema::x;",
    ),
    plant(handlers::name_no_tables_and_ask_no_clock, HANDLER, "//! x\nlet now = db.now();"),
    plant(
        handlers::are_short,
        HANDLER,
        "//! x\n\npub async fn show() -> X {\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n\
         17\n18\n19\n20\n21\n22\n23\n24\n25\n26\n}\n",
    ),
    plant(sizes::files_and_lines_stay_small, "templates/planted.html", WIDE),
    plant(sizes::files_and_lines_stay_small, "static/css/planted.css", WIDE),
    plant(sizes::files_and_lines_stay_small, "static/js/planted.js", WIDE),
    plant(sizes::files_and_lines_stay_small, "tests/browser/planted.test.js", WIDE),
    plant(sizes::functions_stay_small, "clippy.toml", "too-many-lines-threshold = 500"),
    plant(sizes::effects_have_homes, "clippy.toml", "disallowed-methods = []"),
    plant(files::migrations_come_in_pairs, "migrations/sqlite/2030_x/up.sql", "SELECT 1;"),
    plant(files::templates_are_used_and_safe, "templates/users/planted.html", "{# x #}"),
    plant(files::templates_are_used_and_safe, "templates/layout.html", "no variables"),
    plant(files::templates_are_used_and_safe, "templates/layout.html", "{# x #}<p style=\"x\">"),
    plant(files::words_of_time_have_a_home, USERS, "//! x\nx.strftime(\"%a %d\")"),
    plant(files::nothing_is_unfinished, USERS, "//! x\nfn f() { todo!() }"),
    plant(files::exceptions_have_reasons, USERS, "//! x\n#[allow(dead_code)]\nfn f() {}"),
    plant(tables::readers_of_others_write_nothing, "src/reviews/planted.rs", RAW),
];

/// 210 characters in a line.
const WIDE: &str = concat!(
    "{# aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "aaaaaaaaaaaaaaaaaa #}"
);

const RAW: &str =
    "//! x\nuse crate::bookings::schema::bookings;\nconst X: &str = \"DELETE FROM reviews\";";

#[test]
fn each_rule_sees_what_is_planted_against_it() {
    let house = House::read();
    for (nth, Plant { rule, path, text }) in PLANTS.iter().enumerate() {
        let before = rule(&house);
        let found = rule(&house.with(path, text));
        assert!(found.len() > before.len(), "nobody saw the plant {nth} in {path}: {text}");
    }
}

#[test]
fn a_write_is_seen_in_every_spelling_beside_tables_of_others() {
    let house = House::read();
    for write in [
        "diesel::insert_into(bookings::table)",
        "insert_into(t)",
        "diesel::update(bookings::table.find(id))",
        "db::update(open, set)",
        "let t = bookings::table; update(t)",
        "diesel::delete(bookings::table)",
        "diesel::sql_query(\"UPDATE bookings SET x\")",
        "sql_query(\"INSERT INTO bookings\")",
        "sql_query(\"DELETE FROM bookings\")",
    ] {
        let text = format!("{READS}fn f() {{ {write} }}");
        let found = tables::readers_of_others_write_nothing(&house.with("src/reviews/x.rs", &text));
        assert!(found.iter().any(|one| one.starts_with("src/reviews/x.rs")), "{write}: {found:?}");
    }
    let reads = format!("{READS}fn f() {{ bookings::table.for_update().load(conn) }}");
    let found = tables::readers_of_others_write_nothing(&house.with("src/reviews/x.rs", &reads));
    assert!(!found.iter().any(|one| one.starts_with("src/reviews/x.rs")), "{found:?}");
}

#[test]
fn a_handler_with_a_verb_of_its_own_and_a_verb_in_an_address_are_seen() {
    let house = House::read();
    let table = house.text("src/routes.rs");
    let line = ".get(\"/places\", Everybody, places::index)";
    assert!(table.contains(line));
    let named = table.replace(line, ".get(\"/places\", Everybody, places::find_all)");
    let found = handlers::are_called_as_their_address_says(&house.with("src/routes.rs", &named));
    assert!(found.iter().any(|one| one.contains("find_all")), "{found:?}");
    let addressed = table.replace(line, ".get(\"/places/search\", Everybody, places::index)");
    let found = handlers::addresses_are_nouns(&house.with("src/routes.rs", &addressed));
    assert!(found.iter().any(|one| one.contains("search")), "{found:?}");
}
