//! The pages everybody sees.

use askama::Template;

use super::filters::Chip;
use super::json_ld::JsonLd;
use super::{Card, Filters, Found, Search, Sort};
use crate::accountants::{Accountant, Markdown, TagKind, Tags, choices};
use crate::availability::Slot;
use crate::bookings::{Line, Outlook};
use crate::clock::{Day, Instant};
use crate::listings::{CATEGORIES, Service};
use crate::messaging::ConversationId;
use crate::money::CURRENCIES;

#[derive(Template)]
#[template(path = "directory/home.html")]
pub struct HomePage {
    pub featured: Vec<Card>,
    /// Those of the next two days, or the best where nobody is free so soon.
    pub is_soon: bool,
    pub total: i64,
    /// The viewer's zone; empty where nobody told.
    pub zone: String,
    pub now: Instant,
}

#[derive(Template)]
#[template(path = "directory/directory.html", blocks = ["results"])]
pub struct DirectoryPage {
    pub filters: Filters,
    pub found: Found,
    /// Where the page after this begins, as it stands in an address.
    pub next: Option<String>,
    /// The viewer's zone; empty where nobody told.
    pub zone: String,
    pub now: Instant,
}

impl DirectoryPage {
    /// "48 accountants for “vat”", "1,000+ accountants".
    fn heading(&self) -> String {
        let noun = if self.found.count == 1 { "accountant" } else { "accountants" };
        let q = self.filters.q.as_str();
        if q.is_empty() {
            format!("{} {noun}", self.count_words())
        } else {
            format!("{} {noun} for “{q}”", self.count_words())
        }
    }

    fn count_words(&self) -> String {
        match self.found.count {
            n if n > Search::MOST_COUNTED => "1,000+".to_owned(),
            1000 => "1,000".to_owned(),
            n => n.to_string(),
        }
    }

    fn chips(&self) -> Vec<Chip> {
        self.filters.chips()
    }

    fn is_sorted_by(&self, sort: Sort) -> bool {
        self.filters.sort == sort
    }

    fn first(&self) -> i64 {
        self.filters.after.map_or(0, |cursor| cursor.shown) + 1
    }

    fn last(&self) -> i64 {
        self.first() - 1 + i64::try_from(self.found.cards.len()).unwrap_or(0)
    }

    fn next_page(&self) -> Option<String> {
        self.next.as_ref().map(|sealed| self.filters.next(sealed))
    }

    fn is_noindex(&self) -> bool {
        self.filters.count() > 2 || self.filters.after.is_some() || !self.filters.notes.is_empty()
    }

    fn specialisms(&self) -> [(&'static str, &'static str); 20] {
        choices::SPECIALISMS
    }

    fn languages(&self) -> &'static [(&'static str, &'static str)] {
        choices::languages()
    }

    fn countries(&self) -> Vec<(&'static str, &'static str)> {
        [("", "Anywhere")].into_iter().chain(choices::countries().iter().copied()).collect()
    }

    fn categories(&self) -> Vec<(&'static str, &'static str)> {
        [("", "Anything")].into_iter().chain(CATEGORIES).collect()
    }

    fn currencies(&self) -> Vec<(&'static str, &'static str)> {
        CURRENCIES.iter().map(|(code, _, _)| (*code, *code)).collect()
    }

    fn frees(&self) -> [(&'static str, &'static str); 3] {
        [("", "Any time"), ("7", "Free within 7 days"), ("14", "Free within 14 days")]
    }

    fn modes(&self) -> [(&'static str, &'static str); 3] {
        [("video", "Video call"), ("phone", "Phone call"), ("in_person", "In person")]
    }
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
    pub outlook: Outlook,
    /// How many bookings of twelve months were kept, and how many there were.
    pub kept: (i64, i64),
    pub zone: String,
    pub now: Instant,
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
        self.outlook.first(&service.id).map(|at| at.near(self.now, &self.zone))
    }

    /// The first service that can be booked, with its next times.
    fn soon(&self) -> Option<(&Service, Vec<SoonTime>)> {
        let (id, slots) = self.outlook.few()?;
        let service = self.services.iter().find(|service| service.id == id)?;
        let time = |slot: &Slot| SoonTime {
            day: slot.start.day(&self.zone),
            at: slot.start,
            words: slot.start.in_zone(&self.zone).strftime("%a %-d %b, %H:%M").to_string(),
        };
        Some((service, slots.iter().map(time).collect()))
    }

    fn zone_words(&self) -> String {
        crate::bookings::zone_words(&self.zone, self.now)
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
            ("Works with rules of", list(TagKind::Jurisdiction)),
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
    pub lines: Vec<Line>,
    pub conversation: Option<ConversationId>,
    pub zone: String,
    pub now: Instant,
}

impl UnlistedPage {
    /// "Ben" of "Ben, Northgate Tax".
    fn first_name(&self) -> &str {
        let name = self.accountant.display_name.as_str();
        name.split([' ', ',']).next().unwrap_or(name)
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
    PrivacyPage => "directory/privacy.html",
    TermsPage => "directory/terms.html",
    EncryptionPage => "directory/encryption.html",
}
