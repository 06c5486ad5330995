//! The page on which one side says how it went, and the accountant's page of what was said.

use askama::Template;

use super::forms::{ReplyForm, ReviewForm};
use super::lint::Hit;
use super::{PublicReview, Review, ReviewId, ReviewsShown, ShownAs, Totals};
use crate::bookings::{BookingRow, Side};
use crate::clock::Instant;
use crate::locale::LocalZone;
use crate::web::{FieldErrors, paths};

/// One side's page of one booking.
#[derive(Template)]
#[template(path = "reviews/review.html")]
pub struct ReviewPage {
    pub line: BookingRow,
    pub side: Side,
    pub own: Option<Review>,
    /// What the other side says, once it is open.
    pub other: Option<Review>,
    /// Why nothing can be written any more, if nothing was.
    pub barred: Option<&'static str>,
    pub form: ReviewForm,
    pub errors: FieldErrors,
    pub zone: LocalZone,
    pub now: Instant,
}

const STARS: [(&str, &str); 5] =
    [("5", "5 Excellent"), ("4", "4 Good"), ("3", "3 Fair"), ("2", "2 Weak"), ("1", "1 Poor")];
const MARKS: [(&str, &str); 6] =
    [("", "Not said"), ("5", "5"), ("4", "4"), ("3", "3"), ("2", "2"), ("1", "1")];
const YES_OR_NO: [(&str, &str); 2] = [("yes", "Yes"), ("no", "No")];

impl ReviewPage {
    /// Why nothing can be changed, where that is so.
    pub fn closed_words(&self) -> Option<&'static str> {
        match &self.own {
            Some(own) if own.withdrawn_at.is_some() => {
                Some("You have withdrawn what you wrote, and that is final.")
            }
            Some(own) if own.is_open(self.now) => Some("It has opened: it stays as you wrote it."),
            Some(_) => None,
            None => self.barred,
        }
    }

    /// What was written stands in the form, as long as it can be replaced.
    pub fn filled(own: &Review) -> ReviewForm {
        let figure = |mark: Option<i32>| mark.map_or(String::new(), |mark| mark.to_string());
        let answer = |is: Option<bool>| match is {
            Some(true) => "yes".to_owned(),
            Some(false) => "no".to_owned(),
            None => String::new(),
        };
        ReviewForm {
            stars: figure(own.stars),
            knowledge: figure(own.knowledge),
            clarity: figure(own.clarity),
            punctuality: figure(own.punctuality),
            text: own.words.clone().unwrap_or_default(),
            shown_as: own.shown_as.as_str().to_owned(),
            incentive: if own.is_incentive { "on".to_owned() } else { String::new() },
            appeared: answer(own.appeared),
            documents: answer(own.documents),
            respectful: answer(own.respectful),
        }
    }

    fn is_client(&self) -> bool {
        self.side == Side::Client
    }

    fn other(&self) -> &str {
        self.line.other_called(self.side)
    }

    fn heading(&self) -> String {
        format!("How was {} with {}?", self.line.terms.title, self.other())
    }

    fn is_written(&self) -> bool {
        self.own.as_ref().is_some_and(|own| own.withdrawn_at.is_none())
    }

    fn is_open(&self) -> bool {
        self.own.as_ref().is_some_and(|own| own.is_open(self.now))
    }

    fn can_hide_name(&self) -> bool {
        self.is_open()
            && self.is_written()
            && self.own.as_ref().is_some_and(|own| own.shown_as == ShownAs::FirstName)
    }

    fn is_held_back(&self) -> bool {
        self.own.as_ref().is_some_and(|own| own.hidden_by.is_some())
    }

    fn until(&self) -> String {
        self.line.booking.review_until().words(&self.zone)
    }

    fn stars(&self) -> &'static [(&'static str, &'static str)] {
        &STARS
    }

    fn marks(&self) -> &'static [(&'static str, &'static str)] {
        &MARKS
    }

    fn yes_or_no(&self) -> &'static [(&'static str, &'static str)] {
        &YES_OR_NO
    }

    /// "Verified client", or the first name and initial.
    fn names(&self) -> [(&'static str, String); 2] {
        let mut names = self.line.client_name.split_whitespace();
        let first = names.next().unwrap_or("");
        let initial = names.next_back().and_then(|last| last.chars().next());
        let named = match initial {
            Some(initial) => format!("{first} {}.", initial.to_uppercase()),
            None => first.to_owned(),
        };
        [("verified", "Verified client".to_owned()), ("first_name", named)]
    }

    fn shown_as(&self) -> &str {
        if self.form.shown_as.is_empty() { "verified" } else { &self.form.shown_as }
    }

    fn most(&self) -> usize {
        ReviewForm::MOST
    }

    fn path(&self) -> String {
        paths::review(self.line.booking.id)
    }

    /// What the accountant answered about the client, as lines.
    fn answers(&self, review: &Review) -> Vec<(&'static str, &'static str)> {
        let yes = |is: Option<bool>| if is == Some(true) { "Yes" } else { "No" };
        vec![
            ("Appeared", yes(review.appeared)),
            ("Brought the documents", yes(review.documents)),
            ("Was respectful", yes(review.respectful)),
        ]
    }
}

/// A reply that was not taken as it was.
pub struct ReplyAttempt {
    pub form: ReplyForm,
    pub hits: Vec<Hit>,
    pub errors: FieldErrors,
}

/// What clients said of one's own work, with the replies.
#[derive(Template)]
#[template(path = "reviews/practice_reviews.html")]
pub struct PracticeReviewsPage {
    pub slug: String,
    pub totals: Totals,
    pub shown: ReviewsShown,
    /// The one review that is replied to, and what is wrong with the reply.
    pub attempt: Option<ReplyAttempt>,
    pub errors: FieldErrors,
    pub base_url: String,
}

impl PracticeReviewsPage {
    fn report_path(&self, id: &ReviewId) -> String {
        report_path(&self.base_url, &self.slug, *id)
    }

    fn next_page(&self) -> Option<String> {
        self.shown.next.map(|id| format!("{}?after={id}", paths::REVIEWS))
    }

    fn most(&self) -> usize {
        ReplyForm::MOST
    }
}

/// Where a review on a public page is reported.
pub fn report_path(base_url: &str, slug: &str, id: ReviewId) -> String {
    let address = format!("{base_url}{}", paths::public_review(slug, id));
    paths::report(&address)
}

impl PublicReview {
    /// Five places, those that were given true.
    pub fn star_places(&self) -> [bool; 5] {
        [1, 2, 3, 4, 5].map(|place| place <= self.stars())
    }
}
