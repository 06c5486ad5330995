//! What the browser sent about an hour that took place.

use serde::Deserialize;
use validator::Validate;

use super::{ReviewSide, ShownAs};
use crate::web::{FieldErrors, checks, text};

/// Both sides' fields; each side's own count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Validate)]
#[serde(default)]
pub struct ReviewForm {
    #[validate(custom(function = checks::whole::<1, 5>, message = "Choose one to five stars."))]
    pub stars: String,
    #[validate(custom(
        function = checks::whole_if_any::<1, 5>,
        message = "Choose one to five, or nothing."
    ))]
    pub knowledge: String,
    #[validate(custom(
        function = checks::whole_if_any::<1, 5>,
        message = "Choose one to five, or nothing."
    ))]
    pub clarity: String,
    #[validate(custom(
        function = checks::whole_if_any::<1, 5>,
        message = "Choose one to five, or nothing."
    ))]
    pub punctuality: String,
    #[validate(custom(
        function = checks::lines::<{ ReviewForm::LEAST }, { ReviewForm::MOST }>,
        message = "Your words"
    ))]
    pub text: String,
    pub shown_as: String,
    pub incentive: String,
    pub appeared: String,
    pub documents: String,
    pub respectful: String,
}

/// What a client says, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewWords {
    pub stars: i32,
    pub knowledge: Option<i32>,
    pub clarity: Option<i32>,
    pub punctuality: Option<i32>,
    pub words: String,
    pub shown_as: ShownAs,
    pub is_incentive: bool,
}

/// What one side says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WrittenReview {
    Client(ReviewWords),
    Accountant { appeared: bool, documents: bool, respectful: bool },
}

impl ReviewForm {
    pub const LEAST: usize = 20;
    pub const MOST: usize = 1500;

    pub fn parse(&self, side: ReviewSide) -> Result<WrittenReview, FieldErrors> {
        match side {
            ReviewSide::Client => self.parse_client(),
            ReviewSide::Accountant => self.parse_accountant(),
        }
    }

    fn parse_client(&self) -> Result<WrittenReview, FieldErrors> {
        let mut errors = FieldErrors::of(self);
        let shown_as = match self.shown_as.as_str() {
            "" => Some(ShownAs::Verified),
            word => errors.take("shown_as", ShownAs::parse(word).ok_or("Choose one of the two.")),
        };
        let incentive = errors.take("incentive", ticked(&self.incentive));
        match (text::whole(&self.stars), shown_as, incentive) {
            (Some(stars), Some(shown_as), Some(is_incentive)) if errors.is_empty() => {
                Ok(WrittenReview::Client(ReviewWords {
                    stars,
                    knowledge: text::whole(&self.knowledge),
                    clarity: text::whole(&self.clarity),
                    punctuality: text::whole(&self.punctuality),
                    words: text::as_lines(&self.text),
                    shown_as,
                    is_incentive,
                }))
            }
            _ => Err(errors),
        }
    }

    fn parse_accountant(&self) -> Result<WrittenReview, FieldErrors> {
        let mut errors = FieldErrors::default();
        let appeared = errors.take("appeared", yes_or_no(&self.appeared));
        let documents = errors.take("documents", yes_or_no(&self.documents));
        let respectful = errors.take("respectful", yes_or_no(&self.respectful));
        match (appeared, documents, respectful) {
            (Some(appeared), Some(documents), Some(respectful)) => {
                Ok(WrittenReview::Accountant { appeared, documents, respectful })
            }
            _ => Err(errors),
        }
    }

    /// Nothing but the name is to change, to the one that can still be chosen once it is open.
    pub fn is_name_alone(&self) -> bool {
        let alone = Self { shown_as: ShownAs::Verified.as_str().to_owned(), ..Self::default() };
        *self == alone
    }
}

fn ticked(typed: &str) -> Result<bool, &'static str> {
    match typed {
        "" => Ok(false),
        "on" | "yes" | "true" | "1" => Ok(true),
        _ => Err("Tick the box or leave it empty."),
    }
}

fn yes_or_no(typed: &str) -> Result<bool, &'static str> {
    match typed {
        "yes" | "on" | "true" | "1" => Ok(true),
        "no" | "off" | "false" | "0" => Ok(false),
        _ => Err("Choose yes or no."),
    }
}

/// The accountant's answer to a review.
#[derive(Debug, Clone, Default, Deserialize, Validate)]
#[serde(default)]
pub struct ReplyForm {
    #[validate(custom(function = checks::lines::<1, { ReplyForm::MOST }>, message = "Your reply"))]
    pub text: String,
    /// "I have checked", after what the lint found was shown.
    pub checked: String,
}

impl ReplyForm {
    pub const MOST: usize = 1000;

    pub fn parse(&self) -> Result<(String, bool), FieldErrors> {
        let mut errors = FieldErrors::of(self);
        match errors.take("checked", ticked(&self.checked)) {
            Some(is_checked) if errors.is_empty() => Ok((text::as_lines(&self.text), is_checked)),
            _ => Err(errors),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> ReviewForm {
        ReviewForm {
            stars: "5".to_owned(),
            text: "Clear from the first minute to the last.".to_owned(),
            ..ReviewForm::default()
        }
    }

    #[test]
    fn stars_are_whole_and_one_to_five_and_words_twenty_to_fifteen_hundred() {
        assert!(form().parse(ReviewSide::Client).is_ok());
        for stars in ["0", "6", "4.5", "-1", "", "five", "99999999999999999999", "３"] {
            let form = ReviewForm { stars: stars.to_owned(), ..form() };
            let errors = form.parse(ReviewSide::Client).unwrap_err();
            assert!(errors.get("stars").is_some(), "{stars}");
        }
        for (length, is_taken) in [(19, false), (20, true), (1500, true), (1501, false)] {
            let form = ReviewForm { text: "é".repeat(length), ..form() };
            assert_eq!(form.parse(ReviewSide::Client).is_ok(), is_taken, "{length}");
        }
    }

    #[test]
    fn a_form_that_asks_for_the_name_alone_holds_nothing_else() {
        let name = ReviewForm { shown_as: "verified".to_owned(), ..ReviewForm::default() };
        assert!(name.is_name_alone());
        assert!(!ReviewForm { stars: "1".to_owned(), ..name.clone() }.is_name_alone());
        assert!(!ReviewForm { shown_as: "first_name".to_owned(), ..name }.is_name_alone());
    }
}
