//! The pages everybody sees.

use std::sync::Arc;

use askama::Template;

use super::alternatives::Alternative;
use super::bar::WayToBook;
use super::chips::Chip;
use super::json_ld::JsonLd;
use super::options::FilterOption;
use super::{Card, Filters, Options, Search, SearchResults, Sort, card, filter_lists};
use crate::accountants::places::Place;
use crate::accountants::{Accountant, Badge, Markdown, TagKind, Tags, choices};
use crate::availability::Slot;
use crate::bookings::{BookingRow, KeptHours, NextFree};
use crate::clock::{Day, Instant};
use crate::config::Operator;
use crate::listings::Service;
use crate::locale::{LocalZone, Locale};
use crate::messaging::ConversationId;
use crate::reviews::{ReportRecord, ReviewsShown, Totals};
use crate::web::is_chosen;

/// "48", "1,000+".
pub fn counted(number: i64, locale: Locale) -> String {
    match number {
        n if n > Search::MOST_COUNTED => format!("{}+", locale.count(Search::MOST_COUNTED)),
        n => locale.count(n),
    }
}

#[derive(Template)]
#[template(path = "directory/home.html")]
pub struct HomePage {
    pub featured: Vec<Card>,
    /// Those of the next two days, or the best where nobody is free so soon.
    pub is_soon: bool,
    pub total: i64,
    /// The visitor's zone; empty where nobody told.
    pub zone: LocalZone,
    pub now: Instant,
}

impl HomePage {
    fn total_words(&self) -> String {
        counted(self.total, self.zone.locale)
    }
}

#[derive(Template)]
#[template(path = "directory/directory.html", blocks = ["results"])]
pub struct DirectoryPage {
    pub filters: Filters,
    pub found: SearchResults,
    /// The search without each of its filters, where nobody was found.
    pub alternatives: Vec<Alternative>,
    pub options: Arc<Options>,
    /// Where the page after this begins, as it stands in an address.
    pub next: Option<String>,
    /// The visitor's zone; empty where nobody told.
    pub zone: LocalZone,
    pub now: Instant,
}

impl DirectoryPage {
    /// "48 accountants for “vat” near Leeds, United Kingdom", "1,000+ accountants".
    fn heading(&self) -> String {
        let mut heading = format!("{} {}", self.counted(self.found.count), self.noun());
        let (q, place) = (self.filters.q.as_str(), self.filters.place.as_str());
        if !q.is_empty() {
            heading.push_str(&format!(" for “{q}”"));
        }
        match self.found.place {
            Some(Place::Town(town)) => heading.push_str(&format!(" near {}", town.words())),
            Some(other) => heading.push_str(&format!(" in {}", other.words())),
            None if !place.is_empty() => heading.push_str(&format!(" in “{place}”")),
            None => {}
        }
        heading
    }

    fn noun(&self) -> &'static str {
        if self.found.count == 1 { "accountant" } else { "accountants" }
    }

    /// "Show 48 accountants", on the button of the filters.
    fn show_words(&self) -> String {
        format!("Show {} {}", self.counted(self.found.count), self.noun())
    }

    /// "3 more match, but they name no price in GBP."
    fn left_out_words(&self) -> Option<String> {
        let n = self.found.left_out;
        let (more, they) =
            if n == 1 { ("more matches", "this one") } else { ("more match", "they") };
        let verb = |one, several| if n == 1 { one } else { several };
        let why = match self.filters.sort {
            Sort::Price => {
                format!("{} no price in {}", verb("names", "name"), self.filters.currency)
            }
            _ => format!("{} no free time at present", verb("has", "have")),
        };
        (n > 0).then(|| format!("{} {more}, but {they} {why}.", self.counted(n)))
    }

    fn elsewhere_words(&self) -> String {
        self.counted(self.found.elsewhere_count)
    }

    fn counted(&self, number: i64) -> String {
        counted(number, self.zone.locale)
    }

    fn chips(&self) -> Vec<Chip> {
        self.filters.chips(&self.found.readings, self.zone.locale)
    }

    fn is_sorted_by(&self, sort: Sort) -> bool {
        self.filters.sort == sort
    }

    fn first(&self) -> i64 {
        self.filters.after.map_or(0, |cursor| cursor.shown) + 1
    }

    fn last(&self) -> i64 {
        let shown = self.found.cards.len() + self.found.elsewhere.len();
        self.first() - 1 + i64::try_from(shown).unwrap_or(0)
    }

    /// All rows that the pages show: "48", "1,000+".
    fn total_words(&self) -> String {
        let SearchResults { count, elsewhere_count, left_out, .. } = self.found;
        match count.max(elsewhere_count) > Search::MOST_COUNTED {
            true => self.counted(Search::MOST_COUNTED + 1),
            // of those elsewhere nobody counted who has no such value
            false if left_out > 0 && elsewhere_count > 0 => {
                format!("up to {}", self.counted(count + elsewhere_count))
            }
            false => self.counted((count - left_out + elsewhere_count).max(self.last())),
        }
    }

    fn next_page(&self) -> Option<String> {
        self.next.as_ref().map(|sealed| self.filters.next(sealed))
    }

    fn is_noindex(&self) -> bool {
        let filters = &self.filters;
        filters.count() > 2
            || filters.after.is_some()
            || !filters.notes.is_empty()
            || !filters.as_words.is_empty()
            || !filters.tz.is_empty()
    }

    fn specialisms(&self) -> Vec<FilterOption> {
        let is_chosen = |key: &str| is_chosen(&self.filters.specialism, key);
        self.options.offered(filter_lists::SPECIALISMS, is_chosen)
    }

    /// What most people speak first.
    fn languages(&self) -> Vec<FilterOption> {
        let is_chosen = |key: &str| is_chosen(&self.filters.language, key);
        let mut list = self.options.offered(filter_lists::languages(), is_chosen);
        list.sort_by_key(|choice| std::cmp::Reverse(choice.count));
        list
    }

    fn countries(&self) -> Vec<FilterOption> {
        self.options.offered(filter_lists::countries(), |key| self.filters.country == key)
    }

    fn categories(&self) -> Vec<FilterOption> {
        self.options.offered(filter_lists::KINDS, |key| self.filters.category == key)
    }

    /// Those that somebody's price is in, and the visitor's.
    fn currencies(&self) -> Vec<FilterOption> {
        self.options.offered(filter_lists::currencies(), |key| self.filters.currency == key)
    }

    fn frees(&self) -> Vec<FilterOption> {
        self.options.offered(filter_lists::FREES, |key| self.filters.free == key)
    }

    fn modes(&self) -> Vec<FilterOption> {
        self.options.offered(filter_lists::MODES, |key| is_chosen(&self.filters.mode, key))
    }

    fn credentials(&self) -> Vec<FilterOption> {
        let is_chosen = |key: &str| is_chosen(&self.filters.credential, key);
        self.options.offered(filter_lists::credentials(), is_chosen)
    }

    fn accepting(&self) -> Vec<FilterOption> {
        self.options.offered(filter_lists::ACCEPTING, |key| self.filters.accepting == key)
    }
}

/// Others who do the same and are free soon.
#[derive(Template)]
#[template(path = "directory/_like.html")]
pub struct LikeFragment {
    pub cards: Vec<Card>,
    pub zone: LocalZone,
    pub now: Instant,
}

/// An accountant's public page, or its preview for the owner and admins.
#[derive(Template)]
#[template(path = "directory/accountant.html")]
pub struct AccountantPage {
    pub accountant: Accountant,
    pub about: Markdown,
    pub tags: Tags,
    pub services: Vec<Service>,
    pub json_ld: JsonLd,
    pub is_preview: bool,
    pub is_owner: bool,
    pub base_url: String,
    pub next_free: NextFree,
    /// What moderators found in registers.
    pub badges: Vec<Badge>,
    /// What clients said.
    pub totals: Totals,
    pub shown: ReviewsShown,
    /// What became of their reports of these, from five on.
    pub record: Option<ReportRecord>,
    /// How many bookings of twelve months were kept, and how many there were.
    pub kept: KeptHours,
    pub zone: LocalZone,
    /// Nobody told the visitor's zone: times stand in the accountant's.
    pub is_zone_theirs: bool,
    pub now: Instant,
    /// Whether the visitor is one who could book here: nobody's accountant, no admin.
    pub is_for_clients: bool,
    /// Whether the visitor may book at all, by whom the accountant takes.
    pub is_taken: bool,
}

/// A free time on the profile: the date to look at, and its words.
struct SoonTime {
    day: Day,
    at: Instant,
    words: String,
}

impl AccountantPage {
    /// "Tomorrow" and "09:30 GMT".
    fn free_words(&self, service: &Service) -> Option<(String, String)> {
        self.next_free.first(&service.id).map(|at| at.near(self.now, &self.zone))
    }

    /// The first service that can be booked, with its next times.
    fn soon(&self) -> Option<(&Service, Vec<SoonTime>)> {
        let (id, slots) = self.next_free.few()?;
        let service = self.services.iter().find(|service| service.id == id)?;
        let time = |slot: &Slot| SoonTime {
            day: slot.start.day(&self.zone),
            at: slot.start,
            words: crate::bookings::moment_words(slot.start, &self.zone),
        };
        Some((service, slots.iter().map(time).collect()))
    }

    /// "London, GMT (UTC+0)", and whose it is where that is not the visitor's.
    fn zone_words(&self) -> String {
        let words = crate::bookings::zone_words(&self.zone, self.now);
        if self.is_zone_theirs { format!("{words}, their time") } else { words }
    }

    fn title_words(&self, service: &Service) -> String {
        card::with_length(&service.title, service.duration)
    }

    fn says_length(&self, service: &Service) -> bool {
        card::says_length(&service.title, service.duration)
    }

    /// "Leeds, United Kingdom"; "Singapore" once.
    fn place_words(&self) -> String {
        match self.accountant.place.ends_with(self.country()) {
            true => self.accountant.place.clone(),
            false => format!("{}, {}", self.accountant.place, self.country()),
        }
    }

    fn country(&self) -> &'static str {
        choices::country_name(&self.accountant.country)
    }

    fn modes(&self) -> String {
        let bits = self.services.iter().fold(0, |bits, service| bits | service.modes);
        crate::listings::Modes(bits).words()
    }

    /// Label and words of each list that is not empty.
    fn glance(&self) -> Vec<(&'static str, String)> {
        let list = |kind| self.tags.words(kind).join(", ");
        let mut rows = vec![
            ("Specialisms", list(TagKind::Specialism)),
            ("Industries", list(TagKind::Industry)),
            ("Languages", list(TagKind::Language)),
            ("Knows the rules of", list(TagKind::Jurisdiction)),
            ("Software", list(TagKind::Software)),
        ];
        if let Some(years) = self.accountant.years {
            let noun = if years == 1 { "year" } else { "years" };
            rows.push(("In practice", format!("{years} {noun}, as they say")));
        }
        rows.retain(|(_, words)| !words.is_empty());
        rows
    }
}

/// What a client still finds of an accountant who is no longer listed.
#[derive(Template)]
#[template(path = "directory/unlisted.html")]
pub struct UnlistedPage {
    pub accountant: Accountant,
    /// What they booked, latest first.
    pub lines: Vec<BookingRow>,
    pub conversation: Option<ConversationId>,
    pub zone: LocalZone,
    pub now: Instant,
}

impl UnlistedPage {
    /// "Ben" of "Ben, Northgate Tax".
    fn first_name(&self) -> &str {
        self.accountant.called()
    }
}

macro_rules! text_pages {
    ($($name:ident => $path:literal),+ $(,)?) => {
        $(#[derive(Template)]
        #[template(path = $path)]
        pub struct $name;)+
    };
}

text_pages! {
    HowItWorksPage => "directory/how_it_works.html",
    ForAccountantsPage => "directory/for_accountants.html",
    RankingPage => "directory/ranking.html",
    EncryptionPage => "directory/encryption.html",
}

/// What is kept of people, and who answers for it.
#[derive(Template)]
#[template(path = "directory/privacy.html")]
pub struct PrivacyPage {
    pub operator: Operator,
}

#[derive(Template)]
#[template(path = "directory/terms.html")]
pub struct TermsPage {
    pub operator: Operator,
}
