//! Calendar files: what programs write, with what none should.

use super::chance::Chance;
use super::values::{bent, nonsense};

const TIMES: &[&str] = &[
    ":20261224T090000Z",
    ";TZID=Europe/London:20261224T090000",
    ";TZID=Mars/Base:20261224T090000",
    ";VALUE=DATE:20261224",
    ":00010101T000000",
    ":00000101T000000",
    ":99991231T235959Z",
    ";VALUE=DATE:99991231",
    ":20261025T013000",
    ":20260329T013000",
    ":20261332T256161",
    ":19700101T000000Z",
    ";TZID=/a/b/c/Europe/London:20270101T000060",
    ":",
];

const LENGTHS: &[&str] = &[
    "DURATION:PT30M",
    "DURATION:PT0S",
    "DURATION:-PT30M",
    "DURATION:P99999999999999D",
    "DURATION:PT9223372036854775807S",
    "DURATION:P9223372036854775807W",
    "DURATION:P1WT",
    "DTEND:20261224T100000Z",
    "DTEND:00010101T000000Z",
    "DTEND:99991231T235959Z",
    "DTEND;VALUE=DATE:99991231",
    "SUMMARY:nothing said",
];

const RULES: &[&str] = &[
    "RRULE:FREQ=WEEKLY;BYDAY=TH;COUNT=20",
    "RRULE:FREQ=SECONDLY",
    "RRULE:FREQ=MINUTELY;INTERVAL=1",
    "RRULE:FREQ=DAILY;INTERVAL=0",
    "RRULE:FREQ=DAILY;INTERVAL=65535",
    "RRULE:FREQ=DAILY;INTERVAL=99999999999999999999",
    "RRULE:FREQ=DAILY;INTERVAL=-1",
    "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;INTERVAL=3",
    "RRULE:FREQ=MONTHLY;BYDAY=5FR;BYSETPOS=-366",
    "RRULE:FREQ=YEARLY;BYDAY=-53MO,53SU;BYWEEKNO=53,-53",
    "RRULE:FREQ=HOURLY;BYHOUR=25",
    "RRULE:FREQ=DAILY;UNTIL=99991231T235959Z",
    "RRULE:FREQ=DAILY;UNTIL=00010101",
    "RRULE:FREQ=DAILY;COUNT=4294967296",
    "RRULE:FREQ=DAILY;COUNT=0",
    "RRULE:FREQ=YEARLY;INTERVAL=60000",
    "RRULE:FREQ=WEEKLY;WKST=XX",
    "RRULE:FREQ=",
    "RRULE:",
    "RRULE:FREQ=DAILY;FREQ=WEEKLY",
    "RRULE:FREQ=YEARLY;BYEASTER=0",
];

const FURTHER: &[&str] = &[
    "EXDATE:20261224T090000Z,,20261231T090000Z",
    "EXDATE;VALUE=DATE:99991231",
    "RDATE;VALUE=PERIOD:20261224T090000Z/PT1H",
    "RDATE:00010101T000000Z",
    "RECURRENCE-ID:20261224T090000Z",
    "RECURRENCE-ID;RANGE=THISANDFUTURE:99991231T235959Z",
    "STATUS:CANCELLED",
    "TRANSP:TRANSPARENT",
    "SEQUENCE:99999999999999999999",
    "X-A;B=\"c;d:e\":f",
    "END:VEVENT",
    "BEGIN:VALARM",
    " folded",
    "\u{feff}UID:two",
];

/// A calendar of a few events.
pub fn calendar(chance: &mut Chance, is_broken: bool) -> Vec<u8> {
    let mut text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n".to_owned();
    for number in 0..=chance.below(3) {
        text += &format!("BEGIN:VEVENT\r\nUID:{}\r\n", number / 2);
        let odd = |chance: &mut Chance, all: &[&str]| match is_broken {
            true => chance.of(all).to_owned(),
            false => all[0].to_owned(),
        };
        text += &format!("DTSTART{}\r\n", odd(chance, TIMES));
        for part in [odd(chance, LENGTHS), odd(chance, RULES), odd(chance, FURTHER)] {
            let part = if is_broken && chance.one_in(12) { bent(chance, &part) } else { part };
            text += &format!("{part}\r\n");
        }
        text += "END:VEVENT\r\n";
    }
    text += "END:VCALENDAR\r\n";
    if is_broken && chance.one_in(6) {
        text = text.replacen("\r\nUID", &format!("\r\n{}\r\nUID", nonsense(chance)), 1);
    }
    text.into_bytes()
}
