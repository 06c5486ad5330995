//! The token in a mail about waiting messages that ends these mails. It opens nothing else, and never
//! runs out: an old mail must end them, too.

use crate::seal::{Seal, base64url, from_base64url};
use crate::users::UserId;

const PURPOSE: &str = "footing/unsubscribe/v1";

pub fn token(seal: &Seal, person: UserId) -> String {
    format!("{person}.{}", base64url(&seal.hash(PURPOSE, &person.0.to_be_bytes())))
}

/// Whose mails a token ends.
pub fn person(seal: &Seal, token: &str) -> Option<UserId> {
    let (person, hash) = token.split_once('.')?;
    let person: UserId = person.parse().ok()?;
    let hash = from_base64url(hash)?;
    seal.matches(PURPOSE, &person.0.to_be_bytes(), &hash).then_some(person)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_of_one_person_and_of_this_site() {
        let (seal, ana, ben) = (Seal::new("one"), UserId(1), UserId(2));
        let own = token(&seal, ana);
        assert_eq!(person(&seal, &own), Some(ana));
        assert_eq!(person(&Seal::new("two"), &own), None);
        let hash = own.split_once('.').unwrap().1;
        for forged in [format!("{ben}.{hash}"), format!("{ana}."), hash.to_owned(), String::new()] {
            assert_eq!(person(&seal, &forged), None, "{forged}");
        }
    }
}
