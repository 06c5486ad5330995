//! Every kind of job and the schedule: what happens later.

use crate::clock::Span;
use crate::jobs::Work;
use crate::site::Site;
use crate::{
    accountants, admin, availability, bookings, directory, mail, messaging, moderation,
    notifications, payments, reviews, users,
};

/// Every kind of job, and what does it.
pub fn work() -> Work<Site> {
    of_reviews(of_payments(Work::<Site>::default()))
        .on(&mail::SEND, |site, id| async move { site.mail.deliver(&site.db, id).await })
        .on(&mail::SEND_HELD, |site, id| async move { site.mail.deliver_held(&site.db, id).await })
        .on(&notifications::jobs::WAKE, |site, id| {
            notifications::jobs::wake(site.db, site.push, id)
        })
        .on(&accountants::jobs::REMOVE_PHOTO, |site, key| {
            accountants::jobs::remove_photo(site.db, site.blobs, key)
        })
        .on(&accountants::jobs::REMOVE_EVIDENCE, |site, blob| {
            accountants::jobs::remove_evidence(site.blobs, blob)
        })
        .on(&messaging::jobs::PUSH, |site, id| messaging::jobs::push(site.db, site.push, id))
        .on(&messaging::jobs::REMOVE_BLOB, |site, id| messaging::jobs::remove_blob(site.blobs, id))
        .every("messaging.remove-unsent", Span::minutes(10), |site| {
            messaging::jobs::remove_unsent(site.db)
        })
        .every("directory.refresh", Span::seconds(10), |site| directory::jobs::follow_time(site.db))
        .every("availability.read-outside", Span::seconds(30), |site| {
            availability::jobs::read_outside(bookings::calendar::reader(
                site.db,
                site.seal,
                site.internet,
            ))
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

/// What people say, and what order asks for.
fn of_reviews(work: Work<Site>) -> Work<Site> {
    work.on(&bookings::TOOK_PLACE, |site, id| reviews::jobs::invite(site.db, site.mail, id))
        .on(&reviews::jobs::REMIND, |site, id| reviews::jobs::remind(site.db, site.mail, id))
        .every("reviews.open", Span::seconds(10), |site| {
            reviews::jobs::open_due(site.db, site.mail)
        })
        .every("admin.mail-head", Span::hours(24), |site| {
            admin::jobs::mail_head(site.db, site.mail)
        })
        .every("moderation.take-in", Span::seconds(60), |site| moderation::jobs::take_in(site.db))
        .on(&moderation::jobs::CHECK_FILES, |site, id| {
            moderation::jobs::check_files(site.db, site.blobs, site.seal, id)
        })
        .every("moderation.forget-evidence", Span::hours(1), |site| {
            moderation::jobs::forget_evidence(site.db)
        })
        .every("moderation.forget-credential-evidence", Span::minutes(10), |site| {
            moderation::jobs::forget_credential_evidence(site.db)
        })
        .every("moderation.lapse", Span::seconds(60), |site| {
            moderation::jobs::lapse(site.db, site.mail)
        })
}

/// What happens with money; nothing where no key is set.
fn of_payments(work: Work<Site>) -> Work<Site> {
    work.on(&bookings::SETTLE, |site, id| {
        payments::jobs::settle(site.db, site.mail, site.payments, id)
    })
    .on(&payments::WAKE, |site, _| payments::jobs::wake(site.db, site.mail, site.payments))
    .every("payments.reconcile", Span::minutes(5), |site| {
        payments::jobs::reconcile(site.db, site.mail, site.payments)
    })
    .on(&payments::LOOK_AT_ACCOUNT, |site, id| {
        payments::jobs::look_at_account(site.db, site.mail, site.payments, id)
    })
    .every("payments.reconcile-all", Span::hours(24), |site| {
        payments::jobs::reconcile_all(site.db, site.mail, site.payments)
    })
    .every("payments.run", Span::seconds(5), |site| {
        payments::jobs::run(site.db, site.mail, site.payments)
    })
}
