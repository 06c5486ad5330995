//! Values that nobody means, and values that would do.

use super::chance::Chance;
use super::pages::Field;
use crate::support::PASSWORD;

const NUMBERS: &[&str] = &[
    "0",
    "-1",
    "-0",
    "1",
    "7",
    "1.5",
    "1,5",
    "1e308",
    "1e-9",
    "NaN",
    "inf",
    "0x10",
    "+5",
    "٣",
    "127",
    "32768",
    "2147483648",
    "-2147483649",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "99999999999999999999999999999999999999",
    "00000000000000000000000000000001",
];

const DATES: &[&str] = &[
    "2026-02-30",
    "2026-13-01",
    "2028-02-29",
    "0000-01-01",
    "-0001-01-01",
    "-9999-01-01",
    "9999-12-31",
    "10000-01-01",
    "+275760-09-13",
    "9999-12-31T23:59",
    "9999-12-31T23:59:59Z",
    "-9999-01-01T00:00Z",
    "1970-01-01T00:00:00.000000000001Z",
    "2026-03-29T01:30",
    "2026-10-25T01:30+01:00",
    "2026-12-24T10:00Z",
    "2026-12-24T10:00:60Z",
    "2026-12-24T24:00Z",
    "2026-W53-7",
    "262143-12-31",
    "2026-12-24T10:00+99:99",
    "2026-12-24T10:00[Mars/Base]",
    "24:00",
    "25:61",
    "00:00",
    "-1:00",
];

const ZONES: &[&str] = &[
    "Mars/Base",
    "UTC+25",
    "Etc/GMT+12",
    "Pacific/Kiritimati",
    "../../etc/passwd",
    "europe/london",
    "Europe/London\0",
    "localtime",
    "posixrules",
    "EST5EDT",
    "",
];

const WORDS: &[&str] = &[
    "",
    " ",
    "\0",
    "a\0b",
    "\r\n",
    "\r\nSet-Cookie: a=b",
    "\u{1}\u{7f}\u{9b}",
    "\u{202e}dniL avE\u{2066}",
    "\u{feff}",
    "\u{fffd}\u{ffff}",
    "\u{10ffff}",
    "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
    "𝕱𝖔𝖔𝖙𝖎𝖓𝖌",
    "👩‍👩‍👧‍👦🏴󠁧󠁢󠁷󠁬󠁳󠁿",
    "ﷺ",
    "İıſßΣς",
    "'; DROP TABLE users; --",
    "\" OR 1=1",
    "%",
    "_",
    "*",
    "\\",
    "\"",
    "NEAR(a b)",
    "a AND NOT (",
    "name:x OR *",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "../../../etc/passwd",
    "//example.invalid",
    "javascript:alert(1)",
    "null",
    "undefined",
    "true",
    "[]",
    "{}",
    "-",
    "0",
    "[x](javascript:alert(1))",
    "![](x)\n\n> > > > > > > >",
    "| a | b |\n|---|---|",
    "on",
    "a@b",
    "a@example.com,b@example.com",
    "\"a b\"@example.com",
    "A\u{30a}@example.com",
    "ana@xn--a.example",
    "a@[127.0.0.1]",
];

/// Nothing here has a name that somebody would have to look up: tests stay on this machine.
const ADDRESSES: &[&str] = &[
    "https://127.0.0.1/a.ics",
    "http://127.0.0.1/a.ics",
    "https://[::1]/a.ics",
    "https://10.0.0.1:99999/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://user:word@127.0.0.1/",
    "webcal://127.0.0.1/a.ics",
    "file:///etc/passwd",
    "https://",
    "https:///a",
    "https://[",
    "data:text/calendar,BEGIN:VCALENDAR",
    "",
];

/// Something of any kind.
pub fn nonsense(chance: &mut Chance) -> String {
    match chance.below(12) {
        0..=1 => chance.of(NUMBERS).to_owned(),
        2 => chance.of(DATES).to_owned(),
        3 => chance.of(ZONES).to_owned(),
        4 => long(chance),
        5 => {
            let length = chance.below(40);
            String::from_utf8_lossy(&chance.bytes(length)).into_owned()
        }
        _ => chance.of(WORDS).to_owned(),
    }
}

fn long(chance: &mut Chance) -> String {
    let piece = chance.of(&["x", "0", "9", "ä", "👩", "a ", "\n", "(", "*", "> ", "[", "%", "-1"]);
    let length = match chance.below(40) {
        0 => 300_000,
        1..=3 => 70_000,
        4..=9 => 5_000,
        10..=24 => 300,
        _ => 81,
    };
    piece.repeat(length / piece.len())
}

/// A value of a field that is near what it should be, or far from it.
pub fn mutated(chance: &mut Chance, field: &Field) -> String {
    let name = field.name.as_str();
    let is_address = name == "url" || name == "address" || name == "endpoint";
    match chance.below(8) {
        _ if is_address => chance.of(ADDRESSES).to_owned(),
        0 => String::new(),
        1 => long(chance),
        2..=3 if is_date(field) => chance.of(DATES).to_owned(),
        2..=3 if name == "zone" || name == "tz" => chance.of(ZONES).to_owned(),
        2..=3 => chance.of(NUMBERS).to_owned(),
        4 => bent(chance, &field.value),
        _ => nonsense(chance),
    }
}

fn is_date(field: &Field) -> bool {
    let dated = ["date", "time", "datetime-local"].contains(&field.kind.as_str());
    dated || ["start", "from", "to", "first", "last", "until"].contains(&field.name.as_str())
}

/// A text with something cut off, doubled, put in or turned around.
pub fn bent(chance: &mut Chance, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let at = chance.below(letters.len() + 1);
    match chance.below(5) {
        0 => letters.truncate(at),
        1 => letters.extend_from_within(..at),
        2 => letters.insert(at, '\0'),
        3 => letters.reverse(),
        _ => {
            let other = char::from_u32(u32::try_from(chance.below(0x3000)).unwrap());
            letters.splice(at..at, other);
        }
    }
    letters.into_iter().collect()
}

/// A piece of an address, as it goes over the wire.
pub fn piece(chance: &mut Chance) -> String {
    const PIECES: &[&str] = &[
        "%00",
        "%ff",
        "%",
        "%2",
        "%zz",
        "%c0%ae",
        "%ed%a0%80",
        "%e2%80%ae",
        "..",
        "../",
        "..%2f..%2fCargo.toml",
        "%2e%2e",
        "%2F",
        "%5c",
        "%0d%0aSet-Cookie:a=b",
        "%20",
        "",
        ".",
        "-1",
        "0",
        "1",
        "0000000000000",
        "7ZZZZZZZZZZZZ",
        "ZZZZZZZZZZZZZ",
        "9223372036854775807",
        "-9223372036854775808",
        "99999999999999999999",
        "1.5",
        "%F0%9F%91%A9",
        "%CC%81",
        ";a=b",
        "a%23b",
        "a%3Fb",
        "*",
        "{id}",
        "new",
        "~",
        "'",
        "ben.ics",
        "1-96",
        "-96",
        "1-99999999999999999999",
    ];
    match chance.below(8) {
        0 => "A".repeat(chance.of(&[&14_usize, &300, &8_000]).to_owned()),
        1 => encoded(&nonsense(chance)).chars().take(3_000).collect(),
        _ => chance.of(PIECES).to_owned(),
    }
}

pub fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// What somebody would type who means it.
pub fn sensible(chance: &mut Chance, field: &Field) -> String {
    let number = chance.below(100_000);
    match field.name.as_str() {
        // everybody of the cast, or somebody new
        "email" => match number % 4 {
            0 => format!("somebody{number}@example.org"),
            1 => format!("client{}@example.com", number % 12),
            2 => format!("accountant{}@example.com", number % 12),
            _ => "root@example.com".to_owned(),
        },
        "password" | "current" | "new" | "repeat" | "again" => PASSWORD.to_owned(),
        "zone" | "tz" => chance.of(&["Europe/London", "Asia/Kolkata", "UTC"]).to_owned(),
        "url" | "address" => chance.of(ADDRESSES).to_owned(),
        "from" => chance.of(&["08:00", "09:30"]).to_owned(),
        "to" => chance.of(&["12:00", "17:00", "24:00"]).to_owned(),
        "first" | "last" | "until" => {
            format!("2027-0{}-1{}", 1 + chance.below(9), chance.below(10))
        }
        "place" => "Leeds".to_owned(),
        "code" => format!("{number:06}"),
        "price" | "amount" => format!("{}", 10 + chance.below(500)),
        "q" => chance.of(&["tax", "landlords", "Leeds vat", "somebody"]).to_owned(),
        _ => match field.kind.as_str() {
            "date" => format!("2027-0{}-1{}", 1 + chance.below(9), chance.below(10)),
            "time" => "10:00".to_owned(),
            "number" | "numeric" | "decimal" => format!("{}", chance.below(40)),
            _ => format!("Two flats, one of them let, number {number}"),
        },
    }
}
