//! Every kind of job and the schedule: what happens later.

use crate::clock::Span;
use crate::jobs::Work;
use crate::site::Site;
use crate::{accountants, availability, bookings, directory, mail, messaging, users};

/// Every kind of job, and what does it.
pub fn work() -> Work<Site> {
    Work::<Site>::default()
        .on(&mail::SEND, |site, id| async move { site.mail.deliver(&site.db, id).await })
        .on(&accountants::jobs::REMOVE_PHOTO, |site, key| {
            accountants::jobs::remove_photo(site.blobs, key)
        })
        .on(&messaging::jobs::PUSH, |site, id| messaging::jobs::push(site.db, site.push, id))
        .on(&messaging::jobs::REMOVE_BLOB, |site, id| messaging::jobs::remove_blob(site.blobs, id))
        .every("messaging.remove-unsent", Span::minutes(10), |site| {
            messaging::jobs::remove_unsent(site.db)
        })
        .every("directory.refresh", Span::seconds(10), |site| directory::jobs::follow_time(site.db))
        .every("availability.read-outside", Span::seconds(30), |site| {
            availability::jobs::read_outside(site.db, site.seal, site.internet)
        })
        .every("bookings.expire", Span::seconds(30), |site| {
            bookings::jobs::expire_overdue(site.db, site.mail)
        })
        .every("bookings.complete", Span::seconds(60), |site| {
            bookings::jobs::complete_past(site.db)
        })
        .every("bookings.follow-zones", Span::hours(1), |site| {
            bookings::jobs::follow_zones(site.db, site.mail)
        })
        .every("bookings.open-conversations", Span::hours(1), |site| {
            bookings::jobs::open_conversations(site.db)
        })
        .every("bookings.remind", Span::seconds(60), |site| {
            bookings::jobs::remind(site.db, site.mail)
        })
        .every("messaging.tell", Span::seconds(5), |site| {
            messaging::jobs::tell(site.db, site.push, site.mail, site.seal)
        })
        .every("messaging.forget", Span::minutes(10), |site| messaging::jobs::forget(site.db))
        .every("users.forget-ended", Span::minutes(10), |site| {
            users::jobs::forget_ended(site.db, site.secrets.limits)
        })
        .every("accountants.remove-unverified", Span::hours(1), |site| {
            accountants::jobs::remove_unverified(site.db)
        })
}
