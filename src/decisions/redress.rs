//! How somebody who is concerned can object, and until when.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::clock::{self, Day, Instant};
use crate::locale::LocalZone;

/// The last instant of the same day six calendar months later in the person's zone, clamped to the end
/// of a shorter month; of a Saturday or Sunday, the Monday after. An appeal then is too late.
pub fn appeal_until(decided_at: Instant, zone: &str) -> Instant {
    let day = decided_at.day(zone).date();
    let last = next_weekday(day.checked_add(6.months()).unwrap_or(day));
    Day::of(last).plus(1).begin(&clock::zone(zone))
}

fn next_weekday(date: Date) -> Date {
    let days = match date.weekday() {
        Weekday::Saturday => 2,
        Weekday::Sunday => 1,
        _ => 0,
    };
    date.checked_add(days.days()).unwrap_or(date)
}

/// What every statement says of it; kept with the decision as it was said.
pub(super) fn words(until: Instant, zone: &LocalZone) -> String {
    // the last second that is still in time, so that the day named is the day meant
    let last = until - crate::clock::Span::seconds(1);
    format!(
        "You can object free of charge until {} with the button on the page of this decision; \
         somebody else decides about that. You can also turn to a certified body for out-of-court \
         settlement, and to the courts, at any time.",
        last.words(zone)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn until(decided: &str, zone: &str) -> String {
        let at: jiff::Timestamp = decided.parse().unwrap();
        appeal_until(Instant::from_micros(at.as_microsecond()), zone).iso()
    }

    #[test]
    fn an_appeal_is_in_time_until_the_end_of_the_same_day_six_months_later() {
        // Monday 30 November to Sunday 30 May, so Monday 31 May; London is an hour ahead then
        assert_eq!(until("2026-11-30T10:00:00Z", "Europe/London"), "2027-05-31T23:00:00Z");
        // 23:30 in London is the next day in Berlin
        assert_eq!(until("2026-12-01T23:30:00Z", "Europe/London"), "2027-06-01T23:00:00Z");
        assert_eq!(until("2026-12-01T23:30:00Z", "Europe/Berlin"), "2027-06-02T22:00:00Z");
    }

    #[test]
    fn the_end_of_a_shorter_month_counts_and_a_weekend_moves_on_to_monday() {
        // 31 August to the 28th of February 2027, a Sunday
        assert_eq!(until("2026-08-31T10:00:00Z", "UTC"), "2027-03-02T00:00:00Z");
        // a Saturday
        assert_eq!(until("2026-12-05T10:00:00Z", "UTC"), "2027-06-08T00:00:00Z");
    }
}
