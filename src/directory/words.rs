//! The directory's dictionary, for the word meant by one that nobody uses.

use diesel::prelude::*;

use super::schema::directory_words;
use super::word_index;
use crate::db::Conn;
use crate::error::Result;
use crate::on_either;

/// Forgets those of some words that no entry has any more.
pub fn forget<'a>(conn: &mut Conn, words: impl Iterator<Item = &'a str>) -> Result<()> {
    for word in words {
        if !word_index::holds(conn, word)? {
            diesel::delete(directory_words::table.find(word)).execute(conn)?;
        }
    }
    Ok(())
}

/// Adds the words of an entry.
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

/// Words within so many changes of one, with how many.
pub fn nearest(conn: &mut Conn, word: &str, reach: usize) -> Result<Vec<(usize, String)>> {
    let length = i32::try_from(word.len()).unwrap_or(i32::MAX);
    let near = i32::try_from(reach).unwrap_or(1);
    let candidates: Vec<String> = on_either!(conn, |c| directory_words::table
        .filter(directory_words::length.between(length - near, length + near))
        .select(directory_words::word)
        .load(c))?;
    Ok(candidates
        .into_iter()
        .map(|candidate| (strsim::osa_distance(word, &candidate), candidate))
        .filter(|(distance, _)| *distance <= reach)
        .collect())
}
