//! What each locale makes of one hour, one week and two amounts.

use jiff::civil::time;

use super::{DayShape, LocalZone, Locale};
use crate::clock::{Day, Instant};
use crate::money::Money;

#[rustfmt::skip] // a table: tag, an hour, a week, two amounts, the first day of a week
const WRITTEN: [(&str, &str, &str, &str, i16); 30] = [
    ("en-GB", "Mon 23 Nov 2026, 09:30–13:00 UTC", "23 – 29 Nov", "£1,234.50 £1,234,567", 1),
    ("en-US", "Mon, Nov 23, 2026, 9:30 AM–1:00 PM UTC", "Nov 23 – 29", "£1,234.50 £1,234,567", 7),
    ("en-IE", "Mon 23 Nov 2026, 09:30–13:00 UTC", "23 – 29 Nov", "£1,234.50 £1,234,567", 1),
    ("en-AU", "Mon 23 Nov 2026, 9:30 am–1:00 pm UTC", "23 – 29 Nov", "£1,234.50 £1,234,567", 1),
    ("en-CA", "Mon, Nov 23, 2026, 9:30 a.m.–1:00 p.m. UTC", "Nov 23 – 29", "£1,234.50 £1,234,567", 7),
    ("en-NZ", "Mon 23 Nov 2026, 9:30 am–1:00 pm UTC", "23 – 29 Nov", "£1,234.50 £1,234,567", 1),
    ("en-IN", "Mon 23 Nov 2026, 9:30 am–1:00 pm UTC", "23 – 29 Nov", "£1,234.50 £12,34,567", 7),
    ("en-ZA", "Mon 23 Nov 2026, 09:30–13:00 UTC", "23 – 29 Nov", "£1\u{a0}234,50 £1\u{a0}234\u{a0}567", 7),
    ("en-SG", "Mon 23 Nov 2026, 9:30 am–1:00 pm UTC", "23 – 29 Nov", "£1,234.50 £1,234,567", 7),
    ("de-DE", "Mon 23 Nov 2026, 09:30–13:00 UTC", "23 – 29 Nov", "£1.234,50 £1.234.567", 1),
    ("de-AT", "Mon 23 Nov 2026, 09:30–13:00 UTC", "23 – 29 Nov", "£1.234,50 £1.234.567", 1),
    ("de-CH", "Mon 23 Nov 2026, 09:30–13:00 UTC", "23 – 29 Nov", "£1’234.50 £1’234’567", 1),
    ("fr-FR", "Mon 23 Nov 2026, 09:30–13:00 UTC", "23 – 29 Nov", "£1\u{202f}234,50 £1\u{202f}234\u{202f}567", 1),
    ("fr-BE", "Mon 23 Nov 2026, 09:30–13:00 UTC", "23 – 29 Nov", "£1\u{202f}234,50 £1\u{202f}234\u{202f}567", 1),
    ("fr-CH", "Mon 23 Nov 2026, 09:30–13:00 UTC", "23 – 29 Nov", "£1\u{202f}234.50 £1\u{202f}234\u{202f}567", 1),
    ("fr-CA", "Mon 23 Nov 2026, 09:30–13:00 UTC", "23 – 29 Nov", "£1\u{a0}234,50 £1\u{a0}234\u{a0}567", 7),
    ("es-ES", "Mon 23 Nov 2026, 09:30–13:00 UTC", "23 – 29 Nov", "£1234,50 £1.234.567", 1),
    ("es-MX", "Mon 23 Nov 2026, 9:30 a.m.–1:00 p.m. UTC", "23 – 29 Nov", "£1,234.50 £1,234,567", 7),
    ("it-IT", "Mon 23 Nov 2026, 09:30–13:00 UTC", "23 – 29 Nov", "£1234,50 £1.234.567", 1),
    ("nl-NL", "Mon 23 Nov 2026, 09:30–13:00 UTC", "23 – 29 Nov", "£1.234,50 £1.234.567", 1),
    ("nl-BE", "Mon 23 Nov 2026, 09:30–13:00 UTC", "23 – 29 Nov", "£1.234,50 £1.234.567", 1),
    ("pt-PT", "Mon 23 Nov 2026, 09:30–13:00 UTC", "23 – 29 Nov", "£1234,50 £1\u{a0}234\u{a0}567", 7),
    ("pt-BR", "Mon 23 Nov 2026, 09:30–13:00 UTC", "23 – 29 Nov", "£1.234,50 £1.234.567", 7),
    ("pl-PL", "Mon 23 Nov 2026, 09:30–13:00 UTC", "23 – 29 Nov", "£1234,50 £1\u{a0}234\u{a0}567", 1),
    ("cs-CZ", "Mon 23 Nov 2026, 09:30–13:00 UTC", "23 – 29 Nov", "£1\u{a0}234,50 £1\u{a0}234\u{a0}567", 1),
    ("sv-SE", "Mon 23 Nov 2026, 09:30–13:00 UTC", "23 – 29 Nov", "£1\u{a0}234,50 £1\u{a0}234\u{a0}567", 1),
    ("da-DK", "Mon 23 Nov 2026, 09:30–13:00 UTC", "23 – 29 Nov", "£1.234,50 £1.234.567", 1),
    ("nb-NO", "Mon 23 Nov 2026, 09:30–13:00 UTC", "23 – 29 Nov", "£1\u{a0}234,50 £1\u{a0}234\u{a0}567", 1),
    ("fi-FI", "Mon 23 Nov 2026, 09:30–13:00 UTC", "23 – 29 Nov", "£1\u{a0}234,50 £1\u{a0}234\u{a0}567", 1),
    ("ja-JP", "2026 Nov 23 (Mon), 09:30–13:00 UTC", "Nov 23 – 29", "£1,234.50 £1,234,567", 7),
];

fn at(text: &str) -> Instant {
    Instant::read_minute(text).unwrap()
}

fn pounds(minor: i64, locale: Locale) -> String {
    Money::new(minor, "GBP").unwrap().words(locale)
}

#[test]
fn each_locale_has_its_own_order_hours_and_signs_and_english_words() {
    let monday = Day::parse("2026-11-23").unwrap();
    for (tag, hours, week, amounts, first) in WRITTEN {
        let locale = Locale::find(tag).unwrap();
        let (from, to) = (at("2026-11-23T09:30Z"), at("2026-11-23T13:00Z"));
        assert_eq!(from.words_until(to, &LocalZone::new("UTC", locale)), hours, "{tag}");
        assert_eq!(locale.days(monday.date(), monday.plus(6).date()), week, "{tag}");
        let both = format!("{} {}", pounds(123_450, locale), pounds(123_456_700, locale));
        assert_eq!(both, amounts, "{tag}");
        assert_eq!(locale.weekdays()[0], first, "{tag}");
    }
    assert!(Locale::all().map(Locale::tag).eq(WRITTEN.map(|(tag, ..)| tag)), "all are tried");
}

#[test]
fn a_date_is_written_as_long_as_its_place_needs_it() {
    let day = Day::parse("2026-11-03").unwrap();
    let written = |tag: &str| {
        use DayShape::{Brief, Dated, Full, Heading, Long, Month, Plain, Short};
        [Full, Brief, Plain, Short, Long, Heading, Dated, Month]
            .map(|shape| day.shaped(Locale::of(tag), shape))
    };
    assert_eq!(
        written("en-GB"),
        [
            "Tue 3 Nov 2026",
            "Tue 3 Nov",
            "3 Nov 2026",
            "3 Nov",
            "3 November",
            "Tuesday 3 November",
            "3 November 2026",
            "November 2026"
        ]
    );
    assert_eq!(
        written("en-US"),
        [
            "Tue, Nov 3, 2026",
            "Tue, Nov 3",
            "Nov 3, 2026",
            "Nov 3",
            "November 3",
            "Tuesday, November 3",
            "November 3, 2026",
            "November 2026"
        ]
    );
    assert_eq!(
        written("ja-JP"),
        [
            "2026 Nov 3 (Tue)",
            "Nov 3 (Tue)",
            "2026 Nov 3",
            "Nov 3",
            "November 3",
            "November 3 (Tuesday)",
            "2026 November 3",
            "2026 November"
        ]
    );
}

#[test]
fn hours_of_one_half_of_the_day_name_it_once_and_those_over_midnight_name_the_day() {
    let until = |tag: &str, from: &str, to: &str| {
        at(from).words_until(at(to), &LocalZone::new("UTC", Locale::of(tag)))
    };
    let (morning, noon) = ("2026-11-23T11:00Z", "2026-11-23T12:00Z");
    assert_eq!(until("en-US", morning, noon), "Mon, Nov 23, 2026, 11:00 AM–12:00 PM UTC");
    let (late, later) = ("2026-11-23T22:30Z", "2026-11-23T23:00Z");
    assert_eq!(until("en-US", late, later), "Mon, Nov 23, 2026, 10:30–11:00 PM UTC");
    let next = "2026-11-24T00:30Z";
    assert_eq!(until("en-US", late, next), "Mon, Nov 23, 2026, 10:30 PM–Tue 12:30 AM UTC");
    assert_eq!(until("de-DE", late, next), "Mon 23 Nov 2026, 22:30–Tue 00:30 UTC");
    let all_day = |tag: &str| Locale::of(tag).window(time(9, 0, 0, 0), time(0, 0, 0, 0));
    assert_eq!(all_day("en-US"), "9:00 AM–12:00 AM");
    assert_eq!(all_day("de-DE"), "09:00–24:00");
}

#[test]
fn what_is_near_is_named_by_its_day_and_the_year_stands_where_it_is_another() {
    let now = at("2026-11-23T08:00Z");
    let near = |tag: &str, text: &str| {
        let (day, time) = at(text).near(now, &LocalZone::new("Europe/London", Locale::of(tag)));
        format!("{day}, {time}")
    };
    assert_eq!(near("de-DE", "2026-11-24T09:30Z"), "Tomorrow, 09:30 GMT");
    assert_eq!(near("en-US", "2026-11-24T09:30Z"), "Tomorrow, 9:30 AM GMT");
    assert_eq!(near("en-US", "2026-11-27T09:30Z"), "Fri, Nov 27, 9:30 AM GMT");
    assert_eq!(near("en-US", "2027-01-08T09:30Z"), "Fri, Jan 8, 2027, 9:30 AM GMT");
}

#[test]
fn a_tag_is_known_in_any_case_and_no_other_is() {
    assert_eq!(Locale::find("EN-us").map(Locale::tag), Some("en-US"));
    for unknown in ["", "en", "en_US", "en-US-x", "xx-XX", "en-US "] {
        assert_eq!(Locale::find(unknown), None, "{unknown}");
    }
    assert_eq!(Locale::of("gone"), Locale::NEUTRAL);
}

#[test]
fn a_browser_is_taken_at_its_first_word_that_the_list_knows() {
    for (header, tag) in [
        ("", "en-GB"),
        ("en-US", "en-US"),
        ("EN-us,en;q=0.9", "en-US"),
        ("de", "de-DE"),
        ("de-LI, de;q=0.9, en-US;q=0.8", "de-DE"),
        ("zh-CN,zh;q=0.9,en-US;q=0.8,en;q=0.7", "en-US"),
        ("en", "en-GB"),
        ("fr;q=0, pt-BR", "pt-BR"),
        ("*", "en-GB"),
        (";;;,,q=", "en-GB"),
    ] {
        assert_eq!(Locale::accepted(header).tag(), tag, "{header}");
    }
}

#[test]
fn whoever_chooses_sees_an_example() {
    let example = |tag: &str| Locale::of(tag).example();
    assert_eq!(example("en-US"), "Nov 23, 2026, 9:30 AM – 12,345.50");
    assert_eq!(example("de-DE"), "23 Nov 2026, 09:30 – 12.345,50");
}
