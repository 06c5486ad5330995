//! Headers that browsers send, and headers that nothing sends.

use super::chance::Chance;
use super::values::nonsense;

const KINDS: &[&str] = &[
    "",
    "*/*",
    "text/html",
    "application/json",
    "application/json; charset=utf-7",
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-16",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=\"",
    "multipart/form-data; boundary=----x; boundary=y",
    "text/html;q=abc, */*;q=9",
    "application/json,text/html;q=0.1;q=0.2",
    "image/svg+xml",
    "a/b/c",
    ";;;",
    "text/calendar",
];

/// One header that may be in the place of a usual one.
pub fn odd(chance: &mut Chance) -> (String, String) {
    let (name, values): (&str, &[&str]) = match chance.below(18) {
        0 => ("Accept", KINDS),
        1 => ("Content-Type", KINDS),
        2 => ("HX-Request", &["true", "false", "", "1"]),
        3 => ("HX-Request-Type", &["partial", "full", "x"]),
        4 => ("HX-Target", &["main", "#", "\"><script>", "div#booking"]),
        5 => ("HX-Current-URL", &["http://127.0.0.1/", "javascript:x", "%", "/messages"]),
        6 => (
            "X-Forwarded-For",
            &["", ",", "a, b", "::1", "10.0.0.1:80", "[::1]:9", "1.2.3.4, 127.0.0.1", "999.1.1.1"],
        ),
        7 => (
            "Range",
            &[
                "bytes=0-",
                "bytes=-1",
                "bytes=5-2",
                "bytes=0-0,1-1",
                "bytes=18446744073709551615-",
                "bytes=-99999999999999999999",
                "bytes=0-18446744073709551615",
                "lines=1-2",
                "bytes=",
                "bytes=a-b",
            ],
        ),
        8 => ("Sec-Fetch-Site", &["cross-site", "same-site", "same-origin", "none", "x"]),
        9 => ("Origin", &["null", "https://evil.invalid", "http://", ""]),
        10 => ("Accept-Encoding", &["gzip", "br", "gzip;q=0, *;q=0", "identity;q=0", "zz", ","]),
        11 => ("If-None-Match", &["*", "\"a\"", "W/\"a\"", "\"", "a, b"]),
        12 => (
            "If-Modified-Since",
            &["Thu, 01 Jan 1970 00:00:00 GMT", "yesterday", "Sun, 31 Feb 9999 25:61:61 GMT"],
        ),
        13 => ("X-HTTP-Method-Override", &["DELETE", "POST"]),
        14 => ("X-Content-SHA256", &["", "AAAA", "%"]),
        15 => ("Accept-Language", &["de", "*", "en;q=2", "\u{fffd}"]),
        16 => ("User-Agent", &["", "Firefox/ Windows", "\u{1f469}", "'\"><x"]),
        _ => ("Connection", &["upgrade", "keep-alive, upgrade", "TE"]),
    };
    let value = match chance.one_in(8) {
        true => nonsense(chance).replace(['\r', '\n', '\0'], " ").chars().take(3_000).collect(),
        false => chance.of(values).to_owned(),
    };
    (name.to_owned(), value)
}

/// A cookie that was not ours, or not whole.
pub fn odd_cookies(chance: &mut Chance, own: &str) -> String {
    let garbage = nonsense(chance).replace(['\r', '\n', '\0'], " ");
    match chance.below(6) {
        0 => format!("{own}; {own}"),
        1 => format!("__Host-footing={garbage}; {own}"),
        2 => own.chars().take(chance.below(own.len())).collect(),
        3 => format!("{own}; __Host-footing-form={garbage}"),
        4 => format!("{own}; {}", "a=b; ".repeat(200)),
        _ => garbage.chars().take(3_000).collect(),
    }
}
