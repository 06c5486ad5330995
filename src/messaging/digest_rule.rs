//! Who is told by mail that something waits, and when: after ten minutes, or once a day on the clock of
//! the reader. Reads only; [`super::waiting_mail`] writes the mails.

use diesel::prelude::*;
use diesel::sql_types::Bool;
use jiff::ToSpan;

use super::MailMode;
use super::schema::{chat_settings, conversation_participants as p};
use crate::clock::{Instant, Span};
use crate::db::{Conn, PreparedCondition};
use crate::error::Result;
use crate::notifications::QuietHours;
use crate::users::schema::users;
use crate::users::{Status, UserId};

/// People of one round, so that nobody waits for it.
const MOST: i64 = 50;
pub(super) const MAIL_AFTER: Span = Span::minutes(10);
const BETWEEN_MAILS: Span = Span::hours(1);
/// When a digest leaves, on the clock of its reader.
const DIGEST_HOUR: i8 = 8;

/// Who is mailed now: what has waited since before this instant, to whom nothing was mailed since.
#[derive(Debug, Clone)]
pub struct DigestRule {
    mode: MailMode,
    now: Instant,
    pub(super) waiting_since: Instant,
    mailed_until: Instant,
    /// Of a digest: for whom its hour has just come.
    zone: Option<String>,
}

/// Those who want their mail soon, and for each zone where a digest may be due, those who live by
/// it. None while nothing has waited for long enough.
pub fn rules(conn: &mut Conn, now: Instant) -> Result<Vec<DigestRule>> {
    let any = p::table
        .filter(p::unread_since.le(now - MAIL_AFTER))
        .filter(p::unread_seq.gt(p::mailed_seq.nullable()));
    if !diesel::select(diesel::dsl::exists(any)).get_result::<bool>(conn)? {
        return Ok(vec![]);
    }
    let zones: Vec<String> = p::table
        .inner_join(users::table.on(users::id.eq(p::user_id)))
        .inner_join(chat_settings::table.on(chat_settings::user_id.eq(p::user_id)))
        .filter(p::unread_since.le(now - MAIL_AFTER))
        .filter(p::unread_seq.gt(p::mailed_seq.nullable()))
        .filter(chat_settings::mail_mode.eq(MailMode::Daily))
        .select(users::zone)
        .distinct()
        .load(conn)?;
    let soon = DigestRule {
        mode: MailMode::Soon,
        now,
        waiting_since: now - MAIL_AFTER,
        mailed_until: now - BETWEEN_MAILS,
        zone: None,
    };
    let daily = zones.into_iter().map(|zone| {
        let last = last_digest(&zone, now);
        let mailed_until = last - Span::seconds(1);
        DigestRule {
            mode: MailMode::Daily,
            now,
            waiting_since: last,
            mailed_until,
            zone: Some(zone),
        }
    });
    Ok(std::iter::once(soon).chain(daily).collect())
}

/// When it was last the hour of the digests in a zone.
fn last_digest(zone: &str, now: Instant) -> Instant {
    let wall = now.in_zone(zone);
    let today = wall.date().at(DIGEST_HOUR, 0, 0, 0).to_zoned(wall.time_zone().clone());
    let last = today.and_then(|at| if at > wall { at.checked_sub(1.day()) } else { Ok(at) });
    last.map_or(now - Span::hours(24), |at| Instant::from_micros(at.timestamp().as_microsecond()))
}

impl DigestRule {
    /// Up to 50 people to be mailed; or only whether this one is.
    pub(super) fn due(&self, conn: &mut Conn, only: Option<UserId>) -> Result<Vec<UserId>> {
        let is_in_mode = match self.mode {
            MailMode::Daily => "chat_settings.mail_mode = 'daily'",
            _ => "coalesce(chat_settings.mail_mode, 'soon') = 'soon'",
        };
        let (any_zone, zone) = (self.zone.is_none(), self.zone.clone().unwrap_or_default());
        let (anybody, one) = (only.is_none(), only.unwrap_or(UserId(0)));
        let people = p::table
            .inner_join(users::table.on(users::id.eq(p::user_id)))
            .left_join(chat_settings::table.on(chat_settings::user_id.eq(p::user_id)))
            .filter(p::unread_since.le(self.waiting_since))
            .filter(p::unread_seq.gt(p::mailed_seq.nullable()))
            .filter(p::user_id.ne_all(QuietHours::held(self.now)))
            .filter(users::status.eq(Status::Active))
            .filter(PreparedCondition(is_in_mode))
            .filter(
                chat_settings::mailed_at
                    .is_null()
                    .or(chat_settings::mailed_at.le(self.mailed_until)),
            )
            .filter(any_zone.into_sql::<Bool>().or(users::zone.eq(zone)))
            .filter(anybody.into_sql::<Bool>().or(p::user_id.eq(one)))
            .select(p::user_id)
            .distinct()
            .limit(MOST);
        Ok(people.load(conn)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_leaves_at_eight_on_the_clock_of_its_reader() {
        let at = |text| Instant::read_minute(text).unwrap();
        let last = |zone, now| last_digest(zone, at(now)).minute();
        assert_eq!(last("Europe/London", "2026-11-25T08:00Z"), "2026-11-25T08:00Z");
        assert_eq!(last("Europe/London", "2026-11-25T07:59Z"), "2026-11-24T08:00Z");
        assert_eq!(last("Asia/Tokyo", "2026-11-25T07:59Z"), "2026-11-24T23:00Z");
        // clocks went forward in between: eight stays eight
        assert_eq!(last("Europe/London", "2026-03-30T06:00Z"), "2026-03-29T07:00Z");
        assert_eq!(last("Europe/London", "2026-03-29T06:00Z"), "2026-03-28T08:00Z");
    }
}
