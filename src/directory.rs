//! How accountants are found: search, filters, ranking, and the pages everybody sees.
//!
//! An [`DirectoryEntry`] is made of the tables of others whenever a profile is stale, and holds all that a
//! row of the directory shows. A directory page first brings up to 50 stale profiles up to date, so
//! one's own change is there at the next look; rows still stale are judged again as they are read.
//! Nobody can pay for a place: the formula is in [`rank`] and on the page `/ranking`.
//!
//! Not here: what makes a profile listed (`listings`).

mod alternatives;
mod bar;
mod card;
mod chips;
mod counts;
mod cursor;
mod entry;
mod expression;
mod filter_lists;
mod filters;
pub mod handlers;
pub mod jobs;
mod json_ld;
mod options;
mod pages;
mod price;
mod query;
pub mod rank;
mod ranked_row;
mod reviewed;
pub mod schema;
mod search;
mod sentence;
mod sitemap;
mod soon;
mod tokens;
mod understood;
mod vocabulary;
mod word_index;
mod words;

pub use card::Card;
pub use counts::DirectoryCounts;
pub use entry::{DirectoryEntry, Stand};
pub use filters::{Filters, Sort};
pub use options::Options;
pub use search::{Search, SearchResults};
pub use soon::Soon;
