//! `GET /accountants` and `GET /accountants/{slug}`

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::visitor;
use crate::accountants::{Accountant, Badge, Markdown, TagKind, Tags};
use crate::bookings::{Booking, KeptHours, NextFree, diary};
use crate::clock::Instant;
use crate::db::{Conn, Db};
use crate::directory::alternatives::Alternative;
use crate::directory::json_ld::JsonLd;
use crate::directory::pages::{AccountantPage, DirectoryPage, UnlistedPage};
use crate::directory::reviewed::Reviewed;
use crate::directory::{DirectoryCounts, DirectoryEntry, Filters, Search};
use crate::error::{Error, Result};
use crate::listings::visit::{Access, VisitedProfile, find};
use crate::listings::{ClosedPage, Service};
use crate::locale::LocalZone;
use crate::messaging::Conversation;
use crate::seal::Seal;
use crate::users::{Role, Viewer};
use crate::web::{Path, Reply, paths};

pub async fn index(
    db: Data<Db>,
    counts: Data<DirectoryCounts>,
    seal: Data<Seal>,
    viewer: Option<Viewer>,
    reply: Reply,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let zone = visitor::zone(&request, viewer.as_ref());
    let filters = Filters::read(request.query_string(), &seal).for_zone(&zone);
    let page = DirectoryEntry::look(&db, move |conn, now, stand| {
        let counts = counts.as_of(conn)?;
        let options = counts.options(conn)?;
        let found = Search::new(&filters, stand, now).run(conn, &counts, &options)?;
        let alternatives =
            Alternative::of(conn, &counts, &filters, &found, (stand, zone.locale), now)?;
        let next = found.next.map(|cursor| cursor.seal(&seal)).transpose()?;
        let (filters, zone) = (filters.clone(), zone.clone());
        Ok(DirectoryPage { filters, found, alternatives, options, next, zone, now })
    });
    let page = page.await?;
    reply.page_or_part(&page, page.as_results())
}

pub async fn show(
    db: Data<Db>,
    reply: Reply,
    viewer: Option<Viewer>,
    slug: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let base_url = reply.shell().base_url.clone();
    let zone = visitor::zone(&request, viewer.as_ref());
    let asker = viewer.clone();
    let query = request.query_string().to_owned();
    let found = db.read(move |conn, now| -> Result<_> {
        Ok(match find(conn, &slug, viewer.as_ref())? {
            VisitedProfile::Page(accountant, access) => {
                let reviewed = Reviewed::of(conn, accountant.user_id, &query, now)?;
                let page = page(conn, *accountant, access, (base_url, zone, reviewed), now)?;
                let client = viewer.as_ref().map(|viewer| viewer.id);
                Ok(AccountantPage {
                    is_for_clients: viewer.as_ref().is_none_or(|one| one.role == Role::Client),
                    is_taken: diary::takes(conn, &page.accountant, client)?,
                    ..page
                })
            }
            other => Err(other),
        })
    });
    match found.await? {
        Ok(page) => reply.page(&page),
        Err(VisitedProfile::Moved(slug)) => reply.moved(paths::accountant(slug)),
        Err(VisitedProfile::Unlisted(gone)) => unlisted(&db, &reply, asker, *gone).await,
        Err(_) => reply.page_with(StatusCode::GONE, &ClosedPage),
    }
}

/// For whoever booked with them. For everybody else the accountant is not there.
async fn unlisted(
    db: &Db,
    reply: &Reply,
    viewer: Option<Viewer>,
    accountant: Accountant,
) -> Result<HttpResponse> {
    let viewer = viewer.ok_or(Error::NotFound)?;
    let page = db.read(move |conn, now| {
        let lines = Booking::shared(conn, viewer.id, accountant.user_id)?;
        if lines.is_empty() {
            return Err(Error::NotFound);
        }
        let talk = Conversation::find_between(conn, viewer.id, accountant.user_id)?;
        let zone = viewer.zone.clone();
        Ok(UnlistedPage { accountant, lines, conversation: talk.map(|talk| talk.id), zone, now })
    });
    reply.page(&page.await?)
}

fn page(
    conn: &mut Conn,
    accountant: Accountant,
    access: Access,
    (base_url, zone, reviewed): (String, LocalZone, Reviewed),
    now: Instant,
) -> Result<AccountantPage> {
    let Reviewed { totals, shown, record } = reviewed;
    let tags = Tags::of(conn, accountant.user_id)?;
    let services = Service::active(conn, accountant.user_id)?;
    let json_ld =
        JsonLd::accountant(&accountant, &tags.words(TagKind::Language), &totals, &base_url);
    let next_free = NextFree::of(conn, &accountant, &services, now)?;
    Ok(AccountantPage {
        totals,
        shown,
        record,
        badges: Badge::of(conn, &[accountant.user_id], now)?,
        kept: KeptHours::of(conn, accountant.user_id, now)?,
        next_free,
        is_zone_theirs: zone.is_empty(),
        zone: if zone.is_empty() { zone.elsewhere(&*accountant.zone) } else { zone },
        now,
        about: Markdown::render(&accountant.about),
        tags,
        services,
        json_ld,
        is_preview: access.is_preview,
        is_owner: access.is_owner,
        accountant,
        base_url,
        is_for_clients: false,
        is_taken: true,
    })
}
