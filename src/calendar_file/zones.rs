//! Which zone a calendar means: those it defines itself, IANA's names and those of Windows.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use jiff::tz::TimeZone;

use super::definition::zone;
use super::lines::{CalendarObject, unescaped};
use super::recurrence::Budget;
use super::unreadable::Flaw;
use crate::clock::is_zone;

/// What Windows calls its zones, as CLDR says: a name, a tab and IANA's name in each line.
static WINDOWS: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let lines = include_str!("../../static/data/windows-zones.txt").lines();
    let pairs = lines.filter_map(|line| line.split_once('\t'));
    pairs.map(|(name, place)| (name.to_ascii_lowercase(), place)).collect()
});

/// Most names of unknown zones that are told.
const MOST_UNKNOWN: usize = 3;

/// The zones of one calendar.
pub struct Zones {
    /// Where the owner is: the zone of dates.
    home: TimeZone,
    /// The zone of times that name none.
    floating: TimeZone,
    own: HashMap<String, TimeZone>,
    unknown: RefCell<BTreeSet<String>>,
}

impl Zones {
    /// Those that a calendar defines, until the end of a year, and those that it only names.
    pub fn of(
        calendar: &CalendarObject,
        home: &TimeZone,
        year: i16,
        budget: &mut Budget,
    ) -> Result<Self, Flaw> {
        let mut own = HashMap::new();
        for definition in calendar.components.iter().filter(|part| part.is("VTIMEZONE")) {
            let Some(id) = definition.find("TZID") else { continue };
            let location = || known(definition.find("X-LIC-LOCATION")?.value.trim());
            if place(id.value).is_some() {
                continue;
            }
            if let Some(zone) = zone(definition, year, budget)?.or_else(location) {
                own.insert(folded(id.value), zone);
            }
        }
        let unknown = RefCell::default();
        let mut zones = Self { home: home.clone(), floating: home.clone(), own, unknown };
        if let Some(line) = calendar.own.find("X-WR-TIMEZONE") {
            zones.floating = zones.find(line.value);
        }
        Ok(zones)
    }

    pub fn home(&self) -> &TimeZone {
        &self.home
    }

    pub fn floating(&self) -> &TimeZone {
        &self.floating
    }

    /// IANA's name of a place says more than a definition that some program wrote long ago; a bare
    /// name such as GMT is the file's own where it defines it. An unknown name reads as home and is
    /// remembered: better a wrong hour than a lost event.
    pub fn find(&self, id: &str) -> TimeZone {
        let id = id.trim();
        let own = || self.own.get(&folded(id)).cloned();
        let windows = || known(WINDOWS.get(&folded(id))?);
        place(id).or_else(own).or_else(|| known(id)).or_else(windows).unwrap_or_else(|| {
            let mut unknown = self.unknown.borrow_mut();
            if unknown.len() < MOST_UNKNOWN {
                unknown.insert(id.chars().take(60).collect());
            }
            self.home.clone()
        })
    }

    /// Names that nobody knows.
    pub fn into_unknown(self) -> BTreeSet<String> {
        self.unknown.into_inner()
    }
}

/// A name is text where it is defined, with commas escaped, and bare where it is used.
fn folded(id: &str) -> String {
    unescaped(id.trim()).to_ascii_lowercase()
}

fn known(name: &str) -> Option<TimeZone> {
    if is_zone(name) { TimeZone::get(name).ok() } else { None }
}

/// IANA's name of a place has a slash; what has none may be anybody's.
fn place(id: &str) -> Option<TimeZone> {
    if id.contains('/') { known(id).or_else(|| after_prefix(id)) } else { None }
}

/// `/example.org/20050126_1/Europe/London`, as older programs write it.
fn after_prefix(id: &str) -> Option<TimeZone> {
    let mut rest = id.get(..200).unwrap_or(id);
    while let Some((_, after)) = rest.split_once('/') {
        if let Some(zone) = known(after) {
            return Some(zone);
        }
        rest = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar_file::lines::calendars;

    fn zones(file: &str) -> Zones {
        let file = format!("BEGIN:VCALENDAR\n{file}\nEND:VCALENDAR\n");
        let calendar = &calendars(file.as_bytes()).unwrap()[0];
        let home = TimeZone::get("Europe/Paris").unwrap();
        Zones::of(calendar, &home, 2029, &mut Budget::of_a_file()).unwrap()
    }

    fn name(zones: &Zones, id: &str) -> String {
        zones.find(id).iana_name().map(str::to_owned).unwrap_or_default()
    }

    #[test]
    fn zones_are_found_by_every_name_calendars_give_them() {
        let zones = zones("BEGIN:VTIMEZONE\nTZID:Ours\nX-LIC-LOCATION:Asia/Tokyo\nEND:VTIMEZONE");
        assert_eq!(name(&zones, "Europe/London"), "Europe/London");
        assert_eq!(name(&zones, "Ours"), "Asia/Tokyo");
        assert_eq!(name(&zones, "gmt standard time"), "Europe/London");
        assert_eq!(name(&zones, "/mozilla.org/20050126_1/America/New_York"), "America/New_York");
        assert!(zones.unknown.borrow().is_empty());
        assert_eq!(name(&zones, "Mars/Olympus"), "Europe/Paris");
        assert_eq!(zones.into_unknown().into_iter().collect::<Vec<_>>(), ["Mars/Olympus"]);
    }

    #[test]
    fn every_zone_of_windows_lies_where_cldr_says() {
        let zones = zones("");
        assert_eq!(WINDOWS.len(), 139);
        for (windows, place) in &*WINDOWS {
            // jiff has one name for the two
            assert_eq!(name(&zones, windows), place.replace("Etc/UTC", "UTC"));
        }
        assert!(zones.unknown.borrow().is_empty());
    }
}
