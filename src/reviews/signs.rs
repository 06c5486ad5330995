//! What a reviewer shares with an accountant: a card, a browser, a mailbox. None of it is shown; two
//! of them hold a review back until somebody has looked, one is a label.

use std::collections::HashSet;

use diesel::prelude::*;

use crate::accountants::schema::accountants;
use crate::db::Conn;
use crate::error::Result;
use crate::payments::PaidCard;
use crate::users::{AccountSign, SignKind, UserId};

/// Which signs are shared with the accountant, and whether any is with another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SharedSigns {
    pub card: bool,
    pub browser: bool,
    pub mail: bool,
    pub other: bool,
}

impl SharedSigns {
    pub fn count(self) -> usize {
        [self.card, self.browser, self.mail].into_iter().filter(|is_shared| *is_shared).count()
    }

    /// "the same browser and the same mailbox"
    pub fn words(self) -> String {
        let named = [
            (self.card, "the same card"),
            (self.browser, "the same browser"),
            (self.mail, "the same mailbox"),
        ];
        let shared: Vec<&str> =
            named.into_iter().filter_map(|(is, words)| is.then_some(words)).collect();
        crate::web::text::listed(&shared, "and")
    }

    pub fn of(conn: &mut Conn, author: UserId, about: UserId) -> Result<Self> {
        // whoever the accountant may be as well: accounts with their browser or their mailbox
        let by_browser = AccountSign::others(conn, author, SignKind::Browser)?;
        let by_mail = AccountSign::others(conn, author, SignKind::Mailbox)?;
        let by_card = PaidCard::others(conn, author)?;
        let selves = selves_of(conn, about, author)?;
        let mut others: HashSet<UserId> = by_browser.union(&by_mail).copied().collect();
        others.remove(&about);
        Ok(Self {
            browser: by_browser.contains(&about),
            mail: by_mail.contains(&about),
            card: by_card.iter().any(|id| selves.contains(id)),
            other: are_any_accountants(conn, &others)?,
        })
    }
}

/// The accountant, and the accounts that look like theirs, but for the author's.
fn selves_of(conn: &mut Conn, about: UserId, author: UserId) -> Result<HashSet<UserId>> {
    let mut selves = AccountSign::others(conn, about, SignKind::Browser)?;
    selves.extend(AccountSign::others(conn, about, SignKind::Mailbox)?);
    selves.insert(about);
    selves.remove(&author);
    Ok(selves)
}

fn are_any_accountants(conn: &mut Conn, ids: &HashSet<UserId>) -> Result<bool> {
    let ids: Vec<UserId> = ids.iter().copied().collect();
    let any = accountants::table.filter(accountants::user_id.eq_any(ids));
    Ok(diesel::select(diesel::dsl::exists(any)).get_result(conn)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_signs_are_told_in_words() {
        let two = SharedSigns { browser: true, mail: true, ..SharedSigns::default() };
        assert_eq!((two.count(), &*two.words()), (2, "the same browser and the same mailbox"));
    }
}
