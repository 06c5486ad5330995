//! `/messages`: the list, one conversation with its history, and whom one may write to.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use serde::Serialize;

use crate::clock::Instant;
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::messaging::forms::{ListForm, PlaceForm};
use crate::messaging::inbox::{self, PAGE};
use crate::messaging::pages::{
    InboxFragment, InboxPage, NoKeysPage, RecipientsPage, Rows, SafetyPage, Thread, Upsert,
};
use crate::messaging::{
    Before, Conversation, ConversationId, ConversationView, Epoch, Identity, KeyWrap, Message,
    NotOpened, Participant, Peer, Reshare, TimelineEntry,
};
use crate::seal::base64url;
use crate::users::handlers::extract::{Caller, Member};
use crate::users::{UserId, Viewer};
use crate::web::{EmptyForm, Form, Path, Reply, json, paths};

/// Rows of a page of history, and of one catching-up.
const SCREEN: i64 = 50;
const MOST_SINCE: i64 = 200;

pub async fn index(
    db: Data<Db>,
    Member(viewer): Member,
    reply: Reply,
    form: Query<ListForm>,
) -> Result<HttpResponse> {
    let page = db
        .read(move |conn, now| -> Result<_> {
            let list = list(conn, &viewer, &form, form.open.parse().ok(), now)?;
            let has_recovery = KeyWrap::has_recovery(conn, viewer.id)?;
            Ok(InboxPage { list, thread: None, has_recovery })
        })
        .await?;
    reply.page_or_part(&page, &page.list)
}

fn list(
    conn: &mut Conn,
    viewer: &Viewer,
    form: &ListForm,
    open: Option<ConversationId>,
    now: Instant,
) -> Result<InboxFragment> {
    let lines = inbox::page(conn, viewer.id, form.after(), now)?;
    let is_full = i64::try_from(lines.len()).is_ok_and(|count| count >= PAGE);
    let next = lines.last().filter(|_| is_full).map(|last| {
        let (at, id) = (last.talk.changed_at.micros(), last.talk.id);
        format!("{}?after={at}-{id}", paths::MESSAGES)
    });
    let unread = Participant::unread(conn, viewer.id, None)?;
    Ok(InboxFragment { lines, unread, next, open, zone: viewer.zone.clone(), now })
}

pub async fn show(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    id: Path<ConversationId>,
    form: Query<PlaceForm>,
) -> Result<HttpResponse> {
    let (id, before) = (*id, form.before());
    let page = db
        .read(move |conn, now| -> Result<_> {
            let standing = ConversationView::of(conn, id, viewer.id)?;
            let list = list(conn, &viewer, &ListForm::default(), Some(id), now)?;
            let has_recovery = KeyWrap::has_recovery(conn, viewer.id)?;
            let thread = Some(thread(conn, &viewer, standing, before, now)?);
            Ok(InboxPage { list, thread, has_recovery })
        })
        .await?;
    match &page.thread {
        Some(thread) => reply.page_or_part(&page, &thread.history),
        None => reply.page(&page),
    }
}

fn thread(
    conn: &mut Conn,
    viewer: &Viewer,
    standing: ConversationView,
    before: Before,
    now: Instant,
) -> Result<Thread> {
    let presence = standing.presence(conn, now)?;
    let (can_write, shows_receipts) = (standing.is_open(), standing.shares_receipts());
    let ConversationView { talk, own, other, .. } = standing;
    let mut entries = TimelineEntry::page(conn, talk.id, own.cleared_seq, before, SCREEN + 1)?;
    let has_earlier = i64::try_from(entries.len()).is_ok_and(|count| count > SCREEN);
    if has_earlier {
        entries.remove(0);
    }
    let last = match before {
        Before::Seq(seq) => (seq - 1).min(talk.last_seq),
        _ => talk.last_seq,
    };
    // one row more than is shown: the chain is followed from there
    let first = entries.first().map_or(last, |entry| entry.message.seq - 1).max(1);
    let hidden_to = entries.first().map_or(last, |entry| entry.message.seq - 1);
    let links = TimelineEntry::links(conn, talk.id, (first, last), hidden_to, &entries)?;
    let history = rows(conn, viewer, &talk, (entries, links))?;
    let current = history.epochs.iter().find(|epoch| epoch.epoch == talk.current_epoch);
    let epoch_after = current.map_or(Ok(0), |epoch| epoch.after_seq(conn))?;
    let mut history = history;
    history.epochs = Epoch::with_previous(conn, talk.id, history.epochs)?;
    let numbers: Vec<i32> = history.epochs.iter().map(|epoch| epoch.epoch).collect();
    let reshares = Reshare::available(conn, talk.id, &numbers, (viewer.id, now))?;
    let history = Rows { has_earlier, reshares, ..history };
    Ok(Thread {
        can_write,
        has_keys: Identity::find_current(conn, other.user_id)?.is_some(),
        peer: Peer::by_id(conn, other.user_id)?,
        talk,
        own,
        other,
        presence,
        epoch_after,
        shows_receipts,
        history,
        now,
    })
}

/// Entries with the epochs that open them, and the one in use.
pub(super) fn rows(
    conn: &mut Conn,
    viewer: &Viewer,
    talk: &Conversation,
    (entries, links): (Vec<TimelineEntry>, Vec<Message>),
) -> Result<Rows> {
    let all = entries.iter().flat_map(|entry| entry.edits.iter().chain([&entry.message]));
    let mut wanted: Vec<i32> =
        all.filter_map(|row| row.epoch).chain([talk.current_epoch]).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let epochs = Epoch::among(conn, talk.id, &wanted)?;
    let zone = viewer.zone.clone();
    let (reshares, has_earlier) = (vec![], false);
    Ok(Rows { entries, links, epochs, reshares, has_earlier, viewer: viewer.id, zone })
}

/// `GET /messages/{conv}/since`: what a page has missed, in order, at most 200 rows at once.
pub async fn since(
    db: Data<Db>,
    Caller(viewer): Caller,
    reply: Reply,
    id: Path<ConversationId>,
    form: Query<PlaceForm>,
) -> Result<HttpResponse> {
    let (id, after) = (*id, form.after());
    let missed = db.read(move |conn, _| catch_up(conn, &viewer, id, after, MOST_SINCE)).await?;
    reply.page(&missed)
}

/// What stands after a row, as one person may see it.
pub(super) fn catch_up(
    conn: &mut Conn,
    viewer: &Viewer,
    id: ConversationId,
    after: i64,
    most: i64,
) -> Result<Upsert> {
    let ConversationView { talk, own, .. } = ConversationView::of(conn, id, viewer.id)?;
    let (entries, last) = TimelineEntry::since(conn, id, own.cleared_seq, after, most)?;
    let links = TimelineEntry::links(conn, id, (after + 1, last), own.cleared_seq, &entries)?;
    let rows = rows(conn, viewer, &talk, (entries, links))?;
    Ok(Upsert { rows, last, has_more: last < talk.last_seq })
}

#[derive(Serialize)]
struct Links {
    rows: Vec<ChainLink>,
}

/// One row as the chain has it, named as on the elements of a page.
#[derive(Serialize)]
struct ChainLink {
    seq: i64,
    ts: i64,
    wh: String,
    chain: String,
    ct: Option<String>,
    head: Option<String>,
    kind: Option<i16>,
    #[serde(rename = "ref")]
    about: Option<String>,
}

impl ChainLink {
    fn of(row: &Message) -> Self {
        Self {
            seq: row.seq,
            ts: row.server_ts.millis(),
            wh: base64url(&row.wire_hash),
            chain: base64url(&row.chain),
            ct: row.wire.as_deref().map(base64url),
            head: row.head.as_deref().map(base64url),
            kind: row.notice_kind,
            about: row.notice_kind.map(|_| row.about()),
        }
    }
}

/// `GET /messages/{conv}/chain`: the rows after one that a page does not show and still follows, so
/// that it can tell whether they join what it has seen before.
pub async fn chain(
    db: Data<Db>,
    Caller(viewer): Caller,
    id: Path<ConversationId>,
    form: Query<PlaceForm>,
) -> Result<HttpResponse> {
    let (id, after) = (*id, form.after());
    let rows = db.read(move |conn, _| -> Result<_> {
        let ConversationView { talk, own, .. } = ConversationView::of(conn, id, viewer.id)?;
        let rows = Message::after(conn, talk.id, after, MOST_SINCE)?.into_iter();
        Ok(rows.map(|row| ChainLink::of(&row.shown_above(own.cleared_seq))).collect())
    });
    Ok(json(StatusCode::OK, &Links { rows: rows.await? }))
}

/// `GET /messages/{conv}/safety`: what the two compare; their browsers compute it.
pub async fn safety(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    id: Path<ConversationId>,
) -> Result<HttpResponse> {
    let id = *id;
    let page = db.read(move |conn, _| -> Result<_> {
        let talk = Conversation::of(conn, id, &viewer)?;
        let peer = Peer::by_id(conn, talk.other(viewer.id))?;
        Ok(SafetyPage { talk, peer, viewer: viewer.id })
    });
    reply.page(&page.await?)
}

/// `GET /messages/new`: listed accountants, and everybody one talks with already.
pub async fn people(
    db: Data<Db>,
    Member(viewer): Member,
    reply: Reply,
    form: Query<ListForm>,
) -> Result<HttpResponse> {
    let page = db
        .read(move |conn, now| -> Result<_> {
            let after = form.after_slug();
            let known = match after.is_empty() {
                true => inbox::page(conn, viewer.id, None, now)?,
                false => vec![],
            };
            let begins = crate::web::text::words(&form.q).join("-");
            let listed = Peer::listed(conn, &begins, &after, viewer.id)?;
            let ids: Vec<UserId> = listed.iter().map(|peer| peer.id).collect();
            let with_keys = Peer::with_keys(conn, &ids)?;
            let query: String = form_urlencoded::byte_serialize(form.q.as_bytes()).collect();
            let is_full = listed.len() >= 20;
            let last = listed.last().filter(|_| is_full).and_then(|peer| peer.slug.clone());
            let next = last.map(|slug| format!("{}/new?q={query}&after={slug}", paths::MESSAGES));
            Ok(RecipientsPage { known, listed, with_keys, q: form.q.clone(), next })
        })
        .await?;
    reply.page(&page)
}

/// `POST /messages/with/{user}`: opens the pair's conversation, or leads to it.
pub async fn create(
    db: Data<Db>,
    Member(viewer): Member,
    reply: Reply,
    with: Path<UserId>,
    Form(EmptyForm {}): Form<EmptyForm>,
) -> Result<HttpResponse> {
    let with = *with;
    match viewer.act(&db, move |conn, actor| Conversation::open(conn, actor, with)).await {
        Ok(talk) => reply.see_other(paths::conversation(talk.id)),
        Err(NotOpened::NoKeys) => {
            let peer = db.read(move |conn, _| Peer::by_id(conn, with)).await?;
            reply.page_with(StatusCode::CONFLICT, &NoKeysPage { peer })
        }
        Err(NotOpened::Failed(error)) => Err(error),
    }
}
