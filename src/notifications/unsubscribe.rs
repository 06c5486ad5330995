//! The token in a mail that ends mails like it. It names a person and a topic, opens nothing else,
//! and never runs out: an old mail must end them, too.

use super::Topic;
use crate::seal::{Seal, base64url, from_base64url};
use crate::users::UserId;
use crate::web::paths;

const PURPOSE: &str = "footing/unsubscribe/v2";
/// Of the tokens that knew of waiting messages only.
const FIRST_PURPOSE: &str = "footing/unsubscribe/v1";

fn named(person: UserId, topic: Topic) -> Vec<u8> {
    [&person.0.to_be_bytes()[..], topic.as_str().as_bytes()].concat()
}

pub fn token(seal: &Seal, person: UserId, topic: Topic) -> String {
    let hash = base64url(&seal.hash(PURPOSE, &named(person, topic)));
    format!("{person}.{}.{hash}", topic.as_str())
}

/// Its address, for the head of a mail.
pub fn address(seal: &Seal, base_url: &str, person: UserId, topic: Topic) -> String {
    format!("{base_url}{}", paths::unsubscribe(&token(seal, person, topic)))
}

/// Whose mails a token ends, and about what.
pub fn read(seal: &Seal, token: &str) -> Option<(UserId, Topic)> {
    let (person, rest) = token.split_once('.')?;
    let person: UserId = person.parse().ok()?;
    let Some((topic, hash)) = rest.split_once('.') else {
        let hash = from_base64url(rest)?;
        let is_ours = seal.matches(FIRST_PURPOSE, &person.0.to_be_bytes(), &hash);
        return is_ours.then_some((person, Topic::Messages));
    };
    let topic = Topic::parse(topic).filter(|topic| topic.is_optional())?;
    let is_ours = seal.matches(PURPOSE, &named(person, topic), &from_base64url(hash)?);
    is_ours.then_some((person, topic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_of_one_person_one_topic_and_this_site() {
        let (seal, ana, ben) = (Seal::new("one"), UserId(1), UserId(2));
        let own = token(&seal, ana, Topic::Reviews);
        assert_eq!(read(&seal, &own), Some((ana, Topic::Reviews)));
        assert_eq!(read(&Seal::new("two"), &own), None);
        let hash = own.rsplit_once('.').unwrap().1;
        for forged in [
            format!("{ben}.reviews.{hash}"),
            format!("{ana}.offers.{hash}"),
            format!("{ana}.money.{hash}"),
            format!("{ana}.{hash}"),
            format!("{ana}.reviews."),
            hash.to_owned(),
            String::new(),
        ] {
            assert_eq!(read(&seal, &forged), None, "{forged}");
        }
    }

    #[test]
    fn a_link_of_an_old_mail_still_ends_mails_about_messages() {
        let (seal, ana) = (Seal::new("one"), UserId(1));
        let hash = base64url(&seal.hash(FIRST_PURPOSE, &ana.0.to_be_bytes()));
        assert_eq!(read(&seal, &format!("{ana}.{hash}")), Some((ana, Topic::Messages)));
    }
}
