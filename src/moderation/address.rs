//! What an address of this site shows: the thing that a report is about, and whom it concerns.
//!
//! Only what everybody or the reporter may see is found, so that no report tells whether something
//! hidden is there.

use crate::accountants::Accountant;
use crate::bookings::{Booking, BookingId};
use crate::db::Conn;
use crate::decisions::{Target, TargetKind};
use crate::error::{Error, Result};
use crate::listings::complete;
use crate::messaging::{Conversation, ConversationId};
use crate::reviews::{Review, ReviewId};
use crate::users::{UserId, Viewer};

/// A thing and the address at which it stands, as a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetAddress {
    pub target: Target,
    pub path: String,
    /// Only the two can read what stands there, so a report alone proves nothing.
    pub is_sealed: bool,
}

/// Finds what stands at an address: one of this site, whole or from its first slash on.
pub fn find(
    conn: &mut Conn,
    viewer: Option<&Viewer>,
    base_url: &str,
    typed: &str,
) -> Result<Option<TargetAddress>> {
    let typed = typed.trim();
    let path = typed.strip_prefix(base_url).unwrap_or(typed);
    let (path, rest) = path.split_at(path.find(['?', '#']).unwrap_or(path.len()));
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    if let (["accountants", _], Some(review)) = (parts.as_slice(), review_in(rest)) {
        return match Review::shown(conn, review) {
            Ok(review) => {
                let path = format!("{path}{rest}");
                Ok(Some(TargetAddress { target: review.target(), path, is_sealed: false }))
            }
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        };
    }
    let target = match (parts.as_slice(), viewer) {
        (["accountants", slug], _) => profile(conn, slug)?,
        (["accountants", slug, "services", _], _) => profile(conn, slug)?,
        (["bookings", id], Some(viewer)) => other_side_of_booking(conn, id, viewer)?,
        (["messages", id], Some(viewer)) => other_side_of_talk(conn, id, viewer)?,
        _ => None,
    };
    let is_sealed = matches!(parts.as_slice(), ["messages", _]);
    Ok(target.map(|target| TargetAddress { target, path: path.to_owned(), is_sealed }))
}

/// The review that an address points at, in its query or behind its hash.
fn review_in(rest: &str) -> Option<ReviewId> {
    let named = rest
        .split(['?', '#', '&'])
        .find_map(|part| part.strip_prefix("review=").or_else(|| part.strip_prefix("review-")));
    named?.parse().ok()
}

fn profile(conn: &mut Conn, slug: &str) -> Result<Option<Target>> {
    let id = match Accountant::by_slug(conn, slug) {
        Ok(accountant) => accountant.user_id,
        Err(Error::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    let is_seen = complete::is_listed(conn, id)?;
    Ok(is_seen.then_some(Target { kind: TargetKind::Profile, id: id.0, subject: id }))
}

fn other_side_of_booking(conn: &mut Conn, id: &str, viewer: &Viewer) -> Result<Option<Target>> {
    let Ok(id) = id.parse::<BookingId>() else { return Ok(None) };
    let Ok(booking) = Booking::of(conn, id, viewer.id) else { return Ok(None) };
    let is_client = booking.client_id == viewer.id;
    Ok(Some(account(if is_client { booking.accountant_id } else { booking.client_id })))
}

/// The person at the other end. Nothing of what was written is looked at.
fn other_side_of_talk(conn: &mut Conn, id: &str, viewer: &Viewer) -> Result<Option<Target>> {
    let Ok(id) = id.parse::<ConversationId>() else { return Ok(None) };
    let Ok(talk) = Conversation::with_member(conn, id, viewer.id) else { return Ok(None) };
    Ok(Some(account(talk.other(viewer.id))))
}

fn account(id: UserId) -> Target {
    Target { kind: TargetKind::Account, id: id.0, subject: id }
}
