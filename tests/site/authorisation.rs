//! Who may do what: each address is asked by each person of `docs/authorisation.md`, with things
//! that exist.

mod asking;
mod order;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use footing::clock::Span;
use footing::routes::{RouteRow, table};

use crate::plans::Recording;
use crate::support::{Answer, Person};
use asking::{Asker, Tokens};
use world::{NOTE, Pair, Party, World};

const COLUMNS: [&str; 8] = [
    "Anonymous",
    "Client party",
    "Other client",
    "Owning accountant",
    "Other accountant",
    "Incomplete",
    "Suspended",
    "Admin",
];

/// One row of the document.
#[derive(Debug)]
struct Row {
    /// "GET /accountants/{slug}"
    address: String,
    /// "listed"; mostly nothing.
    situation: String,
    cells: Vec<String>,
}

/// The rows of the document that name an address.
fn rows() -> Vec<Row> {
    let text = std::fs::read_to_string("docs/authorisation.md").unwrap();
    let headings = text.lines().filter(|line| line.starts_with("| Address |"));
    for heading in headings {
        assert_eq!(cells(heading)[1..], COLUMNS);
    }
    let row = |line: &str| {
        let mut cells = cells(line);
        let (address, situation) = cells[0][1..].split_once('`').unwrap();
        let (address, situation) = (address.to_owned(), situation.trim().to_owned());
        cells.remove(0);
        assert_eq!(cells.len(), COLUMNS.len(), "{address}");
        Row { address, situation, cells }
    };
    text.lines().filter(|line| line.starts_with("| `")).map(row).collect()
}

fn cells(line: &str) -> Vec<String> {
    line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
}

fn address(line: &RouteRow) -> String {
    format!("{} {}", line.method, line.path)
}

fn is_answered(cell: &str) -> bool {
    match cell {
        "✓" | "own" | "reduced" | "facts" => true,
        "in" | "400" | "403" | "404" => false,
        other => panic!("{other} is no cell of the document"),
    }
}

#[actix_web::test]
async fn every_address_has_its_row_and_every_row_its_address() {
    let rows = rows();
    let named: Vec<(&str, &str)> =
        rows.iter().map(|row| (row.address.as_str(), row.situation.as_str())).collect();
    assert_eq!(named.iter().collect::<BTreeSet<_>>().len(), named.len(), "a row stands twice");
    let named: BTreeSet<String> = rows.iter().map(|row| row.address.clone()).collect();
    let there: BTreeSet<String> = table().lines.iter().map(address).collect();
    let missing: Vec<_> = there.difference(&named).collect();
    assert!(missing.is_empty(), "docs/authorisation.md has no row for {missing:?}");
    let gone: Vec<_> = named.difference(&there).collect();
    assert!(gone.is_empty(), "no address answers to {gone:?}");
}

#[actix_web::test]
async fn the_list_of_routes_names_the_roles_that_the_document_lets_in() {
    let rows = rows();
    for line in table().lines {
        let own: Vec<&Row> = rows.iter().filter(|row| row.address == address(&line)).collect();
        let any = |columns: &[usize]| {
            columns.iter().any(|at| own.iter().any(|row| is_answered(&row.cells[*at])))
        };
        let told: Vec<&str> = [
            ("anonymous", any(&[0])),
            ("client", any(&[1, 2])),
            ("accountant", any(&[3, 4, 5])),
            ("admin", any(&[7])),
        ]
        .into_iter()
        .filter_map(|(role, may)| may.then_some(role))
        .collect();
        assert_eq!(line.who.roles(), told, "{}", address(&line));
    }
}

/// What changes who is who, or takes away what others are asked about: after everything else.
const LAST: [&str; 13] = [
    "POST /admin/reports/{id}/police",
    "POST /admin/reports/{id}/emergency",
    "POST /admin/reports/{id}/decision",
    "POST /messages/with/{user}",
    "POST /services/{id}/quote",
    "POST /services/{id}/offers",
    "POST /bookings",
    "POST /practice/profile",
    "POST /practice/services/{id}/state",
    "DELETE /messages/keys/devices/{id}",
    "POST /settings/devices/removal",
    "POST /settings/totp/removal",
    "POST /logout",
];

/// What no form of this walk brings about: other tests do.
const ELSEWHERE: [&str; 21] = [
    "POST /webhooks/stripe",
    "POST /bookings/{id}/refund",
    "POST /admin/payments/{id}/look",
    "POST /admin/payments/{id}/refund",
    "POST /admin/payments/{id}/release",
    "POST /admin/payments/{id}/retry",
    "POST /admin/payments/{id}/settle",
    "POST /admin/payments/{id}/write-off",
    "POST /signup",
    "POST /check-mail",
    "POST /login",
    "POST /verify/{token}",
    "POST /password/reset/{token}",
    "POST /settings/password",
    "POST /settings/totp",
    "POST /settings/totp/removal",
    "POST /messages/keys",
    "POST /messages/{id}/epochs",
    "POST /messages/{id}/reshares",
    "POST /bookings/{id}/no-show",
    "POST /bookings/{id}/complaint",
];

/// What the walk past every address found.
#[derive(Default)]
struct Walk {
    /// Cells that say something else.
    wrong: Vec<String>,
    /// Whether anybody got through, by address.
    reached: BTreeMap<String, bool>,
}

/// Asks for each address as each person.
async fn walk(world: &World) -> Walk {
    let tokens = Tokens::new(world).await;
    let lines = table().lines;
    let mut rows = rows();
    rows.sort_by_key(|row| LAST.iter().position(|last| *last == row.address).map(|at| at + 1));
    let mut seen = Walk::default();
    for row in &rows {
        let line = lines.iter().find(|line| address(line) == row.address).unwrap();
        let mut asked = askers(world, &tokens, row);
        // who is let in may take away what the others are asked about
        asked.sort_by_key(|(column, _)| is_answered(&row.cells[*column]));
        for (column, asker) in asked {
            let answer = asker.ask(line, &row.situation).await;
            let status = answer.status.as_u16();
            if !is_as_told(row, column, line, &answer) {
                let (what, told) = (&row.address, &row.cells[column]);
                let (who, to) = (COLUMNS[column], answer.location());
                let situation = &row.situation;
                let cell = format!("{what} {situation} as {who}: {status} {to}, not {told}");
                seen.wrong.push(cell);
            }
            // limits are for guessers, not for this walk
            if row.cells[0] == "✓" && row.address.starts_with("POST ") {
                world.site.forward(Span::seconds(5));
            }
            *seen.reached.entry(row.address.clone()).or_insert(false) |=
                is_answered(&row.cells[column]) && status < 400;
        }
    }
    seen
}

#[actix_web::test]
async fn every_address_answers_every_person_as_the_document_says() {
    let Walk { wrong, reached } = walk(&World::start().await).await;
    assert!(wrong.is_empty(), "{} cells differ:\n{}", wrong.len(), wrong.join("\n"));
    let idle: BTreeSet<String> =
        reached.into_iter().filter(|(_, is)| !is).map(|(what, _)| what).collect();
    let elsewhere = BTreeSet::from(ELSEWHERE.map(str::to_owned));
    assert_eq!(idle, elsewhere, "where nobody got through");
}

#[actix_web::test]
async fn no_page_no_act_and_no_round_reads_a_growing_table_from_end_to_end() {
    let recording = Recording::begin();
    let world = World::start().await;
    walk(&world).await;
    for days in [1, 30, 400] {
        world.site.forward(Span::days(days));
        world.site.work().await;
    }
    let slow = recording.full_scans(&world.site);
    assert!(slow.is_empty(), "{} statements:\n{}", slow.len(), slow.join("\n\n"));
}

/// Whom to ask for each column.
fn askers<'a>(world: &'a World, tokens: &'a Tokens, row: &Row) -> Vec<(usize, Asker<'a>)> {
    let pair = if row.situation == "not listed" { &world.incomplete } else { &world.main };
    let with = |person: &Person, party: Option<&'a Party>, is_accountant, pair: &'a Pair| Asker {
        person: person.clone(),
        party,
        is_accountant,
        pair,
        world,
        tokens,
    };
    let party = |party: &'a Party, is_accountant, pair: &'a Pair| {
        with(party.person(), Some(party), is_accountant, pair)
    };
    let mut asked = vec![
        (0, with(&world.site.stranger(), None, false, pair)),
        (1, party(&pair.client, false, pair)),
        (2, party(&world.cy, false, pair)),
        (3, party(&pair.accountant, true, pair)),
        (4, party(&world.eve, true, pair)),
        (5, party(&world.incomplete.accountant, true, &world.incomplete)),
        (7, with(&world.root, None, false, pair)),
    ];
    // whoever of the two may do it otherwise
    let may = |at: usize| matches!(row.cells[at].as_str(), "✓" | "own");
    if may(1) || !may(3) {
        let own = &world.suspended_client;
        let about = if row.situation == "not listed" { &world.incomplete } else { own };
        asked.push((6, party(&own.client, false, about)));
    }
    if may(3) {
        let pair = &world.suspended_accountant;
        asked.push((6, party(&pair.accountant, true, pair)));
    }
    if row.situation == "listed" {
        asked.iter_mut().for_each(|(_, asker)| asker.pair = &world.main);
    }
    asked
}

fn is_as_told(row: &Row, column: usize, line: &RouteRow, answer: &Answer) -> bool {
    let status = answer.status.as_u16();
    let leads_to = |path: &str| status == 303 && answer.location().starts_with(path);
    let is_led_away = leads_to("/login") && row.cells[0] == "in" || leads_to("/reauthenticate");
    match row.cells[column].as_str() {
        "in" if line.is_script => status == 401,
        "in" => leads_to("/login"),
        "reduced" => status == 200 && answer.has("[data-unlisted]"),
        "facts" => status == 200 && !answer.page().contains(NOTE),
        "✓" | "own" => {
            let is_page_of_two = line.path == "/bookings/{id}";
            (status < 400 && !is_led_away || [409, 422].contains(&status))
                && !answer.has("[data-unlisted]")
                && (!is_page_of_two || answer.page().contains(NOTE))
        }
        refused => refused == status.to_string(),
    }
}
