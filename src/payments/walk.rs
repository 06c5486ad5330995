//! Reads a long list of Stripe's from some time on, oldest first and in pieces. Each piece is handed
//! out when it is whole, so that whoever keeps it goes on from there: what a silence, a deadline or
//! a kill ends is not read from the beginning again.

use super::gateway::objects::{ListedEvent, ListedLine, StripeList};
use super::gateway::{StripeAnswer, StripeGateway};
use super::look;

/// What a list holds, with its time in seconds.
pub(super) trait ListedThing: miniserde::Deserialize {
    fn id(&self) -> &str;
    fn created(&self) -> i64;
}

impl ListedThing for ListedEvent {
    fn id(&self) -> &str {
        &self.id
    }
    fn created(&self) -> i64 {
        self.created
    }
}

impl ListedThing for ListedLine {
    fn id(&self) -> &str {
        &self.id
    }
    fn created(&self) -> i64 {
        self.created
    }
}

/// A page of a list, and how much is handed out at once.
const PAGE: usize = 100;
/// What happens at one time is listed within so many seconds.
pub(super) const LISTED_WITHIN: i64 = 600;
/// All that one second can have.
const MOST_PAGES: usize = 5_000;

/// What is handed out at once.
pub(super) struct Piece<T> {
    pub things: Vec<T>,
    /// Whoever goes on [`LISTED_WITHIN`] before this second lacks nothing.
    pub read_to: Option<i64>,
}

pub(super) struct Walk<'a, T> {
    gateway: &'a StripeGateway,
    path: &'static str,
    /// Everything before was handed out, or is about to be.
    from: i64,
    /// The last second of the piece that is asked for; none for all that is left.
    until: Option<i64>,
    /// The newest there was at the beginning.
    newest: Option<i64>,
    /// Read and not handed out, oldest first.
    ready: Vec<T>,
    has_ended: bool,
}

impl<'a, T: ListedThing> Walk<'a, T> {
    pub fn new(gateway: &'a StripeGateway, path: &'static str, since: i64) -> Self {
        Self {
            gateway,
            path,
            from: since,
            until: None,
            newest: None,
            ready: vec![],
            has_ended: false,
        }
    }

    /// The next, oldest first. None at the end, and when Stripe cannot be asked now.
    pub async fn next(&mut self) -> Option<Piece<T>> {
        if self.is_whole() {
            return None;
        }
        if self.ready.is_empty() {
            self.ready = self.read().await?;
        }
        let rest = self.ready.split_off(self.ready.len().min(PAGE));
        let things = std::mem::replace(&mut self.ready, rest);
        // what is newer was seen, so Stripe's own clock has passed the end of this piece
        let is_whole = self.ready.is_empty() && !self.has_ended;
        let newest = self.newest.filter(|_| is_whole);
        Some(Piece { things, read_to: newest.map(|at| at.min(self.from - 1 + LISTED_WITHIN)) })
    }

    /// Whether all was handed out.
    pub fn is_whole(&self) -> bool {
        self.has_ended && self.ready.is_empty()
    }

    /// The next piece: as long as there is more than a page of it, an older part.
    async fn read(&mut self) -> Option<Vec<T>> {
        loop {
            let page = self.page().await?;
            let times = || page.data.iter().map(T::created);
            let piece = match times().min().zip(times().max()).filter(|_| page.has_more) {
                None => page.data,
                Some(_) if self.until == Some(self.from) => self.second().await?,
                Some(times) => {
                    self.divide(times);
                    continue;
                }
            };
            self.go_on(piece.len());
            return Some(piece.into_iter().rev().collect());
        }
    }

    /// A piece that holds half a page, if all is as dense as this page is; but old times can be empty,
    /// or denser by far than the newest.
    fn divide(&mut self, (oldest, newest): (i64, i64)) {
        self.newest = self.newest.max(Some(newest));
        let all = (newest - self.from).max(0);
        self.until = Some(self.from + ((newest - oldest) / 2).clamp(all / 64, all / 8));
    }

    /// A piece is whole: the next is as long, or longer where there was little.
    fn go_on(&mut self, count: usize) {
        let Some(until) = self.until else {
            self.has_ended = true;
            return;
        };
        let length = until - self.from;
        self.from = until + 1;
        let next = self.from + if count < PAGE / 4 { 4 * length + 1 } else { length };
        self.until = self.newest.is_some_and(|newest| next < newest).then_some(next);
    }

    async fn page(&self) -> Option<StripeList<T>> {
        match self.gateway.get(self.path, &self.query()).await {
            StripeAnswer::Done(page) => Some(page),
            StripeAnswer::Refused { .. }
            | StripeAnswer::Stopped { .. }
            | StripeAnswer::Unknown { .. } => None,
        }
    }

    /// A second cannot be divided: page after page.
    async fn second(&self) -> Option<Vec<T>> {
        let id = |one: &T| one.id().to_owned();
        look::pages(self.gateway, self.path, &self.query(), MOST_PAGES, id).await
    }

    fn query(&self) -> String {
        let until = self.until.map_or(String::new(), |until| format!("&created[lte]={until}"));
        format!("created[gte]={}{until}&limit={PAGE}", self.from)
    }
}
