//! What no other program can be asked about: zones that a file defines, rules with BYSETPOS or with
//! an UNTIL of another kind, moved rests of series, exceptions in other zones.

use super::tests::{event, file, reading, times};

fn days(rule: &str) -> Vec<String> {
    let text = event(&format!("DTSTART:20270302T120000\nDURATION:PT1H\nRRULE:{rule}"));
    times(&text).iter().map(|time| time[..5].to_owned()).collect()
}

#[test]
fn positions_count_from_the_beginning_of_the_period_not_of_the_series() {
    // 2 March 2027 is a Tuesday
    for (rule, wanted) in [
        ("FREQ=WEEKLY;BYDAY=MO,TU,TH;BYSETPOS=1;COUNT=3", vec!["03-02", "03-08", "03-15", "03-22"]),
        ("FREQ=WEEKLY;BYDAY=MO,TU,TH;BYSETPOS=2;COUNT=3", vec!["03-02", "03-09", "03-16"]),
        ("FREQ=WEEKLY;WKST=SU;BYDAY=SU,TU;BYSETPOS=-1;COUNT=2", vec!["03-02", "03-09"]),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=2,-1;COUNT=4",
            vec!["03-02", "03-31", "04-02", "04-30"],
        ),
        ("FREQ=YEARLY;BYMONTH=3,6;BYDAY=TU;BYSETPOS=-1;COUNT=1", vec!["03-02", "06-29"]),
        ("FREQ=DAILY;BYHOUR=9,12,15;BYSETPOS=-1;COUNT=2", vec!["03-02", "03-02", "03-03"]),
        ("FREQ=MONTHLY;BYDAY=1MO,TU;COUNT=3", vec!["03-02", "03-09", "03-16"]),
    ] {
        assert_eq!(days(rule), wanted, "{rule}");
    }
}

#[test]
fn a_rule_ends_with_its_last_moment_whatever_kind_it_is_of() {
    for (until, last) in [
        ("20270304", "03-04"),
        ("20270304T120000", "03-04"),
        ("20270304T115959", "03-03"),
        ("20270304T120000Z", "03-04"),
        ("20270304T115959Z", "03-03"),
    ] {
        assert_eq!(days(&format!("FREQ=DAILY;UNTIL={until}")).last().unwrap(), last, "{until}");
    }
    let whole = |until: &str| {
        let text = event(&format!("DTSTART;VALUE=DATE:20270601\nRRULE:FREQ=DAILY;UNTIL={until}"));
        times(&text)
    };
    // London is an hour ahead of UTC: its third of June begins at 23:00 on the second
    for until in ["20270602", "20270602T000000Z", "20270602T230000Z", "20270602T120000"] {
        assert_eq!(whole(until), ["05-31T23:00/06-02T23:00"], "{until}");
    }
    // deleted from the first time on
    assert!(days("FREQ=DAILY;UNTIL=20270301T120000Z").is_empty());
}

#[test]
fn a_day_that_a_month_lacks_is_left_out_or_moved_as_the_rule_says() {
    let rule = |skip: &str| {
        let rule = format!("RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;COUNT=2{skip}");
        days(&rule).split_off(1)
    };
    assert_eq!(rule(""), ["03-31", "05-31"]);
    assert_eq!(rule(";SKIP=OMIT"), ["03-31", "05-31"]);
    assert_eq!(rule(";SKIP=BACKWARD"), ["03-31", "04-30"]);
    assert_eq!(rule(";SKIP=FORWARD"), ["03-31", "05-01"]);
}

fn in_zone(observances: &str, start: &str) -> Vec<String> {
    times(&file(&format!(
        "BEGIN:VTIMEZONE\nTZID:Ours\n{observances}END:VTIMEZONE\nBEGIN:VEVENT\nDTSTART;TZID=Ours:{start}\nDURATION:PT1H\nEND:VEVENT"
    )))
}

fn observance(kind: &str, start: &str, [before, after]: [&str; 2], more: &str) -> String {
    format!(
        "BEGIN:{kind}\nDTSTART:{start}\nTZOFFSETFROM:{before}\nTZOFFSETTO:{after}\n{more}END:{kind}\n"
    )
}

#[test]
fn a_zone_that_the_file_defines_changes_as_it_says() {
    let winter = |more: &str| observance("STANDARD", "20001029T030000", ["+0530", "+0430"], more);
    let summer = |more: &str| observance("DAYLIGHT", "20000326T020000", ["+0430", "+0530"], more);
    let rules = [
        winter("RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\n"),
        summer("RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\n"),
    ]
    .concat();
    assert_eq!(in_zone(&rules, "20270327T120000"), ["03-27T07:30/08:30"]);
    assert_eq!(in_zone(&rules, "20270328T120000"), ["03-28T06:30/07:30"]);
    // in the gap the time moves on, in the fold it is the first
    assert_eq!(in_zone(&rules, "20270328T023000"), ["03-27T22:00/23:00"]);
    assert_eq!(in_zone(&rules, "20271031T023000"), ["10-30T21:00/22:00"]);
    // dated changes, and a rule that has ended
    let dated = [
        winter("RDATE:20271010T030000\n"),
        summer("RDATE:20270401T020000,20280402T020000\n"),
        observance(
            "STANDARD",
            "19800101T000000",
            ["+0000", "+0100"],
            "RRULE:FREQ=YEARLY;UNTIL=19900101T000000Z\n",
        ),
    ]
    .concat();
    for (start, wanted) in [
        ("20270331T120000", "03-31T07:30/08:30"),
        ("20270401T120000", "04-01T06:30/07:30"),
        ("20271009T120000", "10-09T06:30/07:30"),
        ("20271010T120000", "10-10T07:30/08:30"),
    ] {
        assert_eq!(in_zone(&dated, start), [wanted], "{start}");
    }
    let fixed = observance("STANDARD", "16010101T000000", ["-03:30", "-033000"], "");
    assert_eq!(in_zone(&fixed, "20270601T080000"), ["06-01T11:30/12:30"]);
    // a definition that says nothing is none; IANA's name of a place needs none
    assert_eq!(in_zone("", "20270601T080000"), ["06-01T07:00/08:00"]);
    let text = file(&format!(
        "BEGIN:VTIMEZONE\nTZID:Asia/Tokyo\n{fixed}END:VTIMEZONE\nBEGIN:VEVENT\nDTSTART;TZID=Asia/Tokyo:20270601T080000\nDURATION:PT1H\nEND:VEVENT"
    ));
    assert_eq!(times(&text), ["05-31T23:00/00:00".replace("00:00", "06-01T00:00")]);
}

#[test]
fn times_without_a_zone_are_those_of_the_calendar_and_days_those_of_the_owner() {
    for zone in ["America/New_York", "Eastern Standard Time"] {
        let text = event("DTSTART:20270601T100000\nDURATION:PT1H\nRDATE;VALUE=DATE:20270603")
            .replacen("VERSION", &format!("X-WR-TIMEZONE:{zone}\nVERSION"), 1);
        assert_eq!(times(&text)[0], "06-01T14:00/15:00");
        let day = event("DTSTART;VALUE=DATE:20270601").replacen(
            "VERSION",
            &format!("X-WR-TIMEZONE:{zone}\nVERSION"),
            1,
        );
        assert_eq!(times(&day), ["05-31T23:00/06-01T23:00"]);
    }
}

const SERIES: &str = "\
    BEGIN:VEVENT\nUID:a\nDTSTART:20270601T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=5\nEXDATE;TZID=America/New_York:20270602T050000\nEND:VEVENT\n";

fn changed(lines: &str) -> Vec<String> {
    times(&file(&format!("{SERIES}BEGIN:VEVENT\nUID:a\n{lines}\nEND:VEVENT")))
}

#[test]
fn the_rest_of_a_series_is_moved_ended_or_freed_with_its_first() {
    assert_eq!(changed("SEQUENCE:-1\nDTSTART:20270801T100000").len(), 4);
    let from = "RECURRENCE-ID;RANGE=THISANDFUTURE:20270603T090000Z";
    let moved = changed(&format!("{from}\nDTSTART:20270604T150000\nDTEND:20270604T170000"));
    let wanted =
        ["06-01T09:00/10:00", "06-04T14:00/16:00", "06-05T14:00/16:00", "06-06T14:00/16:00"];
    assert_eq!(moved, wanted);
    for free in ["STATUS:CANCELLED", "TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"] {
        assert_eq!(changed(&format!("{from}\n{free}")), ["06-01T09:00/10:00"], "{free}");
    }
}

#[test]
fn of_an_event_written_twice_the_newer_counts_and_equals_both() {
    let one = |sequence: &str, hour: i8, more: &str| {
        format!(
            "BEGIN:VEVENT\nUID:a\n{sequence}DTSTART:20270601T{hour}0000Z\nDURATION:PT1H\n{more}END:VEVENT\n"
        )
    };
    let both = |first: &str, second: &str| {
        let text = file(&[one(first, 10, ""), one(second, 14, "")].concat());
        times(&text).len()
    };
    assert_eq!((both("SEQUENCE:2\n", ""), both("SEQUENCE:1\n", "SEQUENCE:3\n")), (1, 1));
    assert_eq!((both("", ""), both("SEQUENCE:2\n", "SEQUENCE:2\n")), (2, 2));
    let cancelled = [one("", 10, ""), one("SEQUENCE:1\n", 10, "STATUS:CANCELLED\n")].concat();
    assert!(times(&file(&cancelled)).is_empty());
    let called_off = file(&one("", 10, "")).replacen("VERSION", "METHOD:CANCEL\nVERSION", 1);
    assert!(times(&called_off).is_empty());
}

#[test]
fn one_exception_strikes_one_day() {
    for exception in [
        "EXDATE;VALUE=DATE:20270602",
        "EXDATE:20270602",
        "EXDATE:20270602T000000",
        "EXDATE:20270602T000000Z",
        "EXDATE:20270601T230000Z",
        "EXDATE;TZID=America/New_York:20270601T190000",
        "EXDATE;TZID=America/New_York:20270602T000000",
    ] {
        let text =
            event(&format!("DTSTART;VALUE=DATE:20270601\nRRULE:FREQ=DAILY;COUNT=3\n{exception}"));
        let wanted = ["05-31T23:00/06-01T23:00", "06-02T23:00/06-03T23:00"];
        assert_eq!(times(&text), wanted, "{exception}");
    }
    // one that cannot be read strikes nothing
    let text = event("DTSTART;VALUE=DATE:20270601\nEXDATE:soon");
    assert_eq!((times(&text).len(), reading(&text).flaws), (1, 0));
}

#[test]
fn a_calendar_in_sixteen_bits_is_read() {
    let text = event("DTSTART:20270601T100000Z\nDURATION:PT1H");
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let now = super::tests::NOW;
    let reading = super::read(&bytes, "Europe/London", now).unwrap();
    assert_eq!(reading.busy_without(&Default::default()).len(), 1);
}

#[test]
fn busy_times_without_events_count_unless_they_are_free() {
    let text = file(
        "BEGIN:VFREEBUSY\nFREEBUSY:20270601T100000Z/PT1H,20270602T100000Z/20270602T110000Z\n\
         FREEBUSY;FBTYPE=BUSY-TENTATIVE:20270603T100000Z/PT1H\n\
         FREEBUSY;FBTYPE=FREE:20270604T100000Z/PT1H\nEND:VFREEBUSY",
    );
    let wanted = ["06-01T10:00/11:00", "06-02T10:00/11:00", "06-03T10:00/11:00"];
    assert_eq!(times(&text), wanted);
}
