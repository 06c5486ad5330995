//! What a form asks of one answer, declared beside its field:
//!
//! ```ignore
//! #[validate(custom(function = checks::line::<5, 80>, message = "Title"))]
//! pub title: String,
//! ```
//!
//! Lengths are those of the text as it will be kept ([`text`]), in characters: validator's own
//! `length` would count blanks at the ends, and CRLF twice. The `message` of a text is its name, which
//! [`FieldErrors::of`](super::FieldErrors::of) puts before what is wrong; that of anything else is
//! all that is said.

use std::borrow::Cow;

use validator::ValidationError;

use super::text;

/// Under which a [`ValidationError`] holds what follows the name of the answer.
pub(super) const REST: &str = "rest";

pub fn line<const LEAST: usize, const MOST: usize>(typed: &str) -> Result<(), ValidationError> {
    said(text::fit_line(typed, LEAST, MOST))
}

pub fn name<const LEAST: usize, const MOST: usize>(typed: &str) -> Result<(), ValidationError> {
    said(text::fit_name(typed, LEAST, MOST))
}

pub fn lines<const LEAST: usize, const MOST: usize>(typed: &str) -> Result<(), ValidationError> {
    said(text::fit_lines(typed, LEAST, MOST))
}

pub fn line_if_any<const LEAST: usize, const MOST: usize>(
    typed: &str,
) -> Result<(), ValidationError> {
    if_any(typed, line::<LEAST, MOST>)
}

pub fn name_if_any<const LEAST: usize, const MOST: usize>(
    typed: &str,
) -> Result<(), ValidationError> {
    if_any(typed, name::<LEAST, MOST>)
}

pub fn lines_if_any<const LEAST: usize, const MOST: usize>(
    typed: &str,
) -> Result<(), ValidationError> {
    if_any(typed, lines::<LEAST, MOST>)
}

/// Characters between the blanks at both ends, whatever they are.
pub fn length<const LEAST: usize, const MOST: usize>(typed: &str) -> Result<(), ValidationError> {
    match (LEAST..=MOST).contains(&typed.trim().chars().count()) {
        true => Ok(()),
        false => Err(ValidationError::new("length")),
    }
}

/// A whole number within these; [`text::whole`] reads it.
pub fn whole<const LEAST: i32, const MOST: i32>(typed: &str) -> Result<(), ValidationError> {
    match text::whole(typed) {
        Some(number) if (LEAST..=MOST).contains(&number) => Ok(()),
        _ => Err(worded(format!("Write a number from {LEAST} to {MOST}."))),
    }
}

pub fn whole_if_any<const LEAST: i32, const MOST: i32>(typed: &str) -> Result<(), ValidationError> {
    if_any(typed, whole::<LEAST, MOST>)
}

/// Minutes in steps of five.
pub fn minutes<const LEAST: i32, const MOST: i32>(typed: &str) -> Result<(), ValidationError> {
    match text::whole(typed) {
        Some(minutes) if (LEAST..=MOST).contains(&minutes) && minutes % 5 == 0 => Ok(()),
        _ => Err(worded(format!("Write minutes from {LEAST} to {MOST} in steps of 5."))),
    }
}

pub fn minutes_if_any<const LEAST: i32, const MOST: i32>(
    typed: &str,
) -> Result<(), ValidationError> {
    if_any(typed, minutes::<LEAST, MOST>)
}

fn if_any(
    typed: &str,
    check: fn(&str) -> Result<(), ValidationError>,
) -> Result<(), ValidationError> {
    if typed.trim().is_empty() { Ok(()) } else { check(typed) }
}

fn said(fits: Result<String, String>) -> Result<(), ValidationError> {
    fits.map(drop).map_err(|rest| {
        let mut error = ValidationError::new("text");
        error.add_param(Cow::Borrowed(REST), &rest);
        error
    })
}

fn worded(message: String) -> ValidationError {
    ValidationError::new("number").with_message(message.into())
}
