//! `GET /accountants` and `GET /accountants/{slug}`

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::accountants::{Accountant, Markdown, TagKind, Tags};
use crate::db::{Conn, Db};
use crate::directory::json_ld::JsonLd;
use crate::directory::pages::{AccountantPage, ClosedPage, DirectoryPage};
use crate::directory::{Counts, Entry, Filters, Search};
use crate::error::{Error, Result};
use crate::listings::{Service, complete};
use crate::users::{Status, User, Viewer};
use crate::web::{Path, Reply, paths};

pub async fn index(
    db: Data<Db>,
    counts: Data<Counts>,
    reply: Reply,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let filters = Filters::read(request.query_string());
    let page = Entry::look(&db, move |conn, now, stand| {
        let found = Search::new(&filters, stand).run(conn, &counts)?;
        Ok(DirectoryPage { filters: filters.clone(), found, now })
    });
    let page = page.await?;
    reply.page_or_part(&page, page.as_results())
}

/// What a visitor finds under a slug.
pub enum Shown {
    Page(Box<Accountant>, Access),
    Moved(String),
    Closed,
}

/// Whether everybody sees it, or only its owner and admins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    pub is_preview: bool,
    pub is_owner: bool,
}

/// Finds an accountant for a visitor: listed for all, a preview for owner and admins, 404 for the
/// rest. An old slug leads on only to a page that may be seen.
pub fn find(conn: &mut Conn, slug: &str, viewer: Option<&Viewer>) -> Result<Shown> {
    let accountant = Accountant::by_slug(conn, slug)?;
    let is_owner = viewer.is_some_and(|viewer| viewer.id == accountant.user_id);
    let is_admin = viewer.is_some_and(|viewer| viewer.is_admin() && viewer.has_totp);
    let is_listed = complete::is_listed(conn, accountant.user_id)?;
    if !is_listed {
        if User::by_id(conn, accountant.user_id)?.status == Status::Closed {
            return Ok(Shown::Closed);
        }
        if !is_owner && !is_admin {
            return Err(Error::NotFound);
        }
    }
    if accountant.slug != slug {
        return Ok(Shown::Moved(accountant.slug));
    }
    Ok(Shown::Page(Box::new(accountant), Access { is_preview: !is_listed, is_owner }))
}

pub fn moved(path: &str) -> HttpResponse {
    HttpResponse::MovedPermanently().insert_header((LOCATION, path)).finish()
}

pub async fn show(
    db: Data<Db>,
    reply: Reply,
    viewer: Option<Viewer>,
    slug: Path<String>,
) -> Result<HttpResponse> {
    let base_url = reply.shell().base_url.clone();
    let found = db.read(move |conn, _| -> Result<_> {
        Ok(match find(conn, &slug, viewer.as_ref())? {
            Shown::Page(accountant, access) => Ok(page(conn, *accountant, access, base_url)?),
            other => Err(other),
        })
    });
    match found.await? {
        Ok(page) => reply.page(&page),
        Err(Shown::Moved(slug)) => Ok(moved(&paths::accountant(slug))),
        Err(_) => reply.page_with(StatusCode::GONE, &ClosedPage),
    }
}

fn page(
    conn: &mut Conn,
    accountant: Accountant,
    access: Access,
    base_url: String,
) -> Result<AccountantPage> {
    let tags = Tags::of(conn, accountant.user_id)?;
    let services = Service::active(conn, accountant.user_id)?;
    let json_ld = JsonLd::accountant(&accountant, &tags.words(TagKind::Language), &base_url);
    Ok(AccountantPage {
        about: Markdown::render(&accountant.about),
        tags,
        services,
        json_ld,
        is_preview: access.is_preview,
        is_owner: access.is_owner,
        accountant,
        base_url,
    })
}
