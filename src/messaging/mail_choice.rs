//! Whether somebody is mailed about one topic, as the link in each of those mails lets them choose. Who
//! follows it need not be signed in.

use super::{ChatSettings, MailMode};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::notifications::{Preference, Topic, unsubscribe};
use crate::seal::Seal;
use crate::users::UserId;

#[derive(Debug, Clone, Copy)]
pub struct MailChoice {
    person: UserId,
    pub topic: Topic,
}

impl MailChoice {
    /// Whose and about what, by the token of a mail.
    pub fn of(seal: &Seal, token: &str) -> Result<Self> {
        let (person, topic) = unsubscribe::read(seal, token).ok_or(Error::NotFound)?;
        Ok(Self { person, topic })
    }

    pub fn is_mailed(self, conn: &mut Conn) -> Result<bool> {
        match self.topic {
            Topic::Messages => Ok(ChatSettings::of(conn, self.person)?.is_mailed()),
            topic => Ok(Preference::of(conn, self.person, topic)?.by_mail),
        }
    }

    pub fn stop(self, conn: &mut Conn) -> Result<()> {
        match self.topic {
            Topic::Messages => ChatSettings::set_mail(conn, self.person, MailMode::Never),
            topic => Preference::stop_mail(conn, self.person, topic),
        }
    }

    /// Takes that back.
    pub fn resume(self, conn: &mut Conn) -> Result<()> {
        match self.topic {
            Topic::Messages => ChatSettings::set_mail(conn, self.person, MailMode::Soon),
            topic => Preference::resume_mail(conn, self.person, topic),
        }
    }
}
