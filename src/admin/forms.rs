//! What admins send: whom they look for, and what they do to an account.

use serde::Deserialize;
use validator::Validate;

use crate::decisions::{Decider, Restriction, Source, Statement, StatementDraft};
use crate::users::{Role, UserId};
use crate::web::{FieldErrors, checks, text};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SearchForm {
    pub q: String,
}

/// Which page of the log.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct BeforeForm {
    pub before: String,
}

/// The statement of a suspension or of its end; days are of the suspension.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct StatementForm {
    pub ground: String,
    pub facts: String,
    pub explanation: String,
    pub duration: String,
}

impl StatementForm {
    pub fn parse(&self, admin: UserId) -> Result<Statement, FieldErrors> {
        let draft = StatementDraft {
            restriction: Restriction::Suspend,
            scope: "the account".to_owned(),
            duration: self.duration.clone(),
            ground: self.ground.clone(),
            facts: self.facts.clone(),
            explanation: self.explanation.clone(),
            source: Source::OwnInitiative,
            decider: Decider::Admin(admin),
        };
        draft.complete()
    }

    /// What was typed, to be kept while a proof is asked for.
    pub fn fields(&self) -> Vec<(String, String)> {
        let fields = [
            ("ground", &self.ground),
            ("facts", &self.facts),
            ("explanation", &self.explanation),
            ("duration", &self.duration),
        ];
        fields.map(|(name, value)| (name.to_owned(), value.clone())).to_vec()
    }
}

#[derive(Debug, Clone, Default, Deserialize, Validate)]
#[serde(default)]
pub struct RoleForm {
    pub role: String,
    #[validate(custom(function = checks::line::<3, 200>, message = "Reason"))]
    pub reason: String,
}

impl RoleForm {
    pub fn parse(&self) -> Result<(Role, String), FieldErrors> {
        let mut errors = FieldErrors::of(self);
        let role = Role::parse(&self.role).filter(|role| *role != Role::Accountant);
        match errors.take("role", role.ok_or("Choose client or admin.")) {
            Some(role) if errors.is_empty() => Ok((role, text::as_line(&self.reason))),
            _ => Err(errors),
        }
    }

    pub fn fields(&self) -> Vec<(String, String)> {
        vec![("role".to_owned(), self.role.clone()), ("reason".to_owned(), self.reason.clone())]
    }
}

/// Why an admin does something about a payment, and how much it is about.
#[derive(Debug, Clone, Default, Deserialize, Validate)]
#[serde(default)]
pub struct PaymentActForm {
    #[validate(custom(
        function = checks::length::<3, 1_000>,
        message = "Say why, in 3 to 1,000 characters."
    ))]
    pub reason: String,
    pub amount: String,
}
