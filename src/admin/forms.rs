//! What admins send: whom they look for, and what they do to an account.

use serde::Deserialize;

use crate::decisions::{Decider, Restriction, Source, Statement, StatementDraft};
use crate::users::{Role, UserId};
use crate::web::{FieldErrors, text};

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

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RoleForm {
    pub role: String,
    pub reason: String,
}

impl RoleForm {
    pub fn parse(&self) -> Result<(Role, String), FieldErrors> {
        let mut errors = FieldErrors::default();
        let role = Role::parse(&self.role).filter(|role| *role != Role::Accountant);
        if role.is_none() {
            errors.add("role", "Choose client or admin.");
        }
        let reason = errors.take("reason", text::line("Reason", &self.reason, 3, 200));
        role.zip(reason).ok_or(errors)
    }

    pub fn fields(&self) -> Vec<(String, String)> {
        vec![("role".to_owned(), self.role.clone()), ("reason".to_owned(), self.reason.clone())]
    }
}

/// Why an admin does something about a payment, and how much it is about.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PaymentActForm {
    pub reason: String,
    pub amount: String,
}
