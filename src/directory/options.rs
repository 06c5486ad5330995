//! How many entries have each option of the filters, kept as entries change: one row an option, of
//! the whole directory, never of a combination.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use diesel::prelude::*;

use super::schema::directory_options;
use super::tokens::FilterMark;
use crate::db::Conn;
use crate::error::Result;
use crate::locale::Locale;
use crate::on_either;

/// Options that anybody has, each with how many have it.
#[derive(Debug, Clone, Default)]
pub struct Options {
    counts: HashMap<String, i64>,
    /// What the lists of the filters offer, worked out once.
    offered: Vec<(FilterMark, Vec<FilterOption>)>,
}

/// An option as a filter offers it.
#[derive(Debug, Clone)]
pub struct FilterOption {
    pub key: &'static str,
    pub words: &'static str,
    pub count: i64,
    /// The same in words: "48", "1,204". Written once for all pages, as nobody in particular would.
    figure: Arc<str>,
    pub is_chosen: bool,
}

pub type OptionList = &'static [(&'static str, &'static str)];

impl Options {
    /// The row that counts everybody.
    pub const ALL: &'static str = "all";

    pub(super) fn read(conn: &mut Conn, lists: &[(FilterMark, OptionList)]) -> Result<Self> {
        let rows: Vec<(String, i64)> = directory_options::table
            .filter(directory_options::entries.gt(0))
            .select((directory_options::token, directory_options::entries))
            .load(conn)?;
        let mut options = Self { counts: rows.into_iter().collect(), offered: vec![] };
        for (mark, list) in lists {
            let all = list.iter().map(|(key, words)| FilterOption {
                key,
                words,
                count: options.count(*mark, key),
                figure: Locale::NEUTRAL.count(options.count(*mark, key)).into(),
                is_chosen: false,
            });
            let held = all.filter(|choice| choice.count > 0).collect();
            options.offered.push((*mark, held));
        }
        Ok(options)
    }

    pub fn all(&self) -> i64 {
        self.counts.get(Self::ALL).copied().unwrap_or(0)
    }

    pub fn count(&self, mark: FilterMark, value: &str) -> i64 {
        self.counts.get(&mark.token(value)).copied().unwrap_or(0)
    }

    /// Those of a list that somebody has, and those that are chosen though nobody has them.
    pub fn offered(
        &self,
        (mark, list): (FilterMark, OptionList),
        is_chosen: impl Fn(&str) -> bool,
    ) -> Vec<FilterOption> {
        let held = self.offered.iter().find(|(known, _)| *known == mark);
        let held = held.map(|(_, held)| held.as_slice()).unwrap_or_default();
        let mut choices: Vec<FilterOption> = held
            .iter()
            .map(|choice| FilterOption { is_chosen: is_chosen(choice.key), ..choice.clone() })
            .collect();
        for (key, words) in list.iter().filter(|(key, _)| is_chosen(key)) {
            if !choices.iter().any(|choice| choice.key == *key) {
                choices.push(FilterOption {
                    key,
                    words,
                    count: 0,
                    figure: "0".into(),
                    is_chosen: true,
                });
            }
        }
        choices
    }
}

impl FilterOption {
    pub fn figure(&self, locale: impl AsRef<Locale>) -> Cow<'_, str> {
        locale.as_ref().figures(&self.figure)
    }
}

/// What a change of entries adds to each option, gathered so that each row is written once and all
/// in one order: two nodes that wait for each other would wait for ever.
#[derive(Debug, Default)]
pub struct CountChanges(BTreeMap<String, i64>);

impl CountChanges {
    /// An entry had these options, separated by blanks, and has those now.
    pub fn note(&mut self, before: Option<&str>, after: Option<&str>) {
        for (options, sign) in [(before, -1), (after, 1)] {
            for token in options.unwrap_or_default().split_whitespace() {
                *self.0.entry(token.to_owned()).or_default() += sign;
            }
        }
    }

    pub fn apply(self, conn: &mut Conn) -> Result<()> {
        for (token, change) in self.0.into_iter().filter(|(_, change)| *change != 0) {
            let row = (directory_options::token.eq(token), directory_options::entries.eq(change));
            let sum = directory_options::entries.eq(directory_options::entries + change);
            on_either!(conn, |c| diesel::insert_into(directory_options::table)
                .values(row)
                .on_conflict(directory_options::token)
                .do_update()
                .set(sum)
                .execute(c))?;
        }
        Ok(())
    }
}
