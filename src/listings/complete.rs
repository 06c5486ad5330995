//! The two expressions that decide what is seen, and the checklist made of the same pieces.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{Service, ServiceState};
use crate::accountants::Accountant;
use crate::accountants::schema::accountants;
use crate::db::{Conn, PreparedCondition};
use crate::error::Result;
use crate::on_either;
use crate::users::schema::users;
use crate::users::{Status, UserId};

/// Each piece of a complete profile once: the expression that lists it and the owner's checklist are
/// both made of these.
macro_rules! pieces {
    ($first:ident: $first_sql:literal, $($name:ident: $sql:literal,)+) => {
        /// True of a row of `accountants` with every piece. The name is never missing: a sign-up
        /// gives it.
        pub const COMPLETE: &str = concat!("(", $first_sql, $(" AND ", $sql,)+ ")");

        /// Which pieces a profile has, by the names of the checklist.
        fn pieces_of(conn: &mut Conn, id: UserId) -> Result<HashMap<&'static str, bool>> {
            let columns = (PreparedCondition($first_sql), $(PreparedCondition($sql),)+);
            let asked = accountants::table.find(id).select(columns);
            let ($first, $($name,)+) = on_either!(conn, |c| asked.first(c))?;
            Ok(HashMap::from([(stringify!($first), $first), $((stringify!($name), $name),)+]))
        }
    };
}

pieces! {
    headline: "accountants.headline <> ''",
    about: "accountants.about <> ''",
    place: "accountants.country <> '' AND accountants.place <> ''",
    zone: "accountants.zone_confirmed_at IS NOT NULL",
    languages: "EXISTS (SELECT 1 FROM accountant_tags t \
        WHERE t.user_id = accountants.user_id AND t.kind = 'language')",
    specialisms: "EXISTS (SELECT 1 FROM accountant_tags t \
        WHERE t.user_id = accountants.user_id AND t.kind = 'specialism')",
    service: "EXISTS (SELECT 1 FROM services s \
        WHERE s.accountant_id = accountants.user_id AND s.state = 'active')",
}

/// True of a row of `accountants` joined with its `users` that is neither paused nor hidden and
/// whose owner is active.
pub const VISIBLE: &str =
    "(users.status = 'active' AND accountants.paused_at IS NULL AND accountants.hidden_at IS NULL)";

/// Whether everybody may see this profile now.
pub fn is_listed(conn: &mut Conn, id: UserId) -> Result<bool> {
    Ok(find_listed(conn, id)?.is_some())
}

/// The profile, if everybody may see it now.
pub fn find_listed(conn: &mut Conn, id: UserId) -> Result<Option<Accountant>> {
    let listed = accountants::table
        .inner_join(users::table.on(users::id.eq(accountants::user_id)))
        .filter(accountants::user_id.eq(id))
        .filter(PreparedCondition(COMPLETE).and(PreparedCondition(VISIBLE)));
    Ok(on_either!(conn, |c| listed.select(Accountant::as_select()).first(c)).optional()?)
}

/// The profile of somebody who is at work, though it may lack something: who has a booking there
/// still deals with them.
pub fn find_at_work(conn: &mut Conn, id: UserId) -> Result<Option<Accountant>> {
    let at_work = accountants::table
        .inner_join(users::table.on(users::id.eq(accountants::user_id)))
        .filter(accountants::user_id.eq(id).and(PreparedCondition(VISIBLE)));
    Ok(on_either!(conn, |c| at_work.select(Accountant::as_select()).first(c)).optional()?)
}

/// One row of the owner's checklist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChecklistItem {
    /// As in `data-missing`.
    pub name: &'static str,
    pub words: &'static str,
    pub why: &'static str,
    pub link: &'static str,
    pub is_done: bool,
}

/// The checklist of one profile.
#[derive(Debug, Clone)]
pub struct Checklist {
    pub items: Vec<ChecklistItem>,
    pub is_paused: bool,
    pub is_hidden: bool,
    pub is_active: bool,
}

/// Where an item of the profile form is filled in.
const fn profile(
    name: &'static str,
    words: &'static str,
    why: &'static str,
    link: &'static str,
) -> ChecklistItem {
    ChecklistItem { name, words, why, link, is_done: false }
}

/// Every item, in the order of the form.
const ITEMS: [ChecklistItem; 8] = [
    profile("display_name", "Name", "", "/practice/profile#display_name"),
    profile(
        "headline",
        "Headline",
        "One line on what you do, for whom.",
        "/practice/profile#headline",
    ),
    profile("about", "About you", "Clients read it before they write.", "/practice/profile#about"),
    profile(
        "place",
        "Country and place",
        "Many look for somebody near.",
        "/practice/profile#place",
    ),
    profile("languages", "Languages", "Clients search by them.", "/practice/profile#languages"),
    profile(
        "specialisms",
        "Specialisms",
        "Clients search by them.",
        "/practice/profile#specialisms",
    ),
    profile(
        "zone",
        "Time zone confirmed",
        "Saving your profile confirms it.",
        "/practice/profile#zone",
    ),
    profile(
        "service",
        "At least one active service",
        "What a client can ask you for.",
        "/practice/services/new",
    ),
];

/// Where one is made active that is there already.
const SERVICES: &str = "/practice/services";

impl Checklist {
    pub fn of(conn: &mut Conn, accountant: &Accountant, status: Status) -> Result<Self> {
        let pieces = pieces_of(conn, accountant.user_id)?;
        // a sign-up gives the name
        let is_done = |name| pieces.get(name).copied().unwrap_or(true);
        let idle = [ServiceState::Draft, ServiceState::Paused];
        let has_idle = !is_done("service") && Service::count(conn, accountant.user_id, &idle)? > 0;
        let link = |item: &ChecklistItem| match item.name {
            "service" if has_idle => SERVICES,
            _ => item.link,
        };
        let items = ITEMS.iter().map(|item| ChecklistItem {
            is_done: is_done(item.name),
            link: link(item),
            ..*item
        });
        Ok(Self {
            items: items.collect(),
            is_paused: accountant.paused_at.is_some(),
            is_hidden: accountant.hidden_at.is_some(),
            is_active: status == Status::Active,
        })
    }

    pub fn done(&self) -> usize {
        self.items.iter().filter(|item| item.is_done).count()
    }

    pub fn is_complete(&self) -> bool {
        self.items.iter().all(|item| item.is_done)
    }

    pub fn is_listed(&self) -> bool {
        self.is_complete() && self.is_active && !self.is_paused && !self.is_hidden
    }
}
