//! What is wrong with a form, field by field.

use std::borrow::Cow;

use validator::Validate;

/// The messages of a rejected form, in the order they were found; one for each field.
#[derive(Debug, Clone, Default)]
pub struct FieldErrors {
    list: Vec<(Cow<'static, str>, Cow<'static, str>)>,
}

impl FieldErrors {
    /// Starts with what `validator` says. Only its messages are taken: its errors hold the values.
    pub fn of(form: &impl Validate) -> Self {
        let mut errors = Self::default();
        if let Err(found) = form.validate() {
            let mut fields: Vec<_> = found.field_errors().into_iter().collect();
            fields.sort_by(|a, b| a.0.cmp(&b.0));
            for (field, problems) in fields {
                let message = problems.iter().find_map(|problem| problem.message.clone());
                let message = message.unwrap_or(Cow::Borrowed("Check this answer."));
                errors.list.push((field, message));
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
        if self.get(field).is_none() {
            self.list.push((field.into(), message.into()));
        }
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
            if self.get(&field).is_none() {
                self.list.push((field, message));
            }
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
