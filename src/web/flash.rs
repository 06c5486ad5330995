//! The sentence that follows a change onto the next page. The cookie holds a word from a fixed
//! list, never text, so that nobody can make the site say something.

use actix_web::cookie::{Cookie, SameSite};
use actix_web::{HttpRequest, HttpResponse};

const COOKIE: &str = "__Host-footing-said";

crate::word_enum! {
    /// What was done.
    Flash {
        SignedOut => "signed-out",
        PasswordChanged => "password-changed",
        AddressConfirmed => "address-confirmed",
        ProfileSaved => "profile-saved",
        PhotoSaved => "photo-saved",
        PhotoRemoved => "photo-removed",
        CredentialSent => "credential-sent",
        CredentialRemoved => "credential-removed",
        EvidenceRemoved => "evidence-removed",
        CredentialChecked => "credential-checked",
        ServiceSaved => "service-saved",
        ServiceActive => "service-active",
        ServicePaused => "service-paused",
        ServiceArchived => "service-archived",
        SettingsSaved => "settings-saved",
        MailComesBack => "mail-comes-back",
        TwoStepOn => "two-step-on",
        TwoStepOff => "two-step-off",
        DevicesEnded => "devices-ended",
        BookingAccepted => "booking-accepted",
        BookingDeclined => "booking-declined",
        BookingCancelled => "booking-cancelled",
        BookingMoved => "booking-moved",
        BookingNoted => "booking-noted",
        PlaceSaved => "place-saved",
        PageOpening => "page-opening",
        StripeSilent => "stripe-silent",
        RefundBegun => "refund-begun",
        PaymentNoted => "payment-noted",
        BillingSaved => "billing-saved",
        TimeProposed => "time-proposed",
        ComplaintSent => "complaint-sent",
        QuoteAsked => "quote-asked",
        QuoteSent => "quote-sent",
        QuoteDeclined => "quote-declined",
        QuoteWithdrawn => "quote-withdrawn",
        Blocked => "blocked",
        Unblocked => "unblocked",
        Cleared => "cleared",
        Asked => "asked",
        HoursSaved => "hours-saved",
        CalendarAdded => "calendar-added",
        CalendarRemoved => "calendar-removed",
        ReviewSaved => "review-saved",
        ReviewWithdrawn => "review-withdrawn",
        ReplySaved => "reply-saved",
        ReportSent => "report-sent",
        DecisionRecorded => "decision-recorded",
        HiddenAtOnce => "hidden-at-once",
        PassedToPolice => "passed-to-police",
        AppealSent => "appeal-sent",
        AppealAnswered => "appeal-answered",
        RoleChanged => "role-changed",
        JobAgain => "job-again",
    }
}

impl Flash {
    #[expect(clippy::too_many_lines, reason = "one list of every sentence")]
    pub fn words(self) -> &'static str {
        match self {
            Self::SignedOut => "You are signed out.",
            Self::PasswordChanged => "Your password is changed. Other devices are signed out.",
            Self::AddressConfirmed => "Address confirmed.",
            Self::ProfileSaved => "Your profile is saved.",
            Self::PhotoSaved => "Your photograph is saved.",
            Self::PhotoRemoved => "Your photograph is removed.",
            Self::CredentialSent => "Sent. A moderator checks it; you are told by mail.",
            Self::CredentialRemoved => "The credential is removed.",
            Self::EvidenceRemoved => "The evidence is deleted.",
            Self::CredentialChecked => "Recorded. The badge shows, and its owner is told.",
            Self::ServiceSaved => "The service is saved.",
            Self::ServiceActive => "The service is active: clients can see it.",
            Self::ServicePaused => "The service is paused: clients no longer see it.",
            Self::ServiceArchived => "The service is archived.",
            Self::Blocked => "Blocked. Neither of you can write here.",
            Self::Unblocked => "You can both write here again.",
            Self::Cleared => "Everything so far is hidden from you.",
            Self::Asked => "They are told by notice and mail.",
            Self::SettingsSaved => "Your settings are saved.",
            Self::MailComesBack => {
                "Our mail to your address comes back, so you may miss answers. Look under Settings."
            }
            Self::PageOpening => {
                "The page to pay on is not there yet. We keep trying: press Pay again in a minute."
            }
            Self::StripeSilent => "Stripe does not answer now. Try again in a minute.",
            Self::RefundBegun => "The refund is on its way. The client is told when it is done.",
            Self::PaymentNoted => "Done, and written into the log.",
            Self::BillingSaved => "Your billing details are saved.",
            Self::PlaceSaved => "Saved. The client is told where you meet.",
            Self::TwoStepOn => "Two-step sign-in is on.",
            Self::TwoStepOff => "Two-step sign-in is off.",
            Self::DevicesEnded => "The other devices are signed out.",
            Self::BookingAccepted => "Accepted. The client is told.",
            Self::BookingDeclined => "Declined. The client is told.",
            Self::BookingCancelled => "Cancelled. The other side is told.",
            Self::BookingMoved => "The booking is moved. The accountant is told.",
            Self::BookingNoted => "That is noted.",
            Self::TimeProposed => "The time is proposed. The client is told.",
            Self::ComplaintSent => "Your complaint is sent.",
            Self::QuoteAsked => "You have asked. The answer comes by mail.",
            Self::QuoteSent => "The offer is sent.",
            Self::QuoteDeclined => "The client is told that you make no offer.",
            Self::QuoteWithdrawn => "The offer is withdrawn. The client is told.",
            Self::HoursSaved => "Your hours are saved.",
            Self::CalendarAdded => "The calendar is added.",
            Self::CalendarRemoved => "The calendar is removed.",
            Self::ReviewSaved => "What you said is saved.",
            Self::ReviewWithdrawn => "What you said is withdrawn.",
            Self::ReplySaved => "Your reply is published.",
            Self::ReportSent => "Your report is sent. You are told what is decided.",
            Self::DecisionRecorded => "Recorded. Everybody concerned is told.",
            Self::HiddenAtOnce => "Hidden for 72 hours. Decide it until then.",
            Self::PassedToPolice => "Noted. Nobody is told of it.",
            Self::AppealSent => "Your objection is sent. Somebody else decides about it.",
            Self::AppealAnswered => "Answered. Everybody concerned is told.",
            Self::RoleChanged => "The role is changed. Their sessions have ended.",
            Self::JobAgain => "The job is tried again.",
        }
    }

    pub fn of(request: &HttpRequest) -> Option<Self> {
        Self::parse(request.cookie(COOKIE)?.value())
    }

    pub fn put(self, response: &mut HttpResponse) {
        add(response, self.as_str().to_owned());
    }

    /// Once shown it is gone.
    pub fn forget(response: &mut HttpResponse) {
        let mut cookie = cookie(String::new());
        cookie.make_removal();
        let _ = response.add_cookie(&cookie);
    }
}

fn cookie(value: String) -> Cookie<'static> {
    Cookie::build(COOKIE, value)
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
        .finish()
}

fn add(response: &mut HttpResponse, value: String) {
    let _ = response.add_cookie(&cookie(value));
}
