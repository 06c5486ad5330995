//! What was seen so far: addresses that are there, and the forms of each person's pages.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use footing::routes::RouteRow;

use super::chance::Chance;
use super::pages::{Form, forms, links};

/// How many of one kind are kept for each person.
const KEPT: usize = 12;

#[derive(Default)]
struct Seen {
    addresses: BTreeMap<&'static str, VecDeque<String>>,
    forms: BTreeMap<String, VecDeque<Form>>,
}

pub struct Known {
    patterns: Vec<&'static str>,
    /// By the number of the person.
    seen: Vec<Mutex<Seen>>,
    /// What stood in the holes of addresses.
    ids: Mutex<VecDeque<String>>,
}

/// Whether an address, without its query, is one of this pattern.
pub fn fits(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(wanted), Some(piece)) => match (wanted.find('{'), wanted.find('}')) {
                (Some(from), Some(to)) => {
                    let (before, after) = (&wanted[..from], &wanted[to + 1..]);
                    let whole = piece.starts_with(before) && piece.ends_with(after);
                    if !whole || piece.len() <= before.len() + after.len() {
                        return false;
                    }
                }
                _ if wanted != piece => return false,
                _ => {}
            },
            _ => return false,
        }
    }
}

fn keep<T>(queue: &mut VecDeque<T>, new: T, most: usize) {
    if queue.len() >= most {
        queue.pop_front();
    }
    queue.push_back(new);
}

impl Known {
    pub fn new(lines: &[RouteRow], people: usize) -> Self {
        let mut patterns: Vec<&'static str> = lines.iter().map(|line| line.path).collect();
        // an address without a hole is never taken for one with a hole
        patterns.sort_by_key(|pattern| pattern.contains('{'));
        patterns.dedup();
        let seen = (0..people).map(|_| Mutex::default()).collect();
        Self { patterns, seen, ids: Mutex::default() }
    }

    pub fn pattern(&self, path: &str) -> Option<&'static str> {
        let path = path.split(['?', '#']).next().unwrap_or("");
        self.patterns.iter().copied().find(|pattern| fits(pattern, path))
    }

    pub fn learn(&self, person: usize, page: &str) {
        let mut seen = self.seen[person].lock().unwrap();
        for link in links(page) {
            self.note(&mut seen, link);
        }
        for form in forms(page) {
            if let Some(pattern) = self.pattern(&form.action) {
                // two forms may lead to one address
                let first = form.fields.get(1).map_or("", |field| field.name.as_str());
                let queue = seen.forms.entry(format!("{pattern} {first}")).or_default();
                keep(queue, form, KEPT);
            }
        }
    }

    pub fn learn_address(&self, person: usize, address: String) {
        self.note(&mut self.seen[person].lock().unwrap(), address);
    }

    fn note(&self, seen: &mut Seen, address: String) {
        let Some(pattern) = self.pattern(&address) else { return };
        let queue = seen.addresses.entry(pattern).or_default();
        if queue.contains(&address) {
            return;
        }
        let path = address.split(['?', '#']).next().unwrap_or("");
        for (wanted, piece) in pattern.split('/').zip(path.split('/')) {
            if wanted.contains('{') {
                let piece = piece.strip_suffix(".ics").unwrap_or(piece);
                keep(&mut self.ids.lock().unwrap(), piece.to_owned(), 400);
            }
        }
        let path = path.to_owned();
        keep(queue, address, KEPT);
        // what can be done with it
        let further = self.patterns.iter().filter(|_| pattern.contains('{'));
        for (further, rest) in further.filter_map(|it| Some((*it, it.strip_prefix(pattern)?))) {
            let rest = rest.replace("{n}", "0").replace("{number}", "1");
            if !rest.is_empty() && !rest.contains('{') {
                keep(seen.addresses.entry(further).or_default(), format!("{path}{rest}"), KEPT);
            }
        }
    }

    /// An address of this pattern that somebody was shown, mostly this person.
    pub fn address(&self, chance: &mut Chance, person: usize, pattern: &str) -> Option<String> {
        let other = chance.below(self.seen.len());
        let order = if chance.one_in(3) { [other, person] } else { [person, other] };
        order.into_iter().find_map(|nth| {
            let seen = self.seen[nth].lock().unwrap();
            let addresses = seen.addresses.get(pattern)?;
            addresses.get(chance.below(addresses.len())).cloned()
        })
    }

    /// Whether this person was shown an address of this pattern.
    pub fn has_address(&self, person: usize, pattern: &str) -> bool {
        self.seen[person].lock().unwrap().addresses.contains_key(pattern)
    }

    /// Anything that stood in an address.
    pub fn id(&self, chance: &mut Chance) -> Option<String> {
        let ids = self.ids.lock().unwrap();
        ids.get(chance.below(ids.len())).cloned()
    }

    /// A form of one of this person's pages, for this address or any.
    pub fn form(&self, chance: &mut Chance, person: usize, pattern: Option<&str>) -> Option<Form> {
        let seen = self.seen[person].lock().unwrap();
        let fitting: Vec<&VecDeque<Form>> = seen
            .forms
            .iter()
            .filter(|(key, _)| pattern.is_none_or(|it| key.split(' ').next() == Some(it)))
            .map(|(_, forms)| forms)
            .collect();
        let forms = chance.pick(&fitting)?;
        forms.get(chance.below(forms.len())).cloned()
    }
}
