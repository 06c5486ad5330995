//! The rows of a timeline as markup, and what scripts read off them.

use askama::Template;

use crate::error::{Error, Result};
use crate::locale::LocalZone;
use crate::messaging::{
    ChainLink, Epoch, MissedRows, NoticeKinds, NoticePage, Reshare, SealedMessage, TimelineEntry,
    TimelineNotice, TimelineStretch,
};
use crate::seal::base64url;
use crate::users::{UserId, Viewer};

/// Rows of a timeline with the epochs that open them: in the page, on scrolling back, and pushed.
#[derive(Template)]
#[template(path = "messaging/_rows.html")]
pub struct Rows {
    pub stretch: TimelineStretch,
    pub kinds: NoticeKinds,
    pub viewer: UserId,
    pub zone: LocalZone,
}

/// The same as an envelope for an open page: each row takes its place by its number.
#[derive(Template)]
#[template(path = "messaging/_upsert.html")]
pub struct Upsert {
    pub rows: Rows,
    /// The last row that these account for, and whether there are more.
    pub last: i64,
    pub has_more: bool,
}

impl askama::filters::HtmlSafe for Rows {}

impl Rows {
    pub fn new(stretch: TimelineStretch, kinds: NoticeKinds, viewer: &Viewer) -> Self {
        Self { stretch, kinds, viewer: viewer.id, zone: viewer.zone.clone() }
    }

    fn reshare(&self, epoch: &Epoch) -> Option<&Reshare> {
        self.stretch.reshares.iter().rfind(|one| one.epoch == epoch.epoch)
    }

    fn is_mine(&self, message: &SealedMessage) -> bool {
        message.sender_id == self.viewer
    }

    fn time(&self, entry: &TimelineEntry) -> String {
        entry.link().server_ts.time(&self.zone)
    }

    fn words(&self, notice: &TimelineNotice) -> &'static str {
        self.kinds.words(notice)
    }

    /// The page of what a notice is about.
    fn page(&self, notice: &TimelineNotice) -> Option<NoticePage> {
        self.kinds.find(notice)?.page
    }
}

impl Upsert {
    pub fn new(missed: MissedRows, kinds: NoticeKinds, viewer: &Viewer) -> Self {
        let MissedRows { stretch, last, has_more } = missed;
        Self { rows: Rows::new(stretch, kinds, viewer), last, has_more }
    }

    /// As it goes out on a socket.
    pub fn markup(&self) -> Result<String> {
        self.render().map_err(Error::internal)
    }
}

impl NoticePage {
    fn address(&self, notice: &TimelineNotice) -> String {
        (self.path)(notice.about)
    }
}

/// A number as ids are shown.
struct Number(i64);

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        crate::db::show_id(self.0, f)
    }
}

impl TimelineEntry {
    /// The files it brought, by their ids.
    fn files(&self) -> String {
        let ids: Vec<String> = self.blobs.iter().map(ToString::to_string).collect();
        ids.join(" ")
    }
}

impl ChainLink {
    fn hash(&self) -> String {
        base64url(&self.wire_hash)
    }

    fn value(&self) -> String {
        base64url(&self.chain)
    }
}

impl SealedMessage {
    /// Nothing once it is deleted.
    pub(super) fn text(&self) -> String {
        self.wire.as_deref().map(base64url).unwrap_or_default()
    }

    pub(in crate::messaging) fn client_id(&self) -> String {
        base64url(&self.client_msg_id)
    }

    /// Of a deleted row: who sent it from which device stays.
    fn clear_head(&self) -> String {
        base64url(&self.head)
    }
}

impl TimelineNotice {
    /// What it is about, as its hash has it.
    pub(in crate::messaging) fn about(&self) -> String {
        Number(self.about).to_string()
    }
}

impl Reshare {
    fn record(&self) -> String {
        base64url(&self.record)
    }

    fn signature(&self) -> String {
        base64url(&self.sig)
    }
}

impl Epoch {
    pub(super) fn record(&self) -> String {
        base64url(&self.record)
    }

    pub(super) fn signature(&self) -> String {
        base64url(&self.sig)
    }
}
