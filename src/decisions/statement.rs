//! The reasons of a decision: a [`Statement`] that lacks one cannot be built.

use validator::Validate;

use super::{Ground, Restriction, Source};
use crate::clock::{Instant, Span};
use crate::users::UserId;
use crate::web::{FieldErrors, checks, text};

/// Who decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decider {
    Admin(UserId),
    /// A rule of the program, by its name in plain words.
    Rule(&'static str),
}

/// What an admin typed, or a rule says, before anything of it was checked.
#[derive(Debug, Clone, Validate)]
pub struct StatementDraft {
    pub restriction: Restriction,
    /// What of the thing is concerned: "the text of the review".
    #[validate(custom(function = checks::line::<3, 200>, message = "Scope"))]
    pub scope: String,
    /// In whole days; empty: without end.
    #[validate(custom(
        function = checks::whole_if_any::<1, 3_650>,
        message = "Write days from 1 to 3,650, or leave it empty for without end."
    ))]
    pub duration: String,
    pub ground: String,
    #[validate(custom(function = checks::lines::<10, 2_000>, message = "Facts"))]
    pub facts: String,
    #[validate(custom(function = checks::lines::<10, 2_000>, message = "Explanation"))]
    pub explanation: String,
    pub source: Source,
    pub decider: Decider,
}

/// A complete statement of reasons. Nothing but [`StatementDraft::complete`] and
/// [`Statement::of_emergency`] makes one.
#[derive(Debug, Clone)]
pub struct Statement {
    pub(super) restriction: Restriction,
    pub(super) scope: String,
    /// None: without end.
    pub(super) lasts: Option<Span>,
    pub(super) ground: Ground,
    pub(super) facts: String,
    pub(super) explanation: String,
    pub(super) source: Source,
    pub(super) decider: Decider,
    pub(super) is_emergency: bool,
}

impl StatementDraft {
    /// The statement, or what is missing by the names of the form's fields.
    pub fn complete(&self) -> Result<Statement, FieldErrors> {
        let mut errors = FieldErrors::in_order(self, &Self::ORDER);
        let ground = Ground::parse(&self.ground).ok_or("Choose the section of the terms.");
        match errors.take("ground", ground) {
            Some(ground) if errors.is_empty() => Ok(Statement {
                restriction: self.restriction,
                scope: text::as_line(&self.scope),
                lasts: text::whole(&self.duration).map(|days| Span::days(days.into())),
                ground,
                facts: text::as_lines(&self.facts),
                explanation: text::as_lines(&self.explanation),
                source: self.source,
                decider: self.decider,
                is_emergency: false,
            }),
            _ => Err(errors),
        }
    }

    /// In which the forms that it is made of ask for them.
    const ORDER: [&'static str; 5] = ["ground", "facts", "explanation", "scope", "duration"];
}

impl Statement {
    /// Whether the thing it is about is not shown from then on.
    pub fn hides(&self) -> bool {
        self.restriction.hides()
    }

    /// How long something is hidden without a full statement.
    pub const EMERGENCY: Span = Span::hours(72);

    /// The short statement that an emergency writes by itself.
    pub fn of_emergency(restriction: Restriction, ground: Ground, admin: UserId) -> Self {
        Self {
            restriction,
            scope: "all of it, until it has been looked at".to_owned(),
            lasts: Some(Self::EMERGENCY),
            ground,
            facts:
                "An admin saw content that seemed to break this section and to do harm while it \
                    stands."
                    .to_owned(),
            explanation: "It was hidden at once so that it can be looked at in peace. Within 72 \
                          hours a full decision follows, or it is shown again."
                .to_owned(),
            source: Source::OwnInitiative,
            decider: Decider::Admin(admin),
            is_emergency: true,
        }
    }

    /// What a rule of the program says; it lasts no longer than an admin needs to look at it.
    pub fn by_rule(
        restriction: Restriction,
        (rule, ground): (&'static str, Ground),
        (facts, explanation): (&str, &str),
        scope: &str,
    ) -> Self {
        Self {
            restriction,
            scope: scope.to_owned(),
            // a warning is said once and holds nothing back
            lasts: (restriction != Restriction::Warn).then_some(Self::EMERGENCY),
            ground,
            facts: facts.to_owned(),
            explanation: explanation.to_owned(),
            source: Source::OwnInitiative,
            decider: Decider::Rule(rule),
            is_emergency: false,
        }
    }

    pub(super) fn ends_at(&self, now: Instant) -> Option<Instant> {
        self.lasts.map(|lasts| now + lasts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> StatementDraft {
        StatementDraft {
            restriction: Restriction::Hide,
            scope: "the profile".to_owned(),
            duration: String::new(),
            ground: "2.1".to_owned(),
            facts: "The profile insults another accountant.".to_owned(),
            explanation: "Insults are not allowed anywhere.".to_owned(),
            source: Source::Notice,
            decider: Decider::Admin(UserId(1)),
        }
    }

    #[test]
    fn a_statement_with_a_field_left_empty_cannot_be_built() {
        assert!(draft().complete().is_ok());
        type Emptying = fn(&mut StatementDraft);
        let without: [(&str, Emptying); 5] = [
            ("ground", |draft| draft.ground.clear()),
            ("facts", |draft| draft.facts = "   ".to_owned()),
            ("explanation", |draft| draft.explanation.clear()),
            ("scope", |draft| draft.scope.clear()),
            ("duration", |draft| draft.duration = "-3".to_owned()),
        ];
        for (field, empty) in without {
            let mut draft = draft();
            empty(&mut draft);
            let errors = draft.complete().unwrap_err();
            assert!(errors.get(field).is_some(), "{field}");
        }
    }
}
