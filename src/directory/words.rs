//! The directory's dictionary, for the word meant by one that nobody uses.

use diesel::prelude::*;

use super::schema::directory_words;
use crate::db::Conn;
use crate::error::Result;
use crate::on_either;

/// Adds the words of an entry. Words stay when their last entry goes: a suggestion is tried before
/// it is made.
pub fn learn<'a>(conn: &mut Conn, words: impl Iterator<Item = &'a str>) -> Result<()> {
    let rows: Vec<_> = words
        .filter(|word| word.len() >= 3 && !word.bytes().all(|b| b.is_ascii_digit()))
        .map(|word| {
            let length = i32::try_from(word.len()).unwrap_or(i32::MAX);
            (directory_words::word.eq(word.to_owned()), directory_words::length.eq(length))
        })
        .collect();
    match conn {
        // one statement a row keeps SQLite's prepared statement
        Conn::Sqlite(c) => {
            for row in rows {
                diesel::insert_into(directory_words::table)
                    .values(row)
                    .on_conflict_do_nothing()
                    .execute(c)?;
            }
        }
        Conn::Postgres(c) => {
            diesel::insert_into(directory_words::table)
                .values(&rows)
                .on_conflict_do_nothing()
                .execute(c)?;
        }
    }
    Ok(())
}

/// Whether any word begins like this.
pub fn is_known(conn: &mut Conn, word: &str) -> Result<bool> {
    let end = format!("{word}{{"); // the character after z
    let hit: Option<String> = directory_words::table
        .filter(directory_words::word.ge(word).and(directory_words::word.lt(end)))
        .select(directory_words::word)
        .first(conn)
        .optional()?;
    Ok(hit.is_some())
}

/// The nearest words, best first: one change away, two from eight letters on.
pub fn nearest(conn: &mut Conn, word: &str) -> Result<Vec<String>> {
    if word.len() < 4 {
        return Ok(vec![]);
    }
    let reach = if word.len() < 8 { 1 } else { 2 };
    let length = i32::try_from(word.len()).unwrap_or(i32::MAX);
    let near = i32::try_from(reach).unwrap_or(1);
    let candidates: Vec<String> = on_either!(conn, |c| directory_words::table
        .filter(directory_words::length.between(length - near, length + near))
        .select(directory_words::word)
        .load(c))?;
    let mut found: Vec<(usize, String)> = candidates
        .into_iter()
        .map(|candidate| (strsim::osa_distance(word, &candidate), candidate))
        .filter(|(distance, _)| *distance <= reach)
        .collect();
    found.sort();
    Ok(found.into_iter().take(5).map(|(_, word)| word).collect())
}
