//! Reading busy times: rules of the calendar, changes of the clock, and files that mean harm.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{Busy, CalendarReading, Unreadable, read};
use crate::calendar_file::Flaw;
use crate::clock::Instant;
use crate::locale::Locale;

/// 2027-03-01T12:00:00Z.
pub(super) const NOW: Instant = Instant::from_micros(1_803_902_400_000_000);

pub(super) fn file(events: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}\nEND:VCALENDAR\r\n")
}

pub(super) fn event(lines: &str) -> String {
    file(&format!("BEGIN:VEVENT\nUID:a\nSUMMARY:Secret\n{lines}\nEND:VEVENT"))
}

/// The busy times of a file in London, as `03-28T08:00/09:00` in UTC.
pub(super) fn times(text: &str) -> Vec<String> {
    let words = |busy: &Busy| {
        let (from, to) = (busy.from.iso(), busy.to.iso());
        let to = if from[..10] == to[..10] { &to[11..16] } else { &to[5..16] };
        format!("{}/{to}", &from[5..16])
    };
    all(&reading(text)).iter().map(words).collect()
}

pub(super) fn reading(text: &str) -> CalendarReading {
    read(text.as_bytes(), "Europe/London", NOW).unwrap()
}

fn all(reading: &CalendarReading) -> Vec<Busy> {
    reading.busy_without(&BTreeSet::new())
}

/// Why the one event that was left out was.
fn flaw(text: &str) -> Flaw {
    let reading = reading(text);
    assert_eq!((reading.flaws, reading.left_out.len()), (1, 1), "{text}");
    reading.left_out[0].why
}

fn refused(text: &str) -> Unreadable {
    read(text.as_bytes(), "Europe/London", NOW).unwrap_err()
}

#[test]
fn a_weekly_meeting_stays_at_nine_on_the_wall_across_the_change_of_the_clock() {
    let text = event(
        "DTSTART;TZID=Europe/London:20240107T090000\nDTEND;TZID=Europe/London:20240107T100000\nRRULE:FREQ=WEEKLY;UNTIL=20270411T080000Z",
    );
    let wanted = [
        "03-07T09:00/10:00",
        "03-14T09:00/10:00",
        "03-21T09:00/10:00",
        "03-28T08:00/09:00",
        "04-04T08:00/09:00",
        "04-11T08:00/09:00",
    ];
    assert_eq!(times(&text), wanted);
}

#[test]
fn a_time_in_the_gap_moves_on_and_one_in_the_fold_is_the_first() {
    let gap = event("DTSTART:20270328T013000\nDURATION:PT30M");
    assert_eq!(times(&gap), ["03-28T01:30/02:00"]);
    let fold = event("DTSTART:20271031T013000\nDURATION:PT30M");
    assert_eq!(times(&fold), ["10-31T00:30/01:00"]);
    // Nominal days keep the time of day, hours are elapsed time.
    assert_eq!(times(&event("DTSTART:20270327T120000\nDURATION:P1D")), ["03-27T12:00/03-28T11:00"]);
    let hours = event("DTSTART:20270327T120000\nDURATION:PT24H");
    assert_eq!(times(&hours), ["03-27T12:00/03-28T12:00"]);
}

#[test]
fn whole_days_are_days_of_the_owners_zone() {
    let three = event("DTSTART;VALUE=DATE:20270327\nDTEND;VALUE=DATE:20270330");
    assert_eq!(times(&three), ["03-27T00:00/03-29T23:00"]);
    for end in ["", "\nDTEND;VALUE=DATE:20270328", "\nDURATION:P1D"] {
        let one = event(&format!("DTSTART;VALUE=DATE:20270328{end}"));
        assert_eq!(times(&one), ["03-28T00:00/23:00"], "{end}");
    }
    let yearly = event("DTSTART;VALUE=DATE:19900305\nRRULE:FREQ=YEARLY");
    assert_eq!(times(&yearly), ["03-05T00:00/03-06T00:00", "03-05T00:00/03-06T00:00"]);
}

#[test]
fn each_way_to_name_a_time_is_read() {
    let end = "\nDURATION:PT1H";
    for (start, wanted) in [
        ("DTSTART:20270601T100000Z", "06-01T10:00/11:00"),
        ("DTSTART:20270601T100000", "06-01T09:00/10:00"),
        ("DTSTART;TZID=America/New_York:20270601T100000", "06-01T14:00/15:00"),
        ("DTSTART;TZID=\"Eastern Standard Time\":20270601T100000", "06-01T14:00/15:00"),
        ("DTSTART;TZID=Nowhere:20270601T100000", "06-01T09:00/10:00"),
        ("dtstart:20270601T1\r\n 00000Z", "06-01T10:00/11:00"),
    ] {
        assert_eq!(times(&event(&format!("{start}{end}"))), [wanted], "{start}");
    }
}

#[test]
fn what_leaves_its_owner_free_is_left_out() {
    let time = "DTSTART:20270601T100000Z\nDTEND:20270601T110000Z\n";
    for line in ["TRANSP:TRANSPARENT", "STATUS:CANCELLED"] {
        assert!(times(&event(&format!("{time}{line}"))).is_empty(), "{line}");
    }
    for line in
        ["TRANSP:OPAQUE", "STATUS:TENTATIVE", "BEGIN:VALARM\nTRANSP:TRANSPARENT\nEND:VALARM"]
    {
        assert_eq!(times(&event(&format!("{time}{line}"))).len(), 1, "{line}");
    }
    assert!(times(&event("DTSTART:20270601T100000Z")).is_empty());
    assert!(times(&event("DTSTART:20270601T100000Z\nDTEND:20270601T090000Z")).is_empty());
}

#[test]
fn instances_are_struck_added_and_moved() {
    let master = "\
        BEGIN:VEVENT\nUID:a\nDTSTART;TZID=Europe/London:20270302T090000\nDURATION:PT1H\n\
        RRULE:FREQ=DAILY;COUNT=6\nEXDATE;TZID=Europe/London:20270303T090000,20270304T090000\n\
        EXDATE:\nRDATE:20270320T090000Z\n\
        RDATE;VALUE=PERIOD:20270321T090000Z/PT3H,20270322T090000Z/20270322T100000Z\n\
        END:VEVENT\n";
    let moved = "BEGIN:VEVENT\nUID:a\nRECURRENCE-ID:20270305T090000Z\nDTSTART:20270305T150000Z\nDURATION:PT1H\nEND:VEVENT\n";
    let cancelled = "BEGIN:VEVENT\nUID:a\nRECURRENCE-ID:20270306T090000Z\nDTSTART:20270306T090000Z\nDURATION:PT1H\nSTATUS:CANCELLED\nEND:VEVENT\n";
    let other = "BEGIN:VEVENT\nUID:b\nRECURRENCE-ID:20270307T090000Z\nDTSTART:20270307T090000Z\nDURATION:PT1H\nEND:VEVENT\n";
    let wanted = [
        "03-02T09:00/10:00",
        "03-05T15:00/16:00",
        "03-07T09:00/10:00",
        "03-20T09:00/10:00",
        "03-21T09:00/12:00",
        "03-22T09:00/10:00",
    ];
    assert_eq!(times(&file(&format!("{moved}{master}{cancelled}{other}"))), wanted);
    let by_date = event(
        "DTSTART:20270302T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE;VALUE=DATE:20270303",
    );
    assert_eq!(times(&by_date), ["03-02T09:00/10:00"]);
}

#[test]
fn rules_mean_what_they_say() {
    for (rule, wanted) in [
        ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=3", vec!["03-26", "04-30"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;UNTIL=20270501", vec!["03-31", "04-30"]),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO;UNTIL=20270401T000000",
            vec!["02-28", "03-09", "03-14", "03-23", "03-28"],
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=31;UNTIL=20270601T000000Z", vec!["03-31", "05-31"]),
        ("FREQ=YEARLY;UNTIL=20200101T000000Z", vec![]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", vec![]),
    ] {
        let text = event(&format!("DTSTART:20270226T120000\nDURATION:PT1H\nRRULE:{rule}"));
        let days: Vec<String> = times(&text).iter().map(|time| time[..5].to_owned()).collect();
        assert_eq!(days, wanted, "{rule}");
    }
}

#[test]
fn an_old_event_repeats_as_if_it_had_never_been_skipped_ahead() {
    for (rule, start) in [
        ("FREQ=DAILY;INTERVAL=3", "20150412"),
        ("FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,FR", "20150414"),
        ("FREQ=MONTHLY;INTERVAL=5", "20150428"),
        ("FREQ=YEARLY;INTERVAL=2", "20150412"),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=2TU", "20150414"),
        ("FREQ=MONTHLY", "20150131"),
    ] {
        let lines = |more: &str| {
            event(&format!("DTSTART:{start}T090000\nDURATION:PT1H\nRRULE:{rule}{more}"))
        };
        // Who counts from the start is not skipped ahead.
        assert_eq!(times(&lines("")), times(&lines(";COUNT=100000")), "{rule}");
        assert!(!times(&lines("")).is_empty(), "{rule}");
    }
}

#[test]
fn times_are_merged_and_cut_to_the_window() {
    let one =
        |from: &str, to: &str| format!("BEGIN:VEVENT\nDTSTART:{from}Z\nDTEND:{to}Z\nEND:VEVENT\n");
    let text = file(
        &[
            one("20270601T100000", "20270601T110000"),
            one("20270601T110000", "20270601T113000"),
            one("20270601T101500", "20270601T103000"),
            one("20000101T000000", "20270228T130000"),
            one("20280404T000000", "99991231T235959"),
            one("20400101T000000", "20400102T000000"),
        ]
        .concat(),
    );
    let wanted = ["02-28T12:00/13:00", "06-01T10:00/11:30", "04-04T00:00/12:00"];
    assert_eq!(times(&text), wanted);
}

#[test]
fn files_that_are_no_calendar_are_refused_in_words() {
    for (text, wanted) in [
        ("", Unreadable::NotACalendar),
        ("<!doctype html><title>Sign in: now</title>", Unreadable::NotACalendar),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20270601T100000Z\n", Unreadable::CutOff),
        ("BEGIN:VCALENDAR\nEND:VEVENT\n", Unreadable::CutOff),
    ] {
        assert_eq!(refused(text), wanted, "{text}");
    }
    assert_eq!(refused(&file(&"x".repeat(10_000_000))), Unreadable::TooLarge);
    assert_eq!(refused(&"BEGIN:VCALENDAR\n".repeat(19_000)), Unreadable::CutOff);
    assert_eq!(refused(&"BEGIN:VCALENDAR\nBEGIN:X\n".repeat(40)), Unreadable::CutOff);
    let deep = format!("BEGIN:VCALENDAR\n{}", "BEGIN:X\n".repeat(100));
    assert_eq!(refused(&deep), Unreadable::Broken(33));
}

#[test]
fn one_event_that_cannot_be_read_is_left_out_and_the_others_count() {
    let good = "BEGIN:VEVENT\nDTSTART:20270601T100000Z\nDURATION:PT1H\nEND:VEVENT\n";
    for (lines, wanted) in [
        ("DTSTART:yesterday", Flaw::Time),
        ("DTSTART:20270601T100000Z\nDTEND:soon", Flaw::Time),
        ("DTSTART:20270601T100000Z\nRRULE:FREQ=OFTEN", Flaw::Rule),
        ("SUMMARY:never", Flaw::NoStart),
    ] {
        let text = file(&format!("BEGIN:VEVENT\n{lines}\nEND:VEVENT\n{good}"));
        assert_eq!(flaw(&text), wanted, "{lines}");
        assert_eq!(times(&text), ["06-01T10:00/11:00"], "{lines}");
        // who is free meanwhile need not be told
        let free = text.replacen("BEGIN:VEVENT", "BEGIN:VEVENT\nTRANSP:TRANSPARENT", 1);
        assert_eq!(reading(&free).flaws, 0, "{lines}");
    }
    let many = file(&"BEGIN:VEVENT\nDTSTART:2\nSUMMARY:a\\, b\n c\n".repeat(1_000));
    let reading = reading(&many);
    assert_eq!((reading.flaws, reading.left_out.len()), (1_000, 5));
    assert_eq!(reading.left_out[0].title, "a, bc");
    let long = event(&format!("DTSTART:20270230T0\nSUMMARY:{}", "é".repeat(90)));
    let named = flaw_of(&long.replace("SUMMARY:Secret\n", ""));
    assert_eq!(named, (format!("{}…", "é".repeat(40)), "20270230T0".to_owned()));
}

fn flaw_of(text: &str) -> (String, String) {
    let left_out = &reading(text).left_out[0];
    (left_out.title.clone(), left_out.date_words(Locale::NEUTRAL))
}

#[test]
fn times_of_a_zone_that_nobody_knows_are_those_of_the_owner_and_it_is_named() {
    let text = event("DTSTART;TZID=Nowhere:20270601T100000\nDURATION:PT1H");
    let reading = reading(&text);
    assert_eq!(reading.unknown_zones.into_iter().collect::<Vec<_>>(), ["Nowhere"]);
}

#[test]
fn events_that_footing_gave_out_can_be_told_from_others() {
    let event = |uid: &str, hour: i8| {
        format!(
            "BEGIN:VEVENT\nUID:{uid}\nDTSTART:20270601T{hour}0000Z\nDURATION:PT1H\nEND:VEVENT\n"
        )
    };
    let (own, other) = ("0000000000ABC", "0000000000XYZ");
    let text = file(
        &[
            event(&format!("{own}@a.example"), 10),
            event(own, 12),
            event(other, 14),
            event("x@y", 16),
        ]
        .concat(),
    );
    let reading = reading(&text);
    assert_eq!(reading.ids().into_iter().collect::<Vec<_>>(), [own, other]);
    let hours = reading.busy_without(&BTreeSet::from([own.to_owned()]));
    let hours: Vec<String> = hours.iter().map(|busy| busy.from.iso()[11..13].to_owned()).collect();
    assert_eq!(hours, ["14", "16"]);
}

#[test]
fn a_rule_that_means_harm_ends_soon() {
    let with =
        |rule: &str| event(&format!("DTSTART:20000101T000000Z\nDURATION:PT1S\nRRULE:{rule}"));
    for rule in [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY",
        "FREQ=HOURLY;BYMINUTE=0,15,30,45",
        "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9;BYSECOND=0,1,2,3,4,5,6,7,8,9",
        "FREQ=HOURLY;COUNT=4294967295",
        "FREQ=HOURLY;UNTIL=99991231T235959Z",
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
    ] {
        assert_eq!(flaw(&with(rule)), Flaw::TooOften, "{rule}");
    }
    let long = format!("FREQ=YEARLY;BYYEARDAY={}", "1,".repeat(1_000));
    for rule in [
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=99999999999",
        "FREQ=DAILY;BYDAY=é",
        "",
        "FREQ",
        "FREQ=DAILY;COUNT=-1",
        "FREQ=DAILY;UNTIL=never",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYDAY=54MO",
        "FREQ=OFTEN",
        "RSCALE=HEBREW;FREQ=YEARLY",
        &long,
    ] {
        assert_eq!(flaw(&with(rule)), Flaw::Rule, "{rule}");
    }
    for rule in [
        "FREQ=DAILY;UNTIL=99991231T235959Z",
        "FREQ=DAILY;COUNT=1000000",
        "FREQ=YEARLY;INTERVAL=65535",
        "FREQ=MINUTELY;COUNT=3",
        "FREQ=SECONDLY;COUNT=4000000",
    ] {
        assert!(times(&with(rule)).len() < 500, "{rule}");
    }
}

#[test]
fn as_many_rules_as_a_file_can_hold_end_soon() {
    let begun = std::time::Instant::now();
    for rule in [
        "FREQ=DAILY;COUNT=9;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO",
        "FREQ=DAILY;COUNT=9;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6;COUNT=9",
        "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=4;COUNT=9",
        "FREQ=SECONDLY;BYHOUR=25",
        "FREQ=SECONDLY",
    ] {
        let one = format!(
            "BEGIN:VEVENT\nDTSTART:00010131T000000Z\nDURATION:PT1H\nRRULE:{rule}\nEND:VEVENT\n"
        );
        let read = read(file(&one.repeat(90_000)).as_bytes(), "UTC", NOW);
        assert!(read.is_ok_and(|read| read.flaws == 90_000) == rule.contains("25"), "{rule}");
    }
    let zone = "\
        BEGIN:VTIMEZONE\nTZID:a\nBEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0000\nRRULE:FREQ=DAILY\nEND:STANDARD\nEND:VTIMEZONE\n";
    assert_eq!(refused(&file(&zone.repeat(60_000))), Unreadable::TooManyEvents);
    // generous: the count above is the promise, and a busy machine is slow
    assert!(begun.elapsed().as_secs() < 120, "{:?}", begun.elapsed());
}

/// Lines that calendars are made of, so that chance gets past the first of them.
fn piece() -> impl Strategy<Value = String> {
    let rule = "(INTERVAL=[0-9]{1,3}|COUNT=[0-9]{1,4}|UNTIL=[0-9]{8}(T[0-9]{6}Z?)?\
        |BYDAY=-?[0-9]{0,2}(MO|WE|SU)|BYMONTHDAY=-?[0-9]{1,2}|BYYEARDAY=-?[0-9]{1,3}\
        |BYWEEKNO=-?[0-9]{1,2}|BYMONTH=[0-9]{1,2}|BYSETPOS=-?[0-9]{1,3}|BYHOUR=[0-9]{1,2}\
        |BYMINUTE=[0-9]{1,2}|WKST=(MO|SU|TH)|[A-Z=;,é]{0,6})";
    let rule = format!("RRULE:FREQ=(YEARLY|MONTHLY|WEEKLY|DAILY|HOURLY)(;{rule}){{0,4}}");
    let rule = proptest::string::string_regex(&rule).unwrap();
    prop_oneof![
        6 => rule,
        2 => "(DTSTART|DTEND|EXDATE|RDATE|RECURRENCE-ID)(;VALUE=DATE|;TZID=[A-Za-z/]{0,12})?:(19|20|00|99)[0-9]{2}(0[1-9]|1[012])[0-2][1-8](T[0-2][0-9]{5}Z?)?",
        1 => "DURATION:-?P[0-9WDTHMS]{0,12}",
        1 => "(BEGIN|END):(VEVENT|VCALENDAR|VALARM|VTIMEZONE)",
        1 => "[ \t\"é:;=A-Z0-9]{0,20}",
    ]
}

proptest! {
    #[test]
    fn any_bytes_never_panic_and_end(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = read(&bytes, "Europe/London", NOW);
    }

    #[test]
    fn any_lines_never_panic_and_end(pieces in prop::collection::vec(piece(), 0..12)) {
        let _ = read(event(&pieces.join("\n")).as_bytes(), "Europe/London", NOW);
    }

    #[test]
    fn any_rule_never_panics_and_gives_times_apart(
        year in 1900..2028, day in 1..29, rule in piece(), more in piece(),
    ) {
        let text = event(&format!("DTSTART:{year}02{day:02}T093000\nDURATION:PT1H\n{rule}\n{more}"));
        if let Ok(reading) = read(text.as_bytes(), "Europe/London", NOW) {
            let found = all(&reading);
            prop_assert!(found.iter().all(|busy| busy.from < busy.to));
            prop_assert!(found.windows(2).all(|pair| pair[0].to < pair[1].from));
        }
    }
}
