//! Calendars as programs in the wild write them: each file of `tests/calendars`, what is odd about
//! it, and when its owner in Berlin is busy.

use super::read;
use crate::clock::Instant;
use crate::locale::Locale;

/// 2026-11-29T15:33:00Z.
const NOW: Instant = Instant::from_micros(1_795_966_380_000_000);

struct OddFile {
    oddity: &'static str,
    file: &'static [u8],
    wanted: &'static [&'static str],
}

macro_rules! cases {
    ($($name:literal, $oddity:literal, $wanted:expr;)*) => {
        [$(OddFile {
            oddity: $oddity,
            file: include_bytes!(concat!("../../../tests/calendars/", $name, ".ics")),
            wanted: &$wanted,
        }),*]
    };
}

/// `20270601T0800/0900`, or with a date behind the slash where that is another.
fn words(file: &[u8]) -> Vec<String> {
    let compact = |at: Instant| at.iso().replace(['-', ':'], "")[..13].to_owned();
    let busy = read(file, "Europe/Berlin", NOW).unwrap().busy_without(&Default::default());
    let words = busy.into_iter().map(|busy| {
        let (from, to) = (compact(busy.from), compact(busy.to));
        let to = if from[..8] == to[..8] { &to[9..] } else { &to };
        format!("{from}/{to}")
    });
    words.collect()
}

#[test]
fn calendars_of_the_wild_are_read_as_their_programs_meant_them() {
    for case in cases! {
        "f01_vfreebusy", "busy times without events", ["20270601T0800/0900", "20270602T0800/0900"];
        "f02_one_bad_date", "one date that is none", ["20270601T0800/0900"];
        "f03_value_date_with_time", "a date that is a time", ["20270601T0600/0700"];
        "f06_rscale", "RSCALE and SKIP that change nothing",
            ["20261201T0800/0900", "20261208T0800/0900", "20261215T0800/0900"];
        "f08_win1252", "a title in Windows-1252", ["20270601T0800/0900"];
        "f11_bom_twice", "two calendars, each with its mark",
            ["20270601T0800/0900", "20270602T0800/0900"];
        "r01_thisandfuture", "the rest of a series is moved",
            ["20270601T0800/0900", "20270602T0800/0900", "20270603T1200/1400", "20270604T1200/1400",
             "20270605T1200/1400"];
        "r02_dup_uid_sequence", "a newer text of the same event", ["20270602T0800/0900"];
        "r04_allday_exdate_utc", "a day struck by its midnight in UTC",
            ["20270531T2200/20270601T2200", "20270602T2200/20270603T2200"];
        "r06_allday_until_dt", "days until a midnight", ["20270531T2200/20270602T2200"];
        // The start is no time of the rule; RFC 5545 leaves open whether it counts. It does.
        "r10_weekly_bysetpos_wkst", "the first day of weeks that begin on Wednesday",
            ["20270606T0800/0900", "20270609T0800/0900", "20270616T0800/0900", "20270623T0800/0900"];
        "r15_minutely", "every five minutes",
            ["20270601T0800/0801", "20270601T0805/0806", "20270601T0810/0811", "20270601T0815/0816",
             "20270601T0820/0821", "20270601T0825/0826", "20270601T0830/0831", "20270601T0835/0836",
             "20270601T0840/0841", "20270601T0845/0846", "20270602T0800/0900"];
        "r18_exception_custom_tz", "a zone of its own, struck in UTC", ["20270601T1400/1500"];
        "r51_200_old_daily", "200 series that are over", ["20270602T0800/0900"];
        "s40_raw_newline_desc", "a text with a raw new line", ["20270601T0800/0900"];
        "z01_custom_tz_perth", "a zone of its own", ["20270601T0200/0300"];
        "z06_utc_paren_dublin", "a zone's name with commas", ["20270601T0900/1000"];
        "z07_sa_pacific", "a zone of Windows", ["20270601T1500/1600"];
        "z09_gmt_redefined", "a GMT with summer time", ["20270601T0900/1000"];
        "z11_xwr_floating", "times without a zone in a calendar with one", ["20270601T1400/1500"];
    } {
        assert_eq!(words(case.file), case.wanted, "{}", case.oddity);
    }
}

#[test]
fn a_whole_history_is_read_for_what_lies_ahead() {
    let history = include_bytes!("../../../tests/calendars/g1500.ics");
    assert_eq!(words(history).len(), 655);
}

#[test]
fn an_event_that_cannot_be_read_is_named_and_the_others_count() {
    let reading =
        read(include_bytes!("../../../tests/calendars/f02_one_bad_date.ics"), "UTC", NOW).unwrap();
    assert_eq!(reading.flaws, 1);
    let left_out = &reading.left_out[0];
    assert_eq!(
        (left_out.title.as_str(), left_out.date_words(Locale::NEUTRAL)),
        ("x", "20271032T000000".to_owned())
    );
    assert_eq!(left_out.why.to_string(), "its date or time cannot be read");
}
