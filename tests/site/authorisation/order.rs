//! What is there for moderators: a report, a complaint, an objection, somebody to act on, a dead job.

use diesel::prelude::*;
use footing::decisions::{self, Ground, Restriction, Statement, Target, TargetKind};
use footing::moderation::{Case, ParsedDecision};
use footing::users::{Actor, Role, UserId};

use super::world::Pair;
use crate::support::{Person, TestSite};

pub struct Order {
    pub case: String,
    pub complaint: String,
    pub appeal: String,
    /// Nobody else has to do with them.
    pub victim: String,
    pub job: String,
    /// A notice of everybody's that was not followed, and the token of who sent it signed out.
    pub kept: (String, String),
}

/// Everybody reports one account, and the reports are not followed.
async fn kept(site: &TestSite, people: &[&Person]) -> (String, String) {
    site.accountant("kim", "Kim Keeps Books").await;
    let url = "/accountants/kim-keeps-books";
    for person in people {
        crate::reports::report(person, url, "spam").await.assert_status(303);
    }
    let signed_out = [
        ("url", url),
        ("note", "It offers what is not allowed."),
        ("good_faith", "yes"),
        ("email", "yan@example.com"),
    ];
    site.stranger().post("/reports", &signed_out).await.assert_status(200);
    let (mail, seal) = (site.site.mail.clone(), site.site.seal.clone());
    let case = id(site, "SELECT max(id) AS number FROM cases".to_owned()).await;
    let case = case.parse().unwrap();
    let decision = site
        .write(move |conn, now| {
            let statement = ParsedDecision::Keep(by_rule(Restriction::Warn));
            let actor = Actor { id: UserId(0), role: Role::Admin, now };
            let ended = (case, &statement, false);
            Ok(Case::decide(conn, (&mail, &seal), ended, &actor)?.id.to_string())
        })
        .await;
    let link = site.link_to("yan@example.com").await;
    (decision, link.split_once("token=").unwrap().1.to_owned())
}

impl Order {
    pub async fn new(site: &TestSite, pair: &Pair, people: &[&Person]) -> Self {
        let kept = kept(site, people).await;
        let form = [
            ("url", "/accountants/kim-keeps-books".to_owned()),
            ("reason", "spam".to_owned()),
            ("note", "It advertises something else.".to_owned()),
            ("good_faith", "yes".to_owned()),
        ];
        let form: Vec<(&str, &str)> =
            form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        pair.client.person().post("/reports", &form).await.assert_status(303);
        let objected = pair.accountant.person();
        let other = warned(site, objected.id).await;
        objected.post(&format!("/decisions/{other}/appeal"), &[]).await.assert_status(303);
        let victim = site.account("vic", footing::users::Role::Client).await;
        let complaint = pair.bookings["no-show"].clone();
        complain(site, &complaint).await;
        let job = "INSERT INTO jobs (id, kind, payload, run_at, attempts, dead_at, created_at) \
                   VALUES (77, 'nothing', '', 0, 10, 1, 0)";
        crate::database::raw(site, job.to_owned()).await.unwrap();
        let first = async |table: &str| {
            let sql = format!("SELECT min(id) AS number FROM {table} WHERE decided_at IS NULL");
            id(site, sql).await
        };
        Self {
            case: first("cases").await,
            complaint,
            appeal: first("appeals").await,
            victim: victim.id.to_string(),
            job: footing::jobs::JobId(77).to_string(),
            kept,
        }
    }
}

async fn complain(site: &TestSite, booking: &str) {
    let id = booking.parse::<footing::bookings::BookingId>().unwrap().0;
    let words = footing::bookings::SealedWords::words(&site.site.seal, "Nobody came.").unwrap();
    site.write(move |conn, now| {
        use footing::bookings::schema::bookings;
        diesel::update(bookings::table.find(footing::bookings::BookingId(id)))
            .set((bookings::complained_at.eq(Some(now)), bookings::complaint.eq(words)))
            .execute(conn)?;
        Ok(())
    })
    .await;
}

async fn id(site: &TestSite, sql: String) -> String {
    #[derive(diesel::QueryableByName)]
    struct Number {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        number: i64,
    }
    let row: Number = site.read(move |conn, _| Ok(diesel::sql_query(sql).get_result(conn)?)).await;
    UserId(row.number).to_string()
}

/// A decision by a rule about somebody, which they may object to.
pub async fn warned(site: &TestSite, subject: UserId) -> String {
    let mail = site.site.mail.clone();
    site.write(move |conn, now| {
        let statement = by_rule(Restriction::Warn);
        let target = Target { kind: TargetKind::Account, id: subject.0, subject };
        Ok(decisions::restrict(conn, &mail, target, &statement, now)?.id.to_string())
    })
    .await
}

pub fn by_rule(restriction: Restriction) -> Statement {
    Statement::by_rule(
        restriction,
        ("a rule of the tests", Ground::Spam),
        ("What was seen somewhere.", "Why it applies to that."),
        "the account",
    )
}
