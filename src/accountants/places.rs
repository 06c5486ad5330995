//! Towns, regions and countries: what somebody means by a place, and what is near it.
//!
//! The towns are GeoNames' with more than 15,000 people. Whatever is none of them stays free text,
//! found by its words.

mod names;
mod table;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use super::choices;
use names::{EVERYDAY, OTHER_NAMES, REGIONS};

/// A town of the table. The smaller the number, the more people live there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Town(usize);

/// A state of the US or one of the UK's nations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    pub country: &'static str,
    pub code: &'static str,
}

/// What a place was read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Town(Town),
    Region(Region),
    Country(&'static str),
}

/// Towns this near count as the same place, in kilometres.
const NEAR: f64 = 30.0;

impl Town {
    pub fn name(self) -> &'static str {
        table::name(self.0)
    }

    pub fn country(self) -> &'static str {
        table::country(self.0)
    }

    pub fn region(self) -> Option<Region> {
        table::region(self.0).map(|(country, code)| Region { country, code })
    }

    /// "Munich, Germany", "Springfield, Illinois, United States".
    pub fn words(self) -> String {
        let country = choices::country_name(self.country());
        match self.region().filter(|region| region.country == "US") {
            Some(region) => format!("{}, {}, {country}", self.name(), region.name()),
            None => format!("{}, {country}", self.name()),
        }
    }

    /// What to write for it beside its country: the region only where the name alone is another.
    pub fn value(self) -> String {
        let named = table::named(&table::fold(self.name())).into_iter().map(Self);
        let first = named.into_iter().find(|other| other.country() == self.country());
        match self.region().filter(|_| first != Some(self)) {
            Some(region) => format!("{}, {}", self.name(), region.name()),
            None => self.name().to_owned(),
        }
    }

    /// Its cell on a grid of a twentieth of a degree, five kilometres or less each way.
    pub fn cell(self) -> u32 {
        let (north, east) = table::position(self.0);
        let row = (i32::from(north) + 32_400) / 18;
        let column = (i32::from(east) + 32_400) / 9;
        u32::try_from(row * 7200 + column).unwrap_or(0)
    }

    /// The cells of all towns near it, its own among them, each once. Remembered: towns do not move,
    /// and looking at all of them takes longer than the rest of an entry.
    pub fn cells_around(self) -> Arc<[u32]> {
        static KNOWN: LazyLock<Mutex<HashMap<usize, Arc<[u32]>>>> = LazyLock::new(Mutex::default);
        let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cells) = known().get(&self.0) {
            return cells.clone();
        }
        let near = (0..table::towns()).map(Self).filter(|other| self.is_near(*other));
        let mut cells: Vec<u32> = near.map(Self::cell).collect();
        cells.sort_unstable();
        cells.dedup();
        let cells: Arc<[u32]> = cells.into();
        known().insert(self.0, cells.clone());
        cells
    }

    fn is_near(self, other: Self) -> bool {
        const KM_PER_DEGREE: f64 = 111.2;
        let ((north, east), (other_north, other_east)) =
            (table::position(self.0), table::position(other.0));
        let (north, other_north) = (f64::from(north) / 360.0, f64::from(other_north) / 360.0);
        let up = (north - other_north).abs() * KM_PER_DEGREE;
        if up > NEAR {
            return false;
        }
        let turn = (f64::from(east) - f64::from(other_east)).abs() / 180.0;
        let along = turn.min(360.0 - turn) * KM_PER_DEGREE * north.to_radians().cos();
        up * up + along * along <= NEAR * NEAR
    }
}

impl Region {
    pub fn name(self) -> &'static str {
        let found = REGIONS.iter().find(|row| (row.0, row.1) == (self.country, self.code));
        found.map_or(self.code, |row| row.2)
    }
}

impl Place {
    /// "Munich", "Paris, France", "Leeds England", "UK"; `None` for what is no place of the table.
    pub fn read(text: &str) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        if let Some((first, rest)) = text.split_once(',') {
            // what follows says which of several; where nothing of the name is there, the name alone
            let parts: Vec<&str> = rest.split(',').collect();
            return town_in(first, &parts).or_else(|| Self::of_name(first));
        }
        Self::of_name(text).or_else(|| {
            let breaks: Vec<usize> = text.match_indices(' ').map(|(at, _)| at).collect();
            let mut split =
                breaks.into_iter().filter_map(|at| Some((text.get(..at)?, text.get(at..)?)));
            split.find_map(|(first, rest)| town_in(first, &[rest]))
        })
    }

    /// A place as a profile names it beside its country.
    pub fn read_in(text: &str, country: &str) -> Option<Self> {
        match Self::read(text)? {
            Self::Town(town) if town.country() == country => Some(Self::Town(town)),
            Self::Town(_) => {
                let name = text.split(',').next().unwrap_or(text);
                town_in(name, &[country])
            }
            other => {
                let name = text.split(',').next().unwrap_or(text);
                town_in(name, &[country]).or(Some(other)).filter(|place| place.country() == country)
            }
        }
    }

    fn of_name(text: &str) -> Option<Self> {
        if let Some(country) = country(text) {
            return Some(Self::Country(country));
        }
        let folded = table::fold(text);
        let region = REGION_NAMES.get(&folded).copied();
        if let Some(nation) = region.filter(|region| region.country == "GB") {
            return Some(Self::Region(nation));
        }
        let town = table::named(&folded).first().map(|town| Self::Town(Town(*town)));
        let state = region.map(Self::Region);
        // New York is first of all the town, Washington and California are not
        match (town, state) {
            (Some(Self::Town(Town(number))), Some(state)) if number > 100 => Some(state),
            (town, state) => town.or(state),
        }
    }

    pub fn country(self) -> &'static str {
        match self {
            Self::Town(town) => town.country(),
            Self::Region(region) => region.country,
            Self::Country(code) => code,
        }
    }

    /// "Munich, Germany", "England", "Germany".
    pub fn words(self) -> String {
        match self {
            Self::Town(town) => town.words(),
            Self::Region(region) if region.country == "GB" => region.name().to_owned(),
            Self::Region(region) => {
                format!("{}, {}", region.name(), choices::country_name(region.country))
            }
            Self::Country(code) => choices::country_name(code).to_owned(),
        }
    }

    /// The same in a sentence or a title: "Munich", "England", "Germany".
    pub fn name(self) -> &'static str {
        match self {
            Self::Town(town) => town.name(),
            Self::Region(region) => region.name(),
            Self::Country(code) => choices::country_name(code),
        }
    }
}

/// The most populous town of this name in what follows it: a region, a country, or both.
fn town_in(name: &str, rest: &[&str]) -> Option<Place> {
    let towns: Vec<Town> = table::named(&table::fold(name)).into_iter().map(Town).collect();
    let is_there = |town: &Town| {
        rest.iter().filter(|part| !part.trim().is_empty()).all(|part| {
            town.region().is_some_and(|region| region.is_called(part))
                || country(part) == Some(town.country())
        })
    };
    towns.into_iter().find(is_there).map(Place::Town)
}

impl Region {
    fn is_called(self, text: &str) -> bool {
        let folded = table::fold(text);
        folded == table::fold(self.name()) || (folded.len() > 1 && folded == table::fold(self.code))
    }
}

/// Every name and code of a country, folded; of two meanings the more usual comes first.
static COUNTRIES: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let split = |rows: &'static [(&'static str, &'static str)]| {
        rows.iter().flat_map(|(code, names)| names.split(' ').map(move |name| (name, *code)))
    };
    let named = choices::countries().iter().map(|(code, name)| (*name, *code));
    let codes = || table::countries().map(|(two, three, _)| (two, three));
    let all = split(EVERYDAY)
        .chain(named)
        .chain(split(OTHER_NAMES))
        .chain(codes().map(|(two, _)| (two, two)))
        .chain(codes().map(|(two, three)| (three, two)));
    let mut countries = HashMap::new();
    for (name, code) in all {
        countries.entry(table::fold(name)).or_insert(code);
    }
    countries
});

/// Regions by their names, folded.
static REGION_NAMES: LazyLock<HashMap<String, Region>> = LazyLock::new(|| {
    let named = |(country, code, name): &(&'static str, &'static str, &'static str)| {
        (table::fold(name), Region { country, code })
    };
    REGIONS.iter().map(named).collect()
});

/// The same of a name that is folded already.
pub fn country_folded(folded: &str) -> Option<&'static str> {
    COUNTRIES.get(folded).copied()
}

/// A country by its names or codes as people use them.
pub fn country(text: &str) -> Option<&'static str> {
    COUNTRIES.get(&table::fold(text)).copied()
}

/// Towns whose name begins so, the most populous first; those that only have such another name last.
pub fn begun(text: &str, within: Option<&str>, most: usize) -> Vec<Town> {
    let folded = table::fold(text.split(',').next().unwrap_or(text));
    if folded.chars().count() < 2 {
        return vec![];
    }
    let is_within = |town: &Town| within.is_none_or(|code| town.country() == code);
    let found = table::begun(&folded).into_iter().map(Town).filter(is_within);
    let is_main = |town: &Town| table::fold(town.name()).starts_with(&folded);
    let (mut towns, others): (Vec<Town>, Vec<Town>) = found.partition(is_main);
    towns.extend(others);
    towns.truncate(most);
    towns
}

/// The currency of the country that a zone belongs to.
pub fn currency_of_zone(zone: &str) -> Option<&'static str> {
    let country = table::country_of_zone(zone).filter(|_| !zone.is_empty())?;
    table::countries().find(|(code, _, _)| *code == country).map(|(_, _, currency)| currency)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> String {
        Place::read(text).map_or(String::new(), Place::words)
    }

    #[test]
    fn places_are_read_as_people_write_them() {
        for (text, meant) in [
            ("Munich", "Munich, Germany"),
            ("münchen", "Munich, Germany"),
            ("Muenchen", "Munich, Germany"),
            ("Paris, France", "Paris, France"),
            ("Paris, Texas", "Paris, Texas, United States"),
            ("Paris TX", "Paris, Texas, United States"),
            ("Leeds, England", "Leeds, United Kingdom"),
            ("leeds uk", "Leeds, United Kingdom"),
            ("Toronto, CA", "Toronto, Canada"),
            ("new york", "New York City, New York, United States"),
            ("California", "California, United States"),
            ("Москва", "Moscow, Russia"),
            ("Łódź", "Łódź, Poland"),
            ("UK", "United Kingdom"),
            ("England", "England"),
            ("USA", "United States"),
            ("Deutschland", "Germany"),
            ("Newcastle-upon-Tyne", "Newcastle upon Tyne, United Kingdom"),
            ("Little Snoring", ""),
            ("", ""),
            (",,,", ""),
        ] {
            assert_eq!(words(text), meant, "{text}");
        }
        assert_eq!(Place::read_in("Cambridge", "US").map(Place::country), Some("US"));
        assert_eq!(Place::read_in("Cambridge", "GB").map(Place::country), Some("GB"));
        assert_eq!(Place::read_in("Cambridge", "PL"), None);
    }

    #[test]
    fn a_towns_cell_is_around_its_neighbours_and_not_around_what_is_far() {
        let town = |text| match Place::read(text) {
            Some(Place::Town(town)) => town,
            other => panic!("{text}: {other:?}"),
        };
        let around = |one, other| town(one).cells_around().contains(&town(other).cell());
        assert!(
            around("Leeds", "Leeds") && around("Leeds", "Bradford") && around("Bradford", "Leeds")
        );
        assert!(!around("Leeds", "Manchester") && !around("Paris", "Paris, Texas"));
    }

    #[test]
    fn the_table_stays_small_and_tells_the_currency_of_a_zone() {
        assert!(include_bytes!("../../static/data/places.bin").len() <= 2_621_440);
        assert_eq!(currency_of_zone("Europe/Warsaw"), Some("PLN"));
        assert_eq!(currency_of_zone("America/Chicago"), Some("USD"));
        assert_eq!(currency_of_zone("Mars/Olympus"), None);
        let begun: Vec<&str> = begun("mün", None, 8).into_iter().map(Town::name).collect();
        assert!(begun.contains(&"Munich"), "{begun:?}");
        assert_eq!(
            super::begun("mün", Some("DE"), 8).first().map(|town| town.name()),
            Some("Munich")
        );
    }
}
