//! Enquiries and offers beside the services and the people they are about. Reads only.

use diesel::prelude::*;

use super::enquiry::WAITS;
use super::{Enquiry, Quote, QuoteId};
use crate::accountants::schema::accountants;
use crate::bookings::schema::{bookings, enquiries, quotes};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::listings::schema::services;
use crate::users::schema::users;
use crate::users::{Status, UserId};

/// An enquiry with the names of both and what it is about.
#[derive(Debug, Clone, Queryable)]
pub struct EnquiryLine {
    pub enquiry: Enquiry,
    pub title: String,
    pub client_name: String,
    pub accountant_name: String,
    pub slug: String,
}

/// An offer with the names of both and what it is about.
#[derive(Debug, Clone, Queryable)]
pub struct QuoteLine {
    pub quote: Quote,
    pub title: String,
    pub client_name: String,
    pub accountant_name: String,
    pub slug: String,
}

/// Every list of offers begins so; a macro, as the type of such a query has no name.
macro_rules! lines {
    () => {
        quotes::table
            .inner_join(services::table.on(services::id.eq(quotes::service_id)))
            .inner_join(users::table.on(users::id.eq(quotes::client_id)))
            .inner_join(accountants::table.on(accountants::user_id.eq(quotes::accountant_id)))
            .select((
                Quote::as_select(),
                services::title,
                users::name,
                accountants::display_name,
                accountants::slug,
            ))
    };
}

impl Enquiry {
    /// What waits for an offer, on either side, longest first.
    pub fn open(conn: &mut Conn, who: UserId, now: Instant) -> Result<Vec<EnquiryLine>> {
        let own = enquiries::client_id.eq(who).or(enquiries::accountant_id.eq(who));
        Ok(enquiries::table
            .inner_join(services::table.on(services::id.eq(enquiries::service_id)))
            .inner_join(users::table.on(users::id.eq(enquiries::client_id)))
            .inner_join(accountants::table.on(accountants::user_id.eq(enquiries::accountant_id)))
            .filter(own.and(enquiries::closed_at.is_null()))
            .filter(enquiries::asked_at.gt(now - WAITS))
            .order(enquiries::id)
            .limit(100)
            .select((
                Self::as_select(),
                services::title,
                users::name,
                accountants::display_name,
                accountants::slug,
            ))
            .load(conn)?)
    }
}

impl Quote {
    /// Who asked this accountant for an offer or booked with them, by name.
    pub fn people(conn: &mut Conn, accountant: UserId) -> Result<Vec<(UserId, String)>> {
        let asked = enquiries::table
            .filter(enquiries::accountant_id.eq(accountant))
            .select(enquiries::client_id);
        let booked = bookings::table
            .filter(bookings::accountant_id.eq(accountant))
            .select(bookings::client_id);
        Ok(users::table
            .filter(users::id.eq_any(asked).or(users::id.eq_any(booked)))
            .filter(users::status.eq(Status::Active))
            .order((users::name, users::id))
            .limit(1000)
            .select((users::id, users::name))
            .load(conn)?)
    }

    pub fn line(conn: &mut Conn, id: QuoteId, party: UserId) -> Result<QuoteLine> {
        let own = quotes::client_id.eq(party).or(quotes::accountant_id.eq(party));
        Ok(lines!().filter(quotes::id.eq(id)).filter(own).first(conn)?)
    }

    /// What one person offered or was offered and can still be accepted, newest first.
    pub fn open(conn: &mut Conn, who: UserId, now: Instant) -> Result<Vec<QuoteLine>> {
        let own = quotes::client_id.eq(who).or(quotes::accountant_id.eq(who));
        Ok(lines!()
            .filter(own)
            .filter(quotes::withdrawn_at.is_null().and(quotes::booking_id.is_null()))
            .filter(quotes::valid_until.gt(now))
            .order(quotes::id.desc())
            .limit(100)
            .load(conn)?)
    }
}
