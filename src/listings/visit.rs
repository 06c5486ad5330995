//! Who may see an accountant's public pages.

use super::complete;
use crate::accountants::Accountant;
use crate::db::Conn;
use crate::error::Result;
use crate::users::{Status, User, Viewer};

/// What a visitor finds under a slug.
pub enum VisitedProfile {
    Page(Box<Accountant>, Access),
    /// Not there, unless a domain above knows that this visitor has dealt with them.
    Unlisted(Box<Accountant>),
    Moved(String),
    Closed,
}

/// Whether everybody sees it, or only its owner and admins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    pub is_preview: bool,
    pub is_owner: bool,
}

/// Finds an accountant for a visitor: listed for all, a preview for owner and admins. An old slug
/// leads on only to a page that may be seen.
pub fn find(conn: &mut Conn, slug: &str, viewer: Option<&Viewer>) -> Result<VisitedProfile> {
    let accountant = Accountant::by_slug(conn, slug)?;
    let is_owner = viewer.is_some_and(|viewer| viewer.id == accountant.user_id);
    let is_admin = viewer.is_some_and(Viewer::has_oversight);
    let is_listed = complete::is_listed(conn, accountant.user_id)?;
    if !is_listed {
        if User::by_id(conn, accountant.user_id)?.status == Status::Closed {
            return Ok(VisitedProfile::Closed);
        }
        if !is_owner && !is_admin {
            return Ok(VisitedProfile::Unlisted(Box::new(accountant)));
        }
    }
    if accountant.slug != slug {
        return Ok(VisitedProfile::Moved(accountant.slug));
    }
    Ok(VisitedProfile::Page(Box::new(accountant), Access { is_preview: !is_listed, is_owner }))
}
