//! What is wrong with a form, field by field.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use validator::{Validate, ValidationError};

use super::checks;
use super::field_names::field_names;

/// The messages of a rejected form in the order of its fields; one for each.
#[derive(Debug, Clone, Default)]
pub struct FieldErrors {
    /// The fields in the order in which the form declares them; none: as they were found.
    order: &'static [&'static str],
    list: Vec<(Cow<'static, str>, Cow<'static, str>)>,
}

impl FieldErrors {
    /// What is wrong with a form by the checks beside its fields (`#[derive(Validate)]`).
    pub fn of<F: Validate + DeserializeOwned>(form: &F) -> Self {
        Self::in_order(form, field_names::<F>())
    }

    /// The same of what is no form by itself. Only messages are taken: validator's errors hold the
    /// values.
    pub fn in_order(form: &impl Validate, order: &'static [&'static str]) -> Self {
        let mut errors = Self { order, list: vec![] };
        let found = form.validate().err().unwrap_or_default();
        for (field, problems) in found.field_errors() {
            if let Some(problem) = problems.first() {
                errors.insert(field, message_of(problem));
            }
        }
        errors
    }

    pub fn one(field: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        let mut errors = Self::default();
        errors.add(field, message);
        errors
    }

    pub fn add(&mut self, field: &'static str, message: impl Into<Cow<'static, str>>) {
        self.insert(field.into(), message.into());
    }

    /// The first message of a field stays.
    fn insert(&mut self, field: Cow<'static, str>, message: Cow<'static, str>) {
        if self.get(&field).is_some() {
            return;
        }
        let place = |field: &str| {
            self.order.iter().position(|known| *known == field).unwrap_or(self.order.len())
        };
        let at = self.list.partition_point(|(before, _)| place(before) <= place(&field));
        self.list.insert(at, (field, message));
    }

    /// Notes the message of an `Err` and goes on, so that one answer names everything.
    pub fn take<T, M: Into<Cow<'static, str>>>(
        &mut self,
        field: &'static str,
        parsed: Result<T, M>,
    ) -> Option<T> {
        parsed.map_err(|message| self.add(field, message)).ok()
    }

    /// Adds what others found; the first message of a field stays.
    pub fn join(&mut self, others: Self) {
        for (field, message) in others.list {
            self.insert(field, message);
        }
    }

    pub fn get(&self, field: &str) -> Option<&str> {
        self.list.iter().find(|(name, _)| name == field).map(|(_, message)| message.as_ref())
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.list.iter().map(|(field, message)| (field.as_ref(), message.as_ref()))
    }
}

/// A text's is its name with what is wrong behind it; others are whole sentences.
fn message_of(problem: &ValidationError) -> Cow<'static, str> {
    let message = problem.message.clone().unwrap_or(Cow::Borrowed("Check this answer."));
    match problem.params.get(checks::REST).and_then(|rest| rest.as_str()) {
        Some(rest) => format!("{message}: {rest}").into(),
        None => message,
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Default, Deserialize, Validate)]
    #[serde(default)]
    struct TestForm {
        #[validate(custom(function = checks::line::<5, 80>, message = "Title"))]
        title: String,
        kind: String,
        #[validate(custom(function = checks::lines_if_any::<5, 1_000>, message = "About"))]
        about: String,
        #[validate(custom(function = checks::whole::<0, 30>))]
        days: String,
        #[validate(length(min = 1, message = "Tick the box."))]
        agreed: String,
    }

    #[test]
    fn messages_stand_in_the_order_of_the_fields_whoever_found_them() {
        let form = TestForm { about: "é".repeat(1_001), days: "31".into(), ..TestForm::default() };
        let mut errors = FieldErrors::of(&form);
        errors.add("kind", "Choose one.");
        errors.add("days", "never said");
        errors.add("elsewhere", "Last.");
        let said: Vec<_> = errors.iter().collect();
        assert_eq!(
            said,
            [
                ("title", "Title: use 5 to 80 characters."),
                ("kind", "Choose one."),
                ("about", "About: use at most 1,000 characters; this has 1,001."),
                ("days", "Write a number from 0 to 30."),
                ("agreed", "Tick the box."),
                ("elsewhere", "Last."),
            ]
        );
        assert_eq!(form.kind, "");
    }

    #[test]
    fn lengths_are_those_of_the_text_that_is_kept() {
        let fine = TestForm {
            title: "  Tax\u{200b}  re\u{301} ".into(),
            about: " \r\n".into(),
            days: " 30 ".into(),
            agreed: "on".into(),
            ..TestForm::default()
        };
        assert!(FieldErrors::of(&fine).is_empty());
        for days in ["", "+5", "-1", "1.5", "00005", "٣"] {
            let form = TestForm { days: days.into(), title: "Title".into(), ..TestForm::default() };
            assert!(FieldErrors::of(&form).get("days").is_some(), "{days}");
        }
    }
}
