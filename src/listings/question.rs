//! What a client answers when asking for a service.

use diesel::prelude::*;

use super::ServiceId;
use super::schema::service_questions;
use crate::clock::Day;
use crate::db::Conn;
use crate::error::Result;
use crate::web::text;

crate::word_enum! {
    QuestionKind {
        Short => "short",
        Long => "long",
        Choice => "choice",
        YesNo => "yes_no",
        Date => "date",
    }
}

impl QuestionKind {
    pub fn words(self) -> &'static str {
        match self {
            Self::Short => "Short answer",
            Self::Long => "Long answer (optional)",
            Self::Choice => "One of a list",
            Self::YesNo => "Yes or no",
            Self::Date => "Date",
        }
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = service_questions)]
pub struct Question {
    pub service_id: ServiceId,
    pub position: i16,
    pub kind: QuestionKind,
    pub text: String,
    pub choices: String,
}

/// A checked question before it belongs to a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewQuestion {
    pub kind: QuestionKind,
    pub text: String,
    pub choices: Vec<String>,
}

impl Question {
    pub const MOST: usize = 10;

    pub fn of(conn: &mut Conn, id: ServiceId) -> Result<Vec<Self>> {
        Ok(service_questions::table
            .filter(service_questions::service_id.eq(id))
            .order(service_questions::position)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// Puts these in the place of those that were.
    pub fn replace(conn: &mut Conn, id: ServiceId, new: &[NewQuestion]) -> Result<()> {
        let old = service_questions::table.filter(service_questions::service_id.eq(id));
        diesel::delete(old).execute(conn)?;
        for (position, question) in (1..).zip(new) {
            let row = Self {
                service_id: id,
                position,
                kind: question.kind,
                text: question.text.clone(),
                choices: question.choices.join("\n"),
            };
            diesel::insert_into(service_questions::table).values(&row).execute(conn)?;
        }
        Ok(())
    }

    pub fn is_long(&self) -> bool {
        self.kind == QuestionKind::Long
    }

    pub fn is_date(&self) -> bool {
        self.kind == QuestionKind::Date
    }

    pub fn options(&self) -> Vec<&str> {
        match self.kind {
            QuestionKind::YesNo => vec!["Yes", "No"],
            _ => self.choices.lines().collect(),
        }
    }

    /// A long answer may stay empty; all others are wanted.
    pub fn check(&self, typed: &str) -> Result<String, String> {
        let wanted = || format!("“{}” wants an answer.", self.text);
        let typed = typed.trim();
        match self.kind {
            QuestionKind::Long => text::lines(&self.text, typed, 0, 1000),
            QuestionKind::Short => match typed {
                "" => Err(wanted()),
                typed => text::line(&self.text, typed, 1, 200),
            },
            QuestionKind::Choice | QuestionKind::YesNo => {
                let known = self.options().into_iter().find(|option| *option == typed);
                known.map(str::to_owned).ok_or_else(wanted)
            }
            QuestionKind::Date => Day::parse(typed).map(|day| day.to_string()).ok_or_else(wanted),
        }
    }
}
